//! Decision certificates: the committee's signature over what was decided, when, and under which parameters.
//!
//! ```text
//!  message      SHA-256("comity-certificate/v1" 00 ‖ kind u8 ‖ epoch u64 BE ‖ commitment[32] ‖ parameters[32])
//!  certificate  "comity-certificate/v1" 00 ‖ kind u8 ‖ epoch u64 BE ‖ commitment[32] ‖ parameters[32] ‖ signature[96]
//! ```
//!
//! # Invariants
//!
//! 1. A certificate counts for exactly one decision: kind, epoch, commitment and parameters are under the signature.
//! 2. It counts only under the key that was in force in its epoch.
//!
//! # What it does not prove
//!
//! That the decision is right: a threshold of members can certify anything. And that those members are still members: shares
//! that were dealt anew leave the key as it is, so a threshold of *old* shares that were kept can still sign. That is what
//! rotation to a new key is for.
//!
//! Source: blueprint §6.

use comity_wire::{Digest, sha256_concat};

use crate::bytes::Reader;
use crate::committee::CommitteeKey;
use crate::error::{CombineError, DecodeError};
use crate::limits::NEIGHBOURS_MAX;
use crate::point::{G2_BYTES, ThresholdSignature};
use crate::ring::{KeyRing, Term};
use crate::share::{KeyEpoch, PartialSignature, SecretShare};

/// The domain tag, which a zero byte ends.
const TAG: &str = "comity-certificate/v1";
/// Tag, kind, epoch, commitment, parameters.
const DECISION_BYTES: usize = TAG.len() + 1 + 1 + 8 + 32 + 32;

/// What kind of thing a certificate is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// An epoch's commitment to its four roots.
    Commitment = 1,
    /// What chambers or panels decided.
    Decision = 2,
    /// The committee's next key: the commitment is the SHA-256 of its encoded form.
    Handover = 3,
}

impl Kind {
    const fn from_byte(byte: u8) -> Result<Self, DecodeError> {
        match byte {
            1 => Ok(Self::Commitment),
            2 => Ok(Self::Decision),
            3 => Ok(Self::Handover),
            other => Err(DecodeError::UnknownKind(other)),
        }
    }

    /// The word for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Commitment => "commitment",
            Self::Decision => "decision",
            Self::Handover => "handover",
        }
    }
}

/// What is certified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What kind of thing it is.
    pub kind: Kind,
    /// The epoch in which it was decided.
    pub epoch: u64,
    /// The hash of what was decided.
    pub commitment: Digest,
    /// The hash of the parameters in force.
    pub parameters: Digest,
}

impl Decision {
    fn preimage(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(DECISION_BYTES + G2_BYTES);
        bytes.extend(TAG.as_bytes());
        bytes.extend([0, self.kind as u8]);
        bytes.extend(self.epoch.to_be_bytes());
        bytes.extend(self.commitment.as_bytes());
        bytes.extend(self.parameters.as_bytes());
        bytes
    }

    /// The 32 bytes that members sign.
    pub fn message(&self) -> Digest {
        sha256_concat(&[&self.preimage()])
    }

    /// A member's part.
    pub fn sign(&self, share: &SecretShare) -> PartialSignature {
        share.sign(self.message().as_bytes())
    }
}

/// Why a certificate was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// It certifies another kind of thing.
    #[error("the certificate is of a {}, not of a {}", found.name(), expected.name())]
    OtherKind {
        /// The kind that was asked about.
        expected: Kind,
        /// The kind that is certified.
        found: Kind,
    },
    /// It certifies something of another epoch.
    #[error("the certificate is for epoch {found}, not {expected}")]
    OtherEpoch {
        /// The epoch that was asked about.
        expected: u64,
        /// The epoch that is certified.
        found: u64,
    },
    /// It certifies another commitment.
    #[error("the certificate is for {found}, not {expected}")]
    OtherCommitment {
        /// The hash that was asked about.
        expected: Digest,
        /// The hash that is certified.
        found: Digest,
    },
    /// It was made under other parameters.
    #[error("the certificate names the parameters {found}, in force are {expected}")]
    OtherParameters {
        /// The hash of the parameters in force.
        expected: Digest,
        /// The hash that is certified.
        found: Digest,
    },
    /// The committee had no key yet.
    #[error("no committee key was in force in epoch {0}")]
    NoKey(u64),
    /// It is signed by a key that was in force before or after, not in its epoch.
    #[error("signed by key epoch {signed_by}, but {in_force} was in force")]
    RotatedOut {
        /// The key that signed.
        signed_by: KeyEpoch,
        /// The key of that epoch.
        in_force: KeyEpoch,
    },
    /// No key of the ring that was tried signed this.
    #[error("the certificate's signature does not verify")]
    BadSignature,
}

