//! Beacons and epochs in the world.

use std::collections::BTreeMap;

use comity_commitment::beacon;
use comity_commitment::{
    BeaconCommitted, BeaconRevealed, Circumstances, CommitmentFact, EpochClosed, EpochId,
};
use comity_wire::{Digest, SovereignId, StatementId, Time};

use super::World;
use super::record::Step;
use crate::refusal::Refusal;

/// The beacon of one attempt: the room's own state, and whose statements made it.
#[derive(Clone, Debug)]
pub struct Round {
    shares: beacon::Round,
    commits: BTreeMap<SovereignId, StatementId>,
    reveals: BTreeMap<SovereignId, StatementId>,
}

impl Round {
    /// The statement by which a contributor committed.
    pub fn commit_of(&self, by: SovereignId) -> Option<StatementId> {
        self.commits.get(&by).copied()
    }

    /// The statement by which a contributor revealed.
    pub fn reveal_of(&self, by: SovereignId) -> Option<StatementId> {
        self.reveals.get(&by).copied()
    }

    /// All commitments, by contributor: the order of arrival differs from reader to reader.
    pub fn commits(&self) -> impl Iterator<Item = StatementId> {
        self.commits.values().copied()
    }

    /// All reveals, by contributor.
    pub fn reveals(&self) -> impl Iterator<Item = StatementId> {
        self.reveals.values().copied()
    }

    /// The beacon, once all have revealed.
    pub fn value(&self) -> Option<Digest> {
        self.shares.value()
    }
}

impl World {
    pub(super) fn apply_commitment(
        &mut self,
        step: &Step<'_>,
        fact: CommitmentFact,
    ) -> Result<(), Refusal> {
        let is_members = matches!(
            fact,
            CommitmentFact::MemberKeyStated(_)
                | CommitmentFact::MemberKeyRevoked(_)
                | CommitmentFact::CommitteeDealt(_)
                | CommitmentFact::CommitteeComplained(_)
        );
        if !is_members {
            step.authority_only()?;
        }
        match fact {
            CommitmentFact::BeaconCommitted(body) => self.beacon_commit(step, &body),
            CommitmentFact::BeaconRevealed(body) => self.beacon_reveal(step, &body),
            CommitmentFact::EpochClosed(body) => self.close_epoch(step, &body),
            CommitmentFact::Certified(body) => self.certify(step, &body),
            CommitmentFact::BeaconPublished(body) => self.publish_beacon(step, &body),
            CommitmentFact::Anchored(body) => self.anchor(step, &body),
            CommitmentFact::MemberKeyStated(_)
            | CommitmentFact::MemberKeyRevoked(_)
            | CommitmentFact::CommitteePlanned(_)
            | CommitmentFact::CommitteeDealt(_)
            | CommitmentFact::DealingEnded(_)
            | CommitmentFact::CommitteeComplained(_)
            | CommitmentFact::CommitteeKeyed(_) => self.make_key(step, &fact),
        }
    }

    /// A share is committed once the attempt has begun, so that it cannot be chosen before the order is known.
    fn beacon_commit(&mut self, step: &Step<'_>, body: &BeaconCommitted) -> Result<(), Refusal> {
        let order = self.order(body.order)?;
        let contributors = order.placed.terms().beacon.clone();
        let mission = order.mission.ok_or(Refusal::Disagrees { what: "order without mission" })?;
        let view = self.mission(mission)?;
        let started = view.started.ok_or(Refusal::Disagrees { what: "attempt not started" })?;
        self.require_seen(step, started)?;
        if view.mission.attempts() != body.attempt {
            return Err(Refusal::Disagrees { what: "beacon attempt" });
        }
        let key = (body.order, body.attempt);
        let mut round = match self.rounds.get(&key) {
            Some(round) => round.clone(),
            None => Round {
                shares: beacon::Round::new(body.order, body.attempt, contributors)?,
                commits: BTreeMap::new(),
                reveals: BTreeMap::new(),
            },
        };
        round.shares.commit(step.record, step.id(), body)?;
        round.commits.insert(step.record, step.id());
        self.rounds.insert(key, round);
        Ok(())
    }

