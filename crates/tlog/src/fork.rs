//! Forks: two checkpoints, both signed by one log, that no single append-only list can have.
//!
//! At one size, two roots are enough. At two sizes, a *failing* consistency proof shows nothing, since
//! anybody can write one. What shows the fork is a proof that *holds* for another old root:
//!
//! ```text
//!  smaller (m, root a) ────────✗─────── larger (n, root b)
//!                                            │  consistency proof m → n, holds
//!                                       prefix root r ≠ a
//! ```
//!
//! The root `b` commits to every entry, so the tree behind it has exactly one prefix of `m` entries, with
//! root `r`. If the log signed another root for `m`, it lied once. Whoever has the larger log's entries or
//! tiles can make this proof in `O(log n)` hashes, and whoever has the log's public key can check it.
//!
//! ```text
//!  comity/fork/v1\n
//!  smaller <bytes>\n<signed note>
//!  larger <bytes>\n<signed note>
//!  prefix <base64 of r>\n                absent when the sizes are equal
//!  path <base64>\n                       one line per hash
//! ```

use comity_wire::{Digest, b64};

use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use crate::limits::{NOTE_BYTES_MAX, PATH_HASHES_MAX};
use crate::proof::{ProofError, verify_consistency};
use crate::tree::Tree;
use crate::vkey::Vkey;

/// First line of an encoded fork proof.
const HEADER: &str = "comity/fork/v1\n";
/// Longest encoded fork proof, in bytes: two notes and a path, a line of at most 64 bytes per hash.
const FORK_BYTES_MAX: usize = 2 * NOTE_BYTES_MAX + (PATH_HASHES_MAX + 4) * 64;

/// Why two checkpoints cannot be compared, or a fork proof does not show a fork.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ForkError {
    /// Two logs, or one origin under two keys: no promise was broken.
    #[error("checkpoints of {first} and {second} are not by one log and key")]
    DifferentLogs {
        /// Origin of the first.
        first: String,
        /// Origin of the second.
        second: String,
    },
    /// The prefix proof does not hold for the larger checkpoint.
    #[error(transparent)]
    Prefix(#[from] ProofError),
    /// A checkpoint in the proof is not signed by the log.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The two checkpoints do not contradict each other, or nothing shows that they do.
    #[error("the two checkpoints are not shown to contradict each other")]
    NoFork,
    /// Not an encoded fork proof in its one form.
    #[error("not an encoded fork proof")]
    Malformed,
}

impl ForkError {
    /// Stable code for machines; [`Display`](std::fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::DifferentLogs { .. } => "tlog.fork_different_logs",
            Self::Prefix(error) => error.code(),
            Self::Checkpoint(error) => error.code(),
            Self::NoFork => "tlog.fork_not_shown",
            Self::Malformed => "tlog.fork_malformed",
        }
    }
}

/// The root that a tree has at a smaller size, with the consistency proof that ties it to the larger root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrefixProof {
    /// Root of the first entries.
    pub root: Digest,
    /// Consistency proof from that root to the larger one.
    pub path: Vec<Digest>,
}

impl PrefixProof {
    /// What `tree` says about its first `smaller` entries, seen from its first `larger`.
    ///
    /// # Errors
    ///
    /// [`ProofError::BeyondTree`], [`ProofError::Shrinks`].
    pub fn from_tree(tree: &Tree, smaller: u64, larger: u64) -> Result<Self, ProofError> {
        Ok(Self { root: tree.root_at(smaller)?, path: tree.consistency(smaller, larger)? })
    }
}

/// How two checkpoints of one log stand to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Same size, same root.
    Same,
    /// The larger begins with the smaller: shown by the prefix proof, or the smaller is empty.
    Extends,
    /// Both cannot be true.
    Forked(Box<ForkProof>),
    /// Sizes differ and no prefix proof was given: neither is shown.
    Unproven,
}

