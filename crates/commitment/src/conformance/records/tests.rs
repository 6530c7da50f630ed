use comity_wire::json;
use serde_json::{Value, json};

use super::commitments;

fn shared(name: &str) -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/constitution");
    json::parse(&std::fs::read(format!("{folder}/{name}")).unwrap()).unwrap()
}

fn read(name: &str) -> Result<Value, String> {
    if name == "none.json" {
        Err("gone".to_owned())
    } else {
        Ok(shared(&format!("examples/{name}")))
    }
}

#[test]
fn the_worked_example_hashes_to_what_it_says() {
    let results = commitments(&shared("commitments.json"), &read);
    assert_eq!(results.len(), 1);
    assert!(results.iter().all(|case| case.passed), "{results:?}");
}

#[test]
fn every_value_of_a_case_counts() {
    for (name, value) in [
        ("jcs", json!("{}")),
        ("commitment_hash_jcs", json!("00")),
        ("commitment_hash_python_reference_pipe_join", json!(7)),
        ("bad_length_fields", json!({ "mission_event_root": 62 })),
        ("file", json!("high_risk_mission.json")),
        ("file", json!("none.json")),
        ("file", json!(null)),
    ] {
        let mut vectors = shared("commitments.json");
        vectors["worked_examples"][0][name] = value;
        let results = commitments(&vectors, &read);
        assert!(!results[0].passed && !results[0].detail.is_empty(), "{name}");
    }
    let results =
        commitments(&shared("commitments.json"), &|_| Ok(json!({ "commitment": { "note": 1 } })));
    assert!(results[0].detail.contains("has no epoch_id") && results[0].detail.contains("note is"));
    assert_eq!(commitments(&json!({}), &read), []);
}
