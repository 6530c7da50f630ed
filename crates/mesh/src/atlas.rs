//! The atlas at rest: signed trust paths that are good for minutes, and graphs with what is over taken out.
//!
//! # Invariants
//!
//! 1. A cached path is the directed one that [`RecognitionGraph::explain`] gives at that time, never one that goes back
//!    along a treaty, and never one over a treaty that has run out.
//! 2. A cached path ends with the first treaty on it.
//! 3. Pruning only removes edges, and names each one with its reason.
//!
//! # Source
//!
//! The reference's `models/atlas.py` and `trust/atlas.py`. Its cached paths follow treaties in both directions and do not look
//! at expiry, and its pruning looks for the end of a treaty in a member that no export has; the invariants differ from it.

use std::collections::BTreeSet;

use comity_sign::SigningKey;
use comity_wire::mesh_json::Datetime;

use crate::connectome::{ActiveTreaty, DecisionRules, Edge, PathReason, RecognitionGraph};
use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::{objects, reasons};

/// Seconds that a cached path is good for, unless a treaty on it ends before.
pub const PATH_SECONDS: i64 = 300;

objects! {
    /// A path as it was found.
    pub struct TrustPathEntry signed_by signature {
        /// Its id.
        entry_id: String,
        /// Who asks.
        source_sovereign_id: String,
        /// Who is asked about.
        target_sovereign_id: String,
        /// `allow`, `warn`, `escalate`, `block` or `no_path`.
        verdict: String,
        /// How many treaties lead there.
        hop_count: u64,
        /// Everybody on the path, both ends included.
        path_sovereign_ids: Vec<String>,
        /// Digest of the graph it was found in.
        graph_digest: String,
        /// When it was found.
        computed_at: Datetime,
        /// Until here, inclusive.
        valid_until: Datetime,
        /// By the operator.
        signature: Option<Signature> = None,
    }

    /// Paths through one graph.
    pub struct TrustPathCache signed_by signature {
        /// Its id.
        cache_id: String,
        /// Digest of the graph.
        graph_digest: String,
        /// The paths.
        entries: Vec<TrustPathEntry>,
        /// When it was made.
        created_at: Datetime,
        /// Who made it.
        operator_sovereign_id: String,
        /// By the operator.
        signature: Option<Signature> = None,
    }

    /// What may be taken out of a graph.
    pub struct GraphPruningPolicy signed_by signature {
        /// Its id.
        policy_id: String,
        /// Whose it is.
        operator_sovereign_id: String,
        /// Seconds that a treaty must be over.
        prune_expired_treaties_after_seconds: u64 = 86_400,
        /// Whether revoked treaties go.
        prune_revoked_certificates: bool = true,
        /// Whether treaties go that accept nobody.
        prune_empty_scopes: bool = true,
        /// Seconds after which an export is too old to be pruned.
        max_graph_age_seconds: u64 = 3_600,
        /// By the operator.
        signature: Option<Signature> = None,
    }

    /// One edge that was taken out.
    pub struct PruningAuditEntry {
        /// Its treaty.
        edge_id: String,
        /// When it was taken out.
        removed_at: Datetime,
        /// `expired_treaty`, `revoked_cert` or `empty_scope`.
        removal_reason: String,
        /// What kind of edge it was.
        edge_type: String,
        /// Who recognised.
        source_sovereign_id: String,
        /// Who was recognised.
        target_sovereign_id: String,
    }

    /// What was taken out of a graph.
    pub struct PrunedAtlasExport signed_by signature {
        /// Its id.
        export_id: String,
        /// Digest of the graph before.
        original_graph_digest: String,
        /// Digest of the graph after.
        pruned_graph_digest: String,
        /// The policy that was followed.
        policy_id: String,
        /// Edges before.
        original_edge_count: u64,
        /// Edges after.
        pruned_edge_count: u64,
        /// Edges taken out.
        removed_edge_count: u64,
        /// Each of them.
        audit_entries: Vec<PruningAuditEntry>,
        /// When.
        exported_at: Datetime,
        /// Who did it.
        operator_sovereign_id: String,
        /// By the operator.
        signature: Option<Signature> = None,
    }
}

reasons! {
    /// Why a cached path does not answer.
    pub enum AtlasReason {
        /// Nobody signed the cache or one of its paths.
        MissingSignature = "missing_signature",
        /// The cache or one of its paths is signed by somebody else.
        InvalidSignature = "invalid_signature",
        /// It is about another graph than the one at hand.
        GraphDigestMismatch = "graph_digest_mismatch",
        /// Nobody asked for these two.
        NotCached = "not_cached",
        /// Its time is over.
        Expired = "expired",
    }
}

