//! Signatures that were found good before, so that they need not be computed again.
//!
//! A signature by a key over bytes is good or not for ever, so an answer may be kept. Only that answer is kept: times,
//! statuses, revocations and expectations are looked at every time.
//!
//! # Invariants
//!
//! 1. With a memo every check answers as without one.
//! 2. Nothing is remembered that was not computed to be good, so refused signatures cannot fill a memo.

use std::fmt::Debug;

use comity_wire::sha256;

/// SHA-256 over a public key, a signature and the bytes that are signed: whoever finds another three with the same one has
/// broken SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SignatureId([u8; 32]);

impl SignatureId {
    /// The id of this signature by this key over these bytes. The first two have fixed lengths, so nothing runs together.
    pub fn of(key: &[u8; 32], signature: &[u8; 64], bytes: &[u8]) -> Self {
        Self(*sha256(&[key, signature.as_slice(), bytes].concat()).as_bytes())
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Remembers good signatures, as long as it likes.
pub trait SignatureMemo: Debug + Send + Sync {
    /// Whether this one is remembered.
    fn knows(&self, id: &SignatureId) -> bool;

    /// Remembers this one, which was just found good.
    fn learn(&self, id: SignatureId);
}
