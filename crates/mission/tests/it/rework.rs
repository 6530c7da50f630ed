//! Failed reviews, new attempts, integration, and evidence of trust.

use comity_constitution::RiskTier;
use comity_mission::facts::{
    Decision, EvidenceAttached, EvidenceOfTrust, Integrated, MissionFact, ReviewOpened,
    ReworkRequired, TaskId,
};
use comity_mission::limits::ATTEMPTS_MAX;
use comity_mission::{Axis, MissionError, Shortfall, Verdict};

use crate::world::{FIVE, Flow, TWO, digest, id, key};

fn failed_review() -> Flow {
    let mut flow = Flow::under_review(RiskTier::R1, &TWO);
    flow.review("rev1", Decision::Approve);
    flow.review("rev2", Decision::Reject);
    flow
}

#[test]
fn disagreement_leads_to_rework_and_a_new_attempt() {
    let mut flow = failed_review();
    let lack = Shortfall { axis: Axis::Reviewers, have: 1, need: 2 };
    assert_eq!(flow.mission.phase().panel().unwrap().verdict(), Verdict::Failed(lack));
    flow.must("owner", flow.rework(&TWO));
    assert_eq!(flow.state(), "in rework");
    flow.must("owner", flow.start("worker", 2));
    flow.work_and_attach();
    flow.must("owner", flow.open_review(&TWO));
    flow.review_all(&TWO, Decision::Approve);
    flow.must("owner", flow.integrate(&TWO));
    assert_eq!((flow.state(), flow.mission.attempts()), ("integrated", 2));
}

#[test]
fn rework_needs_reviews_that_put_approval_out_of_reach() {
    let mut flow = Flow::under_review(RiskTier::R2, &FIVE);
    flow.review("rev4", Decision::Reject);
    let fact = flow.rework(&["rev4"]);
    assert_eq!(flow.refused("owner", fact), MissionError::NotFailed, "four can still approve");
    flow.review("rev1", Decision::Abstain);
    let fact = flow.rework(&["rev1"]);
    assert_eq!(flow.refused("owner", fact), MissionError::NotFailed, "one listed is not enough");
    flow.must("owner", flow.rework(&["rev1", "rev4"]));

    let mut passed = Flow::under_review(RiskTier::R1, &TWO);
    passed.review_all(&TWO, Decision::Approve);
    let fact = passed.rework(&TWO);
    assert_eq!(passed.refused("owner", fact), MissionError::NotFailed);
}

#[test]
fn a_failed_review_cannot_be_integrated() {
    let mut flow = failed_review();
    let fact = flow.integrate(&TWO);
    let lack = Shortfall { axis: Axis::Reviewers, have: 1, need: 2 };
    assert_eq!(flow.refused("owner", fact), MissionError::NotPassed(lack));
}

#[test]
fn listed_reviews_are_known_and_listed_once() {
    let mut flow = failed_review();
    let listed = |flow: &Flow, reviews| {
        MissionFact::from(ReworkRequired { mission: flow.mission.id(), reviews })
    };
    let fact = listed(&flow, vec![id("invented")]);
    let refusal = MissionError::Unknown { what: "review", id: id("invented") };
    assert_eq!(flow.refused("owner", fact), refusal);
    let twice = flow.reviews[&key("rev2")];
    let fact = listed(&flow, vec![twice, twice]);
    assert_eq!(flow.refused("owner", fact), MissionError::ListedTwice { id: twice });
}

#[test]
fn a_new_attempt_uses_nothing_twice() {
    let mut flow = failed_review();
    flow.must("owner", flow.rework(&TWO));
    flow.must("owner", flow.start("worker", 2));
    for task in crate::world::ORDER {
        flow.must("worker", flow.evidence(task));
    }
    let mission = flow.mission.id();
    let work = flow.attached_work();
    let (commitment, claim) = (id("commitment 2"), id("claim 1"));
    let (commitment, named) = (Some(commitment), Some(claim));
    let fact = EvidenceAttached { mission, work, commitment, claim: named }.into();
    let refusal = MissionError::Reused { what: "claim", value: claim.digest() };
    assert_eq!(flow.refused("owner", fact), refusal);

    flow.must("owner", flow.attach());
    let reviewers = TWO.iter().map(|name| key(name)).collect();
    let beacon = digest("beacon 1");
    let (shown, share, amendment) = (Some(beacon), None, None);
    let fact = ReviewOpened { mission, reviewers, beacon: shown, share, amendment }.into();
    let refusal = MissionError::Reused { what: "beacon", value: beacon };
    assert_eq!(flow.refused("owner", fact), refusal);
}

