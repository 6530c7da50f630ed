//! Attacks that the reference implementation or the blueprint's authors know of, each with what stops it.

use comity_constitution::amendment::Diff;
use comity_constitution::chamber::{Choice, Path, Verdict};
use comity_constitution::facts::{BallotCast, Change, PoolCommitted, Proposed, Withdrawn};
use comity_constitution::vote::Poll;
use comity_constitution::{Parameters, Stage};
use comity_wire::{StatementId, jcs};

use crate::scene::{DAY, MACHINES, Scene, digest};

fn stage(scene: &Scene, amendment: StatementId) -> Stage {
    scene.polity.amendment(amendment).unwrap().stage()
}

/// The reference asks a proposal for the key that it changes and compares that with its entrenched keys, so a dotted name
/// for the same field went through as an ordinary change.
#[test]
fn attack_a_dotted_key_is_no_way_round_entrenchment() {
    let mut scene = Scene::peopled();
    // A proposal names no field at all: whatever is added to it is refused by its closed form.
    let change = scene.entrenched();
    let text = String::from_utf8(jcs::to_vec(&Proposed { change, text: digest("text") }).unwrap());
    let more = text.unwrap().replacen('{', "{\"a\":\"governance.challenge_window_s\",", 1);
    assert!(jcs::from_slice::<Proposed>(more.as_bytes()).is_err());
    // An entrenched field among many harmless ones decides the path.
    let mixed = scene.parameters(|file| {
        file.trust.volume_half += 1;
        file.trust.delta_fast = file.trust.delta_fast.plus(comity_constitution::Nano::EPSILON);
        file.trust.human.floor = file.trust.human.floor.plus(comity_constitution::Nano::EPSILON);
    });
    let diff = Diff::of(&mixed, &scene.around).unwrap();
    assert_eq!((diff.fields().len(), diff.path()), (3, Ok(Path::Entrenched)));
    // A class whose name spells a path is a name and no path.
    let named = scene.parameters(|file| {
        file.mission_classes.insert("eligibility".to_owned(), comity_constitution::RiskTier::R1);
    });
    assert_eq!(Diff::of(&named, &scene.around).unwrap().path(), Ok(Path::Ordinary));
    let mut file = Parameters::founding().to_file();
    file.mission_classes.insert("voting.machine".to_owned(), comity_constitution::RiskTier::R1);
    assert_eq!(Parameters::new(file).unwrap_err().code(), "constitution.class_name");
}

#[test]
fn attack_the_challenge_window_has_a_length_and_cannot_be_skipped() {
    let mut file = Parameters::founding().to_file();
    file.governance.challenge_window_s = 0;
    assert_eq!(Parameters::new(file).unwrap_err().code(), "constitution.count_out_of_range");
    let mut scene = Scene::peopled();
    let change = scene.ordinary();
    let amendment = scene.sponsored(change);
    scene.approve(amendment, Poll::Proposal);
    scene.approve(amendment, Poll::Ratification);
    for wait in [0, 14 * DAY] {
        let mut early = scene.clone();
        early.pass(wait);
        let pool = early.pool(amendment, Poll::Challenge, early.round + 1);
        assert_eq!(early.code(None, pool), "constitution.amendment_too_early");
    }
    scene.pass(14 * DAY + 1);
    let pool = scene.pool(amendment, Poll::Challenge, scene.round + 1);
    assert_eq!(scene.code(None, pool), "accepted");
}

/// A clerk who dislikes a panel would like another nonce, another round, another pool or another commitment.
#[test]
fn attack_nobody_grinds_a_panel() {
    let mut scene = Scene::peopled();
    let change = scene.ordinary();
    let amendment = scene.sponsored(change);
    let pool = scene.pool(amendment, Poll::Proposal, 1);
    scene.say(None, pool).unwrap();
    // Nothing in any statement names a nonce; other epochs of other content come too late to count.
    scene.close_epoch();
    let mut other = scene.clone();
    other.close_epoch();
    other.close_epoch();
    for scene in [&mut scene, &mut other] {
        scene.publish();
    }
    assert_eq!(scene.seating(amendment), other.seating(amendment));
    for round in [1, 2, 3] {
        let again = PoolCommitted { round, ..pool };
        assert_eq!(scene.code(None, again), "constitution.vote_must_seat");
    }
    // Starting again from a new proposal costs the old one, and its proposer's signature.
    scene.say(Some(0), Withdrawn { amendment }).unwrap();
    assert_eq!(stage(&scene, amendment), Stage::Withdrawn);
}

#[test]
fn attack_a_beacon_that_stays_away_stops_the_vote_and_gives_no_choice() {
    let mut scene = Scene::peopled();
    let change = scene.ordinary();
    let amendment = scene.sponsored(change);
    let pool = scene.pool(amendment, Poll::Proposal, 2);
    scene.say(None, pool).unwrap();
    scene.close_epoch();
    // Round 1 is published, round 2 is withheld.
    scene.publish();
    let refusal = scene.polity.seating_for(amendment, &scene.around).unwrap_err();
    assert_eq!(refusal.code(), "constitution.vote_beacon_missing");
    let again = scene.pool(amendment, Poll::Proposal, 3);
    assert_eq!(scene.code(None, again), "constitution.vote_pool_pending");
    scene.pass(14 * DAY + 1);
    let count = scene.count(amendment, Verdict::Lapsed);
    scene.say(None, count).unwrap();
    assert_eq!(stage(&scene, amendment), Stage::Lapsed);
}

