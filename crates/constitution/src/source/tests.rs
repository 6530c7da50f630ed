use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::*;

fn shared(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/constitution");
    std::fs::read(format!("{folder}/{name}")).unwrap()
}

fn set(name: &str) -> BTreeMap<File, Value> {
    static HEAD: OnceLock<BTreeMap<File, Value>> = OnceLock::new();
    if name == "head" { HEAD.get_or_init(|| load(name)).clone() } else { load(name) }
}

fn load(name: &str) -> BTreeMap<File, Value> {
    let read = |file: File| {
        let bytes = shared(&format!("{name}/{}", file.file_name()));
        (file, Value::parse(&bytes, BYTES_MAX).unwrap())
    };
    File::ALL.into_iter().map(read).collect()
}

fn report(files: &BTreeMap<File, Value>) -> Report {
    check(&files.iter().map(|(file, value)| (*file, value)).collect())
}

#[test]
fn both_sets_of_the_author_hold() {
    for name in ["founding", "head"] {
        let report = report(&set(name));
        let violations: Vec<String> = report.violations().map(ToString::to_string).collect();
        assert_eq!(violations, Vec::<String>::new(), "{name}");
    }
    assert_eq!(report(&set("founding")).warnings().count(), 0);
    let head = report(&set("head"));
    let warned: Vec<&str> = head.warnings().map(|finding| finding.path.as_str()).collect();
    assert_eq!(
        warned,
        [
            "params/machine_decommission/M_ZERO_DECOMMISSION_DAYS",
            "params/genesis/founder_veto_expiry",
            "params/stub_configuration/VOICE_VERIFICATION_MODE",
            "params/stub_configuration/SIGNATURE_MODE",
            "params/stub_configuration/PERSISTENCE_BACKEND",
        ]
    );
}

fn parse(text: &str) -> Value {
    Value::parse(text.as_bytes(), BYTES_MAX).unwrap()
}

/// A set with one change.
fn changed(set_name: &str, path: &str, value: &str) -> Report {
    let mut files = set(set_name);
    let (file, rest) = path.split_once('/').unwrap();
    let document = files.get_mut(&File::parse(file).unwrap()).unwrap();
    Edit { path: rest, value: &parse(value) }.apply(document).unwrap();
    report(&files)
}

/// What is wrong at exactly this path.
fn at(report: &Report, path: &str) -> Vec<String> {
    let here = report.violations().filter(|finding| finding.path == path);
    here.map(|finding| finding.what.clone()).collect()
}

#[test]
fn every_member_is_required_and_has_a_type() {
    let mut members = 0;
    for file in File::ALL {
        for key in schema::keys(file) {
            for path in schema::expand(key.path) {
                let path = format!("{}/{path}", file.name());
                let missing = changed("head", &path, "\"__delete__\"");
                assert_eq!(at(&missing, &path), ["is missing"], "{path}");
                for wrong in ["null", "NaN", "-1"] {
                    let is_text = matches!(key.kind, schema::Kind::Text);
                    if is_text && wrong.starts_with('"') || path.ends_with("class_to_tier") {
                        continue;
                    }
                    assert!(
                        !at(&changed("head", &path, wrong), &path).is_empty(),
                        "{path} {wrong}"
                    );
                }
                members += 1;
            }
        }
    }
    assert_eq!(members, 302);
}

#[test]
fn numbers_are_judged_as_written() {
    for (path, value, words) in [
        ("params/commitment_committee/t", "10.0", "must be written as a whole number"),
        ("params/commitment_committee/t", "1e1", "must be written as a whole number"),
        ("params/commitment_committee/t", "\"10\"", "(text)"),
        ("params/commitment_committee/n", "true", "(a boolean)"),
        ("params/trust_weights/w_Q", "0.70000000000000000001", "more than nine decimals"),
        ("params/trust_weights/w_Q", "1e400", "beyond any parameter"),
        ("params/trust_weights/w_R", "-Infinity", "not a finite number"),
        ("params/constitutional_voting/w_M_const", "-0.1", "exactly 0"),
        ("params/key_management/KEY_ROTATION_DAYS", "99999999999999999999999", "beyond any"),
        ("params/gcf_compute/GCF_COMPUTE_CEILING", "0.25", "a decimal as text"),
    ] {
        let report = changed("head", path, value);
        let found = at(&report, path);
        assert!(found.iter().any(|what| what.contains(words)), "{path} {value}: {found:?}");
    }
    // The same number in another spelling is the same number.
    for (path, value) in [
        ("params/trust_weights/w_Q", "7e-1"),
        ("params/constitutional_voting/w_H_const", "1"),
        ("params/constitutional_voting/w_M_const", "0"),
        ("params/machine_decommission/M_ZERO_DECOMMISSION_DAYS", "180"),
        ("policy/mission_class_to_tier/documentation_update", "\"R1\""),
        ("policy/mission_class_to_tier/translation", "\"R0\""),
    ] {
        let report = changed("head", path, value);
        assert!(report.holds(), "{path} {value}: {:?}", report.findings());
    }
}

