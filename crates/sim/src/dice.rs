//! One seed decides everything: streams of numbers, told apart by name.

use comity_wire::sha256_concat;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// A stream of numbers that follows from the seed and the stream's name.
#[derive(Clone, Debug)]
pub(crate) struct Dice(ChaCha12Rng);

/// 32 bytes that follow from the seed, whom they are for, and what for.
pub(crate) fn bytes(seed: u64, who: &str, what: &str) -> [u8; 32] {
    let parts: [&[u8]; 5] =
        [b"comity-sim/v1\0", &seed.to_be_bytes(), who.as_bytes(), b"\0", what.as_bytes()];
    *sha256_concat(&parts).as_bytes()
}

impl Dice {
    /// The stream named `what`. A stream of its own for each purpose, so that a new use shifts no other.
    pub(crate) fn new(seed: u64, what: &str) -> Self {
        Self(ChaCha12Rng::from_seed(bytes(seed, "dice", what)))
    }

    /// A number below `count`; 0 if that is 0. The bias of the remainder does not matter here.
    pub(crate) fn below(&mut self, count: u64) -> u64 {
        if count == 0 { 0 } else { self.0.next_u64() % count }
    }

    /// An index into something with `len` items.
    pub(crate) fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).unwrap_or(0)
    }

    /// A number from `low` to `high`, both inclusive.
    pub(crate) fn within(&mut self, low: i64, high: i64) -> i64 {
        low.saturating_add_unsigned(self.below(high.abs_diff(low) + 1))
    }

    /// As [`Self::within`], for durations.
    pub(crate) fn span(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.abs_diff(low) + 1)
    }

    /// True in `permille` of a thousand cases.
    pub(crate) fn chance(&mut self, permille: u64) -> bool {
        self.below(1000) < permille
    }

    /// One of several.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let index = self.index(from.len());
        from.get(index)
    }

    /// Some bytes.
    pub(crate) fn bytes(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        self.0.fill_bytes(&mut bytes);
        bytes
    }
}
