//! The state of an amendment and its steps.

use std::collections::BTreeSet;

use comity_wire::{Digest, KeyId, StatementId, Time, jcs, sha256_concat};
use serde::Serialize;

use super::{AmendmentRefusal, Diff};
use crate::{
    chamber::{Path, Person, Verdict},
    facts::{Activated, BallotCast, ChamberSeated, Change, PoolCommitted, Proposed, SittingClosed},
    stage::Stage,
    surroundings::{Chain, Surroundings},
    vocabulary::ActorKind,
    vote::{Call, EpochClose, Poll, Tally, Terms, Vote, VoteRefusal},
};

/// Stands before a decision when it is hashed.
const DECISION_DOMAIN: &[u8] = b"comity-decision/v1\0";

/// Where an amendment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amendment {
    id: StatementId,
    proposer: KeyId,
    change: Change,
    text: Digest,
    path: Path,
    terms: Terms,
    sponsors: BTreeSet<KeyId>,
    recused: BTreeSet<KeyId>,
    /// Members of the chambers so far.
    served: BTreeSet<KeyId>,
    stage: Stage,
    /// Start of the challenge window or of the cooling-off.
    waits_since: Time,
    has_ballots: bool,
    vote: Option<Vote>,
    tallies: Vec<Tally>,
}

/// Whoever signed a statement, as the register has them at its date.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'a> {
    /// The signer.
    pub person: &'a Person,
    /// Date of the statement.
    pub at: Time,
}

