//! From text to values.

use comity_wire::{WireError, limits};

use super::{Number, Value};

pub(super) fn document(bytes: &[u8]) -> Result<Value, WireError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| WireError::NotUnicode { at: error.valid_up_to() })?;
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    reader.space();
    if reader.at == text.len() { Ok(value) } else { Err(reader.syntax("end of document")) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    const fn syntax(&self, what: &'static str) -> WireError {
        WireError::Syntax { at: self.at, what }
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Passes `byte` if it is next after white space.
    fn passes(&mut self, byte: u8) -> bool {
        self.space();
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn value(&mut self, depth: usize) -> Result<Value, WireError> {
        if limits::JSON_DEPTH_MAX < depth {
            return Err(WireError::TooDeep { at: self.at, max: limits::JSON_DEPTH_MAX });
        }
        self.space();
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => self.string().map(Value::Text),
            Some(b'0'..=b'9' | b'-' | b'N' | b'I') => self.number(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<Value, WireError> {
        for (word, value) in
            [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)]
        {
            if self.rest().starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(self.syntax("a value"))
    }

    fn list(&mut self, depth: usize) -> Result<Value, WireError> {
        self.at += 1;
        let mut items = Vec::new();
        if self.passes(b']') {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.passes(b']') {
                return Ok(Value::List(items));
            }
            if !self.passes(b',') {
                return Err(self.syntax("',' or ']'"));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, WireError> {
        self.at += 1;
        let mut members = Vec::new();
        if self.passes(b'}') {
            return Ok(Value::Map(members));
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return Err(self.syntax("a member name"));
            }
            let name = self.string()?;
            if !self.passes(b':') {
                return Err(self.syntax("':'"));
            }
            members.push((name, self.value(depth + 1)?));
            if self.passes(b'}') {
                return Ok(Value::Map(members));
            }
            if !self.passes(b',') {
                return Err(self.syntax("',' or '}'"));
            }
        }
    }

    /// One string; its escapes are read by the JSON library.
    fn string(&mut self) -> Result<String, WireError> {
        let open = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                None => return Err(self.syntax("a closing quote")),
                Some(b'"') => break,
                Some(b'\\') => self.at += 2,
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        let raw = self.text.get(open..self.at).ok_or(WireError::NotUnicode { at: open })?;
        serde_json::from_str(raw)
            .map_err(|_| WireError::Syntax { at: open, what: "a string with proper escapes" })
    }

    fn number(&mut self) -> Result<Value, WireError> {
        let from = self.at;
        for word in ["NaN", "Infinity", "-Infinity"] {
            if self.rest().starts_with(word) {
                self.at += word.len();
                return Ok(Value::Number(Number::new(word.to_owned())));
            }
        }
        let wrong = WireError::Syntax { at: from, what: "a number" };
        self.at += usize::from(self.peek() == Some(b'-'));
        let whole = self.at;
        let digits = self.digits();
        if digits == 0 || (1 < digits && self.text.as_bytes().get(whole) == Some(&b'0')) {
            return Err(wrong);
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return Err(wrong);
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            if self.digits() == 0 {
                return Err(wrong);
            }
        }
        let text = self.text.get(from..self.at).unwrap_or_default();
        Ok(Value::Number(Number::new(text.to_owned())))
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - from
    }
}
