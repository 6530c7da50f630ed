//! Verifier keys (C2SP `signed-note`): whose signature counts, in one line of text.
//!
//! ```text
//!  <name> + <key hash, 8 hex digits> + base64( kind[1] ‖ Ed25519 public key[32] )
//!
//!  key hash = SHA-256( name ‖ 0x0a ‖ kind ‖ public key )[..4]
//!  kind     = 0x01 a log's signature over a note's text · 0x04 a witness's timestamped cosignature
//! ```

use std::fmt;
use std::str::FromStr;

use comity_sign::PublicKey;
use comity_wire::{b64, hex, sha256_concat};

use crate::limits::{NAME_BYTES_MAX, VKEY_BYTES_MAX};

/// Why a verifier key was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VkeyError {
    /// Longer than any key of ours.
    #[error("a verifier key has at most {max} bytes, this one {len}")]
    TooLong {
        /// Bytes given.
        len: usize,
        /// Most bytes accepted.
        max: usize,
    },
    /// Not `name+hash+key`.
    #[error("not a verifier key: expected name+hash+key")]
    Malformed,
    /// The name is empty, too long, or has a space, a plus or a control character.
    #[error("not a key name")]
    BadName,
    /// A signature type other than Ed25519 (1) and its timestamped cosignature (4).
    #[error("signature type {kind} is not supported")]
    UnknownKind {
        /// The type byte.
        kind: u8,
    },
    /// The bytes are not an Ed25519 public key.
    #[error("not an ed25519 public key")]
    BadKey,
    /// The hash in the text is not the hash of the rest.
    #[error("key hash is {}, text says {}", hex::encode(computed), hex::encode(given))]
    WrongHash {
        /// Hash of name, kind and key.
        computed: [u8; 4],
        /// Hash in the text.
        given: [u8; 4],
    },
}

impl VkeyError {
    /// Stable code for machines; [`Display`](fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "tlog.vkey_too_long",
            Self::Malformed => "tlog.vkey_malformed",
            Self::BadName => "tlog.bad_name",
            Self::UnknownKind { .. } => "tlog.vkey_unknown_kind",
            Self::BadKey => "tlog.vkey_bad_key",
            Self::WrongHash { .. } => "tlog.vkey_wrong_hash",
        }
    }
}

/// What a key signs. The byte is part of the key hash, so one key pair has two hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyKind {
    /// A log: Ed25519 over the text of a note.
    Log,
    /// A witness: Ed25519 over `cosignature/v1`, a time and the text.
    Witness,
}

impl KeyKind {
    /// Signature type byte assigned by C2SP `signed-note`.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Log => 0x01,
            Self::Witness => 0x04,
        }
    }
}

/// A name with a public key and what it signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vkey {
    name: String,
    kind: KeyKind,
    key: PublicKey,
    hash: [u8; 4],
}

impl Vkey {
    /// The key of a log; its name is the log's origin.
    ///
    /// # Errors
    ///
    /// [`VkeyError::BadName`] if the origin is not a key name.
    pub fn log(origin: &str, key: PublicKey) -> Result<Self, VkeyError> {
        Self::new(origin, KeyKind::Log, key)
    }

    /// The key of a witness.
    ///
    /// # Errors
    ///
    /// [`VkeyError::BadName`] if the name is not a key name.
    pub fn witness(name: &str, key: PublicKey) -> Result<Self, VkeyError> {
        Self::new(name, KeyKind::Witness, key)
    }

    fn new(name: &str, kind: KeyKind, key: PublicKey) -> Result<Self, VkeyError> {
        if is_name(name) { Ok(Self::of_name(name, kind, key)) } else { Err(VkeyError::BadName) }
    }

    /// The key under a name that has been checked.
    pub(crate) fn of_name(name: &str, kind: KeyKind, key: PublicKey) -> Self {
        debug_assert!(is_name(name), "checked by the caller");
        let hash = sha256_concat(&[name.as_bytes(), b"\n", &[kind.byte()], key.as_bytes()]);
        let [a, b, c, d, ..] = *hash.as_bytes();
        Self { name: name.to_owned(), kind, key, hash: [a, b, c, d] }
    }

    /// Name of the signer.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the key signs.
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The public key.
    pub const fn key(&self) -> &PublicKey {
        &self.key
    }

    /// First four bytes of `SHA-256(name ‖ "\n" ‖ kind ‖ public key)`: tells signature lines apart. Not a
    /// commitment to the key.
    pub const fn key_hash(&self) -> [u8; 4] {
        self.hash
    }
}

impl fmt::Display for Vkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.kind.byte()], &self.key.as_bytes()[..]].concat();
        write!(f, "{}+{}+{}", self.name, hex::encode(&self.hash), b64::encode(&key))
    }
}

impl FromStr for Vkey {
    type Err = VkeyError;

    fn from_str(text: &str) -> Result<Self, VkeyError> {
        if VKEY_BYTES_MAX < text.len() {
            return Err(VkeyError::TooLong { len: text.len(), max: VKEY_BYTES_MAX });
        }
        // The base64 may contain pluses of its own; the name and the hash cannot.
        let (name, rest) = text.split_once('+').ok_or(VkeyError::Malformed)?;
        let (hash, key) = rest.split_once('+').ok_or(VkeyError::Malformed)?;
        let given: [u8; 4] = hex::decode_array(hash).map_err(|_| VkeyError::Malformed)?;
        let key = b64::decode(key.as_bytes()).map_err(|_| VkeyError::Malformed)?;
        let (kind, key) = key.split_first().ok_or(VkeyError::Malformed)?;
        let kind = [KeyKind::Log, KeyKind::Witness]
            .into_iter()
            .find(|known| known.byte() == *kind)
            .ok_or(VkeyError::UnknownKind { kind: *kind })?;
        let key: &[u8; 32] = key.try_into().map_err(|_| VkeyError::BadKey)?;
        let key = PublicKey::from_bytes(key).map_err(|_| VkeyError::BadKey)?;
        let vkey = Self::new(name, kind, key)?;
        if vkey.hash != given {
            return Err(VkeyError::WrongHash { computed: vkey.hash, given });
        }
        Ok(vkey)
    }
}

/// Whether `text` can be a key name or an origin: not empty, at most [`NAME_BYTES_MAX`] bytes, no Unicode
/// space, no plus, no control character.
pub(crate) fn is_name(text: &str) -> bool {
    let fits = |c: char| !c.is_whitespace() && ' ' < c && c != '+';
    (1..=NAME_BYTES_MAX).contains(&text.len()) && text.chars().all(fits)
}
