//! Why bytes, signatures and sets of signatures were refused.

use crate::share::{Index, KeyEpoch};

/// Bytes that are not what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Too few or too many bytes.
    #[error("expected {expected} bytes, found {found}")]
    WrongLength {
        /// Bytes that this form has.
        expected: usize,
        /// Bytes that came.
        found: usize,
    },
    /// Not the canonical compressed form of a point on the curve.
    #[error("not the compressed form of a point on the curve")]
    NotAPoint,
    /// On the curve, but outside of the subgroup of prime order.
    #[error("the point is not in the subgroup of prime order")]
    NotInSubgroup,
    /// The neutral element, which is nobody's key and no signature.
    #[error("the point is the point at infinity")]
    Infinity,
    /// Zero, or not below the order of the group.
    #[error("not a scalar from 1 to the order of the group")]
    BadScalar,
    /// Zero, or above the most members of a committee.
    #[error("{0} is not the index of a share")]
    BadIndex(u16),
    /// Not `1 <= threshold <= members <= MEMBERS_MAX`.
    #[error("{threshold} of {members} is not a quorum")]
    BadQuorum {
        /// How many have to sign.
        threshold: u16,
        /// How many there are.
        members: u16,
    },
    /// The bytes are of another kind of thing, or of another version.
    #[error("the domain tag is not {expected}")]
    WrongDomain {
        /// The tag that was expected.
        expected: &'static str,
    },
    /// A kind that this version does not know.
    #[error("{0} is not a known kind")]
    UnknownKind(u8),
}

impl DecodeError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongLength { .. } => "bls.wrong_length",
            Self::NotAPoint => "bls.not_a_point",
            Self::NotInSubgroup => "bls.not_in_subgroup",
            Self::Infinity => "bls.infinity",
            Self::BadScalar => "bls.bad_scalar",
            Self::BadIndex(_) => "bls.bad_index",
            Self::BadQuorum { .. } => "bls.bad_quorum",
            Self::WrongDomain { .. } => "bls.wrong_domain",
            Self::UnknownKind(_) => "bls.unknown_kind",
        }
    }
}

/// Why partial signatures did not become one signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CombineError {
    /// Fewer than the threshold.
    #[error("{found} partial signatures where {needed} are needed")]
    TooFew {
        /// The threshold.
        needed: usize,
        /// Partial signatures given.
        found: usize,
    },
    /// Two partial signatures of one share: they count once, so whoever sends two is told.
    #[error("two partial signatures of share {0}")]
    Duplicate(Index),
    /// A share that this key does not have.
    #[error("there is no share {index} of {members}")]
    NoSuchShare {
        /// The index that came.
        index: Index,
        /// Shares of the key.
        members: u16,
    },
    /// A partial signature by a share of an earlier or later key.
    #[error("a partial signature by key epoch {found} where {expected} is in force")]
    OtherKeyEpoch {
        /// The epoch of the key.
        expected: KeyEpoch,
        /// The epoch that the partial signature names.
        found: KeyEpoch,
    },
    /// It does not verify under the public share.
    #[error("the partial signature of share {0} does not verify")]
    BadPartial(Index),
}

impl CombineError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooFew { .. } => "bls.too_few",
            Self::Duplicate(_) => "bls.duplicate",
            Self::NoSuchShare { .. } => "bls.no_such_share",
            Self::OtherKeyEpoch { .. } => "bls.other_key_epoch",
            Self::BadPartial(_) => "bls.bad_partial",
        }
    }
}

/// A signature does not verify under the key that it was checked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not verify")]
pub struct BadSignature;

impl BadSignature {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self => "bls.bad_signature",
        }
    }
}