#[test]
fn who_worked_on_an_earlier_attempt_does_not_review_a_later_one() {
    let mut flow = failed_review();
    flow.must("owner", flow.rework(&TWO));
    flow.must("owner", flow.start("spare", 2));
    for task in crate::world::ORDER {
        flow.must("spare", flow.evidence(task));
    }
    flow.must("owner", flow.attach());
    let fact = flow.open_review(&["rev1", "worker"]);
    assert_eq!(flow.refused("owner", fact), MissionError::SelfReview { key: key("worker") });
}

#[test]
fn attempts_run_out() {
    let mut flow = Flow::attached(RiskTier::R0);
    for attempt in 1..=ATTEMPTS_MAX {
        flow.must("owner", flow.open_review(&["rev1"]));
        flow.review("rev1", Decision::Reject);
        flow.must("owner", flow.rework(&["rev1"]));
        let next = flow.start("worker", attempt + 1);
        if attempt == ATTEMPTS_MAX {
            let refusal = MissionError::AttemptsExhausted { attempt: attempt + 1, max: attempt };
            assert_eq!(flow.refused("owner", next), refusal);
        } else {
            flow.must("owner", next);
            flow.work_and_attach();
        }
    }
}

#[test]
fn the_output_must_be_what_the_final_task_produced() {
    let mut flow = Flow::under_review(RiskTier::R0, &["rev1"]);
    flow.review("rev1", Decision::Approve);
    let (mission, artifact) = (flow.mission.id(), flow.artifact("read"));
    let fact = Integrated { mission, artifact, reviews: vec![flow.reviews[&key("rev1")]] }.into();
    let (expected, found) = (flow.artifact("report"), artifact);
    assert_eq!(flow.refused("owner", fact), MissionError::ArtifactMismatch { expected, found });
}

#[test]
fn only_an_approving_reviewer_vouches_and_only_for_this_work() {
    let mut flow = Flow::under_review(RiskTier::R2, &FIVE);
    let signer = key("rev1");
    let early = flow.vouch("rev1", "read");
    let refusal = MissionError::NotApproved { signer: signer.clone(), review: id("none") };
    assert_eq!(flow.refused("rev1", early), refusal);
    flow.review("rev1", Decision::Approve);
    flow.review("rev2", Decision::Reject);

    let stranger = flow.vouch("rev1", "read");
    assert_eq!(flow.refused("worker", stranger).code(), "mission.not_assigned");
    let borrowed = flow.vouch("rev1", "read");
    assert_eq!(flow.refused("rev3", borrowed).code(), "mission.not_approved");
    let rejecter = flow.vouch("rev2", "read");
    assert_eq!(flow.refused("rev2", rejecter).code(), "mission.not_approved");

    let review = flow.reviews[&signer];
    let fact = |task: &str, artifact, worker| {
        let (mission, task) = (id("mission"), TaskId::new(task));
        MissionFact::from(EvidenceOfTrust { mission, task, artifact, worker, review })
    };
    let artifact = flow.artifact("read");
    let (worker, named) = (key("worker"), key("spare"));
    let refusal = MissionError::WrongWorker { worker: worker.clone(), named: named.clone() };
    assert_eq!(flow.refused("rev1", fact("read", artifact, named)), refusal);
    let other = fact("audit", artifact, worker.clone());
    assert_eq!(flow.refused("rev1", other).code(), "mission.artifact_mismatch");
    let others = EvidenceOfTrust {
        mission: id("mission"),
        task: TaskId::new("read"),
        artifact,
        worker: worker.clone(),
        review: flow.reviews[&key("rev2")],
    };
    assert_eq!(flow.refused("rev1", others.into()).code(), "mission.not_approved");
    let unknown = fact("dream", artifact, worker.clone());
    assert_eq!(flow.refused("rev1", unknown), MissionError::UnknownTask);

    flow.must("rev1", fact("read", artifact, worker.clone()));
    let task = TaskId::new("read");
    let refusal = MissionError::TrustRepeated { reviewer: signer, task };
    assert_eq!(flow.refused("rev1", fact("read", artifact, worker)), refusal);
}
