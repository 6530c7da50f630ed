//! The rows of the blueprint's control matrix that are this room's: each fails closed, and nothing has moved.
//! Every refusal goes through [`Flow::refused`], which compares the mission before and after. And three
//! attacks of the kind that the matrix is there for.

use comity_constitution::{DomainType, RiskTier};
use comity_mission::facts::{Decision, EvidenceOfWork, Judgement, Scoped, TaskId};
use comity_mission::{MissionError, MissionFact};

use crate::people::THREE;
use crate::world::{FIVE, Flow, TWO, actors, draft, id, key, task};

#[test]
fn control_mission_intake() {
    for (owner, title, code) in [
        ("owner", " ", "mission.bad_text"),
        ("nobody", "a watch", "mission.unknown_actor"),
        ("robot", "a watch", "mission.not_human"),
        ("gate", "a watch", "mission.role_missing"),
    ] {
        assert_eq!(draft(owner, title, &actors()).unwrap_err().code(), code);
    }
    let mut flow = Flow::drafted();
    for (class, scope) in [("", "watch"), ("documentation_update", "\n")] {
        let (mission, mission_class, scope) =
            (flow.mission.id(), class.to_owned(), scope.to_owned());
        let (risk_tier, domain_type) = (RiskTier::R0, DomainType::Objective);
        let fact = Scoped { mission, mission_class, risk_tier, domain_type, scope };
        assert_eq!(flow.refused("owner", fact.into()).code(), "mission.bad_text");
    }
}

#[test]
fn control_risk_tier_resolver() {
    let mut flow = Flow::drafted();
    let unmapped = flow.scope("improvement", RiskTier::R2);
    assert_eq!(flow.refused("owner", unmapped).code(), "mission.unmapped_class");
    let weaker = flow.scope("regulated_analysis", RiskTier::R1);
    assert_eq!(flow.refused("owner", weaker).code(), "mission.tier_too_weak");
    for class in ["constitutional_change", "documentation_update"] {
        let constitutional = flow.scope(class, RiskTier::R3);
        let refusal = MissionError::HumanChambersOnly { tier: RiskTier::R3 };
        assert_eq!(flow.refused("owner", constitutional), refusal);
    }
    let early = flow.decompose(vec![task("a", &[])]);
    assert_eq!(flow.refused("owner", early).code(), "mission.not_in_this_state", "not activated");
}

#[test]
fn control_task_coordination() {
    let mut flow = Flow::scoped(RiskTier::R1);
    for (tasks, code) in [
        (vec![], "mission.graph_empty"),
        (vec![task("a", &["b"]), task("b", &["a"])], "mission.graph_cycle"),
        (vec![task("a", &[]), task("b", &[])], "mission.graph_orphans"),
        (vec![task("a", &["ghost"])], "mission.graph_unknown_dependency"),
    ] {
        let fact = flow.decompose(tasks);
        assert_eq!(flow.refused("owner", fact).code(), code);
    }
    let fact = flow.start("worker", 1);
    assert_eq!(flow.refused("owner", fact).code(), "mission.not_in_this_state", "not activated");
}

#[test]
fn control_worker_execution() {
    let mut flow = Flow::started(RiskTier::R1);
    for task in ["read", "audit"] {
        let fact = flow.evidence(task);
        flow.must("worker", fact);
    }
    let fact = flow.attach();
    assert_eq!(flow.refused("owner", fact).code(), "mission.work_missing");
    let fact = flow.open_review(&TWO);
    assert_eq!(flow.refused("owner", fact).code(), "mission.not_in_this_state");
}

/// What fails is reworked and reviewed anew; it is never integrated.
#[test]
fn control_independent_review() {
    let mut flow = Flow::attached(RiskTier::R1);
    let fact = flow.open_review(&["rev1", "worker"]);
    assert_eq!(flow.refused("owner", fact).code(), "mission.self_review");
    let fact = flow.open_review(&["rev1", "mate"]);
    assert_eq!(flow.refused("owner", fact).code(), "mission.shared_organisation");
    flow.must("owner", flow.open_review(&TWO));
    flow.review("rev1", Decision::Approve);
    flow.review("rev2", Decision::Reject);
    let fact = flow.integrate(&TWO);
    assert_eq!(flow.refused("owner", fact).code(), "mission.not_passed");
    flow.must("owner", flow.rework(&TWO));
    assert_eq!(flow.state(), "in rework");
}

#[test]
fn control_reviewer_heterogeneity_gate() {
    let mut flow = Flow::attached(RiskTier::R2);
    let fact = flow.open_review(&["rev1", "rev2", "rev4", "twin1", "rev5"]);
    assert_eq!(flow.refused("owner", fact).code(), "mission.panel_too_weak");
    assert_eq!(flow.state(), "evidence attached", "no review is open");
    flow.must("owner", flow.open_review(&FIVE));
    flow.review("rev3", Decision::Abstain);
    let others = ["rev1", "rev2", "rev4", "rev5"];
    flow.review_all(&others, Decision::Approve);
    let fact = flow.integrate(&others);
    assert_eq!(flow.refused("owner", fact).code(), "mission.not_passed", "of two regions only");
}

#[test]
fn control_normative_resolution() {
    let mut flow = Flow::passed_for_people(DomainType::Objective, DomainType::Mixed);
    let fact = flow.integrate(&FIVE);
    let refusal = flow.refused("owner", fact.clone());
    assert_eq!(refusal.code(), "mission.human_adjudication_required");
    flow.must("owner", flow.open_panel(&THREE));
    for who in THREE {
        flow.judge(who, Judgement::Reject);
    }
    assert_eq!(flow.refused("owner", fact), MissionError::PanelRejected);
}

/// Evidence that another mission's worker signed, here.
#[test]
fn evidence_of_another_mission_is_refused() {
    let mut flow = Flow::started(RiskTier::R1);
    let MissionFact::EvidenceOfWork(mine) = flow.evidence("read") else { unreachable!("as made") };
    let theirs = EvidenceOfWork { mission: id("another mission"), ..mine.clone() };
    assert_eq!(flow.refused("worker", theirs.into()).code(), "mission.wrong_mission");
    flow.must("worker", mine.clone().into());
    // Dressed up as this mission's: the one-time value gives it away.
    let again = EvidenceOfWork { task: TaskId::new("audit"), ..mine };
    assert_eq!(flow.refused("worker", again.into()).code(), "mission.reused");
}

#[test]
fn a_decision_does_not_flip_either_way() {
    for (first, then) in
        [(Decision::Reject, Decision::Approve), (Decision::Approve, Decision::Reject)]
    {
        let mut flow = Flow::under_review(RiskTier::R1, &TWO);
        flow.review("rev1", first);
        let fact = flow.reviewed(then, "second thoughts");
        assert_eq!(flow.refused("rev1", fact).code(), "mission.already_reviewed");
        assert_eq!(flow.mission.phase().panel().unwrap().reviews[&key("rev1")].decision, first);
    }
}

/// A worker whom nobody admitted, one without the role, and one who was not started.
#[test]
fn ghosts_do_no_work() {
    let mut flow = Flow::scoped(RiskTier::R1);
    flow.must("owner", flow.decompose(vec![task("only", &[])]));
    for (who, code) in [("ghost", "mission.unknown_actor"), ("gate", "mission.role_missing")] {
        let fact = flow.start(who, 1);
        assert_eq!(flow.refused("owner", fact).code(), code);
    }
    flow.must("owner", flow.start("worker", 1));
    let fact = flow.evidence("only");
    assert_eq!(flow.refused("spare", fact).code(), "mission.not_the_worker");
}
