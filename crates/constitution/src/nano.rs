//! Fractions as integers: one unit is 1e-9.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A number in units of 1e-9: `Nano::new(750_000_000)` is 0.75.
///
/// Trust, weights, rates and shares are all of this type, so that a replay on another machine
/// gives the same bits. Written as a plain integer in canonical JSON.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Nano(i64);

impl Nano {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The whole: 1.0.
    pub const ONE: Self = Self(1_000_000_000);
    /// The smallest step, 1e-9: what boundary tests add and subtract.
    pub const EPSILON: Self = Self(1);

    /// Makes a fraction from its count of 1e-9 units.
    pub const fn new(units: i64) -> Self {
        Self(units)
    }

    /// The count of 1e-9 units.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Sum, stopping at the ends of the range instead of wrapping.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Difference, stopping at the ends of the range instead of wrapping.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Nearest representable value of a wide integer count of 1e-9 units.
    pub fn saturating(units: i128) -> Self {
        let clamped = units.clamp(i128::from(i64::MIN), i128::from(i64::MAX));
        Self(i64::try_from(clamped).unwrap_or(i64::MAX))
    }

    /// `part / whole` as a fraction, rounded half to even; zero when `whole` is zero.
    pub fn ratio(part: u64, whole: u64) -> Self {
        if whole == 0 {
            return Self::ZERO;
        }
        let scaled = i128::from(part) * i128::from(Self::ONE.0);
        Self::saturating(round_half_even(scaled, i128::from(whole)))
    }

    /// Product of two fractions, rounded half to even.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        let wide = i128::from(self.0) * i128::from(other.0);
        Self::saturating(round_half_even(wide, i128::from(Self::ONE.0)))
    }

    /// True for values from 0 to 1, both included.
    pub const fn is_unit(self) -> bool {
        0 <= self.0 && self.0 <= Self::ONE.0
    }

    /// The nearest value in 0..=1.
    #[must_use]
    pub fn clamp_unit(self) -> Self {
        self.clamp(Self::ZERO, Self::ONE)
    }
}

impl fmt::Display for Nano {
    /// Nine decimals: `0.750000000`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let magnitude = self.0.unsigned_abs();
        let one = Self::ONE.0.unsigned_abs();
        write!(f, "{sign}{}.{:09}", magnitude / one, magnitude % one)
    }
}

impl fmt::Debug for Nano {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `numerator / denominator` rounded to the nearest integer, ties to the even one.
///
/// This is the only rounding in trust arithmetic. A `denominator` that is not positive gives zero,
/// so that the function is total; no caller passes one.
pub const fn round_half_even(numerator: i128, denominator: i128) -> i128 {
    if denominator <= 0 {
        return 0;
    }
    let floor = numerator.div_euclid(denominator);
    let rest = numerator.rem_euclid(denominator);
    let to_next = denominator - rest;
    if rest < to_next || (rest == to_next && floor % 2 == 0) { floor } else { floor + 1 }
}

#[cfg(test)]
mod tests;
