//! The trust of all verified people, as far as the cap needs it: count, sum, sum of squares.

use comity_constitution::{Nano, round_half_even};

/// Moments of a population. Values are taken in 0..=1; adding and removing are exact, so that the
/// order of changes cannot show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Population {
    count: u32,
    sum: u64,
    sum_of_squares: u128,
}

/// Extra binary digits of the square root: its error is below 2^-16 of a unit of 1e-9.
const ROOT_BITS_MAX: u32 = 16;

impl Population {
    /// The moments of these values.
    pub fn of(values: impl IntoIterator<Item = Nano>) -> Self {
        let mut population = Self::default();
        for value in values {
            population.add(value);
        }
        population
    }

    /// Number of people.
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// Adds one person. A population of `u32::MAX` people takes no more.
    pub fn add(&mut self, trust: Nano) {
        if let Some(count) = self.count.checked_add(1) {
            let value = trust.clamp_unit().get().unsigned_abs();
            self.count = count;
            self.sum += value;
            self.sum_of_squares += u128::from(value) * u128::from(value);
        }
    }

    /// Replaces one person's trust, who must have been added with `before`.
    pub fn change(&mut self, before: Nano, after: Nano) {
        let (before, after) = (before.clamp_unit().get(), after.clamp_unit().get());
        let (before, after) = (before.unsigned_abs(), after.unsigned_abs());
        let square = |value: u64| u128::from(value) * u128::from(value);
        self.sum = (self.sum + after).saturating_sub(before);
        self.sum_of_squares = (self.sum_of_squares + square(after)).saturating_sub(square(before));
    }

    /// `mean + k * std`, with the population's standard deviation (no degrees of freedom taken
    /// off), rounded half to even; none for nobody.
    ///
    /// With `n` people, `n * std` is the root of `n * sum(x^2) - sum(x)^2`, which is an integer
    /// and at most 2^122, so everything is computed in integers and rounded once.
    pub fn mean_plus(&self, k: Nano) -> Option<Nano> {
        if self.count == 0 {
            return None;
        }
        let people = u128::from(self.count);
        let sum = u128::from(self.sum);
        let spread = (people * self.sum_of_squares).saturating_sub(sum * sum);
        let bits = ROOT_BITS_MAX.min(spread.leading_zeros() / 2);
        let root = (spread << (2 * bits)).isqrt();

        let one = i128::from(Nano::ONE.get());
        let wide = |value: u128| i128::try_from(value).unwrap_or(i128::MAX);
        let mean = wide(sum << bits).saturating_mul(one);
        let excess = i128::from(k.get()).saturating_mul(wide(root));
        let divisor = wide(people << bits).saturating_mul(one);
        Some(Nano::saturating(round_half_even(mean.saturating_add(excess), divisor)))
    }
}
