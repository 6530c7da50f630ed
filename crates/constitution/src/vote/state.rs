//! The state of a vote and its steps.

use std::{collections::BTreeSet, sync::Arc};

use comity_wire::{Digest, KeyId, StatementId, Time, sha256};
use serde::Serialize;

use super::{Poll, VoteRefusal};
use crate::{
    chamber::{
        Announcement, Ballot, Beacon, ChamberRefusal, Path, Person, Sitting, Snapshot, Verdict,
    },
    charter::{ChamberSet, Charter},
    facts::{BallotCast, ChamberSeated, PoolCommitted, SittingClosed},
    file::EligibilityParameters,
    parameters::Parameters,
    phase::Phase,
    surroundings::Chain,
};

/// The rules that a question is decided under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The phase, which says how large chambers are.
    pub phase: Phase,
    /// The charter.
    pub charter: Arc<Charter>,
    /// Hash of the parameter file.
    pub parameters: Digest,
    /// Trust that rights need.
    pub eligibility: EligibilityParameters,
    /// Length of the public challenge window, in seconds.
    pub challenge_window_s: u64,
}

impl Terms {
    /// The rules of a phase under two files.
    pub fn new(phase: Phase, charter: &Charter, parameters: &Parameters) -> Self {
        Self {
            phase,
            charter: Arc::new(charter.clone()),
            parameters: parameters.hash(),
            eligibility: *parameters.eligibility(),
            challenge_window_s: parameters.governance().challenge_window_s,
        }
    }

    /// Decisions of G0 are voted on by chambers of G1 whatever the phase is by now.
    fn set(&self, poll: Poll) -> Result<&ChamberSet, VoteRefusal> {
        let phase = if poll == Poll::Decision { Phase::G1 } else { self.phase };
        self.charter.chambers(phase).ok_or(VoteRefusal::NoChambers { phase })
    }
}

/// A call for a vote: what the clerk states, and what it is compared with.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// What is stated.
    pub fact: &'a PoolCommitted,
    /// Everybody in the register.
    pub people: &'a [Person],
    /// Who may not sit.
    pub excluded: &'a BTreeSet<KeyId>,
    /// Date.
    pub at: Time,
}

/// The close of an epoch of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EpochClose {
    /// Hash of its commitment.
    pub commitment: Digest,
    /// Its chamber nonce.
    pub nonce: Digest,
}

/// What a chamber decided, and by how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Ballots for neither.
    pub abstain: u32,
    /// Ballots against.
    pub no: u32,
    /// Which vote.
    pub poll: Poll,
    /// What follows.
    pub verdict: Verdict,
    /// Ballots for.
    pub yes: u32,
}

/// One vote on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    poll: Poll,
    state: State,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Pool(Pool),
    Sitting { id: StatementId, sitting: Sitting },
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Pool {
    snapshot: Arc<Snapshot>,
    excluded: Arc<BTreeSet<KeyId>>,
    round: u64,
    at: Time,
    announced: Option<(Announcement, Digest)>,
}

impl Vote {
    /// Commits to a pool, in place of an earlier one only if no chamber could be drawn from that.
    ///
    /// # Errors
    ///
    /// The first thing that is not as the record has it.
    pub fn commit(
        earlier: Option<&Self>,
        wanted: Poll,
        call: &Call<'_>,
        terms: &Terms,
        chain: &dyn Chain,
    ) -> Result<Self, VoteRefusal> {
        let PoolCommitted { people, poll, round, snapshot: stated_root, .. } = *call.fact;
        if poll != wanted {
            return Err(VoteRefusal::OtherPoll { got: poll.name(), wanted: wanted.name() });
        }
        terms.set(poll)?;
        if let Some(earlier) = earlier {
            earlier.may_be_replaced(terms, call.at, chain)?;
        }
        let latest = chain.latest_round();
        if round <= latest {
            return Err(ChamberRefusal::RoundKnown { round, latest }.into());
        }
        let snapshot = Snapshot::take(call.people, call.at, terms.eligibility.tau_vote)?;
        let (root, counted) = (snapshot.root(), snapshot.ids().count() as u64);
        if (root, counted) != (stated_root, people) {
            let stated_people = people;
            return Err(VoteRefusal::OtherPool {
                people: counted,
                root,
                stated_people,
                stated_root,
            });
        }
        let (snapshot, excluded) = (Arc::new(snapshot), Arc::new(call.excluded.clone()));
        let pool = Pool { snapshot, excluded, round, at: call.at, announced: None };
        Ok(Self { poll, state: State::Pool(pool) })
    }

