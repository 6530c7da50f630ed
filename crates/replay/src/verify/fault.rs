//! Why an export is refused.

use comity_constitution::{CharterError, ParameterError};
use comity_mycel::mip::MipError;
use comity_tlog::CheckpointError;
use comity_wire::{Digest, SovereignId, WireError};

use super::source::SourceError;
use crate::Refusal;

/// A named reason. Where it was found is said beside it, see [`Check`](crate::report::Check).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// A statement has no place in its record.
    #[error(transparent)]
    Rule(#[from] Box<Refusal>),
    /// The checkpoint is malformed, or a signature on it does not hold.
    #[error(transparent)]
    Checkpoint(#[from] Box<CheckpointError>),
    /// The parameters are malformed or break a relation.
    #[error(transparent)]
    Parameters(#[from] Box<ParameterError>),
    /// A charter is malformed or breaks a relation.
    #[error(transparent)]
    Charter(#[from] Box<CharterError>),
    /// A package is incomplete or contradicts itself.
    #[error(transparent)]
    Mip(#[from] Box<MipError>),
    /// A key has no canonical form.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// A file that belongs to no record, or not to this one.
    #[error("this file does not belong here")]
    UnexpectedFile,
    /// A file that the record calls for is not there.
    #[error("this file is missing")]
    MissingFile,
    /// A link, an empty or misplaced folder, a device, or a name that is not UTF-8.
    #[error("this is not a regular file that belongs here")]
    NotAFile,
    /// The folder is not named after its record.
    #[error("the folder of this record is called {expected}")]
    Folder {
        /// What it is called.
        expected: String,
    },
    /// One export holds two records of one sovereign.
    #[error("a second record of the sovereign in {first}")]
    SecondRecord {
        /// The folder of the first.
        first: String,
    },
    /// An envelope is withheld, which exports of this version never do.
    #[error("the envelope is withheld: this version of exports withholds none")]
    Withheld,
    /// A line is longer than any envelope.
    #[error("the line is longer than an envelope can be, {max} bytes")]
    LineTooLong {
        /// Longest envelope, in bytes.
        max: usize,
    },
    /// A line is shorter than any envelope.
    #[error("the line has {len} bytes, no envelope has less than {min}")]
    LineTooShort {
        /// Bytes of the line.
        len: usize,
        /// Shortest line read, in bytes.
        min: usize,
    },
    /// The last line does not end.
    #[error("the last line does not end in a newline")]
    NoFinalNewline,
    /// There are more or fewer envelopes than the checkpoint says.
    #[error("{given} envelopes where the checkpoint says {expected}")]
    LineCount {
        /// Size of the checkpoint, in entries.
        expected: u64,
        /// Lines given; one more than expected if there are more.
        given: u64,
    },
    /// An envelope is not the one whose hash is in the log.
    #[error("the envelope hashes to {given}, the log has {logged}")]
    OtherEnvelope {
        /// Hash in the log.
        logged: Digest,
        /// Hash of the line.
        given: Digest,
    },
    /// The envelopes and the tiles agree with each other, but not with the checkpoint.
    #[error("the checkpoint has root {signed}, the envelopes give {computed}")]
    Root {
        /// Root that is signed.
        signed: Digest,
        /// Root that follows from the envelopes.
        computed: Digest,
    },
    /// More cosignatures than the genesis demands: an export carries exactly those.
    #[error("the genesis demands {expected} cosignatures, the checkpoint carries {given}")]
    Cosignatures {
        /// What the genesis says, a count.
        expected: u64,
        /// What is there, a count.
        given: u64,
    },
    /// A file that follows from the record has other bytes.
    #[error(
        "byte {at} is not what follows from the record ({given} bytes given, {expected} expected)"
    )]
    OtherBytes {
        /// First byte that differs, from 0.
        at: usize,
        /// Bytes that follow from the record.
        expected: usize,
        /// Bytes given, at most one more than expected.
        given: usize,
    },
    /// A published name or version is not that of the package.
    #[error("the package calls itself {found}")]
    PackageName {
        /// Name and version in its manifest.
        found: String,
    },
    /// A report names a verifier that is not its package's.
    #[error("the report names verifier {given}, its package has {expected}")]
    OtherVerifier {
        /// Hash in the manifest.
        expected: Digest,
        /// Hash in the report.
        given: Digest,
    },
    /// Books that do not add up.
    #[error("the books in {asset} sum to {sum}, not to zero")]
    Books {
        /// The asset.
        asset: String,
        /// The sum, in smallest units.
        sum: i128,
    },
    /// A sovereign that the reader demanded has no record here.
    #[error("the export holds no record of {id}, which was expected")]
    NotHere {
        /// The sovereign.
        id: SovereignId,
    },
    /// One log, two histories, both signed.
    #[error("{id} has signed two histories: size {first} and size {second} cannot both be true")]
    Equivocation {
        /// The sovereign.
        id: SovereignId,
        /// Size of the smaller checkpoint, in entries.
        first: u64,
        /// Size of the larger checkpoint, in entries.
        second: u64,
    },
}

impl Fault {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Rule(refusal) => refusal.code(),
            Self::Checkpoint(error) => error.code(),
            Self::Parameters(error) => error.code(),
            Self::Charter(error) => error.code(),
            Self::Mip(error) => error.code(),
            Self::Wire(error) => error.code(),
            Self::UnexpectedFile => "replay.export_unexpected_file",
            Self::MissingFile => "replay.export_missing_file",
            Self::NotAFile => "replay.export_not_a_file",
            Self::Folder { .. } => "replay.export_folder",
            Self::SecondRecord { .. } => "replay.export_second_record",
            Self::Withheld => "replay.export_withheld",
            Self::LineTooLong { .. } => "replay.export_line_too_long",
            Self::LineTooShort { .. } => "replay.export_line_too_short",
            Self::NoFinalNewline => "replay.export_no_final_newline",
            Self::LineCount { .. } => "replay.export_line_count",
            Self::OtherEnvelope { .. } => "replay.export_other_envelope",
            Self::Root { .. } => "replay.export_root",
            Self::Cosignatures { .. } => "replay.export_cosignatures",
            Self::OtherBytes { .. } => "replay.export_other_bytes",
            Self::PackageName { .. } => "replay.export_package_name",
            Self::OtherVerifier { .. } => "replay.export_other_verifier",
            Self::Books { .. } => "replay.export_books",
            Self::NotHere { .. } => "replay.export_not_here",
            Self::Equivocation { .. } => "replay.equivocation",
        }
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Rule(Box::new(refusal))
    }
}

/// Why a check went no further.
#[derive(Debug)]
pub(super) enum Stop {
    /// The export is at fault.
    Refused(String, Box<Fault>),
    /// The check rests on another record, which is refused itself.
    Skipped(String),
    /// Bytes could not be read.
    Source(SourceError),
}

impl Stop {
    pub(super) fn refused(place: impl Into<String>, fault: impl Into<Fault>) -> Self {
        Self::Refused(place.into(), Box::new(fault.into()))
    }
}

impl From<SourceError> for Stop {
    fn from(error: SourceError) -> Self {
        Self::Source(error)
    }
}
