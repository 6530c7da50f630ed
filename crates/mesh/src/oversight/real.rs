//! Numbers that the reference keeps as floats: stored as they are signed, compared exactly, never computed with.

use std::cmp::Ordering;

use comity_wire::mesh_json::{Int, Value};

use crate::schema::{Field, SchemaError};

/// Digits after the point that every finite float fits into.
const FRACTION_DIGITS: usize = 1074;

/// A finite float. Integers are read as the nearest one, as the reference reads them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Real(f64);

impl Real {
    /// So many millionths.
    pub fn from_micros(micros: u64) -> Self {
        let text = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
        // Digits, a point and digits are always a number.
        Self(text.parse().unwrap_or_default())
    }
}

impl Field for Real {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        let number = match value {
            Value::Float(float) => Some(*float),
            Value::Int(int) => int.as_str().parse().ok(),
            Value::Null | Value::Bool(_) | Value::Text(_) | Value::List(_) | Value::Map(_) => None,
        };
        number
            .filter(|number: &f64| number.is_finite())
            .map(Self)
            .ok_or(SchemaError::expected("a number"))
    }

    fn write(&self) -> Value {
        Value::Float(self.0)
    }
}

/// A number as exact decimal digits.
struct Exact {
    is_negative: bool,
    whole: String,
    fraction: String,
}

impl Exact {
    fn of(value: &Value) -> Option<Self> {
        let text = match value {
            Value::Int(int) => Int::as_str(int).to_owned(),
            Value::Float(float) => format!("{float:.FRACTION_DIGITS$}"),
            Value::Null | Value::Bool(_) | Value::Text(_) | Value::List(_) | Value::Map(_) => {
                return None;
            }
        };
        let (is_negative, digits) =
            text.strip_prefix('-').map_or((false, text.as_str()), |digits| (true, digits));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let whole = whole.trim_start_matches('0').to_owned();
        let fraction = fraction.trim_end_matches('0').to_owned();
        let is_negative = is_negative && !(whole.is_empty() && fraction.is_empty());
        Some(Self { is_negative, whole, fraction })
    }

    fn magnitude(&self) -> (usize, &str, &str) {
        (self.whole.len(), &self.whole, &self.fraction)
    }
}

/// Compares two numbers exactly, whatever their kinds and sizes; `None` if one is no number.
pub fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    let (left, right) = (Exact::of(left)?, Exact::of(right)?);
    Some(match (left.is_negative, right.is_negative) {
        (false, false) => left.magnitude().cmp(&right.magnitude()),
        (true, true) => right.magnitude().cmp(&left.magnitude()),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    })
}
