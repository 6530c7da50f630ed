//! How often commitments reach the settlement chain, by the number of verified humans.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::file::CommitmentParameters;

/// Commitment tier (blueprint §6). Tiers differ in anchor frequency only, never in integrity, and
/// only go up: fold with [`CommitmentTier::advance`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CommitmentTier {
    /// Fewest people: the longest anchor interval.
    C0,
    /// More people: a shorter interval.
    C1,
    /// Full size: every epoch is anchored.
    C2,
}

impl CommitmentTier {
    /// The tier for this many verified humans, ignoring history.
    ///
    /// # Deviations
    ///
    /// The blueprint's ranges overlap at the bounds. Like the constitution, which is the parameter
    /// source, this reads them as exclusive: exactly 500 people are C1, exactly 5000 are C2.
    pub const fn of(parameters: &CommitmentParameters, humans: u64) -> Self {
        if humans < parameters.c0_humans_max {
            Self::C0
        } else if humans < parameters.c1_humans_max {
            Self::C1
        } else {
            Self::C2
        }
    }

    /// The tier after the number of humans changed: never lower than before.
    #[must_use]
    pub fn advance(self, parameters: &CommitmentParameters, humans: u64) -> Self {
        self.max(Self::of(parameters, humans))
    }

    /// Longest time between anchors, in seconds.
    pub const fn anchor_interval_s(self, parameters: &CommitmentParameters) -> u64 {
        match self {
            Self::C0 => parameters.c0_anchor_s,
            Self::C1 => parameters.c1_anchor_s,
            Self::C2 => parameters.epoch_s,
        }
    }
}

impl fmt::Display for CommitmentTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::C0 => "C0",
            Self::C1 => "C1",
            Self::C2 => "C2",
        })
    }
}

#[cfg(test)]
mod tests;
