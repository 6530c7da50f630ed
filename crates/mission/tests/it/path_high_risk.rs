//! R2: five reviewers, four approvals, three regions and organisations, a human at the gate.

use comity_constitution::RiskTier;
use comity_mission::facts::{Decision, Gate, GateDecision};
use comity_mission::{Axis, MissionError, Shortfall, Verdict};

use crate::world::{FIVE, Flow, key};

#[test]
fn an_r2_mission_goes_the_whole_way_with_a_human_approval() {
    let mut flow = Flow::at_gate(RiskTier::R2, &FIVE);
    let tier = RiskTier::R2;
    let alone = flow.complete(Gate::Automatic);
    assert_eq!(flow.refused("owner", alone), MissionError::HumanApprovalRequired { tier });
    flow.decide(GateDecision::Approve);
    flow.must("owner", flow.complete(Gate::Human));
    assert_eq!(flow.state(), "completed");
}

#[test]
fn four_of_five_pass_and_three_do_not() {
    let mut flow = Flow::under_review(RiskTier::R2, &FIVE);
    flow.review_all(&FIVE[..3], Decision::Approve);
    let lack = Shortfall { axis: Axis::Reviewers, have: 3, need: 4 };
    let early = flow.integrate(&FIVE[..3]);
    assert_eq!(flow.refused("owner", early), MissionError::NotPassed(lack));
    flow.review("rev4", Decision::Abstain);
    assert_eq!(flow.mission.phase().panel().unwrap().verdict(), Verdict::Open(lack));
    flow.review("rev5", Decision::Approve);
    flow.must("owner", flow.integrate(&["rev5", "rev3", "rev2", "rev1"]));
    assert_eq!(flow.state(), "integrated");
}

#[test]
fn the_approving_set_must_be_diverse_by_itself() {
    // rev3 is the only reviewer in its region: four approvals without it span two regions.
    let mut flow = Flow::under_review(RiskTier::R2, &FIVE);
    flow.review("rev3", Decision::Reject);
    let lack = Shortfall { axis: Axis::Regions, have: 2, need: 3 };
    assert_eq!(flow.mission.phase().panel().unwrap().verdict(), Verdict::Failed(lack));
    let others = ["rev1", "rev2", "rev4", "rev5"];
    flow.review_all(&others, Decision::Approve);
    let uniform = flow.integrate(&others);
    assert_eq!(flow.refused("owner", uniform), MissionError::NotPassed(lack));
    flow.must("owner", flow.rework(&["rev3"]));
    assert_eq!(flow.state(), "in rework");
}

#[test]
fn more_reviewers_do_not_dilute_the_share_that_must_approve() {
    let mut six = FIVE.to_vec();
    six.push("judge");
    let mut flow = Flow::under_review(RiskTier::R2, &six);
    let panel = flow.mission.phase().panel().unwrap();
    assert_eq!(panel.approvals_needed(), 5, "4/5 of six, rounded up");
    flow.review_all(&FIVE[..4], Decision::Approve);
    let four = flow.integrate(&FIVE[..4]);
    let lack = Shortfall { axis: Axis::Reviewers, have: 4, need: 5 };
    assert_eq!(flow.refused("owner", four), MissionError::NotPassed(lack));
}

#[test]
fn a_stricter_tier_than_the_class_demands_is_the_owners_right() {
    let mut flow = Flow::drafted();
    flow.must("owner", flow.scope("documentation_update", RiskTier::R2));
    let scope = flow.mission.phase().scope().unwrap();
    assert_eq!((scope.tier, scope.policy.reviewers_required), (RiskTier::R2, 5));
}

#[test]
fn reviewers_are_kept_as_they_were_when_assigned() {
    let mut flow = Flow::under_review(RiskTier::R2, &FIVE);
    for actor in flow.actors.values_mut() {
        actor.region = "moved".to_owned();
    }
    flow.review_all(&FIVE, Decision::Approve);
    flow.must("owner", flow.integrate(&FIVE));
    let panel = flow.mission.phase().panel().unwrap();
    assert_eq!(panel.assigned[&key("rev3")].region().as_str(), "apac");
}
