use super::*;
use crate::conformance::suite_key;

fn at() -> Datetime {
    Datetime::parse("2026-01-01T12:00:00Z").unwrap()
}

/// A decision of `a` with a gate for each of `passed`, and its trace.
fn decided(passed: &[bool]) -> (BoundaryDecision, GateTrace) {
    let name = |gate: usize| format!("gate{gate}");
    let authorized = passed.iter().all(|passed| *passed);
    let decision = BoundaryDecision {
        decision_id: "d".into(),
        context_id: "c".into(),
        agreement_id: "g".into(),
        authorized,
        denial_reason: None,
        gate_results: passed
            .iter()
            .enumerate()
            .map(|(gate, passed)| GateResult {
                gate_name: name(gate),
                passed: *passed,
                detail: String::new(),
            })
            .collect(),
        decision_made_at: at(),
        decision_valid_until: at(),
        operator_sovereign_id: "a".into(),
        freshness_proof: None,
        signature: None,
    };
    let entry = |result: &GateResult| GateTraceEntry {
        gate_name: result.gate_name.clone(),
        gate_type: "CustomGate".into(),
        evaluated_at: at(),
        inputs: BTreeMap::new(),
        result: result.passed,
        reason: result.detail.clone(),
        metadata: BTreeMap::new(),
    };
    let trace = GateTrace {
        trace_id: "t".into(),
        decision_id: "d".into(),
        agreement_id: "g".into(),
        operator_sovereign_id: "a".into(),
        traced_at: at(),
        entries: decision.gate_results.iter().map(entry).collect(),
        short_circuited_at: passed.iter().position(|passed| !passed).map(name),
        final_authorized: authorized,
    };
    (decision, trace)
}

fn proof(passed: &[bool]) -> (BoundaryDecision, JustificationProof) {
    let (decision, trace) = decided(passed);
    let secret = suite_key("a").unwrap();
    let proof = JustificationProof::issue("p".into(), trace, &decision, at(), (&secret, "a"));
    (decision, proof.unwrap())
}

fn verify(
    proof: &mut JustificationProof,
    decision: Option<&BoundaryDecision>,
) -> Result<(), JustificationReason> {
    let secret = suite_key("a").unwrap();
    if proof.signature.is_some() {
        proof.sign(&secret, "a");
    }
    proof.verify(&[secret.public().into()], decision)
}

#[test]
fn every_reason_is_given() {
    for reason in JustificationReason::ALL {
        let (mut decision, mut proof) = proof(&[true, true]);
        let trace = &mut proof.trace;
        match reason {
            JustificationReason::MissingSignature => proof.signature = None,
            JustificationReason::InvalidSignature => {
                proof.decision_id = "other".into();
                let keys = [suite_key("a").unwrap().public().into()];
                assert_eq!(proof.verify(&keys, Some(&decision)), Err(*reason));
                continue;
            }
            JustificationReason::DecisionIdMismatch => decision.decision_id = "other".into(),
            JustificationReason::TraceEntryCountMismatch => {
                trace.entries.pop();
            }
            JustificationReason::ShortCircuitInconsistent => decision.authorized = false,
            JustificationReason::TraceEntryMismatch => trace.entries[0].gate_name.clear(),
            JustificationReason::FinalAuthorizedMismatch => trace.final_authorized = false,
            JustificationReason::IssuerMismatch => decision.operator_sovereign_id = "b".into(),
        }
        assert_eq!(verify(&mut proof, Some(&decision)), Err(*reason));
    }
}

#[test]
fn a_trace_agrees_with_itself() {
    for passed in [&[true][..], &[], &[true, false], &[false]] {
        assert_eq!(verify(&mut proof(passed).1, None), Ok(()));
    }
    let inconsistent = Err(JustificationReason::ShortCircuitInconsistent);
    let (_, mut skipped) = proof(&[true, false]);
    skipped.trace.entries.swap(0, 1);
    assert_eq!(verify(&mut skipped, None), inconsistent, "the walk goes on after a failure");
    let (_, mut unnamed) = proof(&[true, false]);
    unnamed.trace.short_circuited_at = Some("gate0".into());
    assert_eq!(verify(&mut unnamed, None), inconsistent);
    let (_, mut twice) = proof(&[true, false]);
    twice.trace.entries[0].result = false;
    assert_eq!(verify(&mut twice, None), inconsistent);
    let (_, mut foreign) = proof(&[true]);
    foreign.trace.decision_id = "other".into();
    assert_eq!(verify(&mut foreign, None), Err(JustificationReason::DecisionIdMismatch));
    let (_, mut issued) = proof(&[true]);
    issued.issuer_sovereign_id = "b".into();
    assert_eq!(verify(&mut issued, None), Err(JustificationReason::IssuerMismatch));
}

#[test]
fn only_a_decisions_own_trace_is_signed() {
    let (decision, _) = decided(&[true]);
    let (_, trace) = decided(&[true, false]);
    let secret = suite_key("a").unwrap();
    let error = JustificationProof::issue("p".into(), trace, &decision, at(), (&secret, "a"));
    let error = error.unwrap_err();
    assert_eq!(error.code(), "mesh.trace_refused");
    assert_eq!(error.0, JustificationReason::TraceEntryCountMismatch);
}
