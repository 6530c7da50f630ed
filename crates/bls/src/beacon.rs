//! The committee as a beacon: its signature over the number of a round, which nobody knows before a threshold has signed.
//!
//! ```text
//!  message  SHA-256("comity-threshold-beacon/v1" 00 ‖ round u64 BE)
//!  value    SHA-256(signature)
//! ```
//!
//! It is drand's unchained scheme with a domain tag of our own: a round's value does not depend on the rounds before it.
//!
//! # Invariants
//!
//! 1. A round has one value under a key: a BLS signature is unique, so nobody can choose among several.
//! 2. Fewer than a threshold of members know nothing of it beforehand; a threshold know it as early as they like.

use comity_wire::{Digest, sha256, sha256_concat};

use crate::bytes::Reader;
use crate::committee::CommitteeKey;
use crate::error::{BadSignature, CombineError, DecodeError};
use crate::point::{G2_BYTES, GroupKey, ThresholdSignature};
use crate::share::{PartialSignature, SecretShare};

const TAG: &str = "comity-threshold-beacon/v1";

/// The number of a round. When it is due is a matter of the parameters, not of this room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Round(pub u64);

impl Round {
    /// The 32 bytes that members sign.
    pub fn message(self) -> Digest {
        sha256_concat(&[TAG.as_bytes(), &[0], &self.0.to_be_bytes()])
    }

    /// A member's part.
    pub fn sign(self, share: &SecretShare) -> PartialSignature {
        share.sign(self.message().as_bytes())
    }
}

/// A round with the committee's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beacon {
    round: Round,
    signature: ThresholdSignature,
}

impl Beacon {
    /// Bytes of its form.
    pub const BYTES: usize = TAG.len() + 1 + 8 + G2_BYTES;

    /// The beacon that these partial signatures make.
    pub fn combine(
        round: Round,
        key: &CommitteeKey,
        partials: &[PartialSignature],
    ) -> Result<Self, CombineError> {
        let signature = key.combine(round.message().as_bytes(), partials)?;
        Ok(Self { round, signature })
    }

    /// Which round.
    pub const fn round(&self) -> Round {
        self.round
    }

    /// The value, once the signature has been found to be the committee's.
    pub fn verify(&self, key: &GroupKey) -> Result<Digest, BadSignature> {
        key.verify(self.round.message().as_bytes(), &self.signature)?;
        Ok(sha256(&self.signature.to_bytes()))
    }

    /// Tag, round, signature.
    pub fn encode(&self) -> Vec<u8> {
        let round = self.round.0.to_be_bytes();
        [TAG.as_bytes(), &[0], &round, &self.signature.to_bytes()].concat()
    }

    /// Reads [`Beacon::encode`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::exactly(bytes, Self::BYTES)?;
        reader.tag(TAG)?;
        let round = Round(u64::from_be_bytes(reader.take()?));
        let signature = ThresholdSignature::from_bytes(&reader.take::<G2_BYTES>()?)?;
        Ok(Self { round, signature })
    }
}
