//! Decimal text to millionths, exactly: floats never come near a value.

use super::VALUE_MICRO_MAX;

/// Why a text is not a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotAValue {
    /// Not a finite decimal number.
    NotANumber,
    /// Beyond [`VALUE_MICRO_MAX`].
    OutOfRange,
}

/// Digits after the point that are kept.
const DIGITS: i32 = 6;
/// Longest run of digits that fits 64 bits for sure.
const SAFE_DIGITS: usize = 18;

/// `[+-] digits [. digits] [e [+-] digits]`, as every program prints numbers, in millionths, rounded
/// half to even.
pub(super) fn to_micro(text: &str) -> Result<i64, NotAValue> {
    let (sign, body) = match text.as_bytes() {
        [b'-', ..] => (-1, text.get(1..).unwrap_or_default()),
        [b'+', ..] => (1, text.get(1..).unwrap_or_default()),
        _ => (1, text),
    };
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
        None => (body, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !all_digits(whole) || !all_digits(fraction) {
        return Err(NotAValue::NotANumber);
    }
    let digits = format!("{whole}{fraction}");
    // The value is `digits * 10^scale` millionths.
    let fraction_len = i32::try_from(fraction.len()).map_err(|_| NotAValue::OutOfRange)?;
    let scale = exponent.saturating_add(DIGITS).saturating_sub(fraction_len);
    let digits = digits.trim_start_matches('0');
    let magnitude = scaled(digits, scale)?;
    if VALUE_MICRO_MAX < magnitude {
        return Err(NotAValue::OutOfRange);
    }
    Ok(sign * magnitude)
}

fn parse_exponent(text: &str) -> Result<i32, NotAValue> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NotAValue::NotANumber);
    }
    // An exponent that does not fit is astronomically large or small; both are out of any use.
    text.parse().map_err(|_| NotAValue::OutOfRange)
}

/// `digits * 10^scale`, rounded half to even; `digits` without leading zeros.
fn scaled(digits: &str, scale: i32) -> Result<i64, NotAValue> {
    if digits.is_empty() {
        return Ok(0);
    }
    let shift = usize::try_from(scale.unsigned_abs()).map_err(|_| NotAValue::OutOfRange)?;
    if 0 <= scale {
        if SAFE_DIGITS < digits.len().saturating_add(shift) {
            return Err(NotAValue::OutOfRange);
        }
        let zeros = "0".repeat(shift);
        return format!("{digits}{zeros}").parse().map_err(|_| NotAValue::OutOfRange);
    }
    let kept = digits.len().saturating_sub(shift);
    let (kept, cut) = digits.split_at_checked(kept).unwrap_or((digits, ""));
    if SAFE_DIGITS < kept.len() {
        return Err(NotAValue::OutOfRange);
    }
    let floor: i64 = if kept.is_empty() { 0 } else { kept.parse().unwrap_or(i64::MAX) };
    Ok(floor + i64::from(rounds_up(cut, shift, floor % 2 != 0)))
}

/// Whether `0.cut` (with `shift` digits, leading zeros implied) rounds up: above one half, or one half
/// and the digit before is odd.
fn rounds_up(cut: &str, shift: usize, is_odd: bool) -> bool {
    if cut.len() < shift {
        return false;
    }
    let (first, rest) = cut.split_at_checked(1).unwrap_or(("", ""));
    let has_more = rest.bytes().any(|digit| digit != b'0');
    match first.as_bytes() {
        [b'6'..=b'9'] => true,
        [b'5'] => has_more || is_odd,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::{NotAValue, to_micro};

    #[test]
    fn values_are_exact_and_rounded_half_to_even() {
        for (text, micro) in [
            ("73.96732207", 73_967_322),
            ("74.93588199999998", 74_935_882),
            ("0", 0),
            ("-0.0", 0),
            ("+1", 1_000_000),
            (".5", 500_000),
            ("5.", 5_000_000),
            ("1e3", 1_000_000_000),
            ("1.5E-6", 2),
            ("0.0000005", 0),
            ("0.00000050000001", 1),
            ("0.0000015", 2),
            ("0.0000025", 2),
            ("-0.0000015", -2),
            ("9.9999999", 10_000_000),
            ("0.00000005", 0),
            ("1000000", 1_000_000_000_000),
            ("000000000000000000000000000001", 1_000_000),
            ("1e-400", 0),
        ] {
            assert_eq!(to_micro(text), Ok(micro), "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "-",
            ".",
            "NaN",
            "nan",
            "inf",
            "-Infinity",
            "1,5",
            "1.2.3",
            "0x10",
            "1e",
            "--1",
            "1 ",
        ] {
            assert_eq!(to_micro(text), Err(NotAValue::NotANumber), "{text}");
        }
        for text in ["1000000.000001", "-1e7", "1e99999999999", "123456789012345678901234567890"] {
            assert_eq!(to_micro(text), Err(NotAValue::OutOfRange), "{text}");
        }
    }

    proptest! {
        #[test]
        fn six_digits_are_kept_exactly(micro in -1_000_000_000_000_i64..=1_000_000_000_000) {
            let sign = if micro < 0 { "-" } else { "" };
            let (whole, rest) = (micro.unsigned_abs() / 1_000_000, micro.unsigned_abs() % 1_000_000);
            prop_assert_eq!(to_micro(&format!("{sign}{whole}.{rest:06}")), Ok(micro));
        }

        #[test]
        fn any_text_is_answered(text in ".{0,64}", number in "[-+]?[0-9.]{0,40}([eE][-+]?[0-9]{0,12})?") {
            let _ = (to_micro(&text), to_micro(&number));
        }
    }
}
