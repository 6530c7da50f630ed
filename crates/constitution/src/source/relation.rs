//! What must hold between members of the two files.
//!
//! A relation reads numbers and says whether they agree. It is judged only if all of them are there and are what they must
//! be on their own: a missing or broken member has been reported already.

mod params;
mod policy;

use crate::nano::Nano;

/// A relation between numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Relation {
    /// `params/…` or `policy/…`; `a|b` stands for one relation with `a` and one with `b`, in step through all of them.
    pub(super) reads: &'static [&'static str],
    /// What must hold, in words.
    pub(super) says: &'static str,
    /// Whether it does.
    pub(super) holds: fn(&[Nano]) -> bool,
    /// Where it comes from.
    pub(super) source: &'static str,
    /// For the founding version only: the later one has another relation in its place.
    pub(super) is_founding_only: bool,
}

const fn relation(
    reads: &'static [&'static str],
    says: &'static str,
    holds: fn(&[Nano]) -> bool,
    source: &'static str,
) -> Relation {
    Relation { reads, says, holds, source, is_founding_only: false }
}

/// Every relation: within the parameters, within the policy, and between the two.
pub(super) fn all() -> impl Iterator<Item = &'static Relation> {
    params::RELATIONS.iter().chain(policy::RELATIONS)
}

/// Each is below the next.
fn ascending(values: &[Nano]) -> bool {
    values.is_sorted_by(|low, high| low < high)
}

/// None is above the next.
fn rising(values: &[Nano]) -> bool {
    values.is_sorted()
}

/// Each is above the next.
fn descending(values: &[Nano]) -> bool {
    values.is_sorted_by(|high, low| low < high)
}

/// All are the same number.
fn same(values: &[Nano]) -> bool {
    values.windows(2).all(|pair| pair.first() == pair.last())
}

/// They sum to one, exactly.
fn whole(values: &[Nano]) -> bool {
    values.iter().fold(Nano::ZERO, |sum, value| sum.plus(*value)) == Nano::ONE
}

/// The first is more than half of the second, and not more than it.
fn majority(values: &[Nano]) -> bool {
    let &[part, all] = values else { return false };
    part <= all && all < part.plus(part)
}

/// The share, the first, of the seats, the second, is at least one seat.
fn one_seat(values: &[Nano]) -> bool {
    let &[share, seats] = values else { return false };
    Nano::ONE <= share.times(seats)
}
