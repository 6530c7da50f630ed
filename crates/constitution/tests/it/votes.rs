//! Pools, panels, ballots and counts: each refusal of a vote.

use comity_constitution::chamber::{Choice, Verdict};
use comity_constitution::facts::{ChamberSeated, LeaveChanged, PoolCommitted, Recused};
use comity_constitution::vote::Poll;
use comity_constitution::{Chain, facts::BallotCast};
use comity_wire::StatementId;

use crate::scene::{DAY, MACHINES, Scene, digest, key};

fn proposed() -> (Scene, StatementId) {
    let mut scene = Scene::peopled();
    let change = scene.ordinary();
    let amendment = scene.sponsored(change);
    (scene, amendment)
}

#[test]
fn a_pool_is_the_one_of_the_record_for_the_vote_that_is_due() {
    let (mut scene, amendment) = proposed();
    let pool = scene.pool(amendment, Poll::Proposal, 1);
    for (wrong, expected) in [
        (PoolCommitted { poll: Poll::Ratification, ..pool }, "constitution.vote_other_poll"),
        (PoolCommitted { people: pool.people + 1, ..pool }, "constitution.vote_other_pool"),
        (PoolCommitted { snapshot: digest("mine"), ..pool }, "constitution.vote_other_pool"),
        (PoolCommitted { round: 0, ..pool }, "constitution.chamber_round_known"),
    ] {
        assert_eq!(scene.code(None, wrong), expected);
    }
    assert_eq!(scene.code(Some(0), pool), "constitution.not_authority");
    let early = ChamberSeated { panel: digest("panel"), poll: Poll::Proposal, question: amendment };
    assert_eq!(scene.code(None, early), "constitution.vote_no_pool");
    let ballot = BallotCast {
        charter: scene.polity.charter(),
        choice: Choice::Yes,
        question: amendment,
        sitting: amendment,
    };
    assert_eq!(scene.code(Some(5), ballot), "constitution.vote_no_sitting");
    scene.say(None, pool).unwrap();
    assert_eq!(scene.code(Some(5), ballot), "constitution.vote_no_sitting");
    assert_eq!(scene.code(None, early), "constitution.vote_not_announced");
    scene.close_epoch();
    assert_eq!(scene.code(None, early), "constitution.vote_beacon_missing");
    scene.publish();
    assert_eq!(scene.code(None, early), "constitution.vote_other_panel");
    let other = ChamberSeated { poll: Poll::Challenge, ..early };
    assert_eq!(scene.code(None, other), "constitution.vote_other_poll");
    let seating = scene.seating(amendment);
    scene.say(None, seating).unwrap();
    assert_eq!(scene.code(None, seating), "constitution.vote_pool_pending");
}

#[test]
fn in_g0_proposals_wait() {
    let mut scene = Scene::founded();
    for number in 0..5 {
        let until = comity_wire::Time::from_unix(scene.now + DAY);
        let actor = key(number);
        scene.say(None, comity_constitution::facts::IdentityVerified { actor, until }).unwrap();
    }
    let change = scene.ordinary();
    let amendment = scene.sponsored(change);
    let pool = scene.pool(amendment, Poll::Proposal, 1);
    assert_eq!(scene.code(None, pool), "constitution.vote_no_chambers");
}

#[test]
fn one_pool_per_chamber_and_no_second_draw_unless_the_first_failed() {
    let (mut scene, amendment) = proposed();
    let pool = scene.pool(amendment, Poll::Proposal, 1);
    scene.say(None, pool).unwrap();
    let again = PoolCommitted { round: 2, ..pool };
    assert_eq!(scene.code(None, again), "constitution.vote_pool_pending");
    scene.close_epoch();
    assert_eq!(scene.code(None, again), "constitution.vote_pool_pending");
    scene.close_epoch();
    // A beacon that stays away gives no second try.
    assert_eq!(scene.code(None, again), "constitution.vote_pool_pending");
    scene.publish();
    assert_eq!(scene.code(None, again), "constitution.vote_must_seat");

    // With one region left no chamber can be drawn, and the next pool may follow.
    let (mut narrow, amendment) = proposed();
    for member in narrow.around.members.values_mut() {
        member.region = "r0".to_owned();
    }
    let pool = narrow.pool(amendment, Poll::Proposal, 1);
    narrow.say(None, pool).unwrap();
    narrow.close_epoch();
    narrow.publish();
    let any = ChamberSeated { panel: digest("any"), poll: Poll::Proposal, question: amendment };
    assert_eq!(narrow.code(None, any), "constitution.chamber_draw");
    let next = narrow.pool(amendment, Poll::Proposal, 2);
    assert_eq!(narrow.code(None, next), "accepted");
}

