use std::path::Path;

use comity_mesh::conformance::{CaseResult, is_vectors, run};
use comity_wire::mesh_json::parse;

/// The results of a file, those of the operations whose ids begin with `op`.
fn results(file: &str, op: &str) -> Vec<CaseResult> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/mesh");
    let file = parse(&std::fs::read(Path::new(root).join(file)).unwrap()).unwrap();
    assert!(is_vectors(&file));
    run(&file).into_iter().filter(|case| case.name.starts_with(op)).collect()
}

/// All pass, and there are `count` of them.
fn all_pass(file: &str, op: &str, count: usize) {
    let results = results(file, op);
    let failed: Vec<_> = results.iter().filter(|case| !case.passed).collect();
    assert!(failed.is_empty(), "{} of {}: {:#?}", failed.len(), results.len(), failed.first());
    assert_eq!(results.len(), count);
}

#[test]
fn canonical_forms_are_those_of_the_reference() {
    all_pass("public.json", "canonical-", 100);
}
