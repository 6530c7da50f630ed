//! The beacons of drand networks, verified with the network's key.
//!
//! ```text
//!  pedersen-bls-chained         message SHA-256(previous signature ‖ round u64 BE)   keys in G1, signatures in G2
//!  bls-unchained-g1-rfc9380     message SHA-256(round u64 BE)                        keys in G2, signatures in G1
//!  value of both                SHA-256(signature)
//! ```
//!
//! Whether a round was due is the caller's question: a beacon carries no time. Source: drand's protocol documentation.

use blstrs::{G1Affine, G1Projective, G2Affine, G2Prepared};
use comity_wire::{Digest, sha256, sha256_concat};
use group::prime::PrimeCurveAffine as _;

use crate::error::{BadSignature, DecodeError};
use crate::point::{self, G1_BYTES, G2_BYTES, GroupKey, ThresholdSignature};

/// The key of the League of Entropy's first network (`default`, chain `8990e7a9…`, a round every 30 s, chained).
pub const MAINNET_KEY: &str = "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31";

/// The key of the League of Entropy's `quicknet` (chain `52db9ba7…`, a round every 3 s, unchained).
pub const QUICKNET_KEY: &str = "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c\
     8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb\
     5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a";

/// Hashing to G1, where the unchained scheme has its signatures.
const G1_DST: &[u8] = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";
/// The genesis seed, which round 1 is chained to, in bytes.
const SEED_BYTES: usize = 32;

/// Why a beacon was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DrandError {
    /// The signature, or what it is chained to, is not what it should be.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// It is not the network's signature over this round.
    #[error(transparent)]
    Signature(#[from] BadSignature),
}

impl DrandError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Decode(error) => error.code(),
            Self::Signature(error) => error.code(),
        }
    }
}

/// A network whose rounds are chained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chained(GroupKey);

impl Chained {
    /// The network with this key.
    pub fn new(key: &[u8]) -> Result<Self, DecodeError> {
        GroupKey::from_bytes(key).map(Self)
    }

    /// The value of `round`, whose predecessor's signature is `previous` (for round 1: the genesis seed).
    pub fn verify(
        &self,
        round: u64,
        previous: &[u8],
        signature: &[u8],
    ) -> Result<Digest, DrandError> {
        let expected = if round == 1 { SEED_BYTES } else { G2_BYTES };
        if previous.len() != expected {
            return Err(DecodeError::WrongLength { expected, found: previous.len() }.into());
        }
        let signature = ThresholdSignature::from_bytes(signature)?;
        let message = sha256_concat(&[previous, &round.to_be_bytes()]);
        self.0.verify(message.as_bytes(), &signature)?;
        Ok(sha256(&signature.to_bytes()))
    }
}

/// A network whose rounds stand alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unchained(G2Affine);

impl Unchained {
    /// The network with this key.
    pub fn new(key: &[u8]) -> Result<Self, DecodeError> {
        point::g2(key).map(Self)
    }

    /// The value of `round`.
    pub fn verify(&self, round: u64, signature: &[u8]) -> Result<Digest, DrandError> {
        let signature = point::g1(signature)?;
        let message = sha256(&round.to_be_bytes());
        let message = G1Projective::hash_to_curve(message.as_bytes(), G1_DST, &[]);
        let (key, generator) = (G2Prepared::from(self.0), G2Prepared::from(G2Affine::generator()));
        point::pairs_to_one(&[(&signature, &generator), (&-G1Affine::from(message), &key)])?;
        let bytes: [u8; G1_BYTES] = signature.to_compressed();
        Ok(sha256(&bytes))
    }
}
