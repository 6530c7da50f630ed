//! Silence, recusal and replacement: who leaves a panel, who comes, and what stays true.

use comity_constitution::RiskTier;
use comity_mission::facts::{Decision, Judgement, Recused, ReviewerSilent};
use comity_mission::{
    Axis, MissionError, ReviewerProfile, RouteError, Shortfall, route, route_next, verify_next,
};
use comity_wire::Time;

use crate::people::{THREE, WINDOW_S};
use crate::world::{FIVE, Flow, TWO, actors, digest, id, key, profile};

fn start() -> Time {
    Time::parse("2026-01-01T00:00:00Z").unwrap()
}

#[test]
fn a_silent_reviewer_is_replaced_and_the_mission_goes_on() {
    let mut flow = Flow::under_review(RiskTier::R2, &FIVE);
    flow.review_all(&FIVE[..4], Decision::Approve);
    flow.replace_silent("rev5", "rev6");
    let panel = flow.mission.phase().panel().unwrap();
    assert!(
        panel.assigned.contains_key(&key("rev6")) && !panel.assigned.contains_key(&key("rev5"))
    );
    assert_eq!(panel.turnover.first_of(&key("rev6")), &key("rev5"), "the seat is the same");
    assert_eq!(panel.turnover.first(&panel.assigned).len(), 5);
    assert!(!panel.is_whole());
    let late = flow.reviewed(Decision::Approve, "late");
    let signer = key("rev5");
    assert_eq!(flow.refused("rev5", late), MissionError::NotAssigned { signer });
    flow.review("rev6", Decision::Approve);
    assert!(flow.mission.phase().panel().unwrap().is_whole());
    flow.must("owner", flow.integrate(&["rev1", "rev2", "rev3", "rev6"]));
}

#[test]
fn nobody_is_called_silent_before_the_window_has_passed_since_it_was_seated() {
    let mut flow = Flow::under_review(RiskTier::R2, &FIVE);
    flow.now_s = WINDOW_S - 1;
    let fact = flow.silent("rev5");
    let (reviewer, until) = (key("rev5"), start().plus(WINDOW_S));
    assert_eq!(flow.refused("house", fact), MissionError::TooEarly { reviewer, until });
    flow.now_s += 1;
    let shown_by = flow.must("house", flow.silent("rev5"));
    flow.must("owner", flow.replace("rev5", "rev6", shown_by));
    let fact = flow.silent("rev6");
    let (reviewer, until) = (key("rev6"), start().plus(2 * WINDOW_S));
    assert_eq!(flow.refused("house", fact), MissionError::TooEarly { reviewer, until });
    flow.now_s += WINDOW_S;
    let again = flow.must("house", flow.silent("rev6"));
    let back = flow.replace("rev6", "rev5", again);
    let refusal = MissionError::DuplicateReviewer { key: key("rev5") };
    assert_eq!(flow.refused("owner", back), refusal, "who has left does not come back");
}

#[test]
fn whoever_has_spoken_is_not_silent_and_whoever_is_silent_does_not_speak() {
    let mut flow = Flow::under_review(RiskTier::R1, &TWO);
    flow.review("rev2", Decision::Reject);
    flow.now_s = WINDOW_S;
    let fact = flow.silent("rev2");
    let refusal = MissionError::AlreadyReviewed { reviewer: key("rev2") };
    assert_eq!(flow.refused("house", fact), refusal);
    flow.must("house", flow.silent("rev1"));
    let late = flow.reviewed(Decision::Approve, "late");
    let refusal = MissionError::Silent { reviewer: key("rev1") };
    assert_eq!(flow.refused("rev1", late), refusal);
    let again = flow.silent("rev1");
    assert_eq!(flow.refused("house", again), refusal);
    let (mission, reviewer) = (flow.mission.id(), key("rev1"));
    let fact = ReviewerSilent { mission, claim: id("another"), reviewer }.into();
    assert_eq!(flow.refused("house", fact).code(), "mission.wrong_claim");
}

#[test]
fn an_approval_without_evidence_of_trust_is_half_an_answer() {
    let mut flow = Flow::under_review(RiskTier::R1, &TWO);
    flow.review_all(&TWO, Decision::Approve);
    flow.must("rev2", flow.vouch("rev2", "report"));
    flow.now_s = WINDOW_S;
    let done = flow.silent("rev2");
    assert_eq!(flow.refused("house", done).code(), "mission.already_reviewed");
    let shown_by = flow.must("house", flow.silent("rev1"));
    let late = flow.vouch("rev1", "report");
    assert_eq!(flow.refused("rev1", late).code(), "mission.silent");
    flow.must("owner", flow.replace("rev1", "rev3", shown_by));
    let panel = flow.mission.phase().panel().unwrap();
    assert_eq!(panel.reviews.len(), 1, "the half answer is gone");
    let fact = flow.integrate(&TWO);
    assert_eq!(flow.refused("owner", fact).code(), "mission.unknown_statement");
}

