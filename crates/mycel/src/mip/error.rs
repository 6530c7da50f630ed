//! Why a package, or what went in or came out of its verifier, was refused.

use comity_wire::{Digest, WireError};

use super::manifest::Expect;
use crate::schema::SchemaError;

/// Why a package was refused. Always the publisher's fault; nothing changes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MipError {
    /// The manifest is not canonical JSON of the expected shape.
    #[error("manifest: {0}")]
    Manifest(WireError),
    /// A member of the manifest has a value outside its rules.
    #[error("manifest member {member} is empty, too long or out of range")]
    Member {
        /// Name of the member.
        member: &'static str,
    },
    /// A named file is absent.
    #[error("file {file} is missing")]
    MissingFile {
        /// Its path in the package.
        file: String,
    },
    /// A file that the manifest does not name.
    #[error("file {file} is not in the manifest")]
    ExtraFile {
        /// Its path in the package, at most 128 characters of it.
        file: String,
    },
    /// A file's bytes are not what the manifest says.
    #[error("file {file} has hash {actual}, the manifest says {expected}")]
    HashMismatch {
        /// Its path in the package.
        file: String,
        /// The hash in the manifest.
        expected: Digest,
        /// The hash of the bytes.
        actual: Digest,
    },
    /// A file is longer than its limit.
    #[error("file {file} is {len} bytes, the limit is {max}")]
    FileTooLarge {
        /// Its path in the package.
        file: String,
        /// Its length, in bytes.
        len: usize,
        /// The limit, in bytes.
        max: usize,
    },
    /// A vector's path does not have the form `vectors/<name>.json`, or the list is not in strict order.
    #[error("vector path {file} is malformed, or not in strictly increasing order")]
    VectorPath {
        /// The path, at most 128 characters of it.
        file: String,
    },
    /// Too few or too many vectors of one kind.
    #[error("{count} vectors expect {expect:?}; between {min} and {max} are needed")]
    VectorCount {
        /// The kind.
        expect: Expect,
        /// How many there are.
        count: usize,
        /// The fewest allowed.
        min: usize,
        /// The most allowed.
        max: usize,
    },
    /// A vector's file is not a vector, or says something else than the manifest.
    #[error("vector {file} is malformed or contradicts the manifest")]
    Vector {
        /// Its path in the package.
        file: String,
    },
    /// A schema file is not a closed schema.
    #[error("{file}: {error}")]
    Schema {
        /// Its path in the package.
        file: &'static str,
        /// What is wrong with it.
        error: SchemaError,
    },
    /// The verifier's output is not canonical JSON.
    #[error("report: {0}")]
    ReportForm(WireError),
    /// The verifier's output does not follow the report schema, or has no verdict and code.
    #[error("report: {0}")]
    ReportShape(SchemaError),
}

impl MipError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Manifest(_) => "mycel.mip_manifest",
            Self::Member { .. } => "mycel.mip_member",
            Self::MissingFile { .. } => "mycel.mip_missing_file",
            Self::ExtraFile { .. } => "mycel.mip_extra_file",
            Self::HashMismatch { .. } => "mycel.mip_hash_mismatch",
            Self::FileTooLarge { .. } => "mycel.mip_file_too_large",
            Self::VectorPath { .. } => "mycel.mip_vector_path",
            Self::VectorCount { .. } => "mycel.mip_vector_count",
            Self::Vector { .. } => "mycel.mip_vector",
            Self::Schema { .. } => "mycel.mip_schema",
            Self::ReportForm(_) => "mycel.mip_report_form",
            Self::ReportShape(_) => "mycel.mip_report_shape",
        }
    }
}

/// Why a detector's output is not a list of alarms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AbiError {
    /// The detector refused its input.
    #[error("detector refused its input: {reason}")]
    Refused {
        /// The reason's stable name.
        reason: &'static str,
    },
    /// The length is not that of whole alarms.
    #[error("detector output of {len} bytes is not a list of alarms")]
    Length {
        /// Length of the output, in bytes.
        len: usize,
    },
    /// An alarm has a negative index or a time that cannot be written.
    #[error("alarm {position} is out of range")]
    AlarmRange {
        /// Position in the list, from 0.
        position: usize,
    },
}

impl AbiError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "mycel.abi_refused",
            Self::Length { .. } => "mycel.abi_length",
            Self::AlarmRange { .. } => "mycel.abi_alarm_range",
        }
    }
}
