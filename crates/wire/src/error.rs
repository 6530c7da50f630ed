//! The one error of this room: bytes that are not what they should be.

/// Why bytes were refused. Always the sender's fault; nothing changes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// The document does not follow JSON's grammar.
    #[error("not JSON at byte {at}: {what}")]
    Syntax {
        /// Offset of the first offending byte.
        at: usize,
        /// What was expected or found.
        what: &'static str,
    },
    /// The document is JSON, but not in its canonical form.
    #[error("not canonical at byte {at}: {what}")]
    NotCanonical {
        /// Offset of the first offending byte.
        at: usize,
        /// The rule that is broken.
        what: &'static str,
    },
    /// One object has the same member twice.
    #[error("duplicate object key at byte {at}")]
    DuplicateKey {
        /// Offset of the second occurrence.
        at: usize,
    },
    /// Arrays and objects are nested deeper than allowed.
    #[error("nested deeper than {max} levels at byte {at}")]
    TooDeep {
        /// Offset at which the limit was passed.
        at: usize,
        /// The limit, in levels.
        max: usize,
    },
    /// An integer is outside the range that every JSON reader keeps exact.
    #[error("integer beyond 2^53-1 at byte {at}")]
    IntegerRange {
        /// Offset of the number.
        at: usize,
    },
    /// A number with a fraction or exponent where only integers travel.
    #[error("not an integer at byte {at}: quantities travel as decimal strings")]
    NotAnInteger {
        /// Offset of the number.
        at: usize,
    },
    /// A string holds half of a surrogate pair, or is not UTF-8.
    #[error("text is not valid Unicode at byte {at}")]
    NotUnicode {
        /// Offset of the string or byte.
        at: usize,
    },
    /// Something is longer than its limit.
    #[error("{what} is {len} bytes, the limit is {max}")]
    TooLong {
        /// What is too long.
        what: &'static str,
        /// Its length, in bytes.
        len: usize,
        /// The limit, in bytes.
        max: usize,
    },
    /// The JSON is canonical but does not have the expected members or types.
    #[error("unexpected shape of {what} at line {line}, column {column}")]
    Shape {
        /// The type that was expected.
        what: &'static str,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// A small text value (hex, base64, time, decimal, key id) is not in its one form.
    #[error("malformed {what}")]
    Malformed {
        /// The kind of value.
        what: &'static str,
    },
}

impl WireError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "wire.syntax",
            Self::NotCanonical { .. } => "wire.not_canonical",
            Self::DuplicateKey { .. } => "wire.duplicate_key",
            Self::TooDeep { .. } => "wire.too_deep",
            Self::IntegerRange { .. } => "wire.integer_range",
            Self::NotAnInteger { .. } => "wire.not_an_integer",
            Self::NotUnicode { .. } => "wire.not_unicode",
            Self::TooLong { .. } => "wire.too_long",
            Self::Shape { .. } => "wire.shape",
            Self::Malformed { .. } => "wire.malformed",
        }
    }
}
