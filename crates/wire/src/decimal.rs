//! Decimal quantities. Floats never travel: a reading is a decimal string with a UCUM unit.

use std::fmt;
use std::str::FromStr;

use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::ids::as_text;
use crate::{WireError, limits};

/// An exact decimal number. One text form: optional `-`, no leading zeros, no trailing zeros after the
/// point, no exponent, never `-0`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Decimal(String);

impl Decimal {
    /// Reads the one text form; `1.50`, `+1`, `.5`, `1e3` and `-0` are refused.
    pub fn parse(text: &str) -> Result<Self, WireError> {
        let malformed = Err(WireError::Malformed { what: "decimal" });
        if limits::DECIMAL_DIGITS_MAX + 2 < text.len() {
            return malformed;
        }
        let body = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = match body.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (body, None),
        };
        let digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let whole_ok = digits(whole) && (whole == "0" || !whole.starts_with('0'));
        let fraction_ok = fraction.is_none_or(|part| digits(part) && !part.ends_with('0'));
        if !whole_ok || !fraction_ok || text == "-0" {
            return malformed;
        }
        Ok(Self(text.to_owned()))
    }

    /// The number `value / 10^digits`, e.g. `from_scaled(73_967_322, 6)` is `73.967322`.
    pub fn from_scaled(value: i64, digits: u32) -> Self {
        let sign = if value < 0 { "-" } else { "" };
        let text = format!("{:0width$}", value.unsigned_abs(), width = digits as usize + 1);
        let (whole, fraction) = text.split_at(text.len().saturating_sub(digits as usize));
        let fraction = fraction.trim_end_matches('0');
        let point = if fraction.is_empty() { "" } else { "." };
        Self(format!("{sign}{whole}{point}{fraction}"))
    }

    /// The number times `10^digits`, when that is an integer that fits; `None` otherwise.
    pub fn to_scaled(&self, digits: u32) -> Option<i64> {
        let (whole, fraction) = self.0.split_once('.').unwrap_or((&self.0, ""));
        let missing = (digits as usize).checked_sub(fraction.len())?;
        let mut text = String::with_capacity(self.0.len() + missing);
        text.push_str(whole);
        text.push_str(fraction);
        text.extend(std::iter::repeat_n('0', missing));
        text.parse().ok()
    }

    /// The text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Decimal {
    fn to_text(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Decimal {
    type Err = WireError;

    fn from_str(text: &str) -> Result<Self, WireError> {
        Self::parse(text)
    }
}

as_text!(Decimal, "a decimal number like 34212.5");

/// A number with its unit, as it travels: `{"u":"Wh","v":"34212.5"}`. Units are UCUM codes; `1` means none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quantity {
    /// UCUM code of the unit.
    pub u: String,
    /// The number.
    pub v: Decimal,
}
