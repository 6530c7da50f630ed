//! Datetimes of Mesh objects: microseconds, and the offset that was written, which is part of what is signed.

use std::fmt;

use super::Value;
use crate::time::{civil_from_days, days_from_civil};
use crate::{Time, WireError};

const MICROS: i64 = 1_000_000;
const DAY: i64 = 86_400;
/// A number above this is milliseconds, below it seconds: 2603-10-11 as seconds.
const SECONDS_MAX: i64 = 20_000_000_000;
/// 0001-01-01 and the last microsecond of 9999-12-31, in microseconds since 1970.
const RANGE: std::ops::RangeInclusive<i64> = -62_135_596_800_000_000..=253_402_300_799_999_999;

/// A date and time on somebody's clock. Two that name the same instant with different offsets are different values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Datetime {
    /// Microseconds since 1970-01-01T00:00 on the clock that was written.
    local: i64,
    /// Seconds east of UTC; `None` if nothing was said.
    offset: Option<i32>,
}

impl Datetime {
    /// Reads what the reference reads: RFC 3339 with `T`, `t`, space or `_` between date and time; seconds optional; up to
    /// nine digits of a fraction, cut to six; `Z`, `±HH:MM`, `±HHMM` or no offset; a date alone; Unix seconds or
    /// milliseconds as a number or as text.
    ///
    /// # Errors
    ///
    /// [`WireError::Malformed`] for everything else, such as hour 24, second 60 or years outside 1 to 9999.
    pub fn parse(text: &str) -> Result<Self, WireError> {
        written(text.as_bytes())
            .or_else(|| timestamp(text))
            .filter(|datetime| RANGE.contains(&datetime.local))
            .ok_or(WireError::Malformed { what: "datetime" })
    }

    /// Reads text or a number.
    ///
    /// # Errors
    ///
    /// As [`Self::parse`].
    pub fn from_value(value: &Value) -> Result<Self, WireError> {
        match value {
            Value::Text(text) => Self::parse(text),
            Value::Int(int) => Self::parse(int.as_str()),
            Value::Float(float) => Self::parse(&float.to_string()),
            Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => {
                Err(WireError::Malformed { what: "datetime" })
            }
        }
    }

    /// UTC, as a clock counts it: microseconds since 1970-01-01T00:00:00Z, clamped to the years that can be written.
    pub fn from_unix_micros(micros: i64) -> Self {
        Self { local: micros.clamp(*RANGE.start(), *RANGE.end()), offset: Some(0) }
    }

    /// Microseconds since 1970-01-01T00:00:00Z. Without an offset the clock is taken for UTC; that is for comparing only.
    pub const fn instant(self) -> i64 {
        match self.offset {
            Some(offset) => self.local - offset as i64 * MICROS,
            None => self.local,
        }
    }

    /// The second that it falls into, for rules that count in seconds. As [`Self::instant`].
    pub const fn to_time(self) -> Time {
        Time::from_unix(self.instant().div_euclid(MICROS))
    }

    /// Whether no offset was written.
    pub const fn is_naive(self) -> bool {
        self.offset.is_none()
    }

    /// `seconds` later on the same clock, clamped to the years that can be written.
    #[must_use]
    pub fn plus(self, seconds: i64) -> Self {
        let local = self.local.saturating_add(seconds.saturating_mul(MICROS));
        Self { local: local.clamp(*RANGE.start(), *RANGE.end()), ..self }
    }

    /// With `+00:00` where the canonical form has `Z`: what the reference prints outside signed objects.
    pub fn isoformat(self) -> String {
        let text = self.to_string();
        text.strip_suffix('Z').map_or_else(|| text.clone(), |text| format!("{text}+00:00"))
    }
}

impl From<Time> for Datetime {
    fn from(time: Time) -> Self {
        Self::from_unix_micros(time.unix().saturating_mul(MICROS))
    }
}

