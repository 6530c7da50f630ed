//! The draw of a chamber: who sits in it follows from public bytes, and anybody can recompute it.
//!
//! ```text
//!  beacon ‖ previous commitment ‖ nonce ──SHA-256──▶ seed
//!  pool ──SHA-256(seed ‖ id)──▶ Ranking ──walk: recusal, region cap, organisation cap, conflict──▶ Panel
//! ```
//!
//! # Invariants
//!
//! 1. The panel depends on the seed, the set of candidates, the recusals and the quotas, and on
//!    nothing else: not on the order of the pool, not on the machine.
//! 2. A panel has exactly the seats asked for, nobody twice, nobody recused or in conflict, no region
//!    and no organisation above its cap; otherwise there is no panel. Nothing is relaxed and nobody
//!    is drawn again: a second try needs the beacon of the next epoch.
//! 3. A region's cap is `floor(share * seats)` of the exact decimal; no float takes part.
//! 4. An id that occurs twice in the pool is refused, wherever it ranks.
//!
//! # Where the rules come from
//!
//! Genesis blueprint §7. Where it is silent: the three inputs have 32 bytes each, so that their
//! concatenation can be split in one way only; ids are the bytes of their UTF-8 as stored; equal keys
//! are ordered by id; the checks run in the order seats, regions, organisations. The blueprint names
//! limits for organisations and gives none but a minimum: a cap on their share is a quota that may
//! be left out.

mod draw;
mod error;
mod share;

use comity_wire::{Digest, sha256_concat};

pub use draw::{Candidate, Panel, Quotas, Ranking};
pub use error::DrawError;
pub use share::Share;

/// Bytes of each of the three inputs of a seed.
const INPUT_BYTES: usize = 32;

/// How the three inputs are written before they are hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// 32 raw bytes each: the one in use.
    Raw32,
    /// Lower-case hex, the commitment and the nonce after `sha256:`; for reading records of others.
    Utf8,
}

impl Encoding {
    /// Both, the one in use first.
    pub const ALL: [Self; 2] = [Self::Raw32, Self::Utf8];

    /// The name that vector files use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Raw32 => "raw32",
            Self::Utf8 => "utf8",
        }
    }
}

/// What a seed is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeedInputs {
    /// Value of the public beacon in the round that was named beforehand.
    pub beacon: [u8; INPUT_BYTES],
    /// Hash of the commitment before this draw.
    pub previous_commitment: Digest,
    /// The chamber's nonce, committed to before the round of the beacon was known.
    pub nonce: [u8; INPUT_BYTES],
}

impl SeedInputs {
    /// Takes three byte strings as they came.
    ///
    /// # Errors
    ///
    /// [`DrawError::SeedInput`] for the first that has not 32 bytes.
    pub fn from_slices(beacon: &[u8], previous: &[u8], nonce: &[u8]) -> Result<Self, DrawError> {
        Ok(Self {
            beacon: exactly("beacon value", beacon)?,
            previous_commitment: Digest::from_bytes(exactly("previous commitment", previous)?),
            nonce: exactly("chamber nonce", nonce)?,
        })
    }

    /// The seed of the draw.
    pub fn seed(&self, encoding: Encoding) -> Digest {
        let previous = self.previous_commitment.as_bytes();
        match encoding {
            Encoding::Raw32 => sha256_concat(&[&self.beacon, previous, &self.nonce]),
            Encoding::Utf8 => {
                let text = |bytes: &[u8]| comity_wire::hex::encode(bytes);
                let (beacon, previous, nonce) =
                    (text(&self.beacon), text(previous), text(&self.nonce));
                let prefix = b"sha256:";
                sha256_concat(&[
                    beacon.as_bytes(),
                    prefix,
                    previous.as_bytes(),
                    prefix,
                    nonce.as_bytes(),
                ])
            }
        }
    }
}

fn exactly(what: &'static str, bytes: &[u8]) -> Result<[u8; INPUT_BYTES], DrawError> {
    bytes.try_into().map_err(|_| DrawError::SeedInput { what, len: bytes.len() })
}

#[cfg(test)]
mod tests;
