//! One atlas of several authorities: each speaks for itself, and what is not fresh is labelled so.
//!
//! An authority's export counts for the treaties that it issued; what it says about the treaties of others is hearsay and is
//! left out, but counted. Paths are looked for over live treaties only.

use std::collections::{BTreeMap, BTreeSet};

use comity_wire::mesh_json::{Datetime, Value};

use super::graph::{Edge, RecognitionGraph};
use crate::atlas::end_of;
use crate::schema::Field as _;

/// Seconds for which an export is live.
pub const LIVE_SECONDS: i64 = 24 * 3600;

/// How far an authority's part of the atlas can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Freshness {
    /// Fetched within [`LIVE_SECONDS`].
    Live,
    /// Fetched longer ago, or dated ahead of the present.
    Stale,
    /// Kept as a record of an authority that is gone.
    Archived,
}

impl Freshness {
    /// The label.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Stale => "stale",
            Self::Archived => "archived",
        }
    }
}

/// What one authority's export says about the treaties that it issued.
#[derive(Clone, Debug, PartialEq)]
pub struct AtlasSource {
    /// The sovereign whose authority this is.
    pub sovereign_id: String,
    /// Where the authority answers, if that is known.
    pub endpoint: Option<String>,
    /// Its treaties.
    pub edges: Vec<Edge>,
    /// Digest of the export.
    pub graph_digest: String,
    /// Treaties of others in the export, which are left out.
    pub hearsay_count: u64,
    /// When it was fetched.
    pub fetched_at: Datetime,
    /// Whether the authority is gone for good.
    pub is_archived: bool,
}

/// A treaty in the merged atlas; its issuer is the authority that it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct MergedEdge {
    /// The treaty, labelled for the time of the merge.
    pub edge: Edge,
    /// How far it can be relied on.
    pub freshness: Freshness,
}

/// An authority in the merged atlas.
#[derive(Clone, Debug, PartialEq)]
pub struct MergedAuthority {
    /// Its sovereign.
    pub sovereign_id: String,
    /// Where it answers, if that is known.
    pub endpoint: Option<String>,
    /// How far it can be relied on.
    pub freshness: Freshness,
    /// When its export was fetched.
    pub fetched_at: Datetime,
    /// Digest of the export.
    pub graph_digest: String,
    /// Treaties of others in the export, which are left out.
    pub hearsay_count: u64,
}

/// Several authorities' exports as one.
#[derive(Clone, Debug, PartialEq)]
pub struct MergedAtlas {
    /// The authorities, by sovereign.
    pub authorities: Vec<MergedAuthority>,
    /// Everybody mentioned: whoever has an authority here with its label, everybody else without.
    pub sovereigns: BTreeMap<String, Option<Freshness>>,
    /// The treaties, by (from, to, treaty id).
    pub edges: Vec<MergedEdge>,
}

impl AtlasSource {
    /// What counts of a sovereign's export, fetched at that time.
    pub fn of(sovereign_id: String, graph: RecognitionGraph, fetched_at: Datetime) -> Self {
        let graph_digest = graph.digest().to_string();
        let (edges, hearsay): (Vec<Edge>, Vec<Edge>) =
            graph.recognition_edges.into_iter().partition(|edge| edge.from == sovereign_id);
        Self {
            sovereign_id,
            endpoint: None,
            edges,
            graph_digest,
            hearsay_count: super::graph::count(&hearsay),
            fetched_at,
            is_archived: false,
        }
    }

    /// The first time after `at` at which something of it gets another label.
    pub fn next_change(&self, at: Datetime) -> Option<Datetime> {
        let fetched_at = self.fetched_at;
        let ages = [fetched_at, fetched_at.plus(LIVE_SECONDS).plus(1)];
        let ages = ages.into_iter().filter(|_| !self.is_archived);
        let ends = self.edges.iter().filter(|edge| edge.is_active()).filter_map(end_of);
        ages.chain(ends).filter(|time| at.instant() < time.instant()).min_by_key(|it| it.instant())
    }

