//! Why there is no authority: its papers do not hold, or its record is not its own.

use comity_mesh::identity::GenesisReason;
use comity_wire::Digest;

/// Why an authority does not start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FoundError {
    /// The genesis does not hold now.
    #[error("the genesis does not hold: {reason}")]
    Genesis {
        /// Why.
        reason: GenesisReason,
    },
    /// The secret key is not the one that the genesis names.
    #[error("the authority's key is {found}, the genesis names {named}")]
    WrongKey {
        /// Public half of the key that is there, base64.
        found: String,
        /// What the genesis says.
        named: String,
    },
    /// The name of the key, which goes into signatures, is empty or too long.
    #[error("the key's name must have 1 to {max} bytes")]
    BadKeyId {
        /// The limit.
        max: usize,
    },
}

impl FoundError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Genesis { .. } => "authority.bad_genesis",
            Self::WrongKey { .. } => "authority.wrong_key",
            Self::BadKeyId { .. } => "authority.bad_key_id",
        }
    }
}

/// Why an entry is not the next one of this record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FoldError {
    /// The bytes are no entry.
    #[error("not an entry of an authority's record: {detail}")]
    NotAFrame {
        /// What is wrong.
        detail: String,
    },
    /// It does not follow from the entry before.
    #[error("entry {seq} after {prev}: expected {next} after {head}")]
    Chain {
        /// Its number.
        seq: u64,
        /// What it follows by its own account.
        prev: String,
        /// The number that is next.
        next: u64,
        /// Hash of the entry before.
        head: Digest,
    },
    /// An event that cannot happen in this state.
    #[error("entry {seq}: {event} cannot happen here")]
    Impossible {
        /// Number of the entry.
        seq: u64,
        /// The event.
        event: &'static str,
    },
    /// The record was begun by another sovereign.
    #[error("the record is of {found}, not of {wanted}")]
    Foreign {
        /// Whose it is.
        found: String,
        /// Whose it should be.
        wanted: String,
    },
}

impl FoldError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAFrame { .. } => "authority.not_a_frame",
            Self::Chain { .. } => "authority.broken_chain",
            Self::Impossible { .. } => "authority.impossible_event",
            Self::Foreign { .. } => "authority.foreign_record",
        }
    }
}
