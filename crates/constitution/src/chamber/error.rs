//! Why a chamber does not sit, or a ballot does not count.

use comity_wire::{Time, WireError};

use crate::sortition::DrawError;

/// Why something was refused. Nothing changes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChamberRefusal {
    /// The pool cannot be written down.
    #[error("the snapshot cannot be written")]
    Wire(#[from] WireError),
    /// Somebody is in the list twice.
    #[error("a person is in the list twice")]
    PersonTwice,
    /// The round of the beacon is known already: whoever announces could choose.
    #[error("round {round} of the beacon is known, the latest is {latest}")]
    RoundKnown {
        /// Round that was announced.
        round: u64,
        /// Latest round that is known.
        latest: u64,
    },
    /// Another pool than the announced one.
    #[error("the pool is not the one that was announced")]
    OtherSnapshot,
    /// Another nonce than the committed one.
    #[error("the nonce is not the one that was committed to")]
    OtherNonce,
    /// Another round than the announced one.
    #[error("the beacon is of round {got}, {wanted} was announced")]
    OtherRound {
        /// Round given.
        got: u64,
        /// Round announced.
        wanted: u64,
    },
    /// The draw failed closed.
    #[error("no chamber can be drawn")]
    Draw(#[from] DrawError),
    /// A machine does not vote.
    #[error("a machine has no ballot")]
    MachineBallot,
    /// Whoever has no seat does not vote.
    #[error("the signer is no member of this chamber")]
    NotMember,
    /// One ballot each.
    #[error("the member has voted")]
    VotedTwice,
    /// The ballot is dated outside of the window.
    #[error("the ballot is dated {at}, the window is from {opened} to {closes}")]
    OutsideWindow {
        /// Date of the ballot.
        at: Time,
        /// First moment.
        opened: Time,
        /// Last moment.
        closes: Time,
    },
    /// The charter is another than the one that the sitting began with.
    #[error("the charter changed during the vote")]
    OtherCharter,
    /// Ballots may still come.
    #[error("the vote is open until {closes}")]
    StillOpen {
        /// Last moment.
        closes: Time,
    },
}

impl ChamberRefusal {
    /// Stable code for machines; `Display` is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Wire(_) => "constitution.chamber_wire",
            Self::PersonTwice => "constitution.chamber_person_twice",
            Self::RoundKnown { .. } => "constitution.chamber_round_known",
            Self::OtherSnapshot => "constitution.chamber_other_snapshot",
            Self::OtherNonce => "constitution.chamber_other_nonce",
            Self::OtherRound { .. } => "constitution.chamber_other_round",
            Self::Draw(_) => "constitution.chamber_draw",
            Self::MachineBallot => "constitution.chamber_machine_ballot",
            Self::NotMember => "constitution.chamber_not_member",
            Self::VotedTwice => "constitution.chamber_voted_twice",
            Self::OutsideWindow { .. } => "constitution.chamber_outside_window",
            Self::OtherCharter => "constitution.chamber_other_charter",
            Self::StillOpen { .. } => "constitution.chamber_still_open",
        }
    }
}
