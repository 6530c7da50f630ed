//! Constitutions in the world: one per record that founded one, and which rules are in force in each.

use comity_commitment::{CertificateKind, EpochClosed, LifecycleEvent};
use comity_constitution::chamber::Verdict;
use comity_constitution::facts::{ChamberSeated, PoolCommitted};
use comity_constitution::phase::Phase;
use comity_constitution::polity::Stamp;
use comity_constitution::vote::{EpochClose, Poll};
use comity_constitution::{
    ActorKind, Certified, Chain, Charter, CommitmentTier, ConstitutionFact, ConstitutionRefusal,
    Member, Nano, Parameters, Polity, RuleFile, Surroundings,
};
use comity_mesh::Actor;
use comity_wire::{Digest, KeyId, SovereignId, Statement, StatementId, Time};

use super::World;
use super::record::Step;
use crate::refusal::Refusal;

/// A record as its own constitution sees it, before one statement.
pub(super) struct Around<'a> {
    pub(super) world: &'a World,
    pub(super) record: SovereignId,
    pub(super) at: Time,
}

impl Around<'_> {
    fn member_of(&self, actor: &Actor) -> Member {
        let account = self.world.trust(self.record);
        let trust =
            account.and_then(|(policy, ledger)| ledger.trust_at(policy, &actor.key, self.at));
        Member {
            kind: match actor.kind {
                comity_mesh::ActorKind::Human => ActorKind::Human,
                comity_mesh::ActorKind::Machine => ActorKind::Machine,
            },
            region: label(&actor.region),
            organisation: label(&actor.organisation),
            trust: trust.unwrap_or(Nano::ZERO),
            is_suspended: self.world.suspension(&actor.key, self.at).is_some(),
        }
    }
}

/// Labels that differ in case or in the spaces around them are one region, or one organisation.
fn label(text: &str) -> String {
    text.trim().to_ascii_lowercase()
}

impl Chain for Around<'_> {
    /// A round whose epoch has begun may be known to members of the committee, published or not.
    fn latest_round(&self) -> u64 {
        self.world.latest_knowable_round(self.record, self.at).unwrap_or(u64::MAX)
    }

    fn beacon(&self, round: u64) -> Option<Digest> {
        self.world.beacon_of(self.record, round).map(|published| published.value)
    }

    fn certified(&self, decision: &Digest) -> Option<Certified> {
        let found = self.world.certificate_of(self.record, decision)?;
        let is_decision = found.decision.kind == CertificateKind::Decision;
        is_decision.then(|| Certified { is_final: self.world.is_final(self.record, decision) })
    }
}

impl Surroundings for Around<'_> {
    fn member(&self, key: &KeyId) -> Option<Member> {
        let actor = self.world.directory.actor(key).ok()?;
        (actor.sovereign == self.record).then(|| self.member_of(actor))
    }

    fn members(&self) -> Vec<(KeyId, Member)> {
        let actors = self.world.directory.actors();
        actors
            .filter(|actor| actor.sovereign == self.record)
            .map(|actor| (actor.key.clone(), self.member_of(actor)))
            .collect()
    }

    fn parameters(&self, hash: &Digest) -> Option<&Parameters> {
        self.world.parameters.get(hash)
    }

    fn charter(&self, hash: &Digest) -> Option<&Charter> {
        self.world.charters.get(hash)
    }
}

impl World {
    /// The same world, in which constitutions may also name these charters. The founding charter is
    /// always known.
    #[must_use]
    pub fn with_charters(mut self, charters: impl IntoIterator<Item = Charter>) -> Self {
        self.charters.extend(charters.into_iter().map(|charter| (charter.hash(), charter)));
        self
    }

    /// Makes a file of rules known: from here on statements may name it.
    pub fn learn(&mut self, file: RuleFile) {
        match file {
            RuleFile::Charter(charter) => self.learn_charter(*charter),
            RuleFile::Parameters(parameters) => self.learn_parameters(*parameters),
        }
    }

    /// Makes a parameter file known: from here on statements may name it.
    pub fn learn_parameters(&mut self, file: Parameters) {
        self.parameters.insert(file.hash(), file);
    }

    /// Makes a charter known: from here on statements may name it.
    pub fn learn_charter(&mut self, charter: Charter) {
        self.charters.insert(charter.hash(), charter);
    }

    /// The constitution of a record that founded one.
    pub fn polity(&self, record: SovereignId) -> Option<&Polity> {
        self.polities.get(&record)
    }

    /// All constitutions, by record.
    pub fn polities(&self) -> impl Iterator<Item = (SovereignId, &Polity)> {
        self.polities.iter().map(|(record, polity)| (*record, polity))
    }

    /// The charter in force in a record; the founding one where no constitution was founded.
    pub fn charter_of(&self, record: SovereignId) -> &Charter {
        let named = self.polities.get(&record).and_then(|it| self.charters.get(&it.charter()));
        named.unwrap_or(&self.founding)
    }

    /// The pool for the vote that is due on a question: what the clerk states at `at`.
    ///
    /// # Errors
    ///
    /// As [`Polity::pool_for`].
    pub fn pool_for(
        &self,
        record: SovereignId,
        question: StatementId,
        round: u64,
        at: Time,
    ) -> Result<PoolCommitted, Refusal> {
        let polity = self.polity(record).ok_or(ConstitutionRefusal::NotFounded)?;
        Ok(polity.pool_for(question, round, at, &Around { world: self, record, at })?)
    }

