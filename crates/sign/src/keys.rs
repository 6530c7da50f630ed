//! Ed25519 keys, and their names as `did:key`.

use std::fmt;

use comity_wire::KeyId;
use ed25519_dalek::{Signature, Signer as _};
use zeroize::Zeroizing;

use crate::{KeyError, VerifyError};

/// Multicodec prefix of an Ed25519 public key (0xed as a varint).
const ED25519_CODEC: [u8; 2] = [0xed, 0x01];

/// A secret Ed25519 key. Wiped on drop; `Debug` prints only the public name.
pub struct SigningKey {
    seed: Zeroizing<[u8; 32]>,
    key: ed25519_dalek::SigningKey,
}

impl SigningKey {
    /// The key that RFC 8032 derives from 32 secret bytes. Where those come from is the caller's business.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        let seed = Zeroizing::new(seed);
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        Self { seed, key }
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.key.verifying_key())
    }

    /// A deterministic signature over `message`.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }

    /// The 32 secret bytes, for storing the key encrypted.
    pub fn seed(&self) -> &[u8; 32] {
        &self.seed
    }
}

impl Clone for SigningKey {
    fn clone(&self) -> Self {
        Self::from_seed(*self.seed)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey(***, {})", self.public().key_id().short())
    }
}

/// A valid Ed25519 public key, decompressed once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(ed25519_dalek::VerifyingKey);

impl PublicKey {
    /// Reads 32 bytes; keys of small order are refused, since every message verifies under them.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key =
            ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotAPoint)?;
        // A point has several encodings if its y is not reduced; only the canonical one is a name.
        if key.is_weak() || key.to_edwards().compress().as_bytes() != bytes {
            return Err(KeyError::NotAPoint);
        }
        Ok(Self(key))
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The key's name: `did:key:z6Mk…`.
    pub fn key_id(&self) -> KeyId {
        did_key(ED25519_CODEC, self.as_bytes())
    }

    /// The key that a name stands for.
    pub fn from_key_id(id: &KeyId) -> Result<Self, KeyError> {
        let bytes = did_key_bytes(id, ED25519_CODEC)?;
        let bytes = bytes.as_slice().try_into().map_err(|_| KeyError::NotADidKey)?;
        Self::from_bytes(bytes)
    }

    /// Strict verification (RFC 8032 §5.1.7 with the checks of ZIP 215's stricter sibling).
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), VerifyError> {
        self.0
            .verify_strict(message, &Signature::from_bytes(signature))
            .map_err(|_| VerifyError::BadSignature)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.key_id(), f)
    }
}

/// `did:key` of `bytes` under a multicodec prefix.
pub(crate) fn did_key(codec: [u8; 2], bytes: &[u8]) -> KeyId {
    let text = bs58::encode([&codec, bytes].concat()).into_string();
    KeyId::parse(&format!("did:key:z{text}"))
        .expect("base58 of a key is within a key id's alphabet and length")
}

/// The bytes behind a `did:key` of the given multicodec.
pub(crate) fn did_key_bytes(id: &KeyId, codec: [u8; 2]) -> Result<Vec<u8>, KeyError> {
    let text = id.as_str().strip_prefix("did:key:z").ok_or(KeyError::NotADidKey)?;
    let bytes = bs58::decode(text).into_vec().map_err(|_| KeyError::NotADidKey)?;
    match bytes.strip_prefix(&codec) {
        Some(key) if bs58::encode(&bytes).into_string() == text => Ok(key.to_vec()),
        _ => Err(KeyError::NotADidKey),
    }
}
