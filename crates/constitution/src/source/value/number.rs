//! Numbers as text, and their exact values.

use std::fmt;

use crate::nano::Nano;

/// A number as it was written: `0.70`, `1e-3`, `-0`, `NaN`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(String);

/// Why a number has no value here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadNumber {
    /// `NaN` or an infinity.
    #[error("is not a finite number")]
    NotFinite,
    /// Finer than a billionth: a reader in fixed point or in floats would round it.
    #[error("has more than nine decimals, which would be rounded")]
    TooFine,
    /// Beyond nine billion either way.
    #[error("is beyond any parameter")]
    TooLarge,
    /// A fraction or an exponent where a count belongs.
    #[error("must be written as a whole number")]
    NotACount,
    /// Not spelled as a JSON number; only decimal text can have this.
    #[error("is not a decimal number")]
    NotANumber,
}

impl BadNumber {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFinite => "constitution.number_not_finite",
            Self::TooFine => "constitution.number_too_fine",
            Self::TooLarge => "constitution.number_too_large",
            Self::NotACount => "constitution.number_not_a_count",
            Self::NotANumber => "constitution.number_not_a_number",
        }
    }
}

impl Number {
    /// The reader has checked the grammar.
    pub(super) const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The exact value in units of 1e-9.
    ///
    /// # Errors
    ///
    /// [`BadNumber`] if it is not finite, needs more than nine decimals, or is beyond nine billion.
    pub fn to_nano(&self) -> Result<Nano, BadNumber> {
        nano(&self.0)
    }

    /// The value of a count: written without a point and without an exponent.
    ///
    /// # Errors
    ///
    /// [`BadNumber`], of which [`BadNumber::NotACount`] for `3.0` and `3e0`.
    pub fn to_count(&self) -> Result<i64, BadNumber> {
        if matches!(self.0.as_str(), "NaN" | "Infinity" | "-Infinity") {
            return Err(BadNumber::NotFinite);
        }
        if self.0.contains(['.', 'e', 'E']) {
            return Err(BadNumber::NotACount);
        }
        self.0.parse().map_err(|_| BadNumber::TooLarge)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The exact value of a decimal number, in JSON's spelling, in units of 1e-9.
pub(crate) fn nano(text: &str) -> Result<Nano, BadNumber> {
    if matches!(text, "NaN" | "Infinity" | "-Infinity") {
        return Err(BadNumber::NotFinite);
    }
    let (sign, body) = text.strip_prefix('-').map_or((1, text), |body| (-1, body));
    let (mantissa, exponent) = body.split_once(['e', 'E']).unwrap_or((body, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let power = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if !is_digits(whole) || !is_digits(fraction) || !is_digits(power) {
        return Err(BadNumber::NotANumber);
    }
    if whole.len() > 1 && whole.starts_with('0') {
        return Err(BadNumber::NotANumber);
    }
    let digits: String = [whole, fraction].concat();
    let significant = digits.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return Ok(Nano::ZERO);
    }
    let trailing = digits.len() - digits.trim_end_matches('0').len();
    let scale = i64::try_from(trailing).ok().zip(i64::try_from(fraction.len()).ok());
    let (trailing, decimals) = scale.ok_or(BadNumber::TooLarge)?;
    let is_negative = exponent.starts_with('-');
    let power = match power.trim_start_matches('0') {
        "" => 0,
        power if power.len() <= 9 => power.parse::<i64>().map_err(|_| BadNumber::TooLarge)?,
        _ => return Err(if is_negative { BadNumber::TooFine } else { BadNumber::TooLarge }),
    };
    let power = if is_negative { -power } else { power };
    // The number is the significant digits times ten to this, in units of 1e-9.
    let shift = power + trailing - decimals + 9;
    if shift < 0 {
        return Err(BadNumber::TooFine);
    }
    if 19 < shift || 19 < significant.len() {
        return Err(BadNumber::TooLarge);
    }
    let value: i128 = significant.parse().map_err(|_| BadNumber::TooLarge)?;
    let scale = u32::try_from(shift).map_err(|_| BadNumber::TooLarge)?;
    let units = value.checked_mul(10_i128.pow(scale)).ok_or(BadNumber::TooLarge)?;
    i64::try_from(units).map(|units| Nano::new(sign * units)).map_err(|_| BadNumber::TooLarge)
}
