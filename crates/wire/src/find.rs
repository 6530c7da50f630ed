//! Finding the bytes that end a run of text, eight at a time: nearly all of a statement is such runs.

/// One in the lowest bit of each byte.
const ONES: u64 = u64::from_le_bytes([0x01; 8]);
/// One in the highest bit of each byte.
const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);

/// Marks the bytes of `word` that are below `limit` (at most 128), by their highest bit. What is above the lowest mark
/// means nothing: a borrow may have run through it.
const fn below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(u64::from_le_bytes([limit; 8])) & !word & HIGHS
}

/// As [`below`], for the bytes that are `byte`.
const fn equal(word: u64, byte: u8) -> u64 {
    let differs = word ^ u64::from_le_bytes([byte; 8]);
    differs.wrapping_sub(ONES) & !differs & HIGHS
}

fn first(bytes: &[u8], mark: impl Fn(u64) -> u64, is_it: impl Fn(u8) -> bool) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    for (number, word) in words.iter().enumerate() {
        let marks = mark(u64::from_le_bytes(*word));
        if marks != 0 {
            return Some(number * 8 + (marks.trailing_zeros() / 8) as usize);
        }
    }
    let at = rest.iter().position(|byte| is_it(*byte))?;
    Some(words.len() * 8 + at)
}

/// The first quote.
pub(crate) fn quote(bytes: &[u8]) -> Option<usize> {
    first(bytes, |word| equal(word, b'"'), |byte| byte == b'"')
}

/// The first quote, backslash or control character: what ends a run of plain text in a JSON string.
pub(crate) fn end_of_plain(bytes: &[u8]) -> Option<usize> {
    let mark = |word| equal(word, b'"') | equal(word, b'\\') | below(word, 0x20);
    first(bytes, mark, |byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))
}

#[cfg(test)]
mod tests;
