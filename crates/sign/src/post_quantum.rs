//! ML-DSA-65 (FIPS 204), only ever beside Ed25519: the implementation is young.

use std::fmt;

use comity_wire::KeyId;
use ml_dsa::{EncodedVerifyingKey, Keypair as _, MlDsa65, Signature, Signer as _, Verifier as _};
use zeroize::Zeroizing;

use crate::keys::{did_key, did_key_bytes};
use crate::{KeyError, VerifyError};

/// Multicodec prefix of an ML-DSA-65 public key (0x1211 as a varint).
const ML_DSA_65_CODEC: [u8; 2] = [0x91, 0x24];

/// Length of an ML-DSA-65 signature, in bytes (FIPS 204, table 2).
pub const ML_DSA_SIGNATURE_BYTES: usize = 3309;

/// A secret ML-DSA-65 key, made from 32 secret bytes.
pub struct MlDsaSigningKey {
    seed: Zeroizing<[u8; 32]>,
    key: Box<ml_dsa::SigningKey<MlDsa65>>,
}

impl MlDsaSigningKey {
    /// The key that FIPS 204 §5.1 derives from 32 secret bytes.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        let key = Box::new(ml_dsa::SigningKey::from_seed(&seed.into()));
        Self { seed: Zeroizing::new(seed), key }
    }

    /// The public half.
    pub fn public(&self) -> MlDsaPublicKey {
        MlDsaPublicKey(Box::new(self.key.verifying_key()))
    }

    /// A deterministic signature over `message`, [`ML_DSA_SIGNATURE_BYTES`] long.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.key.sign(message).encode().to_vec()
    }
}

impl Clone for MlDsaSigningKey {
    fn clone(&self) -> Self {
        Self::from_seed(*self.seed)
    }
}

impl fmt::Debug for MlDsaSigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MlDsaSigningKey(***)")
    }
}

/// A public ML-DSA-65 key.
#[derive(Clone, PartialEq)]
pub struct MlDsaPublicKey(Box<ml_dsa::VerifyingKey<MlDsa65>>);

impl Eq for MlDsaPublicKey {}

impl MlDsaPublicKey {
    /// The key's name as a `did:key`.
    pub fn key_id(&self) -> KeyId {
        did_key(ML_DSA_65_CODEC, &self.0.encode())
    }

    /// The key that a name stands for.
    pub fn from_key_id(id: &KeyId) -> Result<Self, KeyError> {
        let bytes = did_key_bytes(id, ML_DSA_65_CODEC)?;
        let encoded = EncodedVerifyingKey::<MlDsa65>::try_from(bytes.as_slice())
            .map_err(|_| KeyError::NotADidKey)?;
        Ok(Self(Box::new(ml_dsa::VerifyingKey::decode(&encoded))))
    }

    /// Verifies a signature of exactly [`ML_DSA_SIGNATURE_BYTES`].
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        let signature =
            Signature::<MlDsa65>::try_from(signature).map_err(|_| VerifyError::BadSignature)?;
        self.0.verify(message, &signature).map_err(|_| VerifyError::BadSignature)
    }
}

impl fmt::Debug for MlDsaPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MlDsaPublicKey({})", self.key_id().short())
    }
}
