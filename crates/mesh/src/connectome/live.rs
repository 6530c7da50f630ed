//! An authority's own connectome: its stored treaties and imported revocations, always labelled for the present.
//!
//! Time is told, never asked for. [`Connectome::advance`] relabels the treaties whose label changes at that time and leaves
//! the others alone; a clock that goes back changes nothing. Treaties stand in the order of their dates of issue, and those
//! of one date in the order in which they came.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use comity_wire::mesh_json::Datetime;

use super::decision::{DecisionRules, RoleScope, TrustDecision, TrustFacts};
use super::graph::{
    ActiveTreaty, Edge, RecognitionGraph, RevokedAttestation, RevokedMaterial, RevokedTreaty,
    SovereignRef,
};
use super::index::EdgeIndex;
use super::path::TrustPath;
use super::search::Scratch;
use crate::recognition::{Lifecycle, LifecycleState, RecognitionTreaty};

/// Microseconds of an hour, and of the second that an expiry is rounded by.
const HOUR: i64 = 3_600_000_000;
const SECOND: i64 = 1_000_000;
/// Hours before the end at which a label changes: `medium`, `high`, `expired`.
const LABEL_HOURS: [i64; 3] = [72, 24, 0];

/// A treaty and what its issuer keeps beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredTreaty {
    /// The treaty as it was signed.
    pub treaty: Arc<RecognitionTreaty>,
    /// When it was revoked.
    pub revoked_at: Option<Datetime>,
    /// Why; `replaced_by:` and `renewed_by:` name the treaty that came in its place.
    pub reason: Option<String>,
}

impl StoredTreaty {
    /// Where it stands `at` that time.
    pub fn lifecycle(&self, at: Datetime) -> Lifecycle {
        self.treaty.lifecycle(self.revoked_at, self.reason.as_deref(), at)
    }

    /// What the row says: revoked if it was, and what the treaty itself says if not.
    pub fn status(&self) -> &'static str {
        match self.revoked_at {
            Some(_) => "revoked",
            None => self.treaty.status.as_str(),
        }
    }

    fn edge(&self, at: Datetime) -> Edge {
        let (treaty, lifecycle) = (&self.treaty, self.lifecycle(at));
        Edge {
            from: treaty.issuer_sovereign_id.clone(),
            to: treaty.subject_sovereign_id.clone(),
            treaty_id: treaty.treaty_id.clone(),
            status: self.status().to_owned(),
            lifecycle_state: lifecycle.state.as_str().to_owned(),
            expiry_risk: lifecycle.expiry_risk.as_str().to_owned(),
            valid_from: treaty.valid_from.isoformat(),
            expires_at: treaty.expires_at.isoformat(),
        }
    }

    /// The next instant after `now` at which its label is another one.
    fn next_change(&self, now: i64) -> Option<i64> {
        if self.revoked_at.is_some() {
            return None;
        }
        let end = self.treaty.expires_at.instant();
        let changes = LABEL_HOURS.map(|hours| end - hours * HOUR - SECOND + 1);
        changes.into_iter().find(|change| now < *change)
    }
}

/// A treaty with the number under which it came.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    number: u64,
    stored: StoredTreaty,
}

impl Entry {
    /// What treaties are ordered by.
    fn place(&self) -> (i64, u64) {
        (self.stored.treaty.issued_at.instant(), self.number)
    }
}

/// Everything that an authority publishes about recognition. Two are equal if they hold the same, whatever the time is that
/// each was told last.
#[derive(Clone, Debug)]
pub struct Connectome {
    now: Datetime,
    generation: u64,
    index: EdgeIndex,
    treaties: BTreeMap<String, Entry>,
    /// How many treaties have come.
    came: u64,
    /// Treaties by date of issue.
    issued: BTreeMap<(i64, u64), String>,
    /// Treaties by the instant at which their label changes.
    due: BTreeSet<(i64, String)>,
    /// Imported revocations by issuer and attestation.
    revocations: BTreeMap<(String, String), RevokedAttestation>,
}

