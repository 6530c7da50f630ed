//! One statement, or one closed epoch, folded into a constitution.

use std::{collections::BTreeMap, sync::Arc};

use comity_wire::{Digest, KeyId, StatementId, Time};

use super::{Citizen, ConstitutionRefusal, InForce, Polity};
use crate::{
    amendment::{Event, Signer},
    facts::{ConstitutionFact, Founded, IdentitySignalled, Instrument},
    phase::{Act, Change as PhaseChange, PhaseEvent, PhaseRules, PhaseState},
    surroundings::Surroundings,
    vocabulary::ActorKind,
    vote::{EpochClose, Terms},
};

/// The header of a statement that was verified and stands in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Its id.
    pub id: StatementId,
    /// Who signed it.
    pub by: KeyId,
    /// Whether that is the authority of the record, and not one of its actors.
    pub is_authority: bool,
    /// Its date.
    pub at: Time,
}

pub(super) type Applied = Result<(), ConstitutionRefusal>;

/// What becomes of the registers of people, which are changed in place once nothing can be refused.
pub(super) enum Registered {
    Nothing,
    Citizen(KeyId, Citizen),
    Alert(IdentitySignalled),
}

impl Polity {
    /// A constitution under `parameters`, which the genesis names.
    ///
    /// # Errors
    ///
    /// A statement that is not the authority's, a founder who is no person of the record, or a
    /// charter that is not at hand.
    pub fn found(
        stamp: &Stamp,
        fact: &Founded,
        parameters: Digest,
        around: &dyn Surroundings,
    ) -> Result<Self, ConstitutionRefusal> {
        authority(stamp)?;
        person(&fact.founder, around)?;
        let hash = fact.charter;
        around.charter(&hash).ok_or(ConstitutionRefusal::FileUnknown { hash })?;
        Ok(Self {
            founder: fact.founder.clone(),
            phase: PhaseState::founded(fact.founder.clone(), stamp.at),
            humans: 0,
            charter: InForce::new(fact.charter),
            parameters: InForce::new(parameters),
            people: Arc::default(),
            alerts: Arc::default(),
            amendments: BTreeMap::new(),
            decisions: BTreeMap::new(),
            lifecycle: 0,
        })
    }

    /// Folds one statement.
    ///
    /// # Errors
    ///
    /// A [`ConstitutionRefusal`]; nothing has changed.
    pub fn apply(
        &mut self,
        stamp: &Stamp,
        fact: &ConstitutionFact,
        around: &dyn Surroundings,
    ) -> Applied {
        let mut next = self.clone();
        next.pass(stamp.at, around)?;
        next.phase.open()?;
        let registered = next.act(stamp, fact, around)?;
        next.founder_signed(stamp, around);
        *self = next;
        match registered {
            Registered::Nothing => {}
            Registered::Citizen(key, citizen) => {
                Arc::make_mut(&mut self.people).insert(key, citizen);
            }
            Registered::Alert(IdentitySignalled { actor, signal, .. }) => {
                let seen = Arc::make_mut(&mut self.alerts).entry((actor, signal)).or_default();
                *seen = seen.saturating_add(1);
            }
        }
        Ok(())
    }

    /// Any other statement of the record: if the founder signed it, the clock of inactivity starts
    /// anew.
    pub fn signed(&mut self, stamp: &Stamp, around: &dyn Surroundings) {
        if stamp.by == self.founder {
            let mut next = self.clone();
            if next.pass(stamp.at, around).is_ok() {
                next.founder_signed(stamp, around);
                *self = next;
            }
        }
    }