/// Something that happened to an amendment. Whatever names a signer was signed by that person.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A sponsor signed.
    Sponsored(Signer<'a>),
    /// The proposer took it back.
    Withdrawn(Signer<'a>),
    /// The founder rejected it; that the founder may is decided by the phase.
    Vetoed,
    /// A person declared a conflict of interest.
    Recused(Signer<'a>),
    /// The clerk committed to a pool, which is taken from these people.
    PoolCommitted(&'a PoolCommitted, &'a [Person], Time),
    /// An epoch of the record closed.
    EpochClosed(EpochClose),
    /// The clerk seated the chamber that was drawn, with this statement.
    Seated(&'a ChamberSeated, StatementId, Time),
    /// A member voted.
    Voted(&'a BallotCast, Signer<'a>),
    /// The clerk counted.
    Closed(&'a SittingClosed, Time),
    /// The clerk put the change in force, in place of the file with this hash.
    Activated(&'a Activated, Digest),
    /// Another file than the one that it would replace is in force.
    Superseded,
    /// Phase, charter or parameters are others now.
    RulesChanged(&'a Terms),
}

/// What a committee certifies.
#[derive(Serialize)]
struct Decision<'a> {
    amendment: StatementId,
    change: &'a Change,
    polls: &'a [Tally],
}

type Stepped = Result<Amendment, AmendmentRefusal>;

impl Amendment {
    /// A change that was proposed with the statement `id`, while `in_force` is.
    ///
    /// # Errors
    ///
    /// A change that is not possible, or a proposer who may not propose.
    pub fn propose(
        (id, fact): (StatementId, &Proposed),
        signer: Signer<'_>,
        terms: Terms,
        in_force: Digest,
        around: &dyn Surroundings,
    ) -> Stepped {
        may_sponsor(signer, &terms, "propose")?;
        let change = fact.change;
        if change.from != in_force {
            return Err(AmendmentRefusal::NotInForce { from: change.from, in_force });
        }
        let path = Diff::of(&change, around)?.path()?;
        let proposer = signer.person.id.clone();
        Ok(Self {
            id,
            change,
            text: fact.text,
            path,
            terms,
            sponsors: BTreeSet::from([proposer.clone()]),
            proposer,
            recused: BTreeSet::new(),
            served: BTreeSet::new(),
            stage: Stage::Proposed,
            waits_since: signer.at,
            has_ballots: false,
            vote: None,
            tallies: Vec::new(),
        })
    }

    /// Who proposed it.
    pub const fn proposer(&self) -> &KeyId {
        &self.proposer
    }

    /// Where it stands.
    pub const fn stage(&self) -> Stage {
        self.stage
    }

    /// What it changes.
    pub const fn change(&self) -> &Change {
        &self.change
    }

    /// Hash of its reasons; the id of the mission that it puts before the chambers, where there is one.
    pub const fn text(&self) -> &Digest {
        &self.text
    }

    /// Which path it takes.
    pub const fn path(&self) -> Path {
        self.path
    }

    /// The rules that it is decided under.
    pub const fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The vote that is on its way, if any.
    pub const fn vote(&self) -> Option<&Vote> {
        self.vote.as_ref()
    }

    /// Votes that are over, in order.
    pub fn tallies(&self) -> &[Tally] {
        &self.tallies
    }

    /// Whoever proposed and sponsored it.
    pub const fn sponsors(&self) -> &BTreeSet<KeyId> {
        &self.sponsors
    }

    /// Members of its chambers so far.
    pub const fn served(&self) -> &BTreeSet<KeyId> {
        &self.served
    }

    /// The vote that is due, if one is.
    pub const fn due(&self) -> Option<Poll> {
        match self.stage {
            Stage::Proposed | Stage::ProposalChamberVoting => Some(Poll::Proposal),
            Stage::RatificationChamberVoting => Some(Poll::Ratification),
            Stage::ChallengeWindow | Stage::ChallengeChamberVoting => Some(Poll::Challenge),
            Stage::CoolingOff | Stage::ConfirmationVote => Some(Poll::Confirmation),
            Stage::Confirmed
            | Stage::Activated
            | Stage::Rejected
            | Stage::Lapsed
            | Stage::Withdrawn
            | Stage::Superseded => None,
        }
    }

    /// Until when nothing happens in the challenge window or the cooling-off.
    pub fn waits_until(&self) -> Option<Time> {
        let wait =
            |seconds: u64| Some(self.waits_since.plus(i64::try_from(seconds).unwrap_or(i64::MAX)));
        match self.stage {
            Stage::ChallengeWindow => wait(self.terms.challenge_window_s),
            Stage::CoolingOff => wait(self.terms.charter.amendment().cooling_off_s),
            Stage::Proposed
            | Stage::ProposalChamberVoting
            | Stage::RatificationChamberVoting
            | Stage::ChallengeChamberVoting
            | Stage::ConfirmationVote
            | Stage::Confirmed
            | Stage::Activated
            | Stage::Rejected
            | Stage::Lapsed
            | Stage::Withdrawn
            | Stage::Superseded => None,
        }
    }

    /// What the committee certifies: this amendment, its change and every count.
    ///
    /// # Errors
    ///
    /// [`AmendmentRefusal::WrongStage`] before all chambers have passed it.
    pub fn decision(&self) -> Result<Digest, AmendmentRefusal> {
        if !matches!(self.stage, Stage::Confirmed | Stage::Activated) {
            return Err(self.wrong_stage("certify"));
        }
        let Self { id: amendment, change, tallies: polls, .. } = self;
        let bytes = jcs::to_vec(&Decision { amendment: *amendment, change, polls })?;
        Ok(sha256_concat(&[DECISION_DOMAIN, &bytes]))
    }

    /// Folds one event.
    ///
    /// # Errors
    ///
    /// An [`AmendmentRefusal`]; the caller still owns the state before. An epoch that closes, other
    /// rules and another file in force are never refused.
    pub fn step(&self, event: &Event<'_>, chain: &dyn Chain) -> Stepped {
        if self.stage.is_end() {
            return match event {
                Event::EpochClosed(_) | Event::Superseded | Event::RulesChanged(_) => {
                    Ok(self.clone())
                }
                Event::Sponsored(_)
                | Event::Withdrawn(_)
                | Event::Vetoed
                | Event::Recused(_)
                | Event::PoolCommitted(..)
                | Event::Seated(..)
                | Event::Voted(..)
                | Event::Closed(..)
                | Event::Activated(..) => Err(AmendmentRefusal::Ended { stage: self.stage }),
            };
        }
        match *event {
            Event::Sponsored(signer) => self.sponsor(signer),
            Event::Withdrawn(signer) => self.withdraw(signer),
            Event::Vetoed => {
                if !self.stage.is_vetoable() {
                    return Err(self.wrong_stage("veto"));
                }
                Ok(self.ended(Stage::Rejected))
            }
            Event::Recused(signer) => self.recuse(signer),
            Event::PoolCommitted(fact, people, at) => self.call(fact, people, at, chain),
            Event::EpochClosed(close) => {
                let vote = self.vote.as_ref().and_then(|vote| vote.announce(&close, chain));
                Ok(Self { vote, ..self.clone() })
            }
            Event::Seated(fact, id, at) => self.seat(fact, id, at, chain),
            Event::Voted(fact, signer) => self.cast(fact, signer),
            Event::Closed(fact, at) => self.close(fact, at),
            Event::Activated(fact, in_force) => self.activate(fact, in_force, chain),
            Event::Superseded => Ok(self.ended(Stage::Superseded)),
            Event::RulesChanged(terms) => Ok(self.under(terms)),
        }
    }

    const fn wrong_stage(&self, act: &'static str) -> AmendmentRefusal {
        AmendmentRefusal::WrongStage { stage: self.stage, act }
    }

    fn ended(&self, stage: Stage) -> Self {
        Self { stage, vote: None, ..self.clone() }
    }

    fn sponsor(&self, signer: Signer<'_>) -> Stepped {
        if self.stage != Stage::Proposed || self.vote.is_some() {
            return Err(self.wrong_stage("sponsor"));
        }
        may_sponsor(signer, &self.terms, "sponsor")?;
        if self.sponsors.contains(&signer.person.id) {
            return Err(AmendmentRefusal::SponsoredTwice);
        }
        let needed = self.terms.charter.amendment().sponsors_min;
        if needed <= self.sponsors.len() as u64 {
            return Err(AmendmentRefusal::SponsorsComplete { needed });
        }
        let mut next = self.clone();
        next.sponsors.insert(signer.person.id.clone());
        Ok(next)
    }

    fn withdraw(&self, signer: Signer<'_>) -> Stepped {
        if signer.person.id != self.proposer {
            return Err(AmendmentRefusal::NotProposer);
        }
        if self.has_ballots {
            return Err(AmendmentRefusal::BallotsCast);
        }
        Ok(self.ended(Stage::Withdrawn))
    }

    fn recuse(&self, signer: Signer<'_>) -> Stepped {
        if signer.person.kind == ActorKind::Machine {
            return Err(AmendmentRefusal::NotHuman { act: "be recused" });
        }
        let mut next = self.clone();
        next.recused.insert(signer.person.id.clone());
        Ok(next)
    }

    /// A pool for the chamber that is due, once every wait is over.
    fn call(
        &self,
        fact: &PoolCommitted,
        people: &[Person],
        at: Time,
        chain: &dyn Chain,
    ) -> Stepped {
        let wanted = self.due().ok_or_else(|| self.wrong_stage("call a chamber on"))?;
        let (sponsors, needed) =
            (self.sponsors.len() as u64, self.terms.charter.amendment().sponsors_min);
        if sponsors < needed {
            return Err(AmendmentRefusal::TooFewSponsors { sponsors, needed });
        }
        if let Some(until) = self.waits_until()
            && at <= until
        {
            return Err(AmendmentRefusal::TooEarly { until });
        }
        let excluded: BTreeSet<KeyId> =
            self.sponsors.iter().chain(&self.served).chain(&self.recused).cloned().collect();
        let call = Call { fact, people, excluded: &excluded, at };
        let vote = Vote::commit(self.vote.as_ref(), wanted, &call, &self.terms, chain)?;
        Ok(Self { vote: Some(vote), ..self.clone() })
    }

    fn vote_on(&self, poll: Poll) -> Result<&Vote, VoteRefusal> {
        self.vote.as_ref().ok_or(VoteRefusal::NoPool { poll })
    }

    fn seat(&self, fact: &ChamberSeated, id: StatementId, at: Time, chain: &dyn Chain) -> Stepped {
        let vote = self.vote_on(fact.poll)?.seat((id, at), fact, &self.terms, chain)?;
        let mut next = self.clone();
        if let Some(sitting) = vote.sitting() {
            next.served.extend(sitting.members().iter().cloned());
        }
        next.stage = match vote.poll() {
            Poll::Proposal | Poll::Decision => Stage::ProposalChamberVoting,
            Poll::Ratification => Stage::RatificationChamberVoting,
            Poll::Challenge => Stage::ChallengeChamberVoting,
            Poll::Confirmation => Stage::ConfirmationVote,
        };
        next.vote = Some(vote);
        Ok(next)
    }

    fn cast(&self, fact: &BallotCast, signer: Signer<'_>) -> Stepped {
        let vote = self.vote.as_ref().ok_or(VoteRefusal::NoSitting)?;
        let is_recused = self.recused.contains(&signer.person.id);
        let vote = vote.cast(signer.person, fact, is_recused, signer.at)?;
        Ok(Self { vote: Some(vote), has_ballots: true, ..self.clone() })
    }

    fn close(&self, fact: &SittingClosed, at: Time) -> Stepped {
        let vote = self.vote_on(fact.poll)?;
        let tally = vote.close(fact, self.path, &self.terms, at)?;
        let stage = match (tally.verdict, tally.poll, self.path) {
            (Verdict::Lapsed, ..) => Stage::Lapsed,
            (Verdict::Rejected, ..) => Stage::Rejected,
            (Verdict::Passed, Poll::Proposal | Poll::Decision, _) => {
                Stage::RatificationChamberVoting
            }
            (Verdict::Passed, Poll::Ratification, _) => Stage::ChallengeWindow,
            (Verdict::Passed, Poll::Challenge, Path::Entrenched) => Stage::CoolingOff,
            (Verdict::Passed, Poll::Challenge, Path::Ordinary)
            | (Verdict::Passed, Poll::Confirmation, _) => Stage::Confirmed,
        };
        let mut next = Self { stage, waits_since: at, vote: None, ..self.clone() };
        next.tallies.push(tally);
        Ok(next)
    }

    fn activate(&self, fact: &Activated, in_force: Digest, chain: &dyn Chain) -> Stepped {
        if self.stage != Stage::Confirmed {
            return Err(self.wrong_stage("activate"));
        }
        let from = self.change.from;
        if from != in_force {
            return Err(AmendmentRefusal::NotInForce { from, in_force });
        }
        let (decided, stated) = (self.decision()?, fact.decision);
        if decided != stated {
            return Err(AmendmentRefusal::OtherDecision { decided, stated });
        }
        let certified = chain.certified(&decided).ok_or(AmendmentRefusal::NotCertified)?;
        if !certified.is_final {
            return Err(AmendmentRefusal::NotFinal);
        }
        Ok(self.ended(Stage::Activated))
    }

    /// Other rules: from the start under them, or to the end under the old ones.
    fn under(&self, terms: &Terms) -> Self {
        if self.has_ballots || self.terms == *terms {
            return self.clone();
        }
        Self {
            terms: terms.clone(),
            stage: Stage::Proposed,
            served: BTreeSet::new(),
            vote: None,
            ..self.clone()
        }
    }
}

/// An active person with a fresh identity and enough trust to propose.
fn may_sponsor(
    signer: Signer<'_>,
    terms: &Terms,
    act: &'static str,
) -> Result<(), AmendmentRefusal> {
    let person = signer.person;
    if person.kind == ActorKind::Machine {
        return Err(AmendmentRefusal::NotHuman { act });
    }
    if !person.is_active || person.verified_until < signer.at {
        return Err(AmendmentRefusal::NotActive);
    }
    let (trust, needed) = (person.trust, terms.eligibility.tau_prop);
    if trust < needed {
        return Err(AmendmentRefusal::TooLittleTrust { trust, needed, act });
    }
    Ok(())
}
