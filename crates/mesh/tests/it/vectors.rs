use std::path::Path;

use comity_mesh::bundle::signature_report;
use comity_mesh::conformance::{CaseResult, is_vectors, run};
use comity_wire::mesh_json::{Datetime, Value, parse};

/// The results of a file, those of the operations whose ids begin with `op`.
fn results(file: &str, op: &str) -> Vec<CaseResult> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/mesh");
    run_file(&Path::new(root).join(file), op)
}

fn run_file(path: &Path, op: &str) -> Vec<CaseResult> {
    let file = parse(&std::fs::read(path).unwrap()).unwrap();
    assert!(is_vectors(&file));
    run(&file).into_iter().filter(|case| case.name.starts_with(op)).collect()
}

/// All pass, and there are `count` of them.
fn all_pass(file: &str, op: &str, count: usize) {
    all_passed(&results(file, op), count);
}

fn all_passed(results: &[CaseResult], count: usize) {
    let failed: Vec<_> = results.iter().filter(|case| !case.passed).collect();
    assert!(failed.is_empty(), "{} of {}: {:#?}", failed.len(), results.len(), failed.first());
    assert_eq!(results.len(), count);
}

#[test]
fn canonical_forms_are_those_of_the_reference() {
    all_pass("public.json", "canonical-", 100);
}

/// Minted with the reference: what an authority issues, with members left out, unknown ones added, and
/// several spellings of a time.
#[test]
fn signed_bytes_of_what_an_authority_issues_are_those_of_the_reference() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/objects.json");
    all_passed(&run_file(Path::new(path), "canonical-"), 40);
}

#[test]
fn treaties_are_judged_as_the_reference_judges_them() {
    all_pass("public.json", "verify_treaty-", 60);
    all_pass("conformance/treaties.json", "", 1);
    all_pass("conformance/signatures.json", "", 2);
}

#[test]
fn attestations_under_treaties_are_judged_as_the_reference_judges_them() {
    all_pass("public.json", "verify_attestation_with_treaty-", 60);
}

#[test]
fn feeds_are_judged_as_the_reference_judges_them() {
    all_pass("public.json", "verify_feed-", 30);
    all_pass("conformance/revocation.json", "", 1);
}

#[test]
fn trust_paths_and_views_are_those_of_the_reference() {
    all_pass("public.json", "connectome-", 25);
}

#[test]
fn trust_decisions_are_those_of_the_reference() {
    all_pass("public.json", "trust_decision-", 50);
}

#[test]
fn freshness_is_judged_as_by_the_reference() {
    all_pass("public.json", "verify_freshness-", 15);
}

#[test]
fn model_attestations_are_judged_as_by_the_reference() {
    all_pass("public.json", "verify_model_attestation-", 15);
}

#[test]
fn data_usage_is_judged_as_by_the_reference() {
    all_pass("public.json", "verify_data_usage-", 15);
    all_pass("conformance/data_usage.json", "", 1);
}

#[test]
fn the_suite_of_model_attestations_passes() {
    all_pass("conformance/attestations.json", "", 1);
}

#[test]
fn agreements_are_judged_as_by_the_reference() {
    all_pass("public.json", "verify_agreement-", 15);
}

#[test]
fn delegation_chains_are_judged_as_by_the_reference() {
    all_pass("public.json", "verify_delegation_chain-", 15);
}

#[test]
fn invocation_tokens_are_judged_as_by_the_reference() {
    all_pass("public.json", "verify_ibct-", 15);
}

#[test]
fn capability_trees_and_proofs_are_judged_as_by_the_reference() {
    all_pass("public.json", "merkle-", 15);
}

#[test]
fn the_suites_of_agreements_pass() {
    all_pass("conformance/trust_evidence.json", "te-", 1);
    all_pass("conformance/ibct.json", "ibct-", 1);
    all_pass("conformance/selective_disclosure.json", "sd-", 2);
    all_pass("conformance/consensus.json", "con-", 1);
}

#[test]
fn trust_bundles_are_those_of_the_reference() {
    all_pass("public.json", "trust_bundle-", 12);
}

/// The bundle in the vectors was exported by a running authority of the reference: everything in it is signed.
#[test]
fn a_bundle_of_the_reference_verifies_item_by_item() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/mesh/public.json");
    let file = parse(&std::fs::read(root).unwrap()).unwrap();
    let cases = file.get("vectors").unwrap().items().iter();
    let is_clean = |case: &&Value| {
        let errors = case.get("expected").and_then(|expected| expected.get("errors"));
        case.get("op") == Some(&Value::from("trust_bundle"))
            && errors.is_some_and(|errors| errors.items().is_empty())
    };
    let at = Datetime::parse("2026-06-07T14:00:00Z").unwrap();
    let clean: Vec<&Value> = cases.filter(is_clean).collect();
    assert_eq!(clean.len(), 2);
    for case in clean {
        let bundle = case.get("input").unwrap().get("bundle").unwrap();
        let report = signature_report(bundle, at);
        assert_eq!(report.len(), 12);
        let refused: Vec<_> = report.iter().filter(|item| item.refusal().is_some()).collect();
        assert!(refused.is_empty(), "{refused:#?}");
    }
}
