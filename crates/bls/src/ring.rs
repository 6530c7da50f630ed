//! Which key was in force when: the keys of a committee, in order.
//!
//! # Invariants
//!
//! 1. Every epoch from the first term's on has exactly one key, and adding a term never changes the key of an epoch before it.

use crate::limits::TERMS_MAX;
use crate::point::GroupKey;
use crate::share::KeyEpoch;

/// A key and the first epoch that it certifies. It ends where the next begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// The number of the key.
    pub key_epoch: KeyEpoch,
    /// The key. Shares may be dealt anew without changing it.
    pub group: GroupKey,
    /// The first epoch that it certifies.
    pub from: u64,
}

/// Why a key was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RingError {
    /// It would be in force in epochs that an earlier term has.
    #[error("the term would begin in epoch {from}, not after {last}, where the last one began")]
    NotLater {
        /// Where it would begin.
        from: u64,
        /// Where the last term began.
        last: u64,
    },
    /// Its number is not above the last one's.
    #[error("key epoch {found} does not come after {last}")]
    NotNextKey {
        /// The number of the key that was to be added.
        found: KeyEpoch,
        /// The number of the last key.
        last: KeyEpoch,
    },
    /// More terms than a ring holds.
    #[error("a key ring holds {max} terms")]
    Full {
        /// The limit.
        max: usize,
    },
}

impl RingError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotLater { .. } => "bls.not_later",
            Self::NotNextKey { .. } => "bls.not_next_key",
            Self::Full { .. } => "bls.ring_full",
        }
    }
}

/// The keys of a committee, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRing {
    first: Term,
    later: Vec<Term>,
}

impl KeyRing {
    /// The ring of a committee's first key.
    pub const fn new(first: Term) -> Self {
        Self { first, later: Vec::new() }
    }

    /// The ring after a rotation.
    pub fn rotate(&self, next: Term) -> Result<Self, RingError> {
        let last = self.later.last().unwrap_or(&self.first);
        if next.from <= last.from {
            return Err(RingError::NotLater { from: next.from, last: last.from });
        }
        if next.key_epoch <= last.key_epoch {
            let (found, last) = (next.key_epoch, last.key_epoch);
            return Err(RingError::NotNextKey { found, last });
        }
        if TERMS_MAX <= self.later.len() + 1 {
            return Err(RingError::Full { max: TERMS_MAX });
        }
        let mut ring = self.clone();
        ring.later.push(next);
        Ok(ring)
    }

    /// All terms, oldest first.
    pub fn terms(&self) -> impl DoubleEndedIterator<Item = &Term> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// The term whose key certifies `epoch`.
    pub fn in_force(&self, epoch: u64) -> Option<&Term> {
        self.terms().rev().find(|term| term.from <= epoch)
    }
}
