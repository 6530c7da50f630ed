//! Runs a file of mutations of example bundles: each says what a careful checker answers in the structural mode.

use std::collections::BTreeMap;

use comity_constitution::conformance::CaseResult;
use comity_constitution::source::conformance::Verdict;
use comity_constitution::source::{Edit, Value};

use super::{Mode, Policy, check};

/// Whether this is a file of mutations of examples.
pub fn is_mutations_examples(vectors: &Value) -> bool {
    cases(vectors)
        .iter()
        .any(|case| case.get("careful_checker").is_some() && case.get("example").is_some())
}

fn cases(vectors: &Value) -> &[Value] {
    vectors.get("cases").map(Value::items).unwrap_or_default()
}

/// The example that a case names, with or without the ending of its file.
fn example(case: &Value) -> Option<&str> {
    let name = case.get("example")?.as_text()?;
    Some(name.strip_suffix(".json").unwrap_or(name))
}

/// The examples that the file names, each once, without the ending of their files.
pub fn examples(vectors: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = cases(vectors).iter().filter_map(example).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Judges every case of the file against the examples, or the reasons why they could not be read.
pub fn mutations_examples(
    vectors: &Value,
    examples: &BTreeMap<String, Result<Value, String>>,
    policy: &Policy,
) -> Vec<CaseResult> {
    let judged = cases(vectors).iter().enumerate().map(|(at, case)| {
        let text = |name| case.get(name).and_then(Value::as_text).unwrap_or("?");
        let value = case.get("new_value").map_or_else(|| "?".to_owned(), |value| value.brief(40));
        let name = format!("{} {}/{} = {value}", at + 1, text("example"), text("path"));
        match judge(case, examples, policy) {
            Ok(()) => CaseResult::pass(name),
            Err(detail) => CaseResult::fail(name, detail),
        }
    });
    judged.collect()
}

fn judge(
    case: &Value,
    examples: &BTreeMap<String, Result<Value, String>>,
    policy: &Policy,
) -> Result<(), String> {
    let text = |name: &str| {
        let found = case.get(name).and_then(Value::as_text);
        found.ok_or_else(|| format!("the case has no text `{name}`"))
    };
    let example = example(case).ok_or("the case has no text `example`")?;
    let base = examples.get(example).ok_or_else(|| format!("no example is called `{example}`"))?;
    let base = base.as_ref().map_err(Clone::clone)?;
    if let Some(fault) = check(base, policy, Mode::Structural).violations().next() {
        return Err(format!("the example itself does not hold: {fault}"));
    }
    let expected = text("careful_checker")?;
    let expected = Verdict::parse(expected).ok_or_else(|| format!("`{expected}` is no verdict"))?;
    let value = case.get("new_value").ok_or("the case has no `new_value`")?;
    let mut bundle = base.clone();
    let edit = Edit { path: text("path")?, value };
    edit.apply(&mut bundle).map_err(|error| error.to_string())?;
    let report = check(&bundle, policy, Mode::Structural);
    let given = if report.holds() { Verdict::Accept } else { Verdict::Reject };
    if given == expected {
        return Ok(());
    }
    let faults: Vec<String> = report.violations().map(ToString::to_string).collect();
    let (given, expected) = (given.name(), expected.name());
    Err(format!("{given}, a careful checker says {expected}: {}", faults.join("; ")))
}