    /// An epoch of the record closed: pools are announced under its commitment, then people are
    /// counted. Nothing here can be refused: what an expired constitution is told changes nothing.
    pub fn epoch_closed(&mut self, at: Time, close: &EpochClose, around: &dyn Surroundings) {
        let mut next = self.clone();
        if next.pass(at, around).is_err() {
            return;
        }
        if next.phase.phase().is_none() {
            *self = next;
            return;
        }
        for amendment in next.amendments.values_mut().filter(|found| found.vote().is_some()) {
            if let Ok(stepped) = amendment.step(&Event::EpochClosed(*close), around) {
                *amendment = Arc::new(stepped);
            }
        }
        for decision in next.decisions.values_mut().filter(|found| found.vote().is_some()) {
            *decision = Arc::new(decision.announce(close, around));
        }
        next.humans = next.count(at, around);
        let humans = next.humans;
        if next.phase_act(at, Act::Counted { humans }, around).is_ok() {
            *self = next;
        }
    }

    /// Verified people with trust at or above the floor. Leave does not unmake a verified person.
    fn count(&self, at: Time, around: &dyn Surroundings) -> u64 {
        let Some(parameters) = around.parameters(&self.parameters()) else { return self.humans };
        let floor = parameters.trust().human.floor;
        let counts = |key: &&KeyId| {
            around.member(key).is_some_and(|member| {
                member.kind == ActorKind::Human && floor <= member.trust && !member.is_suspended
            })
        };
        let verified = |citizen: &Citizen| citizen.verified_until.is_some_and(|until| at <= until);
        let people = self.people.iter().filter(|(_, citizen)| verified(citizen));
        people.map(|(key, _)| key).filter(counts).count() as u64
    }

    fn founder_signed(&mut self, stamp: &Stamp, around: &dyn Surroundings) {
        if stamp.by == self.founder {
            // A founder whose authority dissolved stays without it.
            let _ = self.phase_act(stamp.at, Act::Signed { by: stamp.by.clone() }, around);
        }
    }

    pub(super) fn pass(&mut self, at: Time, around: &dyn Surroundings) -> Applied {
        self.phase_act(at, Act::Passed, around)
    }

    pub(super) fn phase_act(&mut self, at: Time, act: Act, around: &dyn Surroundings) -> Applied {
        let missing = |hash| ConstitutionRefusal::FileUnknown { hash };
        let (charter, parameters) = (self.charter(), self.parameters());
        let rules = PhaseRules {
            charter: around.charter(&charter).ok_or_else(|| missing(charter))?,
            parameters: around.parameters(&parameters).ok_or_else(|| missing(parameters))?,
        };
        let step = self.phase.step(&PhaseEvent { at, act }, &rules)?;
        self.phase = step.state;
        for change in step.changes {
            self.lifecycle += 1;
            match change {
                PhaseChange::DecisionRatified { decision } => {
                    self.charter.ratify(decision);
                    self.parameters.ratify(decision);
                }
                PhaseChange::DecisionReversed { decision, .. } => {
                    self.charter.reverse(decision);
                    self.parameters.reverse(decision);
                    self.rules_changed(around)?;
                }
                PhaseChange::PhaseEntered { .. } => self.rules_changed(around)?,
                PhaseChange::TierEntered { .. }
                | PhaseChange::VetoEnded { .. }
                | PhaseChange::FounderDissolved { .. }
                | PhaseChange::AmendmentRejected { .. }
                | PhaseChange::Expired { .. } => {}
            }
        }
        Ok(())
    }

    /// The rules that a question put now is decided under.
    pub(super) fn terms(&self, around: &dyn Surroundings) -> Result<Terms, ConstitutionRefusal> {
        let missing = |hash| ConstitutionRefusal::FileUnknown { hash };
        let (charter, parameters) = (self.charter(), self.parameters());
        let charter = around.charter(&charter).ok_or_else(|| missing(charter))?;
        let parameters = around.parameters(&parameters).ok_or_else(|| missing(parameters))?;
        Ok(Terms::new(self.phase.open()?, charter, parameters))
    }

