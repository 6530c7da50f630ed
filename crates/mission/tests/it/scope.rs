//! Intake: who may own and move a mission, which class, tier and texts are accepted.

use comity_constitution::{DomainType, RiskTier};
use comity_mission::facts::{GateOpened, MissionFact, Scoped};
use comity_mission::limits::{SCOPE_BYTES_MAX, TITLE_BYTES_MAX};
use comity_mission::{Mission, MissionError};
use comity_wire::KeyId;

use crate::world::{Flow, actors, draft, event, id, key};

fn scoped(class: &str, tier: RiskTier) -> MissionError {
    let mut flow = Flow::drafted();
    let fact = flow.scope(class, tier);
    flow.refused("owner", fact)
}

#[test]
fn an_unmapped_class_is_refused() {
    let class = "weather_magic".to_owned();
    assert_eq!(scoped("weather_magic", RiskTier::R2), MissionError::UnmappedClass { class });
}

#[test]
fn a_tier_weaker_than_the_class_demands_is_refused_with_both() {
    let (requested, mapped) = (RiskTier::R1, RiskTier::R2);
    let refusal = scoped("regulated_analysis", RiskTier::R1);
    assert_eq!(refusal, MissionError::TierTooWeak { requested, mapped });
}

#[test]
fn constitutional_missions_have_no_reviewer_path() {
    let tier = RiskTier::R3;
    let mapped = scoped("constitutional_change", RiskTier::R3);
    assert_eq!(mapped, MissionError::HumanChambersOnly { tier });
    let requested = scoped("documentation_update", RiskTier::R3);
    assert_eq!(requested, MissionError::HumanChambersOnly { tier });
}

#[test]
fn blank_and_endless_texts_are_refused_with_their_length() {
    let long = "x".repeat(SCOPE_BYTES_MAX + 1);
    for scope in ["", " \t", &long] {
        let mut flow = Flow::drafted();
        let fact = MissionFact::from(Scoped {
            mission: flow.mission.id(),
            mission_class: "documentation_update".to_owned(),
            risk_tier: RiskTier::R0,
            domain_type: DomainType::Objective,
            scope: scope.to_owned(),
        });
        let refusal =
            MissionError::BadText { field: "scope", len: scope.len(), max: SCOPE_BYTES_MAX };
        assert_eq!(flow.refused("owner", fact), refusal);
    }
    let refusal = draft("owner", "", &actors()).unwrap_err();
    assert_eq!(refusal, MissionError::BadText { field: "title", len: 0, max: TITLE_BYTES_MAX });
    assert_eq!(scoped(" ", RiskTier::R0).code(), "mission.bad_text");
}

#[test]
fn the_owner_is_an_admitted_human_with_the_role() {
    let owned_by = |owner| draft(owner, "a watch", &actors()).unwrap_err();
    assert_eq!(owned_by("nobody"), MissionError::UnknownActor { key: key("nobody") });
    let role = "owner";
    assert_eq!(owned_by("gate"), MissionError::RoleMissing { key: key("gate"), role });
    assert_eq!(owned_by("robot"), MissionError::NotHuman { key: key("robot"), role });
}

#[test]
fn a_mission_begins_with_its_draft_and_with_nothing_else() {
    let fact = GateOpened { mission: id("mission") }.into();
    let refusal = Mission::draft(&event(id("x"), "owner", fact), &|_: &KeyId| None).unwrap_err();
    assert_eq!(refusal.code(), "mission.not_in_this_state");
}

#[test]
fn only_the_owner_and_the_drafter_move_a_mission() {
    for stranger in ["worker", "rev1", "gate", "nobody"] {
        let mut flow = Flow::drafted();
        let fact = flow.scope("documentation_update", RiskTier::R0);
        let refusal = MissionError::NotEntitled { signer: key(stranger), event: "be scoped" };
        assert_eq!(flow.refused(stranger, fact), refusal);
    }
}

#[test]
fn an_event_about_another_mission_is_refused() {
    let mut flow = Flow::drafted();
    let fact = GateOpened { mission: id("other") }.into();
    let (mission, named) = (flow.mission.id(), id("other"));
    assert_eq!(flow.refused("owner", fact), MissionError::WrongMission { mission, named });
}
