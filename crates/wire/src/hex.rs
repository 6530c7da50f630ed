//! Lower-case hexadecimal, the one text form of bytes in ids.

use crate::WireError;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Two lower-case digits per byte.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = Vec::with_capacity(bytes.len() * 2);
    let (parts, rest) = bytes.as_chunks::<32>();
    for part in parts {
        text.extend_from_slice(&digits(part));
    }
    text.extend(rest.iter().flat_map(|byte| pair(*byte)));
    String::from_utf8(text).expect("hexadecimal digits are ASCII")
}

/// The digits of 32 bytes, without allocation.
pub(crate) fn digits(bytes: &[u8; 32]) -> [u8; 64] {
    let mut digits = [b'?'; 64];
    for (digits, byte) in digits.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
        *digits = pair(*byte);
    }
    digits
}

fn pair(byte: u8) -> [u8; 2] {
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or(b'?');
    [digit(byte >> 4), digit(byte & 15)]
}

/// Reads what [`encode`] writes; upper case, odd length and anything else is refused.
pub fn decode(text: &str) -> Result<Vec<u8>, WireError> {
    let malformed = WireError::Malformed { what: "hex" };
    if !text.len().is_multiple_of(2) {
        return Err(malformed);
    }
    text.as_bytes()
        .chunks_exact(2)
        .map(|pair| match pair {
            [high, low] => Some(nibble(*high)? << 4 | nibble(*low)?),
            _ => None,
        })
        .collect::<Option<Vec<u8>>>()
        .ok_or(malformed)
}

/// Reads exactly `N` bytes.
pub fn decode_array<const N: usize>(text: &str) -> Result<[u8; N], WireError> {
    if text.len() != N * 2 {
        return Err(WireError::Malformed { what: "hex" });
    }
    let mut out = [0; N];
    for (byte, pair) in out.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = match pair {
            [high, low] => nibble(*high).zip(nibble(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        }
        .ok_or(WireError::Malformed { what: "hex" })?;
    }
    Ok(out)
}

const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}
