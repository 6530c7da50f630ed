//! From values to the bytes that are signed.

use super::Value;

/// Fixed notation from 1e-4 up to here, as Python's `repr` has it; exponents outside.
const FIXED: std::ops::Range<i32> = -4..16;

pub(super) fn value(it: &Value, out: &mut Vec<u8>) {
    match it {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Int(int) => out.extend_from_slice(int.as_str().as_bytes()),
        Value::Float(float) => out.extend_from_slice(layout(*float).as_bytes()),
        Value::Text(text) => string(text, out),
        Value::List(items) => {
            out.push(b'[');
            for (at, item) in items.iter().enumerate() {
                if at != 0 {
                    out.push(b',');
                }
                value(item, out);
            }
            out.push(b']');
        }
        Value::Map(members) => {
            out.push(b'{');
            for (at, (name, member)) in members.iter().enumerate() {
                if at != 0 {
                    out.push(b',');
                }
                string(name, out);
                out.push(b':');
                value(member, out);
            }
            out.push(b'}');
        }
    }
}

pub(super) fn string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text;
    loop {
        let is_plain = |byte: &u8| (b' '..=b'~').contains(byte) && !matches!(byte, b'"' | b'\\');
        let plain = rest.bytes().take_while(|byte| is_plain(byte)).count();
        let (head, tail) = rest.split_at(plain);
        out.extend_from_slice(head.as_bytes());
        let mut chars = tail.chars();
        let Some(char) = chars.next() else { break };
        escape(char, out);
        rest = chars.as_str();
    }
    out.push(b'"');
}

fn escape(char: char, out: &mut Vec<u8>) {
    let short = match char {
        '"' | '\\' => Some(char),
        '\u{8}' => Some('b'),
        '\u{c}' => Some('f'),
        '\n' => Some('n'),
        '\r' => Some('r'),
        '\t' => Some('t'),
        _ => None,
    };
    if let Some(short) = short {
        out.extend_from_slice(format!("\\{short}").as_bytes());
        return;
    }
    for unit in char.encode_utf16(&mut [0; 2]) {
        out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
    }
}

/// The shortest digits that read back as the same float, laid out as Python's `repr` does.
fn layout(float: f64) -> String {
    let shortest = format!("{float:e}");
    let Some((digits, exponent)) = shortest.split_once('e') else { return "null".to_owned() };
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
    let digits = digits.replace('.', "");
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if !FIXED.contains(&exponent) {
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let mark = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{first}{point}{rest}e{mark}{:02}", exponent.unsigned_abs());
    }
    let width = usize::try_from(exponent.unsigned_abs()).unwrap_or_default();
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", "0".repeat(width - 1));
    }
    let whole = width + 1;
    match digits.split_at_checked(whole) {
        Some((head, tail)) if !tail.is_empty() => format!("{sign}{head}.{tail}"),
        _ => format!("{sign}{digits}{}.0", "0".repeat(whole.saturating_sub(digits.len()))),
    }
}