    /// Another pool is a second draw. It needs the first one to have failed for all to see.
    fn may_be_replaced(
        &self,
        terms: &Terms,
        at: Time,
        chain: &dyn Chain,
    ) -> Result<(), VoteRefusal> {
        let poll = self.poll;
        match self.draw(terms, at, chain) {
            Ok(_) => Err(VoteRefusal::MustSeat { poll }),
            Err(VoteRefusal::Chamber(ChamberRefusal::Draw(_))) => Ok(()),
            Err(_) => Err(VoteRefusal::PoolPending { poll }),
        }
    }

    /// Which vote.
    pub const fn poll(&self) -> Poll {
        self.poll
    }

    /// The chamber, once it sits.
    pub const fn sitting(&self) -> Option<&Sitting> {
        match &self.state {
            State::Pool(_) => None,
            State::Sitting { sitting, .. } => Some(sitting),
        }
    }

    /// The statement that seated the chamber.
    pub const fn seated_by(&self) -> Option<StatementId> {
        match &self.state {
            State::Pool(_) => None,
            State::Sitting { id, .. } => Some(*id),
        }
    }

    /// The round of the beacon that a pool waits for.
    pub const fn awaits_round(&self) -> Option<u64> {
        match &self.state {
            State::Pool(pool) => Some(pool.round),
            State::Sitting { .. } => None,
        }
    }

    /// Takes commitment and nonce of the first epoch that closes over a pool. None if the round is
    /// known by then: the pool is void.
    #[must_use]
    pub fn announce(&self, close: &EpochClose, chain: &dyn Chain) -> Option<Self> {
        let State::Pool(pool) = &self.state else { return Some(self.clone()) };
        if pool.announced.is_some() {
            return Some(self.clone());
        }
        let EpochClose { commitment, nonce } = *close;
        let (hash, latest) = (sha256(nonce.as_bytes()), chain.latest_round());
        let announcement =
            Announcement::new(&pool.snapshot, commitment, hash, pool.round, latest).ok()?;
        let pool = Pool { announced: Some((announcement, nonce)), ..pool.clone() };
        Some(Self { poll: self.poll, state: State::Pool(pool) })
    }

    fn draw(&self, terms: &Terms, at: Time, chain: &dyn Chain) -> Result<Sitting, VoteRefusal> {
        let poll = self.poll;
        let State::Pool(pool) = &self.state else {
            return Err(VoteRefusal::PoolPending { poll });
        };
        let (announcement, nonce) = pool.announced.as_ref().ok_or(VoteRefusal::NotAnnounced)?;
        let round = pool.round;
        let value = chain.beacon(round).ok_or(VoteRefusal::BeaconMissing { round })?;
        let beacon = Beacon { round, value: *value.as_bytes() };
        let rules = (poll.chamber(), terms.set(poll)?, &*terms.charter);
        let drawn = (&*pool.snapshot, nonce.as_bytes(), beacon);
        Ok(announcement.seat(drawn, rules, &pool.excluded, at)?)
    }

    /// The digest of the panel that the beacon has drawn: what the clerk states.
    ///
    /// # Errors
    ///
    /// [`VoteRefusal`] while there is no draw, or if it failed.
    pub fn panel(&self, terms: &Terms, chain: &dyn Chain) -> Result<Digest, VoteRefusal> {
        Ok(panel(&self.draw(terms, Time::MIN, chain)?))
    }

