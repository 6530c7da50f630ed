//! What the contract, and the stand-in in its place, refuse.

use comity_wire::Digest;

use crate::account::Address;

/// Why an entry or a key was not taken. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A certificate of something that is not published this way.
    #[error("certificates of kind {0} are not taken here")]
    UnknownKind(u8),
    /// Another entry came first, or one is left out.
    #[error("the last entry is {head}, not {previous}")]
    OutOfOrder {
        /// The commitment of the last entry, or the genesis.
        head: Digest,
        /// What was said to be.
        previous: Digest,
    },
    /// The epoch has its commitment, or is over.
    #[error("epoch {epoch} is past: the next may be {next}")]
    EpochNotLater {
        /// The first epoch that would be taken.
        next: u64,
        /// The epoch of the certificate.
        epoch: u64,
    },
    /// The present key does not certify that epoch.
    #[error("the present key certifies epochs from {from} on, not {epoch}")]
    KeyNotInForce {
        /// The key's first epoch.
        from: u64,
        /// The epoch of the certificate.
        epoch: u64,
    },
    /// The decision is there.
    #[error("the decision was published before, as entry {number}")]
    AlreadyPublished {
        /// Where.
        number: u64,
    },
    /// A longer payload than is kept.
    #[error("a payload has at most {max} bytes, this one {length}")]
    PayloadTooLong {
        /// The limit.
        max: u64,
        /// Its length.
        length: u64,
    },
    /// The payload is not what was certified.
    #[error("the payload's hash is {found}, certified is {commitment}")]
    PayloadMismatch {
        /// What is certified.
        commitment: Digest,
        /// The SHA-256 of the payload.
        found: Digest,
    },
    /// The committee did not sign this.
    #[error("the committee's signature does not verify")]
    BadSignature,
    /// No key, or not the one that is meant.
    #[error("the key is no point of the group, or not the one that is encoded")]
    BadKey,
    /// A key with a number that is not above the present one's.
    #[error("key epoch {next} does not come after {current}")]
    KeyNotLater {
        /// The present key.
        current: u64,
        /// The next one.
        next: u64,
    },
    /// The chain has no arithmetic for BLS12-381.
    #[error("the chain has no precompile at {0} (EIP-2537)")]
    NoPrecompile(Address),
}

impl Refusal {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownKind(_) => "anchor.unknown_kind",
            Self::OutOfOrder { .. } => "anchor.out_of_order",
            Self::EpochNotLater { .. } => "anchor.epoch_not_later",
            Self::KeyNotInForce { .. } => "anchor.key_not_in_force",
            Self::AlreadyPublished { .. } => "anchor.already_published",
            Self::PayloadTooLong { .. } => "anchor.payload_too_long",
            Self::PayloadMismatch { .. } => "anchor.payload_mismatch",
            Self::BadSignature => "anchor.bad_signature",
            Self::BadKey => "anchor.bad_committee_key",
            Self::KeyNotLater { .. } => "anchor.key_not_later",
            Self::NoPrecompile(_) => "anchor.no_precompile",
        }
    }
}
