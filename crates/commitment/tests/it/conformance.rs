//! The shared vectors, and what must happen when one is wrong.

use comity_commitment::conformance::{CaseResult, canonical_json, merkle};
use comity_wire::json;
use serde_json::{Value, json};

fn file(name: &str) -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/constitution/");
    json::parse(&std::fs::read(format!("{folder}{name}")).unwrap()).unwrap()
}

fn failed(results: &[CaseResult]) -> Vec<&str> {
    results.iter().filter(|result| !result.passed).map(|result| result.name.as_str()).collect()
}

#[test]
fn every_shared_case_passes() {
    let results = canonical_json(&file("canonical_json.json"));
    assert_eq!(results.len(), 11);
    assert!(results.iter().all(|result| result.passed), "{results:?}");
    let results = merkle(&file("merkle.json"));
    assert_eq!(results.len(), 7);
    assert!(results.iter().all(|result| result.passed), "{results:?}");
}

#[test]
fn a_wrong_canonical_form_or_hash_is_noticed() {
    let mut file = file("canonical_json.json");
    file["cases"][1]["sha256"] = json!("00");
    file["cases"][2]["canonical_utf8"] = json!("{}");
    file["cases"][3] = json!({ "input": 1 });
    assert_eq!(failed(&canonical_json(&file)), ["case 1", "case 2", "case 3"]);
}

#[test]
fn an_unknown_description_fails() {
    let file = json!({ "cases": [], "must_reject": ["bananas", 7, "nanometres", "[1]", "lone surrogates"] });
    assert_eq!(
        failed(&canonical_json(&file)),
        ["must_reject bananas", "must_reject", "must_reject nanometres", "must_reject [1]"]
    );
    assert_eq!(failed(&canonical_json(&json!({ "cases": [], "must_reject": {} }))).len(), 1);
    assert_eq!(failed(&canonical_json(&json!([]))), ["cases"]);
}

#[test]
fn every_known_description_passes() {
    let words = [
        "NaN",
        "Infinity",
        "-Infinity",
        "lone surrogates",
        "duplicate object keys",
        "integers beyond 2^53-1 (RFC 8785 / I-JSON)",
        "invalid UTF-8",
        "trailing commas",
        "comments",
        "leading zeros",
        "raw control characters in strings",
        "a byte order mark",
        "BOM",
        "strings in single quotes",
        "unquoted keys",
        "hexadecimal numbers",
        "a leading plus",
        "a bare decimal point",
        "trailing data",
        "truncated documents",
        "an empty document",
        "unknown escapes",
        "{\"a\":1,\"a\":2}",
        "[1",
        "9007199254740993",
    ];
    let results = canonical_json(&json!({ "cases": [], "must_reject": words }));
    assert_eq!(results.len(), words.len());
    assert!(results.iter().all(|result| result.passed), "{results:?}");
}

#[test]
fn every_wrong_tree_is_noticed() {
    type Change = fn(&mut Value);
    let changes: [Change; 10] = [
        |case| case["n"] = json!(4),
        |case| case["root_recommended_sep"] = case["root_raw_duplicate_last"].clone(),
        |case| case["root_recommended_sep"] = json!("no hash"),
        |case| case["leaf_hashes_sorted_order"].as_array_mut().unwrap().swap(0, 1),
        |case| case["records_in_arrival_order"][0]["payload"]["delta"] = json!(1),
        |case| case["records_in_arrival_order"][0] = json!({}),
        |case| {
            let again = case["records_in_arrival_order"][1].clone();
            case["records_in_arrival_order"].as_array_mut().unwrap().push(again);
        },
        |case| case["proofs_recommended_sep"][0]["path"][0]["side"] = json!("L"),
        |case| case["proofs_recommended_sep"][0]["leaf_index"] = json!(1),
        |case| {
            case["proofs_recommended_sep"][1]["path"].as_array_mut().unwrap().pop();
        },
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut file = file("merkle.json");
        change(&mut file["cases"][5]);
        assert_eq!(failed(&merkle(&file)).len(), 1, "change {index}");
    }
    let mut file = file("merkle.json");
    file["must_differ"]["b"] = file["must_differ"]["a"].clone();
    assert_eq!(failed(&merkle(&file)), ["must_differ"]);
    assert_eq!(failed(&merkle(&json!(null))), ["cases"]);
}

#[test]
fn leaves_without_their_records_are_enough() {
    let mut file = file("merkle.json");
    for case in file["cases"].as_array_mut().unwrap() {
        case.as_object_mut().unwrap().remove("records_in_arrival_order");
    }
    assert_eq!(failed(&merkle(&file)), Vec::<&str>::new());
    file["cases"][5]["leaf_hashes_sorted_order"].as_array_mut().unwrap().swap(0, 1);
    assert_eq!(failed(&merkle(&file)), ["n = 5"]);
    file["cases"][5].as_object_mut().unwrap().remove("leaf_hashes_sorted_order");
    assert_eq!(failed(&merkle(&file)), ["n = 5"]);
}
