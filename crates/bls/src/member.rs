//! A member's own key: what it signs its statements with, and what shares are encrypted to.

use std::fmt;

use blstrs::{G1Affine, G1Projective, G2Affine, Scalar};
use zeroize::ZeroizeOnDrop;

use crate::error::{BadSignature, DecodeError};
use crate::field;
use crate::point::{self, G1_BYTES, G2_BYTES, POSSESSION_DST, SIGNATURE_DST, message_point};

/// A member's secret key. Erased from memory when dropped; never printed.
#[derive(Clone, ZeroizeOnDrop)]
pub struct MemberSecret {
    scalar: [u8; 32],
}

impl fmt::Debug for MemberSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemberSecret(***)")
    }
}

impl MemberSecret {
    /// The secret that follows from 32 random bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self { scalar: field::hash(&[b"comity-member-secret/v1\0", seed]).to_bytes_be() }
    }

    /// The key, without proof.
    pub fn key(&self) -> MemberKey {
        MemberKey((point::generator() * self.scalar()).into())
    }

    /// The key with its proof of possession.
    pub fn member(&self) -> Member {
        let key = self.key();
        let proof = message_point(&key.to_bytes(), POSSESSION_DST) * self.scalar();
        Member { key, proof: proof.into() }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> G2Affine {
        (message_point(message, SIGNATURE_DST) * self.scalar()).into()
    }

    pub(crate) fn scalar(&self) -> Scalar {
        field::scalar(&self.scalar).expect("a hash is not zero")
    }
}

/// A member's public key, whose owner has not necessarily shown that it knows the secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MemberKey(pub(crate) G1Affine);

impl MemberKey {
    /// Strict, as every point here.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        point::g1(bytes).map(Self)
    }

    /// The compressed form.
    pub fn to_bytes(&self) -> [u8; G1_BYTES] {
        self.0.to_compressed()
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &G2Affine) -> Result<(), BadSignature> {
        point::verify(&self.0, &message_point(message, SIGNATURE_DST), signature)
    }

    pub(crate) fn projective(&self) -> G1Projective {
        self.0.into()
    }
}

impl fmt::Display for MemberKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        point::show(f, &self.to_bytes())
    }
}

impl fmt::Debug for MemberKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        point::show(f, &self.to_bytes())
    }
}

/// A member's key and the proof that somebody knows its secret: without it, a key could be made of other people's keys.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Member {
    key: MemberKey,
    proof: G2Affine,
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Member({})", self.key)
    }
}

impl Member {
    /// Bytes of its form.
    pub const BYTES: usize = G1_BYTES + G2_BYTES;

    /// The key.
    pub const fn key(&self) -> MemberKey {
        self.key
    }

    /// Whether the proof is one of this key.
    pub fn verify(&self) -> Result<(), BadSignature> {
        point::verify(
            &self.key.0,
            &message_point(&self.key.to_bytes(), POSSESSION_DST),
            &self.proof,
        )
    }

    /// Key and proof, compressed.
    pub fn encode(&self) -> Vec<u8> {
        [&self.key.to_bytes()[..], &self.proof.to_compressed()[..]].concat()
    }

    /// Reads [`Member::encode`]. The proof is verified where a committee is planned.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = crate::bytes::Reader::exactly(bytes, Self::BYTES)?;
        let key = MemberKey::from_bytes(&reader.take::<G1_BYTES>()?)?;
        Ok(Self { key, proof: point::g2(&reader.take::<G2_BYTES>()?)? })
    }
}
