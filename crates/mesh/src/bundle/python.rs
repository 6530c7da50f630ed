//! Two habits of the reference that show in its messages: what counts as nothing, and how a value is quoted.

use comity_wire::mesh_json::{Value, canonical};

/// Whether a value counts as something: not `null`, `false`, zero or empty.
pub(crate) fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(it) => *it,
        Value::Int(it) => it.as_str() != "0",
        Value::Float(it) => *it != 0.0,
        Value::Text(it) => !it.is_empty(),
        Value::List(it) => !it.is_empty(),
        Value::Map(it) => !it.is_empty(),
    }
}

/// The first if it counts as something, otherwise the second.
pub(crate) fn or(first: Option<&Value>, second: Option<&Value>) -> Value {
    first.filter(|it| is_truthy(it)).or(second).cloned().unwrap_or(Value::Null)
}

/// A value in quotes.
pub(super) fn repr(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Int(_) | Value::Float(_) => String::from_utf8_lossy(&canonical(value)).into_owned(),
        Value::Text(text) => quoted(text),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(repr).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(members) => {
            let member =
                |(name, value): (&String, &Value)| format!("{}: {}", quoted(name), repr(value));
            let members: Vec<String> = members.iter().map(member).collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

/// In single quotes, unless that needs an escape that double quotes do not.
fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut quoted = String::from(quote);
    for char in text.chars() {
        match char {
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            _ if char == quote => quoted.extend(['\\', quote]),
            _ if u32::from(char) < 0x20 || (0x7F..0xA0).contains(&u32::from(char)) => {
                let escape = format!("\\x{:02x}", u32::from(char));
                quoted.push_str(&escape);
            }
            _ => quoted.push(char),
        }
    }
    quoted.push(quote);
    quoted
}