#[test]
fn members_that_nobody_reads_are_named() {
    let dotted = "params/entrenched_provisions.entrenched_amendment_threshold";
    let found = changed("head", dotted, "0.5");
    assert_eq!(at(&found, dotted), ["a name with a separator could stand for another path"]);
    for path in ["params/genesis/full_chambers", "policy/risk_tiers/R4", "params/a", "policy/a/b"] {
        let top = path.split('/').take(2).collect::<Vec<_>>().join("/");
        let found = changed("head", path, "{}");
        let named = [path, &top]
            .into_iter()
            .any(|path| at(&found, path) == ["is no member of this version"]);
        assert!(named, "{path}: {:?}", found.findings());
    }
    // The later version's members are unknown to the founding one, and its version to the later one.
    let found = changed("founding", "params/trust_weights/w_E", "0.0");
    assert_eq!(at(&found, "params/trust_weights/w_E"), ["is no member of this version"]);
    assert!(!changed("head", "params/version", "\"0.3\"").holds());
    assert!(!changed("head", "params/version", "\"9\"").holds());
    let twice = parse(
        r#"{"commitment_committee": {"n": 15, "t": 10, "t": 8}, "commitment_committee": {}}"#,
    );
    let found = check(&BTreeMap::from([(File::Params, &twice)]));
    assert!(at(&found, "params/commitment_committee").contains(&"is there twice".to_owned()));
}

#[test]
fn every_relation_can_be_broken_and_says_where() {
    let values = [
        "1", "2", "3", "5", "6", "7", "8", "9", "10", "20", "40", "41", "42", "60", "90", "100",
        "400", "3000", "720", "0.001", "0.1", "0.2", "0.3", "0.5", "0.501", "0.9", "0.95", "0.05",
        "0.04", "0.15", "0.25", "0.4", "0.56", "0.8", "\"0.3\"", "1.0", "0.7", "0.75", "1.5",
    ];
    for relation in relation::all() {
        let name = if relation.is_founding_only { "founding" } else { "head" };
        let broken =
            relation.reads.iter().flat_map(|pattern| schema::expand(pattern)).any(|path| {
                values.iter().any(|value| {
                    let report = changed(name, &path, value);
                    report.violations().any(|found| {
                        found.what.starts_with(relation.says) && found.source == relation.source
                    })
                })
            });
        assert!(broken, "{:?} {}", relation.reads, relation.says);
    }
}

#[test]
fn every_violation_is_reported_not_only_the_first() {
    let mut files = set("head");
    let params = files.get_mut(&File::Params).unwrap();
    for (path, value) in [
        ("commitment_committee/t", "16"),
        ("eligibility/tau_prop", "0.6"),
        ("full_constitution/fast_elevation/q_h", "0"),
    ] {
        Edit { path, value: &parse(value) }.apply(params).unwrap();
    }
    let report = report(&files);
    let paths: Vec<&str> = report.violations().map(|found| found.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "params/full_constitution/fast_elevation/q_h",
            "params/eligibility/tau_vote",
            "params/commitment_committee/t",
        ]
    );
}

#[test]
fn classes_gates_and_categories_have_rules_of_their_own() {
    for (path, value, where_) in [
        ("policy/mission_class_to_tier/regulated_analysis", "\"R0\"", ""),
        ("policy/mission_class_to_tier/regulated_analysis", "\"R9\"", ""),
        ("policy/mission_class_to_tier/regulated_analysis", "2", ""),
        ("policy/mission_class_to_tier/constitutional_change", "\"__delete__\"", ""),
        ("policy/mission_class_to_tier/a.b", "\"R3\"", ""),
        ("policy/mission_class_to_tier/Regulated_Analysis", "\"R3\"", ""),
        ("policy/risk_tiers/R0/human_final_gate", "true", "policy/risk_tiers/R1/human_final_gate"),
        (
            "policy/compliance/no_statute_limit_categories/10",
            "\"jaywalking\"",
            "policy/compliance/no_statute_limit_categories",
        ),
        ("policy/identity_signals/signals", "[]", ""),
        ("policy/compliance/prohibited_categories", "[\"terrorism_support\"]", ""),
    ] {
        let found = changed("head", path, value);
        let path = if where_.is_empty() { path } else { where_ };
        assert!(!at(&found, path).is_empty(), "{path} {value}: {:?}", found.findings());
    }
}

