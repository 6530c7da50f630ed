//! A graph as operators look at it: counted, sorted, and with the reach of each imported revocation.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{ActiveTreaty, Edge, RecognitionGraph, RevokedMaterial, SovereignRef, count};
use crate::objects;

objects! {
    /// How much of everything there is.
    pub struct ViewSummary {
        /// Sovereigns.
        sovereign_count: u64,
        /// Treaties.
        recognition_edge_count: u64,
        /// Treaties that carry trust.
        active_edge_count: u64,
        /// Treaties that were revoked or replaced.
        revoked_edge_count: u64,
        /// Revoked treaties and attestations.
        revoked_trust_material_count: u64,
        /// Revoked attestations of others.
        imported_revocation_count: u64,
    }

    /// Whom a revocation concerns: everybody who recognises its issuer.
    pub struct BlastRadius {
        /// The kind of material.
        r#type: String,
        /// The attestation.
        id: String,
        /// Who issued and revoked it.
        issuer_sovereign_id: String,
        /// Who recognises the issuer, sorted.
        affected_accepting_sovereigns: Vec<String>,
        /// The feed that said so.
        feed_id: String,
        /// The feed's sequence.
        sequence: u64,
        /// Why.
        reason: Option<String> = None,
        /// When the feed was imported.
        revoked_at: Option<String> = None,
    }

    /// The connectome as operators look at it.
    pub struct View {
        /// How much of everything there is.
        summary: ViewSummary,
        /// By id.
        sovereigns: Vec<SovereignRef>,
        /// By (from, to, treaty id).
        recognition_edges: Vec<Edge>,
        /// In the order of the export.
        active_treaties: Vec<ActiveTreaty>,
        /// By (type, id).
        revoked_trust_material: Vec<RevokedMaterial>,
        /// By id.
        revocation_blast_radius: Vec<BlastRadius>,
    }
}

impl RecognitionGraph {
    /// The graph as operators look at it.
    pub fn into_view(self) -> View {
        let revocation_blast_radius = self.blast_radius();
        let imported_revocation_count = self.revoked_attestations().count() as u64;
        let mut sovereigns = self.sovereigns;
        sovereigns.sort_by(|a, b| a.sovereign_id.cmp(&b.sovereign_id));
        let mut edges = self.recognition_edges;
        edges.sort_by(|a, b| a.key().cmp(&b.key()));
        let mut material = self.revoked_trust_material;
        material.sort_by(|a, b| (a.kind(), a.id()).cmp(&(b.kind(), b.id())));
        let number =
            |rule: fn(&Edge) -> bool| edges.iter().filter(|edge| rule(edge)).count() as u64;
        View {
            summary: ViewSummary {
                sovereign_count: count(&sovereigns),
                recognition_edge_count: count(&edges),
                active_edge_count: number(Edge::is_active),
                revoked_edge_count: number(Edge::is_revoked),
                revoked_trust_material_count: count(&material),
                imported_revocation_count,
            },
            revocation_blast_radius,
            sovereigns,
            recognition_edges: edges,
            active_treaties: self.active_treaties,
            revoked_trust_material: material,
        }
    }

    fn blast_radius(&self) -> Vec<BlastRadius> {
        let mut accepting: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for edge in self.recognition_edges.iter().filter(|edge| edge.is_active()) {
            accepting.entry(&edge.to).or_default().insert(&edge.from);
        }
        let mut revoked: Vec<_> = self
            .revoked_trust_material
            .iter()
            .filter_map(|material| Some((material.kind(), material.as_attestation()?)))
            .collect();
        revoked.sort_by(|(_, a), (_, b)| a.id.cmp(&b.id));
        let reach = |issuer: &str| {
            let names = accepting.get(issuer).into_iter().flatten();
            names.map(|name| (*name).to_owned()).collect()
        };
        revoked
            .into_iter()
            .map(|(kind, it)| BlastRadius {
                r#type: kind.to_owned(),
                id: it.id.clone(),
                issuer_sovereign_id: it.issuer_sovereign_id.clone(),
                affected_accepting_sovereigns: reach(&it.issuer_sovereign_id),
                feed_id: it.feed_id.clone(),
                sequence: it.sequence,
                reason: it.reason.clone(),
                revoked_at: it.revoked_at.clone(),
            })
            .collect()
    }
}
