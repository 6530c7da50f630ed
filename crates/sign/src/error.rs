//! Why a key or a signature was refused.

use comity_wire::{KeyId, WireError};

/// Bytes that are not a usable public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Not a point on the curve, or one of small order.
    #[error("not a valid Ed25519 public key")]
    NotAPoint,
    /// The `did:key` does not decode to a key of the expected type.
    #[error("not a did:key of the expected type")]
    NotADidKey,
}

impl KeyError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAPoint => "sign.not_a_point",
            Self::NotADidKey => "sign.not_a_did_key",
        }
    }
}

/// Why a claim is not signed by whom it says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The bytes are not a canonical envelope around a canonical body.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The signature does not match key and bytes.
    #[error("the signature does not verify")]
    BadSignature,
    /// The envelope names one key, the body under the signature another.
    #[error("the envelope is signed as {envelope} but the body says {body}")]
    SignerMismatch {
        /// Key id on the envelope.
        envelope: KeyId,
        /// Key id inside the payload.
        body: KeyId,
    },
    /// The statement was checked against a key that is not the one that it names.
    #[error("expected a signature by {expected}, found one by {found}")]
    WrongKey {
        /// The key that had to sign.
        expected: KeyId,
        /// The key that is said to have signed.
        found: KeyId,
    },
    /// The issuer's key set demands another number of signatures.
    #[error("{found} signatures where the issuer's key set demands {expected}")]
    SignatureCount {
        /// One, or two for a hybrid issuer.
        expected: usize,
        /// Signatures on the envelope.
        found: usize,
    },
}

impl VerifyError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Wire(error) => error.code(),
            Self::BadSignature => "sign.bad_signature",
            Self::SignerMismatch { .. } => "sign.signer_mismatch",
            Self::WrongKey { .. } => "sign.wrong_key",
            Self::SignatureCount { .. } => "sign.signature_count",
        }
    }
}
