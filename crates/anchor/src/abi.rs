//! The contract ABI, as far as this contract needs it: words, and bytes behind offsets.
//!
//! # Invariants
//!
//! 1. Reading refuses numbers that do not fit, and bytes that are longer than [`DATA_BYTES_MAX`] or not there.

use crate::limits::DATA_BYTES_MAX;

/// Bytes of a word.
pub(crate) const WORD: usize = 32;

/// Arguments of a call, or of a constructor.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arguments {
    head: Vec<Slot>,
}

#[derive(Clone, Debug)]
enum Slot {
    Word([u8; WORD]),
    Bytes(Vec<u8>),
}

impl Arguments {
    pub(crate) fn word(mut self, word: [u8; WORD]) -> Self {
        self.head.push(Slot::Word(word));
        self
    }

    pub(crate) fn number(self, number: u64) -> Self {
        self.word(word(number))
    }

    /// Several words, such as an array of fixed length.
    pub(crate) fn words(self, bytes: &[u8]) -> Self {
        let (words, _) = bytes.as_chunks::<WORD>();
        words.iter().fold(self, |arguments, word| arguments.word(*word))
    }

    pub(crate) fn bytes(mut self, bytes: &[u8]) -> Self {
        self.head.push(Slot::Bytes(bytes.to_vec()));
        self
    }

    /// The selector or code, and the arguments after it.
    pub(crate) fn encode(&self, prefix: &[u8]) -> Vec<u8> {
        let mut out = prefix.to_vec();
        let mut tail = Vec::new();
        let head = self.head.len() * WORD;
        for slot in &self.head {
            match slot {
                Slot::Word(word) => out.extend(word),
                Slot::Bytes(bytes) => {
                    out.extend(word(length(head + tail.len())));
                    tail.extend(word(length(bytes.len())));
                    tail.extend(bytes);
                    tail.resize(tail.len().next_multiple_of(WORD), 0);
                }
            }
        }
        out.extend(tail);
        out
    }
}

fn length(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// A number as a word.
pub(crate) fn word(number: u64) -> [u8; WORD] {
    let mut word = [0; WORD];
    if let Some(tail) = word.last_chunk_mut() {
        *tail = number.to_be_bytes();
    }
    word
}

/// A number in a word, if it fits.
pub(crate) fn number(word: &[u8; WORD]) -> Option<u64> {
    let (head, tail) = word.split_last_chunk::<8>()?;
    head.iter().all(|byte| *byte == 0).then(|| u64::from_be_bytes(*tail))
}

/// Words that were returned or logged, read from the front.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Returned<'a> {
    bytes: &'a [u8],
}

impl<'a> Returned<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    pub(crate) fn word(&self, place: usize) -> Option<[u8; WORD]> {
        let from = place.checked_mul(WORD)?;
        self.bytes.get(from..)?.first_chunk().copied()
    }

    pub(crate) fn number(&self, place: usize) -> Option<u64> {
        number(&self.word(place)?)
    }

    /// The bytes whose offset is at `place`.
    pub(crate) fn bytes(&self, place: usize) -> Option<&'a [u8]> {
        let from = usize::try_from(self.number(place)?).ok()?;
        let tail = self.bytes.get(from..)?;
        let (length, tail) = tail.split_first_chunk::<WORD>()?;
        let length = usize::try_from(number(length)?).ok().filter(|n| *n <= DATA_BYTES_MAX)?;
        tail.get(..length)
    }

    /// Whether there are exactly this many words.
    pub(crate) const fn is(&self, words: usize) -> bool {
        self.bytes.len() == words * WORD
    }
}

#[cfg(test)]
mod tests;
