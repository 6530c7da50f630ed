//! Reading members of a vector file; what cannot be read becomes the detail of a failed case.

use serde_json::Value;

pub(super) fn member<'a>(value: &'a Value, name: &str) -> Result<&'a Value, String> {
    value.get(name).ok_or_else(|| format!("{name} is missing"))
}

pub(super) fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str, String> {
    member(value, name)?.as_str().ok_or_else(|| format!("{name} is not a text"))
}

pub(super) fn count(value: &Value, name: &str) -> Result<u64, String> {
    member(value, name)?.as_u64().ok_or_else(|| format!("{name} is not a count"))
}

pub(super) fn small(value: &Value, name: &str) -> Result<u32, String> {
    u32::try_from(count(value, name)?).map_err(|_| format!("{name} is too large"))
}

pub(super) fn list<'a>(value: &'a Value, name: &str) -> Result<&'a [Value], String> {
    let found = member(value, name)?.as_array().ok_or_else(|| format!("{name} is not a list"))?;
    Ok(found)
}

/// The texts of a list.
pub(super) fn texts<'a>(value: &'a Value, name: &str) -> Result<Vec<&'a str>, String> {
    let all = list(value, name)?.iter().map(Value::as_str).collect::<Option<Vec<_>>>();
    all.ok_or_else(|| format!("{name} holds something that is not a text"))
}

/// Complains when two values differ.
#[expect(clippy::needless_pass_by_value, reason = "callers make both for this")]
pub(super) fn same<T: PartialEq + std::fmt::Debug>(
    complaints: &mut Vec<String>,
    name: &str,
    expected: T,
    got: T,
) {
    if expected != got {
        complaints.push(format!("{name}: expected {expected:?}, got {got:?}"));
    }
}