/// Compares two checkpoints of one log, in either order. `prefix` is about the smaller size in the tree of
/// the larger checkpoint; it is not needed when the sizes are equal.
///
/// # Errors
///
/// [`ForkError::DifferentLogs`]; [`ForkError::Prefix`] if the prefix proof does not lead to the larger root,
/// so that it says nothing about this log.
pub fn detect(
    a: &SignedCheckpoint,
    b: &SignedCheckpoint,
    prefix: Option<&PrefixProof>,
) -> Result<Relation, ForkError> {
    if a.log() != b.log() {
        return Err(ForkError::DifferentLogs {
            first: a.checkpoint().origin().to_owned(),
            second: b.checkpoint().origin().to_owned(),
        });
    }
    let rank = |signed: &SignedCheckpoint| (signed.checkpoint().size(), signed.checkpoint().root());
    let (small, large) = if rank(a) <= rank(b) { (a, b) } else { (b, a) };
    let ((small_size, small_root), (large_size, large_root)) = (rank(small), rank(large));
    let forked = |prefix: Option<&PrefixProof>| {
        Relation::Forked(Box::new(ForkProof {
            smaller: small.encode(),
            larger: large.encode(),
            prefix: prefix.cloned(),
        }))
    };
    if small_size == large_size {
        return Ok(if small_root == large_root { Relation::Same } else { forked(None) });
    }
    if small_size == 0 {
        return Ok(Relation::Extends);
    }
    let Some(prefix) = prefix else { return Ok(Relation::Unproven) };
    verify_consistency(small_size, &prefix.root, large_size, &large_root, &prefix.path)?;
    Ok(if prefix.root == small_root { Relation::Extends } else { forked(Some(prefix)) })
}

/// Two contradicting checkpoints with their signatures: evidence that speaks for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForkProof {
    smaller: Vec<u8>,
    larger: Vec<u8>,
    prefix: Option<PrefixProof>,
}

impl ForkProof {
    /// Checks the evidence with nothing but the log's key, and gives the two checkpoints, smaller first.
    ///
    /// # Errors
    ///
    /// [`ForkError`].
    pub fn verify(&self, log: &Vkey) -> Result<[Checkpoint; 2], ForkError> {
        let open = |bytes| SignedCheckpoint::decode_open(bytes, log, &[], 0);
        let (smaller, larger) = (open(&self.smaller)?, open(&self.larger)?);
        match detect(&smaller, &larger, self.prefix.as_ref())? {
            Relation::Forked(_) => Ok([smaller, larger].map(|signed| signed.checkpoint().clone())),
            Relation::Same | Relation::Extends | Relation::Unproven => Err(ForkError::NoFork),
        }
    }

    /// The two signed notes as the log made them, smaller first.
    pub fn notes(&self) -> [&[u8]; 2] {
        [&self.smaller, &self.larger]
    }

    /// The evidence as one file.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = HEADER.as_bytes().to_vec();
        for (word, note) in [("smaller", &self.smaller), ("larger", &self.larger)] {
            out.extend(format!("{word} {}\n", note.len()).bytes());
            out.extend(note);
        }
        if let Some(prefix) = &self.prefix {
            let words = std::iter::once("prefix").chain(std::iter::repeat("path"));
            for (word, hash) in words.zip(std::iter::once(&prefix.root).chain(&prefix.path)) {
                out.extend(format!("{word} {}\n", b64::encode(hash.as_bytes())).bytes());
            }
        }
        out
    }

    /// Reads what [`ForkProof::encode`] writes. The evidence is checked by [`ForkProof::verify`].
    ///
    /// # Errors
    ///
    /// [`ForkError::Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, ForkError> {
        let decoded = if bytes.len() <= FORK_BYTES_MAX { parse(bytes) } else { None };
        decoded.filter(|proof| proof.encode() == bytes).ok_or(ForkError::Malformed)
    }
}

fn parse(bytes: &[u8]) -> Option<ForkProof> {
    let rest = bytes.strip_prefix(HEADER.as_bytes())?;
    let (smaller, rest) = sized(rest, "smaller ")?;
    let (larger, rest) = sized(rest, "larger ")?;
    let mut hashes = std::str::from_utf8(rest).ok()?.lines().map(|line| {
        let (_, hash) = line.split_once(' ')?;
        Some(Digest::from_bytes(b64::decode(hash.as_bytes()).ok()?.try_into().ok()?))
    });
    let prefix = match hashes.next() {
        Some(root) => Some(PrefixProof { root: root?, path: hashes.collect::<Option<_>>()? }),
        None => None,
    };
    Some(ForkProof { smaller: smaller.to_owned(), larger: larger.to_owned(), prefix })
}

/// A line with a length, and as many bytes after it.
fn sized<'a>(bytes: &'a [u8], word: &str) -> Option<(&'a [u8], &'a [u8])> {
    let rest = bytes.strip_prefix(word.as_bytes())?;
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let len: usize = std::str::from_utf8(rest.get(..end)?).ok()?.parse().ok()?;
    rest.get(end + 1..)?.split_at_checked(len)
}
