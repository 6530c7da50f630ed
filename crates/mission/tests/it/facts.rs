//! The wire surface: kinds, closed bodies, and what the decoder already refuses.

use comity_constitution::RiskTier;
use comity_mission::MissionFact;
use comity_mission::facts::{Decision, Drafted, Gate, GateDecision, Judgement};
use serde_json::value::RawValue;

use crate::people::THREE;
use crate::world::{Flow, TWO, id, key, tasks};

fn raw(body: &str) -> Box<RawValue> {
    RawValue::from_string(body.to_owned()).unwrap()
}

#[test]
fn every_kind_is_named_once_and_after_its_room() {
    let mut kinds = MissionFact::KINDS.to_vec();
    assert_eq!(kinds.len(), 21);
    assert!(kinds.iter().all(|kind| kind.starts_with("comity:mission/") && kind.ends_with("/v1")));
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds.len(), 21);
}

#[test]
fn facts_survive_the_wire() {
    let flow = Flow::under_review(RiskTier::R1, &TWO);
    let drafted = Drafted { order: Some(id("order")), title: "t".to_owned(), owner: key("owner") };
    let facts = [
        drafted.into(),
        flow.scope("documentation_update", RiskTier::R0),
        flow.decompose(tasks()),
        flow.start("worker", 1),
        flow.evidence("read"),
        flow.attach(),
        flow.open_review(&TWO),
        flow.reviewed(Decision::Abstain, "report"),
        flow.recuse("rev1"),
        flow.silent("rev1"),
        flow.replace("rev1", "rev3", id("silence")),
        flow.escalate("values"),
        flow.open_panel(&THREE),
        flow.judged(Judgement::Reject, "no"),
        flow.vouch("rev1", "read"),
        flow.rework(&TWO),
        flow.integrate(&TWO),
        flow.open_gate(),
        flow.gate_decided(GateDecision::Reject),
        flow.complete(Gate::Automatic),
        flow.reject(),
    ];
    assert_eq!(facts.len(), MissionFact::KINDS.len());
    for fact in facts {
        let body = fact.encode().unwrap();
        assert_eq!(MissionFact::decode(fact.kind(), &body), Ok(Some(fact)));
    }
}

#[test]
fn an_automatic_gate_has_no_approval_on_the_wire() {
    let flow = Flow::at_gate(RiskTier::R1, &TWO);
    let body = flow.complete(Gate::Automatic).encode().unwrap();
    let mission = flow.mission.id();
    assert_eq!(body.get(), format!(r#"{{"gate":"automatic","mission":"{mission}"}}"#));
}

#[test]
fn another_rooms_kind_is_not_ours() {
    let body = raw("{}");
    assert_eq!(MissionFact::decode("comity:mycel/reported/v1", &body), Ok(None));
}

#[test]
fn unknown_fields_words_and_missing_domain_types_are_refused() {
    let mission = Flow::drafted().mission.id();
    let task = |domain: &str| {
        format!(
            r#"{{"mission":"{mission}","tasks":[{{"depends_on":[],{domain}"id":"a","title":"t"}}]}}"#
        )
    };
    let decode = |kind: &str, body: &str| MissionFact::decode(kind, &raw(body));
    let decomposed = "comity:mission/decomposed/v1";
    assert!(decode(decomposed, &task(r#""domain_type":"objective","#)).unwrap().is_some());
    assert!(decode(decomposed, &task("")).is_err());
    assert!(decode(decomposed, &task(r#""domain_type":"vibes","#)).is_err());

    let decided = "comity:mission/gate_decided/v1";
    let body = |decision: &str, more: &str| {
        format!(r#"{{"decision":"{decision}","mission":"{mission}","reason":"r"{more}}}"#)
    };
    assert!(decode(decided, &body("approve", "")).unwrap().is_some());
    assert!(decode(decided, &body("abstain", "")).is_err());
    assert!(decode(decided, &body("approve", r#","vote":1"#)).is_err());
}

#[test]
fn a_review_without_a_flag_is_written_as_it_always_was() {
    let flow = Flow::under_review(RiskTier::R1, &TWO);
    let plain = flow.reviewed(Decision::Approve, "report").encode().unwrap();
    assert!(!plain.get().contains("flag"), "{}", plain.get());
    let kind = "comity:mission/reviewed/v1";
    let with =
        |flag: &str| plain.get().replacen(r#","mission""#, &format!(r#",{flag},"mission""#), 1);
    let decode = |body: &str| MissionFact::decode(kind, &raw(body));
    assert!(decode(&with(r#""flag":"needs_people""#)).unwrap().is_some());
    assert!(decode(&with(r#""flag":"needs_machines""#)).is_err());
}
