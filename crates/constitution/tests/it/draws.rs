//! The file of draws that comes with the blueprint, and what a wrong answer in it does.

use comity_constitution::conformance::{CaseResult, sortition};
use comity_wire::json;
use serde_json::{Value, json};

fn file() -> Value {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/constitution/sortition.json");
    json::parse(&std::fs::read(path).unwrap()).unwrap()
}

fn failed(file: &Value) -> Vec<CaseResult> {
    sortition(file).into_iter().filter(|case| !case.passed).collect()
}

/// The first failure after a change to one case.
fn after(case: usize, change: impl FnOnce(&mut Value)) -> String {
    let mut file = file();
    change(&mut file["cases"][case]);
    failed(&file).first().map_or_else(|| "none".to_owned(), |case| case.detail.clone())
}

#[test]
fn every_case_passes_in_both_encodings() {
    assert_eq!(sortition(&file()).len(), 18);
    assert_eq!(failed(&file()), []);
}

#[test]
fn every_member_of_an_answer_is_compared() {
    let changes: [(&str, Value); 9] = [
        ("seed_hex", json!("00")),
        ("ok", json!(false)),
        ("members", json!(["G1P-000065"])),
        ("members_digest", json!("00")),
        ("region_count", json!({"R00": 11})),
        ("org_count_distinct", json!(9)),
        ("region_cap_count", json!(5)),
        ("ranked_head", json!(["G1P-000090"])),
        ("selected_count", json!(10)),
    ];
    for (name, wrong) in changes {
        let detail = after(0, |case| case["raw32"][name] = wrong.clone());
        assert!(detail.starts_with(name), "{name}: {detail}");
    }
    let detail =
        after(3, |case| case["raw32"]["reason"] = json!("region diversity constraint failed"));
    assert!(detail.starts_with("reason"), "{detail}");
    let detail = after(3, |case| case["utf8"]["selected_count"] = json!(39));
    assert!(detail.starts_with("selected_count"), "{detail}");
    let detail = after(3, |case| case["utf8"]["ok"] = json!(true));
    assert!(detail.starts_with("expected a panel"), "{detail}");
    let detail = after(0, |case| case["raw32"]["reason"] = json!("too late"));
    assert!(detail.contains("a panel was drawn"), "{detail}");
}

#[test]
fn a_case_that_cannot_be_read_fails_and_says_why() {
    let wrong: [(&str, Value, &str); 9] = [
        ("pool", json!([{"id": "a"}]), "region is missing"),
        ("pool", json!([{"id": "a", "region": "r", "org": "o", "conflict": 1}]), "conflict"),
        ("pool_generator", json!({"tag": "t", "n": 1, "regions": 0, "orgs": 1}), "a pool of 1"),
        ("c_max", json!([]), "c_max is not a decimal"),
        ("c_max", json!("1.5"), "c_max: a share"),
        ("chamber_size", json!(1_u64 << 32), "chamber_size is too large"),
        ("recusal_set", json!([1]), "recusal_set"),
        ("chamber_nonce_hex", json!("zz"), "chamber_nonce_hex"),
        ("raw32", json!({"ok": true, "luck": 1}), "the answer has an unknown member luck"),
    ];
    for (name, value, expected) in wrong {
        let detail = after(0, |case| case[name] = value.clone());
        assert!(detail.starts_with(expected), "{name}: {detail}");
    }
    assert_eq!(failed(&json!({})).len(), 1);
    assert_eq!(failed(&json!({"cases": [{"name": "idle"}]})).len(), 1);
}

#[test]
fn refused_input_passes_only_where_the_file_expects_a_refusal() {
    let twice = |case: &mut Value| case["pool"][1]["id"] = json!("G1P-000000");
    assert!(after(0, twice).contains("twice"));
    let mut file = file();
    file["cases"] = json!([file["cases"][0]]);
    for encoding in ["raw32", "utf8"] {
        file["cases"][0][encoding] = json!({"ok": false, "reason": "duplicate id"});
    }
    assert_eq!(failed(&file).len(), 2, "the pool is good as it is");
    twice(&mut file["cases"][0]);
    assert_eq!(failed(&file), []);
    file["cases"][0]["raw32"]["reason"] = json!("insufficient eligible participants");
    assert_eq!(failed(&file).len(), 1);
    let short = |case: &mut Value| case["public_beacon_value_hex"] = json!("00");
    assert!(after(0, short).contains("has 1 bytes"));
}

#[test]
fn a_share_written_as_a_number_and_a_cap_on_organisations_are_read() {
    assert_eq!(after(0, |case| case["c_max"] = json!(0.4)), "none");
    assert_eq!(after(0, |case| case["org_c_max"] = json!("1")), "none");
    assert!(after(5, |case| case["org_c_max"] = json!("0.15")).contains("insufficient"));
}
