//! The same question asked of dice: walk as the draw does, many times, and count.

use comity_wire::{Digest, sha256_seeded};

use super::Regions;
use crate::charter::{Chamber, ChamberSet};

/// A stream of numbers from a seed: SHA-256 of the seed and a counter.
#[derive(Clone, Debug)]
pub struct Dice {
    seed: Digest,
    counter: u64,
}

impl Dice {
    /// The stream of a seed.
    pub const fn new(seed: Digest) -> Self {
        Self { seed, counter: 0 }
    }

    /// The next number from 0 to 1, below 1, in steps of 2^-32.
    fn next(&mut self) -> f64 {
        let block = sha256_seeded(&self.seed, &self.counter.to_be_bytes());
        self.counter += 1;
        let bits = block.as_bytes().iter().take(4).fold(0, |sum, byte| sum << 8 | u32::from(*byte));
        f64::from(bits) / 4_294_967_296.0
    }

    /// A number below `below`.
    fn below(&mut self, below: u32) -> u32 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to below `below`"
        )]
        let number = (self.next() * f64::from(below)) as u32;
        number.min(below.saturating_sub(1))
    }
}

/// In how many of `trials` draws of one chamber the captor gets enough seats to pass.
///
/// Without `regions` the captor lives everywhere and no cap is looked at. A draw that would not end
/// because too few seats lie within the caps is not won.
pub fn captured(
    set: &ChamberSet,
    chamber: Chamber,
    p: f64,
    regions: Option<Regions>,
    trials: u32,
    dice: &mut Dice,
) -> u32 {
    let size = set.size(chamber);
    let won = |dice: &mut Dice| match regions {
        None => {
            let captors = (0..size.seats).filter(|_| dice.next() < p).count();
            usize::try_from(size.pass).is_ok_and(|pass| pass <= captors)
        }
        Some(regions) => {
            let cap = set.quotas(chamber).map_or(0, |quotas| quotas.region_cap());
            size.pass <= walk(size.seats, cap, regions, p, dice)
        }
    };
    (0..trials).map(|_| u32::from(won(dice))).sum()
}

/// Captors seated in one draw.
fn walk(seats: u32, cap: u32, regions: Regions, p: f64, dice: &mut Dice) -> u32 {
    let Regions { held, all } = regions;
    if all < held || u64::from(all) * u64::from(cap) < seats.into() {
        return 0;
    }
    // A side without people would be waited for without end.
    let is_one_sided = p <= 0.0 || 1.0 <= p || held == 0 || held == all;
    if is_one_sided {
        return if 0.0 < p && 0 < held { seats } else { 0 };
    }
    let mut taken: Vec<u32> = (0..all).map(|_| 0).collect();
    let (mut captors, mut seated) = (0, 0);
    while seated < seats {
        let is_captor = dice.next() < p;
        let region = if is_captor { dice.below(held) } else { held + dice.below(all - held) };
        let Some(count) = usize::try_from(region).ok().and_then(|at| taken.get_mut(at)) else {
            return captors;
        };
        if *count < cap {
            *count += 1;
            seated += 1;
            captors += u32::from(is_captor);
        }
    }
    captors
}
