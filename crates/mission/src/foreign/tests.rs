use std::collections::BTreeMap;

use comity_constitution::Parameters;
use comity_constitution::source::Edit;

use super::*;

fn shared(name: &str) -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/constitution");
    let bytes = std::fs::read(format!("{folder}/{name}.json")).unwrap();
    Value::parse(&bytes, BYTES_MAX).unwrap()
}

fn policy() -> Policy {
    Policy::of(&Parameters::founding())
}

fn examples() -> BTreeMap<String, Value> {
    ["low_risk_mission", "high_risk_mission"]
        .map(|name| (name.to_owned(), shared(&format!("examples/{name}"))))
        .into()
}

fn paths(report: &Report) -> Vec<&str> {
    report.violations().map(|found| found.path.as_str()).collect()
}

#[test]
fn the_authors_examples_hold_in_form_and_fail_strictly_where_they_are_too_short() {
    let (examples, policies) = (
        examples(),
        [
            policy(),
            Policy::from_value(&shared("founding/runtime_policy")).unwrap(),
            Policy::from_value(&shared("head/runtime_policy")).unwrap(),
        ],
    );
    for policy in &policies {
        for (name, bundle) in &examples {
            let report = check(bundle, policy, Mode::Structural);
            assert!(report.holds(), "{name}: {:?}", report.findings());
        }
    }
    let strict = check(&examples["low_risk_mission"], &policies[0], Mode::Strict);
    assert_eq!(
        paths(&strict),
        [
            "mission/evidence/0/signature",
            "mission/commitment/mission_event_root",
            "mission/commitment/review_decision_root",
            "mission/commitment/chamber_nonce",
        ]
    );
    let strict = check(&examples["high_risk_mission"], &policies[0], Mode::Strict);
    assert_eq!(
        paths(&strict),
        [
            "mission/evidence/0/signature",
            "mission/evidence/1/signature",
            "mission/commitment/mission_event_root",
            "mission/commitment/chamber_nonce",
        ]
    );
    assert_eq!(Policy::from_value(&Value::Null), None);
}

#[test]
fn each_fault_is_found_at_its_place() {
    for (path, value, at) in [
        ("mission_class", "\"constitutional_change\"", "risk_tier"),
        ("mission_class", "\"unknown\"", "mission_class"),
        ("risk_tier", "\"R1\"", "risk_tier"),
        ("risk_tier", "2", "risk_tier"),
        ("domain_type", "\"vibes\"", "domain_type"),
        ("worker_id", "\" agent_reviewer_a1\"", "reviewers/0/id"),
        ("reviewers", "\"__append_copy_of_0__\"", "reviewers/5/id"),
        ("reviewers", "[]", "reviewers"),
        ("reviewers", "{}", "reviewers"),
        ("reviewers/0", "\"__delete__\"", "reviewers"),
        ("reviewers/0", "7", "reviewers/0"),
        ("reviewers/1/model_family", "\" \"", "reviewers/1/model_family"),
        ("reviewers/1/model_family", "\"a\u{200b}b\"", "reviewers/1/model_family"),
        ("reviewers/1/method_type", "\"Human_Reviewer\"", "reviewers/1/method_type"),
        ("reviewers/2/region", "\"na\"", "review_decisions"),
        ("reviewers/0/seniority", "1", "reviewers/0/seniority"),
        ("review_decisions", "\"__append_copy_of_0__\"", "review_decisions/5/reviewer_id"),
        ("review_decisions/0/reviewer_id", "\"ghost\"", "review_decisions/0/reviewer_id"),
        ("review_decisions/0/decision", "\"REJECT\"", "review_decisions"),
        ("review_decisions/0/decision", "\"approve\"", "review_decisions/0/decision"),
        ("review_decisions/0/notes", "\"\"", "review_decisions/0/notes"),
        ("human_final_approval", "false", "human_final_approval"),
        ("human_final_approval", "\"yes\"", "human_final_approval"),
        ("evidence", "[]", "evidence"),
        ("evidence", "\"__append_copy_of_0__\"", "evidence/2/artifact_hash"),
        ("evidence/0/artifact_hash", "\"md5:00\"", "evidence/0/artifact_hash"),
        ("evidence/0/signature", "\"ed25519:XY\"", "evidence/0/signature"),
        ("commitment", "[]", "commitment"),
        ("commitment/public_beacon_round", "-1", "commitment/public_beacon_round"),
        ("commitment/public_beacon_round", "1.0", "commitment/public_beacon_round"),
        ("commitment/timestamp_utc", "\"yesterday\"", "commitment/timestamp_utc"),
        ("commitment/epoch_id", "\"2026-13-13T13:00Z\"", "commitment/epoch_id"),
        ("commitment/note", "\"\"", "commitment/note"),
        ("mission_title", "null", "mission_title"),
        ("mission_id", "\"__delete__\"", "mission_id"),
    ] {
        let mut bundle = shared("examples/high_risk_mission");
        let value = Value::parse(value.as_bytes(), BYTES_MAX).unwrap();
        // Three regions approve; the fourth would hide that one is lost.
        if path == "reviewers/2/region" {
            Edit { path: "reviewers/3/region", value: &value }.apply(&mut bundle).unwrap();
        }
        Edit { path, value: &value }.apply(&mut bundle).unwrap();
        let report = check(&bundle, &policy(), Mode::Structural);
        let at = format!("mission/{at}");
        assert!(paths(&report).contains(&at.as_str()), "{path}: {:?}", report.findings());
    }
    assert!(!is_bundle(&Value::Null));
    assert_eq!(paths(&check(&Value::Null, &policy(), Mode::Structural)), ["mission"]);
}

#[test]
fn vectors_of_examples_are_judged_case_by_case() {
    let vectors = shared("mutations_examples");
    assert!(conformance::is_mutations_examples(&vectors));
    assert_eq!(conformance::examples(&vectors), ["high_risk_mission", "low_risk_mission"]);
    let mut read: BTreeMap<_, _> =
        examples().into_iter().map(|(name, bundle)| (name, Ok(bundle))).collect();
    let results = conformance::mutations_examples(&vectors, &read, &policy());
    assert_eq!(results.len(), 6);
    assert!(results.iter().all(|case| case.passed), "{results:?}");
    read.insert("low_risk_mission".to_owned(), Err("not there".to_owned()));
    let results = conformance::mutations_examples(&vectors, &read, &policy());
    let unread = results.iter().filter(|case| case.detail == "not there").count();
    assert_eq!((unread, results.iter().filter(|case| case.passed).count()), (3, 3));
    let none = conformance::mutations_examples(&vectors, &BTreeMap::new(), &policy());
    assert!(none.iter().all(|case| !case.passed && !case.detail.is_empty()));
}

#[test]
fn an_example_may_be_named_with_the_ending_of_its_file() {
    let case = "{\"example\":\"low_risk_mission.json\",\"path\":\"worker_id\",\
                \"new_value\":7,\"careful_checker\":\"reject\"}";
    let vectors = format!("{{\"cases\":[{case}]}}");
    let vectors = Value::parse(vectors.as_bytes(), BYTES_MAX).unwrap();
    assert_eq!(conformance::examples(&vectors), ["low_risk_mission"]);
    let read = examples().into_iter().map(|(name, bundle)| (name, Ok(bundle))).collect();
    let results = conformance::mutations_examples(&vectors, &read, &policy());
    assert!(results.iter().all(|case| case.passed), "{results:?}");
}
