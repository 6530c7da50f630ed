use comity_wire::mesh_json::parse;

use super::*;
use crate::conformance::suite_key;
use crate::freshness::{FeedState, FreshnessProof};

fn at(time: &str) -> Datetime {
    Datetime::parse(&format!("2026-01-01T{time}Z")).unwrap()
}

fn decision() -> BoundaryDecision {
    let feed = FeedState { sovereign_id: "a".into(), sequence: 1, digest: String::new() };
    let secret = suite_key("a").unwrap();
    let proof = FreshnessProof::issue("p".into(), feed, "a".into(), at("11:58:00"), (&secret, "a"));
    BoundaryDecision {
        decision_id: "d".into(),
        context_id: "c".into(),
        agreement_id: "g".into(),
        authorized: true,
        denial_reason: None,
        gate_results: Vec::new(),
        decision_made_at: at("12:00:00"),
        decision_valid_until: at("12:02:00"),
        operator_sovereign_id: "a".into(),
        freshness_proof: Some(proof),
        signature: None,
    }
}

fn record(prior: Option<&ExecutionEvidence>, time: &str) -> ExecutionEvidence {
    let execution = Execution {
        evidence_id: "e".into(),
        executor_sovereign_id: "b".into(),
        capability: "read".into(),
        parameters: BTreeMap::new(),
        at: at(time),
        outcome: Outcome::Success,
        detail: None,
    };
    let secret = suite_key("b").unwrap();
    ExecutionEvidence::record(&decision(), execution, prior, (&secret, "b"))
}

fn chain() -> Vec<ExecutionEvidence> {
    let first = record(None, "12:00:00");
    let second = record(Some(&first), "12:01:00");
    let third = record(Some(&second), "12:02:00");
    vec![first, second, third]
}

fn verify(
    records: &[ExecutionEvidence],
    decision: &BoundaryDecision,
) -> Result<(), EvidenceFailure> {
    let keys = vec![suite_key("b").unwrap().public().into()];
    let executor_keys = BTreeMap::from([("b".to_owned(), keys)]);
    let demand = EvidenceDemand {
        decision_id: "d",
        executor_keys: &executor_keys,
        capability: Some("read"),
        decision: Some(decision),
    };
    verify_chain(records, &demand)
}

fn resign(record: &mut ExecutionEvidence) {
    record.sign(&suite_key("b").unwrap(), "b");
}

#[test]
fn a_chain_of_records_holds() {
    assert_eq!(verify(&chain(), &decision()), Ok(()));
    let restored: Vec<_> =
        chain().iter().map(|record| ExecutionEvidence::read(&record.write()).unwrap()).collect();
    assert_eq!(restored, chain());
}

#[test]
fn every_reason_is_given_with_its_place() {
    for reason in EvidenceReason::ALL {
        let (mut chain, mut decision, mut place) = (chain(), decision(), Some(2));
        let second = &mut chain[1];
        match reason {
            EvidenceReason::EmptyChain => {
                chain.clear();
                place = None;
            }
            EvidenceReason::SequenceOutOfOrder => {
                second.sequence_no = 1;
                place = Some(1);
            }
            EvidenceReason::SequenceGap => {
                chain.remove(1);
                place = Some(3);
            }
            EvidenceReason::CapabilityMismatch => second.executed_capability = "write".into(),
            EvidenceReason::ChainBreak => {
                chain[0].prev_evidence_digest = Some(String::new());
                place = Some(1);
            }
            EvidenceReason::DigestMismatch => second.prev_evidence_digest = None,
            EvidenceReason::MissingSignature => second.signature = None,
            EvidenceReason::InvalidSignature => second.executor_sovereign_id = "c".into(),
            EvidenceReason::StaleFreshnessProof => {
                second.executed_at = at("12:03:01");
                resign(second);
            }
            EvidenceReason::DecisionMismatch => {
                second.context_id = "other".into();
                resign(second);
            }
            EvidenceReason::NotAuthorized => {
                decision.authorized = false;
                place = Some(1);
            }
            EvidenceReason::OutsideDecisionWindow => {
                second.executed_at = at("12:02:01");
                resign(second);
            }
        }
        let failure = EvidenceFailure { reason: *reason, failed_at_sequence: place };
        assert_eq!(verify(&chain, &decision), Err(failure));
    }
}

#[test]
fn records_of_another_decision_are_refused_without_the_decision_too() {
    let executor_keys =
        BTreeMap::from([("b".to_owned(), vec![suite_key("b").unwrap().public().into()])]);
    let verify = |decision_id| {
        let demand = EvidenceDemand {
            decision_id,
            executor_keys: &executor_keys,
            capability: None,
            decision: None,
        };
        verify_chain(&chain(), &demand)
    };
    assert_eq!(verify("d"), Ok(()));
    assert_eq!(verify("e").unwrap_err().reason, EvidenceReason::DecisionMismatch);
}

#[test]
fn a_changed_or_reordered_record_is_noticed() {
    let mut changed = chain();
    changed[0].outcome_detail = Some("well".into());
    resign(&mut changed[0]);
    assert_eq!(
        verify(&changed, &decision()).unwrap_err(),
        EvidenceFailure { reason: EvidenceReason::DigestMismatch, failed_at_sequence: Some(2) }
    );
    let mut swapped = chain();
    swapped.swap(0, 1);
    assert_eq!(verify(&swapped, &decision()).unwrap_err().reason, EvidenceReason::SequenceGap);
}

#[test]
fn evidence_is_read_strictly() {
    let written = |member: &str, value: Value| {
        let mut object = record(None, "12:00:00").write();
        if let Value::Map(members) = &mut object {
            members.insert(member.to_owned(), value);
        }
        ExecutionEvidence::read(&object)
    };
    for outcome in [Outcome::Success, Outcome::Failure, Outcome::Partial] {
        assert_eq!(written("outcome", outcome.write()).unwrap().outcome, outcome);
    }
    assert_eq!(written("outcome", Value::from("fine")).unwrap_err().path, "outcome");
    assert_eq!(written("sequence_no", parse(b"0").unwrap()).unwrap_err().path, "sequence_no");
}