    /// Seats the chamber that the beacon drew.
    ///
    /// # Errors
    ///
    /// No draw yet, a draw that failed, or another panel than the one drawn.
    pub fn seat(
        &self,
        (id, at): (StatementId, Time),
        fact: &ChamberSeated,
        terms: &Terms,
        chain: &dyn Chain,
    ) -> Result<Self, VoteRefusal> {
        let poll = self.poll;
        self.check_poll(fact.poll)?;
        let sitting = self.draw(terms, at, chain)?;
        let (drawn, stated) = (panel(&sitting), fact.panel);
        if drawn != stated {
            return Err(VoteRefusal::OtherPanel { drawn, stated });
        }
        Ok(Self { poll, state: State::Sitting { id, sitting } })
    }

    fn check_poll(&self, got: Poll) -> Result<(), VoteRefusal> {
        let wanted = self.poll;
        if got == wanted {
            return Ok(());
        }
        Err(VoteRefusal::OtherPoll { got: got.name(), wanted: wanted.name() })
    }

    /// Counts a ballot.
    ///
    /// # Errors
    ///
    /// A ballot of a machine, of somebody who does not sit here or may not vote any more, a second
    /// one, or one outside of the window or under another charter.
    pub fn cast(
        &self,
        voter: &Person,
        fact: &BallotCast,
        is_recused: bool,
        at: Time,
    ) -> Result<Self, VoteRefusal> {
        let State::Sitting { id, sitting } = &self.state else {
            return Err(VoteRefusal::NoSitting);
        };
        if fact.sitting != *id {
            return Err(VoteRefusal::OtherSitting);
        }
        let ballot = Ballot {
            by: voter.id.clone(),
            kind: voter.kind,
            choice: fact.choice,
            at,
            charter: fact.charter,
        };
        let sitting = sitting.cast(&ballot)?;
        if is_recused {
            return Err(VoteRefusal::Recused);
        }
        if !voter.is_active || voter.verified_until < at {
            return Err(VoteRefusal::NotActive);
        }
        Ok(Self { poll: self.poll, state: State::Sitting { id: *id, sitting } })
    }

    /// The count: of a sitting that is over, or of a pool whose chamber could not be drawn in the
    /// time in which it would have voted.
    ///
    /// # Errors
    ///
    /// [`ChamberRefusal::StillOpen`] and [`VoteRefusal::MayBeDrawn`] before that.
    pub fn tally(&self, path: Path, terms: &Terms, at: Time) -> Result<Tally, VoteRefusal> {
        let poll = self.poll;
        match &self.state {
            State::Pool(pool) => {
                let window = terms.charter.amendment().ballot_window_s;
                let until = pool.at.plus(i64::try_from(window).unwrap_or(i64::MAX));
                if at <= until {
                    return Err(VoteRefusal::MayBeDrawn { until });
                }
                Ok(Tally { abstain: 0, no: 0, poll, verdict: Verdict::Lapsed, yes: 0 })
            }
            State::Sitting { sitting, .. } => {
                let verdict = sitting.verdict(path, at)?;
                let (yes, no, abstain) = sitting.counts();
                Ok(Tally { abstain, no, poll, verdict, yes })
            }
        }
    }

    /// Compares the count that a clerk states.
    ///
    /// # Errors
    ///
    /// As [`Self::tally`], and [`VoteRefusal::OtherTally`].
    pub fn close(
        &self,
        fact: &SittingClosed,
        path: Path,
        terms: &Terms,
        at: Time,
    ) -> Result<Tally, VoteRefusal> {
        self.check_poll(fact.poll)?;
        let tally = self.tally(path, terms, at)?;
        let SittingClosed { abstain, no, poll, verdict, yes, .. } = *fact;
        if tally != (Tally { abstain, no, poll, verdict, yes }) {
            return Err(VoteRefusal::OtherTally);
        }
        Ok(tally)
    }
}

fn panel(sitting: &Sitting) -> Digest {
    let ids: Vec<&str> = sitting.members().iter().map(KeyId::as_str).collect();
    sha256(ids.join("\n").as_bytes())
}