    /// How far it can be relied on `at` that time.
    pub fn freshness(&self, at: Datetime) -> Freshness {
        let age = at.instant() - self.fetched_at.instant();
        if self.is_archived {
            Freshness::Archived
        } else if (0..=LIVE_SECONDS * 1_000_000).contains(&age) {
            Freshness::Live
        } else {
            Freshness::Stale
        }
    }
}

impl MergedAtlas {
    /// Merges exports `at` that time. Of several exports of one authority the one fetched last counts.
    pub fn merge(sources: &[AtlasSource], at: Datetime) -> Self {
        let mut newest: BTreeMap<&str, &AtlasSource> = BTreeMap::new();
        for source in sources {
            let known = newest.entry(&source.sovereign_id).or_insert(source);
            if known.fetched_at.instant() < source.fetched_at.instant() {
                *known = source;
            }
        }
        let mut merged =
            Self { authorities: Vec::new(), sovereigns: BTreeMap::new(), edges: Vec::new() };
        for source in newest.into_values() {
            merged.add(source, at);
        }
        merged.edges.sort_by(|a, b| a.edge.key().cmp(&b.edge.key()));
        merged
    }

    fn add(&mut self, source: &AtlasSource, at: Datetime) {
        let freshness = source.freshness(at);
        let own = source.edges.iter().filter(|edge| edge.from == source.sovereign_id);
        for edge in own.clone() {
            self.sovereigns.entry(edge.to.clone()).or_insert(None);
        }
        self.sovereigns.insert(source.sovereign_id.clone(), Some(freshness));
        self.authorities.push(MergedAuthority {
            sovereign_id: source.sovereign_id.clone(),
            endpoint: source.endpoint.clone(),
            freshness,
            fetched_at: source.fetched_at,
            graph_digest: source.graph_digest.clone(),
            hearsay_count: source.hearsay_count,
        });
        let mut seen = BTreeSet::new();
        let own = own.filter(|edge| seen.insert(&edge.treaty_id)).cloned();
        self.edges.extend(own.map(|mut edge| {
            edge.age(at);
            MergedEdge { edge, freshness }
        }));
    }

    /// The live treaties as a graph, for paths through all of them.
    pub fn live_graph(&self) -> RecognitionGraph {
        let live = self.edges.iter().filter(|edge| edge.freshness == Freshness::Live);
        RecognitionGraph {
            sovereigns: Vec::new(),
            recognition_edges: live.map(|edge| edge.edge.clone()).collect(),
            active_treaties: Vec::new(),
            revoked_trust_material: Vec::new(),
        }
    }

    /// The atlas as it is published.
    pub fn to_value(&self) -> Value {
        let authority = |it: &MergedAuthority| {
            Value::from([
                ("sovereign_id", Value::from(it.sovereign_id.as_str())),
                ("endpoint", it.endpoint.as_deref().map_or(Value::Null, Value::from)),
                ("freshness", Value::from(it.freshness.as_str())),
                ("fetched_at", Value::from(it.fetched_at.isoformat())),
                ("graph_digest", Value::from(it.graph_digest.as_str())),
                ("hearsay_count", Value::from(it.hearsay_count)),
            ])
        };
        let sovereign = |(id, freshness): (&String, &Option<Freshness>)| {
            let freshness = freshness.map_or(Value::Null, |it| Value::from(it.as_str()));
            Value::from([("sovereign_id", Value::from(id.as_str())), ("freshness", freshness)])
        };
        let edge = |it: &MergedEdge| {
            let mut edge = it.edge.write();
            if let Value::Map(members) = &mut edge {
                members.insert("freshness".to_owned(), Value::from(it.freshness.as_str()));
            }
            edge
        };
        Value::from([
            ("authorities", Value::List(self.authorities.iter().map(authority).collect())),
            ("sovereigns", Value::List(self.sovereigns.iter().map(sovereign).collect())),
            ("recognition_edges", Value::List(self.edges.iter().map(edge).collect())),
        ])
    }
}
