//! Who may review: independence, complete metadata, diversity of the set assigned.

use comity_constitution::RiskTier;
use comity_mission::facts::{Decision, MissionFact, Reviewed};
use comity_mission::limits::{REASON_BYTES_MAX, REVIEWERS_MAX};
use comity_mission::{Axis, MissionError, ProfileError, Shortfall};
use comity_wire::{Digest, StatementId};

use crate::world::{FIVE, Flow, TWO, id, key, machine};

fn assigned(tier: RiskTier, reviewers: &[&str]) -> MissionError {
    let mut flow = Flow::attached(tier);
    let fact = flow.open_review(reviewers);
    flow.refused("owner", fact)
}

fn lacks(axis: Axis, have: u64, need: u64) -> MissionError {
    MissionError::PanelTooWeak(Shortfall { axis, have, need })
}

#[test]
fn a_worker_never_reviews_its_own_work() {
    let refusal = assigned(RiskTier::R1, &["rev1", "worker"]);
    assert_eq!(refusal, MissionError::SelfReview { key: key("worker") });
    assert_eq!(assigned(RiskTier::R0, &["worker"]).code(), "mission.self_review");
}

#[test]
fn nor_under_another_name_with_the_same_key() {
    // One key is one actor: whatever name its sovereign gives it, the key gives it away.
    let mut flow = Flow::attached(RiskTier::R0);
    let mut renamed = machine("worker", "gemini", "reasoning_model", "us", "Elsewhere");
    renamed.name = "somebody else".to_owned();
    flow.actors.insert(key("worker"), renamed);
    let fact = flow.open_review(&["worker"]);
    assert_eq!(flow.refused("owner", fact), MissionError::SelfReview { key: key("worker") });
}

#[test]
fn owner_and_drafter_never_review() {
    for party in ["owner", "authority"] {
        let mut flow = Flow::attached(RiskTier::R0);
        let reviewer = machine(party, "gemini", "reasoning_model", "us", "Elsewhere");
        flow.actors.insert(key(party), reviewer);
        let fact = flow.open_review(&[party]);
        assert_eq!(flow.refused("owner", fact), MissionError::SelfReview { key: key(party) });
    }
}

#[test]
fn from_r1_up_a_colleague_of_the_worker_never_reviews() {
    let tier = RiskTier::R1;
    let refusal = assigned(tier, &["rev1", "mate"]);
    assert_eq!(refusal, MissionError::SharedOrganisation { key: key("mate"), tier });
    Flow::under_review(RiskTier::R0, &["mate"]);
}

#[test]
fn one_reviewer_counts_once() {
    let refusal = assigned(RiskTier::R1, &["rev1", "rev1"]);
    assert_eq!(refusal, MissionError::DuplicateReviewer { key: key("rev1") });
}

#[test]
fn too_few_and_too_many_reviewers_are_refused_with_both_numbers() {
    assert_eq!(assigned(RiskTier::R0, &[]), lacks(Axis::Reviewers, 0, 1));
    assert_eq!(assigned(RiskTier::R1, &["rev1"]), lacks(Axis::Reviewers, 1, 2));
    assert_eq!(assigned(RiskTier::R2, &FIVE[..4]), lacks(Axis::Reviewers, 4, 5));
    let many = ["rev1"; REVIEWERS_MAX + 1];
    assert_eq!(assigned(RiskTier::R2, &many).code(), "mission.too_many_reviewers");
}

#[test]
fn two_spellings_of_one_family_are_one_family() {
    assert_eq!(assigned(RiskTier::R1, &["rev1", "twin1"]), lacks(Axis::ModelFamilies, 1, 2));
    assert_eq!(assigned(RiskTier::R1, &["rev1", "twin2"]), lacks(Axis::ModelFamilies, 1, 2));
}

