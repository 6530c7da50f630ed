//! Everything of a parameter file that a ledger needs, taken out once.

use comity_constitution::{Nano, Parameters, round_half_even};

use crate::{grading::Grading, rules::Rules};

const DAY_S: u64 = 86_400;

/// Rules, grading and clockwork of one parameter file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The update formula's numbers.
    pub rules: Rules,
    /// How contributions are graded.
    pub grading: Grading,
    epoch_s: u64,
    dormancy_grace_s: u64,
    dormancy_per_day: Nano,
}

impl Policy {
    /// The policy of a parameter file.
    pub fn from_parameters(parameters: &Parameters) -> Self {
        let human = parameters.trust().human;
        Self {
            rules: Rules::from_parameters(parameters),
            grading: Grading::from_parameters(parameters),
            epoch_s: parameters.commitment().epoch_s,
            dormancy_grace_s: human.dormancy_grace_days.saturating_mul(DAY_S),
            dormancy_per_day: human.dormancy_per_day,
        }
    }

    /// Length of an epoch, in seconds.
    pub const fn epoch_s(&self) -> u64 {
        self.epoch_s
    }

    /// What a person loses after this many seconds without activity: nothing in the grace period,
    /// then a fixed amount per day. The floor still holds.
    pub fn dormancy(&self, idle_s: u64) -> Nano {
        let dormant = i128::from(idle_s.saturating_sub(self.dormancy_grace_s));
        let decay = dormant.saturating_mul(i128::from(self.dormancy_per_day.get()));
        Nano::saturating(round_half_even(decay, i128::from(DAY_S)))
    }

    /// Seconds as days in units of 1e-9.
    pub fn staleness(&self, idle_s: u64) -> Nano {
        Nano::ratio(idle_s, DAY_S)
    }
}
