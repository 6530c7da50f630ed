//! Why the ledger refused.

use comity_constitution::Nano;
use comity_wire::{KeyId, StatementId, Time};

/// Why an admission or an update was refused. The ledger is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// The key already has an account: no second start, no reset.
    #[error("{actor} already has a trust account")]
    AlreadyAdmitted {
        /// The key.
        actor: KeyId,
    },
    /// Nobody with this key has been admitted.
    #[error("{actor} has no trust account")]
    UnknownActor {
        /// The key.
        actor: KeyId,
    },
    /// This mission has already changed this actor's trust.
    #[error("{actor} was already updated for mission {mission}")]
    AlreadyUpdated {
        /// The key.
        actor: KeyId,
        /// The mission.
        mission: StatementId,
    },
    /// A machine without trust gains or loses nothing until it is certified again.
    #[error("{actor} is quarantined")]
    Quarantined {
        /// The key.
        actor: KeyId,
    },
    /// The update belongs to an epoch before one that already has updates.
    #[error("update is for epoch {epoch}, the ledger is at epoch {current}")]
    EpochPast {
        /// Epoch of the update.
        epoch: u64,
        /// Latest epoch with updates.
        current: u64,
    },
    /// The epoch does not fit the date of the update.
    #[error("update for epoch {epoch} is dated in epoch {dated}, only it or the next may close it")]
    EpochNotDated {
        /// Epoch of the update.
        epoch: u64,
        /// Epoch of the date.
        dated: u64,
    },
    /// The update is dated before the actor's last one.
    #[error("update is dated {at}, the account stands at {since}")]
    TimeRegressed {
        /// Date of the update.
        at: Time,
        /// Date of the account.
        since: Time,
    },
    /// A worker with an alignment, or a reviewer without one or with a consensus.
    #[error("a {role} is graded by {expected}")]
    RoleMismatch {
        /// Claimed role.
        role: &'static str,
        /// What must be present, and nothing else.
        expected: &'static str,
    },
    /// A claimed number lies outside its range.
    #[error("{name} is {got}, it must be from 0 to {max}")]
    OutOfRange {
        /// Field of the claim.
        name: &'static str,
        /// Value given.
        got: i64,
        /// Greatest value.
        max: i64,
    },
    /// A claimed result is not what the rules give.
    #[error("{field} is claimed as {claimed}, recomputed as {computed}")]
    Differs {
        /// Field of the update.
        field: &'static str,
        /// Value claimed; flags count as 0 and 1e-9.
        claimed: Nano,
        /// Value recomputed.
        computed: Nano,
    },
}

impl TrustError {
    /// Stable code for machines; `Display` is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AlreadyAdmitted { .. } => "trust.already_admitted",
            Self::UnknownActor { .. } => "trust.unknown_actor",
            Self::AlreadyUpdated { .. } => "trust.already_updated",
            Self::Quarantined { .. } => "trust.quarantined",
            Self::EpochPast { .. } => "trust.epoch_past",
            Self::EpochNotDated { .. } => "trust.epoch_not_dated",
            Self::TimeRegressed { .. } => "trust.time_regressed",
            Self::RoleMismatch { .. } => "trust.role_mismatch",
            Self::OutOfRange { .. } => "trust.out_of_range",
            Self::Differs { .. } => "trust.differs",
        }
    }
}
