//! What is kept of operators and their partners.

use std::collections::{BTreeMap, VecDeque};

use comity_mesh::continuity::{OfflineNotice, OperatorHeartbeat};
use comity_mesh::keys::SignedObject;
use comity_mesh::managing_partner::{
    AssistanceNote, DelegationEnd, PartnerAcceptance, PartnerDelegation,
};
use comity_mesh::operator::assets::AssetManifest;
use comity_mesh::operator::checks::CheckReport;
use comity_mesh::operator::onboarding::OnboardingStatement;
use comity_wire::mesh_json::Datetime;

use crate::Event;
use crate::limits::{NOTES_KEPT, PARTNERS_MAX, REPORTS_KEPT, SEQUENCES_KEPT};

/// Signed objects by their sequence: the newest [`SEQUENCES_KEPT`] sequences and the first one, and at most two objects of
/// each, which is what shows that one was used twice.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sequenced<T>(BTreeMap<u64, (T, Option<T>)>);

/// How an object fits the ones that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It is newer than all of them.
    Newest,
    /// It contradicts one of them.
    Contradicts,
    /// It is old, or there already.
    Stale,
}

impl<T> Default for Sequenced<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: SignedObject> Sequenced<T> {
    /// The highest sequence.
    pub(crate) fn newest(&self) -> Option<u64> {
        self.0.last_key_value().map(|(sequence, _)| *sequence)
    }

    /// Where an object of that sequence would go.
    pub(crate) fn place(&self, sequence: u64, object: &T) -> Place {
        match self.0.get(&sequence) {
            Some((first, None)) if first.signed_bytes() != object.signed_bytes() => {
                Place::Contradicts
            }
            None if self.newest() < Some(sequence) => Place::Newest,
            Some(_) | None => Place::Stale,
        }
    }

    /// Keeps an object; `None` if it has no place.
    fn put(&mut self, sequence: u64, object: &T) -> Option<()>
    where
        T: Clone,
    {
        match self.place(sequence, object) {
            Place::Stale => return None,
            Place::Contradicts => self.0.get_mut(&sequence)?.1 = Some(object.clone()),
            Place::Newest => drop(self.0.insert(sequence, (object.clone(), None))),
        }
        if SEQUENCES_KEPT < self.0.len() {
            // The first one stays: it says since when duties could have been done.
            let second = self.0.keys().nth(1).copied();
            second.and_then(|second| self.0.remove(&second));
        }
        Some(())
    }

    /// All that are kept, by sequence.
    pub(crate) fn all(&self) -> Vec<T>
    where
        T: Clone,
    {
        let both = self.0.values().flat_map(|(first, other)| [Some(first), other.as_ref()]);
        both.flatten().cloned().collect()
    }
}

/// One delegation and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Partner {
    pub(crate) delegation: PartnerDelegation,
    pub(crate) acceptance: Option<PartnerAcceptance>,
    pub(crate) ends: Vec<DelegationEnd>,
    /// The newest ones.
    pub(crate) notes: VecDeque<AssistanceNote>,
}

impl Partner {
    /// Whether it has run out or was ended by then.
    pub(crate) fn is_over(&self, at: Datetime) -> bool {
        let is_past = |when: Datetime| when.instant() <= at.instant();
        is_past(self.delegation.expires_at) || self.ends.iter().any(|end| is_past(end.ended_at))
    }

    /// Whether an end adds nothing to those that are there: one is no later and acknowledges no more.
    pub(crate) fn has_ended_by(&self, end: &DelegationEnd) -> bool {
        self.ends.iter().any(|known| {
            known.ended_at.instant() <= end.ended_at.instant()
                && known.last_note_sequence <= end.last_note_sequence
        })
    }

    /// The sequence that the next note must exceed.
    pub(crate) fn last_note(&self) -> u64 {
        self.notes.back().map_or(0, |note| note.sequence)
    }
}

/// Everything of this part that follows from the record.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Operators {
    pub(crate) heartbeats: Sequenced<OperatorHeartbeat>,
    pub(crate) notices: Sequenced<OfflineNotice>,
    /// The newest ones.
    pub(crate) reports: VecDeque<CheckReport>,
    pub(crate) onboarding: Vec<OnboardingStatement>,
    pub(crate) assets: Option<AssetManifest>,
    /// By the delegation's id.
    pub(crate) partners: BTreeMap<String, Partner>,
}

impl Operators {
    /// Takes an event; `None` if it cannot happen here.
    pub(crate) fn apply(&mut self, event: &Event, at: Datetime) -> Option<()> {
        #[expect(clippy::wildcard_enum_match_arm, reason = "the others belong to other parts")]
        match event {
            Event::OperatorHeartbeatRecorded(it) => {
                self.heartbeats.put(it.heartbeat.sequence, &it.heartbeat)
            }
            Event::OfflineNoticeRecorded(it) => self.notices.put(it.notice.sequence, &it.notice),
            Event::CheckReportFiled(it) => {
                keep(&mut self.reports, it.report.clone(), REPORTS_KEPT);
                Some(())
            }
            Event::OnboardingStepRecorded(it) => {
                self.onboarding.push(it.statement.clone());
                Some(())
            }
            Event::AssetsPublished(it) => {
                let old = self.assets.replace(it.manifest.clone());
                old.is_none_or(|old| old.sequence < it.manifest.sequence).then_some(())
            }
            Event::PartnerGranted(it) => {
                let partner = Partner {
                    delegation: it.delegation.clone(),
                    acceptance: None,
                    ends: Vec::new(),
                    notes: VecDeque::new(),
                };
                self.make_room(at);
                let id = it.delegation.delegation_id.clone();
                self.partners.insert(id, partner).is_none().then_some(())
            }
            Event::PartnerAccepted(it) => {
                let partner = self.partners.get_mut(&it.acceptance.delegation_id)?;
                partner.acceptance.replace(it.acceptance.clone()).is_none().then_some(())
            }
            Event::PartnerNoted(it) => {
                let partner = self.partners.get_mut(&it.note.delegation_id)?;
                (partner.last_note() < it.note.sequence).then_some(())?;
                keep(&mut partner.notes, it.note.clone(), NOTES_KEPT);
                Some(())
            }
            Event::PartnerEnded(it) => {
                let partner = self.partners.get_mut(&it.end.delegation_id)?;
                partner.ends.push(it.end.clone());
                Some(())
            }
            _ => None,
        }
    }
}

impl Operators {
    /// Forgets delegations that are over, as long as there are too many; the record keeps them.
    fn make_room(&mut self, at: Datetime) {
        while PARTNERS_MAX <= self.partners.len() {
            let over = self.partners.iter().find(|(_, partner)| partner.is_over(at));
            let Some(id) = over.map(|(id, _)| id.clone()) else { return };
            self.partners.remove(&id);
        }
    }
}

/// Adds an item and drops the oldest ones beyond `max`.
fn keep<T>(items: &mut VecDeque<T>, item: T, max: usize) {
    items.push_back(item);
    while max < items.len() {
        items.pop_front();
    }
}