#[test]
fn a_pool_whose_round_was_known_before_its_epoch_closed_is_void() {
    let (mut scene, amendment) = proposed();
    let pool = scene.pool(amendment, Poll::Proposal, 1);
    scene.say(None, pool).unwrap();
    scene.publish();
    scene.close_epoch();
    assert_eq!(scene.vote(amendment), None);
    let next = scene.pool(amendment, Poll::Proposal, scene.around.latest_round() + 1);
    assert_eq!(scene.code(None, next), "accepted");
}

#[test]
fn without_a_beacon_a_vote_lapses_with_its_window() {
    let (mut scene, amendment) = proposed();
    let pool = scene.pool(amendment, Poll::Proposal, 1);
    scene.say(None, pool).unwrap();
    scene.close_epoch();
    let count = scene.count(amendment, Verdict::Lapsed);
    assert_eq!(scene.code(None, count), "constitution.vote_may_be_drawn");
    scene.pass(14 * DAY);
    assert_eq!(scene.code(None, count), "accepted");
    let stage = scene.polity.amendment(amendment).unwrap().stage();
    assert_eq!(stage, comity_constitution::Stage::Lapsed);
}

#[test]
fn only_a_member_who_is_active_and_not_recused_votes_once() {
    let (mut scene, amendment) = proposed();
    scene.seat(amendment, Poll::Proposal);
    let ballot = scene.ballot(amendment, Choice::Yes);
    let members = scene.members(amendment);
    let stranger = (2..24).find(|number| !members.contains(number)).unwrap();
    assert_eq!(scene.code(Some(stranger), ballot), "constitution.chamber_not_member");
    assert_eq!(scene.code(Some(MACHINES[0]), ballot), "constitution.chamber_machine_ballot");
    assert_eq!(scene.code(None, ballot), "constitution.not_in_person");
    let other = BallotCast { sitting: amendment, ..ballot };
    assert_eq!(scene.code(Some(members[0]), other), "constitution.vote_other_sitting");
    let swapped = BallotCast { charter: digest("another"), ..ballot };
    assert_eq!(scene.code(Some(members[0]), swapped), "constitution.chamber_other_charter");
    scene.say(Some(members[0]), LeaveChanged { on_leave: true }).unwrap();
    assert_eq!(scene.code(Some(members[0]), ballot), "constitution.vote_not_active");
    scene.say(Some(members[1]), Recused { question: amendment }).unwrap();
    assert_eq!(scene.code(Some(members[1]), ballot), "constitution.vote_recused");
    assert_eq!(scene.code(Some(members[2]), ballot), "accepted");
    assert_eq!(scene.code(Some(members[2]), ballot), "constitution.chamber_voted_twice");
    scene.pass(14 * DAY + 1);
    scene.say(Some(members[0]), LeaveChanged { on_leave: false }).unwrap();
    assert_eq!(scene.code(Some(members[0]), ballot), "constitution.chamber_outside_window");
}

#[test]
fn whoever_is_recused_before_the_pool_is_not_drawn() {
    let mut seen = Vec::new();
    let (scene, amendment) = proposed();
    let mut plain = scene.clone();
    plain.seat(amendment, Poll::Proposal);
    for number in plain.members(amendment) {
        let mut other = scene.clone();
        other.say(Some(number), Recused { question: amendment }).unwrap();
        other.seat(amendment, Poll::Proposal);
        assert!(!other.members(amendment).contains(&number));
        seen.push(number);
    }
    assert_eq!(seen.len(), 3);
}
