//! The threshold committee and the anchors of a record, in the world.

use comity_commitment::{
    Anchored, Anchors, BeaconPublished, CertificateKind, Certified, CertifiedDigest,
    CommitmentFact, Committee, ConstitutionState, Due, EpochClosed, Item, ItemKind, LifecycleEvent,
    PublishedBeacon, Rules, Stamp,
};
use comity_constitution::CommitmentTier;
use comity_wire::{Digest, SovereignId, Time};

use super::World;
use super::record::{RecordView, Step};
use crate::refusal::Refusal;

/// What stands between a record and the settlement chain.
#[derive(Clone, Debug, Default)]
pub(super) struct Settlement {
    committee: Committee,
    anchors: Anchors,
    /// People admitted to the record.
    humans: u64,
}

impl RecordView {
    /// The threshold committee: keys, certificates, beacon.
    pub const fn committee(&self) -> &Committee {
        &self.settlement.committee
    }

    /// What is anchored and what waits for it.
    pub const fn anchors(&self) -> &Anchors {
        &self.settlement.anchors
    }

    /// The beacon round that a commitment of this record names: the last that the committee published, or in a record
    /// without one the number of values revealed.
    pub fn beacon_round(&self) -> u64 {
        self.settlement.committee.last_round().unwrap_or(self.revealed)
    }
}

impl Step<'_> {
    fn stamp(&self) -> Stamp {
        let (id, signer) = (self.id(), self.statement().signer.clone());
        Stamp { at: self.place.at, id, index: self.place.index, signer }
    }
}

/// What other rooms ask.
impl World {
    /// The numbers under which a record's committee and anchors stand.
    ///
    /// # Errors
    ///
    /// A record that is not known, or whose parameters are not.
    pub fn rules_of(&self, record: SovereignId) -> Result<Rules<'_>, Refusal> {
        Ok(Rules { charter: self.charter_of(record), parameters: self.parameters_of(record)? })
    }

    /// The value of a round of the record's committee, once it was published and verified.
    /// [`PublishedBeacon::may_decide`] says about which statements it may be used.
    pub fn beacon_of(&self, record: SovereignId, round: u64) -> Option<&PublishedBeacon> {
        self.record(record)?.committee().beacon(round)
    }

    /// The latest round that somebody may know at `at`; a draw that is announced then names a later one. Zero without a
    /// committee, which has no rounds.
    ///
    /// # Errors
    ///
    /// As [`Self::rules_of`].
    pub fn latest_knowable_round(&self, record: SovereignId, at: Time) -> Result<u64, Refusal> {
        let rules = self.rules_of(record)?;
        let committee = self.record(record).map(RecordView::committee);
        let committee = committee.filter(|committee| !committee.terms().is_empty());
        Ok(committee.map_or(0, |committee| committee.latest_knowable(at, &rules)))
    }

    /// The certificate of the record's committee over a digest.
    pub fn certificate_of(&self, record: SovereignId, digest: &Digest) -> Option<&CertifiedDigest> {
        self.record(record)?.committee().certificate(digest)
    }

    /// Whether a digest stands on the settlement chain, as deep as finality asks.
    pub fn is_final(&self, record: SovereignId, digest: &Digest) -> bool {
        let view = self.record(record);
        view.is_some_and(|view| view.anchors().final_anchor(digest).is_some())
    }

    /// What a record must anchor at `now`.
    ///
    /// # Errors
    ///
    /// As [`Self::rules_of`].
    pub fn anchors_due(&self, record: SovereignId, now: Time) -> Result<Vec<Due>, Refusal> {
        let rules = self.rules_of(record)?;
        Ok(self.record(record).map_or_else(Vec::new, |view| view.anchors().due(now, &rules)))
    }

    /// The state that anchors of a record name.
    ///
    /// # Errors
    ///
    /// As [`Self::rules_of`].
    pub fn constitution_state(&self, record: SovereignId) -> Result<ConstitutionState, Refusal> {
        let rules = self.rules_of(record)?;
        let view = self.record(record).ok_or(Refusal::GenesisPlace)?;
        let phase = self.polity(record).and_then(|polity| polity.phase().phase());
        Ok(ConstitutionState {
            charter: rules.charter.hash(),
            parameters: rules.parameters.hash(),
            phase: phase.map_or_else(|| "none".to_owned(), |phase| phase.to_string()),
            tier: view.anchors().tier(),
        })
    }

    /// Something happened in the life of a constitution: the statement on its way in is anchored at once. Called after
    /// everything that may refuse.
    pub(super) fn lifecycle(
        &mut self,
        step: &Step<'_>,
        event: LifecycleEvent,
    ) -> Result<(), Refusal> {
        let digest = step.id().digest();
        self.push_item(step, digest, ItemKind::Event(event))
    }
}

