//! JSON as its author wrote it: what a checker needs that must report faults rather than stop at them.
//!
//! Numbers stay text, members stay in order and may repeat, and `NaN`, `Infinity` and `-Infinity` are read as the numbers
//! that some writers mean by them. A program that reads for use takes [`comity_wire::json`], which refuses all of these.
//!
//! # Invariants
//!
//! 1. A number is never rounded: its text is kept.
//! 2. A second member of the same name is kept beside the first.
//! 3. Reading any bytes ends, in a value or in the place where they stop being JSON.

mod number;
mod read;
mod write;

pub(crate) use number::nano;
pub use number::{BadNumber, Number};

use comity_wire::WireError;

/// A JSON value with everything that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as its text.
    Number(Number),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// Members in the order given; a name may be there twice.
    Map(Vec<(String, Self)>),
}

impl Value {
    /// Reads one document of at most `max` bytes.
    ///
    /// # Errors
    ///
    /// [`WireError`] with the place, for what is not JSON even in this wide sense, is too long, or is nested too deeply.
    pub fn parse(bytes: &[u8], max: usize) -> Result<Self, WireError> {
        if max < bytes.len() {
            return Err(WireError::TooLong { what: "JSON document", len: bytes.len(), max });
        }
        read::document(bytes)
    }

    /// What kind of value it is, for messages.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "an object",
        }
    }

    /// The last member of that name, if this is an object that has one: what most readers see.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.members().iter().rev().find(|(given, _)| given == name).map(|(_, value)| value)
    }

    /// The value at a path of names, from here.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |value, name| value.get(name))
    }

    /// The members; none if this is no object.
    pub fn members(&self) -> &[(String, Self)] {
        if let Self::Map(members) = self { members } else { &[] }
    }

    /// The items; none if this is no list.
    pub fn items(&self) -> &[Self] {
        if let Self::List(items) = self { items } else { &[] }
    }

    /// The text, if this is text.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The boolean, if this is one.
    pub const fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(is_true) = self { Some(*is_true) } else { None }
    }

    /// The number, if this is one.
    pub const fn as_number(&self) -> Option<&Number> {
        if let Self::Number(number) = self { Some(number) } else { None }
    }

    /// The value as JSON on one line, at most `max` characters of it: for messages.
    pub fn brief(&self, max: usize) -> String {
        let text = write::line(self);
        if text.chars().count() <= max {
            return text;
        }
        text.chars().take(max).chain("...".chars()).collect()
    }
}

#[cfg(test)]
mod tests;
