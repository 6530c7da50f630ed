//! Checkpoints (C2SP `tlog-checkpoint`): a log's size and root, signed by the log, cosigned by witnesses.
//!
//! ```text
//!  comity/<sovereign id>\n                       origin: names the log, and is the log's key name
//!  1000\n                                        size: decimal, no leading zero
//!  <44 characters of base64>\n                   root: 32 bytes
//!  \n
//!  — comity/<sovereign id> <base64>\n            the log, kind 0x01, first
//!  — <witness> <base64>\n                        witnesses, kind 0x04, by name
//! ```
//!
//! # Deviations
//!
//! C2SP allows extension lines after the root; they are opaque, so nobody could audit them. Our logs have
//! none and a checkpoint with one is refused. C2SP allows any origin; ours is a key name, since the log
//! signs under its origin.

mod signed;

use comity_wire::{Digest, b64};

pub use self::signed::SignedCheckpoint;
use crate::cosignature::CosignatureError;
use crate::hash::empty_root;
use crate::limits::SIZE_MAX;
use crate::note::NoteError;
use crate::vkey::is_name;

/// Why a checkpoint was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// Not a signed note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The text has fewer than three lines.
    #[error("a checkpoint has three lines, this one {given}")]
    TooFewLines {
        /// Lines given.
        given: usize,
    },
    /// The text has a fourth line.
    #[error("extension lines are refused: our logs have none")]
    Extension,
    /// The origin is not a key name.
    #[error("the origin is not a key name")]
    BadOrigin,
    /// The size is not a decimal number in its one form.
    #[error("the size is not a decimal number without leading zeros")]
    BadSize,
    /// The size is beyond what any log has.
    #[error("size {given} is more than {max}")]
    SizeTooLarge {
        /// Size given, in entries.
        given: u64,
        /// Largest size accepted, in entries.
        max: u64,
    },
    /// The root is not the base64 of 32 bytes.
    #[error("the root is not the base64 of 32 bytes")]
    BadRoot,
    /// A log without entries with a root that is not the empty root.
    #[error("an empty log has root {expected}, this one says {given}")]
    NotEmptyRoot {
        /// SHA-256 of nothing.
        expected: Digest,
        /// Root given.
        given: Digest,
    },
    /// The checkpoint is of another log.
    #[error("expected a checkpoint of {expected}, got one of {given}")]
    WrongOrigin {
        /// Name of the log's key.
        expected: String,
        /// Origin of the checkpoint.
        given: String,
    },
    /// The key is not of the kind needed: a log's for the log, a witness's for a witness.
    #[error("the key of {name} is of the wrong kind")]
    WrongKind {
        /// Name of the key.
        name: String,
    },
    /// Two of the trusted names, or two of their keys, are the same: one party would count twice.
    #[error("{name} stands twice among the trusted signers, by name or by key")]
    RepeatedSigner {
        /// Name of the later of the two.
        name: String,
    },
    /// The log itself has not signed.
    #[error("no signature by {name}")]
    NoLogSignature {
        /// Name of the log.
        name: String,
    },
    /// The log's signature does not hold.
    #[error("the signature by {name} does not verify")]
    BadLogSignature {
        /// Name of the log.
        name: String,
    },
    /// A cosignature is malformed or does not hold.
    #[error(transparent)]
    Cosignature(#[from] CosignatureError),
    /// A signature by somebody who is not trusted, where all signers must be known.
    #[error("{name} is not a known signer with this key hash")]
    UnknownSigner {
        /// Name on the signature line.
        name: String,
    },
    /// The same signer twice.
    #[error("{name} has signed twice")]
    Duplicate {
        /// Name on the signature line.
        name: String,
    },
    /// Signatures not in the one order: the log, then the witnesses by name.
    #[error("the signature by {name} is not in its place: the log first, then witnesses by name")]
    OutOfOrder {
        /// Name on the signature line that comes too late.
        name: String,
    },
    /// Too few witnesses.
    #[error("{needed} witnesses are needed, {given} have signed")]
    Quorum {
        /// Witnesses needed.
        needed: usize,
        /// Witnesses whose cosignature holds.
        given: usize,
    },
}

