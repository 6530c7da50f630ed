//! Values inside sentences, as the reference prints them there: Python's `repr`. Nothing decides on these sentences.

use std::fmt::Write as _;

use comity_wire::mesh_json::{Value, canonical};

/// A text in quotes. Letters outside ASCII stand as they are.
pub(crate) fn repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for letter in text.chars() {
        match letter {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if letter == quote => out.extend(['\\', letter]),
            _ if letter.is_control() => {
                // Writing to a string does not fail.
                let _ = write!(out, "\\x{:02x}", u32::from(letter));
            }
            _ => out.push(letter),
        }
    }
    out.push(quote);
    out
}

/// A list of texts.
pub(crate) fn repr_list<S: AsRef<str>>(texts: &[S]) -> String {
    let items: Vec<String> = texts.iter().map(|text| repr(text.as_ref())).collect();
    format!("[{}]", items.join(", "))
}

/// Any value; lists and objects are shown in their canonical form.
pub(crate) fn repr_value(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "None".to_owned(),
        Some(Value::Bool(true)) => "True".to_owned(),
        Some(Value::Bool(false)) => "False".to_owned(),
        Some(Value::Text(text)) => repr(text),
        Some(other) => String::from_utf8_lossy(&canonical(other)).into_owned(),
    }
}
