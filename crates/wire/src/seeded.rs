//! SHA-256 of one seed and many short tails.
//!
//! ```text
//!  block  seed[32] ‖ tail[0..=23] ‖ 80 ‖ zeros ‖ bits of seed and tail, u64 BE      one call of the compression function
//! ```
//!
//! The padding is laid out here instead of by a hasher that is asked piece by piece, and several blocks are laid out before the
//! first is compressed: calls that do not wait for each other overlap in the processor, and none reads bytes that were written
//! just before.
//!
//! # Invariants
//!
//! 1. Every value is that of [`sha256_concat`] over seed and tail, whatever the tail's length.

use std::array;

use crate::ids::{Digest, sha256_concat};

/// Bytes of one block, of the seed, and of the length at the end (FIPS 180-4 §5.1.1).
const BLOCK_BYTES: usize = 64;
const SEED_BYTES: usize = 32;
const LENGTH_BYTES: usize = 8;
/// The longest tail that one block holds, with one byte of padding after it.
const TAIL_BYTES_MAX: usize = BLOCK_BYTES - SEED_BYTES - LENGTH_BYTES - 1;
/// The initial hash value (FIPS 180-4 §5.3.3).
const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];
/// Blocks that are laid out before the first of them is compressed. Sixteen stay in the nearest cache; measured, more gain
/// nothing.
const LANES: usize = 16;

/// SHA-256 of `seed ‖ tail`.
pub fn sha256_seeded(seed: &Digest, tail: &[u8]) -> Digest {
    let mut lane = Lane::new(seed);
    lane.lay(tail);
    let mut out = [0; 32];
    let Some(state) = lane.state() else { return sha256_concat(&[seed.as_bytes(), tail]) };
    for (word, bytes) in state.iter().zip(out.chunks_exact_mut(4)) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    Digest::from_bytes(out)
}

/// The first eight bytes of SHA-256 of `seed ‖ tail`, as a number, for each of `tails`.
pub fn sha256_seeded_heads<'a>(
    seed: &Digest,
    tails: impl IntoIterator<Item = &'a [u8]>,
) -> Vec<u64> {
    let mut tails = tails.into_iter();
    let mut heads = Vec::with_capacity(tails.size_hint().0);
    let mut lanes: [Lane<'a>; LANES] = array::from_fn(|_| Lane::new(seed));
    loop {
        let mut laid = 0;
        for (lane, tail) in lanes.iter_mut().zip(tails.by_ref()) {
            lane.lay(tail);
            laid += 1;
        }
        heads.extend(lanes.iter().take(laid).map(|lane| lane.head(seed)));
        if laid < LANES {
            return heads;
        }
    }
}

/// One block, kept from tail to tail: those of one length differ in the tail alone.
struct Lane<'a> {
    block: [u8; BLOCK_BYTES],
    /// Length of the tail for which the padding is laid out, once there was one.
    padded: Option<usize>,
    /// A tail that the block does not hold.
    long: Option<&'a [u8]>,
}

impl<'a> Lane<'a> {
    fn new(seed: &Digest) -> Self {
        let mut block = [0; BLOCK_BYTES];
        for (byte, value) in block.iter_mut().zip(seed.as_bytes()) {
            *byte = *value;
        }
        Self { block, padded: None, long: None }
    }

    #[inline]
    fn lay(&mut self, tail: &'a [u8]) {
        self.long = (TAIL_BYTES_MAX < tail.len()).then_some(tail);
        if self.long.is_some() {
            return;
        }
        let (_, rest) = self.block.split_at_mut(SEED_BYTES);
        if self.padded != Some(tail.len()) {
            let (body, length) = rest.split_at_mut(BLOCK_BYTES - SEED_BYTES - LENGTH_BYTES);
            body.fill(0);
            if let Some(end) = body.get_mut(tail.len()) {
                *end = 0x80;
            }
            let bits = 8 * (SEED_BYTES as u64 + tail.len() as u64);
            length.copy_from_slice(&bits.to_be_bytes());
            self.padded = Some(tail.len());
        }
        if let Some(text) = rest.get_mut(..tail.len()) {
            text.copy_from_slice(tail);
        }
    }

    /// The hash of what was laid out last, in words; none when the block does not hold it.
    #[inline]
    fn state(&self) -> Option<[u32; 8]> {
        if self.long.is_some() {
            return None;
        }
        let mut state = INITIAL;
        sha2::block_api::compress256(&mut state, std::slice::from_ref(&self.block));
        Some(state)
    }

    #[inline]
    fn head(&self, seed: &Digest) -> u64 {
        match (self.state(), self.long) {
            (Some([first, second, ..]), _) => u64::from(first) << 32 | u64::from(second),
            (None, long) => {
                let whole = sha256_concat(&[seed.as_bytes(), long.unwrap_or_default()]);
                whole.as_bytes().iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
            }
        }
    }
}
