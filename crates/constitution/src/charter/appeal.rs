//! The numbers of appeals and disputes.

use serde::{Deserialize, Serialize};

use crate::nano::Nano;

/// Who sits on a panel, for how long everybody may speak, and what upholds a complaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppealRules {
    /// How long a party may appeal.
    pub appeal_window_s: u64,
    /// How long a panel may deliberate.
    pub deliberation_s: u64,
    /// Least number of organisations on a panel.
    pub organisations_min: u32,
    /// Seats of a panel.
    pub panel: u32,
    /// Least number of regions on a panel.
    pub regions_min: u32,
    /// How long those who are complained about may respond.
    pub respond_s: u64,
    /// Trust that a panellist needs.
    pub trust_min: Nano,
    /// Share of the seats that upholds a complaint.
    pub uphold_min: Nano,
}

impl AppealRules {
    /// Seats that uphold a complaint: the share of them, rounded up, exactly.
    pub fn uphold_seats(&self) -> u32 {
        let one = i128::from(Nano::ONE.get());
        let exact = i128::from(self.uphold_min.get()) * i128::from(self.panel);
        u32::try_from((exact + one - 1) / one).unwrap_or(u32::MAX)
    }
}
