//! Missions that nobody ordered: drawn by two hands, judged on the evidence; and those that chambers decide.

use comity_constitution::{RiskTier, Stage};
use comity_mission::facts::{
    Completed, Decision, EvidenceAttached, Gate, GateDecision, Integrated, Rejected, ReviewOpened,
    Reviewed, Started,
};
use comity_mission::{MissionError, MissionFact, UndertakingError};
use comity_wire::StatementId;

use crate::world::{FIVE, Flow, TWO, digest, id, key, share};

fn alone(tier: RiskTier) -> Flow {
    let mut flow = Flow::alone().and_scoped(tier).and_started();
    flow.work_and_attach();
    flow
}

#[test]
fn work_that_nobody_ordered_takes_the_same_way_in_every_tier() {
    for (tier, reviewers) in
        [(RiskTier::R0, &TWO[..1]), (RiskTier::R1, &TWO[..]), (RiskTier::R2, &FIVE[..])]
    {
        let mut flow = alone(tier);
        assert_eq!(flow.mission.order(), None);
        flow.must("owner", flow.open_review(reviewers));
        flow.review_all(reviewers, Decision::Approve);
        flow.must("rev1", flow.vouch("rev1", "report"));
        flow.must("owner", flow.integrate(reviewers));
        flow.must("owner", flow.open_gate());
        if tier == RiskTier::R2 {
            let refusal = MissionError::HumanApprovalRequired { tier };
            assert_eq!(flow.refused("owner", flow.complete(Gate::Automatic)), refusal);
            flow.decide(GateDecision::Approve);
            flow.must("owner", flow.complete(Gate::Human));
        } else {
            flow.must("owner", flow.complete(Gate::Automatic));
        }
        assert_eq!(flow.state(), "completed");
    }
}

#[test]
fn what_only_an_order_gives_has_no_place_without_one() {
    let misplaced = |what| MissionError::from(UndertakingError::Misplaced { what });
    let mut flow = Flow::alone().and_scoped(RiskTier::R1).and_started();
    for task in crate::world::ORDER {
        flow.must("worker", flow.evidence(task));
    }
    let (mission, work) = (flow.mission.id(), flow.attached_work());
    let attach = |commitment, claim| -> MissionFact {
        EvidenceAttached { mission, work: work.clone(), commitment, claim }.into()
    };
    let (commitment, claim) = (Some(id("commitment")), Some(id("claim")));
    assert_eq!(flow.refused("owner", attach(commitment, None)), misplaced("commitment"));
    assert_eq!(flow.refused("owner", attach(None, claim)), misplaced("claim"));
    let attached = flow.must("owner", attach(None, None));
    assert_eq!(flow.claim(), attached, "the bundle is what is judged");

    flow.must("owner", flow.open_review(&TWO));
    let review = |report: Option<StatementId>, reason: &str| -> MissionFact {
        let (claim, reason) = (attached, reason.to_owned());
        let (decision, flag) = (Decision::Approve, None);
        Reviewed { mission, claim, decision, report, reason, flag }.into()
    };
    let report = Some(id("report"));
    assert_eq!(flow.refused("rev1", review(report, "read it")), misplaced("report"));
    let refusal = flow.refused("rev1", review(None, ""));
    assert_eq!(refusal.code(), "mission.bad_text", "without a report the reason must be written");
    flow.must("rev1", review(None, "read it"));
}

#[test]
fn what_an_order_gives_must_be_named_with_one() {
    let missing = |what| MissionError::from(UndertakingError::Missing { what });
    let mut flow = Flow::started(RiskTier::R1);
    for task in crate::world::ORDER {
        flow.must("worker", flow.evidence(task));
    }
    let (mission, work) = (flow.mission.id(), flow.attached_work());
    let fact = EvidenceAttached { mission, work, commitment: None, claim: None }.into();
    assert_eq!(flow.refused("owner", fact), missing("commitment"));
    flow.must("owner", flow.attach());
    flow.must("owner", flow.open_review(&TWO));
    let (claim, reason) = (flow.claim(), "read it".to_owned());
    let (decision, report, flag) = (Decision::Approve, None, None);
    let fact = Reviewed { mission, claim, decision, report, reason, flag }.into();
    assert_eq!(flow.refused("rev1", fact), missing("report"));
}

#[test]
fn the_share_is_committed_before_the_evidence_and_the_draw_follows_from_both() {
    let mut flow = Flow::alone().and_scoped(RiskTier::R1);
    flow.must("owner", flow.decompose(crate::world::tasks()));
    let (mission, worker) = (flow.mission.id(), key("worker"));
    let fact = Started { mission, worker, attempt: 1, share: None }.into();
    assert_eq!(flow.refused("owner", fact), UndertakingError::Missing { what: "share" }.into());
    flow.must("owner", flow.start("worker", 1));
    flow.work_and_attach();

    let MissionFact::ReviewOpened(right) = flow.open_review(&TWO) else { panic!("another fact") };
    let refused = |flow: &mut Flow, fact: ReviewOpened| flow.refused("owner", fact.into()).code();
    let other = ReviewOpened { share: Some(share(2)), ..right.clone() };
    assert_eq!(refused(&mut flow, other), "mission.draw_mismatch");
    let other = ReviewOpened { beacon: Some(digest("chosen")), ..right.clone() };
    assert_eq!(refused(&mut flow, other), "mission.draw_mismatch");
    let other = ReviewOpened { share: None, ..right.clone() };
    assert_eq!(refused(&mut flow, other), "mission.missing");
    let other = ReviewOpened { beacon: None, ..right.clone() };
    assert_eq!(refused(&mut flow, other), "mission.missing");
    let other = ReviewOpened { amendment: Some(id("amendment")), ..right.clone() };
    assert_eq!(refused(&mut flow, other), "mission.misplaced");

    // Another nonce of the worker, and the same share draws with another beacon.
    let mut twin = Flow::alone().and_scoped(RiskTier::R1).and_started();
    twin.statements += 100;
    twin.work_and_attach();
    let MissionFact::ReviewOpened(drawn) = twin.open_review(&TWO) else { panic!("another fact") };
    assert_ne!(drawn.beacon, right.beacon);
    flow.must("owner", right.into());
}

