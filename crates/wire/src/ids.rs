//! Identifiers. Each is its own type, so that an order cannot be passed where a mission is meant.

use std::fmt;
use std::str::FromStr;

use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::{WireError, hex, limits};

/// A SHA-256 value. Text form: 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// Bytes of one block of SHA-256, and of the length at its end (FIPS 180-4 §5.1.1).
const BLOCK_BYTES: usize = 64;
const LENGTH_BYTES: usize = 8;
/// The initial hash value (FIPS 180-4 §5.3.3).
const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

/// SHA-256 of the concatenation of `parts`, without joining them in memory. The caller sees to it that
/// the parts cannot be split differently (fixed lengths or separators).
pub fn sha256_concat(parts: &[&[u8]]) -> Digest {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    Digest(hasher.finalize().into())
}

/// SHA-256 of `seed ‖ tail`, for many short tails: up to 23 bytes of tail are one call of the
/// compression function, with the padding laid out here instead of by a hasher that is asked piece by piece.
pub fn sha256_seeded(seed: &Digest, tail: &[u8]) -> Digest {
    let mut block = [0; BLOCK_BYTES];
    let (head, rest) = block.split_at_mut(seed.0.len());
    let (body, length) = rest.split_at_mut(BLOCK_BYTES - seed.0.len() - LENGTH_BYTES);
    let (Some(text), Ok(len)) = (body.get_mut(..=tail.len()), u64::try_from(tail.len())) else {
        return sha256_concat(&[&seed.0, tail]);
    };
    head.copy_from_slice(&seed.0);
    if let Some((end, text)) = text.split_last_mut() {
        text.copy_from_slice(tail);
        *end = 0x80;
    }
    length.copy_from_slice(&(256 + 8 * len).to_be_bytes());
    let mut state = INITIAL;
    sha2::block_api::compress256(&mut state, &[block]);
    let mut out = [0; 32];
    for (word, bytes) in state.iter().zip(out.chunks_exact_mut(4)) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    Digest(out)
}

impl Digest {
    /// 32 zero bytes: "nothing before this", e.g. the first commitment's predecessor.
    pub const ZERO: Self = Self([0; 32]);

    /// Wraps 32 raw bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 raw bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Digest {
    fn to_text(self) -> String {
        hex::encode(&self.0)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = WireError;

    fn from_str(text: &str) -> Result<Self, WireError> {
        hex::decode_array(text).map(Self).map_err(|_| WireError::Malformed { what: "digest" })
    }
}

/// Serde by way of the text form and `FromStr`: the text form is the only form.
macro_rules! as_text {
    ($name:ident, $expected:literal) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                // In one piece: a formatter would hand it over in several, each escaped for itself.
                serializer.serialize_str(&self.to_text())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse()
                    .map_err(|_| D::Error::invalid_value(Unexpected::Str(&text), &$expected))
            }
        }
    };
}
pub(crate) use as_text;

as_text!(Digest, "64 lower-case hexadecimal digits");

macro_rules! digest_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Digest);

        impl $name {
            /// Declares that `digest` names such a thing.
            pub const fn from_digest(digest: Digest) -> Self {
                Self(digest)
            }

            /// The underlying digest.
            pub const fn digest(&self) -> Digest {
                self.0
            }

            /// The first eight hexadecimal digits, for people.
            pub fn short(&self) -> String {
                self.0.to_string().chars().take(8).collect()
            }
        }

        impl $name {
            fn to_text(self) -> String {
                self.0.to_text()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, ":{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = WireError;

            fn from_str(text: &str) -> Result<Self, WireError> {
                text.parse().map(Self)
            }
        }

        as_text!($name, "64 lower-case hexadecimal digits");
    };
}

digest_id! {
    /// Names a statement: SHA-256 of its payload bytes.
    StatementId, "statement"
}

digest_id! {
    /// Names a sovereign: the statement id of its genesis.
    SovereignId, "sovereign"
}

impl SovereignId {
    /// The sovereign that `genesis` founds.
    pub const fn of_genesis(genesis: StatementId) -> Self {
        Self(genesis.0)
    }
}

/// Names a public key, as a `did:key`. Whether the text decodes to a key is for the room of keys to say;
/// here only its alphabet and length are checked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(String);

impl KeyId {
    const PREFIX: &'static str = "did:key:z";

    /// Reads a `did:key` in base58btc.
    pub fn parse(text: &str) -> Result<Self, WireError> {
        let malformed = WireError::Malformed { what: "key id" };
        let body = text.strip_prefix(Self::PREFIX).ok_or(malformed.clone())?;
        let base58 =
            |byte: u8| byte.is_ascii_alphanumeric() && !matches!(byte, b'0' | b'O' | b'I' | b'l');
        if body.is_empty() || limits::KEY_ID_BYTES_MAX < text.len() || !body.bytes().all(base58) {
            return Err(malformed);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last eight characters, for people (the first ones are the same for all Ed25519 keys).
    pub fn short(&self) -> &str {
        self.0.len().checked_sub(8).and_then(|from| self.0.get(from..)).unwrap_or(&self.0)
    }
}

impl KeyId {
    fn to_text(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for KeyId {
    type Err = WireError;

    fn from_str(text: &str) -> Result<Self, WireError> {
        Self::parse(text)
    }
}

as_text!(KeyId, "a did:key");
