//! Ballots and what they decide.

use std::collections::{BTreeMap, BTreeSet};

use comity_wire::{Digest, KeyId, Time};
use serde::{Deserialize, Serialize};

use super::ChamberRefusal;
use crate::{
    charter::{AmendmentParameters, ChamberSize, Charter},
    nano::Nano,
    vocabulary::ActorKind,
};

/// What a member says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// For.
    Yes,
    /// Against.
    No,
    /// Neither; counts as a ballot.
    Abstain,
}

/// A ballot whose signature was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ballot {
    /// Signer.
    pub by: KeyId,
    /// What the signer is.
    pub kind: ActorKind,
    /// What is said.
    pub choice: Choice,
    /// Date.
    pub at: Time,
    /// Hash of the charter under which the signer votes.
    pub charter: Digest,
}

/// How much a change needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// The chamber's absolute count.
    Ordinary,
    /// On top a share of the ballots cast and a turnout.
    Entrenched,
}

/// What a chamber decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Enough said yes.
    Passed,
    /// Enough voted, and not enough said yes.
    Rejected,
    /// Too few voted; the question may be asked again.
    Lapsed,
}

/// A chamber that votes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sitting {
    members: BTreeSet<KeyId>,
    size: ChamberSize,
    rules: AmendmentParameters,
    charter: Digest,
    opened: Time,
    closes: Time,
    ballots: BTreeMap<KeyId, Choice>,
}

impl Sitting {
    pub(super) fn open(
        members: BTreeSet<KeyId>,
        size: ChamberSize,
        charter: &Charter,
        at: Time,
    ) -> Self {
        let rules = *charter.amendment();
        let window = i64::try_from(rules.ballot_window_s).unwrap_or(i64::MAX);
        Self {
            members,
            size,
            rules,
            charter: charter.hash(),
            opened: at,
            closes: at.plus(window),
            ballots: BTreeMap::new(),
        }
    }

    /// Who has a seat.
    pub const fn members(&self) -> &BTreeSet<KeyId> {
        &self.members
    }

    /// The last moment for a ballot.
    pub const fn closes(&self) -> Time {
        self.closes
    }

    /// Whether somebody has voted: until then a proposer may withdraw.
    pub fn has_ballots(&self) -> bool {
        !self.ballots.is_empty()
    }

    /// Counts one ballot.
    ///
    /// # Errors
    ///
    /// A machine, a stranger, a second ballot, one outside of the window or under another charter.
    pub fn cast(&self, ballot: &Ballot) -> Result<Self, ChamberRefusal> {
        if ballot.kind == ActorKind::Machine {
            return Err(ChamberRefusal::MachineBallot);
        }
        if !self.members.contains(&ballot.by) {
            return Err(ChamberRefusal::NotMember);
        }
        if self.ballots.contains_key(&ballot.by) {
            return Err(ChamberRefusal::VotedTwice);
        }
        let Self { opened, closes, .. } = *self;
        let at = ballot.at;
        if at < opened || closes < at {
            return Err(ChamberRefusal::OutsideWindow { at, opened, closes });
        }
        if ballot.charter != self.charter {
            return Err(ChamberRefusal::OtherCharter);
        }
        let mut next = self.clone();
        next.ballots.insert(ballot.by.clone(), ballot.choice);
        Ok(next)
    }

    /// What was decided, once the window is over or everybody has voted.
    ///
    /// # Errors
    ///
    /// [`ChamberRefusal::StillOpen`] before that.
    pub fn verdict(&self, path: Path, now: Time) -> Result<Verdict, ChamberRefusal> {
        let cast = self.count(|_| true);
        if now <= self.closes && cast < self.size.seats {
            return Err(ChamberRefusal::StillOpen { closes: self.closes });
        }
        let yes = self.count(|choice| choice == Choice::Yes);
        let AmendmentParameters { turnout_min, entrenched_turnout_min, entrenched_yes_min, .. } =
            self.rules;
        let turnout_min = match path {
            Path::Ordinary => turnout_min,
            Path::Entrenched => entrenched_turnout_min,
        };
        if !reaches(cast, self.size.seats, turnout_min) {
            return Ok(Verdict::Lapsed);
        }
        let is_enough = match path {
            Path::Ordinary => true,
            Path::Entrenched => reaches(yes, cast, entrenched_yes_min),
        };
        let has_passed = is_enough && self.size.pass <= yes;
        Ok(if has_passed { Verdict::Passed } else { Verdict::Rejected })
    }

    /// Ballots for, against and for neither.
    pub fn counts(&self) -> (u32, u32, u32) {
        let of = |wanted| self.count(|choice| choice == wanted);
        (of(Choice::Yes), of(Choice::No), of(Choice::Abstain))
    }

    fn count(&self, wanted: impl Fn(Choice) -> bool) -> u32 {
        let count = self.ballots.values().filter(|choice| wanted(**choice)).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

/// Whether `part` is at least `share` of `whole`, exactly.
fn reaches(part: u32, whole: u32, share: Nano) -> bool {
    let (part, whole) = (i128::from(part), i128::from(whole));
    i128::from(share.get()) * whole <= part * i128::from(Nano::ONE.get())
}
