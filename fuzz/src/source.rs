//! Files of the blueprint's author: whatever is in them, the checker says the same each time, at a path.

use std::collections::BTreeMap;

use comity_commitment::conformance::commitments;
use comity_constitution::Parameters;
use comity_constitution::source::{self, BYTES_MAX, Edit, File, Value, conformance};
use comity_mission::foreign::{self, Mode, Policy};

use crate::oracle;

/// One document as either file, as vectors, and as the change to itself.
pub fn config(data: &[u8]) {
    let value = match Value::parse(data, BYTES_MAX) {
        Ok(value) => value,
        Err(error) => return oracle::refusal(error.code(), &error),
    };
    if let (Ok(strict), Value::Map(members)) = (comity_wire::json::parse(data), &value) {
        let strict = strict.as_object().map_or(0, serde_json::Map::len);
        assert_eq!(strict, members.len(), "the wide reader sees other members");
    }
    let file = File::recognise(&value).unwrap_or(File::Params);
    let files = BTreeMap::from([(file, &value)]);
    let report = source::check(&files);
    assert_eq!(report, source::check(&files));
    for finding in report.findings() {
        assert!(finding.path.starts_with(file.name()) || finding.path == "policy/version");
        assert!(!finding.what.is_empty() && finding.what.len() < 16_384);
    }
    let base = BTreeMap::from([(file, value.clone())]);
    for case in conformance::mutations_config(&value, &base) {
        assert!(case.passed || !case.detail.is_empty(), "{} fails without a word", case.name);
    }
    for path in ["version", "0/1", "trust_weights/w_Q", ""] {
        let mut changed = value.clone();
        match (Edit { path, value: &value }).apply(&mut changed) {
            Ok(()) => {}
            Err(error) => oracle::refusal(error.code(), &error),
        }
    }
}

/// One document as a bundle, as vectors about itself, and as a policy.
pub fn bundle(data: &[u8]) {
    let Ok(value) = Value::parse(data, foreign::BYTES_MAX) else { return };
    let policy = Policy::from_value(&value).unwrap_or_else(|| Policy::of(&Parameters::founding()));
    let structural = foreign::check(&value, &policy, Mode::Structural);
    let strict = foreign::check(&value, &policy, Mode::Strict);
    for found in structural.violations() {
        assert!(found.path.starts_with("mission"), "{found}");
        assert!(strict.violations().any(|other| other == found), "strict lets {found} pass");
    }
    let names = foreign::conformance::examples(&value);
    let examples = names.into_iter().map(|name| (name.to_owned(), Ok(value.clone()))).collect();
    for case in foreign::conformance::mutations_examples(&value, &examples, &policy) {
        assert!(case.passed || !case.detail.is_empty(), "{} fails without a word", case.name);
    }
    if let Ok(document) = comity_wire::json::parse(data) {
        let read = |_: &str| Ok(document.clone());
        for case in commitments(&document, &read) {
            assert!(case.passed || !case.detail.is_empty(), "{} fails without a word", case.name);
        }
    }
}
