//! The numbers of the delta guard and of a machine's life (blueprint §4.1 and §4.2).
//!
//! # Where the values come from
//!
//! The quorums are the blueprint's; it has none for G0, so an update that is held there waits for G1.
//! The bounds of recertification and decommission are those of the parameter files of its date. The
//! sources give no deadline for a held update, no size of a benchmark, no trust for probation and no
//! length of the longer probation: fourteen days, a thousand cases, 0.05 and twice the tasks.

use serde::{Deserialize, Serialize};

use super::{CharterError, relations::Checked, relations::count, relations::fraction};
use crate::{limits::SEATS_MAX, nano::Nano, phase::Phase, relations::DURATION_S_MAX};

/// Least share of right answers that a charter may ask of a machine.
const CORRECTNESS_MIN: Nano = Nano::new(900_000_000);
/// Least share of answers that are the same when they are asked for again.
const REPRODUCIBILITY_MIN: Nano = Nano::new(950_000_000);
/// Greatest share of severe errors that a charter may allow.
const SEVERE_ERRORS_MAX: Nano = Nano::new(10_000_000);
/// Least number of people who vouch for a machine.
const SIGNATURES_MIN: u64 = 5;
/// Most tasks of a probation, most cases of a benchmark, most failures.
const TASKS_MAX: u64 = 1_000_000;

/// When a rise in trust is held, and who can release it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustGuardParameters {
    /// How long people may endorse a held update before it is suspended.
    pub deadline_s: u64,
    /// Provisional chambers.
    #[serde(rename = "G1")]
    pub g1: ReleaseQuorum,
    /// Scaled chambers.
    #[serde(rename = "G2")]
    pub g2: ReleaseQuorum,
    /// Full chambers.
    #[serde(rename = "G3")]
    pub g3: ReleaseQuorum,
}

/// The people whose signatures release a held update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseQuorum {
    /// Least number of organisations among them.
    pub organisations_min: u64,
    /// Least number of regions among them.
    pub regions_min: u64,
    /// Least number of them.
    pub signatures_min: u64,
}

/// How a machine without trust comes back, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MachineParameters {
    /// Least number of cases in a benchmark.
    pub benchmark_cases_min: u64,
    /// Least share of right answers.
    pub correctness_min: Nano,
    /// Time without trust after which a machine is decommissioned.
    pub decommission_zero_s: u64,
    /// Failures within the window that decommission a machine.
    pub failures_max: u64,
    /// Length of that window.
    pub failures_window_s: u64,
    /// Tasks of probation for a machine with a lineage.
    pub lineage_probation_tasks: u64,
    /// Tasks of low risk before privileges return.
    pub probation_tasks: u64,
    /// Trust at the start of probation.
    pub probation_trust: Nano,
    /// Least share of answers that are the same when they are asked for again.
    pub reproducibility_min: Nano,
    /// Greatest share of severe errors.
    pub severe_errors_max: Nano,
    /// People who must vouch for a machine.
    pub signatures_min: u64,
}

impl TrustGuardParameters {
    /// The quorum of a phase; none in G0.
    pub const fn quorum(&self, phase: Phase) -> Option<&ReleaseQuorum> {
        match phase {
            Phase::G0 => None,
            Phase::G1 => Some(&self.g1),
            Phase::G2 => Some(&self.g2),
            Phase::G3 => Some(&self.g3),
        }
    }

    /// A quorum is more than one person and never gets easier.
    pub(super) fn check(&self) -> Checked {
        count("trust_guard.deadline_s", self.deadline_s, 1, DURATION_S_MAX)?;
        let mut before = ReleaseQuorum { organisations_min: 2, regions_min: 2, signatures_min: 2 };
        let all = u64::from(SEATS_MAX);
        for quorum in [&self.g1, &self.g2, &self.g3] {
            let ReleaseQuorum { organisations_min, regions_min, signatures_min } = *quorum;
            count("trust_guard.*.signatures_min", signatures_min, before.signatures_min, all)?;
            let (regions, organisations) = (before.regions_min, before.organisations_min);
            count("trust_guard.*.regions_min", regions_min, regions, signatures_min)?;
            count(
                "trust_guard.*.organisations_min",
                organisations_min,
                organisations,
                signatures_min,
            )?;
            before = *quorum;
        }
        Ok(())
    }
}

impl MachineParameters {
    /// The bounds of the reference tools, and that a lineage never makes probation shorter.
    pub(super) fn check(&self) -> Checked {
        fraction("machines.correctness_min", self.correctness_min, CORRECTNESS_MIN)?;
        fraction("machines.reproducibility_min", self.reproducibility_min, REPRODUCIBILITY_MIN)?;
        fraction("machines.probation_trust", self.probation_trust, Nano::EPSILON)?;
        fraction("machines.severe_errors_max", self.severe_errors_max, Nano::ZERO)?;
        if SEVERE_ERRORS_MAX < self.severe_errors_max {
            let (got, min, max) = (self.severe_errors_max, Nano::ZERO, SEVERE_ERRORS_MAX);
            return Err(CharterError::Fraction {
                name: "machines.severe_errors_max",
                got,
                min,
                max,
            });
        }
        let longer = self.probation_tasks.saturating_add(1);
        for (name, got, min, max) in [
            ("machines.benchmark_cases_min", self.benchmark_cases_min, 1, TASKS_MAX),
            ("machines.decommission_zero_s", self.decommission_zero_s, 1, DURATION_S_MAX),
            ("machines.failures_max", self.failures_max, 1, TASKS_MAX),
            ("machines.failures_window_s", self.failures_window_s, 1, DURATION_S_MAX),
            ("machines.probation_tasks", self.probation_tasks, 1, TASKS_MAX),
            ("machines.lineage_probation_tasks", self.lineage_probation_tasks, longer, TASKS_MAX),
            ("machines.signatures_min", self.signatures_min, SIGNATURES_MIN, SEATS_MAX.into()),
        ] {
            count(name, got, min, max)?;
        }
        Ok(())
    }
}