/// A graph that is too old to be pruned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the export is {age} s old, at most {max} s are allowed")]
pub struct GraphTooOld {
    /// Its age in seconds.
    pub age: i64,
    /// What the policy allows.
    pub max: u64,
}

impl GraphTooOld {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        "mesh.graph_too_old"
    }
}

/// Who makes atlas objects, and when.
#[derive(Clone, Copy, Debug)]
pub struct AtlasMaker<'a> {
    /// The operator's sovereign; also the key id of its signatures.
    pub operator_sovereign_id: &'a str,
    /// The operator's key.
    pub secret: &'a SigningKey,
    /// The time.
    pub at: Datetime,
}

impl RecognitionGraph {
    /// The graph as it stands `at` that time: treaties that have run out since the export are expired. A treaty whose end
    /// cannot be read has run out.
    #[must_use]
    pub fn aged(&self, at: Datetime) -> Self {
        let mut aged = self.clone();
        aged.recognition_edges.iter_mut().for_each(|edge| edge.age(at));
        aged
    }
}

impl Edge {
    /// Expires it if it carries trust and has run out `at` that time.
    pub(crate) fn age(&mut self, at: Datetime) {
        if self.is_active() && end_of(self).is_none_or(|end| end.instant() <= at.instant()) {
            "expired".clone_into(&mut self.lifecycle_state);
            "expired".clone_into(&mut self.expiry_risk);
        }
    }
}

pub(crate) fn end_of(edge: &Edge) -> Option<Datetime> {
    Datetime::parse(&edge.expires_at).ok()
}

impl TrustPathCache {
    /// Finds and signs the paths between pairs. `ids` are the cache's and then one for each pair; a pair without an id is
    /// left out.
    pub fn build<'p>(
        graph: &RecognitionGraph,
        pairs: impl IntoIterator<Item = (&'p str, &'p str)>,
        ids: impl IntoIterator<Item = String>,
        seconds: i64,
        maker: AtlasMaker<'_>,
    ) -> Self {
        let mut ids = ids.into_iter();
        let cache_id = ids.next().unwrap_or_default();
        let (digest, aged) = (graph.digest().to_string(), graph.aged(maker.at));
        let entries = pairs.into_iter().zip(ids).map(|((from, to), entry_id)| {
            let mut entry = entry(&aged, from, to, seconds, maker.at);
            entry.entry_id = entry_id;
            entry.graph_digest.clone_from(&digest);
            entry.sign(maker.secret, maker.operator_sovereign_id);
            entry
        });
        let mut cache = Self {
            cache_id,
            entries: entries.collect(),
            graph_digest: digest,
            created_at: maker.at,
            operator_sovereign_id: maker.operator_sovereign_id.to_owned(),
            signature: None,
        };
        cache.sign(maker.secret, maker.operator_sovereign_id);
        cache
    }

    /// Checks the signatures of the cache and of each path.
    ///
    /// # Errors
    ///
    /// [`AtlasReason::MissingSignature`] or [`AtlasReason::InvalidSignature`].
    pub fn verify(&self, keys: &[MeshKey]) -> Result<(), AtlasReason> {
        let entries = self.entries.iter().map(|entry| entry.check_signatures(keys));
        for check in std::iter::once(self.check_signatures(keys)).chain(entries) {
            match check {
                SignatureCheck::Missing => return Err(AtlasReason::MissingSignature),
                SignatureCheck::Invalid => return Err(AtlasReason::InvalidSignature),
                SignatureCheck::Valid => {}
            }
        }
        Ok(())
    }

    /// The path between two sovereigns, if it is about the graph of that digest and not out of date.
    ///
    /// # Errors
    ///
    /// [`AtlasReason`], the first that applies.
    pub fn lookup(
        &self,
        from: &str,
        to: &str,
        graph_digest: Option<&str>,
        at: Datetime,
    ) -> Result<&TrustPathEntry, AtlasReason> {
        if graph_digest.is_some_and(|digest| digest != self.graph_digest) {
            return Err(AtlasReason::GraphDigestMismatch);
        }
        let is_it = |entry: &&TrustPathEntry| {
            entry.source_sovereign_id == from && entry.target_sovereign_id == to
        };
        let mut found = Err(AtlasReason::NotCached);
        for entry in self.entries.iter().filter(is_it) {
            if entry.graph_digest != self.graph_digest {
                found = Err(AtlasReason::GraphDigestMismatch);
            } else if entry.valid_until.instant() < at.instant() {
                found = Err(AtlasReason::Expired);
            } else {
                return Ok(entry);
            }
        }
        found
    }
}

