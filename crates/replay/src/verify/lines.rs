//! The envelopes of a record, line by line, in bounded memory.

use std::io::{BufRead, Read};

use comity_wire::limits::ENVELOPE_BYTES_MAX;

use super::fault::{Fault, Stop};
use super::source::{Source, SourceError};
use crate::export::limits::LINE_BYTES_MIN;

/// A file of lines, each of which ends in a newline.
pub(super) struct Lines<'a> {
    reader: Box<dyn BufRead + 'a>,
    path: String,
    read: u64,
}

impl<'a> Lines<'a> {
    pub(super) fn open(source: &'a dyn Source, path: &str) -> Result<Self, SourceError> {
        Ok(Self { reader: source.open(path)?, path: path.to_owned(), read: 0 })
    }

    /// The next line without its newline; `None` at the end of the file. Longer lines than an envelope can be are
    /// refused before they are read.
    pub(super) fn next(&mut self) -> Result<Option<Vec<u8>>, Stop> {
        let mut line = Vec::new();
        let limit = ENVELOPE_BYTES_MAX as u64 + 1;
        self.reader.by_ref().take(limit).read_until(b'\n', &mut line).map_err(|error| {
            Stop::Source(SourceError { path: self.path.clone(), kind: error.kind() })
        })?;
        if line.is_empty() {
            return Ok(None);
        }
        self.read += 1;
        let place = || format!("{} line {}", self.path, self.read);
        if line.pop() != Some(b'\n') {
            let fault = if line.len() < ENVELOPE_BYTES_MAX {
                Fault::NoFinalNewline
            } else {
                Fault::LineTooLong { max: ENVELOPE_BYTES_MAX }
            };
            return Err(Stop::refused(place(), fault));
        }
        if line.is_empty() {
            return Err(Stop::refused(place(), Fault::Withheld));
        }
        if line.len() < LINE_BYTES_MIN {
            let fault = Fault::LineTooShort { len: line.len(), min: LINE_BYTES_MIN };
            return Err(Stop::refused(place(), fault));
        }
        Ok(Some(line))
    }

    /// Lines read so far.
    pub(super) const fn read(&self) -> u64 {
        self.read
    }
}