impl World {
    /// Facts of the key ceremony.
    pub(super) fn make_key(
        &mut self,
        step: &Step<'_>,
        fact: &CommitmentFact,
    ) -> Result<(), Refusal> {
        use CommitmentFact as Fact;

        self.check_service(step, fact)?;
        let (stamp, by_authority) = (step.stamp(), step.is_authority());
        self.settle(step, |settlement, rules| {
            let Settlement { committee, anchors, .. } = settlement;
            match fact {
                Fact::MemberKeyStated(_) if by_authority => {
                    return Err(Refusal::Disagrees { what: "committee member and actor" });
                }
                Fact::MemberKeyStated(body) => committee.state_key(&stamp, body)?,
                Fact::MemberKeyRevoked(body) => committee.revoke(&stamp, by_authority, body)?,
                Fact::CommitteePlanned(body) => committee.plan(&stamp, body, rules)?,
                Fact::CommitteeDealt(body) => committee.deal(&stamp, body)?,
                Fact::DealingEnded(body) => committee.end_dealing(&stamp, body, rules)?,
                Fact::CommitteeComplained(body) => committee.complain(&stamp, body)?,
                Fact::CommitteeKeyed(body) => {
                    committee.key(&stamp, body, rules)?;
                    anchors.oblige(stamp.at);
                }
                Fact::BeaconCommitted(_)
                | Fact::BeaconRevealed(_)
                | Fact::EpochClosed(_)
                | Fact::Certified(_)
                | Fact::BeaconPublished(_)
                | Fact::Anchored(_) => return Err(Refusal::UnknownKind),
            }
            Ok(())
        })
    }

    /// Nobody who is suspended gets a share of a key. Whoever holds one keeps it until the next committee.
    fn check_service(&self, step: &Step<'_>, fact: &CommitmentFact) -> Result<(), Refusal> {
        match fact {
            CommitmentFact::MemberKeyStated(_) => {
                step.actor().map_or(Ok(()), |actor| self.require_service(step, actor))
            }
            CommitmentFact::CommitteePlanned(body) => {
                body.members.iter().try_for_each(|actor| self.require_service(step, actor))
            }
            CommitmentFact::MemberKeyRevoked(_)
            | CommitmentFact::CommitteeDealt(_)
            | CommitmentFact::DealingEnded(_)
            | CommitmentFact::CommitteeComplained(_)
            | CommitmentFact::CommitteeKeyed(_)
            | CommitmentFact::BeaconCommitted(_)
            | CommitmentFact::BeaconRevealed(_)
            | CommitmentFact::EpochClosed(_)
            | CommitmentFact::Certified(_)
            | CommitmentFact::BeaconPublished(_)
            | CommitmentFact::Anchored(_) => Ok(()),
        }
    }