/// The path between two sovereigns in a graph of now, without id, digest and signature.
fn entry(
    aged: &RecognitionGraph,
    from: &str,
    to: &str,
    seconds: i64,
    at: Datetime,
) -> TrustPathEntry {
    let decision = aged.decide(from, to, Vec::new(), DecisionRules::Strict, at);
    let path = if decision.path.is_trusted() { decision.path.path.as_slice() } else { &[] };
    let reached = path.iter().map(|edge| edge.to.clone());
    let ids = path.first().map(|edge| edge.from.clone()).into_iter().chain(reached).collect();
    let verdict = match decision.path.reason {
        PathReason::NoActiveTreatyPath => "no_path",
        PathReason::ActiveTreatyPath | PathReason::DirectTreatyRevoked => decision.verdict.as_str(),
    };
    let ends = path.iter().filter_map(|edge| end_of(edge));
    let valid_until = ends.chain([at.plus(seconds)]).min_by_key(|end| end.instant());
    TrustPathEntry {
        entry_id: String::new(),
        source_sovereign_id: from.to_owned(),
        target_sovereign_id: to.to_owned(),
        verdict: verdict.to_owned(),
        hop_count: decision.path.hop_count(),
        path_sovereign_ids: ids,
        graph_digest: String::new(),
        computed_at: at,
        valid_until: valid_until.unwrap_or(at),
        signature: None,
    }
}

impl GraphPruningPolicy {
    /// Takes out of a graph what the policy lets go, and signs what that was. `exported_at` is the age of the graph, if
    /// that is known.
    ///
    /// # Errors
    ///
    /// [`GraphTooOld`].
    pub fn prune(
        &self,
        graph: &RecognitionGraph,
        exported_at: Option<Datetime>,
        export_id: String,
        maker: AtlasMaker<'_>,
    ) -> Result<(RecognitionGraph, PrunedAtlasExport), GraphTooOld> {
        let max = self.max_graph_age_seconds;
        let age = exported_at.map_or(0, |exported| seconds_since(exported, maker.at));
        if u64::try_from(age).is_ok_and(|age| max < age) {
            return Err(GraphTooOld { age, max });
        }
        let empty = empty_scopes(graph);
        let (mut kept, mut removed) = (Vec::new(), Vec::new());
        for edge in &graph.recognition_edges {
            match self.removal(edge, &empty, maker.at) {
                None => kept.push(edge.clone()),
                Some(reason) => removed.push(PruningAuditEntry {
                    edge_id: edge.treaty_id.clone(),
                    removed_at: maker.at,
                    removal_reason: reason.to_owned(),
                    edge_type: "treaty".to_owned(),
                    source_sovereign_id: edge.from.clone(),
                    target_sovereign_id: edge.to.clone(),
                }),
            }
        }
        let pruned = RecognitionGraph { recognition_edges: kept, ..graph.clone() };
        let mut export = PrunedAtlasExport {
            export_id,
            original_graph_digest: graph.digest().to_string(),
            pruned_graph_digest: pruned.digest().to_string(),
            policy_id: self.policy_id.clone(),
            original_edge_count: graph.recognition_edges.len() as u64,
            pruned_edge_count: pruned.recognition_edges.len() as u64,
            removed_edge_count: removed.len() as u64,
            audit_entries: removed,
            exported_at: maker.at,
            operator_sovereign_id: maker.operator_sovereign_id.to_owned(),
            signature: None,
        };
        export.sign(maker.secret, maker.operator_sovereign_id);
        Ok((pruned, export))
    }

    /// Why an edge goes, if it does.
    fn removal(&self, edge: &Edge, empty: &BTreeSet<&str>, at: Datetime) -> Option<&'static str> {
        let is_over = end_of(edge).is_some_and(|end| {
            let over = u64::try_from(at.instant() - end.instant()).unwrap_or(0);
            self.prune_expired_treaties_after_seconds.saturating_mul(1_000_000) < over
        });
        if self.prune_revoked_certificates && edge.is_revoked() {
            Some("revoked_cert")
        } else if is_over {
            Some("expired_treaty")
        } else if self.prune_empty_scopes && empty.contains(edge.treaty_id.as_str()) {
            Some("empty_scope")
        } else {
            None
        }
    }
}

const fn seconds_since(then: Datetime, now: Datetime) -> i64 {
    (now.instant() - then.instant()) / 1_000_000
}

/// The treaties that accept no status at all, so that nobody's attestation passes.
fn empty_scopes(graph: &RecognitionGraph) -> BTreeSet<&str> {
    let treaties = graph.active_treaties.iter().filter(|treaty| treaty.accepts_nobody());
    treaties.filter_map(ActiveTreaty::id).collect()
}

#[cfg(test)]
mod tests;