    /// A share is revealed once the evidence is attached, so that the evidence cannot be chosen for the beacon.
    fn beacon_reveal(&mut self, step: &Step<'_>, body: &BeaconRevealed) -> Result<(), Refusal> {
        let mission = self.order(body.order)?.mission;
        let mission = mission.ok_or(Refusal::Disagrees { what: "order without mission" })?;
        let attached = self.mission(mission)?.attached;
        self.require_seen(step, attached.ok_or(Refusal::Disagrees { what: "evidence attached" })?)?;
        let round = self.rounds.get_mut(&(body.order, body.attempt));
        let round = round.ok_or(Refusal::Disagrees { what: "beacon round" })?;
        round.shares.reveal(step.record, body)?;
        round.reveals.insert(step.record, step.id());
        if let Some(record) = self.records.get_mut(&step.record) {
            record.revealed += 1;
        }
        Ok(())
    }

    /// The evidence commitment seals the round: it cites every share's commitment.
    pub(super) fn seal_round(
        &mut self,
        step: &Step<'_>,
        order: StatementId,
        attempt: u64,
        cited: &[StatementId],
    ) -> Result<(), Refusal> {
        for id in cited {
            self.require_seen(step, *id)?;
        }
        let round = self.rounds.get_mut(&(order, attempt));
        let round = round.ok_or(Refusal::Disagrees { what: "beacon round" })?;
        Ok(round.shares.seal(cited)?)
    }

    /// The value of a round, all of whose reveals the speaker has seen.
    pub(super) fn beacon_value(
        &self,
        step: &Step<'_>,
        order: StatementId,
        attempt: u64,
    ) -> Result<Digest, Refusal> {
        let round = self.round(order, attempt);
        let round = round.ok_or(Refusal::Disagrees { what: "beacon round" })?;
        for id in round.reveals() {
            self.require_seen(step, id)?;
        }
        round.value().ok_or(Refusal::Disagrees { what: "beacon not revealed" })
    }

    /// The beacon round of an attempt, once somebody has committed.
    pub fn round(&self, order: StatementId, attempt: u64) -> Option<&Round> {
        self.rounds.get(&(order, attempt))
    }

    /// What closing the current epoch of a record would state; `None` if there is nothing to close.
    pub fn closing(&self, record: SovereignId, at: Time) -> Result<Option<EpochClosed>, Refusal> {
        let view = self.records.get(&record).ok_or(Refusal::GenesisPlace)?;
        if view.epoch.is_empty() {
            return Ok(None);
        }
        let parameters = self.parameters_of(record)?;
        let epoch = EpochId::containing(at, view.chain.epoch_s())?;
        let closed = view.epoch.close(&Circumstances {
            epoch,
            previous: view.chain.previous(),
            beacon_round: view.beacon_round(),
            chamber_nonce: nonce(record, epoch),
            parameters: parameters.hash(),
        })?;
        Ok(Some(closed))
    }

    fn close_epoch(&mut self, step: &Step<'_>, body: &EpochClosed) -> Result<(), Refusal> {
        let parameters = self.parameters_of(step.record)?.hash();
        let view = self.records.get(&step.record).ok_or(Refusal::GenesisPlace)?;
        let expected = nonce(step.record, body.commitment.epoch_id);
        if body.commitment.chamber_nonce != expected {
            let found = body.commitment.chamber_nonce;
            return Err(Refusal::Mismatch { what: "chamber nonce", expected, found });
        }
        if body.commitment.public_beacon_round != view.beacon_round() {
            return Err(Refusal::Disagrees { what: "beacon round of the commitment" });
        }
        let mut chain = view.chain.clone();
        view.epoch.verify(body)?;
        chain.close(body, parameters)?;
        if let Some(view) = self.records.get_mut(&step.record) {
            view.chain = chain;
            view.epoch = comity_commitment::EpochRecords::new();
            view.opened = None;
        }
        self.note_close(step, body)?;
        self.constitution_epoch(step, body);
        Ok(())
    }
}

/// Nobody chooses a nonce: it follows from the record and the epoch, so it cannot be ground (`spec` A9, reading 5).
fn nonce(record: SovereignId, epoch: EpochId) -> Digest {
    let start = epoch.start().unix().to_be_bytes();
    comity_wire::sha256_concat(&[b"comity-chamber-nonce/v1\0", record.digest().as_bytes(), &start])
}
