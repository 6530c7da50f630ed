//! How likely it is that somebody who holds a share of the pool captures all three chambers.
//!
//! For people who set parameters. Floats are used throughout: nothing here is hashed, voted on or
//! read by a rule.
//!
//! Two captors are told apart. One whose people live everywhere is not touched by regional caps, and
//! the seats won in a chamber are binomial. One who owns a few regions wholly and has nobody
//! elsewhere meets the caps: at most `held * cap` seats, and none to spare when that is less than a
//! chamber needs to pass. Both assume a pool that is large beside the chambers, and chambers drawn
//! independently; the chambers' non-overlap makes the difference smaller still.
//!
//! # Invariants
//!
//! 1. The joint probability is the product of the three tails.
//! 2. Without a cap that binds, owning few regions is as good as living everywhere.
#![expect(clippy::float_arithmetic, reason = "probabilities for people; no rule reads them")]

mod race;
mod walk;

use crate::charter::{Chamber, ChamberSet};

pub use walk::{Dice, captured};

/// Regions that exist, and how many of them the captor owns wholly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Regions {
    /// Regions that the captor owns; the captor's share of the pool is spread evenly over them.
    pub held: u32,
    /// All regions; the rest of the pool is spread evenly over the others.
    pub all: u32,
}

impl Regions {
    /// Fewest regions from which every chamber can be won, within twelve or more in all.
    pub fn least(set: &ChamberSet) -> Self {
        let needed = |chamber: Chamber| {
            let cap = set.quotas(chamber).map_or(0, |quotas| quotas.region_cap());
            set.size(chamber).pass.div_ceil(cap.max(1))
        };
        let held = Chamber::ALL.into_iter().map(needed).max().unwrap_or(0);
        Self { held, all: held.saturating_mul(2).max(12) }
    }
}

/// Probabilities of winning each chamber and all three.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Odds {
    /// Per chamber, in the order in which they vote.
    pub chambers: [f64; 3],
    /// All three.
    pub joint: f64,
}

impl Odds {
    /// A captor with the share `p` of the pool, in every region alike.
    pub fn spread(set: &ChamberSet, p: f64) -> Self {
        Self::of(|chamber| {
            let size = set.size(chamber);
            tail(size.seats, size.pass, p)
        })
    }

    /// A captor with the share `p` of the pool, who owns some regions and nobody elsewhere.
    pub fn concentrated(set: &ChamberSet, p: f64, regions: Regions) -> Self {
        Self::of(|chamber| {
            let size = set.size(chamber);
            let cap = set.quotas(chamber).map_or(0, |quotas| quotas.region_cap());
            race::tail(size, cap, regions, p)
        })
    }

    fn of(won: impl Fn(Chamber) -> f64) -> Self {
        let chambers = Chamber::ALL.map(won);
        Self { chambers, joint: chambers.iter().product() }
    }
}

/// The probability of at least `wins` in `n` trials that succeed with `p` each.
///
/// The first term is a product of factors near one and the others follow by ratios, so that the
/// result is good to about 1e-14 of itself, however small it is. Outside of 0 to 1 it is NaN.
pub fn tail(n: u32, wins: u32, p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if wins == 0 {
        return 1.0;
    }
    if n < wins || p == 0.0 {
        return 0.0;
    }
    let q = 1.0 - p;
    if q == 0.0 {
        return 1.0;
    }
    let (wins_f, n_f) = (f64::from(wins), f64::from(n));
    let mut first = 1.0;
    let (mut losses, lost) = (0, n - wins);
    for i in 1..=wins {
        let i = f64::from(i);
        first *= (n_f - wins_f + i) / i * p;
        // Losses are mixed in where the product is above one, so that it does not overflow.
        while 1.0 < first && losses < lost {
            first *= q;
            losses += 1;
        }
    }
    first *= q.powi(i32::try_from(lost - losses).unwrap_or(i32::MAX));
    let (mut term, mut sum) = (first, first);
    for i in wins..n {
        let i = f64::from(i);
        term *= (n_f - i) / (i + 1.0) * (p / q);
        sum += term;
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests;
