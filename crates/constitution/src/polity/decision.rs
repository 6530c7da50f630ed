//! A decision that the founder took in G0, and the vote on it.

use std::collections::BTreeSet;

use comity_wire::{Digest, KeyId, StatementId, Time};

use crate::{
    chamber::{Path, Person, Verdict},
    facts::{BallotCast, ChamberSeated, Change, PoolCommitted, SittingClosed},
    surroundings::Chain,
    vote::{Call, EpochClose, Poll, Tally, Terms, Vote, VoteRefusal},
};

/// A decision of G0. Whether it stands is known to the phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    text: Digest,
    change: Option<Change>,
    recused: BTreeSet<KeyId>,
    vote: Option<(Vote, Terms)>,
}

impl Decision {
    pub(super) const fn new(text: Digest, change: Option<Change>) -> Self {
        Self { text, change, recused: BTreeSet::new(), vote: None }
    }

    /// Hash of its text.
    pub const fn text(&self) -> Digest {
        self.text
    }

    /// What it changed at once.
    pub const fn change(&self) -> Option<&Change> {
        self.change.as_ref()
    }

    /// The vote on it that is on its way, with the rules of that vote.
    pub fn vote(&self) -> Option<(&Vote, &Terms)> {
        self.vote.as_ref().map(|(vote, terms)| (vote, terms))
    }

    pub(super) fn recuse(&self, by: KeyId) -> Self {
        let mut next = self.clone();
        next.recused.insert(by);
        next
    }

    /// The founder, who decided, cannot be drawn.
    pub(super) fn call(
        &self,
        (fact, founder): (&PoolCommitted, &KeyId),
        people: &[Person],
        at: Time,
        terms: &Terms,
        chain: &dyn Chain,
    ) -> Result<Self, VoteRefusal> {
        let mut excluded = self.recused.clone();
        excluded.insert(founder.clone());
        let call = Call { fact, people, excluded: &excluded, at };
        let earlier = self.vote.as_ref();
        let terms = earlier.map_or(terms, |(_, terms)| terms);
        let earlier = earlier.map(|(vote, _)| vote);
        let vote = Vote::commit(earlier, Poll::Decision, &call, terms, chain)?;
        Ok(Self { vote: Some((vote, terms.clone())), ..self.clone() })
    }

    pub(super) fn announce(&self, close: &EpochClose, chain: &dyn Chain) -> Self {
        let announced = |(vote, terms): &(Vote, Terms)| {
            vote.announce(close, chain).map(|vote| (vote, terms.clone()))
        };
        Self { vote: self.vote.as_ref().and_then(announced), ..self.clone() }
    }

    pub(super) fn seat(
        &self,
        fact: &ChamberSeated,
        stamp: (StatementId, Time),
        chain: &dyn Chain,
    ) -> Result<Self, VoteRefusal> {
        let (vote, terms) = self.vote.as_ref().ok_or(VoteRefusal::NoPool { poll: fact.poll })?;
        let vote = vote.seat(stamp, fact, terms, chain)?;
        Ok(Self { vote: Some((vote, terms.clone())), ..self.clone() })
    }

    pub(super) fn cast(
        &self,
        fact: &BallotCast,
        voter: &Person,
        at: Time,
    ) -> Result<Self, VoteRefusal> {
        let (vote, terms) = self.vote.as_ref().ok_or(VoteRefusal::NoSitting)?;
        let vote = vote.cast(voter, fact, self.recused.contains(&voter.id), at)?;
        Ok(Self { vote: Some((vote, terms.clone())), ..self.clone() })
    }

    /// The count; none if too few voted, when the question may be asked again.
    pub(super) fn close(
        &self,
        fact: &SittingClosed,
        at: Time,
    ) -> Result<(Self, Option<Tally>), VoteRefusal> {
        let (vote, terms) = self.vote.as_ref().ok_or(VoteRefusal::NoPool { poll: fact.poll })?;
        let tally = vote.close(fact, Path::Ordinary, terms, at)?;
        let counts = (tally.verdict != Verdict::Lapsed).then_some(tally);
        Ok((Self { vote: None, ..self.clone() }, counts))
    }
}
