//! A test vector: readings, alarms and labels that a person can read, and the report that a correct
//! verifier gives. Refusals are vectors too.

use comity_wire::{Decimal, Time, WireError, json};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::abi::{Alarm, Row, Verification};
use crate::facts::Span;

/// One vector file. Whitespace is free: the manifest binds the file's bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vector {
    /// What the case shows.
    pub about: String,
    /// What the verifier is given.
    pub input: VectorInput,
    /// What it must answer.
    pub report: Value,
}

/// What the verifier is given, readably.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VectorInput {
    /// (index, t) of each alarm.
    pub alarms: Vec<(u64, Time)>,
    /// The eight numbers of item 0, where they are not what the other members say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<[i64; 8]>,
    /// (index, t, value) of each row opened.
    pub rows: Vec<(u64, Time, Decimal)>,
    /// How many rows the commitment covers.
    pub rows_total: u64,
    /// The span asked about, `[from, to)`.
    pub span: (Time, Time),
    /// The labelled windows, each `[from, to)`.
    pub windows: Vec<(Time, Time)>,
}

impl Vector {
    /// Reads a vector file: any JSON of this shape, whose values have at most six digits after the point.
    pub fn parse(bytes: &[u8]) -> Result<Self, WireError> {
        let malformed = || WireError::Malformed { what: "vector" };
        let vector: Self = serde_json::from_value(json::parse(bytes)?).map_err(|_| malformed())?;
        let scaled = |(_, _, value): &(_, _, Decimal)| value.to_scaled(6).is_some();
        vector.input.rows.iter().all(scaled).then_some(vector).ok_or_else(malformed)
    }

    /// The items that the verifier reads.
    pub fn items(&self) -> [Vec<u8>; 4] {
        let input = &self.input;
        let rows: Vec<Row> = input.rows.iter().map(row).collect();
        let alarms: Vec<Alarm> =
            input.alarms.iter().map(|&(index, t)| Alarm { index, t }).collect();
        let windows: Vec<Span> =
            input.windows.iter().map(|&(from, to)| Span { from, to }).collect();
        let (from, to) = input.span;
        let mut items = Verification {
            rows_total: input.rows_total,
            rows: &rows,
            alarms: &alarms,
            windows: &windows,
            span: Span { from, to },
        }
        .items();
        if let (Some(header), [item, ..]) = (input.header, &mut items) {
            *item = header.into_iter().flat_map(i64::to_le_bytes).collect();
        }
        items
    }
}

fn row((index, t, value): &(u64, Time, Decimal)) -> Row {
    // `parse` has checked every value; one that was made by hand and does not fit is out of range.
    Row { index: *index, t: *t, value_micro: value.to_scaled(6).unwrap_or(i64::MAX) }
}