#[test]
fn high_risk_needs_methods_regions_and_organisations_too() {
    let five = |change: fn(&mut comity_mission::ActorInfo)| {
        let mut flow = Flow::attached(RiskTier::R2);
        for name in ["rev1", "rev2", "rev3", "rev4", "twin2"] {
            change(flow.actors.get_mut(&key(name)).unwrap());
        }
        let fact = flow.open_review(&["rev1", "rev2", "rev3", "rev4", "twin2"]);
        flow.refused("owner", fact)
    };
    let one_family = five(|actor| actor.model_family = "claude".to_owned());
    assert_eq!(one_family, lacks(Axis::ModelFamilies, 1, 2));
    let one_method = five(|actor| actor.method_type = "reasoning_model".to_owned());
    assert_eq!(one_method, lacks(Axis::MethodTypes, 1, 2));
    let two_regions = five(|actor| {
        actor.region = if actor.region == "eu" { " EU" } else { "us" }.to_owned();
    });
    assert_eq!(two_regions, lacks(Axis::Regions, 2, 3));
    let two_houses = five(|actor| {
        actor.organisation = if actor.organisation == "House" { "house" } else { "b" }.to_owned();
    });
    assert_eq!(two_houses, lacks(Axis::Organisations, 2, 3));
}

#[test]
fn metadata_is_complete_and_methods_are_in_the_set() {
    let with = |name| assigned(RiskTier::R1, &["rev1", name]);
    let unknown = |name| MissionError::Profile(ProfileError::UnknownMethod { key: key(name) });
    assert_eq!(with("vibes"), unknown("vibes"));
    assert_eq!(with("Upper"), unknown("Upper"));
    let blank =
        |name, field| MissionError::Profile(ProfileError::BadLabel { key: key(name), field });
    assert_eq!(with("bLank"), blank("bLank", "model_family"));
    assert_eq!(with("nowhere"), blank("nowhere", "region"));
    let field = "model_family";
    let fake = MissionError::Profile(ProfileError::NotOfItsKind { key: key("fake"), field });
    assert_eq!(with("fake"), fake);
}

#[test]
fn reviewers_are_admitted_with_the_role() {
    let refusal = assigned(RiskTier::R1, &["rev1", "gate"]);
    assert_eq!(refusal, MissionError::RoleMissing { key: key("gate"), role: "reviewer" });
    let refusal = assigned(RiskTier::R1, &["rev1", "nobody"]);
    assert_eq!(refusal, MissionError::UnknownActor { key: key("nobody") });
}

#[test]
fn only_assigned_reviewers_decide_once_and_about_this_claim() {
    let mut flow = Flow::under_review(RiskTier::R1, &TWO);
    let fact = flow.reviewed(Decision::Approve, "ghost");
    let refusal = MissionError::NotAssigned { signer: key("rev3") };
    assert_eq!(flow.refused("rev3", fact), refusal);

    flow.review("rev1", Decision::Reject);
    let flip = flow.reviewed(Decision::Approve, "second thoughts");
    let refusal = MissionError::AlreadyReviewed { reviewer: key("rev1") };
    assert_eq!(flow.refused("rev1", flip), refusal);

    let foreign = reviewed(&flow, id("other claim"), Decision::Approve, id("report"), "fine");
    let (claim, named) = (id("claim 1"), id("other claim"));
    assert_eq!(flow.refused("rev2", foreign), MissionError::WrongClaim { claim, named });
}

#[test]
fn a_review_rests_on_a_report_of_its_own_and_says_why_it_refuses() {
    let mut flow = Flow::under_review(RiskTier::R1, &TWO);
    let (claim, none) = (id("claim 1"), StatementId::from_digest(Digest::ZERO));
    let fact = reviewed(&flow, claim, Decision::Approve, none, "fine");
    assert_eq!(flow.refused("rev1", fact), MissionError::ReportMissing);
    let fact = reviewed(&flow, claim, Decision::Reject, id("report"), " ");
    let refusal = MissionError::BadText { field: "reason", len: 1, max: REASON_BYTES_MAX };
    assert_eq!(flow.refused("rev1", fact), refusal);

    flow.must("rev1", reviewed(&flow, claim, Decision::Approve, id("report"), ""));
    let fact = reviewed(&flow, claim, Decision::Approve, id("report"), "me too");
    let refusal = MissionError::Reused { what: "report", value: id("report").digest() };
    assert_eq!(flow.refused("rev2", fact), refusal);
}

fn reviewed(
    flow: &Flow,
    claim: StatementId,
    decision: Decision,
    report: StatementId,
    reason: &str,
) -> MissionFact {
    let (mission, reason, report) = (flow.mission.id(), reason.to_owned(), Some(report));
    Reviewed { mission, claim, decision, report, reason, flag: None }.into()
}