/// A constitutional mission whose work is done.
fn constitutional() -> Flow {
    let flow = alone(RiskTier::R3);
    assert_eq!(flow.state(), "evidence attached");
    flow
}

fn before_chambers(flow: &Flow, amendment: &str) -> MissionFact {
    let (mission, amendment) = (flow.mission.id(), Some(id(amendment)));
    let (reviewers, beacon, share) = (Vec::new(), None, None);
    ReviewOpened { mission, reviewers, beacon, share, amendment }.into()
}

fn by(flow: &Flow, amendment: &str) -> [MissionFact; 2] {
    let (mission, approval) = (flow.mission.id(), id(amendment));
    let completed = Completed { mission, gate: Gate::Human, approval: Some(approval) };
    [completed.into(), Rejected { mission, approval }.into()]
}

#[test]
fn a_constitutional_mission_is_integrated_and_completed_by_chambers_alone() {
    let tier = RiskTier::R3;
    let mut flow = constitutional();
    let mission = flow.mission.id();
    let refusal = flow.refused("owner", flow.open_review(&TWO));
    assert_eq!(refusal, UndertakingError::Missing { what: "amendment" }.into());
    let MissionFact::ReviewOpened(fact) = before_chambers(&flow, "amendment") else {
        panic!("another fact")
    };
    let with = ReviewOpened { reviewers: vec![key("rev1")], ..fact };
    assert_eq!(flow.refused("owner", with.into()), MissionError::HumanChambersOnly { tier });
    flow.must("owner", before_chambers(&flow, "amendment"));

    // No machine, no reviewer and no panel has a say.
    let review = flow.reviewed(Decision::Approve, "report");
    assert_eq!(flow.refused("rev1", review).code(), "mission.not_assigned");
    let panel = flow.open_panel(&crate::people::THREE);
    assert_eq!(flow.refused("owner", panel).code(), "mission.not_passed");

    let integrated = flow.integrate(&[]);
    let rework = flow.rework(&[]);
    for stage in [None, Some(Stage::Proposed), Some(Stage::ChallengeWindow), Some(Stage::Rejected)]
    {
        flow.amendment = stage;
        let refusal = flow.refused("owner", integrated.clone());
        assert_eq!(refusal.code(), "mission.chambers_undecided");
    }
    flow.amendment = Some(Stage::Confirmed);
    assert_eq!(flow.refused("owner", rework).code(), "mission.chambers_undecided");
    let artifact = digest("another file");
    let other = Integrated { mission, artifact, reviews: Vec::new() }.into();
    assert_eq!(flow.refused("owner", other).code(), "mission.artifact_mismatch");
    flow.must("owner", integrated);
    flow.must("owner", flow.open_gate());

    let decided = flow.gate_decided(GateDecision::Approve);
    assert_eq!(flow.refused("gate", decided), MissionError::HumanChambersOnly { tier });
    let [completed, rejected] = by(&flow, "amendment");
    let refusal = flow.refused("owner", completed.clone());
    assert_eq!(refusal.code(), "mission.chambers_undecided", "it is not in force yet");
    flow.amendment = Some(Stage::Activated);
    assert_eq!(flow.refused("owner", rejected).code(), "mission.chambers_undecided");
    let automatic = flow.complete(Gate::Automatic);
    assert_eq!(flow.refused("owner", automatic), MissionError::GateMismatch);
    flow.must("owner", completed);
    assert_eq!(flow.state(), "completed");
}

#[test]
fn what_chambers_turn_down_is_reworked_and_asked_anew() {
    for stage in [Stage::Rejected, Stage::Lapsed, Stage::Withdrawn, Stage::Superseded] {
        let mut flow = constitutional();
        flow.must("owner", before_chambers(&flow, "first"));
        flow.amendment = Some(stage);
        flow.must("owner", flow.rework(&[]));
        assert_eq!(flow.state(), "in rework");
        flow.must("owner", flow.start("worker", 2));
        flow.work_and_attach();
        let again = flow.refused("owner", before_chambers(&flow, "first"));
        assert_eq!(again.code(), "mission.reused", "one amendment, one answer");
        flow.must("owner", before_chambers(&flow, "second"));
    }
    // Confirmed, and then overtaken by another.
    let mut flow = constitutional();
    flow.must("owner", before_chambers(&flow, "first"));
    flow.amendment = Some(Stage::Confirmed);
    flow.must("owner", flow.integrate(&[]));
    flow.must("owner", flow.open_gate());
    flow.amendment = Some(Stage::Superseded);
    let [_, rejected] = by(&flow, "first");
    let [_, other] = by(&flow, "second");
    assert_eq!(flow.refused("owner", other), MissionError::GateMismatch);
    flow.must("owner", rejected);
    assert_eq!(flow.state(), "rejected");
}
