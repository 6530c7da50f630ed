//! The atlas: this sovereign's graph in short, and beside it what other authorities published, with labels.
//!
//! Nothing here fetches. An operator hands in what an authority exported, with the time at which it was fetched; the record
//! keeps what that authority says about its own treaties.
//!
//! | label | of an authority's part |
//! |---|---|
//! | `live` | it was fetched within a day; this authority's own always is |
//! | `stale` | it was fetched longer ago |
//! | `archived` | an operator said that it is gone, or this sovereign recognised it and does no longer |
//!
//! # Invariants
//!
//! 1. The members of the reference's atlas are about this authority's own graph only, and go with `graph_digest`.
//! 2. An authority's part is never replaced by an older one.
//!
//! # Source
//!
//! The seed's multi-authority atlas; labels and merging are those of [`MergedAtlas`]. The routes that fill it are ours.

use std::collections::BTreeMap;

use comity_mesh::connectome::{AtlasSource, MergedAtlas, RecognitionGraph, graph_digest};
use comity_mesh::schema::Field as _;
use comity_wire::Digest;
use comity_wire::mesh_json::{Datetime, Value};

use crate::decide::Done;
use crate::event::{AtlasPeerArchived, AtlasPeerSeen};
use crate::limits::{ATLAS_LIVES_S, ATLAS_PEERS_MAX, REQUEST_AGE_S_MAX};
use crate::{Authority, Body, Call, Refusal};

/// The parts of others.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Peers {
    known: BTreeMap<String, AtlasSource>,
    /// How often they have changed.
    changes: u64,
}

impl Peers {
    /// What another authority published.
    pub(crate) fn see(&mut self, seen: &AtlasPeerSeen) -> Option<()> {
        let source = AtlasSource {
            sovereign_id: seen.sovereign_id.clone(),
            endpoint: Some(seen.endpoint.clone()),
            edges: seen.recognition_edges.clone(),
            graph_digest: seen.graph_digest.clone(),
            hearsay_count: seen.hearsay_count,
            fetched_at: seen.fetched_at,
            is_archived: false,
        };
        let old = self.known.insert(seen.sovereign_id.clone(), source);
        self.changes = self.changes.saturating_add(1);
        old.is_none_or(|old| old.fetched_at.instant() < seen.fetched_at.instant()).then_some(())
    }

    /// Another authority is gone.
    pub(crate) fn archive(&mut self, archived: &AtlasPeerArchived) -> Option<()> {
        self.known.get_mut(&archived.sovereign_id)?.is_archived = true;
        self.changes = self.changes.saturating_add(1);
        Some(())
    }
}

impl Authority {
    /// Changes whenever the atlas does for another reason than the time.
    pub const fn atlas_version(&self) -> u64 {
        self.graph_version().saturating_add(self.state.peers.changes)
    }

    /// `GET /atlas.json`, and until when it stands. Call [`Self::tick`] before, when it is due.
    pub fn atlas(&self, at: Datetime) -> (Value, Datetime) {
        let graph = self.recognition_graph();
        let mut value = graph.atlas_summary().write();
        let mut sources: Vec<AtlasSource> = self.state.peers.known.values().cloned().collect();
        let still = self.recognised();
        for source in &mut sources {
            source.is_archived |= still.get(source.sovereign_id.as_str()) == Some(&false);
        }
        sources.push(AtlasSource::of(self.sovereign_id().to_owned(), graph, at));
        let changes = sources.iter().filter_map(|source| source.next_change(at));
        let until = changes.chain([at.plus(ATLAS_LIVES_S)]).min_by_key(|time| time.instant());
        let merged = MergedAtlas::merge(&sources, at).to_value();
        if let (Value::Map(members), Value::Map(mut merged)) = (&mut value, merged) {
            let authorities = merged.remove("authorities").unwrap_or(Value::Null);
            members.insert("authorities".to_owned(), authorities);
            members.insert("merged".to_owned(), Value::Map(merged));
        }
        (value, until.unwrap_or(at))
    }

    /// Whom this sovereign recognised, and whether it still does.
    fn recognised(&self) -> BTreeMap<&str, bool> {
        let mut still = BTreeMap::new();
        let now = self.state.connectome.now();
        for stored in self.state.connectome.treaties() {
            let is_active = stored.lifecycle(now).state.is_active();
            *still.entry(stored.treaty.subject_sovereign_id.as_str()).or_insert(false) |= is_active;
        }
        still
    }

