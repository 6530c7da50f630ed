//! The blueprint's author keeps parameters in two files of their own shape; this module says everything that is wrong with
//! such files, for people who would take numbers from them.
//!
//! ```text
//!  bytes ──Value::parse──▶ Value ──recognise──▶ File ──check──▶ Report: violations and warnings, each at a path
//!                                               │ rows (schema): each member on its own
//!                                               └ relations: members with each other, and the two files
//! ```
//!
//! # Invariants
//!
//! 1. Every fault is reported, not only the first, and none is repaired.
//! 2. What the author's `check_invariants.py` refuses in these two files is refused here.
//! 3. No number is rounded; a number that would be is a fault.
//! 4. A member that no row names is a fault, whatever its value: it is dead at best, and a bypass at worst.
//!
//! # Source
//!
//! The parameter files of the blueprint's date and of the author's last version, the author's checker, the invariants of
//! the threat model. The rows are printed in the reference, page *Checking foreign parameter files*.

mod check;
pub mod conformance;
mod edit;
mod form;
pub mod page;
mod relation;
mod report;
mod schema;
mod value;

pub use check::check;
pub use edit::{Edit, EditError};
pub use form::form;
pub use report::{Finding, Report, Severity};
pub use schema::Generation;
pub use value::{BadNumber, Number, Value};

/// One of the author's two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum File {
    /// `constitutional_params.json`.
    Params,
    /// `runtime_policy.json`.
    Policy,
}

impl File {
    /// Both, in the order in which they are read.
    pub const ALL: [Self; 2] = [Self::Params, Self::Policy];

    /// The short name, with which paths begin.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Params => "params",
            Self::Policy => "policy",
        }
    }

    /// The name that the author's files have.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Params => "constitutional_params.json",
            Self::Policy => "runtime_policy.json",
        }
    }

    /// The file with this short or full name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|file| name == file.name() || name == file.file_name())
    }

    /// Which of the two files this is, by the members that only one has; none if it has none of them.
    pub fn recognise(value: &Value) -> Option<Self> {
        let hits = |file: Self| {
            let names = schema::keys(file).filter_map(|key| key.path.split('/').next());
            let mut names: Vec<&str> = names.filter(|name| !SHARED.contains(name)).collect();
            names.dedup();
            names.into_iter().filter(|name| value.get(name).is_some()).count()
        };
        let (params, policy) = (hits(Self::Params), hits(Self::Policy));
        match (params, policy) {
            (0, 0) => None,
            _ if policy <= params => Some(Self::Params),
            _ => Some(Self::Policy),
        }
    }
}

/// Members at the top that both files have.
const SHARED: [&str; 4] = ["version", "updated_utc", "normative_resolution", "valid_domain_types"];

/// The members of a commitment in the author's bundles, in the order in which the reference joins them.
pub const COMMITMENT_MEMBERS: [&str; 10] = [
    "commitment_version",
    "epoch_id",
    "previous_commitment_hash",
    "mission_event_root",
    "trust_delta_root",
    "governance_ballot_root",
    "review_decision_root",
    "public_beacon_round",
    "chamber_nonce",
    "timestamp_utc",
];

/// Longest file that is read, in bytes: a hundred times the longest of the author's.
pub const BYTES_MAX: usize = 1 << 20;

#[cfg(test)]
mod tests;