impl CertificateError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherKind { .. } => "bls.other_kind",
            Self::OtherEpoch { .. } => "bls.other_epoch",
            Self::OtherCommitment { .. } => "bls.other_commitment",
            Self::OtherParameters { .. } => "bls.other_parameters",
            Self::NoKey(_) => "bls.no_key",
            Self::RotatedOut { .. } => "bls.rotated_out",
            Self::BadSignature => "bls.bad_certificate",
        }
    }
}

/// A decision with the committee's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Certificate {
    decision: Decision,
    signature: ThresholdSignature,
}

impl Certificate {
    /// Bytes of its form.
    pub const BYTES: usize = DECISION_BYTES + G2_BYTES;

    /// The certificate that these partial signatures make.
    pub fn combine(
        decision: Decision,
        key: &CommitteeKey,
        partials: &[PartialSignature],
    ) -> Result<Self, CombineError> {
        let signature = key.combine(decision.message().as_bytes(), partials)?;
        Ok(Self { decision, signature })
    }

    /// What it says is decided. Believe it after [`Certificate::verify`].
    pub const fn decision(&self) -> &Decision {
        &self.decision
    }

    /// The signature.
    pub const fn signature(&self) -> &ThresholdSignature {
        &self.signature
    }

    /// Whether it certifies `wanted` under the key that was in force in its epoch.
    pub fn verify(&self, ring: &KeyRing, wanted: &Decision) -> Result<(), CertificateError> {
        self.is_about(wanted)?;
        let epoch = self.decision.epoch;
        let term = ring.in_force(epoch).ok_or(CertificateError::NoKey(epoch))?;
        let message = self.decision.message();
        if term.group.verify(message.as_bytes(), &self.signature).is_ok() {
            return Ok(());
        }
        // Only to say what is wrong; it is refused already.
        let (before, after): (Vec<&Term>, Vec<&Term>) = ring
            .terms()
            .filter(|other| other.group != term.group)
            .partition(|other| other.from < term.from);
        let neighbours = before.into_iter().rev().take(NEIGHBOURS_MAX);
        let mut neighbours = neighbours.chain(after.into_iter().take(NEIGHBOURS_MAX));
        let signer = neighbours
            .find(|other: &&Term| other.group.verify(message.as_bytes(), &self.signature).is_ok());
        Err(signer.map_or(CertificateError::BadSignature, |signer| {
            let (signed_by, in_force) = (signer.key_epoch, term.key_epoch);
            CertificateError::RotatedOut { signed_by, in_force }
        }))
    }

    fn is_about(&self, wanted: &Decision) -> Result<(), CertificateError> {
        let found = &self.decision;
        if wanted.kind != found.kind {
            let (expected, found) = (wanted.kind, found.kind);
            return Err(CertificateError::OtherKind { expected, found });
        }
        if wanted.epoch != found.epoch {
            let (expected, found) = (wanted.epoch, found.epoch);
            return Err(CertificateError::OtherEpoch { expected, found });
        }
        if wanted.commitment != found.commitment {
            let (expected, found) = (wanted.commitment, found.commitment);
            return Err(CertificateError::OtherCommitment { expected, found });
        }
        if wanted.parameters != found.parameters {
            let (expected, found) = (wanted.parameters, found.parameters);
            return Err(CertificateError::OtherParameters { expected, found });
        }
        Ok(())
    }

    /// Tag, decision, signature.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.decision.preimage();
        bytes.extend(self.signature.to_bytes());
        bytes
    }

    /// Reads [`Certificate::encode`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::exactly(bytes, Self::BYTES)?;
        reader.tag(TAG)?;
        let [kind] = reader.take::<1>()?;
        let decision = Decision {
            kind: Kind::from_byte(kind)?,
            epoch: u64::from_be_bytes(reader.take()?),
            commitment: Digest::from_bytes(reader.take()?),
            parameters: Digest::from_bytes(reader.take()?),
        };
        let signature = ThresholdSignature::from_bytes(&reader.take::<G2_BYTES>()?)?;
        Ok(Self { decision, signature })
    }
}
