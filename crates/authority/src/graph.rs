//! The recognition graph of the treaties that this authority issued, kept ready for paths.
//!
//! Where a treaty stands depends on the time, so edges carry labels that fall due: [`Authority::tick`] renews those, and
//! only those. It changes nothing that is recorded.

use std::collections::BTreeSet;

use comity_mesh::connectome::{
    Edge, EdgeIndex, RecognitionGraph, RevokedAttestation, RevokedMaterial, RevokedTreaty, Scratch,
    SovereignRef, TrustPath,
};
use comity_mesh::recognition::{ExpiryRisk, Lifecycle, RecognitionTreaty};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, Value};

use crate::state::{Row, State};
use crate::{Authority, Refusal};

const MICROS: i64 = 1_000_000;
/// Seconds before its end at which a treaty gets another label.
const THRESHOLDS_S: [i64; 3] = [72 * 3600, 24 * 3600, 0];

/// Edges with their labels, and when labels fall due.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    index: EdgeIndex,
    due: BTreeSet<(i64, String)>,
    version: u64,
}

/// Equal records have equal graphs; the labels are of the time at which somebody looked.
impl PartialEq for Graph {
    fn eq(&self, other: &Self) -> bool {
        self.index.len() == other.index.len()
    }
}

impl Graph {
    /// A treaty was issued or revoked.
    pub(crate) fn put(&mut self, row: &Row<RecognitionTreaty>, at: Datetime) {
        self.index.put(edge(row, at));
        self.schedule(row, at);
        self.touch();
    }

    /// Something that is exported beside the edges has changed.
    pub(crate) const fn touch(&mut self) {
        self.version = self.version.wrapping_add(1);
    }

    /// Enters when the label of a treaty falls due after `at`.
    fn schedule(&mut self, row: &Row<RecognitionTreaty>, at: Datetime) {
        if row.revoked.is_some() {
            return;
        }
        let end = row.object.expires_at.instant();
        // A treaty with a fraction of a second more than the threshold left is labelled by whole seconds.
        let due = THRESHOLDS_S.map(|seconds| {
            end.saturating_sub(seconds.saturating_add(1).saturating_mul(MICROS)).saturating_add(1)
        });
        if let Some(due) = due.into_iter().find(|due| at.instant() < *due) {
            self.due.insert((due, row.object.treaty_id.clone()));
        }
    }
}

impl State {
    /// Renews the labels that are due.
    fn tick(&mut self, at: Datetime) {
        while let Some((due, _)) = self.graph.due.first()
            && *due <= at.instant()
        {
            let Some((_, treaty_id)) = self.graph.due.pop_first() else { return };
            if let Some(row) = self.treaties.get(&treaty_id) {
                self.graph.put(row, at);
            }
        }
    }
}

impl Authority {
    /// Whether [`Self::tick`] has something to do.
    pub fn is_due(&self, at: Datetime) -> bool {
        self.state.graph.due.first().is_some_and(|(due, _)| *due <= at.instant())
    }

    /// Renews what depends on the time only.
    pub fn tick(&mut self, at: Datetime) {
        self.state.tick(at);
    }

    /// Changes whenever the graph does.
    pub const fn graph_version(&self) -> u64 {
        self.state.graph.version
    }

    /// The graph as it is exported.
    pub fn recognition_graph(&self, at: Datetime) -> RecognitionGraph {
        let state = &self.state;
        let rows = || state.treaty_order.iter().filter_map(|id| state.treaties.get(id));
        let sovereigns: BTreeSet<&String> = rows()
            .flat_map(|row| [&row.object.issuer_sovereign_id, &row.object.subject_sovereign_id])
            .collect();
        let sovereigns = sovereigns.into_iter();
        let treaties =
            rows().filter_map(|row| revoked_treaty(row, at)).map(RevokedMaterial::Treaty);
        let attestations = state.revocations.iter().map(|((issuer, id), revocation)| {
            RevokedMaterial::Attestation(RevokedAttestation {
                id: id.clone(),
                issuer_sovereign_id: issuer.clone(),
                feed_id: revocation.feed_id.clone(),
                sequence: revocation.sequence,
                reason: revocation.reason.clone(),
                revoked_at: Some(revocation.imported_at.isoformat()),
            })
        });
        let is_active = |row: &&Row<RecognitionTreaty>| lifecycle(row, at).state.is_active();
        RecognitionGraph {
            sovereigns: sovereigns.map(|id| SovereignRef { sovereign_id: id.clone() }).collect(),
            recognition_edges: rows().map(|row| edge(row, at)).collect(),
            active_treaties: rows().filter(is_active).map(|row| row.object.write()).collect(),
            revoked_trust_material: treaties.chain(attestations).collect(),
        }
    }

    /// Whether and how one sovereign recognises another. Call [`Self::tick`] before, when it is due.
    pub fn trust_path<'a>(&'a self, scratch: &mut Scratch, from: &str, to: &str) -> TrustPath<'a> {
        self.state.graph.index.explain(scratch, from, to)
    }

    /// [`Self::trust_path`] for a query.
    ///
    /// # Errors
    ///
    /// 400 `missing_trust_path_parameters`.
    pub fn explain(
        &self,
        scratch: &mut Scratch,
        from: Option<&str>,
        to: Option<&str>,
    ) -> Result<Value, Refusal> {
        let (Some(from), Some(to)) =
            (from.filter(|it| !it.is_empty()), to.filter(|it| !it.is_empty()))
        else {
            let message = "from/source and to/target are required";
            return Err(Refusal::bad("missing_trust_path_parameters", message));
        };
        Ok(self.trust_path(scratch, from, to).to_value())
    }
}

/// Where a treaty stands.
pub(crate) fn lifecycle(row: &Row<RecognitionTreaty>, at: Datetime) -> Lifecycle {
    row.object.lifecycle(row.revoked_at(), row.reason(), at)
}

fn edge(row: &Row<RecognitionTreaty>, at: Datetime) -> Edge {
    let (treaty, lifecycle) = (&row.object, lifecycle(row, at));
    Edge {
        from: treaty.issuer_sovereign_id.clone(),
        to: treaty.subject_sovereign_id.clone(),
        treaty_id: treaty.treaty_id.clone(),
        status: row.status().to_owned(),
        lifecycle_state: lifecycle.state.as_str().to_owned(),
        expiry_risk: lifecycle.expiry_risk.as_str().to_owned(),
        valid_from: treaty.valid_from.isoformat(),
        expires_at: treaty.expires_at.isoformat(),
    }
}

fn revoked_treaty(row: &Row<RecognitionTreaty>, at: Datetime) -> Option<RevokedTreaty> {
    let lifecycle = lifecycle(row, at);
    (lifecycle.expiry_risk == ExpiryRisk::None).then(|| RevokedTreaty {
        id: row.object.treaty_id.clone(),
        lifecycle_state: lifecycle.state.as_str().to_owned(),
        reason: row.reason().map(str::to_owned),
        revoked_at: row.revoked_at().map(Datetime::isoformat),
    })
}