#[test]
fn the_steward_replaces_for_a_reason_that_stands_in_the_record() {
    let mut flow = Flow::under_review(RiskTier::R2, &FIVE);
    let fact = flow.replace("rev5", "rev6", id("invented"));
    let refusal = MissionError::Unknown { what: "silence or recusal", id: id("invented") };
    assert_eq!(flow.refused("owner", fact), refusal);
    flow.now_s = WINDOW_S;
    let shown_by = flow.must("house", flow.silent("rev4"));
    let fact = flow.replace("rev5", "rev6", shown_by);
    assert_eq!(flow.refused("owner", fact).code(), "mission.unknown_statement", "rev4's silence");
    let fact = flow.replace("rev4", "rev6", shown_by);
    assert_eq!(flow.refused("rev1", fact).code(), "mission.not_entitled");
    let fact = flow.replace("rev6", "rev3", shown_by);
    assert_eq!(flow.refused("owner", fact), MissionError::NotAssigned { signer: key("rev6") });
}

#[test]
fn who_comes_is_independent_and_keeps_the_panel_as_diverse_as_it_was() {
    let mut flow = Flow::under_review(RiskTier::R2, &FIVE);
    flow.now_s = WINDOW_S;
    let shown_by = flow.must("house", flow.silent("rev3"));
    // Only rev3 is from the third region.
    let narrow = flow.replace("rev3", "twin1", shown_by);
    let lack = Shortfall { axis: Axis::Regions, have: 2, need: 3 };
    assert_eq!(flow.refused("owner", narrow), MissionError::PanelTooWeak(lack));
    for (who, code) in [
        ("mate", "mission.shared_organisation"),
        ("worker", "mission.self_review"),
        ("rev1", "mission.duplicate_reviewer"),
        ("vibes", "mission.profile_unknown_method"),
        ("gate", "mission.role_missing"),
    ] {
        let fact = flow.replace("rev3", who, shown_by);
        assert_eq!(flow.refused("owner", fact).code(), code, "{who}");
    }
    flow.must("owner", flow.replace("rev3", "rev6", shown_by));
}

#[test]
fn the_recused_do_not_decide_and_are_replaced_at_once() {
    let mut flow = Flow::under_review(RiskTier::R2, &FIVE);
    flow.review("rev1", Decision::Approve);
    let shown_by = flow.must("rev5", flow.recuse("rev5"));
    let again = flow.recuse("rev5");
    let refusal = MissionError::Recused { reviewer: key("rev5") };
    assert_eq!(flow.refused("rev5", again), refusal);
    let decides = flow.reviewed(Decision::Approve, "after all");
    assert_eq!(flow.refused("rev5", decides), refusal);
    flow.now_s = WINDOW_S;
    let silent = flow.silent("rev5");
    assert_eq!(flow.refused("house", silent), refusal, "there is a reason already");
    flow.must("owner", flow.replace("rev5", "rev6", shown_by));

    let decided = flow.must("rev1", flow.recuse("rev1"));
    let fact = flow.replace("rev1", "pat", decided);
    let refusal = MissionError::AlreadyReviewed { reviewer: key("rev1") };
    assert_eq!(flow.refused("owner", fact), refusal, "what was decided before stands");
    let (mission, reviewer, reason) = (flow.mission.id(), key("rev2"), " ".to_owned());
    let blank = Recused { mission, reviewer, reason }.into();
    assert_eq!(flow.refused("rev2", blank).code(), "mission.bad_text");
}

#[test]
fn a_silent_panellist_is_replaced_by_a_human_who_has_no_part() {
    let mut flow = Flow::before_people(&THREE);
    flow.judge("pat", Judgement::Approve);
    flow.now_s = WINDOW_S;
    let spoken = flow.silent("pat");
    assert_eq!(flow.refused("house", spoken).code(), "mission.already_reviewed");
    let shown_by = flow.must("house", flow.silent("quin"));
    let late = flow.judged(Judgement::Reject, "late");
    assert_eq!(flow.refused("quin", late.clone()).code(), "mission.silent");
    for (who, code) in [
        ("rev6", "mission.not_human"),
        ("rev5", "mission.duplicate_reviewer"),
        ("ruth", "mission.duplicate_reviewer"),
        ("Cousin", "mission.shared_organisation"),
    ] {
        let fact = flow.replace("quin", who, shown_by);
        assert_eq!(flow.refused("owner", fact).code(), code, "{who}");
    }
    flow.must("owner", flow.replace("quin", "sam", shown_by));
    assert_eq!(flow.refused("quin", late).code(), "mission.not_assigned");
    flow.judge("sam", Judgement::Approve);
    flow.judge("ruth", Judgement::Reject);
    flow.must("owner", flow.integrate(&FIVE));
}

