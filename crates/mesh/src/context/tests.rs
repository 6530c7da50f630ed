use comity_wire::mesh_json::{Value, parse};

use super::*;
use crate::conformance::suite_key;

fn at(time: &str) -> Datetime {
    Datetime::parse(&format!("2026-01-01T{time}Z")).unwrap()
}

fn tree(messages: &[&str], tokens: u64) -> ContextTree {
    ContextTree {
        system_prompt_hash: "00".into(),
        turn_count: 1,
        message_hashes: messages.iter().map(|hash| (*hash).to_owned()).collect(),
        tool_result_hashes: Vec::new(),
        total_token_estimate: tokens,
    }
}

fn segment(id: &str, actual: Option<u64>) -> ContextAppendSegment {
    ContextAppendSegment {
        segment_id: id.into(),
        segment_type: "tool_result".into(),
        source_id: "search".into(),
        max_tokens: 10,
        provenance_digest: "11".into(),
        actual_tokens: actual,
        signature: None,
    }
}

fn record() -> ContextIntegrityRecord {
    let record = ContextIntegrityRecord {
        record_id: "0123456789".into(),
        agent_sovereign_id: "b".into(),
        decision_id: "d".into(),
        base_context: tree(&["m1"], 5),
        committed_base_context_hash: String::new(),
        declared_append_segments: vec![segment("s", None)],
        max_total_tokens: 20,
        committed_at: at("12:00:00"),
        expires_at: at("12:00:00"),
        signature: None,
    };
    record.commit(&suite_key("b").unwrap())
}

fn verify(
    record: &ContextIntegrityRecord,
    end: &ContextTree,
    observed: &[ContextAppendSegment],
    time: &str,
) -> Result<(), ContextViolation> {
    let agent_keys = [suite_key("b").unwrap().public().into()];
    let demand = ContextDemand { final_context: end, observed, agent_keys: &agent_keys };
    record.verify(&demand, at(time))
}

#[test]
fn every_reason_is_given_with_both_values() {
    let observed = [segment("s", Some(10))];
    assert_eq!(verify(&record(), &tree(&["m1", "m2"], 20), &observed, "12:10:00"), Ok(()));
    for reason in ContextReason::ALL {
        let (mut record, mut end, mut time) = (record(), tree(&["m1", "m2"], 20), "12:10:00");
        let mut observed = vec![segment("s", Some(10))];
        let (committed, found) = match reason {
            ContextReason::MissingSignature => {
                record.signature = None;
                ("signature_present", "missing")
            }
            ContextReason::InvalidSignature => {
                record.max_total_tokens = 99;
                ("valid", "invalid")
            }
            ContextReason::Expired => {
                time = "12:10:01";
                ("2026-01-01T12:10:00+00:00", "2026-01-01T12:10:01+00:00")
            }
            ContextReason::BaseContextTampered => {
                end.system_prompt_hash = "22".into();
                ("00", "22")
            }
            ContextReason::UndeclaredSegment => {
                observed.push(segment("t", None));
                ("declared", "t")
            }
            ContextReason::SegmentTokenExceeded => {
                observed[0].actual_tokens = Some(11);
                ("10", "11")
            }
            ContextReason::TotalTokenExceeded => {
                end.total_token_estimate = 21;
                ("20", "21")
            }
            ContextReason::BaseHashMismatch => {
                record.committed_base_context_hash = "33".into();
                record.sign(&suite_key("b").unwrap(), "b");
                ("33", "")
            }
            ContextReason::BaseHistoryTampered => {
                end.message_hashes.remove(0);
                ("", "")
            }
            ContextReason::SegmentAltered => {
                observed[0].source_id = "mail".into();
                ("tool_result search 11", "tool_result mail 11")
            }
            ContextReason::SegmentRepeated => {
                observed.push(segment("s", None));
                ("once", "s")
            }
        };
        let violation = verify(&record, &end, &observed, time).unwrap_err();
        assert_eq!(violation.reason, *reason);
        assert!(violation.committed.contains(committed), "{violation:?}");
        assert!(violation.observed.contains(found), "{violation:?}");
        let kept = record.keep(&violation, "r".into(), at(time));
        assert_eq!(kept.violation_type, reason.as_str());
    }
}

#[test]
fn the_hash_of_the_base_is_filled_in_on_reading() {
    let written = record().write();
    assert_eq!(ContextIntegrityRecord::read(&written), Ok(record()));
    let Value::Map(mut members) = written else { unreachable!() };
    members.remove("committed_base_context_hash");
    assert_eq!(ContextIntegrityRecord::read(&Value::Map(members)), Ok(record()));
}

#[test]
fn the_gate_wants_the_requesters_own_record() {
    let (record, end) = (record(), tree(&["m1"], 5));
    let agent_keys = [suite_key("b").unwrap().public().into()];
    let demand = ContextDemand { final_context: &end, observed: &[], agent_keys: &agent_keys };
    let gate = ContextGate { record: &record, demand };
    let agreed = Agreed {
        agreement_id: "g",
        parties: ["a", "b"],
        capabilities: &[],
        valid_from: at("00:00:00"),
        valid_until: at("23:00:00"),
        freshness_commitment: 0,
    };
    let said = |requester: &str, time: &str| {
        let context = ContextRecord::read(
            &parse(
                format!(
                    r#"{{"context_id":"c","agreement_id":"g","requester_sovereign_id":"{requester}",
                    "provider_sovereign_id":"a","requested_capability":"read",
                    "requested_at":"2026-01-01T12:00:00Z"}}"#
                )
                .as_bytes(),
            )
            .unwrap(),
        )
        .unwrap();
        gate.check(&context, &agreed, at(time))
    };
    assert_eq!(gate.name(), "context_injection");
    assert_eq!(said("b", "12:00:00").unwrap(), "record '01234567' integrity verified");
    assert_eq!(said("c", "12:00:00").unwrap_err(), "agent_mismatch");
    assert_eq!(said("b", "12:10:01").unwrap_err(), "expired");
}
