//! Reads fixed-length fields one after the other.

use crate::error::DecodeError;

/// What is left of the bytes.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    taken: usize,
}

impl<'a> Reader<'a> {
    /// All of `bytes`, whatever their length.
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, taken: 0 }
    }

    /// All of `bytes`, which are `expected` in number.
    pub(crate) const fn exactly(bytes: &'a [u8], expected: usize) -> Result<Self, DecodeError> {
        if bytes.len() != expected {
            return Err(DecodeError::WrongLength { expected, found: bytes.len() });
        }
        Ok(Self::new(bytes))
    }

    /// The next `N` bytes.
    pub(crate) fn take<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (field, rest) = self.rest.split_first_chunk::<N>().ok_or(self.ends(N))?;
        self.rest = rest;
        self.taken += N;
        Ok(*field)
    }

    /// The tag of a kind of thing, with the zero byte at its end.
    pub(crate) fn tag(&mut self, tag: &'static str) -> Result<(), DecodeError> {
        let wrong = DecodeError::WrongDomain { expected: tag };
        let rest = self.rest.strip_prefix(tag.as_bytes()).ok_or(wrong)?;
        self.rest = rest.strip_prefix(&[0]).ok_or(wrong)?;
        self.taken += tag.len() + 1;
        Ok(())
    }

    /// That nothing is left.
    pub(crate) const fn end(self) -> Result<(), DecodeError> {
        if self.rest.is_empty() {
            return Ok(());
        }
        Err(DecodeError::WrongLength { expected: self.taken, found: self.taken + self.rest.len() })
    }

    const fn ends(&self, wanted: usize) -> DecodeError {
        DecodeError::WrongLength {
            expected: self.taken + wanted,
            found: self.taken + self.rest.len(),
        }
    }
}