#[test]
fn a_recused_panellist_is_replaced_at_once() {
    let mut flow = Flow::before_people(&THREE);
    let shown_by = flow.must("quin", flow.recuse("quin"));
    let fact = flow.judged(Judgement::Approve, "after all");
    assert_eq!(flow.refused("quin", fact).code(), "mission.recused");
    flow.must("owner", flow.replace("quin", "sam", shown_by));
    assert!(flow.people().assigned.contains_key(&key("sam")));
}

fn pool() -> Vec<ReviewerProfile> {
    let names = ["rev1", "rev2", "rev3", "rev4", "rev5", "rev6", "twin1", "pat", "quin", "sam"];
    names.iter().map(|name| profile(&actors()[&key(name)])).collect()
}

#[test]
fn who_comes_is_the_next_of_the_same_draw() {
    let mut flow = Flow::attached(RiskTier::R2);
    let request = flow.mission.route_request(digest("beacon 1")).unwrap();
    let drawn = route(&pool(), &request).unwrap();
    let names: Vec<String> = drawn
        .iter()
        .map(|key| key.as_str().trim_start_matches("did:key:z6Mk").to_owned())
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    flow.must("owner", flow.open_review(&names));
    let leaving = drawn[0].clone();
    let request = flow.mission.next_request(&leaving).unwrap();
    let mut pool = pool();
    let next = route_next(&pool, &request).unwrap();
    assert!(!drawn.contains(&next));
    pool.reverse();
    assert_eq!(route_next(&pool, &request), Ok(next.clone()), "whatever the order of the pool");
    assert_eq!(verify_next(&pool, &request, &next), Ok(()));
    let wish =
        pool.iter().map(ReviewerProfile::key).find(|key| !drawn.contains(key) && **key != next);
    let refusal = verify_next(&pool, &request, wish.unwrap()).unwrap_err();
    let (named, drawn_next) = (wish.unwrap().clone(), next.clone());
    assert_eq!(refusal, RouteError::NotTheNext { named, drawn: drawn_next });

    flow.replace_silent(names[0], next.as_str().trim_start_matches("did:key:z6Mk"));
    let request = flow.mission.next_request(&next).unwrap();
    assert!(request.draw.involved.contains(&leaving), "who has left is not drawn again");
    let nobody = route_next(&request.staying, &request).unwrap_err();
    assert_eq!(nobody, RouteError::NobodyNext { candidates: 0 });
    assert_eq!(nobody.code(), "mission.route_nobody_next");
    assert_eq!(refusal.code(), "mission.route_not_the_next");
    assert!(flow.mission.next_request(&leaving).is_none());
}

#[test]
fn people_are_drawn_by_the_same_beacon_from_humans_who_have_not_reviewed() {
    let mut flow = Flow::passed_for_people(
        comity_constitution::DomainType::Normative,
        comity_constitution::DomainType::Objective,
    );
    let mut pool = pool();
    pool.push(profile(&actors()[&key("ruth")]));
    let request = flow.mission.people_request().unwrap();
    let drawn = route(&pool, &request).unwrap();
    assert_eq!(drawn.len(), 3);
    let who = |key: &comity_wire::KeyId| pool.iter().find(|who| who.key() == key).unwrap();
    assert!(drawn.iter().all(|key| who(key).is_human()));
    assert!(!drawn.contains(&key("rev5")), "a human, but a reviewer of this mission");
    let names: Vec<String> = drawn
        .iter()
        .map(|key| key.as_str().trim_start_matches("did:key:z6Mk").to_owned())
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    flow.must("owner", flow.open_panel(&names));
    assert!(flow.mission.people_request().is_none());
    let request = flow.mission.next_request(&drawn[0]).unwrap();
    let next = route_next(&pool, &request).unwrap();
    assert!(who(&next).is_human() && !drawn.contains(&next));
    flow.replace_silent(names[0], next.as_str().trim_start_matches("did:key:z6Mk"));
}

#[test]
fn what_passes_the_panel_and_not_the_order_is_reworked() {
    let mut flow = Flow::under_review(RiskTier::R1, &TWO);
    flow.review_all(&TWO, Decision::Approve);
    let fact = flow.rework(&TWO);
    assert_eq!(flow.refused("owner", fact.clone()), MissionError::NotFailed);
    flow.order_refuses = true;
    flow.must("owner", fact);
    assert_eq!(flow.state(), "in rework");
    let mut open = Flow::under_review(RiskTier::R1, &TWO);
    open.order_refuses = true;
    open.review("rev1", Decision::Approve);
    let fact = open.rework(&["rev1"]);
    assert_eq!(
        open.refused("owner", fact),
        MissionError::NotFailed,
        "not before the panel is done"
    );
}