#[test]
fn one_file_alone_is_checked_and_says_what_was_not() {
    let files = set("head");
    for file in File::ALL {
        let report = check(&BTreeMap::from([(file, &files[&file])]));
        assert!(report.holds(), "{:?}", report.findings());
        assert!(report.warnings().any(|found| found.what.contains("the other file was not given")));
    }
    let mixed = BTreeMap::from([
        (File::Params, set("founding").remove(&File::Params).unwrap()),
        (File::Policy, set("head").remove(&File::Policy).unwrap()),
    ]);
    assert!(report(&mixed).warnings().any(|found| found.what.contains("different versions")));
}

#[test]
fn files_are_recognised_by_what_only_they_have() {
    for name in ["founding", "head"] {
        for (file, value) in set(name) {
            assert_eq!(File::recognise(&value), Some(file));
        }
    }
    assert_eq!(File::recognise(&parse(r#"{"version": "0.4"}"#)), None);
    assert_eq!(File::recognise(&parse("[]")), None);
    assert_eq!(File::parse("runtime_policy.json"), Some(File::Policy));
    assert_eq!(File::parse("commission_policy.json"), None);
}

#[test]
fn changes_that_lead_nowhere_are_refused() {
    let apply = |path: &str, value: &str| {
        let mut document = parse(r#"{"a": [1, 2], "b": {"c": 3}}"#);
        Edit { path, value: &parse(value) }.apply(&mut document).map(|()| document.brief(200))
    };
    for (path, value, becomes) in [
        ("a/0", "9", r#"{"a":[9,2],"b":{"c":3}}"#),
        ("a/2", "9", r#"{"a":[1,2,9],"b":{"c":3}}"#),
        ("a", "\"__append_copy_of_0__\"", r#"{"a":[1,2,1],"b":{"c":3}}"#),
        ("a/0", "\"__delete__\"", r#"{"a":[2],"b":{"c":3}}"#),
        ("b/d/e", "true", r#"{"a":[1,2],"b":{"c":3,"d":{"e":true}}}"#),
        ("x/y", "\"__delete__\"", r#"{"a":[1,2],"b":{"c":3}}"#),
        ("", "null", "null"),
    ] {
        assert_eq!(apply(path, value).as_deref(), Ok(becomes), "{path}");
    }
    let nowhere = |part: &str| Err(EditError::Nowhere { part: part.to_owned() });
    assert_eq!(apply("b/c/d", "1"), nowhere("d"));
    assert_eq!(apply("a/7", "1"), nowhere("7"));
    assert_eq!(apply("a/x/y", "1"), nowhere("x"));
    assert_eq!(apply("b", "\"__append_copy_of_0__\""), Err(EditError::NoFirst));
    assert_eq!(EditError::NoFirst.code(), "constitution.edit_no_first");
    assert_eq!(EditError::Nowhere { part: String::new() }.code(), "constitution.edit_nowhere");
}

#[test]
fn vectors_are_judged_case_by_case() {
    let vectors = Value::parse(&shared("mutations_config.json"), BYTES_MAX).unwrap();
    assert!(conformance::is_mutations_config(&vectors));
    let base = set(conformance::base(&vectors).unwrap());
    let results = conformance::mutations_config(&vectors, &base);
    assert_eq!(results.len(), 9);
    assert!(results.iter().all(|case| case.passed), "{results:?}");
    let failing = parse(
        r#"{"cases": [
            {"file": "params", "path": "commitment_committee/t", "new_value": 11, "careful_checker": "reject"},
            {"file": "params", "path": "commitment_committee/t", "new_value": 11, "careful_checker": "perhaps"},
            {"file": "else", "path": "a", "new_value": 11, "careful_checker": "reject"},
            {"file": "params", "path": "version/a", "new_value": 11, "careful_checker": "reject"},
            {"file": "params", "path": "a", "careful_checker": "reject"},
            {"file": "params", "new_value": 1, "careful_checker": "reject"}, 7]}"#,
    );
    let results = conformance::mutations_config(&failing, &base);
    assert_eq!(results.len(), 7);
    assert!(results.iter().all(|case| !case.passed && !case.detail.is_empty()), "{results:?}");
    // A base that does not hold decides nothing.
    let broken = BTreeMap::from([(File::Params, parse("{}"))]);
    assert_eq!(conformance::mutations_config(&failing, &broken)[0].name, "base");
}
