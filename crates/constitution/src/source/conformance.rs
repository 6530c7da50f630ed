//! Runs a file of mutations: each changes one member of the author's files and says what a careful checker answers.

use std::collections::BTreeMap;

use super::{BYTES_MAX, Edit, File, Value, check};
use crate::conformance::CaseResult;

/// What a checker answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every rule holds.
    Accept,
    /// One does not.
    Reject,
}

impl Verdict {
    /// The verdict that a text begins with: `accept (because …)` is an acceptance.
    pub fn parse(text: &str) -> Option<Self> {
        let word = text.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next()?;
        match word.to_ascii_lowercase().as_str() {
            "accept" | "accepted" => Some(Self::Accept),
            "reject" | "rejected" => Some(Self::Reject),
            _ => None,
        }
    }

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
        }
    }
}

/// The folder that a file of mutations names as its base; none if it names none.
pub fn base(vectors: &Value) -> Option<&str> {
    vectors.get("base").and_then(Value::as_text)
}

/// Whether this is a file of mutations of the two parameter files.
pub fn is_mutations_config(vectors: &Value) -> bool {
    let cases = vectors.get("cases").map(Value::items).unwrap_or_default();
    let has = |case: &Value, name| case.get(name).is_some();
    cases.iter().any(|case| has(case, "careful_checker") && has(case, "file"))
}

/// Reads a file of the base, as wide as a checker reads.
///
/// # Errors
///
/// As [`Value::parse`].
pub fn read(bytes: &[u8]) -> Result<Value, comity_wire::WireError> {
    Value::parse(bytes, BYTES_MAX)
}

/// Judges every case of the file against a base.
pub fn mutations_config(vectors: &Value, base: &BTreeMap<File, Value>) -> Vec<CaseResult> {
    let mut results = Vec::new();
    let faults: Vec<String> = verdict(base).1;
    if !faults.is_empty() {
        results.push(CaseResult::fail("base", faults.join("; ")));
    }
    let cases = vectors.get("cases").map(Value::items).unwrap_or_default();
    for (at, case) in cases.iter().enumerate() {
        let name = name(at, case);
        results.push(match judge(case, base) {
            Ok(()) => CaseResult::pass(name),
            Err(detail) => CaseResult::fail(name, detail),
        });
    }
    results
}

fn name(at: usize, case: &Value) -> String {
    let text = |name| case.get(name).and_then(Value::as_text).unwrap_or("?");
    let value = case.get("new_value").map_or_else(|| "?".to_owned(), |value| value.brief(40));
    format!("{} {}/{} = {value}", at + 1, text("file"), text("path"))
}

fn verdict(files: &BTreeMap<File, Value>) -> (Verdict, Vec<String>) {
    let report = check(&files.iter().map(|(file, value)| (*file, value)).collect());
    let faults: Vec<String> = report.violations().map(ToString::to_string).collect();
    (if faults.is_empty() { Verdict::Accept } else { Verdict::Reject }, faults)
}

fn judge(case: &Value, base: &BTreeMap<File, Value>) -> Result<(), String> {
    let text = |name: &str| {
        let found = case.get(name).and_then(Value::as_text);
        found.ok_or_else(|| format!("the case has no text `{name}`"))
    };
    let file = text("file")?;
    let file = File::parse(file).ok_or_else(|| format!("no file is called `{file}`"))?;
    let expected = text("careful_checker")?;
    let expected = Verdict::parse(expected).ok_or_else(|| format!("`{expected}` is no verdict"))?;
    let value = case.get("new_value").ok_or("the case has no `new_value`")?;
    let mut files = base.clone();
    let document =
        files.get_mut(&file).ok_or_else(|| format!("the base has no {}", file.name()))?;
    let edit = Edit { path: text("path")?, value };
    edit.apply(document).map_err(|error| error.to_string())?;
    let (given, faults) = verdict(&files);
    if given == expected {
        return Ok(());
    }
    let (given, expected) = (given.name(), expected.name());
    Err(format!("{given}, a careful checker says {expected}: {}", faults.join("; ")))
}
