//! The final gate: who decides, what binds, and the way back to planning.

use comity_constitution::RiskTier;
use comity_mission::facts::{Completed, Gate, GateDecided, GateDecision, MissionFact, Rejected};
use comity_mission::{MissionError, Role};

use crate::world::{FIVE, Flow, TWO, id, key, tasks};

fn high_risk() -> Flow {
    Flow::at_gate(RiskTier::R2, &FIVE)
}

#[test]
fn a_rejection_leads_back_to_a_new_plan() {
    let mut flow = high_risk();
    flow.decide(GateDecision::Reject);
    let complete = flow.complete(Gate::Human);
    assert_eq!(flow.refused("owner", complete), MissionError::GateMismatch);
    flow.must("owner", flow.reject());
    assert_eq!(flow.state(), "rejected");
    flow.must("owner", flow.decompose(tasks()));
    assert_eq!(flow.state(), "decomposed");
    flow.must("owner", flow.start("worker", 2));
    assert_eq!(flow.mission.attempts(), 2);
}

#[test]
fn only_a_human_with_the_gate_role_decides() {
    let fact = |flow: &Flow| flow.gate_decided(GateDecision::Approve);
    let mut flow = high_risk();
    let decision = fact(&flow);
    let refusal = MissionError::NotHuman { key: key("robot"), role: "gate" };
    assert_eq!(flow.refused("robot", decision.clone()), refusal);
    let refusal = MissionError::RoleMissing { key: key("owner"), role: "gate" };
    assert_eq!(flow.refused("owner", decision.clone()), refusal);
    let refusal = MissionError::UnknownActor { key: key("nobody") };
    assert_eq!(flow.refused("nobody", decision), refusal);
}

#[test]
fn a_reviewer_does_not_decide_at_the_gate() {
    let mut six = FIVE.to_vec();
    six.push("judge");
    let mut flow = Flow::at_gate(RiskTier::R2, &six);
    let fact = flow.gate_decided(GateDecision::Approve);
    let refusal = MissionError::GateNotIndependent { key: key("judge") };
    assert_eq!(flow.refused("judge", fact), refusal);
}

#[test]
fn a_worker_does_not_decide_at_the_gate() {
    let mut flow = high_risk();
    let worker = flow.actors.get_mut(&key("worker")).unwrap();
    worker.is_human = true;
    worker.roles.insert(Role::Gate);
    let fact = flow.gate_decided(GateDecision::Approve);
    let refusal = MissionError::GateNotIndependent { key: key("worker") };
    assert_eq!(flow.refused("worker", fact), refusal);
}

#[test]
fn the_gate_is_decided_once_and_with_a_reason() {
    let mut flow = high_risk();
    let (mission, reason) = (flow.mission.id(), "\n".to_owned());
    let silent = GateDecided { mission, decision: GateDecision::Approve, reason }.into();
    assert_eq!(flow.refused("gate", silent).code(), "mission.bad_text");
    flow.decide(GateDecision::Reject);
    let again = flow.gate_decided(GateDecision::Approve);
    let refusal = MissionError::GateAlreadyDecided { by: key("gate") };
    assert_eq!(flow.refused("judge", again), refusal);
}

#[test]
fn completion_names_the_approval_that_was_given() {
    let mut flow = high_risk();
    let mission = flow.mission.id();
    let completed = |gate, approval| MissionFact::from(Completed { mission, gate, approval });
    let invented = completed(Gate::Human, Some(id("invented")));
    let refusal = MissionError::HumanApprovalRequired { tier: RiskTier::R2 };
    assert_eq!(flow.refused("owner", invented.clone()), refusal);

    flow.decide(GateDecision::Approve);
    let refusal = MissionError::Unknown { what: "gate decision", id: id("invented") };
    assert_eq!(flow.refused("owner", invented), refusal);
    for (gate, approval) in
        [(Gate::Automatic, None), (Gate::Human, None), (Gate::Automatic, flow.decided)]
    {
        let fact = completed(gate, approval);
        assert_eq!(flow.refused("owner", fact), MissionError::GateMismatch);
    }
    let reject = flow.reject();
    assert_eq!(flow.refused("owner", reject), MissionError::GateMismatch);
    flow.must("owner", flow.complete(Gate::Human));
}

#[test]
fn nobody_but_a_human_turns_an_output_down() {
    let mut flow = high_risk();
    let fact = flow.reject();
    assert_eq!(flow.refused("owner", fact), MissionError::GateMismatch);
    flow.decide(GateDecision::Reject);
    let (mission, approval) = (flow.mission.id(), id("invented"));
    let fact = Rejected { mission, approval }.into();
    let refusal = MissionError::Unknown { what: "gate decision", id: approval };
    assert_eq!(flow.refused("owner", fact), refusal);
}

#[test]
fn below_high_risk_the_gate_is_automatic_unless_a_human_has_spoken() {
    let mut flow = Flow::at_gate(RiskTier::R1, &TWO);
    let invented = flow.complete(Gate::Human);
    assert_eq!(flow.refused("owner", invented), MissionError::GateMismatch);
    flow.clone().must("owner", flow.complete(Gate::Automatic));

    flow.decide(GateDecision::Reject);
    let ignore = flow.complete(Gate::Automatic);
    assert_eq!(flow.refused("owner", ignore), MissionError::GateMismatch);
    flow.must("owner", flow.reject());
}
