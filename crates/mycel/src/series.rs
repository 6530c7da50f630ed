//! Reading a measured series: `timestamp,value` lines, streamed.
//!
//! One line is in memory at a time, and a file of any size is refused as soon as it breaks a limit.
//! Values become millionths exactly (decimal arithmetic, half to even), never through a float.
//!
//! Time must increase. One exception: a local clock that is set back leaves a *fold*, an hour told
//! twice. Up to [`FOLDS_MAX`] backward steps of at most [`FOLD_S_MAX`] are kept as they are and
//! reported, since silently reordering somebody's measurements would be worse.
//!
//! # Invariants
//!
//! 1. [`SeriesReader`] never panics and holds one line, whatever it is fed.
//! 2. Readings are numbered 0, 1, 2 … and every refusal names a line, counted from 1.
//! 3. After a refusal the reader yields nothing more.

mod decimal;
mod error;
mod line;

use std::io::BufRead;

use comity_wire::Time;

pub use error::SeriesError;

use crate::evidence::Reading;

/// The first line of every series.
pub const HEADER: &str = "timestamp,value";
/// Longest line, in bytes; a timestamp and a value with every digit a float can print take 52.
pub const LINE_BYTES_MAX: usize = 256;
/// Most rows: ten years of five-minute readings, and 150 MB of commitment.
pub const ROWS_MAX: u64 = 1 << 20;
/// Largest magnitude of a value, in millionths: one million units, so that the sum of
/// [`ROWS_MAX`] values and every product of the detector fit 64 bits.
pub const VALUE_MICRO_MAX: i64 = 1_000_000_000_000;
/// Longest gap between two readings, in seconds: six hours; a day needs readings in every quarter.
pub const GAP_S_MAX: i64 = 6 * 3_600;
/// Longest backward step that counts as a clock being set back, in seconds.
pub const FOLD_S_MAX: i64 = 3_600;
/// Most backward steps in a series: two autumns.
pub const FOLDS_MAX: usize = 2;

/// A place where the clock was set back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// Line of the first reading after the step, from 1.
    pub line: u64,
    /// Time before the step.
    pub before: Time,
    /// Time after it, earlier.
    pub after: Time,
}

/// A whole series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The readings, in file order; never empty.
    pub readings: Vec<Reading>,
    /// Where the clock was set back.
    pub folds: Vec<Fold>,
}

/// Streams the readings of a series.
#[derive(Debug)]
pub struct SeriesReader<R> {
    lines: line::Lines<R>,
    rows: u64,
    last: Option<Time>,
    folds: Vec<Fold>,
    is_over: bool,
}

impl<R: BufRead> SeriesReader<R> {
    /// Checks the header.
    pub fn new(source: R) -> Result<Self, SeriesError> {
        let mut lines = line::Lines::new(source);
        let Some(header) = lines.next_line()? else { return Err(SeriesError::Empty) };
        let text = header.text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(header.text);
        if text != HEADER.as_bytes() {
            return Err(SeriesError::UnknownHeader { expected: HEADER });
        }
        Ok(Self { lines, rows: 0, last: None, folds: Vec::new(), is_over: false })
    }

    /// Where the clock was set back so far.
    pub fn folds(&self) -> &[Fold] {
        &self.folds
    }

    fn row(&mut self) -> Result<Option<Reading>, SeriesError> {
        let Some(line) = self.lines.next_line()? else {
            return if self.rows == 0 { Err(SeriesError::Empty) } else { Ok(None) };
        };
        let (at, number) = (line.number, self.rows);
        if ROWS_MAX <= number {
            return Err(SeriesError::TooManyRows { line: at, max: ROWS_MAX });
        }
        let parsed = line::parse(line.text, at);
        let (t, micro) = if line.is_cut {
            // Cut off in the middle of writing: say so rather than blame a column.
            parsed.map_err(|_| SeriesError::Truncated { line: at })?
        } else {
            parsed?
        };
        self.follow(t, at)?;
        self.rows += 1;
        self.last = Some(t);
        Ok(Some(Reading { index: number, t, micro }))
    }

    /// Checks a reading's time against the one before.
    fn follow(&mut self, t: Time, line: u64) -> Result<(), SeriesError> {
        let Some(last) = self.last else { return Ok(()) };
        let step = t.unix() - last.unix();
        if GAP_S_MAX < step {
            return Err(SeriesError::Gap { line, gap_s: step, max_s: GAP_S_MAX });
        }
        if 0 < step {
            return Ok(());
        }
        if step == 0 || step < -FOLD_S_MAX || self.folds.len() == FOLDS_MAX {
            return Err(SeriesError::NotMonotonic { line, before: last, after: t });
        }
        self.folds.push(Fold { line, before: last, after: t });
        Ok(())
    }
}

impl<R: BufRead> Iterator for SeriesReader<R> {
    type Item = Result<Reading, SeriesError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let row = self.row().transpose();
        self.is_over = !matches!(row, Some(Ok(_)));
        row
    }
}

/// Reads a whole series; at most [`ROWS_MAX`] rows, 24 bytes each.
pub fn read_series<R: BufRead>(source: R) -> Result<Series, SeriesError> {
    let mut reader = SeriesReader::new(source)?;
    let readings: Result<Vec<Reading>, SeriesError> = reader.by_ref().collect();
    Ok(Series { readings: readings?, folds: reader.folds })
}

/// Reads a timestamp: `YYYY-MM-DD HH:MM:SS` (taken as UTC) or RFC 3339 with `Z`, both with up to six
/// digits of fraction, which are dropped: whole seconds are what the record keeps.
pub fn parse_timestamp(text: &str) -> Option<Time> {
    let (seconds, rest) = text.split_at_checked(19)?;
    let (day, clock) = (seconds.get(..10)?, seconds.get(11..)?);
    let rest = match seconds.get(10..11)? {
        " " => rest,
        "T" => rest.strip_suffix('Z')?,
        _ => return None,
    };
    let is_fraction = rest.strip_prefix('.').is_some_and(|digits| {
        (1..=6).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
    });
    if !rest.is_empty() && !is_fraction {
        return None;
    }
    Time::parse(&format!("{day}T{clock}Z")).ok()
}

#[cfg(test)]
mod tests;
