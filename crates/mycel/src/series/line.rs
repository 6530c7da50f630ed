//! Lines with a limit, and the two columns in them.

use std::io::BufRead;

use comity_wire::Time;

use super::decimal::{NotAValue, to_micro};
use super::{LINE_BYTES_MAX, SeriesError, VALUE_MICRO_MAX, parse_timestamp};

/// A source of lines that never holds more than one.
#[derive(Debug)]
pub(super) struct Lines<R> {
    source: R,
    buffer: Vec<u8>,
    number: u64,
}

/// One line without its end.
pub(super) struct Line<'a> {
    /// Counted from 1.
    pub(super) number: u64,
    /// Its bytes, without `\n` and `\r\n`.
    pub(super) text: &'a [u8],
    /// Whether the source ended before the line did.
    pub(super) is_cut: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) const fn new(source: R) -> Self {
        Self { source, buffer: Vec::new(), number: 0 }
    }

    /// The next line; `None` at the end. A missing newline at the end is fine.
    pub(super) fn next_line(&mut self) -> Result<Option<Line<'_>>, SeriesError> {
        self.buffer.clear();
        self.number += 1;
        let number = self.number;
        let is_cut = loop {
            let chunk = match self.source.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(SeriesError::Io { line: number, kind: error.kind() }),
            };
            if chunk.is_empty() {
                break true;
            }
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let taken = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
            if LINE_BYTES_MAX < self.buffer.len().saturating_add(taken.len()) {
                return Err(SeriesError::LineTooLong { line: number, max: LINE_BYTES_MAX });
            }
            self.buffer.extend_from_slice(taken);
            let used = taken.len() + usize::from(end.is_some());
            self.source.consume(used);
            if end.is_some() {
                break false;
            }
        };
        if is_cut && self.buffer.is_empty() {
            return Ok(None);
        }
        let text = self.buffer.strip_suffix(b"\r").unwrap_or(&self.buffer);
        Ok(Some(Line { number, text, is_cut }))
    }
}

/// The timestamp and the value of a row.
pub(super) fn parse(text: &[u8], line: u64) -> Result<(Time, i64), SeriesError> {
    let columns = text.split(|byte| *byte == b',').count();
    let mut parts = text.splitn(2, |byte| *byte == b',');
    let (Some(time), Some(value), 2) = (parts.next(), parts.next(), columns) else {
        return Err(SeriesError::WrongColumns { line, columns });
    };
    let time = std::str::from_utf8(time).ok().and_then(parse_timestamp);
    let time = time.ok_or(SeriesError::BadTimestamp { line })?;
    let value = std::str::from_utf8(value).map_err(|_| SeriesError::NotANumber { line })?;
    let micro = to_micro(value).map_err(|error| match error {
        NotAValue::NotANumber => SeriesError::NotANumber { line },
        NotAValue::OutOfRange => SeriesError::OutOfRange { line, max: VALUE_MICRO_MAX / 1_000_000 },
    })?;
    Ok((time, micro))
}
