//! The text inside a key file. Written and read here, and only in one way.

use crate::{
    KeyBundle, KeyfileError, NAME_BYTES_MAX, ROLE_BYTES_MAX, ROLES_MAX,
    bundle::{is_name, is_role},
};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

const FIRST_LINE: &str = "comity-keyfile/v1";

/// Longest text, in bytes: all limits reached at once.
pub(crate) const TEXT_BYTES_MAX: usize =
    FIRST_LINE.len() + 1 + "name \n".len() + NAME_BYTES_MAX + ROLES_MAX * LINE_BYTES_MAX;
const LINE_BYTES_MAX: usize = "key  \n".len() + ROLE_BYTES_MAX + 64;

/// The text of a bundle.
pub(crate) fn encode(bundle: &KeyBundle) -> Result<Zeroizing<Vec<u8>>, KeyfileError> {
    bundle.check()?;
    // Reserved at once: growing would leave copies of seeds behind in freed memory.
    let mut text = Zeroizing::new(Vec::with_capacity(TEXT_BYTES_MAX));
    for part in [FIRST_LINE, "\nname ", &bundle.name, "\n"] {
        text.extend(part.as_bytes());
    }
    for (role, seed) in &bundle.keys {
        for part in ["key ", role, " "] {
            text.extend(part.as_bytes());
        }
        text.extend(seed.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
        text.push(b'\n');
    }
    Ok(text)
}

/// Reads what [`encode`] writes and nothing else.
pub(crate) fn decode(text: &[u8]) -> Result<KeyBundle, KeyfileError> {
    let bad = |line| KeyfileError::BadPayload { line };
    let text = std::str::from_utf8(text).map_err(|_| bad(1))?;
    let mut lines = (1_usize..).zip(text.split_inclusive('\n'));

    let first = lines.next().and_then(|(_, line)| line.strip_suffix('\n'));
    if first != Some(FIRST_LINE) {
        return Err(bad(1));
    }
    let name = lines.next().and_then(|(_, line)| line.strip_prefix("name ")?.strip_suffix('\n'));
    let name = name.filter(|name| is_name(name)).ok_or(bad(2))?;

    let mut keys: BTreeMap<String, Zeroizing<[u8; 32]>> = BTreeMap::new();
    let mut end = 2;
    for (number, line) in lines {
        let (role, seed) = key_line(line).ok_or(bad(number))?;
        let is_sorted = keys.last_key_value().is_none_or(|(last, _)| last.as_str() < role);
        if !is_sorted || ROLES_MAX <= keys.len() {
            return Err(bad(number));
        }
        keys.insert(role.into(), seed);
        end = number;
    }
    if keys.is_empty() {
        return Err(bad(end.saturating_add(1)));
    }
    Ok(KeyBundle { name: name.into(), keys })
}

fn key_line(line: &str) -> Option<(&str, Zeroizing<[u8; 32]>)> {
    let (role, hex) = line.strip_prefix("key ")?.strip_suffix('\n')?.split_once(' ')?;
    let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
    if !is_role(role) || pairs.len() != 32 || !rest.is_empty() {
        return None;
    }
    let mut seed = Zeroizing::new([0; 32]);
    for (byte, [high, low]) in seed.iter_mut().zip(pairs) {
        *byte = value(*high)? << 4 | value(*low)?;
    }
    Some((role, seed))
}

const fn digit(value: u8) -> u8 {
    match value {
        0..=9 => b'0' + value,
        _ => b'a' + value - 10,
    }
}

const fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
