//! Trust paths, found the plain way. This is the rule that the index is held to.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use comity_wire::mesh_json::Value;

use super::graph::{Edge, RecognitionGraph};
use crate::reasons;
use crate::schema::Field as _;

reasons! {
    /// Why one sovereign trusts another, or does not.
    pub enum PathReason {
        /// Active treaties lead there.
        ActiveTreatyPath = "active_treaty_path",
        /// They do not, and the treaty between the two was revoked.
        DirectTreatyRevoked = "direct_treaty_revoked",
        /// They do not.
        NoActiveTreatyPath = "no_active_treaty_path",
    }
}

/// Whether and how one sovereign reaches another.
#[derive(Clone, Debug, PartialEq)]
pub struct TrustPath<'g> {
    /// Who asks.
    pub from: String,
    /// Who is asked about.
    pub to: String,
    /// What was found.
    pub reason: PathReason,
    /// The treaties that lead there; or the revoked one that explains why none do.
    pub path: Vec<&'g Edge>,
}

impl<'g> TrustPath<'g> {
    /// The answer: the path, or the revoked treaty, or neither.
    pub(super) fn new(
        from: &str,
        to: &str,
        path: Option<Vec<&'g Edge>>,
        revoked: impl FnOnce() -> Option<&'g Edge>,
    ) -> Self {
        let (reason, path) = match path {
            Some(path) => (PathReason::ActiveTreatyPath, path),
            None => match revoked() {
                Some(edge) => (PathReason::DirectTreatyRevoked, vec![edge]),
                None => (PathReason::NoActiveTreatyPath, Vec::new()),
            },
        };
        Self { from: from.to_owned(), to: to.to_owned(), reason, path }
    }

    /// Whether active treaties lead there.
    pub fn is_trusted(&self) -> bool {
        self.reason == PathReason::ActiveTreatyPath
    }

    /// How many treaties lead there; 0 if none do.
    pub fn hop_count(&self) -> u64 {
        if self.is_trusted() { super::graph::count(&self.path) } else { 0 }
    }

    /// The answer as it is published.
    pub fn to_value(&self) -> Value {
        Value::from([
            ("from", Value::from(self.from.as_str())),
            ("to", Value::from(self.to.as_str())),
            ("trusted", Value::from(self.is_trusted())),
            ("reason", Value::from(self.reason.as_str())),
            ("path", Value::List(self.path.iter().map(|edge| edge.write()).collect())),
            ("hop_count", Value::from(self.hop_count())),
        ])
    }
}

impl RecognitionGraph {
    /// Whether and how `from` reaches `to`: the first of the shortest paths in the order of edges. Nobody reaches itself.
    pub fn explain(&self, from: &str, to: &str) -> TrustPath<'_> {
        let revoked = || {
            let edges = self.recognition_edges.iter();
            edges
                .filter(|edge| edge.is_revoked() && edge.from == from && edge.to == to)
                .min_by_key(|edge| edge.key())
        };
        TrustPath::new(from, to, self.active_path(from, to), revoked)
    }

    /// Breadth first over active edges; the first edge that reaches a sovereign is the one that counts.
    fn active_path(&self, from: &str, to: &str) -> Option<Vec<&Edge>> {
        let mut edges: Vec<&Edge> =
            self.recognition_edges.iter().filter(|edge| edge.is_active()).collect();
        edges.sort_by_key(|edge| edge.key());
        let mut out: BTreeMap<&str, Vec<&Edge>> = BTreeMap::new();
        for edge in edges {
            out.entry(&edge.from).or_default().push(edge);
        }
        let mut queue = VecDeque::from([(from, Vec::new())]);
        let mut seen = BTreeSet::from([from]);
        while let Some((sovereign, path)) = queue.pop_front() {
            for edge in out.get(sovereign).into_iter().flatten() {
                if edge.to.is_empty() || !seen.insert(&edge.to) {
                    continue;
                }
                let longer: Vec<&Edge> = path.iter().chain([edge]).copied().collect();
                if edge.to == to {
                    return Some(longer);
                }
                queue.push_back((&edge.to, longer));
            }
        }
        None
    }
}
