//! The JSON dialect of Genesis Mesh: what its objects are read from and signed over.
//!
//! It is not RFC 8785. Members are ordered by code point, everything outside printable ASCII is escaped, integers have
//! any size, and floats stay floats in the layout of Python's `repr`. Objects are signed by schema, so this module only
//! knows values; the room of the Mesh knows objects.
//!
//! ```text
//! text ──parse──▶ Value ──(schema)──▶ Value ──canonical──▶ bytes that are signed and hashed
//! ```
//!
//! # Invariants
//!
//! 1. `parse(canonical(v)) == v` for every value that `parse` can give.
//! 2. Duplicate members, lone surrogates, `NaN`, infinities and depth bombs are refused by name, never repaired.
//! 3. An integer is never rounded, and a float never becomes an integer.
//!
//! # Source
//!
//! The reference implementation's behaviour, chapter *Canonical form of Mesh objects* in the book.

mod datetime;
mod read;
mod write;

use std::collections::BTreeMap;
use std::fmt;

pub use datetime::Datetime;

use crate::{WireError, limits};

/// A JSON value that keeps integers and floats apart. Members are ordered by code point.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer of any size.
    Int(Int),
    /// A finite float; `1.0` is one, `1` is not.
    Float(f64),
    /// Text.
    Text(String),
    /// A list, in the order given.
    List(Vec<Self>),
    /// An object.
    Map(BTreeMap<String, Self>),
}

/// An integer of any size, as its shortest decimal digits.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Int(String);

impl Int {
    /// The digits, with a minus sign if it is negative.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number, if 64 bits hold it.
    pub fn to_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }
}

impl From<i64> for Int {
    fn from(number: i64) -> Self {
        Self(number.to_string())
    }
}

impl From<u64> for Int {
    fn from(number: u64) -> Self {
        Self(number.to_string())
    }
}

impl fmt::Debug for Int {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Value {
    /// What kind of value it is, for messages.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "an integer",
            Self::Float(_) => "a float",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "an object",
        }
    }

    /// The member of that name, if this is an object that has it.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.members()?.get(name)
    }

    /// The text, if it is text.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The items; none if it is no list.
    pub fn items(&self) -> &[Self] {
        if let Self::List(items) = self { items } else { &[] }
    }

    /// The members, if it is an object.
    pub const fn members(&self) -> Option<&BTreeMap<String, Self>> {
        if let Self::Map(members) = self { Some(members) } else { None }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Value {
    fn from(is_true: bool) -> Self {
        Self::Bool(is_true)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Int(number.into())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number.into())
    }
}

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl<const N: usize> From<[(&str, Self); N]> for Value {
    fn from(members: [(&str, Self); N]) -> Self {
        Self::Map(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

/// Reads one document of at most [`limits::JSON_BYTES_MAX`] bytes and [`limits::JSON_DEPTH_MAX`] levels.
///
/// # Errors
///
/// [`WireError`] with the place, for whatever is not strict JSON.
pub fn parse(bytes: &[u8]) -> Result<Value, WireError> {
    if limits::JSON_BYTES_MAX < bytes.len() {
        let (len, max) = (bytes.len(), limits::JSON_BYTES_MAX);
        return Err(WireError::TooLong { what: "JSON document", len, max });
    }
    read::document(bytes)
}

/// The bytes that are signed and hashed. Printable ASCII.
pub fn canonical(value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    append(value, &mut out);
    out
}

/// Appends the [`canonical`] form of `value`.
pub fn append(value: &Value, out: &mut Vec<u8>) {
    write::value(value, out);
}

/// Appends the [`canonical`] form of a text, without making a value of it.
pub fn append_text(text: &str, out: &mut Vec<u8>) {
    write::string(text, out);
}

#[cfg(test)]
mod tests;
