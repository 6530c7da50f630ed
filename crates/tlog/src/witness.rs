//! A witness: cosigns what grows, refuses what turns back or splits.
//!
//! ```text
//!                    ┌───────────────────────────────────────────────┐
//!                    ▼                                               │
//!  trusted log ──▶ nothing seen ──first──▶ seen (size, root, time) ──same, or larger with proof
//!                                             │
//!                                             └──smaller · other root · bad proof · earlier clock──▶ refused
//! ```
//!
//! A pure state machine: what it has seen is data that the caller loads and stores, the key and the time are
//! arguments.
//!
//! # Invariants
//!
//! 1. The cosignatures for one origin, ordered by time, never decrease in size.
//! 2. No two of them have one size and different roots, and each tree begins with the one before.
//! 3. On refusal the witness is as it was.
//!
//! The new state must be on disk before the cosignature leaves the machine (C2SP `tlog-witness`), or a crash
//! makes the witness forget what it has sworn.

use std::collections::BTreeMap;

use comity_sign::SigningKey;
use comity_wire::{Digest, Time};

use crate::checkpoint::SignedCheckpoint;
use crate::cosignature::{Cosignature, CosignatureError};
use crate::proof::{ProofError, verify_consistency};
use crate::vkey::{KeyKind, Vkey, VkeyError, is_name};

/// Why a witness would not sign. What it has seen is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WitnessError {
    /// The name or key is not one.
    #[error(transparent)]
    Name(#[from] VkeyError),
    /// A log is named by its log key.
    #[error("the key of {name} is not a log's key")]
    NotALog {
        /// Name of the key.
        name: String,
    },
    /// The origin is trusted already, with another key.
    #[error("{origin} is known with another key")]
    OtherKey {
        /// Origin of the log.
        origin: String,
    },
    /// The witness does not follow this log.
    #[error("{origin} is not a log that this witness follows")]
    UnknownLog {
        /// Origin of the checkpoint.
        origin: String,
    },
    /// The log has shown a larger tree before.
    #[error("{origin} has been seen with {seen} entries and now shows {given}")]
    Rollback {
        /// Origin of the log.
        origin: String,
        /// Largest size cosigned, in entries.
        seen: u64,
        /// Size given, in entries.
        given: u64,
    },
    /// The log has shown another root for this size: proof that it keeps two records.
    #[error("{origin} has two roots at size {size}: {seen}, now {given}")]
    Fork {
        /// Origin of the log.
        origin: String,
        /// Number of entries.
        size: u64,
        /// Root cosigned before.
        seen: Digest,
        /// Root given.
        given: Digest,
    },
    /// It is not proven that the tree begins with the one seen before.
    #[error("growth from {seen} to {given} entries is not proven")]
    BadProof {
        /// Size cosigned before, in entries.
        seen: u64,
        /// Size given, in entries.
        given: u64,
        /// What is wrong with the proof.
        #[source]
        source: ProofError,
    },
    /// The clock is behind the last cosignature for this log.
    #[error("the clock says {now}, the last cosignature {last}")]
    ClockWentBack {
        /// Time of the last cosignature.
        last: Time,
        /// Time given.
        now: Time,
    },
    /// The time cannot be signed.
    #[error(transparent)]
    Cosignature(#[from] CosignatureError),
}

impl WitnessError {
    /// Stable code for machines; [`Display`](std::fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Name(error) => error.code(),
            Self::NotALog { .. } => "tlog.witness_not_a_log",
            Self::OtherKey { .. } => "tlog.witness_other_key",
            Self::UnknownLog { .. } => "tlog.witness_unknown_log",
            Self::Rollback { .. } => "tlog.witness_rollback",
            Self::Fork { .. } => "tlog.witness_fork",
            Self::BadProof { .. } => "tlog.witness_bad_proof",
            Self::ClockWentBack { .. } => "tlog.witness_clock_went_back",
            Self::Cosignature(error) => error.code(),
        }
    }
}

