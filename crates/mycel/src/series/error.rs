//! What can be wrong with a series, always with the line.

use std::io::ErrorKind;

use comity_wire::Time;

/// Why a series was refused. Lines count from 1, the header included.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SeriesError {
    /// The source could not be read.
    #[error("line {line}: cannot read: {kind}")]
    Io {
        /// The line being read.
        line: u64,
        /// What the system said.
        kind: ErrorKind,
    },
    /// No rows.
    #[error("series has no rows")]
    Empty,
    /// The first line is not the header.
    #[error("line 1: header must be `{expected}`")]
    UnknownHeader {
        /// The header.
        expected: &'static str,
    },
    /// A line is longer than its limit.
    #[error("line {line}: longer than {max} bytes")]
    LineTooLong {
        /// The line.
        line: u64,
        /// The limit, in bytes.
        max: usize,
    },
    /// The line does not have two columns.
    #[error("line {line}: {columns} columns, expected 2")]
    WrongColumns {
        /// The line.
        line: u64,
        /// Columns it has.
        columns: usize,
    },
    /// The first column is not a timestamp.
    #[error("line {line}: not a timestamp like `2014-01-07 02:55:00` or `2014-01-07T02:55:00Z`")]
    BadTimestamp {
        /// The line.
        line: u64,
    },
    /// The second column is not a finite decimal number.
    #[error("line {line}: value is not a number")]
    NotANumber {
        /// The line.
        line: u64,
    },
    /// The value is too large for 64-bit arithmetic over the whole series.
    #[error("line {line}: value is beyond {max} in magnitude")]
    OutOfRange {
        /// The line.
        line: u64,
        /// The limit, in units.
        max: i64,
    },
    /// Time stands still or runs backwards by more than a clock change.
    #[error("line {line}: time goes from {before} to {after}")]
    NotMonotonic {
        /// The line.
        line: u64,
        /// Time of the row before.
        before: Time,
        /// Time of this row.
        after: Time,
    },
    /// Too long without a reading.
    #[error("line {line}: {gap_s} s without a reading, the limit is {max_s} s")]
    Gap {
        /// The line after the gap.
        line: u64,
        /// Its length, in seconds.
        gap_s: i64,
        /// The limit, in seconds.
        max_s: i64,
    },
    /// More rows than the limit.
    #[error("line {line}: more than {max} rows")]
    TooManyRows {
        /// The first line too many.
        line: u64,
        /// The limit.
        max: u64,
    },
    /// The last line ends in the middle.
    #[error("line {line}: the file ends in the middle of the row")]
    Truncated {
        /// The line.
        line: u64,
    },
}

impl SeriesError {
    /// Stable code for machines; [`Display`](std::fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "mycel.series_io",
            Self::Empty => "mycel.series_empty",
            Self::UnknownHeader { .. } => "mycel.series_unknown_header",
            Self::LineTooLong { .. } => "mycel.series_line_too_long",
            Self::WrongColumns { .. } => "mycel.series_wrong_columns",
            Self::BadTimestamp { .. } => "mycel.series_bad_timestamp",
            Self::NotANumber { .. } => "mycel.series_not_a_number",
            Self::OutOfRange { .. } => "mycel.series_out_of_range",
            Self::NotMonotonic { .. } => "mycel.series_not_monotonic",
            Self::Gap { .. } => "mycel.series_gap",
            Self::TooManyRows { .. } => "mycel.series_too_many_rows",
            Self::Truncated { .. } => "mycel.series_truncated",
        }
    }
}
