//! Addresses, and the account that pays: a secp256k1 key that the caller hands in.
//!
//! # Invariants
//!
//! 1. A signature is deterministic (RFC 6979) and has the smaller of its two `s` (EIP-2).
//! 2. A secret is erased when its account is dropped, and never printed.

use std::fmt;
use std::str::FromStr;

use k256::ecdsa::SigningKey;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha3::{Digest as _, Keccak256};

use crate::error::AnchorError;
use crate::text;

/// Keccak-256.
pub fn keccak(bytes: &[u8]) -> [u8; 32] {
    Keccak256::digest(bytes).into()
}

/// The address of an account or a contract.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address(pub [u8; 20]);

impl fmt::Display for Address {
    /// With the checksum of EIP-55 in the case of its letters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = text::data(&self.0);
        let digits = digits.strip_prefix("0x").unwrap_or_default();
        let hash = keccak(digits.as_bytes());
        let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let cased = digits.chars().zip(nibbles);
        let cased = cased.map(|(c, n)| if 8 <= n { c.to_ascii_uppercase() } else { c });
        write!(f, "0x{}", cased.collect::<String>())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Address {
    type Err = AnchorError;

    /// `0x` and 40 digits. Letters of both cases must have the checksum of EIP-55.
    fn from_str(given: &str) -> Result<Self, AnchorError> {
        let address = text::read_array(given).map(Self).ok_or(AnchorError::BadAddress)?;
        let mixed = given.get(2..).is_some_and(|digits| {
            digits.contains(|c: char| c.is_ascii_uppercase())
                && digits.contains(|c: char| c.is_ascii_lowercase())
        });
        if mixed && address.to_string() != given {
            return Err(AnchorError::BadAddress);
        }
        Ok(address)
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// A signature over 32 bytes, from which the signer's address follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    pub(crate) parity: bool,
    pub(crate) r: [u8; 32],
    pub(crate) s: [u8; 32],
}

/// An account that signs transactions.
pub struct Account {
    key: SigningKey,
    address: Address,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({})", self.address)
    }
}

impl Account {
    /// The account with this secret.
    ///
    /// # Errors
    ///
    /// [`AnchorError::BadKey`] for zero and for numbers beyond the group's order.
    pub fn from_secret(secret: &[u8; 32]) -> Result<Self, AnchorError> {
        let key = SigningKey::from_slice(secret).map_err(|_| AnchorError::BadKey)?;
        let point = key.verifying_key().to_sec1_point(false);
        let hash = keccak(point.as_bytes().get(1..).unwrap_or_default());
        let address = hash.last_chunk().map(|tail| Address(*tail)).ok_or(AnchorError::BadKey)?;
        Ok(Self { key, address })
    }

    /// Its address.
    pub const fn address(&self) -> Address {
        self.address
    }

    pub(crate) fn sign(&self, hash: &[u8; 32]) -> Signature {
        let (signature, recovery) = self.key.sign_prehash_recoverable(hash);
        let (r, s) = signature.split_bytes();
        Signature { parity: recovery.is_y_odd(), r: r.into(), s: s.into() }
    }
}

#[cfg(test)]
mod tests;