/// The last thing a witness has sworn about a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Number of entries.
    pub size: u64,
    /// Root at that size.
    pub root: Digest,
    /// When it was cosigned.
    pub time: Time,
}

/// The logs that a witness follows, and the last it has sworn about each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    name: String,
    logs: BTreeMap<String, (Vkey, Option<Seen>)>,
}

impl Witness {
    /// A witness that follows no log yet.
    ///
    /// # Errors
    ///
    /// [`WitnessError::Name`] if `name` is not a key name.
    pub fn new(name: &str) -> Result<Self, WitnessError> {
        if !is_name(name) {
            return Err(VkeyError::BadName.into());
        }
        Ok(Self { name: name.to_owned(), logs: BTreeMap::new() })
    }

    /// Follows a log; `seen` is what was stored about it, if anything. Following it again changes nothing.
    ///
    /// # Errors
    ///
    /// [`WitnessError::NotALog`], [`WitnessError::OtherKey`].
    pub fn follow(&mut self, log: &Vkey, seen: Option<Seen>) -> Result<(), WitnessError> {
        if log.kind() != KeyKind::Log {
            return Err(WitnessError::NotALog { name: log.name().to_owned() });
        }
        let (known, _) =
            self.logs.entry(log.name().to_owned()).or_insert_with(|| (log.clone(), seen));
        if known == log {
            Ok(())
        } else {
            Err(WitnessError::OtherKey { origin: log.name().to_owned() })
        }
    }

    /// Name of the witness.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The last thing sworn about the log `origin`: what to store, and the size to prove growth from.
    pub fn seen(&self, origin: &str) -> Option<Seen> {
        self.logs.get(origin).and_then(|(_, seen)| *seen)
    }

    /// Cosigns a checkpoint that extends what was seen before. `proof` is the consistency proof from the
    /// size in [`Witness::seen`] to the checkpoint's; empty for the first checkpoint and for the same one
    /// again.
    ///
    /// # Errors
    ///
    /// [`WitnessError`]; the witness is unchanged.
    pub fn cosign(
        &mut self,
        signed: &SignedCheckpoint,
        proof: &[Digest],
        now: Time,
        key: &SigningKey,
    ) -> Result<Cosignature, WitnessError> {
        let checkpoint = signed.checkpoint();
        let origin = checkpoint.origin();
        let (log, seen) = self
            .logs
            .get_mut(origin)
            .ok_or_else(|| WitnessError::UnknownLog { origin: origin.to_owned() })?;
        if log != signed.log() {
            return Err(WitnessError::OtherKey { origin: origin.to_owned() });
        }
        extends(signed, *seen, proof, now)?;
        let cosignature = Cosignature::sign(&self.name, key, checkpoint, now)?;
        *seen = Some(Seen { size: checkpoint.size(), root: checkpoint.root(), time: now });
        Ok(cosignature)
    }
}

/// Whether the checkpoint may follow what was seen.
fn extends(
    signed: &SignedCheckpoint,
    seen: Option<Seen>,
    proof: &[Digest],
    now: Time,
) -> Result<(), WitnessError> {
    let checkpoint = signed.checkpoint();
    let origin = || checkpoint.origin().to_owned();
    let (size, root) = (checkpoint.size(), checkpoint.root());
    let Some(seen) = seen else {
        // Nothing seen is the empty tree, which every tree begins with.
        let given = proof.len();
        let source = ProofError::WrongLength { expected: 0, given };
        return match given {
            0 => Ok(()),
            _ => Err(WitnessError::BadProof { seen: 0, given: size, source }),
        };
    };
    if size < seen.size {
        return Err(WitnessError::Rollback { origin: origin(), seen: seen.size, given: size });
    }
    if size == seen.size && root != seen.root {
        return Err(WitnessError::Fork { origin: origin(), size, seen: seen.root, given: root });
    }
    if now < seen.time {
        return Err(WitnessError::ClockWentBack { last: seen.time, now });
    }
    verify_consistency(seen.size, &seen.root, size, &root, proof)
        .map_err(|source| WitnessError::BadProof { seen: seen.size, given: size, source })
}