impl Connectome {
    /// An empty one at that time.
    pub const fn new(now: Datetime) -> Self {
        Self {
            now,
            generation: 0,
            index: EdgeIndex::new(),
            treaties: BTreeMap::new(),
            came: 0,
            issued: BTreeMap::new(),
            due: BTreeSet::new(),
            revocations: BTreeMap::new(),
        }
    }

    /// A number that is another one after every change. What was derived from the graph is good for as long as it stays.
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// The time that labels are for.
    pub const fn now(&self) -> Datetime {
        self.now
    }

    /// A treaty.
    pub fn treaty(&self, treaty_id: &str) -> Option<&StoredTreaty> {
        self.treaties.get(treaty_id).map(|entry| &entry.stored)
    }

    /// How many treaties there are.
    pub fn len(&self) -> usize {
        self.treaties.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.treaties.is_empty()
    }

    /// The treaties by date of issue.
    pub fn treaties(&self) -> impl Iterator<Item = &StoredTreaty> {
        self.issued.values().filter_map(|id| self.treaty(id))
    }

    /// Adds a treaty, or replaces the one of its id, which keeps its place among those of its date.
    pub fn put(&mut self, stored: StoredTreaty) {
        let id = stored.treaty.treaty_id.clone();
        let number = self.forget(&id).map_or(self.came, |known| known.number);
        self.came = self.came.max(number + 1);
        let entry = Entry { number, stored };
        self.index.put(entry.stored.edge(self.now));
        self.issued.insert(entry.place(), id.clone());
        self.schedule(&entry.stored);
        self.treaties.insert(id, entry);
        self.generation += 1;
    }

    /// Revokes a treaty; whether there is one. A revocation stands as it was first made.
    pub fn revoke(&mut self, treaty_id: &str, at: Datetime, reason: Option<String>) -> bool {
        let Some(stored) = self.treaty(treaty_id) else { return false };
        if stored.revoked_at.is_none() {
            let revoked = StoredTreaty { revoked_at: Some(at), reason, ..stored.clone() };
            self.put(revoked);
        }
        true
    }

    /// Removes a treaty.
    pub fn remove(&mut self, treaty_id: &str) -> Option<StoredTreaty> {
        let entry = self.forget(treaty_id)?;
        self.index.remove(treaty_id);
        self.generation += 1;
        Some(entry.stored)
    }

    /// Takes in a revocation from another sovereign's feed, already verified.
    pub fn import(&mut self, revocation: RevokedAttestation) {
        let key = (revocation.issuer_sovereign_id.clone(), revocation.id.clone());
        self.revocations.insert(key, revocation);
        self.generation += 1;
    }

    /// The imported revocations, by issuer and attestation.
    pub fn revocations(&self) -> impl ExactSizeIterator<Item = &RevokedAttestation> {
        self.revocations.values()
    }

    /// Whether an imported feed revokes an attestation.
    pub fn is_revoked(&self, issuer_sovereign_id: &str, attestation_id: &str) -> bool {
        let key = (issuer_sovereign_id.to_owned(), attestation_id.to_owned());
        self.revocations.contains_key(&key)
    }

    /// Whether some treaty gets another label until then.
    pub fn is_due(&self, now: Datetime) -> bool {
        self.due.first().is_some_and(|(at, _)| *at <= now.instant())
    }

    /// Relabels the treaties whose label changes until then; how many.
    pub fn advance(&mut self, now: Datetime) -> usize {
        if now.instant() <= self.now.instant() {
            return 0;
        }
        self.now = now;
        let mut changed = 0;
        while self.is_due(now) {
            let Some((_, id)) = self.due.pop_first() else { break };
            let Some(Entry { stored, .. }) = self.treaties.get(&id) else { continue };
            let lifecycle = stored.lifecycle(now);
            let (state, risk) = (lifecycle.state.as_str(), lifecycle.expiry_risk.as_str());
            self.index.relabel(&id, stored.status(), state, risk);
            if let Some(next) = stored.next_change(now.instant()) {
                self.due.insert((next, id));
            }
            changed += 1;
        }
        self.generation += u64::from(changed != 0);
        changed
    }

