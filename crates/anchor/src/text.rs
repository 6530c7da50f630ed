//! The hexadecimal of JSON-RPC: quantities (`0x1f`) and data (`0x001f`).
//!
//! # Invariants
//!
//! 1. A quantity has one spelling: no leading zeros, and `0x0` for zero.
//! 2. Nothing is decoded that is longer than the caller expects.

use comity_wire::hex;

/// `0x` and two digits for each byte.
pub fn data(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

/// `0x` and the digits of a number, none of them a leading zero.
pub fn quantity(number: u128) -> String {
    format!("{number:#x}")
}

/// Data of at most `max` bytes.
pub fn read_data(text: &str, max: usize) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("0x").filter(|digits| digits.len() / 2 <= max)?;
    hex::decode(&digits.to_ascii_lowercase()).ok()
}

/// Data of exactly `N` bytes.
pub fn read_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.strip_prefix("0x").filter(|digits| digits.len() == 2 * N)?;
    hex::decode_array(&digits.to_ascii_lowercase()).ok()
}

/// A quantity below 2^128.
pub fn read_quantity(text: &str) -> Option<u128> {
    let digits = text.strip_prefix("0x").filter(|digits| digits.len() <= 32)?;
    let canonical = digits == "0" || !digits.starts_with(['0', '+']);
    u128::from_str_radix(digits, 16).ok().filter(|_| canonical)
}

#[cfg(test)]
mod tests;
