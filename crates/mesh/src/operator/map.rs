//! The recognition map: who recognises a sovereign and whom it recognises, read from a graph's export.

use std::collections::BTreeSet;

use comity_wire::mesh_json::{Value, canonical};
use comity_wire::{Digest, sha256};

use crate::objects;
use crate::schema::{Field as _, SchemaError, member, members};

objects! {
    /// One edge, as far as the map needs it.
    pub struct MapEdge {
        /// Who recognises.
        from: String,
        /// Who is recognised.
        to: String,
        /// By which treaty.
        treaty_id: String,
        /// What the treaty says of itself.
        status: String,
        /// Where it is in its life.
        lifecycle_state: String = "active".to_owned(),
        /// When it ends, as the export has it.
        expires_at: Option<String> = None,
    }

    /// The map around one sovereign.
    pub struct RecognitionMap {
        /// In the middle.
        sovereign_id: String,
        /// Recognised by it, sorted.
        recognises: Vec<String>,
        /// Recognising it, sorted.
        recognised_by: Vec<String>,
        /// Both, sorted.
        mutual: Vec<String>,
        /// Its edges that are active and end soon, sorted by treaty.
        expiring: Vec<MapEdge>,
        /// How many of its edges are revoked or replaced.
        revoked_count: u64,
        /// How many have run out.
        expired_count: u64,
        /// SHA-256 of the canonical export that it was read from.
        graph_digest: Digest,
    }
}

impl MapEdge {
    /// Whether it carries recognition now.
    pub fn is_active(&self) -> bool {
        self.status == "active" && matches!(&*self.lifecycle_state, "active" | "expiring_soon")
    }

    /// Whether it was taken back.
    pub fn is_revoked(&self) -> bool {
        self.status == "revoked" || matches!(&*self.lifecycle_state, "revoked" | "replaced")
    }
}

/// Reads the map around a sovereign from a recognition graph's export.
///
/// # Errors
///
/// [`SchemaError`] if the export has no `recognition_edges`, or one is no edge.
pub fn summarise(export: &Value, sovereign_id: &str) -> Result<RecognitionMap, SchemaError> {
    let edges: Vec<MapEdge> = member(members(export)?, "recognition_edges", None)?;
    let mine = |edge: &&MapEdge| edge.from == sovereign_id || edge.to == sovereign_id;
    let mine: Vec<&MapEdge> = edges.iter().filter(mine).collect();
    let active = || mine.iter().filter(|edge| edge.is_active());
    let recognises: BTreeSet<&str> =
        active().filter(|edge| edge.from == sovereign_id).map(|edge| edge.to.as_str()).collect();
    let recognised_by: BTreeSet<&str> =
        active().filter(|edge| edge.to == sovereign_id).map(|edge| edge.from.as_str()).collect();
    let mut expiring: Vec<MapEdge> = active()
        .filter(|edge| edge.lifecycle_state == "expiring_soon")
        .map(|edge| (*edge).clone())
        .collect();
    expiring.sort_by(|a, b| a.treaty_id.cmp(&b.treaty_id));
    let names = |set: &BTreeSet<&str>| set.iter().map(|name| (*name).to_owned()).collect();
    let count = |it: &dyn Fn(&MapEdge) -> bool| mine.iter().filter(|edge| it(edge)).count() as u64;
    Ok(RecognitionMap {
        sovereign_id: sovereign_id.to_owned(),
        recognises: names(&recognises),
        recognised_by: names(&recognised_by),
        mutual: names(&recognises.intersection(&recognised_by).copied().collect()),
        expiring,
        revoked_count: count(&MapEdge::is_revoked),
        expired_count: count(&|edge| edge.lifecycle_state == "expired"),
        graph_digest: sha256(&canonical(export)),
    })
}

impl RecognitionMap {
    /// SHA-256 of the canonical map.
    pub fn digest(&self) -> Digest {
        sha256(&canonical(&self.write()))
    }
}