    pub(super) fn certify(&mut self, step: &Step<'_>, body: &Certified) -> Result<(), Refusal> {
        let stamp = step.stamp();
        let certified = self.settle(step, |Settlement { committee, anchors, .. }, rules| {
            let mut next = committee.clone();
            let certified = next.certify(&stamp, body, rules)?;
            if let Some(to) = body.window_to {
                anchors.is_window(&certified.decision.commitment, to)?;
            }
            *committee = next;
            Ok(certified)
        })?;
        match (certified.decision.kind, body.window_to) {
            (CertificateKind::Decision, None) => {
                let event = ItemKind::Event(LifecycleEvent::DecisionCertified);
                self.push_item(step, certified.decision.commitment, event)
            }
            (CertificateKind::Commitment | CertificateKind::Handover, _)
            | (CertificateKind::Decision, Some(_)) => Ok(()),
        }
    }

    pub(super) fn publish_beacon(
        &mut self,
        step: &Step<'_>,
        body: &BeaconPublished,
    ) -> Result<(), Refusal> {
        let stamp = step.stamp();
        let head = self.record(step.record).and_then(|view| view.chain.head().copied());
        let floor = head.map_or(0, |head| head.beacon_round);
        self.settle(step, |settlement, rules| {
            settlement.committee.publish(&stamp, body, floor, rules)?;
            Ok(())
        })
    }

    pub(super) fn anchor(&mut self, step: &Step<'_>, body: &Anchored) -> Result<(), Refusal> {
        let stamp = step.stamp();
        self.settle(step, |Settlement { committee, anchors, .. }, rules| {
            let is_certified = |digest: &Digest| committee.certificate(digest).is_some();
            Ok(anchors.anchor(&stamp, body, &is_certified, rules)?)
        })
    }

    /// An epoch was closed: the committee may certify it, and it waits for its anchor.
    pub(super) fn note_close(
        &mut self,
        step: &Step<'_>,
        body: &EpochClosed,
    ) -> Result<(), Refusal> {
        let stamp = step.stamp();
        self.settle(step, |settlement, rules| {
            settlement.committee.closed(&stamp, body, rules);
            Ok(())
        })?;
        self.push_item(step, body.hash, ItemKind::Epoch(body.commitment.epoch_id))
    }

    /// A person was admitted: without a constitution, which counts for itself, the commitment tier follows from how many
    /// there are.
    pub(super) fn count_human(&mut self, step: &Step<'_>) -> Result<(), Refusal> {
        if self.polity(step.record).is_some() {
            return Ok(());
        }
        let at = step.place.at;
        let has_risen = self.settle(step, |settlement, rules| {
            settlement.humans += 1;
            Ok(settlement.anchors.advance(rules, settlement.humans, at))
        })?;
        if has_risen { self.lifecycle(step, LifecycleEvent::TierChanged) } else { Ok(()) }
    }

    /// A constitution has entered this tier.
    pub(super) fn raise_tier(
        &mut self,
        step: &Step<'_>,
        tier: CommitmentTier,
    ) -> Result<(), Refusal> {
        let at = step.place.at;
        self.settle(step, |settlement, _| {
            settlement.anchors.raise(tier, at);
            Ok(())
        })
    }

    fn push_item(
        &mut self,
        step: &Step<'_>,
        digest: Digest,
        kind: ItemKind,
    ) -> Result<(), Refusal> {
        let state_root = self.constitution_state(step.record)?.root();
        let at = step.place.at;
        self.settle(step, |settlement, _| {
            settlement.anchors.push(Item { digest, kind, at, state_root });
            Ok(())
        })
    }

    /// Lends the settlement of the speaker's record together with its rules.
    fn settle<T>(
        &mut self,
        step: &Step<'_>,
        change: impl FnOnce(&mut Settlement, &Rules<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let record = step.record;
        let view = self.records.get_mut(&record).ok_or(Refusal::GenesisPlace)?;
        let mut settlement = std::mem::take(&mut view.settlement);
        let result = self.rules_of(record).and_then(|rules| change(&mut settlement, &rules));
        if let Some(view) = self.records.get_mut(&record) {
            view.settlement = settlement;
        }
        result
    }
}
