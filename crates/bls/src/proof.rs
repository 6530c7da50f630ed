//! Proofs about logarithms, made non-interactive by hashing (Schnorr 1991, Chaum and Pedersen 1992).
//!
//! A nonce is a hash of the secret and of everything that the proof is about, so that two proofs never share one.

use blstrs::{G1Affine, G1Projective, Scalar};
use comity_wire::Digest;

use crate::bytes::Reader;
use crate::error::{BadSignature, DecodeError};
use crate::{field, point};

/// Bytes of a challenge and a response.
pub(crate) const PROOF_BYTES: usize = 64;

/// A challenge and a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Proof {
    challenge: Scalar,
    response: Scalar,
}

impl Proof {
    /// Knowledge of the logarithm of `secret` times the generator, in `context`.
    pub(crate) fn knowledge(secret: &Scalar, context: &Digest) -> Self {
        let public = G1Affine::from(point::generator() * secret);
        let nonce = nonce(secret, context, &[public]);
        let committed = G1Affine::from(point::generator() * nonce);
        let challenge = challenge(KNOWLEDGE, context, &[public, committed]);
        Self { challenge, response: nonce + challenge * secret }
    }

    /// Whether somebody knew the logarithm of `public`, in `context`.
    pub(crate) fn verify_knowledge(
        &self,
        public: &G1Affine,
        context: &Digest,
    ) -> Result<(), BadSignature> {
        let committed = self.committed(point::generator(), public);
        self.matches(challenge(KNOWLEDGE, context, &[*public, committed]))
    }

    /// That `secret` times the generator and `secret` times `base` have the same logarithm.
    pub(crate) fn same(secret: &Scalar, base: &G1Affine, context: &Digest) -> Self {
        let public = G1Affine::from(point::generator() * secret);
        let other = G1Affine::from(base * secret);
        let nonce = nonce(secret, context, &[public, *base, other]);
        let committed = G1Affine::from(point::generator() * nonce);
        let committed_other = G1Affine::from(base * nonce);
        let points = [public, *base, other, committed, committed_other];
        let challenge = challenge(SAME, context, &points);
        Self { challenge, response: nonce + challenge * secret }
    }

    /// Whether `public` to the generator is what `other` is to `base`.
    pub(crate) fn verify_same(
        &self,
        public: &G1Affine,
        base: &G1Affine,
        other: &G1Affine,
        context: &Digest,
    ) -> Result<(), BadSignature> {
        let committed = self.committed(point::generator(), public);
        let committed_other = self.committed(base.into(), other);
        let points = [*public, *base, *other, committed, committed_other];
        self.matches(challenge(SAME, context, &points))
    }

    /// What the prover committed to, if it was honest.
    fn committed(&self, base: G1Projective, public: &G1Affine) -> G1Affine {
        (base * self.response - public * self.challenge).into()
    }

    fn matches(&self, challenge: Scalar) -> Result<(), BadSignature> {
        if self.challenge == challenge { Ok(()) } else { Err(BadSignature) }
    }

    pub(crate) fn encode(&self) -> [u8; PROOF_BYTES] {
        let mut bytes = [0; PROOF_BYTES];
        let (challenge, response) = bytes.split_at_mut(32);
        challenge.copy_from_slice(&self.challenge.to_bytes_be());
        response.copy_from_slice(&self.response.to_bytes_be());
        bytes
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let challenge = field::scalar(&reader.take()?).ok_or(DecodeError::BadScalar)?;
        let response = field::scalar(&reader.take()?).ok_or(DecodeError::BadScalar)?;
        Ok(Self { challenge, response })
    }
}

const KNOWLEDGE: &[u8] = b"comity-knowledge/v1\0";
const SAME: &[u8] = b"comity-same-logarithm/v1\0";

fn challenge(tag: &[u8], context: &Digest, points: &[G1Affine]) -> Scalar {
    let points: Vec<_> = points.iter().map(G1Affine::to_compressed).collect();
    field::hash(&[tag, context.as_bytes(), &points.concat()])
}

fn nonce(secret: &Scalar, context: &Digest, points: &[G1Affine]) -> Scalar {
    let points: Vec<_> = points.iter().map(G1Affine::to_compressed).collect();
    let secret = secret.to_bytes_be();
    field::hash(&[b"comity-proof-nonce/v1\0", &secret, context.as_bytes(), &points.concat()])
}
