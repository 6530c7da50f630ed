//! One vote of one chamber as statements make it: pool, draw, ballots, count.
//!
//! ```text
//!  pool_committed ──epoch closes over it──▶ announced ──beacon of its round──▶ chamber_seated
//!   round r > latest   nonce, commitment                                          │ ballot_cast ...
//!                                                                                 ▼
//!                                                                          sitting_closed: tally
//! ```
//!
//! # Invariants
//!
//! 1. Nonce and commitment of a seed are those of the first epoch that closes over the pool; nobody
//!    states them, so nobody chooses them.
//! 2. A pool whose round became known before its epoch closed is void.
//! 3. A second pool for the same vote needs a draw that failed: neither an unwelcome panel nor a
//!    beacon that stays away gives another try. Without a beacon the vote lapses with its window.
//! 4. Who is excluded is fixed with the pool. A member who is recused later leaves an empty seat.
//!
//! # Where the rules come from
//!
//! Blueprint §5 and §7; `spec/constitution.md` A9, readings 5 to 7.

mod error;
mod state;

use serde::{Deserialize, Serialize};

use crate::charter::Chamber;

pub use error::VoteRefusal;
pub use state::{Call, EpochClose, Tally, Terms, Vote};

/// Which vote on a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Poll {
    /// The proposal chamber on an amendment.
    Proposal,
    /// The ratification chamber on an amendment.
    Ratification,
    /// The challenge chamber on an amendment.
    Challenge,
    /// A second ratification chamber on an entrenched amendment.
    Confirmation,
    /// A proposal chamber of G1 on a decision of G0.
    Decision,
}

impl Poll {
    /// Every poll.
    pub const ALL: [Self; 5] =
        [Self::Proposal, Self::Ratification, Self::Challenge, Self::Confirmation, Self::Decision];

    /// Whose size it has.
    pub const fn chamber(self) -> Chamber {
        match self {
            Self::Proposal | Self::Decision => Chamber::Proposal,
            Self::Ratification | Self::Confirmation => Chamber::Ratification,
            Self::Challenge => Chamber::Challenge,
        }
    }

    /// The name in files and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proposal => "proposal",
            Self::Ratification => "ratification",
            Self::Challenge => "challenge",
            Self::Confirmation => "confirmation",
            Self::Decision => "decision",
        }
    }
}
