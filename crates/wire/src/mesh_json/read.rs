//! From text to values. The scan has refused what is malformed, so building cannot go wrong and says so with one error.

use std::collections::BTreeMap;

use super::{Int, Value};
use crate::scan::{Form, scan, unescape};
use crate::{WireError, find};

pub(super) fn document(bytes: &[u8]) -> Result<Value, WireError> {
    scan(bytes, Form::Mesh)?;
    let text = std::str::from_utf8(bytes)
        .map_err(|error| WireError::NotUnicode { at: error.valid_up_to() })?;
    Builder { text, at: 0 }.value()
}

struct Builder<'a> {
    text: &'a str,
    at: usize,
}

impl Builder<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn lost(&self) -> WireError {
        WireError::Syntax { at: self.at, what: "what was there before" }
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Passes `byte` if it is next.
    fn passes(&mut self, byte: u8) -> bool {
        self.space();
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn value(&mut self) -> Result<Value, WireError> {
        self.space();
        match self.peek() {
            Some(b'{') => self.object(),
            Some(b'[') => self.list(),
            Some(b'"') => self.string().map(Value::Text),
            Some(b't') => Ok(self.word("true", Value::Bool(true))),
            Some(b'f') => Ok(self.word("false", Value::Bool(false))),
            Some(b'n') => Ok(self.word("null", Value::Null)),
            _ => self.number(),
        }
    }

    const fn word(&mut self, word: &'static str, value: Value) -> Value {
        self.at += word.len();
        value
    }

    fn list(&mut self) -> Result<Value, WireError> {
        let mut items = Vec::new();
        self.at += 1;
        if self.passes(b']') {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value()?);
            if !self.passes(b',') {
                return if self.passes(b']') { Ok(Value::List(items)) } else { Err(self.lost()) };
            }
        }
    }

    fn object(&mut self) -> Result<Value, WireError> {
        // Made at once from a list: most documents come in the order of the map, which is then not searched.
        let mut members = Vec::new();
        self.at += 1;
        if self.passes(b'}') {
            return Ok(Value::Map(BTreeMap::new()));
        }
        loop {
            self.space();
            let name = self.string()?;
            if !self.passes(b':') {
                return Err(self.lost());
            }
            members.push((name, self.value()?));
            if !self.passes(b',') {
                let is_whole = self.passes(b'}');
                let map = || Value::Map(members.into_iter().collect());
                return is_whole.then(map).ok_or_else(|| self.lost());
            }
        }
    }

    fn string(&mut self) -> Result<String, WireError> {
        self.at += 1;
        let from = self.at;
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            self.at += find::end_of_plain(rest).ok_or_else(|| self.lost())?;
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.at += 2,
                _ => return Err(self.lost()),
            }
        }
        let raw = self.text.get(from..self.at).ok_or_else(|| self.lost())?;
        self.at += 1;
        Ok(if raw.contains('\\') { unescape(raw) } else { raw.to_owned() })
    }

    fn number(&mut self) -> Result<Value, WireError> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let is_part = |byte: u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
        let len = rest.bytes().take_while(|byte| is_part(*byte)).count();
        let raw = rest.get(..len).unwrap_or_default();
        let is_integer = !raw.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E'));
        let value = if is_integer {
            let digits = if raw == "-0" { "0" } else { raw };
            Value::Int(Int(digits.to_owned()))
        } else {
            Value::Float(raw.parse().map_err(|_| self.lost())?)
        };
        self.at += len;
        Ok(value)
    }
}
