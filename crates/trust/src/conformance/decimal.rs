//! Decimal texts such as `0.860000000000`, `-0.1` or `0E-12` in units of 1e-18.

use comity_constitution::{Nano, round_half_even};
use serde_json::Value;

/// Decimal places kept; further digits are rounded half to even.
const PLACES: i32 = 18;
/// Longest text read, in bytes.
const BYTES_MAX: usize = 64;
/// Units of 1e-18 in one unit of 1e-9.
const UNITS_PER_NANO: i128 = 1_000_000_000;

/// Reads a decimal text or a JSON number; none if it is neither or does not fit.
pub(super) fn parse(value: &Value) -> Option<i128> {
    match value {
        Value::String(text) => parse_text(text),
        Value::Number(number) => parse_text(&number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// `[-]digits[.digits][(e|E)[+-]digits]`.
fn parse_text(text: &str) -> Option<i128> {
    if BYTES_MAX < text.len() {
        return None;
    }
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(decimals) {
        return None;
    }
    if mantissa.ends_with('.') {
        return None;
    }
    let digits = format!("{whole}{decimals}").parse::<i128>().ok()?;
    if digits == 0 {
        return Some(0);
    }
    let shift = PLACES.checked_add(exponent)?.checked_sub(i32::try_from(decimals.len()).ok()?)?;
    let scale = 10_i128.checked_pow(shift.unsigned_abs())?;
    let units =
        if 0 <= shift { digits.checked_mul(scale)? } else { round_half_even(digits, scale) };
    Some(if negative { -units } else { units })
}

/// The nearest multiple of 1e-9, ties to even.
pub(super) fn to_nano(units: i128) -> Option<Nano> {
    i64::try_from(round_half_even(units, UNITS_PER_NANO)).ok().map(Nano::new)
}

/// A multiple of 1e-9 in units of 1e-18.
pub(super) fn of_nano(nano: Nano) -> i128 {
    i128::from(nano.get()) * UNITS_PER_NANO
}

#[cfg(test)]
mod tests;
