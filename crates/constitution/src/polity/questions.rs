//! Statements about people, decisions and amendments, each to the state that it concerns.

use std::sync::Arc;

use comity_wire::StatementId;

use super::{
    Citizen, ConstitutionRefusal, Decision, Polity,
    apply::{Applied, Registered, Stamp, authority, person},
};
use crate::{
    amendment::AmendmentRefusal,
    amendment::{Amendment, Diff, Event, Signer},
    chamber::{Path, Person, Verdict},
    facts::{
        Activated, BallotCast, ChamberSeated, Change, Decided, IdentityVerified, PoolCommitted,
        Proposed, Recused, SittingClosed, Vetoed,
    },
    phase::{Act, Standing},
    surroundings::Surroundings,
};

impl Polity {
    /// The signer, who must be an actor of the record and not its authority.
    pub(super) fn signer(
        &self,
        stamp: &Stamp,
        around: &dyn Surroundings,
    ) -> Result<Person, ConstitutionRefusal> {
        if stamp.is_authority {
            return Err(ConstitutionRefusal::NotInPerson);
        }
        let key = &stamp.by;
        self.person(key, stamp.at, around)
            .ok_or_else(|| ConstitutionRefusal::NotActor { key: key.clone() })
    }

    pub(super) fn verify(
        &self,
        stamp: &Stamp,
        fact: &IdentityVerified,
        around: &dyn Surroundings,
    ) -> Result<Registered, ConstitutionRefusal> {
        authority(stamp)?;
        person(&fact.actor, around)?;
        let (at, until) = (stamp.at, fact.until);
        let terms = self.terms(around)?;
        let longest = i64::try_from(terms.charter.identity().valid_max_s).unwrap_or(i64::MAX);
        let latest = at.plus(longest);
        if until <= at || latest < until {
            return Err(ConstitutionRefusal::IdentityUntil { at, until, latest });
        }
        let citizen = self.citizen(&fact.actor).unwrap_or_default();
        let (verified_until, verified_by) = (Some(until), Some(stamp.id));
        let citizen = Citizen { verified_until, verified_by, ..citizen };
        Ok(Registered::Citizen(fact.actor.clone(), citizen))
    }

    pub(super) fn decide(
        &mut self,
        stamp: &Stamp,
        fact: &Decided,
        around: &dyn Surroundings,
    ) -> Applied {
        let digest = stamp.id.digest();
        let act = Act::Decided { by: stamp.by.clone(), decision: digest };
        self.phase_act(stamp.at, act, around)?;
        if let Some(change) = fact.change {
            self.check_in_force(&change)?;
            if Diff::of(&change, around)?.path()? == Path::Entrenched {
                return Err(ConstitutionRefusal::EntrenchedDecision);
            }
            self.of_mut(change.instrument).decide(change.to, digest);
            self.lifecycle += 1;
            self.rules_changed(around)?;
        }
        self.decisions.insert(stamp.id, Arc::new(Decision::new(fact.text, fact.change)));
        Ok(())
    }

    fn check_in_force(&self, change: &Change) -> Result<(), AmendmentRefusal> {
        let (from, in_force) = (change.from, self.of(change.instrument).hash());
        if from == in_force { Ok(()) } else { Err(AmendmentRefusal::NotInForce { from, in_force }) }
    }

    pub(super) fn propose(
        &mut self,
        stamp: &Stamp,
        fact: &Proposed,
        around: &dyn Surroundings,
    ) -> Applied {
        let person = self.signer(stamp, around)?;
        let live = || self.amendments().filter(|(_, found)| !found.stage().is_end());
        if let Some((id, _)) = live().find(|(_, found)| *found.proposer() == person.id) {
            return Err(ConstitutionRefusal::ProposerBusy { id });
        }
        if let Some((id, _)) = live().find(|(_, found)| *found.change() == fact.change) {
            return Err(ConstitutionRefusal::ChangeOnItsWay { id });
        }
        let signer = Signer { person: &person, at: stamp.at };
        let in_force = self.of(fact.change.instrument).hash();
        let terms = self.terms(around)?;
        let amendment = Amendment::propose((stamp.id, fact), signer, terms, in_force, around)?;
        self.amendments.insert(stamp.id, Arc::new(amendment));
        Ok(())
    }

    /// One step of an amendment.
    pub(super) fn step(
        &mut self,
        id: StatementId,
        event: &Event<'_>,
        around: &dyn Surroundings,
    ) -> Applied {
        let amendment =
            self.amendments.get_mut(&id).ok_or(ConstitutionRefusal::UnknownQuestion { id })?;
        let before = amendment.tallies().len();
        let next = amendment.step(event, around)?;
        self.lifecycle += (next.tallies().len() - before) as u64;
        *amendment = Arc::new(next);
        Ok(())
    }

