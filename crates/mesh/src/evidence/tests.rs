use comity_wire::mesh_json::parse;

use super::{EvidenceReason, TrustEvidence, blocks, graph_digest};
use crate::agreement::tests::{evidence, key, secret};

#[test]
fn issued_evidence_is_accepted_and_survives_being_embedded() {
    let evidence = evidence("A", "B", 1);
    assert_eq!(evidence.verify(&[key(9), key(1)], Some("graph")), Ok(()));
    assert_eq!(evidence.verify(&[key(1)], None), Ok(()));
    assert_eq!(TrustEvidence::embedded(&evidence.embed()), Ok(evidence.clone()));
    assert!(!blocks(&evidence.embed()));
    assert_eq!(evidence.evaluated_at, "2026-06-01T11:59:00+00:00");
}

#[test]
fn every_reason_to_refuse_evidence_is_found() {
    for reason in EvidenceReason::ALL {
        let mut evidence = evidence("A", "B", 1);
        let mut expected = "graph";
        match reason {
            EvidenceReason::MissingSignature => evidence.signatures.clear(),
            EvidenceReason::InvalidSignature => evidence.verdict = "escalate".to_owned(),
            EvidenceReason::GraphDigestMismatch => expected = "other",
        }
        assert_eq!(evidence.verify(&[key(1)], Some(expected)), Err(*reason), "{reason}");
    }
}

#[test]
fn the_signature_covers_everything_else() {
    let signed = evidence("A", "B", 1);
    let mut changed = signed.clone();
    changed.metadata.insert("note".to_owned(), "x".into());
    assert_eq!(changed.verify(&[key(1)], None), Err(EvidenceReason::InvalidSignature));
    assert_eq!(signed.verify(&[], None), Err(EvidenceReason::InvalidSignature));
    assert_ne!(secret(1).public().as_bytes(), secret(2).public().as_bytes());
}

#[test]
fn a_graph_has_one_digest_however_it_is_written() {
    let digest = |text: &str| graph_digest(&parse(text.as_bytes()).unwrap());
    assert_eq!(digest(r#"{"a":1,"b":[]}"#), digest(r#" { "b" : [ ] , "a" : 1 } "#));
    assert_ne!(digest(r#"{"a":1}"#), digest(r#"{"a":1.0}"#));
}