    /// Amendments of what is not in force any more are over; the others hear of the new rules.
    pub(super) fn rules_changed(&mut self, around: &dyn Surroundings) -> Applied {
        let terms = self.terms(around)?;
        let hashes = (self.charter(), self.parameters());
        for amendment in self.amendments.values_mut().filter(|found| !found.stage().is_end()) {
            let in_force = match amendment.change().instrument {
                Instrument::Charter => hashes.0,
                Instrument::Parameters => hashes.1,
            };
            let event = if amendment.change().from == in_force {
                Event::RulesChanged(&terms)
            } else {
                Event::Superseded
            };
            *amendment = Arc::new(amendment.step(&event, around)?);
        }
        Ok(())
    }

    fn act(
        &mut self,
        stamp: &Stamp,
        fact: &ConstitutionFact,
        around: &dyn Surroundings,
    ) -> Result<Registered, ConstitutionRefusal> {
        let at = stamp.at;
        let by = || stamp.by.clone();
        match fact {
            ConstitutionFact::Founded(_) => return Err(ConstitutionRefusal::FoundedTwice),
            ConstitutionFact::IdentityVerified(fact) => return self.verify(stamp, fact, around),
            ConstitutionFact::IdentitySignalled(fact) => {
                authority(stamp)?;
                let key = &fact.actor;
                around
                    .member(key)
                    .ok_or_else(|| ConstitutionRefusal::NotActor { key: key.clone() })?;
                return Ok(Registered::Alert(fact.clone()));
            }
            ConstitutionFact::LeaveChanged(fact) => {
                let signer = self.signer(stamp, around)?;
                let citizen = self.citizen(&signer.id).unwrap_or_default();
                if citizen.on_leave == fact.on_leave {
                    return Err(ConstitutionRefusal::LeaveUnchanged);
                }
                let citizen = Citizen { on_leave: fact.on_leave, ..citizen };
                return Ok(Registered::Citizen(signer.id, citizen));
            }
            ConstitutionFact::Extended(fact) => {
                let act = Act::Extended { by: by(), report: fact.report };
                self.phase_act(at, act, around)?;
            }
            ConstitutionFact::Decided(fact) => self.decide(stamp, fact, around)?,
            ConstitutionFact::FirstLight(_) => {
                authority(stamp)?;
                self.phase_act(at, Act::FirstLight, around)?;
            }
            ConstitutionFact::Proposed(fact) => self.propose(stamp, fact, around)?,
            ConstitutionFact::Sponsored(fact) => {
                let person = self.signer(stamp, around)?;
                let event = Event::Sponsored(Signer { person: &person, at });
                self.step(fact.amendment, &event, around)?;
            }
            ConstitutionFact::Withdrawn(fact) => {
                let person = self.signer(stamp, around)?;
                let event = Event::Withdrawn(Signer { person: &person, at });
                self.step(fact.amendment, &event, around)?;
            }
            ConstitutionFact::Vetoed(fact) => self.veto(stamp, fact, around)?,
            ConstitutionFact::Recused(fact) => self.recuse(stamp, fact, around)?,
            ConstitutionFact::PoolCommitted(fact) => self.call(stamp, fact, around)?,
            ConstitutionFact::ChamberSeated(fact) => self.seat(stamp, fact, around)?,
            ConstitutionFact::BallotCast(fact) => self.cast(stamp, fact, around)?,
            ConstitutionFact::SittingClosed(fact) => self.close(stamp, fact, around)?,
            ConstitutionFact::Activated(fact) => self.activate(stamp, fact, around)?,
        }
        Ok(Registered::Nothing)
    }
}

/// Refuses everybody but the authority.
pub(super) fn authority(stamp: &Stamp) -> Applied {
    if stamp.is_authority { Ok(()) } else { Err(ConstitutionRefusal::NotAuthority) }
}

/// Refuses machines and strangers.
pub(super) fn person(key: &KeyId, around: &dyn Surroundings) -> Applied {
    let is_person = around.member(key).is_some_and(|member| member.kind == ActorKind::Human);
    if is_person { Ok(()) } else { Err(ConstitutionRefusal::NotPerson { key: key.clone() }) }
}
