//! Everything of a parameter file and a charter that a ledger needs, taken out once.

use comity_constitution::charter::{MachineParameters, TrustGuardParameters};
use comity_constitution::{Charter, Nano, Parameters, round_half_even};

use crate::{grading::Grading, rules::Rules};

pub(crate) const DAY_S: u64 = 86_400;

/// Rules, grading and clockwork of one parameter file and one charter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The update formula's numbers.
    pub rules: Rules,
    /// How contributions are graded.
    pub grading: Grading,
    /// When a rise is held, and who can release it.
    pub guard: TrustGuardParameters,
    /// How a machine without trust comes back, or not.
    pub machines: MachineParameters,
    /// Least trust of a person who vouches: that of a voter.
    pub endorser_trust_min: Nano,
    pub(crate) dormancy_grace_s: u64,
    pub(crate) dormancy_per_day: Nano,
    epoch_s: u64,
}

impl Policy {
    /// The policy of a parameter file under the founding charter.
    pub fn from_parameters(parameters: &Parameters) -> Self {
        Self::new(parameters, &Charter::founding())
    }

    /// The policy of a parameter file and a charter.
    pub fn new(parameters: &Parameters, charter: &Charter) -> Self {
        let human = parameters.trust().human;
        Self {
            rules: Rules::from_parameters(parameters),
            grading: Grading::from_parameters(parameters),
            guard: *charter.trust_guard(),
            machines: *charter.machines(),
            endorser_trust_min: parameters.eligibility().tau_vote,
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
