//! Why a charter was refused.

use comity_wire::WireError;

use crate::{nano::Nano, phase::Phase};

/// The first thing wrong with a charter. Nothing takes effect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CharterError {
    /// Not canonical JSON of the closed shape.
    #[error("the charter is not readable")]
    Wire(#[from] WireError),
    /// More bytes than a charter may have.
    #[error("the charter has {len} bytes, at most {max} are read")]
    TooLong {
        /// Bytes given.
        len: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// A shape this release does not know.
    #[error("charter version {got} is unknown, this release reads {known}")]
    Version {
        /// Version given.
        got: u64,
        /// Version read.
        known: u64,
    },
    /// The name is empty, too long or not printable ASCII.
    #[error("the name of a charter must be 1 to {max} printable ASCII bytes, it has {len}")]
    Name {
        /// Bytes given.
        len: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// A count or a duration lies outside its range.
    #[error("{name} is {got}, it must be from {min} to {max}")]
    Count {
        /// Path of the value.
        name: &'static str,
        /// Value given.
        got: u64,
        /// Least value.
        min: u64,
        /// Greatest value.
        max: u64,
    },
    /// A fraction lies outside its range.
    #[error("{name} is {got}, it must be from {min} to {max}")]
    Fraction {
        /// Path of the value.
        name: &'static str,
        /// Value given.
        got: Nano,
        /// Least value.
        min: Nano,
        /// Greatest value.
        max: Nano,
    },
    /// The bounds of phases do not rise (invariant 14).
    #[error("{name}: {lower} must be below {upper}")]
    PhaseOrder {
        /// What is compared.
        name: &'static str,
        /// Value that must be lower.
        lower: u64,
        /// Value that must be higher.
        upper: u64,
    },
    /// A later phase does not spread its chambers wider than the one before (invariant 15).
    #[error("{name} of {phase} is not stricter than in the phase before")]
    Geography {
        /// What is compared.
        name: &'static str,
        /// The phase that is too lax.
        phase: Phase,
    },
    /// Half of a chamber or fewer could pass, or more than all would have to.
    #[error("the {chamber} chamber of {phase} passes with {pass} of {seats} seats")]
    Majority {
        /// The phase.
        phase: Phase,
        /// The chamber.
        chamber: &'static str,
        /// Yes ballots that pass.
        pass: u32,
        /// Seats.
        seats: u32,
    },
    /// A chamber is not larger than the one before it, or smaller than in the phase before.
    #[error("the {chamber} chamber of {phase} is too small beside the one before")]
    ChamberOrder {
        /// The phase.
        phase: Phase,
        /// The chamber.
        chamber: &'static str,
    },
    /// Quotas that no chamber can meet.
    #[error("no {chamber} chamber of {phase} can meet {name}")]
    Unsatisfiable {
        /// The phase.
        phase: Phase,
        /// The chamber.
        chamber: &'static str,
        /// The quota.
        name: &'static str,
    },
}

impl CharterError {
    /// Stable code for machines; `Display` is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Wire(_) => "constitution.charter_wire",
            Self::TooLong { .. } => "constitution.charter_too_long",
            Self::Version { .. } => "constitution.charter_version",
            Self::Name { .. } => "constitution.charter_name",
            Self::Count { .. } => "constitution.charter_count",
            Self::Fraction { .. } => "constitution.charter_fraction",
            Self::PhaseOrder { .. } => "constitution.charter_phase_order",
            Self::Geography { .. } => "constitution.charter_geography",
            Self::Majority { .. } => "constitution.charter_majority",
            Self::ChamberOrder { .. } => "constitution.charter_chamber_order",
            Self::Unsatisfiable { .. } => "constitution.charter_unsatisfiable",
        }
    }
}
