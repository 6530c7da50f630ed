//! Keys and signatures of the protocol: Ed25519 in standard base64, over an object's canonical bytes.
//!
//! A signature's key id is a label and never picks a key: every signature is tried with every key that the verifier was
//! given, and one success is enough. Base64 is canonical here, so a signature has one spelling.

mod memo;

use comity_sign::{PublicKey, SigningKey};
use comity_wire::mesh_json::{Value, canonical};
use comity_wire::{Digest, b64, sha256};

use crate::objects;

pub use memo::{SignatureId, SignatureMemo};

objects! {
    /// One signature, and what its maker calls the key.
    pub struct Signature {
        /// The maker's name for the key. Nothing is looked up by it.
        key_id: String,
        /// 64 bytes in base64.
        sig: String,
    }
}

/// A public key as objects carry it.
#[derive(Clone, Debug)]
pub struct MeshKey(PublicKey);

/// Text that is no public key: not base64 of 32 bytes, no point on the curve, or of small order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an Ed25519 public key in base64")]
pub struct MeshKeyError;

impl MeshKeyError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        "mesh.bad_key"
    }
}

impl MeshKey {
    /// Reads 32 bytes in base64.
    ///
    /// # Errors
    ///
    /// [`MeshKeyError`].
    pub fn parse(text: &str) -> Result<Self, MeshKeyError> {
        let bytes = b64::decode(text.as_bytes()).map_err(|_| MeshKeyError)?;
        let bytes = bytes.as_slice().try_into().map_err(|_| MeshKeyError)?;
        PublicKey::from_bytes(bytes).map(Self).map_err(|_| MeshKeyError)
    }

    /// Reads several.
    ///
    /// # Errors
    ///
    /// [`MeshKeyError`] if one is none.
    pub fn parse_all<S: AsRef<str>>(texts: &[S]) -> Result<Vec<Self>, MeshKeyError> {
        texts.iter().map(|text| Self::parse(text.as_ref())).collect()
    }

    /// Whether `sig` is this key's signature over `bytes`; base64 that is no signature is none.
    pub fn has_signed(&self, bytes: &[u8], sig: &str) -> bool {
        self.has_signed_with(bytes, sig, None)
    }

    /// As [`Self::has_signed`]; what `memo` knows to be good is not computed again.
    pub fn has_signed_with(
        &self,
        bytes: &[u8],
        sig: &str,
        memo: Option<&dyn SignatureMemo>,
    ) -> bool {
        let raw = b64::decode(sig.as_bytes()).ok();
        let Some(raw) = raw.and_then(|raw| <[u8; 64]>::try_from(raw).ok()) else { return false };
        let is_good = || self.0.verify(bytes, &raw).is_ok();
        let Some(memo) = memo else { return is_good() };
        let id = SignatureId::of(self.0.as_bytes(), &raw, bytes);
        if memo.knows(&id) {
            return true;
        }
        if is_good() {
            memo.learn(id);
            return true;
        }
        false
    }
}

impl From<PublicKey> for MeshKey {
    fn from(key: PublicKey) -> Self {
        Self(key)
    }
}

impl std::fmt::Display for MeshKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&b64::encode(self.0.as_bytes()))
    }
}

/// The base64 in the text of a plain key file: its lines without comments, which begin with `#`, and without white space
/// at their ends.
pub fn key_text(file: &str) -> String {
    file.lines().map(str::trim).filter(|line| !line.starts_with('#')).collect()
}

/// What looking for a signature came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureCheck {
    /// There is none.
    Missing,
    /// There are some, and none is by a given key.
    Invalid,
    /// One is by a given key.
    Valid,
}

/// An object that carries signatures over the rest of itself.
pub trait SignedObject {
    /// Its signatures.
    fn signatures(&self) -> &[Signature];

    /// Adds one; replaces the one there is if there is room for one.
    fn add_signature(&mut self, signature: Signature);

    /// What is signed.
    fn signed_value(&self) -> Value;

    /// The bytes that are signed.
    fn signed_bytes(&self) -> Vec<u8> {
        canonical(&self.signed_value())
    }

    /// SHA-256 of the bytes that are signed.
    fn digest(&self) -> Digest {
        sha256(&self.signed_bytes())
    }

    /// Whether one of the signatures is by one of `keys`.
    fn check_signatures(&self, keys: &[MeshKey]) -> SignatureCheck {
        self.check_signatures_with(keys, None)
    }

    /// As [`Self::check_signatures`]; what `memo` knows to be good is not computed again.
    fn check_signatures_with(
        &self,
        keys: &[MeshKey],
        memo: Option<&dyn SignatureMemo>,
    ) -> SignatureCheck {
        if self.signatures().is_empty() {
            return SignatureCheck::Missing;
        }
        let bytes = self.signed_bytes();
        let is_valid = self
            .signatures()
            .iter()
            .any(|it| keys.iter().any(|key| key.has_signed_with(&bytes, &it.sig, memo)));
        if is_valid { SignatureCheck::Valid } else { SignatureCheck::Invalid }
    }

    /// Signs, under the name `key_id`.
    fn sign(&mut self, secret: &SigningKey, key_id: &str) {
        let sig = b64::encode(&secret.sign(&self.signed_bytes()));
        self.add_signature(Signature { key_id: key_id.to_owned(), sig });
    }
}

/// `value` without a member.
pub fn without(mut value: Value, name: &str) -> Value {
    if let Value::Map(members) = &mut value {
        members.remove(name);
    }
    value
}

/// `value` with nothing but these members.
pub fn only(mut value: Value, names: &[&str]) -> Value {
    if let Value::Map(members) = &mut value {
        members.retain(|name, _| names.contains(&name.as_str()));
    }
    value
}
