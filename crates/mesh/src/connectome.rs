//! The connectome: who recognises whom, and what follows from it.
//!
//! A sovereign publishes its recognition graph: the treaties it issued as edges, and the trust material that it knows to be
//! revoked. Everything here is derived from that export:
//!
//! ```text
//!                    ┌──▶ View, AtlasSummary, digest        what operators see
//! RecognitionGraph ──┼──▶ TrustPath                         who is reached, and over which treaties
//!                    └──▶ TrustDecision                     allow, warn, escalate, block
//! EdgeIndex ─────────────▶ TrustPath                         the same, kept up to date edge by edge
//!    ▲
//! Connectome ────────────▶ all of it                         an authority's own, labelled for the present
//! ```
//!
//! [`RecognitionGraph::explain`] is the rule, written plainly; [`EdgeIndex`] gives the same answers fast. A path of more than
//! one hop explains; it admits nobody, since admission asks for a treaty of one's own.
//!
//! # Invariants
//!
//! 1. Edges are directed, and only active ones carry trust.
//! 2. Among shortest paths the answer is the first in the order of (from, to, treaty id), hop by hop.
//! 3. The index and the plain search give equal answers on every graph.
//! 4. A graph's digest depends on its members and on nothing else.
//!
//! # Source
//!
//! The reference's `trust/connectome.py`, `trust/decision.py` and `na_service/db_trust.py`.

mod decision;
mod graph;
mod index;
mod live;
mod merge;
mod path;
mod search;
mod view;

pub use decision::{
    DecisionRules, RoleScope, TrustDecision, TrustFacts, TrustSignal, TrustVerdict,
};
pub use graph::{
    ActiveTreaty, AtlasSummary, Edge, RecognitionGraph, RevokedAttestation, RevokedMaterial,
    RevokedTreaty, SovereignRef, graph_digest,
};
pub use index::EdgeIndex;
pub use live::{Connectome, StoredTreaty};
pub use merge::{AtlasSource, Freshness, LIVE_SECONDS, MergedAtlas, MergedAuthority, MergedEdge};
pub use path::{PathReason, TrustPath};
pub use search::Scratch;
pub use view::{BlastRadius, View, ViewSummary};

#[cfg(test)]
mod live_tests;
#[cfg(test)]
mod merge_tests;
#[cfg(test)]
mod tests;
