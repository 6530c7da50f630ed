//! Points: strict decoding, one byte form each, and the one equation that every signature here is checked by.
//!
//! # Invariants
//!
//! 1. What is decoded is in the subgroup of prime order and is not its neutral element.
//! 2. Bytes that decode are the bytes that encoding gives back.

use std::fmt;

use blstrs::{Bls12, G1Affine, G1Projective, G2Affine, G2Prepared, G2Projective};
use comity_wire::hex;
use group::Group as _;
use group::prime::PrimeCurveAffine as _;
use pairing::{MillerLoopResult as _, MultiMillerLoop as _};

use crate::error::{BadSignature, DecodeError};

/// Bytes of a compressed point of G1: keys.
pub const G1_BYTES: usize = 48;
/// Bytes of a compressed point of G2: signatures.
pub const G2_BYTES: usize = 96;

/// Signatures (draft-irtf-cfrg-bls-signature, ciphersuite with proofs apart, keys in G1).
pub const SIGNATURE_DST: &[u8] = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_";
/// Proofs of possession, which hash to other points than anything that is signed.
pub const POSSESSION_DST: &[u8] = b"BLS_POP_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";

/// A decoder of compressed points: canonical, of prime order, not infinity.
macro_rules! decoder {
    ($name:ident, $point:ty, $bytes:expr) => {
        pub(crate) fn $name(bytes: &[u8]) -> Result<$point, DecodeError> {
            let bytes: &[u8; $bytes] = bytes
                .try_into()
                .map_err(|_| DecodeError::WrongLength { expected: $bytes, found: bytes.len() })?;
            let point: Option<$point> = <$point>::from_compressed_unchecked(bytes).into();
            let point = point.filter(|point| point.to_compressed() == *bytes);
            let point = point.ok_or(DecodeError::NotAPoint)?;
            if point.is_identity().into() {
                return Err(DecodeError::Infinity);
            }
            if !bool::from(point.is_torsion_free()) {
                return Err(DecodeError::NotInSubgroup);
            }
            Ok(point)
        }
    };
}

decoder!(g1, G1Affine, G1_BYTES);
decoder!(g2, G2Affine, G2_BYTES);

pub(crate) fn generator() -> G1Projective {
    G1Projective::generator()
}

/// The point of G2 that `message` is signed as.
pub(crate) fn message_point(message: &[u8], dst: &[u8]) -> G2Projective {
    G2Projective::hash_to_curve(message, dst, &[])
}

/// `e(key, message) = e(generator, signature)`: whoever knows the key's logarithm signed the message.
pub(crate) fn verify(
    key: &G1Affine,
    message: &G2Projective,
    signature: &G2Affine,
) -> Result<(), BadSignature> {
    let message = G2Prepared::from(G2Affine::from(message));
    let signature = G2Prepared::from(*signature);
    pairs_to_one(&[(key, &message), (&-G1Affine::generator(), &signature)])
}

/// Whether the product of the pairings is one.
pub(crate) fn pairs_to_one(terms: &[(&G1Affine, &G2Prepared)]) -> Result<(), BadSignature> {
    let product = Bls12::multi_miller_loop(terms).final_exponentiation();
    if bool::from(product.is_identity()) { Ok(()) } else { Err(BadSignature) }
}

pub(crate) fn show(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    f.write_str(&hex::encode(bytes))
}

/// A public thing that is one point: bytes, text, equality.
macro_rules! point {
    ($(#[$doc:meta])* $name:ident, $affine:ident, $projective:ident, $decode:ident, $bytes:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub struct $name(pub(crate) $affine);

        impl $name {
            /// Strict: the canonical compressed form of a point of the right order, not infinity.
            pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
                $decode(bytes).map(Self)
            }

            /// The compressed form.
            pub fn to_bytes(&self) -> [u8; $bytes] {
                self.0.to_compressed()
            }

            /// Both coordinates, for verifiers that take no roots. Of two numbers that make a coordinate, the second
            /// comes first.
            pub fn coordinates(&self) -> [u8; $bytes * 2] {
                self.0.to_uncompressed()
            }
        }

        impl $name {
            pub(crate) fn of(point: $projective) -> Self {
                Self(point.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                show(f, &self.to_bytes())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                show(f, &self.to_bytes())
            }
        }
    };
}

point!(
    /// The key of a committee as a whole: what outsiders verify with.
    GroupKey, G1Affine, G1Projective, g1, G1_BYTES
);
point!(
    /// What the partial signatures of one share are verified with.
    PublicShare, G1Affine, G1Projective, g1, G1_BYTES
);
point!(
    /// The signature of a committee: the same bytes, whichever members made it.
    ThresholdSignature, G2Affine, G2Projective, g2, G2_BYTES
);

impl GroupKey {
    /// Whether the committee signed `message`.
    pub fn verify(
        &self,
        message: &[u8],
        signature: &ThresholdSignature,
    ) -> Result<(), BadSignature> {
        verify(&self.0, &message_point(message, SIGNATURE_DST), &signature.0)
    }
}