impl CheckpointError {
    /// Stable code for machines; [`Display`](std::fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Note(error) => error.code(),
            Self::TooFewLines { .. } => "tlog.checkpoint_too_few_lines",
            Self::Extension => "tlog.checkpoint_extension",
            Self::BadOrigin => "tlog.checkpoint_bad_origin",
            Self::BadSize => "tlog.checkpoint_bad_size",
            Self::SizeTooLarge { .. } => "tlog.checkpoint_size_too_large",
            Self::BadRoot => "tlog.checkpoint_bad_root",
            Self::NotEmptyRoot { .. } => "tlog.checkpoint_not_empty_root",
            Self::WrongOrigin { .. } => "tlog.checkpoint_wrong_origin",
            Self::WrongKind { .. } => "tlog.wrong_key_kind",
            Self::RepeatedSigner { .. } => "tlog.repeated_signer",
            Self::NoLogSignature { .. } => "tlog.no_log_signature",
            Self::BadLogSignature { .. } => "tlog.bad_log_signature",
            Self::Cosignature(error) => error.code(),
            Self::UnknownSigner { .. } => "tlog.unknown_signer",
            Self::Duplicate { .. } => "tlog.duplicate_signature",
            Self::OutOfOrder { .. } => "tlog.signature_out_of_order",
            Self::Quorum { .. } => "tlog.quorum",
        }
    }
}

/// What a log says about itself, not signed: its origin, its size, its root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Digest,
}

impl Checkpoint {
    /// A checkpoint of the log `origin` with `size` entries and this root.
    ///
    /// # Errors
    ///
    /// [`CheckpointError::BadOrigin`], [`CheckpointError::SizeTooLarge`],
    /// [`CheckpointError::NotEmptyRoot`].
    pub fn new(origin: &str, size: u64, root: Digest) -> Result<Self, CheckpointError> {
        if !is_name(origin) {
            return Err(CheckpointError::BadOrigin);
        }
        if SIZE_MAX < size {
            return Err(CheckpointError::SizeTooLarge { given: size, max: SIZE_MAX });
        }
        if size == 0 && root != empty_root() {
            return Err(CheckpointError::NotEmptyRoot { expected: empty_root(), given: root });
        }
        Ok(Self { origin: origin.to_owned(), size, root })
    }

    /// Names the log; also the name of its key.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Number of entries.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Merkle Tree Hash of the entries.
    pub const fn root(&self) -> Digest {
        self.root
    }

    /// The three lines that are signed.
    pub fn encode(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, b64::encode(self.root.as_bytes()))
    }

    /// Reads the three lines; accepts only what [`Checkpoint::encode`] produces.
    ///
    /// # Errors
    ///
    /// [`CheckpointError`].
    pub fn decode(text: &str) -> Result<Self, CheckpointError> {
        let lines = text.strip_suffix('\n').ok_or(NoteError::NoFinalNewline)?;
        let mut lines = lines.split('\n');
        let (origin, size, root) = match (lines.next(), lines.next(), lines.next()) {
            (Some(origin), Some(size), Some(root)) => (origin, size, root),
            (_, size, _) => {
                return Err(CheckpointError::TooFewLines {
                    given: 1 + usize::from(size.is_some()),
                });
            }
        };
        if lines.next().is_some() {
            return Err(CheckpointError::Extension);
        }
        let number: u64 = size.parse().map_err(|_| CheckpointError::BadSize)?;
        if number.to_string() != size {
            return Err(CheckpointError::BadSize);
        }
        let root = b64::decode(root.as_bytes()).map_err(|_| CheckpointError::BadRoot)?;
        let root = root.try_into().map_err(|_| CheckpointError::BadRoot)?;
        Self::new(origin, number, Digest::from_bytes(root))
    }
}
