//! Ed25519 keys, and their names as `did:key`.

use std::fmt;
use std::sync::Arc;

use comity_wire::KeyId;
use ed25519_dalek::{Signature, Signer as _, Verifier as _, VerifyingKey};
use zeroize::Zeroizing;

use crate::table::{Ending, Warmth};
use crate::{KeyError, VerifyError};

/// Multicodec prefix of an Ed25519 public key (0xed as a varint).
const ED25519_CODEC: [u8; 2] = [0xed, 0x01];

/// The encodings of the eight points of small order. A test computes them.
const SMALL_ORDER: [[u8; 32]; 8] = {
    let mut points = [[0; 32]; 8];
    // Orders 4 and 4: y = 0 with both signs. Orders 1 and 2: y = 1 and y = -1.
    points[1][31] = 0x80;
    points[2][0] = 0x01;
    points[3] = [0xff; 32];
    points[3][0] = 0xec;
    points[3][31] = 0x7f;
    // Order 8: two values of y, each with both signs.
    points[4] = ORDER_EIGHT[0];
    points[5] = ORDER_EIGHT[0];
    points[5][31] |= 0x80;
    points[6] = ORDER_EIGHT[1];
    points[7] = ORDER_EIGHT[1];
    points[7][31] |= 0x80;
    points
};

/// The two values of y of the points of order 8.
const ORDER_EIGHT: [[u8; 32]; 2] = [
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
];

/// A secret Ed25519 key. Wiped on drop; `Debug` prints only the public name.
pub struct SigningKey {
    seed: Zeroizing<[u8; 32]>,
    key: ed25519_dalek::SigningKey,
    public: PublicKey,
    id: KeyId,
}

impl SigningKey {
    /// The key that RFC 8032 derives from 32 secret bytes. Where those come from is the caller's business.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        let seed = Zeroizing::new(seed);
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        let public = PublicKey::of(key.verifying_key());
        let id = public.key_id();
        Self { seed, key, public, id }
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        self.public.clone()
    }

    /// The name of the public half.
    pub const fn id(&self) -> &KeyId {
        &self.id
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
        let Self { seed, key, public, id } = self;
        Self { seed: seed.clone(), key: key.clone(), public: public.clone(), id: id.clone() }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey(***, {})", self.public().key_id().short())
    }
}

/// A valid Ed25519 public key, decompressed once. Copies share what was computed of it.
#[derive(Clone)]
pub struct PublicKey(Arc<Known>);

struct Known {
    key: VerifyingKey,
    warmth: Warmth,
}

impl PublicKey {
    fn of(key: VerifyingKey) -> Self {
        Self(Arc::new(Known { key, warmth: Warmth::default() }))
    }

    /// Reads 32 bytes; keys of small order are refused, since every message verifies under them.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotAPoint)?;
        // A point has several encodings if its y is not reduced; only the canonical one is a name. The other kind, a sign
        // on x = 0, is of small order.
        if !is_reduced(bytes) || key.is_weak() {
            return Err(KeyError::NotAPoint);
        }
        Ok(Self::of(key))
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.key.as_bytes()
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

    /// Strict verification: RFC 8032 §5.1.7, and neither the key nor `R` is of small order.
    ///
    /// It answers as the library's `verify_strict`, without decompressing `R` first: what verifies is the one encoding of
    /// the point that was computed, so it is a point, and of small order only if it is one of eight.
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), VerifyError> {
        match self.begin(message, signature)? {
            Some(ending) if !ending.is_good() => Err(VerifyError::BadSignature),
            Some(_) | None => Ok(()),
        }
    }

    /// As [`verify`](Self::verify), but for the last step where that may be put off.
    pub(crate) fn begin(
        &self,
        message: &[u8],
        signature: &[u8; 64],
    ) -> Result<Option<Ending>, VerifyError> {
        let has_small_r = signature.first_chunk().is_some_and(|r| SMALL_ORDER.contains(r));
        if has_small_r {
            return Err(VerifyError::BadSignature);
        }
        let Known { key, warmth } = &*self.0;
        match warmth.begin(key, message, signature) {
            Some(ending) => ending.map(Some),
            None if key.verify(message, &Signature::from_bytes(signature)).is_ok() => Ok(None),
            None => Err(VerifyError::BadSignature),
        }
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.key == other.0.key
    }
}

impl Eq for PublicKey {}

/// Whether the y of an encoded point is below 2^255 - 19.
fn is_reduced(bytes: &[u8; 32]) -> bool {
    let [low, middle @ .., high] = bytes;
    *low < 0xed || high & 0x7f != 0x7f || middle.iter().any(|byte| *byte != 0xff)
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
