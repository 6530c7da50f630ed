//! `canonical_json.json`: values with their RFC 8785 form, and descriptions of what is refused.

use comity_wire::{json, sha256};
use serde_json::Value;

use super::CaseResult;

/// Runs every case, then every description of what must be refused.
pub fn canonical_json(file: &Value) -> Vec<CaseResult> {
    let mut results = Vec::new();
    match file.get("cases").and_then(Value::as_array) {
        Some(cases) => results.extend(cases.iter().enumerate().map(|(index, case)| {
            CaseResult::from_complaints(format!("case {index}"), &complaints(case))
        })),
        None => results.push(CaseResult::fail("cases", "the file has no list of cases")),
    }
    match file.get("must_reject").map(Value::as_array) {
        Some(Some(descriptions)) => results.extend(descriptions.iter().map(must_reject)),
        Some(None) => results.push(CaseResult::fail("must_reject", "it is not a list")),
        None => {}
    }
    results
}

fn complaints(case: &Value) -> Vec<String> {
    let text = |name| case.get(name).and_then(Value::as_str);
    let (Some(input), Some(expected), Some(digest)) =
        (case.get("input"), text("canonical_utf8"), text("sha256"))
    else {
        return vec!["input, canonical_utf8 or sha256 is missing".to_owned()];
    };
    let bytes = match json::canonicalize(input) {
        Ok(bytes) => bytes,
        Err(error) => return vec![format!("not canonicalised: {error}")],
    };
    let mut complaints = Vec::new();
    if bytes != expected.as_bytes() {
        let got = String::from_utf8_lossy(&bytes);
        complaints.push(format!("canonical_utf8: expected {expected}, got {got}"));
    }
    let got = sha256(&bytes).to_string();
    if got != digest {
        complaints.push(format!("sha256: expected {digest}, got {got}"));
    }
    complaints
}

/// What a description must say, in lower case, and texts that must then be refused.
const PROBES: &[(&str, &[&str])] = &[
    ("nan", &["NaN", "[NaN]", "{\"a\":NaN}", "nan", "-NaN"]),
    ("infinity", &["Infinity", "-Infinity", "[Infinity]", "{\"a\":-Infinity}", "1e999", "-1e999"]),
    (
        "surrogate",
        &[
            "\"\\ud800\"",
            "\"\\udc00\"",
            "\"\\ud800x\"",
            "\"\\udc00\\ud800\"",
            "\"\\ud800\\ud800\"",
            "{\"\\ud800\":1}",
        ],
    ),
    (
        "duplicate",
        &[
            "{\"a\":1,\"a\":2}",
            "{\"a\":1,\"a\":1}",
            "{\"a\":1,\"b\":2,\"\\u0061\":3}",
            "[{\"x\":{\"\":0,\"\":0}}]",
        ],
    ),
    (
        "2^53",
        &[
            "9007199254740992",
            "-9007199254740992",
            "9007199254740993",
            "[18446744073709551615]",
            "{\"a\":100000000000000000000}",
        ],
    ),
    // Not texts at all, so these are probed by refuses_broken_utf_8.
    ("utf-8", &[]),
    ("trailing comma", &["[1,]", "{\"a\":1,}"]),
    ("comment", &["/* a */1", "1//a", "#\n1"]),
    ("leading zero", &["01", "-01", "[00]"]),
    ("control character", &["\"\u{1}\"", "\"\n\"", "\"\u{1f}\""]),
    ("byte order mark", &["\u{feff}1"]),
    ("bom", &["\u{feff}1", "\u{feff}{}"]),
    ("single quote", &["'a'", "{'a':1}"]),
    ("unquoted", &["{a:1}", "[a]"]),
    ("hexadecimal", &["0x10", "[0xff]"]),
    ("leading plus", &["+1", "[+0]"]),
    ("decimal point", &["1.", ".5", "-.5", "1.e3"]),
    ("trailing data", &["{}{}", "1 2", "{}x", "[]]"]),
    ("truncated", &["{", "[1,", "\"a", "{\"a\":", "tru"]),
    ("empty document", &["", " ", "\n"]),
    ("escape", &["\"\\x41\"", "\"\\u12\"", "\"\\'\"", "\"\\u{41}\""]),
];

/// Texts beside the bounds that must be accepted, so that refusing everything does not pass.
const ACCEPTED: &[&str] = &[
    "9007199254740991",
    "-9007199254740991",
    "\"\\ud83d\\ude00\"",
    "{\"a\":1,\"b\":{\"a\":1}}",
    "1e308",
    "\"NaN\"",
];

/// Whether a description is itself a text to refuse, rather than words about such texts.
fn is_document(words: &str) -> bool {
    words.starts_with(|first: char| matches!(first, '{' | '[' | '"' | '-' | '+' | '0'..='9'))
}

/// One description: a known one is probed, a document is tried itself, an unknown one fails.
fn must_reject(description: &Value) -> CaseResult {
    let Some(words) = description.as_str() else {
        return CaseResult::fail("must_reject", "the description is not a text");
    };
    let name = format!("must_reject {words}");
    let lower = words.to_lowercase();
    let known: Vec<_> = PROBES.iter().filter(|(word, _)| says(&lower, word)).collect();
    if known.is_empty() {
        return if is_document(words) {
            let accepted = json::parse(words.as_bytes()).is_ok().then(|| "accepted".to_owned());
            CaseResult::from_complaints(name, accepted.as_slice())
        } else {
            CaseResult::fail(name, "no probe is known for this description")
        };
    }
    let mut complaints = Vec::new();
    for probe in known.iter().flat_map(|(_, probes)| *probes) {
        if json::parse(probe.as_bytes()).is_ok() {
            complaints.push(format!("accepted {probe}"));
        }
    }
    if known.iter().any(|(word, _)| *word == "utf-8") && !refuses_broken_utf_8() {
        complaints.push("accepted broken UTF-8".to_owned());
    }
    for text in ACCEPTED {
        if let Err(error) = json::parse(text.as_bytes()) {
            complaints.push(format!("refused {text}: {error}"));
        }
    }
    CaseResult::from_complaints(name, &complaints)
}

/// Whether `phrase` stands in `text` as words of its own, in singular or plural: "bananas" does not
/// speak of NaN.
fn says(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, _)| {
        let (before, rest) = text.split_at(at);
        let after = rest.strip_prefix(phrase).unwrap_or(rest);
        let after = after.strip_prefix('s').unwrap_or(after);
        !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric)
    })
}

fn refuses_broken_utf_8() -> bool {
    let broken: [&[u8]; 4] = [b"\"\xff\"", b"\"\xc0\x80\"", b"\"\xed\xa0\x80\"", b"\"\xe2\x82\""];
    broken.into_iter().all(|bytes| json::parse(bytes).is_err())
}