#[test]
fn attack_a_clock_that_goes_back_changes_nothing() {
    let mut scene = Scene::peopled();
    let change = scene.ordinary();
    let amendment = scene.sponsored(change);
    scene.seat(amendment, Poll::Proposal);
    let ballot = scene.ballot(amendment, Choice::Yes);
    let member = scene.members(amendment)[0];
    scene.pass(-1);
    assert_eq!(scene.code(Some(member), ballot), "constitution.phase_back_in_time");
    let before = scene.polity.clone();
    scene.close_epoch();
    scene.pass(-7_200);
    scene.other_statement(crate::scene::FOUNDER);
    scene.pass(3_600 - 1);
    scene.close_epoch();
    assert_eq!(scene.polity.phase().phase(), before.phase().phase());
}

#[test]
fn attack_a_configuration_swapped_during_the_vote_is_no_mixture() {
    let mut scene = Scene::peopled();
    let first = scene.parameters(|file| file.trust.volume_half += 1);
    let second = scene.charter(|file| file.amendment.ballot_window_s += 1);
    let amendment = scene.sponsored(first);
    let rival = scene.propose(2, second).unwrap();
    let sponsored = comity_constitution::facts::Sponsored { amendment: rival };
    scene.say(Some(3), sponsored).unwrap();
    scene.confirm(rival);
    scene.seat(amendment, Poll::Proposal);
    let member = scene.members(amendment);
    let ballot = scene.ballot(amendment, Choice::Yes);
    scene.say(Some(member[0]), ballot).unwrap();
    scene.certify(rival, true);
    scene.activate(rival).unwrap();
    assert_eq!(scene.polity.charter(), second.to);
    // The vote goes on under the charter that it began with, and under no other.
    let swapped = BallotCast { charter: second.to, ..ballot };
    assert_eq!(scene.code(Some(member[1]), swapped), "constitution.chamber_other_charter");
    assert_eq!(scene.code(Some(member[1]), ballot), "accepted");
    let terms = scene.polity.amendment(amendment).unwrap().terms();
    assert_eq!(terms.charter.hash(), second.from);
}

#[test]
fn attack_two_votes_on_one_file_cannot_both_take_effect() {
    let mut scene = Scene::peopled();
    let first = scene.parameters(|file| file.trust.volume_half += 1);
    let second = scene.parameters(|file| file.trust.volume_half += 2);
    let amendment = scene.confirmed(first);
    let rival = scene.propose(2, second).unwrap();
    scene.say(Some(3), comity_constitution::facts::Sponsored { amendment: rival }).unwrap();
    scene.confirm(rival);
    for question in [amendment, rival] {
        scene.certify(question, true);
    }
    let late = scene.activation(rival);
    scene.activate(amendment).unwrap();
    assert_eq!(stage(&scene, rival), Stage::Superseded);
    assert_eq!(scene.code(None, late), "constitution.amendment_ended");
    assert_eq!(scene.polity.parameters(), first.to);
    // Back to the first file by another amendment: what was superseded stays so.
    let back = Change { from: first.to, to: first.from, ..first };
    let again = scene.confirmed(back);
    scene.certify(again, true);
    scene.activate(again).unwrap();
    assert_eq!(scene.polity.parameters(), first.from);
    assert_eq!(scene.code(None, late), "constitution.amendment_ended");
}

#[test]
fn attack_a_second_ballot_and_a_machines_ballot_do_not_count() {
    let mut scene = Scene::peopled();
    let change = scene.ordinary();
    let amendment = scene.sponsored(change);
    scene.seat(amendment, Poll::Proposal);
    let (ballot, member) = (scene.ballot(amendment, Choice::No), scene.members(amendment)[0]);
    scene.say(Some(member), ballot).unwrap();
    for choice in [Choice::No, Choice::Yes, Choice::Abstain] {
        let again = BallotCast { choice, ..ballot };
        assert_eq!(scene.code(Some(member), again), "constitution.chamber_voted_twice");
        let machine = scene.code(Some(MACHINES[1]), again);
        assert_eq!(machine, "constitution.chamber_machine_ballot");
    }
    let counts = scene.vote(amendment).unwrap().sitting().unwrap().counts();
    assert_eq!(counts, (0, 1, 0));
}

/// The reference takes the phase from its caller; here a caller has no way to name one.
#[test]
fn attack_a_sitting_is_not_counted_by_its_clerk() {
    let mut scene = Scene::peopled();
    let change = scene.ordinary();
    let amendment = scene.sponsored(change);
    scene.seat(amendment, Poll::Proposal);
    scene.cast(amendment, [1, 2, 0]);
    let honest = scene.count(amendment, Verdict::Rejected);
    for forged in [
        comity_constitution::facts::SittingClosed { yes: 2, no: 1, ..honest },
        comity_constitution::facts::SittingClosed { verdict: Verdict::Passed, ..honest },
        comity_constitution::facts::SittingClosed { verdict: Verdict::Lapsed, ..honest },
    ] {
        assert_eq!(scene.code(None, forged), "constitution.vote_other_tally");
    }
    assert_eq!(scene.code(None, honest), "accepted");
}
