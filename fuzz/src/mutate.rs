//! Deterministic damage: what the smoke lane makes of the corpus, and what some targets make of honest files.

use std::collections::BTreeMap;

use crate::input::Input;

/// Words that decoders look for.
const WORDS: &[&str] = &[
    "null",
    "true",
    "{}",
    "[]",
    "\"\"",
    "[[[[[[[[[[[[[[[[[",
    "-0",
    "1e1",
    "9007199254740992",
    "-9007199254740993",
    "\\u0000",
    "\\ud800",
    "\u{feff}",
    "\u{1d4f1}",
    "comity:",
    "did:key:z6Mk",
    "2026-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "report.",
    " >= ",
    " && ",
    "0.",
    "\u{2014} ",
    "tile/",
    "x001/",
    ".p/",
    "\n\n",
    "age-encryption.org/v1\n",
    "-> scrypt ",
    "\0asm",
    "timestamp,value\n",
    "1970-01-01 00:00:00,1\n",
    ",",
    ":",
    "\"",
    "{\"",
    "\":",
    "NaN",
    "Infinity",
    "\r\n",
];

/// One change of one file: a byte, a file that goes, comes twice, or gets another name.
pub fn files(input: &mut Input<'_>, files: &mut BTreeMap<String, Vec<u8>>) {
    let names: Vec<String> = files.keys().cloned().collect();
    if names.is_empty() {
        return;
    }
    let name = input.pick(&names);
    match input.below(8) {
        0 => drop(files.remove(&name)),
        1 => {
            let other = input.pick(&names);
            let bytes = files[&name].clone();
            files.insert(other, bytes);
        }
        2 => {
            let bytes = files.remove(&name).unwrap_or_default();
            files.insert(format!("{name}{}", input.pick(&["x", "/", "/x", ".p/1", "~"])), bytes);
        }
        _ => {
            if let Some(file) = files.get_mut(&name) {
                bytes(input, file);
            }
        }
    }
}

/// One change of some bytes.
pub fn bytes(input: &mut Input<'_>, bytes: &mut Vec<u8>) {
    let at = input.below(bytes.len());
    let length = input.below(24).min(bytes.len() - at);
    match input.below(8) {
        0 if at < bytes.len() => bytes[at] = input.byte(),
        1 if at < bytes.len() => bytes[at] ^= 1 << (input.byte() % 8),
        2 => drop(bytes.drain(at..at + length)),
        3 => {
            let copy = bytes[at..at + length].to_vec();
            let to = input.below(bytes.len() + 1);
            bytes.splice(to..to, copy);
        }
        4 => {
            let word = input.pick(WORDS).as_bytes();
            bytes.splice(at..at + length, word.iter().copied());
        }
        5 => {
            let given = input.bytes(8).to_vec();
            bytes.splice(at..at, given);
        }
        6 => bytes.truncate(at),
        _ if at + 8 <= bytes.len() => {
            let number = input.integer();
            let number = if input.once_in(2) { number.to_be_bytes() } else { number.to_le_bytes() };
            bytes[at..at + 8].copy_from_slice(&number);
        }
        _ => bytes.push(input.byte()),
    }
}

/// A small generator of random bytes (SplitMix64), so that a seed gives the same inputs everywhere.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice that fall the same way for the same seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.roll() % count.max(1) as u64).unwrap_or(0)
    }

    /// Random bytes, short ones most often.
    pub fn bytes(&mut self) -> Vec<u8> {
        let most = [8, 32, 128, 512][self.below(4)];
        (0..self.below(most)).map(|_| self.roll().to_le_bytes()[0]).collect()
    }

    /// An input made from `corpus`: damaged, spliced, or fresh.
    pub fn input(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        if corpus.is_empty() || self.below(8) == 0 {
            return self.bytes();
        }
        let mut made = corpus[self.below(corpus.len())].clone();
        if self.below(6) == 0 {
            let other = &corpus[self.below(corpus.len())];
            let (from, to) = (self.below(other.len() + 1), self.below(made.len() + 1));
            made.truncate(to);
            made.extend_from_slice(&other[from..]);
        }
        for _ in 0..=self.below(4) {
            let decisions: Vec<u8> = (0..24).map(|_| self.roll().to_le_bytes()[0]).collect();
            bytes(&mut Input::new(&decisions), &mut made);
        }
        made
    }
}
