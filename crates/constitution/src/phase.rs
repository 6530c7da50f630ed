//! Phases of a constitution that is still growing: what may happen before there are enough people.
//!
//! ```text
//!        50 people           500 people, or          2000 people
//!                            730 days after G1
//!  G0 ─────────────▶ G1 ───────────────────────▶ G2 ─────────────▶ G3
//!   │ 365 days, 545 with an extension
//!   └──────────▶ expired: nothing is decided any more
//! ```
//!
//! A fold: [`PhaseState::step`] takes an event and the rules and gives the next state with what
//! changed, or a named refusal and no change. Time is the date of the event; whatever falls due
//! before that date happens first. Events that name a signer are handed in verified.
//!
//! # Invariants
//!
//! 1. There is a phase for any number of people, and it never goes back; neither does the tier.
//! 2. Every phase that is passed is entered, by name and date, also when several are passed at once.
//! 3. The founder's veto rejects and does nothing else, and it is gone from the first of: G1, First
//!    Light, 180 days without an action signed by the founder.
//! 4. What was decided in G0 is ratified by a chamber of G1 within the window, or reversed.
//! 5. An expired constitution refuses everything.
//!
//! # Where the rules come from
//!
//! Blueprint §5.1. Its ranges overlap at the bounds; the constitution reads them as exclusive.
//! G1's clock starts when G1 does. When it runs out the rules of G2 hold, whose larger chambers
//! cannot be drawn until there are people for them: governance fails closed there. G2 has no limit,
//! as in the blueprint. Sources disagree on when the veto ends; the earlier end is taken. A deadline
//! itself is still in time.

mod error;
mod event;
mod state;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::charter::PhaseParameters;

pub use error::PhaseRefusal;
pub use event::{Act, Change, PhaseEvent, VetoEnd};
pub use state::{Permission, PhaseRules, PhaseState, Standing, Step};

/// A phase (blueprint §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Phase {
    /// The founder is steward; no chambers.
    G0,
    /// Provisional chambers.
    G1,
    /// Scaled chambers.
    G2,
    /// The full constitution.
    G3,
}

impl Phase {
    /// In order.
    pub const ALL: [Self; 4] = [Self::G0, Self::G1, Self::G2, Self::G3];

    /// The phase for this many verified people, ignoring history.
    pub const fn of(parameters: &PhaseParameters, humans: u64) -> Self {
        if humans < parameters.g0_humans_max {
            Self::G0
        } else if humans < parameters.g1_humans_max {
            Self::G1
        } else if humans < parameters.g2_humans_max {
            Self::G2
        } else {
            Self::G3
        }
    }

    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::G0 => "G0",
            Self::G1 => "G1",
            Self::G2 => "G2",
            Self::G3 => "G3",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