    /// The chamber that the beacon has drawn for a question: what the clerk states.
    ///
    /// # Errors
    ///
    /// As [`Polity::seating_for`].
    pub fn seating_for(
        &self,
        record: SovereignId,
        question: StatementId,
    ) -> Result<ChamberSeated, Refusal> {
        let polity = self.polity(record).ok_or(ConstitutionRefusal::NotFounded)?;
        let at = self.record(record).map_or(Time::MIN, |view| view.last);
        Ok(polity.seating_for(question, &Around { world: self, record, at })?)
    }

    pub(super) fn apply_constitution(
        &mut self,
        step: &Step<'_>,
        fact: &ConstitutionFact,
    ) -> Result<(), Refusal> {
        let (record, stamp) = (step.record, step.stamp_of_constitution());
        if let (ConstitutionFact::Founded(body), None) = (fact, self.polity(record)) {
            let parameters = self.parameters_of(record)?.hash();
            let around = Around { world: self, record, at: stamp.at };
            let polity = Polity::found(&stamp, body, parameters, &around)?;
            self.polities.insert(record, polity);
            self.refound_trust(record);
            return Ok(());
        }
        let applied = self.constitute(step, |polity, around| polity.apply(&stamp, fact, around));
        Ok(applied.unwrap_or(Err(ConstitutionRefusal::NotFounded))?)
    }

    /// Pools are announced and people counted when an epoch of their record closes.
    pub(super) fn constitution_epoch(&mut self, step: &Step<'_>, body: &EpochClosed) {
        let (at, nonce) = (step.place.at, body.commitment.chamber_nonce);
        let close = EpochClose { commitment: body.hash, nonce };
        self.constitute(step, |polity, around| polity.epoch_closed(at, &close, around));
        self.appeals_epoch(step, &close);
    }

    /// Whatever a founder signs keeps the founder's authority alive.
    pub(super) fn constitution_signed(&mut self, step: &Step<'_>) {
        if self.polity(step.record).is_some_and(|it| *it.founder() == step.statement().signer) {
            let stamp = step.stamp_of_constitution();
            self.constitute(step, |polity, around| polity.signed(&stamp, around));
        }
    }

    /// One step of the record's constitution, if it has one. Other rules in force are the rules of trust from here on.
    fn constitute<R>(
        &mut self,
        step: &Step<'_>,
        act: impl FnOnce(&mut Polity, &Around<'_>) -> R,
    ) -> Option<R> {
        let record = step.record;
        let mut polity = self.polities.remove(&record)?;
        let before = Landmarks::of(&polity);
        let result = act(&mut polity, &Around { world: self, record, at: step.place.at });
        let after = Landmarks::of(&polity);
        self.polities.insert(record, polity);
        if after.rules != before.rules {
            self.refound_trust(record);
        }
        if after.lifecycle != before.lifecycle {
            let noted = self
                .raise_tier(step, after.tier)
                .and_then(|()| self.lifecycle(step, after.event_since(&before, step)));
            // A record that has a constitution has rules.
            debug_assert!(noted.is_ok(), "{noted:?}");
        }
        Some(result)
    }
}

/// What tells whether something happened in the life of a constitution, and what.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Landmarks {
    rules: (Digest, Digest),
    phase: Option<Phase>,
    tier: CommitmentTier,
    lifecycle: u64,
}

impl Landmarks {
    fn of(polity: &Polity) -> Self {
        Self {
            rules: (polity.charter(), polity.parameters()),
            phase: polity.phase().phase(),
            tier: polity.phase().tier(),
            lifecycle: polity.lifecycle(),
        }
    }

    /// One statement may do several things; it is anchored under the one that says most.
    fn event_since(&self, before: &Self, step: &Step<'_>) -> LifecycleEvent {
        let is_of = |kind: &str| step.statement().kind == kind;
        if is_of("comity:constitution/activated/v1") {
            LifecycleEvent::Activated
        } else if self.rules != before.rules {
            LifecycleEvent::ParametersChanged
        } else if let Some(event) = voted(step.statement()) {
            event
        } else if is_of("comity:constitution/first_light/v1") {
            LifecycleEvent::FirstLight
        } else if self.tier != before.tier {
            LifecycleEvent::TierChanged
        } else {
            LifecycleEvent::PhaseChanged
        }
    }
}

/// What a count says in the life of an amendment; none for other statements.
fn voted(statement: &Statement) -> Option<LifecycleEvent> {
    let fact = ConstitutionFact::decode(&statement.kind, &statement.body).ok()??;
    let ConstitutionFact::SittingClosed(count) = fact else { return None };
    Some(match (count.poll, count.verdict) {
        (Poll::Proposal, Verdict::Passed) => LifecycleEvent::ProposalPassed,
        (Poll::Ratification, Verdict::Passed) => LifecycleEvent::RatificationPassed,
        (Poll::Challenge, _) => LifecycleEvent::ChallengeClosed,
        (Poll::Proposal | Poll::Ratification | Poll::Confirmation | Poll::Decision, _) => {
            LifecycleEvent::ChamberVoted
        }
    })
}

impl Step<'_> {
    pub(super) fn stamp_of_constitution(&self) -> Stamp {
        Stamp {
            id: self.id(),
            by: self.statement().signer.clone(),
            is_authority: self.authority_only().is_ok(),
            at: self.place.at,
        }
    }
}
