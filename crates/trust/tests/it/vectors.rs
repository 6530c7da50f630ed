//! The shared vectors, and what must happen when one is wrong.

use comity_trust::conformance::trust_updates;
use comity_wire::json;
use serde_json::{Value, json};

type Change = fn(&mut Value);

fn file() -> Value {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/vectors/constitution/trust_updates.json"
    );
    json::parse(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn every_shared_case_passes() {
    let results = trust_updates(&file());
    assert_eq!(results.len(), 7);
    for result in results {
        assert!(result.passed, "{}: {}", result.name, result.detail);
    }
}

#[test]
fn every_wrong_answer_is_noticed() {
    let fields = ["score", "gain", "penalty", "decay", "cap", "T_proposed", "delta", "T_after"];
    for field in fields {
        let mut file = file();
        file["cases"][2][field] = json!("0.123456789");
        let failed: Vec<_> =
            trust_updates(&file).into_iter().filter(|result| !result.passed).collect();
        assert_eq!(failed.len(), 1, "{field}");
        assert!(failed[0].detail.starts_with(field), "{}", failed[0].detail);
    }
    for flag in ["quality_gate_pass", "suspended_by_delta_guard"] {
        let mut file = file();
        let set = file["cases"][1][flag].as_bool().unwrap();
        file["cases"][1][flag] = json!(!set);
        assert_eq!(trust_updates(&file).iter().filter(|result| !result.passed).count(), 1);
    }
}

#[test]
fn the_tolerance_is_the_files_and_not_wider() {
    let mut file = file();
    file["cases"][0]["gain"] = json!("0.025800001");
    assert!(trust_updates(&file)[0].passed, "exactly the tolerance");
    file["cases"][0]["gain"] = json!("0.0258000010001");
    assert!(!trust_updates(&file)[0].passed, "just beyond it");
    file["tolerance"] = json!("0");
    file["cases"][0]["gain"] = json!("0.0258");
    assert!(!trust_updates(&file)[0].passed, "the cap of this case is irrational");
    assert!(trust_updates(&file)[6].passed, "the machine case is exact");
}

#[test]
fn what_cannot_be_read_fails_and_says_so() {
    let broken: [(&str, Change); 5] = [
        ("params_for_these_vectors", |file| file["params_for_these_vectors"] = json!(null)),
        ("tolerance", |file| file["tolerance"] = json!("small")),
        ("cases", |file| file["cases"] = json!({})),
        ("ordinary human gain", |file| file["cases"][0]["in"]["kind"] = json!("X")),
        ("ordinary human gain", |file| file["cases"][0]["in"]["population_T_H"] = json!(["2"])),
    ];
    for (name, change) in broken {
        let mut file = file();
        change(&mut file);
        let failed = trust_updates(&file).into_iter().find(|result| !result.passed).unwrap();
        assert_eq!(failed.name, name);
        assert!(!failed.detail.is_empty());
    }
}