    /// `POST /admin/atlas/peers`: takes in what another authority published.
    pub(crate) fn see_peer(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        let missing = "missing_atlas_peer_fields";
        let sovereign_id = body.required("sovereign_id", missing)?;
        let endpoint = body.required("endpoint", missing)?;
        let export = body.get("graph").ok_or_else(|| Refusal::bad(missing, "graph is required"))?;
        let fetched_at = crate::trust::time(body, "fetched_at")?;
        let is_web = ["http://", "https://"].iter().any(|scheme| endpoint.starts_with(scheme));
        if !is_web || !endpoint.bytes().all(|byte| byte.is_ascii_graphic()) {
            let message = "endpoint must be an address that begins with http:// or https://";
            return Err(Refusal::bad("invalid_endpoint", message));
        }
        if call.at.plus(REQUEST_AGE_S_MAX).instant() < fetched_at.instant() {
            let message = "fetched_at is ahead of the present";
            return Err(Refusal::bad("atlas_snapshot_ahead", message));
        }
        // A clock that is a little ahead makes nothing stale.
        let is_ahead = call.at.instant() < fetched_at.instant();
        let fetched_at = if is_ahead { call.at } else { fetched_at };
        self.check_peer(sovereign_id, fetched_at)?;
        let graph = RecognitionGraph::read(export).map_err(|error| {
            Refusal::schema("invalid_recognition_graph", "Invalid recognition graph", &error)
        })?;
        let digest = digest(body, export)?;
        let source = AtlasSource::of(sovereign_id.to_owned(), graph, fetched_at);
        let answer = Value::from([
            ("sovereign_id", Value::from(sovereign_id)),
            ("freshness", Value::from(source.freshness(call.at).as_str())),
            ("fetched_at", Value::from(fetched_at.isoformat())),
            ("graph_digest", Value::from(digest.as_str())),
            ("recognition_edge_count", Value::from(source.edges.len() as u64)),
            ("hearsay_count", Value::from(source.hearsay_count)),
        ]);
        let seen = AtlasPeerSeen {
            sovereign_id: sovereign_id.to_owned(),
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            fetched_at,
            graph_digest: digest.clone(),
            hearsay_count: source.hearsay_count,
            recognition_edges: source.edges,
        };
        let done = Done::created(answer, seen).noting("sovereign_id", sovereign_id);
        Ok(done.noting("graph_digest", digest))
    }

    /// Whether there is room for an authority's part as of that time.
    fn check_peer(&self, id: &str, fetched_at: Datetime) -> Result<(), Refusal> {
        if id == self.sovereign_id() {
            let message = "This authority's own graph needs no import";
            return Err(Refusal::bad("atlas_own_graph", message));
        }
        match self.state.peers.known.get(id) {
            Some(known) if fetched_at.instant() <= known.fetched_at.instant() => {
                let message = "What is known of this sovereign was fetched then or later";
                let known = known.fetched_at.isoformat();
                let refusal = Refusal::new(409, "atlas_snapshot_superseded", message);
                Err(refusal.with("fetched_at", known))
            }
            None if ATLAS_PEERS_MAX <= self.state.peers.known.len() => {
                let message = format!("The atlas has {ATLAS_PEERS_MAX} authorities and no room");
                Err(Refusal::new(503, "atlas_full", message))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// `POST /admin/atlas/archive`: says that another authority is gone. It is back when it is seen again.
    pub(crate) fn archive_peer(&self, body: &Body) -> Result<Done, Refusal> {
        let sovereign_id = body.required("sovereign_id", "missing_atlas_peer_fields")?;
        let reason = Self::reason(body)?;
        let known = self.state.peers.known.get(sovereign_id);
        let absent = || Refusal::absent("atlas_peer_not_found", "The atlas has no such authority");
        let is_new = !known.ok_or_else(absent)?.is_archived;
        let answer = Value::from([
            ("sovereign_id", Value::from(sovereign_id)),
            ("freshness", Value::from("archived")),
        ]);
        let done = Done::ok(answer).noting("sovereign_id", sovereign_id).noting("reason", reason);
        if !is_new {
            return Ok(done.noting("was_archived", true));
        }
        let (sovereign_id, reason) = (sovereign_id.to_owned(), reason.to_owned());
        Ok(done.because(AtlasPeerArchived { sovereign_id, reason }))
    }
}

/// Digest of the export: what the operator says, who may hand in a part of it; what follows from it otherwise.
fn digest(body: &Body, export: &Value) -> Result<String, Refusal> {
    let Some(given) = body.text("graph_digest", "invalid_graph_digest")? else {
        return Ok(graph_digest(export).to_string());
    };
    let digest = given.parse::<Digest>().map(|digest| digest.to_string());
    digest.map_err(|_| Refusal::bad("invalid_graph_digest", "graph_digest must be a SHA-256"))
}
