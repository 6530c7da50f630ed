//! Positional reads through a buffer that runs ahead, for scans and iterators.

use crate::{StoreError, limits::READ_AHEAD_BYTES};
use std::{fs::File, os::unix::fs::FileExt};

/// A piece of the file in memory. Never reads at or past the `end` it is given, so it cannot keep
/// bytes that were still being written.
#[derive(Debug, Default)]
pub(crate) struct Window {
    at: u64,
    bytes: Vec<u8>,
}

impl Window {
    /// `len` bytes from `at`; the caller has checked that `at + len <= end`.
    pub(crate) fn bytes(
        &mut self,
        file: &File,
        at: u64,
        len: usize,
        end: u64,
    ) -> Result<&[u8], StoreError> {
        if self.slice(at, len).is_none() {
            let left = usize::try_from(end.saturating_sub(at)).unwrap_or(usize::MAX);
            self.at = at;
            self.bytes.clear();
            self.bytes.resize(len.max(READ_AHEAD_BYTES.min(left)), 0);
            if let Err(error) = file.read_exact_at(&mut self.bytes, at) {
                self.bytes.clear();
                return Err(StoreError::io("read")(error));
            }
        }
        Ok(self.slice(at, len).unwrap_or_default())
    }

    fn slice(&self, at: u64, len: usize) -> Option<&[u8]> {
        let from = usize::try_from(at.checked_sub(self.at)?).ok()?;
        self.bytes.get(from..from.checked_add(len)?)
    }
}
