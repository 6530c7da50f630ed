//! Commitment records of foreign bundles: the hash is over RFC 8785, never over fields joined by a bar.

use comity_constitution::conformance::CaseResult;
use comity_constitution::source::COMMITMENT_MEMBERS;
use comity_wire::{json, sha256};
use serde_json::Value;

/// Runs the file; `read` gives the bundle with a name that the file uses, or says why not.
pub fn commitments(
    vectors: &Value,
    read: &dyn Fn(&str) -> Result<Value, String>,
) -> Vec<CaseResult> {
    let cases = vectors.get("worked_examples").and_then(Value::as_array);
    let cases = cases.map_or(&[][..], Vec::as_slice);
    let results = cases.iter().enumerate().map(|(at, case)| {
        let file = case.get("file").and_then(Value::as_str);
        let name = file.map_or_else(|| (at + 1).to_string(), str::to_owned);
        match file.ok_or_else(|| "the case names no file".to_owned()).and_then(read) {
            Ok(bundle) => CaseResult::from_complaints(name, &complaints(case, &bundle)),
            Err(why) => CaseResult::fail(name, why),
        }
    });
    results.collect()
}

fn complaints(case: &Value, bundle: &Value) -> Vec<String> {
    let Some(record) = bundle.get("commitment").and_then(Value::as_object) else {
        return vec!["the file has no commitment".to_owned()];
    };
    let mut found = Vec::new();
    let missing = COMMITMENT_MEMBERS.iter().filter(|field| !record.contains_key(**field));
    found.extend(missing.map(|field| format!("the commitment has no {field}")));
    let unknown = record.keys().filter(|name| !COMMITMENT_MEMBERS.contains(&name.as_str()));
    found.extend(unknown.map(|name| format!("{name} is no field of a commitment")));
    let jcs = json::canonicalize(&Value::Object(record.clone())).unwrap_or_default();
    let joined: Vec<String> =
        COMMITMENT_MEMBERS.iter().filter_map(|field| record.get(*field).map(plain)).collect();
    let computed = [
        ("jcs", String::from_utf8_lossy(&jcs).into_owned()),
        ("commitment_hash_jcs", sha256(&jcs).to_string()),
        (
            "commitment_hash_python_reference_pipe_join",
            sha256(joined.join("|").as_bytes()).to_string(),
        ),
    ];
    for (name, computed) in computed {
        match case.get(name).and_then(Value::as_str) {
            None => found.push(format!("the case has no text {name}")),
            Some(expected) if expected != computed => {
                found.push(format!("{name} is {computed}, expected {expected}"));
            }
            Some(_) => {}
        }
    }
    let lengths = bad_lengths(record);
    let expected = case.get("bad_length_fields").cloned();
    let expected = expected.unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    if lengths != expected {
        found.push(format!("bad_length_fields is {lengths}, expected {expected}"));
    }
    found
}

/// A value as the reference joins it: text without quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The digests that have another length than 64 digits, with the one they have.
fn bad_lengths(record: &serde_json::Map<String, Value>) -> Value {
    let digests = COMMITMENT_MEMBERS.iter().filter_map(|field| {
        let digits = record.get(*field)?.as_str()?.strip_prefix("sha256:")?.len();
        (digits != 64).then(|| ((*field).to_owned(), Value::from(digits)))
    });
    Value::Object(digests.collect())
}

#[cfg(test)]
mod tests;
