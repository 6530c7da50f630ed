//! The patterns that a schema may use. Each is an ordinary regular expression, so that stock validators
//! read it, and is recognised here as a whole; no expression is interpreted.

/// A known pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    matches: Matcher,
    pub(super) text: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Matcher {
    Hex(usize),
    DidKey,
    Decimal,
    Time,
    Snake,
}

const PATTERNS: [Pattern; 7] = [
    Pattern { matches: Matcher::Hex(32), text: "^[0-9a-f]{32}$" },
    Pattern { matches: Matcher::Hex(64), text: "^[0-9a-f]{64}$" },
    Pattern { matches: Matcher::Hex(128), text: "^[0-9a-f]{128}$" },
    Pattern { matches: Matcher::DidKey, text: "^did:key:z[1-9A-HJ-NP-Za-km-z]+$" },
    Pattern { matches: Matcher::Decimal, text: "^-?(0|[1-9][0-9]*)(\\.[0-9]{1,6})?$" },
    Pattern {
        matches: Matcher::Time,
        text: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
    },
    Pattern { matches: Matcher::Snake, text: "^[a-z][a-z0-9_]*$" },
];

impl Pattern {
    pub(super) fn named(text: &str) -> Option<Self> {
        PATTERNS.into_iter().find(|pattern| pattern.text == text)
    }

    pub(super) fn matches(self, text: &str) -> bool {
        match self.matches {
            Matcher::Hex(len) => text.len() == len && text.bytes().all(is_hex),
            Matcher::DidKey => text.strip_prefix("did:key:z").is_some_and(is_base58),
            Matcher::Decimal => is_decimal(text.strip_prefix('-').unwrap_or(text)),
            Matcher::Time => is_time(text),
            Matcher::Snake => {
                text.starts_with(|first: char| first.is_ascii_lowercase())
                    && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
            }
        }
    }
}

fn is_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

fn is_base58(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() && !matches!(b, b'0' | b'O' | b'I' | b'l');
    !text.is_empty() && text.bytes().all(allowed)
}

fn is_decimal(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && digits(fraction)
        && fraction.len() <= 6
}

fn is_time(text: &str) -> bool {
    let shape = b"0000-00-00T00:00:00Z";
    let fits = |(byte, like): (u8, &u8)| match like {
        b'0' => byte.is_ascii_digit(),
        other => byte == *other,
    };
    text.len() == shape.len() && text.bytes().zip(shape).all(fits)
}