    /// The phase says whether there is a veto, the amendment whether it is still heard.
    pub(super) fn veto(
        &mut self,
        stamp: &Stamp,
        fact: &Vetoed,
        around: &dyn Surroundings,
    ) -> Applied {
        let id = fact.amendment;
        let found = self.amendment(id).ok_or(ConstitutionRefusal::UnknownQuestion { id })?;
        let (by, stage) = (stamp.by.clone(), found.stage());
        let act = Act::Vetoed { by, amendment: id.digest(), stage };
        self.phase_act(stamp.at, act, around)?;
        self.step(id, &Event::Vetoed, around)
    }

    /// A decision of G0 that a chamber may still vote on.
    fn open_decision(&self, id: StatementId) -> Result<&Decision, ConstitutionRefusal> {
        let decision = self.decision(id).ok_or(ConstitutionRefusal::UnknownQuestion { id })?;
        match self.phase().decision(&id.digest()) {
            Some(Standing::Provisional) => Ok(decision),
            Some(Standing::Ratified | Standing::Reversed) | None => {
                Err(ConstitutionRefusal::DecisionSettled)
            }
        }
    }

    pub(super) fn recuse(
        &mut self,
        stamp: &Stamp,
        fact: &Recused,
        around: &dyn Surroundings,
    ) -> Applied {
        let signer = self.signer(stamp, around)?;
        let id = fact.question;
        if self.amendments.contains_key(&id) {
            let event = Event::Recused(Signer { person: &signer, at: stamp.at });
            return self.step(id, &event, around);
        }
        person(&signer.id, around)?;
        let decision = self.open_decision(id)?.recuse(signer.id);
        self.decisions.insert(id, Arc::new(decision));
        Ok(())
    }

    pub(super) fn call(
        &mut self,
        stamp: &Stamp,
        fact: &PoolCommitted,
        around: &dyn Surroundings,
    ) -> Applied {
        authority(stamp)?;
        let (id, at) = (fact.question, stamp.at);
        let people = self.register(at, around);
        if self.amendments.contains_key(&id) {
            return self.step(id, &Event::PoolCommitted(fact, &people, at), around);
        }
        let decision = self.open_decision(id)?;
        let terms = self.terms(around)?;
        // Before G1 the chamber that ratifies does not exist.
        if terms.charter.chambers(terms.phase).is_none() {
            let phase = terms.phase;
            return Err(crate::vote::VoteRefusal::NoChambers { phase }.into());
        }
        let called = decision.call((fact, &self.founder), &people, at, &terms, around)?;
        self.decisions.insert(id, Arc::new(called));
        Ok(())
    }

    pub(super) fn seat(
        &mut self,
        stamp: &Stamp,
        fact: &ChamberSeated,
        around: &dyn Surroundings,
    ) -> Applied {
        authority(stamp)?;
        let id = fact.question;
        if self.amendments.contains_key(&id) {
            return self.step(id, &Event::Seated(fact, stamp.id, stamp.at), around);
        }
        let decision = self.open_decision(id)?.seat(fact, (stamp.id, stamp.at), around)?;
        self.decisions.insert(id, Arc::new(decision));
        Ok(())
    }

    pub(super) fn cast(
        &mut self,
        stamp: &Stamp,
        fact: &BallotCast,
        around: &dyn Surroundings,
    ) -> Applied {
        let voter = self.signer(stamp, around)?;
        let (id, at) = (fact.question, stamp.at);
        if self.amendments.contains_key(&id) {
            return self.step(id, &Event::Voted(fact, Signer { person: &voter, at }), around);
        }
        let decision = self.open_decision(id)?.cast(fact, &voter, at)?;
        self.decisions.insert(id, Arc::new(decision));
        Ok(())
    }

    pub(super) fn close(
        &mut self,
        stamp: &Stamp,
        fact: &SittingClosed,
        around: &dyn Surroundings,
    ) -> Applied {
        authority(stamp)?;
        let (id, at) = (fact.question, stamp.at);
        if self.amendments.contains_key(&id) {
            return self.step(id, &Event::Closed(fact, at), around);
        }
        let (decision, tally) = self.open_decision(id)?.close(fact, at)?;
        self.decisions.insert(id, Arc::new(decision));
        if let Some(tally) = tally {
            debug_assert!(tally.verdict != Verdict::Lapsed, "a lapsed vote settles nothing");
            let (yes, cast) = (tally.yes, tally.yes + tally.no + tally.abstain);
            self.phase_act(at, Act::Voted { decision: id.digest(), yes, cast }, around)?;
        }
        Ok(())
    }

    pub(super) fn activate(
        &mut self,
        stamp: &Stamp,
        fact: &Activated,
        around: &dyn Surroundings,
    ) -> Applied {
        authority(stamp)?;
        let id = fact.amendment;
        let found = self.amendment(id).ok_or(ConstitutionRefusal::UnknownQuestion { id })?;
        let change = *found.change();
        let in_force = self.of(change.instrument).hash();
        self.step(id, &Event::Activated(fact, in_force), around)?;
        self.of_mut(change.instrument).activate(change.to);
        self.lifecycle += 1;
        self.rules_changed(around)
    }
}
