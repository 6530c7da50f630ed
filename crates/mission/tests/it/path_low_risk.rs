//! R0 and R1: the whole way, with an automatic gate.

use comity_constitution::RiskTier;
use comity_mission::facts::{Decision, Gate};
use comity_mission::{Axis, MissionError, Shortfall, Verdict};

use crate::world::{Flow, ORDER, TWO, key};

#[test]
fn an_r0_mission_goes_the_whole_way_with_one_reviewer() {
    let mut flow = Flow::drafted();
    assert_eq!(flow.state(), "draft");
    flow.must("owner", flow.scope("documentation_update", RiskTier::R0));
    assert_eq!(flow.state(), "scoped");
    flow.must("authority", flow.decompose(crate::world::tasks()));
    assert_eq!(flow.state(), "decomposed");
    flow.must("authority", flow.start("worker", 1));
    assert_eq!(flow.state(), "in progress");
    flow.work_and_attach();
    assert_eq!(flow.state(), "evidence attached");
    flow.must("authority", flow.open_review(&["rev1"]));
    assert_eq!(flow.state(), "under review");
    flow.review("rev1", Decision::Approve);
    flow.must("rev1", flow.vouch("rev1", "report"));
    flow.must("authority", flow.integrate(&["rev1"]));
    assert_eq!(flow.state(), "integrated");
    flow.must("authority", flow.open_gate());
    assert_eq!(flow.state(), "at the final gate");
    flow.must("authority", flow.complete(Gate::Automatic));
    assert_eq!(flow.state(), "completed");
    assert!(flow.mission.phase().is_completed());
    assert_eq!(flow.mission.attempts(), 1);
}

#[test]
fn an_r1_mission_needs_two_of_two() {
    let mut flow = Flow::under_review(RiskTier::R1, &TWO);
    flow.review("rev1", Decision::Approve);
    let lack = Shortfall { axis: Axis::Reviewers, have: 1, need: 2 };
    assert_eq!(flow.mission.phase().panel().unwrap().verdict(), Verdict::Open(lack));
    let early = flow.integrate(&["rev1"]);
    assert_eq!(flow.refused("owner", early), MissionError::NotPassed(lack));

    flow.review("rev2", Decision::Approve);
    assert_eq!(flow.mission.phase().panel().unwrap().verdict(), Verdict::Passed);
    flow.must("owner", flow.integrate(&TWO));
    flow.must("owner", flow.open_gate());
    flow.must("owner", flow.complete(Gate::Automatic));
    assert_eq!(flow.state(), "completed");
}

#[test]
fn the_output_is_the_artifact_of_the_final_task() {
    let mut flow = Flow::at_gate(RiskTier::R1, &TWO);
    flow.must("owner", flow.complete(Gate::Automatic));
    let phase = flow.mission.phase();
    assert_eq!(phase.output().unwrap().artifact, flow.artifact("report"));
    assert_eq!(phase.work().unwrap().worker.key, key("worker"));
    let order: Vec<_> =
        phase.plan().unwrap().graph.order().iter().map(|id| id.as_str().to_owned()).collect();
    assert_eq!(order, ORDER);
}

#[test]
fn approvers_vouch_until_the_mission_is_over() {
    let mut flow = Flow::at_gate(RiskTier::R1, &TWO);
    flow.must("rev1", flow.vouch("rev1", "detect"));
    flow.must("rev2", flow.vouch("rev2", "detect"));
    assert_eq!(flow.mission.phase().panel().unwrap().vouched.len(), 2);
    flow.must("owner", flow.complete(Gate::Automatic));
    let late = flow.vouch("rev1", "audit");
    assert_eq!(flow.refused("rev1", late).code(), "mission.not_in_this_state");
}
