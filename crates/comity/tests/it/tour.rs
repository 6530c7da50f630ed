use std::fmt::Write as _;
use std::process::Command;

use comity_constitution::RiskTier;
use comity_replay::verify::{Options as Verify, verify_export};

use crate::rehearsal::{files, options, run, short_plant};

fn comity() -> Command {
    Command::new(env!("CARGO_BIN_EXE_comity"))
}

#[test]
fn a_good_claim_is_paid_once_and_the_export_verifies() {
    let dir = tempfile::tempdir().unwrap();
    let done = run(options(dir.path(), RiskTier::R1), &short_plant(7));
    let order = &done.summary.orders[0];
    assert_eq!(order.state, "released: the operator was paid, once");
    let whole = [
        "Draft",
        "Scoped",
        "Decomposed",
        "InProgress",
        "EvidenceAttached",
        "UnderReview",
        "Integrated",
        "FinalHumanGate",
        "Completed",
    ];
    assert_eq!(order.path, whole);
    assert_eq!(order.reviews.len(), 2);
    let [first, second] = &order.reviews[..] else { unreachable!() };
    assert_ne!(first.model_family, second.model_family);
    assert_ne!(first.method_type, second.method_type);
    assert_ne!(first.assurance, second.assurance);
    assert_eq!(first.outputs, second.outputs);
    assert!(done.summary.ledger_sums.iter().all(|(_, sum)| *sum == 0));
    assert_eq!(done.summary.trust.len(), 3, "worker and both reviewers");
    let report = verify_export(&done.export, &Verify::default()).unwrap();
    assert!(report.is_valid(), "{:?}", report.refusals().collect::<Vec<_>>());
}

#[test]
fn a_claim_that_fails_the_rule_is_refused_and_the_buyer_refunded() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = options(dir.path(), RiskTier::R1);
    options.predicate = "report.recall_ppm >= 1000001".to_owned();
    let done = run(options, &short_plant(7));
    let order = &done.summary.orders[0];
    assert_eq!(order.state, "refunded to the buyer: ClaimRejected");
    assert_eq!(order.path.last().unwrap(), "Rework");
    assert!(order.reviews.iter().all(|review| review.code == "review.predicate_false"));
    let worker = done.summary.trust.iter().find(|line| line.actor == "watcher").unwrap();
    assert!(worker.after < worker.before);
    let report = verify_export(&done.export, &Verify::default()).unwrap();
    assert!(report.is_valid(), "{:?}", report.refusals().collect::<Vec<_>>());
}

#[test]
fn a_high_risk_order_has_five_reviewers_and_a_human_gate() {
    let dir = tempfile::tempdir().unwrap();
    let done = run(options(dir.path(), RiskTier::R2), &short_plant(7));
    let order = &done.summary.orders[0];
    assert_eq!(order.gate.as_deref(), Some("human"));
    assert_eq!(order.reviews.len(), 5);
    let distinct = |of: fn(&comity::summary::ReviewLine) -> &String| {
        order.reviews.iter().map(of).collect::<std::collections::BTreeSet<_>>().len()
    };
    assert!(3 <= distinct(|review| &review.region));
    assert!(3 <= distinct(|review| &review.organisation));
    let report = verify_export(&done.export, &Verify::default()).unwrap();
    assert!(report.is_valid(), "{:?}", report.refusals().collect::<Vec<_>>());
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let export = |seed: u64| {
        let dir = tempfile::tempdir().unwrap();
        let mut options = options(dir.path(), RiskTier::R1);
        options.seed = seed;
        run(options, &short_plant(7)).export
    };
    let first = export(7);
    assert_eq!(first, export(7));
    assert_ne!(first, export(8));
}

#[test]
fn the_summary_fits_eighty_columns_without_colour() {
    let dir = tempfile::tempdir().unwrap();
    let text = run(options(dir.path(), RiskTier::R2), &short_plant(7)).summary.render();
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{line}");
        assert!(!line.contains('\u{1b}'), "{line}");
    }
    assert!(text.contains("What this does not prove") && text.contains("simulated"));
}

#[test]
fn the_program_tours_exports_and_prints_one_json_document() {
    let dir = tempfile::tempdir().unwrap();
    let (csv, windows) = write_series(dir.path());
    let out = dir.path().join("out");
    let ran = comity()
        .args(["tour", "--json", "--quiet", "--series"])
        .arg(&csv)
        .arg("--windows")
        .arg(&windows)
        .arg("--out")
        .arg(&out)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let document: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(document["is_simulated"], false);
    assert_eq!(document["orders"][0]["state"], "released: the operator was paid, once");
    let report = verify_export(&files(&out, &out), &Verify::default()).unwrap();
    assert!(report.is_valid());

    let again = comity().args(["tour", "--quiet", "--out"]).arg(&out).output().unwrap();
    assert!(!again.status.success(), "an export is never written over another");
}

/// A short simulated plant as files that a real series would come in.
pub(crate) fn write_series(dir: &std::path::Path) -> (std::path::PathBuf, std::path::PathBuf) {
    let plant = short_plant(7);
    let stamp = |time: comity_wire::Time| time.to_string().replace('T', " ").replace('Z', "");
    let mut csv = "timestamp,value\n".to_owned();
    for reading in &plant.readings {
        let value = comity_wire::Decimal::from_scaled(reading.micro, 6);
        writeln!(csv, "{},{value}", stamp(reading.t)).unwrap();
    }
    let windows: Vec<[String; 2]> =
        plant.windows.iter().map(|span| [stamp(span.from), stamp(span.to)]).collect();
    let windows = serde_json::json!({ "plant.csv": windows });
    let (csv_path, windows_path) = (dir.join("plant.csv"), dir.join("windows.json"));
    std::fs::write(&csv_path, csv).unwrap();
    std::fs::write(&windows_path, windows.to_string()).unwrap();
    (csv_path, windows_path)
}
