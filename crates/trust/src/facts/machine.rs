//! What is said about a machine without trust: how it comes back, and how it ends.

use comity_wire::{Digest, KeyId, StatementId};
use serde::{Deserialize, Serialize};

/// A quarantined machine is to be certified again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecertificationRequested {
    /// The machine.
    pub machine: KeyId,
}

/// What its benchmark gave, as counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecertificationMeasured {
    /// Cases asked.
    pub cases: u64,
    /// Cases answered rightly.
    pub correct: u64,
    /// SHA-256 of the benchmark's report.
    pub report: Digest,
    /// Cases answered the same when asked again.
    pub reproduced: u64,
    /// The request.
    pub request: StatementId,
    /// Cases with a severe error.
    pub severe: u64,
}

/// The machine is on probation: tasks of low risk only, until enough of them are done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recertified {
    /// The endorsements of the measurement that it rests on.
    pub endorsements: Vec<StatementId>,
    /// The measurement.
    pub measured: StatementId,
}

/// Somebody says that a machine has acted with malice. Nothing follows before people vouch for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaliceAlleged {
    /// The machine.
    pub machine: KeyId,
    /// In words.
    pub reason: String,
    /// SHA-256 of the report.
    pub report: Digest,
}

/// Why a machine ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum DecommissionCause {
    /// People vouched for an allegation of malice.
    Malice {
        /// The allegation.
        alleged: StatementId,
        /// The endorsements of it.
        endorsements: Vec<StatementId>,
    },
    /// It had no trust for too long.
    Zero,
}

/// A machine has ended. Too many failures end it by themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decommissioned {
    /// Why.
    pub cause: DecommissionCause,
    /// The machine.
    pub machine: KeyId,
}

/// A machine is another one under a new key. Signed by its operator, or by the new key itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineageDeclared {
    /// The new key.
    pub machine: KeyId,
    /// The key it had before, in any record.
    pub predecessor: KeyId,
}
