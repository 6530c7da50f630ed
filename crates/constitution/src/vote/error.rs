//! Why a pool, a panel, a ballot or a count was refused.

use comity_wire::{Digest, Time};

use crate::{chamber::ChamberRefusal, phase::Phase, vote::Poll};

/// Why something was refused. Nothing changes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VoteRefusal {
    /// The chamber's own rules.
    #[error(transparent)]
    Chamber(#[from] ChamberRefusal),
    /// There are no chambers yet.
    #[error("there are no chambers in {phase}")]
    NoChambers {
        /// Current phase.
        phase: Phase,
    },
    /// The statement is about another vote than the one that is due.
    #[error("the {got} vote is not due, the {wanted} vote is")]
    OtherPoll {
        /// Vote named.
        got: &'static str,
        /// Vote that is due.
        wanted: &'static str,
    },
    /// A pool was committed and its vote is not over.
    #[error("the {} vote has a pool already", poll.name())]
    PoolPending {
        /// Which vote.
        poll: Poll,
    },
    /// The beacon has drawn a chamber: another try would be a choice.
    #[error("the {} chamber can be drawn, no other pool can take its place", poll.name())]
    MustSeat {
        /// Which vote.
        poll: Poll,
    },
    /// The pool is not the one that follows from the record.
    #[error(
        "the pool has {people} people and root {root}, stated were {stated_people} and {stated_root}"
    )]
    OtherPool {
        /// People who may be drawn.
        people: u64,
        /// Root of the pool.
        root: Digest,
        /// People stated.
        stated_people: u64,
        /// Root stated.
        stated_root: Digest,
    },
    /// No pool was committed for this vote.
    #[error("the {} vote has no pool", poll.name())]
    NoPool {
        /// Which vote.
        poll: Poll,
    },
    /// No epoch has closed over the pool yet.
    #[error("no epoch has closed over the pool yet")]
    NotAnnounced,
    /// The round of the beacon is not published.
    #[error("round {round} of the beacon is not published")]
    BeaconMissing {
        /// The round.
        round: u64,
    },
    /// The panel is not the one that was drawn.
    #[error("the beacon drew the panel {drawn}, stated was {stated}")]
    OtherPanel {
        /// Digest of the members that were drawn.
        drawn: Digest,
        /// Digest stated.
        stated: Digest,
    },
    /// No chamber is sitting.
    #[error("no chamber is sitting")]
    NoSitting,
    /// The ballot is for another sitting.
    #[error("the ballot is for another sitting")]
    OtherSitting,
    /// The voter has declared a conflict of interest.
    #[error("the voter is recused")]
    Recused,
    /// The voter's identity is not verified any more, or the voter is away or suspended.
    #[error("the voter is not active with a verified identity")]
    NotActive,
    /// The chamber may still be drawn.
    #[error("the chamber may be drawn until {until}")]
    MayBeDrawn {
        /// Last moment.
        until: Time,
    },
    /// The count is not the one that follows from the ballots.
    #[error("the count stated is not that of the ballots")]
    OtherTally,
}

impl VoteRefusal {
    /// Stable code for machines; `Display` is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Chamber(refusal) => refusal.code(),
            Self::NoChambers { .. } => "constitution.vote_no_chambers",
            Self::OtherPoll { .. } => "constitution.vote_other_poll",
            Self::PoolPending { .. } => "constitution.vote_pool_pending",
            Self::MustSeat { .. } => "constitution.vote_must_seat",
            Self::OtherPool { .. } => "constitution.vote_other_pool",
            Self::NoPool { .. } => "constitution.vote_no_pool",
            Self::NotAnnounced => "constitution.vote_not_announced",
            Self::BeaconMissing { .. } => "constitution.vote_beacon_missing",
            Self::OtherPanel { .. } => "constitution.vote_other_panel",
            Self::NoSitting => "constitution.vote_no_sitting",
            Self::OtherSitting => "constitution.vote_other_sitting",
            Self::Recused => "constitution.vote_recused",
            Self::NotActive => "constitution.vote_not_active",
            Self::MayBeDrawn { .. } => "constitution.vote_may_be_drawn",
            Self::OtherTally => "constitution.vote_other_tally",
        }
    }
}
