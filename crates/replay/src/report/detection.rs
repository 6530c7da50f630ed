//! How likely an audit finds what it looks for.
//!
//! If a share `f` of the rows is false and `k` leaves are drawn, the audit misses all of them with probability at most
//! `(1 - f)^k`, so it finds one with at least `1 - (1 - f)^k` (`spec/mycel.md` D.4). Drawing without repetition only
//! helps. Integers, rounded so that the printed number is never too high.

/// One whole, in millionths.
pub const PPM: u64 = 1_000_000;

/// The scale of the computation: 18 digits, so that 4,096 roundings do not show in the sixth.
const ONE: u128 = 1_000_000_000_000_000_000;

/// The probability, in millionths, rounded down, that `leaves` random leaves hit at least one of a share of
/// `false_ppm` millionths of false rows. Bounded work: it stops when nothing is left to miss.
pub fn detection_ppm(leaves: u64, false_ppm: u64) -> u64 {
    let true_ppm = u128::from(PPM.saturating_sub(false_ppm));
    let mut missed = ONE;
    for _ in 0..leaves {
        let less = (missed * true_ppm).div_ceil(u128::from(PPM));
        if less == missed {
            break;
        }
        missed = less;
    }
    let found = (ONE - missed) / (ONE / u128::from(PPM));
    u64::try_from(found).unwrap_or(PPM)
}

#[cfg(test)]
mod tests;
