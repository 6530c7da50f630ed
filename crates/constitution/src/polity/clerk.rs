//! What a clerk would state now, so that whoever keeps a record need not recompute it by hand.

use comity_wire::{StatementId, Time};

use super::{ConstitutionRefusal, Polity};
use crate::{
    amendment::AmendmentRefusal,
    chamber::{Path, Snapshot},
    facts::{Activated, ChamberSeated, PoolCommitted, SittingClosed},
    surroundings::Surroundings,
    vote::{Poll, Tally, Terms, Vote, VoteRefusal},
};

impl Polity {
    /// The pool for the vote that is due on a question, to be drawn with a round of the beacon.
    ///
    /// # Errors
    ///
    /// No such question, no vote that is due, or a file of rules that is not at hand.
    pub fn pool_for(
        &self,
        question: StatementId,
        round: u64,
        at: Time,
        around: &dyn Surroundings,
    ) -> Result<PoolCommitted, ConstitutionRefusal> {
        let (poll, terms) = if let Some(amendment) = self.amendment(question) {
            let due =
                amendment.due().ok_or(AmendmentRefusal::Ended { stage: amendment.stage() })?;
            (due, amendment.terms().clone())
        } else {
            let decision = self
                .decision(question)
                .ok_or(ConstitutionRefusal::UnknownQuestion { id: question })?;
            let terms = match decision.vote() {
                Some((_, terms)) => terms.clone(),
                None => self.terms(around)?,
            };
            (Poll::Decision, terms)
        };
        let people = self.register(at, around);
        let snapshot =
            Snapshot::take(&people, at, terms.eligibility.tau_vote).map_err(VoteRefusal::from)?;
        let (people, snapshot) = (snapshot.ids().count() as u64, snapshot.root());
        Ok(PoolCommitted { people, poll, question, round, snapshot })
    }

    /// The chamber that the beacon has drawn for a question.
    ///
    /// # Errors
    ///
    /// No such question, no draw yet, or one that failed.
    pub fn seating_for(
        &self,
        question: StatementId,
        around: &dyn Surroundings,
    ) -> Result<ChamberSeated, ConstitutionRefusal> {
        let (vote, _, terms) = self.vote_on(question)?;
        let panel = vote.panel(terms, around)?;
        Ok(ChamberSeated { panel, poll: vote.poll(), question })
    }

    /// The count of a vote that is over.
    ///
    /// # Errors
    ///
    /// No such question, no vote, or one that is still open.
    pub fn count_for(
        &self,
        question: StatementId,
        at: Time,
    ) -> Result<SittingClosed, ConstitutionRefusal> {
        let (vote, path, terms) = self.vote_on(question)?;
        let tally = vote.tally(path, terms, at)?;
        let Tally { abstain, no, poll, verdict, yes } = tally;
        Ok(SittingClosed { abstain, no, poll, question, verdict, yes })
    }

    /// The activation of an amendment that has passed every chamber.
    ///
    /// # Errors
    ///
    /// No such amendment, or one that has not.
    pub fn activation_of(&self, amendment: StatementId) -> Result<Activated, ConstitutionRefusal> {
        let found = self
            .amendment(amendment)
            .ok_or(ConstitutionRefusal::UnknownQuestion { id: amendment })?;
        Ok(Activated { amendment, decision: found.decision()? })
    }

    /// The vote that is on its way, with its path and its rules.
    fn vote_on(&self, id: StatementId) -> Result<(&Vote, Path, &Terms), ConstitutionRefusal> {
        if let Some(amendment) = self.amendment(id) {
            let vote = amendment.vote().ok_or(VoteRefusal::NoSitting)?;
            return Ok((vote, amendment.path(), amendment.terms()));
        }
        let decision = self.decision(id).ok_or(ConstitutionRefusal::UnknownQuestion { id })?;
        let (vote, terms) = decision.vote().ok_or(VoteRefusal::NoSitting)?;
        Ok((vote, Path::Ordinary, terms))
    }
}
