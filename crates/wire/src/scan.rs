//! One pass over a JSON document that accepts or refuses it, without building anything.
//!
//! Three forms are recognised. *Travelling*: byte-for-byte RFC 8785 with integers only, so that a document
//! which passes needs no re-encoding to be known canonical. *Outside*: any I-JSON (RFC 7493), where members
//! may come in any order and spelling, but never twice. *Mesh*: the same, with integers of any size.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::{WireError, find, limits};

/// Which documents pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Canonical, integers only.
    Travelling,
    /// Any I-JSON.
    Outside,
    /// As outside, with integers of any size: what the Mesh's dialect reads.
    Mesh,
}

/// Accepts exactly the documents of `form`.
pub(crate) fn scan(bytes: &[u8], form: Form) -> Result<(), WireError> {
    let mut scanner = Scanner::new(bytes, form)?;
    scanner.space();
    scanner.value(0)?;
    scanner.space();
    if scanner.at == bytes.len() { Ok(()) } else { Err(scanner.syntax("end of document")) }
}

/// The travelling value that `bytes` begin with, `depth` levels deep in a document.
pub(crate) fn prefix(bytes: &[u8], depth: usize) -> Result<&str, WireError> {
    let mut scanner = Scanner::new(bytes, Form::Travelling)?;
    scanner.value(depth)?;
    Ok(scanner.text.get(..scanner.at).unwrap_or_default())
}

struct Scanner<'a> {
    text: &'a str,
    /// The same, as bytes.
    bytes: &'a [u8],
    at: usize,
    form: Form,
    depth_max: usize,
}

impl<'a> Scanner<'a> {
    fn new(bytes: &'a [u8], form: Form) -> Result<Self, WireError> {
        let text = std::str::from_utf8(bytes)
            .map_err(|error| WireError::NotUnicode { at: error.valid_up_to() })?;
        let depth_max = match form {
            Form::Travelling => limits::TRAVEL_DEPTH_MAX,
            Form::Outside | Form::Mesh => limits::JSON_DEPTH_MAX,
        };
        Ok(Self { text, bytes: text.as_bytes(), at: 0, form, depth_max })
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    const fn syntax(&self, what: &'static str) -> WireError {
        WireError::Syntax { at: self.at, what }
    }

    const fn not_canonical(&self, what: &'static str) -> WireError {
        WireError::NotCanonical { at: self.at, what }
    }

    fn is_travelling(&self) -> bool {
        self.form == Form::Travelling
    }

    /// White space is part of the outside form only; in the travelling form it is met as a syntax error.
    fn space(&mut self) {
        while !self.is_travelling() && matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8, what: &'static str) -> Result<(), WireError> {
        if self.peek() != Some(byte) {
            return Err(self.syntax(what));
        }
        self.at += 1;
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<(), WireError> {
        if self.depth_max < depth {
            return Err(WireError::TooDeep { at: self.at, max: self.depth_max });
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(drop),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word(b"true"),
            Some(b'f') => self.word(b"false"),
            Some(b'n') => self.word(b"null"),
            _ => Err(self.syntax("a value")),
        }
    }

    fn word(&mut self, word: &'static [u8]) -> Result<(), WireError> {
        let end = self.at + word.len();
        if self.bytes.get(self.at..end) != Some(word) {
            return Err(self.syntax("true, false or null"));
        }
        self.at = end;
        Ok(())
    }

    fn array(&mut self, depth: usize) -> Result<(), WireError> {
        self.at += 1;
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.value(depth + 1)?;
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.syntax("',' or ']'")),
            }
            self.space();
        }
    }

    fn object(&mut self, depth: usize) -> Result<(), WireError> {
        self.at += 1;
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        let mut seen = Members::new(self.form);
        loop {
            let at = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.syntax("a member name"));
            }
            let raw = self.string()?;
            seen.add(raw, at)?;
            self.space();
            self.expect(b':', "':'")?;
            self.space();
            self.value(depth + 1)?;
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.syntax("',' or '}'")),
            }
            self.space();
        }
    }

    /// Passes one string and returns its raw text between the quotes.
    fn string(&mut self) -> Result<&'a str, WireError> {
        let open = self.at;
        self.at += 1;
        let from = self.at;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            self.at += find::end_of_plain(rest).unwrap_or(rest.len());
            match self.peek() {
                None => return Err(self.syntax("a closing quote")),
                Some(b'"') => break,
                Some(b'\\') => self.escape(open)?,
                Some(_) => return Err(self.syntax("an escaped control character")),
            }
        }
        let raw = self.text.get(from..self.at);
        self.at += 1;
        raw.ok_or(WireError::NotUnicode { at: open })
    }

    /// One escape. RFC 8785 §3.2.2.2: the two-character forms where they exist, `\u00xx` in lower case for
    /// the other control characters, and no escape for anything else.
    fn escape(&mut self, open: usize) -> Result<(), WireError> {
        match self.bytes.get(self.at + 1) {
            Some(b'/') if self.is_travelling() => return Err(self.not_canonical("escaped '/'")),
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
            Some(b'u') => {
                let unit = self.unit(self.at)?;
                if self.is_travelling() {
                    self.canonical_unit(unit)?;
                }
                self.at += 6;
                match unit {
                    0xd800..=0xdbff => match self.unit(self.at) {
                        Ok(0xdc00..=0xdfff) => self.at += 6,
                        _ => return Err(WireError::NotUnicode { at: open }),
                    },
                    0xdc00..=0xdfff => return Err(WireError::NotUnicode { at: open }),
                    _ => {}
                }
            }
            _ => return Err(self.syntax("an escape")),
        }
        Ok(())
    }

    fn canonical_unit(&self, unit: u16) -> Result<(), WireError> {
        let digits = self.bytes.get(self.at + 2..self.at + 6).unwrap_or_default();
        if 0x1f < unit || digits.iter().any(u8::is_ascii_uppercase) {
            return Err(self.not_canonical("needless or upper-case \\u escape"));
        }
        if matches!(unit, 8 | 9 | 10 | 12 | 13) {
            return Err(self.not_canonical("\\u where a short escape exists"));
        }
        Ok(())
    }

    /// The UTF-16 unit of the `\uXXXX` that starts at `at`.
    fn unit(&self, at: usize) -> Result<u16, WireError> {
        let wrong = WireError::Syntax { at, what: "\\u with four hexadecimal digits" };
        match self.bytes.get(at..at + 6) {
            Some([b'\\', b'u', digits @ ..]) if digits.iter().all(u8::is_ascii_hexdigit) => {
                let text = std::str::from_utf8(digits).map_err(|_| wrong.clone())?;
                u16::from_str_radix(text, 16).map_err(|_| wrong)
            }
            _ => Err(wrong),
        }
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - from
    }

    fn number(&mut self) -> Result<(), WireError> {
        let from = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let whole = self.at;
        let digits = self.digits();
        if digits == 0 || (1 < digits && self.bytes.get(whole) == Some(&b'0')) {
            return Err(WireError::Syntax { at: from, what: "a number" });
        }
        let is_integer = !matches!(self.peek(), Some(b'.' | b'e' | b'E'));
        if is_integer {
            return self.integer(from);
        }
        if self.is_travelling() {
            return Err(WireError::NotAnInteger { at: from });
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return Err(self.syntax("a digit"));
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(self.syntax("a digit"));
            }
        }
        self.finite(from)
    }

    fn integer(&self, from: usize) -> Result<(), WireError> {
        let text = self.bytes.get(from..self.at).unwrap_or_default();
        if self.form == Form::Mesh {
            let is_short = text.len() <= limits::MESH_INTEGER_DIGITS_MAX;
            return if is_short { Ok(()) } else { Err(WireError::IntegerRange { at: from }) };
        }
        if self.is_travelling() && text == b"-0" {
            return Err(WireError::NotCanonical { at: from, what: "-0" });
        }
        let value = std::str::from_utf8(text).ok().and_then(|text| text.parse::<i64>().ok());
        match value {
            Some(value) if value.unsigned_abs() <= limits::INTEGER_MAX.unsigned_abs() => Ok(()),
            _ => Err(WireError::IntegerRange { at: from }),
        }
    }

    /// `1e999` is grammatical but no number.
    fn finite(&self, from: usize) -> Result<(), WireError> {
        let text = self.bytes.get(from..self.at).unwrap_or_default();
        let value = std::str::from_utf8(text).ok().and_then(|text| text.parse::<f64>().ok());
        match value {
            Some(value) if value.is_finite() => Ok(()),
            _ => Err(WireError::Syntax { at: from, what: "a finite number" }),
        }
    }
}

