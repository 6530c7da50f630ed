//! A share of the seats as an exact decimal.

use crate::{nano::Nano, sortition::DrawError};

/// Decimals that are read.
const DECIMALS: usize = 27;
/// The whole, in units of 1e-27; times any `u32` it stays below 2^128.
const ONE: u128 = 1_000_000_000_000_000_000_000_000_000;
/// Units of a share per unit of a [`Nano`].
const PER_NANO: u128 = 1_000_000_000_000_000_000;

/// A decimal from 0 to 1. `0.29` of 100 seats is 29, never 28.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u128);

impl Share {
    /// Everything: a cap that caps nothing.
    pub const WHOLE: Self = Self(ONE);

    /// Reads digits with at most one point between them: `0.15`, `1`, `0.40`.
    ///
    /// # Errors
    ///
    /// [`DrawError::Share`] for anything else, above 1, or with more than 27 decimals.
    pub fn parse(text: &str) -> Result<Self, DrawError> {
        read(text).ok_or(DrawError::Share { decimals_max: DECIMALS })
    }

    /// The share that a parameter gives.
    ///
    /// # Errors
    ///
    /// [`DrawError::Share`] below 0 or above 1.
    pub fn from_nano(nano: Nano) -> Result<Self, DrawError> {
        u128::try_from(nano.get())
            .ok()
            .filter(|_| nano.is_unit())
            .map(|units| Self(units * PER_NANO))
            .ok_or(DrawError::Share { decimals_max: DECIMALS })
    }

    /// The greatest whole number of seats that is not above this share of `seats`.
    pub fn of(self, seats: u32) -> u32 {
        let exact = self.0 * u128::from(seats) / ONE;
        u32::try_from(exact).unwrap_or(seats)
    }
}

fn read(text: &str) -> Option<Share> {
    let (whole, decimals) = match text.split_once('.') {
        Some((whole, decimals)) if !decimals.is_empty() => (whole, decimals),
        Some(_) => return None,
        None => (text, ""),
    };
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || 9 < whole.len() || !is_digits(whole) || !is_digits(decimals) {
        return None;
    }
    let decimals = decimals.trim_end_matches('0');
    if DECIMALS < decimals.len() {
        return None;
    }
    let whole: u128 = whole.parse().ok()?;
    let fraction: u128 = format!("{decimals:0<DECIMALS$}").parse().ok()?;
    Some(whole * ONE + fraction).filter(|units| *units <= ONE).map(Share)
}
