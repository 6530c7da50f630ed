//! The file of thresholds that comes with the blueprint, and what a wrong answer in it does.

use comity_constitution::conformance::thresholds;
use comity_wire::json;
use serde_json::{Value, json};

fn file() -> Value {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/vectors/constitution/thresholds.json"
    );
    json::parse(&std::fs::read(path).unwrap()).unwrap()
}

fn failed(file: &Value) -> Vec<String> {
    let cases = thresholds(file).into_iter().filter(|case| !case.passed);
    cases.map(|case| format!("{}: {}", case.name, case.detail)).collect()
}

#[test]
fn every_entry_passes() {
    assert_eq!(failed(&file()), [""; 0]);
    assert_eq!(thresholds(&file()).len(), 5 + 3 + 1 + 1);
}

#[test]
fn every_wrong_entry_fails_by_name() {
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 14] = [
        ("phase_by_N_H_constitution/50: expected \"G0\", got G1", |f| {
            f["phase_by_N_H_constitution"]["50"] = json!("G0");
        }),
        ("tier_by_N_H_constitution/500: expected", |f| {
            f["tier_by_N_H_constitution"]["500"] = json!("C0");
        }),
        ("tier_by_N_H_constitution/many: is no number", |f| {
            f["tier_by_N_H_constitution"]["many"] = json!("C0");
        }),
        ("tier_by_N_H_blueprint: an unknown reading", |f| f["tier_by_N_H_blueprint"] = json!({})),
        ("phase_by_N_H: is not an object", |f| f["phase_by_N_H"] = json!(1)),
        ("one_way/0: expected_phase", |f| f["one_way"][0]["expected_phase"][6] = json!("G0")),
        ("one_way/0: sequence_N_H", |f| f["one_way"][0]["sequence_N_H"][6] = json!(-1)),
        ("one_way/0: expected_tier", |f| f["one_way"][0]["expected_tier"] = json!(["C0"])),
        ("one_way: is not a list", |f| f["one_way"] = json!(1)),
        ("capture_bound/0.35: joint", |f| {
            f["capture_bound"]["0.35"]["joint"] = json!(7.786_112_009_5e-19);
        }),
        ("capture_bound/0.35: proposal", |f| f["capture_bound"]["0.35"]["proposal"] = json!("x")),
        ("capture_bound/0.35: luck is no chamber", |f| {
            f["capture_bound"]["0.35"]["luck"] = json!(1);
        }),
        ("capture_bound/half: the share", |f| f["capture_bound"]["half"] = json!({"joint": 1})),
        ("capture_bound/0.4: no probabilities", |f| f["capture_bound"]["0.4"] = json!({})),
    ];
    for (expected, change) in changes {
        let mut file = file();
        change(&mut file);
        let failed = failed(&file);
        assert_eq!(failed.len(), 1, "{expected}: {failed:?}");
        assert!(failed[0].starts_with(expected), "{expected}: {failed:?}");
    }
    assert_eq!(failed(&json!([])).len(), 1);
    let mut wrong_share = file();
    wrong_share["capture_bound"] = json!({"1.5": {"joint": 1}});
    assert_eq!(failed(&wrong_share).len(), 1);
}
