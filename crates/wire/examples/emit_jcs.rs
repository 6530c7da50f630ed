//! Writes what this crate makes of many JSON texts, for another implementation to compare:
//! `emit_jcs FILE`, JSON lines of `{"input": text, "canonical": text or null}`.
//!
//! The texts are fixed cases and a seeded stream of numbers, strings and objects, so two runs write
//! the same bytes. `null` stands for a refusal.

use std::error::Error;
use std::fmt::Write as _;

use comity_wire::json;
use serde_json::json;

/// Texts of the seeded stream, a count.
const STREAM: u64 = 20_000;

/// Cases that readers get wrong: zeros, bounds, escapes, order by UTF-16, duplicates, broken text.
const CASES: &[&str] = &[
    "0",
    "-0",
    "-0.0",
    "1e0",
    "9007199254740991",
    "-9007199254740991",
    "9007199254740992",
    "1e400",
    "5e-324",
    "1e21",
    "1e-7",
    "0.1",
    " [ 1 , 2 ] ",
    "{\"b\":1,\"a\":{\"d\":[],\"c\":{}}}",
    "{\"\\ud83d\\ude00\":1,\"\\ufb33\":2,\"\\u20ac\":3,\"\\r\":4}",
    "\"\\u0000\\u001f\\u007f\\u2028/\\/\\\"\\\\\"",
    "{\"a\":1,\"\\u0061\":2}",
    "\"\\ud800\"",
    "[1,]",
    "01",
    "NaN",
    "",
    "nul",
];

fn main() -> Result<(), Box<dyn Error>> {
    let target = std::env::args_os().nth(1).ok_or("usage: emit_jcs FILE")?;
    let mut lines = String::new();
    let mut seed = 1;
    let stream = (0..STREAM).map(|_| value(&mut seed, 3));
    for text in CASES.iter().map(|text| (*text).to_owned()).chain(stream) {
        let canonical = json::parse(text.as_bytes()).and_then(|value| json::canonicalize(&value));
        let canonical = canonical.ok().map(String::from_utf8).transpose()?;
        writeln!(lines, "{}", json!({"input": text, "canonical": canonical}))?;
    }
    std::fs::write(target, lines)?;
    Ok(())
}

/// The next number of `SplitMix64`.
fn next(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *seed;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Any JSON text of at most `depth` levels, with white space here and there.
fn value(seed: &mut u64, depth: u32) -> String {
    let kinds = if depth == 0 { 6 } else { 8 };
    match next(seed) % kinds {
        0 => (next(seed) >> 11).to_string(),
        1 => format!("-{}", next(seed) % 1_000_000),
        2 => number(seed),
        3 => string(seed),
        4 => "true".to_owned(),
        5 => "null".to_owned(),
        6 => {
            let items: Vec<_> = (0..next(seed) % 4).map(|_| value(seed, depth - 1)).collect();
            format!("[ {} ]", items.join(" ,"))
        }
        _ => {
            let member = |seed: &mut u64| format!("{} : {}", string(seed), value(seed, depth - 1));
            let items: Vec<_> = (0..next(seed) % 5).map(|_| member(seed)).collect();
            format!("{{{}}}", items.join(","))
        }
    }
}

/// A double from random bits, or digits with an exponent.
fn number(seed: &mut u64) -> String {
    let double = f64::from_bits(next(seed));
    if double.is_finite() && next(seed).is_multiple_of(2) {
        return format!("{double:e}");
    }
    format!("{}.{}e{}", next(seed) % 10, next(seed) % 1_000_000_000, next(seed) % 40)
}

/// Up to six characters from all planes, half of them escaped.
fn string(seed: &mut u64) -> String {
    let mut text = "\"".to_owned();
    for _ in 0..next(seed) % 7 {
        let bound = 0x80_u64 << (next(seed) % 14);
        let Some(c) = u32::try_from(next(seed) % bound).ok().and_then(char::from_u32) else {
            continue;
        };
        if c.is_control() || "\"\\".contains(c) || next(seed).is_multiple_of(2) {
            let mut units = [0; 2];
            text.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            text.push(c);
        }
    }
    text + "\""
}
