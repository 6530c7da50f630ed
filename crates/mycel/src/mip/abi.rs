//! Wasm ABI 1, seen from outside: the items that the fault-watch verifier and detectors of its kind read,
//! and the alarms that a detector writes. All numbers are i64, little endian.
//!
//! Encoding never fails: what is out of range arrives at the module out of range and is refused there, by
//! the code that decides. An index beyond i64 becomes negative.

use comity_wire::Time;

use super::error::AbiError;
use crate::facts::Span;

/// The ABI that the headers name.
const ABI: i64 = 1;

/// Longest report, in bytes: what a runner allows a verifier to write.
pub const REPORT_BYTES_MAX: u64 = 4_096;

/// Names of a detector's refusals, by their negated numbers.
const REFUSALS: [(i64, &str); 7] = [
    (-1, "bad_header"),
    (-2, "too_large"),
    (-3, "bad_span"),
    (-4, "bad_parameters"),
    (-5, "rows_unsorted"),
    (-6, "value_out_of_range"),
    (-7, "times_unsorted"),
];

/// One reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Position in the committed evidence, from 0.
    pub index: u64,
    /// When it was taken.
    pub t: Time,
    /// The value, in millionths of its unit.
    pub value_micro: i64,
}

/// One alarm: the reading that raised it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// Position of the reading in the committed evidence, from 0.
    pub index: u64,
    /// When the reading was taken.
    pub t: Time,
}

/// What a verifier is given.
#[derive(Clone, Copy, Debug)]
pub struct Verification<'a> {
    /// How many rows the evidence commitment covers.
    pub rows_total: u64,
    /// The rows opened to this reviewer: all of them, or those drawn and those that raised alarms.
    pub rows: &'a [Row],
    /// The claimed alarms.
    pub alarms: &'a [Alarm],
    /// The buyer's labelled windows.
    pub windows: &'a [Span],
    /// The span that the order asks about.
    pub span: Span,
}

impl Verification<'_> {
    /// Items 0 to 3, in order.
    pub fn items(&self) -> [Vec<u8>; 4] {
        let header = [
            ABI,
            self.rows_total.cast_signed(),
            count(self.rows),
            count(self.alarms),
            count(self.windows),
            self.span.from.unix(),
            self.span.to.unix(),
            0,
        ];
        [
            encode(header),
            encode_rows(self.rows),
            encode_alarms(self.alarms),
            encode_spans(self.windows),
        ]
    }
}

/// What a detector is given.
#[derive(Clone, Copy, Debug)]
pub struct Detection<'a> {
    /// Every row, calibration first.
    pub rows: &'a [Row],
    /// How many rows at the beginning are unlabelled calibration.
    pub calibration_rows: u64,
    /// How many rows the running mean covers.
    pub window_rows: u64,
    /// How far from the normal band is too far, in thousandths of sigma.
    pub k_milli: u64,
    /// The span in which alarms are wanted.
    pub span: Span,
}

impl<'a> Detection<'a> {
    /// One day of five-minute rows.
    pub const WINDOW_ROWS: u64 = 288;
    /// Three sigma.
    pub const K_MILLI: u64 = 3_000;

    /// The usual settings: all rows before the span's first row calibrate, a day's mean, three sigma.
    pub fn over(rows: &'a [Row], span: Span) -> Self {
        let before = rows.iter().position(|row| span.from <= row.t).unwrap_or(rows.len());
        Self {
            rows,
            calibration_rows: before as u64,
            window_rows: Self::WINDOW_ROWS,
            k_milli: Self::K_MILLI,
            span,
        }
    }

    /// Items 0 and 1, in order.
    pub fn items(&self) -> [Vec<u8>; 2] {
        let header = [
            ABI,
            count(self.rows),
            self.calibration_rows.cast_signed(),
            self.window_rows.cast_signed(),
            self.k_milli.cast_signed(),
            self.span.from.unix(),
            self.span.to.unix(),
            0,
        ];
        [encode(header), encode_rows(self.rows)]
    }
}

/// `rows` as (index, t, value), 24 bytes each.
pub fn encode_rows(rows: &[Row]) -> Vec<u8> {
    encode(rows.iter().flat_map(|row| [row.index.cast_signed(), row.t.unix(), row.value_micro]))
}

/// `alarms` as (index, t), 16 bytes each.
pub fn encode_alarms(alarms: &[Alarm]) -> Vec<u8> {
    encode(alarms.iter().flat_map(|alarm| [alarm.index.cast_signed(), alarm.t.unix()]))
}

/// `spans` as (from, to), 16 bytes each.
pub fn encode_spans(spans: &[Span]) -> Vec<u8> {
    encode(spans.iter().flat_map(|span| [span.from.unix(), span.to.unix()]))
}

/// Reads a detector's output: alarms of 16 bytes each, or a refusal of 8 bytes.
pub fn decode_alarms(output: &[u8]) -> Result<Vec<Alarm>, AbiError> {
    if let Ok(code) = <[u8; 8]>::try_from(output) {
        let code = i64::from_le_bytes(code);
        let named = REFUSALS.iter().find(|(number, _)| *number == code);
        return Err(AbiError::Refused { reason: named.map_or("unknown", |(_, reason)| reason) });
    }
    let (alarms, []) = output.as_chunks::<16>() else {
        return Err(AbiError::Length { len: output.len() });
    };
    alarms.iter().enumerate().map(|(position, bytes)| decode_alarm(position, *bytes)).collect()
}

fn decode_alarm(position: usize, bytes: [u8; 16]) -> Result<Alarm, AbiError> {
    let both = u128::from_le_bytes(bytes);
    let [index, seconds] = [both, both >> 64]
        .map(|half| u64::try_from(half & u128::from(u64::MAX)).unwrap_or_default().cast_signed());
    let t = Time::from_unix(seconds);
    match u64::try_from(index) {
        Ok(index) if t.unix() == seconds => Ok(Alarm { index, t }),
        _ => Err(AbiError::AlarmRange { position }),
    }
}

fn count<T>(items: &[T]) -> i64 {
    i64::try_from(items.len()).unwrap_or(i64::MAX)
}

fn encode(numbers: impl IntoIterator<Item = i64>) -> Vec<u8> {
    numbers.into_iter().flat_map(i64::to_le_bytes).collect()
}