    /// Whether and how `from` reaches `to` now.
    pub fn explain(&self, scratch: &mut Scratch, from: &str, to: &str) -> TrustPath<'_> {
        self.index.explain(scratch, from, to)
    }

    /// What `from` should do now about `to`, which asks for these roles.
    pub fn decide(
        &self,
        scratch: &mut Scratch,
        from: &str,
        to: &str,
        requested_roles: Vec<String>,
    ) -> TrustDecision<'_> {
        let path = self.explain(scratch, from, to);
        TrustDecision::of(path, self, requested_roles, DecisionRules::Strict, self.now)
    }

    /// The graph as it is published now.
    pub fn graph(&self) -> RecognitionGraph {
        let edges = self.issued.values().filter_map(|id| self.index.edge(id));
        let edges: Vec<Edge> = edges.cloned().collect();
        let names: BTreeSet<&String> =
            edges.iter().flat_map(|edge| [&edge.from, &edge.to]).collect();
        let sovereigns = names.into_iter().map(|id| SovereignRef { sovereign_id: id.clone() });
        let (mut active, mut revoked) = (Vec::new(), Vec::new());
        for stored in self.treaties() {
            let lifecycle = stored.lifecycle(self.now);
            if lifecycle.state.is_active() {
                active.push(ActiveTreaty::Own(Arc::clone(&stored.treaty)));
            } else if lifecycle.state != LifecycleState::Expired {
                revoked.push(RevokedMaterial::Treaty(RevokedTreaty {
                    id: stored.treaty.treaty_id.clone(),
                    lifecycle_state: lifecycle.state.as_str().to_owned(),
                    reason: stored.reason.clone(),
                    revoked_at: stored.revoked_at.map(Datetime::isoformat),
                }));
            }
        }
        revoked.extend(self.revocations.values().cloned().map(RevokedMaterial::Attestation));
        RecognitionGraph {
            sovereigns: sovereigns.collect(),
            recognition_edges: edges,
            active_treaties: active,
            revoked_trust_material: revoked,
        }
    }

    /// Takes a treaty out of everything but the index.
    fn forget(&mut self, treaty_id: &str) -> Option<Entry> {
        let entry = self.treaties.remove(treaty_id)?;
        self.issued.remove(&entry.place());
        if let Some(at) = entry.stored.next_change(self.now.instant()) {
            self.due.remove(&(at, treaty_id.to_owned()));
        }
        Some(entry)
    }

    fn schedule(&mut self, stored: &StoredTreaty) {
        if let Some(at) = stored.next_change(self.now.instant()) {
            self.due.insert((at, stored.treaty.treaty_id.clone()));
        }
    }
}

impl PartialEq for Connectome {
    fn eq(&self, other: &Self) -> bool {
        self.treaties().eq(other.treaties()) && self.revocations == other.revocations
    }
}

impl TrustFacts for Connectome {
    fn roles(&self, treaty_id: &str) -> RoleScope {
        self.treaty(treaty_id).map_or(RoleScope::Unknown, |it| RoleScope::from(&it.treaty.scope))
    }

    fn revocations(&self, issuers: &BTreeSet<&str>) -> Vec<&RevokedAttestation> {
        let of = |issuer: &&str| {
            let issuer = (*issuer).to_owned();
            let from = (issuer.clone(), String::new());
            let rest = self.revocations.range(from..);
            rest.take_while(move |((known, _), _)| *known == issuer).map(|(_, it)| it)
        };
        issuers.iter().flat_map(of).collect()
    }
}
