use comity_wire::mesh_json::parse;

use super::{EvidenceReason, Finding, TrustEvidence, blocks};
use crate::agreement::tests::{evidence, key, noon, secret, texts};
use crate::connectome::{DecisionRules, RecognitionGraph};
use crate::schema::Field as _;

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
fn what_was_decided_is_what_is_signed() {
    let graph =
        RecognitionGraph::read(&parse(br#"{"sovereigns":[],"recognition_edges":[]}"#).unwrap());
    let graph = graph.unwrap();
    let decision = graph.decide("A", "B", texts(&["role:client"]), DecisionRules::Strict, noon());
    let finding = Finding::of(&decision, graph.digest()).unwrap();
    assert!(!finding.trusted && finding.verdict == "block");
    assert_eq!(finding.evaluated_at, "2026-06-01T12:00:00+00:00");
    assert_eq!(finding.requested_roles, texts(&["role:client"]));
    assert_eq!(finding.signals[0]["code"], "no_active_treaty_path");
    let id = "evidence".to_owned();
    let evidence = TrustEvidence::issue(finding, id, "A", noon(), &secret(1), "a");
    assert!(blocks(&evidence.embed()));
    assert_eq!(evidence.verify(&[key(1)], Some(&graph.digest().to_string())), Ok(()));
}