/// The member names of one object: ascending (travelling form) or just distinct (outside form).
enum Members<'a> {
    Ascending(Option<Name<'a>>),
    Distinct(BTreeSet<Cow<'a, str>>),
}

impl<'a> Members<'a> {
    const fn new(form: Form) -> Self {
        match form {
            Form::Travelling => Self::Ascending(None),
            Form::Outside | Form::Mesh => Self::Distinct(BTreeSet::new()),
        }
    }

    fn add(&mut self, raw: &'a str, at: usize) -> Result<(), WireError> {
        match self {
            Self::Ascending(last) => {
                let name = Name::new(raw);
                let order = last.map(|last| last.compare(name));
                *last = Some(name);
                match order {
                    None | Some(std::cmp::Ordering::Less) => Ok(()),
                    Some(std::cmp::Ordering::Equal) => Err(WireError::DuplicateKey { at }),
                    Some(std::cmp::Ordering::Greater) => {
                        Err(WireError::NotCanonical { at, what: "members out of order" })
                    }
                }
            }
            Self::Distinct(seen) => {
                let is_plain = !raw.contains('\\');
                let name = if is_plain { Cow::Borrowed(raw) } else { unescape(raw).into() };
                if seen.insert(name) { Ok(()) } else { Err(WireError::DuplicateKey { at }) }
            }
        }
    }
}

/// A member's name as it is written.
#[derive(Clone, Copy)]
struct Name<'a> {
    raw: &'a str,
    /// ASCII without escapes: bytes and UTF-16 units agree. Nearly every name is.
    is_plain: bool,
}

impl<'a> Name<'a> {
    fn new(raw: &'a str) -> Self {
        Self { raw, is_plain: raw.bytes().all(|byte| byte.is_ascii() && byte != b'\\') }
    }

    /// RFC 8785 §3.2.3: members are ordered by the UTF-16 units of their names.
    fn compare(self, other: Self) -> std::cmp::Ordering {
        if self.is_plain && other.is_plain {
            return self.raw.cmp(other.raw);
        }
        unescape(self.raw).encode_utf16().cmp(unescape(other.raw).encode_utf16())
    }
}

/// The text that a scanned raw string stands for. The scanner has already refused bad escapes.
pub(crate) fn unescape(raw: &str) -> String {
    if !raw.contains('\\') {
        return raw.to_owned();
    }
    serde_json::from_str(&format!("\"{raw}\"")).unwrap_or_else(|_| raw.to_owned())
}