/// The canonical form: microseconds only if there are any, `Z` for no distance from UTC, any other offset kept.
impl fmt::Display for Datetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (second, micro) = (self.local.div_euclid(MICROS), self.local.rem_euclid(MICROS));
        let (year, month, day) = civil_from_days(second.div_euclid(DAY));
        let second = second.rem_euclid(DAY);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if micro != 0 {
            write!(f, ".{micro:06}")?;
        }
        match self.offset {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(offset) => {
                let sign = if offset < 0 { '-' } else { '+' };
                let minutes = offset.unsigned_abs() / 60;
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

impl From<Datetime> for Value {
    fn from(datetime: Datetime) -> Self {
        Self::Text(datetime.to_string())
    }
}

/// `digits` as a number; nothing but digits.
fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0_i64, |sum, digit| {
        let value = digit.is_ascii_digit().then(|| i64::from(digit - b'0'))?;
        sum.checked_mul(10)?.checked_add(value)
    })
}

fn written(text: &[u8]) -> Option<Datetime> {
    let (date, rest) = text.split_at_checked(10)?;
    let &[y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = date else { return None };
    let year = number(&[y0, y1, y2, y3])?;
    let (month, day) = (number(&[m0, m1])?, number(&[d0, d1])?);
    let days = days_from_civil(year, month, day);
    if !(1..=12).contains(&month) || civil_from_days(days) != (year, month, day) {
        return None;
    }
    let midnight = days * DAY * MICROS;
    if rest.is_empty() {
        return Some(Datetime { local: midnight, offset: None });
    }
    let [b'T' | b't' | b' ' | b'_', clock @ ..] = rest else { return None };
    let &[h0, h1, b':', n0, n1, ref rest @ ..] = clock else { return None };
    let (hour, minute) = (number(&[h0, h1])?, number(&[n0, n1])?);
    let (second, micro, zone) = seconds(rest)?;
    if 24 <= hour || 60 <= minute || 60 <= second {
        return None;
    }
    let local = midnight + (hour * 3600 + minute * 60 + second) * MICROS + micro;
    Some(Datetime { local, offset: offset(zone)? })
}

/// Seconds, microseconds, and what stands behind them.
fn seconds(rest: &[u8]) -> Option<(i64, i64, &[u8])> {
    let [b':', s0, s1, rest @ ..] = rest else { return Some((0, 0, rest)) };
    let second = number(&[*s0, *s1])?;
    let [b'.', rest @ ..] = rest else { return Some((second, 0, rest)) };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || 9 < digits {
        return None;
    }
    let (fraction, zone) = rest.split_at_checked(digits)?;
    Some((second, micros(fraction)?, zone))
}

/// The first six digits of a fraction of a second.
fn micros(fraction: &[u8]) -> Option<i64> {
    let six: Vec<u8> = fraction.iter().copied().chain([b'0'; 6]).take(6).collect();
    number(&six)
}

#[expect(clippy::option_option, reason = "malformed, absent and given are three answers")]
fn offset(zone: &[u8]) -> Option<Option<i32>> {
    let (sign, hour, minute) = match *zone {
        [] => return Some(None),
        [b'Z' | b'z'] => return Some(Some(0)),
        [sign @ (b'+' | b'-'), h0, h1, b':', m0, m1] | [sign @ (b'+' | b'-'), h0, h1, m0, m1] => {
            (sign, number(&[h0, h1])?, number(&[m0, m1])?)
        }
        _ => return None,
    };
    if 24 <= hour || 60 <= minute {
        return None;
    }
    let seconds = i32::try_from(hour * 3600 + minute * 60).ok()?;
    Some(Some(if sign == b'-' { -seconds } else { seconds }))
}

/// Seconds or milliseconds since 1970, with an optional fraction.
fn timestamp(text: &str) -> Option<Datetime> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole =
        Some(whole).filter(|whole| !whole.is_empty()).and_then(|it| number(it.as_bytes()))?;
    let (unit, digits) = if SECONDS_MAX < whole { (1000, 3) } else { (MICROS, 6) };
    let part: Vec<u8> = fraction.bytes().chain([b'0'; 6]).take(digits).collect();
    let local = whole.checked_mul(unit)?.checked_add(number(&part)?)?.checked_mul(sign)?;
    Some(Datetime { local, offset: Some(0) })
}
