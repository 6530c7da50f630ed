//! Identifiers. Each is its own type, so that an order cannot be passed where a mission is meant.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::{WireError, hex, limits};

/// A SHA-256 value. Text form: 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

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
/// here only its alphabet and length are checked. Copies share the text: a record says few names many times.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(Arc<str>);

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
        Ok(Self(text.into()))
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
