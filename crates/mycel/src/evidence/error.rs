//! Why evidence could not be committed to, or an opening does not prove what it should.

use comity_tlog::ProofError;
use comity_wire::{Digest, KeyId, Time, WireError};

/// Why an opening was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpeningError {
    /// The row does not exist.
    #[error("row {index} is beyond the {rows} committed")]
    NoSuchRow {
        /// The row asked for.
        index: u64,
        /// Rows committed.
        rows: u64,
    },
    /// Another row than the next or the drawn one.
    #[error("row {expected} was expected, got {given}")]
    OtherIndex {
        /// The row expected.
        expected: u64,
        /// The row given.
        given: u64,
    },
    /// Fewer or more rows than there should be.
    #[error("{expected} rows were expected, got {given}")]
    OtherCount {
        /// Rows expected.
        expected: u64,
        /// Rows given.
        given: u64,
    },
    /// The salt is not so many bytes in hex.
    #[error("salt of row {index} is not {expected} bytes in hex")]
    BadSalt {
        /// The row.
        index: u64,
        /// Bytes a salt has.
        expected: usize,
    },
    /// Bound to another MIP.
    #[error("commitment is for MIP {expected}, the record says {given}")]
    OtherMip {
        /// The commitment's.
        expected: Digest,
        /// The record's.
        given: Digest,
    },
    /// In another unit.
    #[error("row {index} is not in {expected}")]
    OtherUnit {
        /// The row.
        index: u64,
        /// The unit expected.
        expected: String,
    },
    /// An interval where an instantaneous reading is expected.
    #[error("row {index} runs from {t0} to {t1}, an instant was expected")]
    NotAnInstant {
        /// The row.
        index: u64,
        /// Its start.
        t0: Time,
        /// Its end.
        t1: Time,
    },
    /// By another device.
    #[error("commitment is for device {expected}, the record says {given}")]
    OtherDevice {
        /// The commitment's.
        expected: KeyId,
        /// The record's.
        given: KeyId,
    },
    /// The value has more digits than a reading keeps, or is too large.
    #[error("value of row {index} does not fit {digits} digits after the point")]
    BadValue {
        /// The row.
        index: u64,
        /// Digits kept.
        digits: u32,
    },
    /// The path does not lead to the committed root.
    #[error("row {index}: {source}")]
    Path {
        /// The row.
        index: u64,
        /// Why.
        source: ProofError,
    },
    /// The disclosed rows are not the committed ones.
    #[error("disclosed rows have root {computed}, committed is {expected}")]
    OtherRoot {
        /// The commitment's.
        expected: Digest,
        /// That of the rows.
        computed: Digest,
    },
    /// The device did not sign this reading.
    #[error("device signature of row {index} does not verify")]
    BadDeviceSignature {
        /// The row.
        index: u64,
    },
    /// The vault could not make a path.
    #[error(transparent)]
    Tree(#[from] ProofError),
    /// The record has no canonical form.
    #[error(transparent)]
    Wire(#[from] WireError),
}

impl OpeningError {
    /// Stable code for machines; [`Display`](std::fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSuchRow { .. } => "mycel.opening_no_such_row",
            Self::OtherIndex { .. } => "mycel.opening_other_index",
            Self::OtherCount { .. } => "mycel.opening_other_count",
            Self::BadSalt { .. } => "mycel.opening_bad_salt",
            Self::OtherMip { .. } => "mycel.opening_other_mip",
            Self::OtherUnit { .. } => "mycel.opening_other_unit",
            Self::NotAnInstant { .. } => "mycel.opening_not_an_instant",
            Self::OtherDevice { .. } => "mycel.opening_other_device",
            Self::BadValue { .. } => "mycel.opening_bad_value",
            Self::Path { .. } => "mycel.opening_path",
            Self::OtherRoot { .. } => "mycel.opening_other_root",
            Self::BadDeviceSignature { .. } => "mycel.opening_bad_device_signature",
            Self::Tree(error) => error.code(),
            Self::Wire(error) => error.code(),
        }
    }
}
