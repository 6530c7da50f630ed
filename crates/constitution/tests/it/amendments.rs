//! One amendment on its way, stage by stage, and each refusal on it.

use comity_constitution::Stage;
use comity_constitution::amendment::{GUARDED, Guard};
use comity_constitution::chamber::{Choice, Path, Verdict};
use comity_constitution::facts::{
    Activated, Instrument, LeaveChanged, Recused, Sponsored, Withdrawn,
};
use comity_constitution::phase::Phase;
use comity_constitution::vote::Poll;
use comity_wire::{Digest, StatementId};

use crate::scene::{DAY, FOUNDER, MACHINES, Scene, digest, key};

fn stage(scene: &Scene, amendment: StatementId) -> Stage {
    scene.polity.amendment(amendment).unwrap().stage()
}

#[test]
fn an_ordinary_amendment_goes_through_three_chambers_and_is_activated() {
    let mut scene = Scene::peopled();
    assert_eq!(scene.polity.phase().phase(), Some(Phase::G1));
    let change = scene.ordinary();
    let amendment = scene.sponsored(change);
    assert_eq!(stage(&scene, amendment), Stage::Proposed);
    scene.seat(amendment, Poll::Proposal);
    assert_eq!(stage(&scene, amendment), Stage::ProposalChamberVoting);
    scene.cast(amendment, [2, 1, 0]);
    let count = scene.count(amendment, Verdict::Passed);
    scene.say(None, count).unwrap();
    assert_eq!(stage(&scene, amendment), Stage::RatificationChamberVoting);
    scene.approve(amendment, Poll::Ratification);
    assert_eq!(stage(&scene, amendment), Stage::ChallengeWindow);
    scene.wait(amendment);
    scene.seat(amendment, Poll::Challenge);
    assert_eq!(stage(&scene, amendment), Stage::ChallengeChamberVoting);
    assert_eq!(scene.involved(amendment).len(), 2 + 3 + 4 + 5);
    scene.cast(amendment, [3, 2, 0]);
    let count = scene.count(amendment, Verdict::Passed);
    scene.say(None, count).unwrap();
    assert_eq!(stage(&scene, amendment), Stage::Confirmed);
    assert_eq!(scene.polity.parameters(), change.from);
    scene.certify(amendment, true);
    let before = scene.polity.lifecycle();
    scene.activate(amendment).unwrap();
    assert_eq!(stage(&scene, amendment), Stage::Activated);
    assert_eq!(scene.polity.parameters(), change.to);
    assert_eq!(scene.polity.lifecycle(), before + 1);
}

#[test]
fn an_entrenched_amendment_cools_off_and_is_confirmed_by_a_fresh_panel() {
    let mut scene = Scene::peopled();
    let change = scene.charter(|file| file.amendment.sponsors_min = 3);
    let amendment = scene.sponsored(change);
    assert_eq!(scene.polity.amendment(amendment).unwrap().path(), Path::Entrenched);
    scene.approve(amendment, Poll::Proposal);
    scene.approve(amendment, Poll::Ratification);
    scene.wait(amendment);
    scene.approve(amendment, Poll::Challenge);
    assert_eq!(stage(&scene, amendment), Stage::CoolingOff);
    let pool = scene.pool(amendment, Poll::Confirmation, scene.round + 1);
    assert_eq!(scene.code(None, pool), "constitution.amendment_too_early");
    scene.wait(amendment);
    let earlier = scene.involved(amendment);
    scene.seat(amendment, Poll::Confirmation);
    assert_eq!(stage(&scene, amendment), Stage::ConfirmationVote);
    assert!(scene.members(amendment).iter().all(|member| !earlier.contains(&key(*member))));
    scene.cast(amendment, [4, 0, 0]);
    let count = scene.count(amendment, Verdict::Passed);
    scene.say(None, count).unwrap();
    scene.certify(amendment, true);
    scene.activate(amendment).unwrap();
    assert_eq!(scene.polity.charter(), change.to);
}

#[test]
fn three_of_four_are_too_few_for_an_entrenched_change() {
    let mut scene = Scene::peopled();
    let change = scene.entrenched();
    let amendment = scene.sponsored(change);
    scene.approve(amendment, Poll::Proposal);
    scene.seat(amendment, Poll::Ratification);
    scene.cast(amendment, [3, 1, 0]);
    let passed = scene.count(amendment, Verdict::Passed);
    assert_eq!(scene.code(None, passed), "constitution.vote_other_tally");
    let count = scene.count(amendment, Verdict::Rejected);
    scene.say(None, count).unwrap();
    assert_eq!(stage(&scene, amendment), Stage::Rejected);
}

#[test]
fn only_an_active_trusted_person_proposes_and_sponsors() {
    let mut scene = Scene::peopled();
    let change = scene.ordinary();
    let code = |scene: &mut Scene, by: u8| {
        scene.propose(by, change).map_or_else(|refusal| refusal.code(), |_| "accepted")
    };
    assert_eq!(code(&mut scene, MACHINES[0]), "constitution.amendment_not_human");
    // The founder was never verified.
    assert_eq!(code(&mut scene, FOUNDER), "constitution.amendment_not_active");
    scene.say(Some(2), LeaveChanged { on_leave: true }).unwrap();
    assert_eq!(code(&mut scene, 2), "constitution.amendment_not_active");
    scene.around.members.get_mut(&key(3)).unwrap().is_suspended = true;
    assert_eq!(code(&mut scene, 3), "constitution.amendment_not_active");
    let trust = &mut scene.around.members.get_mut(&key(4)).unwrap().trust;
    *trust = trust.minus(comity_constitution::Nano::new(50_000_001));
    assert_eq!(code(&mut scene, 4), "constitution.amendment_too_little_trust");
    let amendment = scene.propose(0, change).unwrap();
    for (by, expected) in [
        (MACHINES[0], "constitution.amendment_not_human"),
        (3, "constitution.amendment_not_active"),
        (4, "constitution.amendment_too_little_trust"),
        (0, "constitution.amendment_sponsored_twice"),
    ] {
        assert_eq!(scene.code(Some(by), Sponsored { amendment }), expected);
    }
    let pool = scene.pool(amendment, Poll::Proposal, 1);
    assert_eq!(scene.code(None, pool), "constitution.amendment_too_few_sponsors");
    scene.say(Some(1), Sponsored { amendment }).unwrap();
    let more = scene.code(Some(5), Sponsored { amendment });
    assert_eq!(more, "constitution.amendment_sponsors_complete");
    // A verification ends by itself.
    scene.pass(365 * DAY);
    let change = scene.parameters(|file| file.trust.volume_half += 7);
    let late = scene.propose(6, change).unwrap_err();
    assert_eq!(late.code(), "constitution.amendment_not_active");
}

#[test]
fn a_change_must_be_possible() {
    let mut scene = Scene::peopled();
    let good = scene.ordinary();
    let code = |scene: &mut Scene, change| scene.propose(0, change).unwrap_err().code();
    let same = comity_constitution::facts::Change { to: good.from, ..good };
    assert_eq!(code(&mut scene, same), "constitution.amendment_nothing_changes");
    let unknown = comity_constitution::facts::Change { to: digest("no file"), ..good };
    assert_eq!(code(&mut scene, unknown), "constitution.amendment_file_unknown");
    let other = comity_constitution::facts::Change { from: good.to, to: good.from, ..good };
    assert_eq!(code(&mut scene, other), "constitution.amendment_not_in_force");
    let epochs = scene.parameters(|file| file.commitment.epoch_s = 1_800);
    assert_eq!(code(&mut scene, epochs), "constitution.amendment_fixed");
    let first = scene.propose(0, good).unwrap();
    let busy = scene.parameters(|file| file.trust.volume_half += 2);
    assert_eq!(code(&mut scene, busy), "constitution.proposer_busy");
    let again = scene.propose(1, good).unwrap_err();
    assert_eq!(again.code(), "constitution.change_on_its_way");
    scene.say(Some(0), Withdrawn { amendment: first }).unwrap();
    assert!(scene.propose(1, good).is_ok());
}

#[test]
fn a_proposal_is_taken_back_by_its_proposer_before_the_first_ballot() {
    let mut scene = Scene::peopled();
    let change = scene.ordinary();
    let amendment = scene.sponsored(change);
    assert_eq!(scene.code(Some(1), Withdrawn { amendment }), "constitution.amendment_not_proposer");
    scene.seat(amendment, Poll::Proposal);
    let mut early = scene.clone();
    early.say(Some(0), Withdrawn { amendment }).unwrap();
    assert_eq!(stage(&early, amendment), Stage::Withdrawn);
    let over = early.code(Some(0), Withdrawn { amendment });
    assert_eq!(over, "constitution.amendment_ended");
    scene.cast(amendment, [1, 0, 0]);
    assert_eq!(scene.code(Some(0), Withdrawn { amendment }), "constitution.amendment_ballots_cast");
}

#[test]
fn too_few_voters_let_it_lapse_and_it_can_be_proposed_again() {
    let mut scene = Scene::peopled();
    let change = scene.ordinary();
    let amendment = scene.sponsored(change);
    scene.seat(amendment, Poll::Proposal);
    scene.cast(amendment, [1, 0, 0]);
    let count = scene.count(amendment, Verdict::Lapsed);
    assert_eq!(scene.code(None, count), "constitution.chamber_still_open");
    scene.pass(14 * DAY + 1);
    scene.say(None, count).unwrap();
    assert_eq!(stage(&scene, amendment), Stage::Lapsed);
    let again = scene.sponsored(change);
    assert_eq!(stage(&scene, again), Stage::Proposed);
}

#[test]
fn steps_out_of_their_stage_are_refused() {
    let mut scene = Scene::peopled();
    let change = scene.ordinary();
    let amendment = scene.sponsored(change);
    let early = Activated { amendment, decision: Digest::ZERO };
    assert_eq!(scene.code(None, early), "constitution.amendment_wrong_stage");
    assert_eq!(
        scene.polity.amendment(amendment).unwrap().decision().unwrap_err().code(),
        "constitution.amendment_wrong_stage"
    );
    scene.seat(amendment, Poll::Proposal);
    let late = scene.code(Some(7), Sponsored { amendment });
    assert_eq!(late, "constitution.amendment_wrong_stage");
    let unknown = StatementId::from_digest(digest("nothing"));
    let nothing = scene.code(Some(1), Sponsored { amendment: unknown });
    assert_eq!(nothing, "constitution.unknown_question");
    let machine = scene.code(Some(MACHINES[0]), Recused { question: amendment });
    assert_eq!(machine, "constitution.amendment_not_human");
}

#[test]
fn activation_takes_the_right_decision_its_certificate_and_a_final_anchor() {
    let mut scene = Scene::peopled();
    let change = scene.ordinary();
    let amendment = scene.confirmed(change);
    let other = Activated { amendment, decision: digest("another") };
    assert_eq!(scene.code(None, other), "constitution.amendment_other_decision");
    let activation = scene.activation(amendment);
    assert_eq!(scene.code(None, activation), "constitution.amendment_not_certified");
    scene.certify(amendment, false);
    assert_eq!(scene.code(None, activation), "constitution.amendment_not_final");
    assert_eq!(scene.polity.parameters(), change.from);
    scene.certify(amendment, true);
    assert_eq!(scene.code(None, activation), "accepted");
    assert_eq!(scene.code(None, activation), "constitution.amendment_ended");
}

#[test]
fn more_people_send_an_amendment_back_if_nobody_has_voted() {
    // G2 begins with twenty people instead of sixty: four of the twenty-four are verified later.
    let mut file = crate::scene::peopled_charter();
    file.phases.g1_humans_max = 24;
    let mut scene = Scene::founded_with(file);
    scene.verify_all();
    scene.say(Some(23), LeaveChanged { on_leave: true }).unwrap();
    scene.around.members.get_mut(&key(23)).unwrap().is_suspended = true;
    scene.close_epoch();
    assert_eq!(scene.polity.phase().phase(), Some(Phase::G1));
    let change = scene.ordinary();
    let amendment = scene.sponsored(change);
    scene.seat(amendment, Poll::Proposal);
    let mut voted = scene.clone();
    voted.cast(amendment, [1, 0, 0]);
    for scene in [&mut scene, &mut voted] {
        scene.around.members.get_mut(&key(23)).unwrap().is_suspended = false;
        scene.close_epoch();
        assert_eq!(scene.polity.phase().phase(), Some(Phase::G2));
    }
    assert_eq!(stage(&scene, amendment), Stage::Proposed);
    scene.seat(amendment, Poll::Proposal);
    assert_eq!(scene.members(amendment).len(), 4);
    assert_eq!(stage(&voted, amendment), Stage::ProposalChamberVoting);
    assert_eq!(voted.members(amendment).len(), 3);
    let members = voted.members(amendment);
    let ballot = voted.ballot(amendment, Choice::Yes);
    voted.say(Some(members[1]), ballot).unwrap();
    voted.pass(14 * DAY + 1);
    let count = voted.count(amendment, Verdict::Passed);
    voted.say(None, count).unwrap();
    voted.seat(amendment, Poll::Ratification);
    assert_eq!(voted.members(amendment).len(), 4, "the size of G1");
}

#[test]
fn every_protected_field_exists_and_has_a_reason() {
    let files = [
        (
            Instrument::Parameters,
            serde_json::to_value(comity_constitution::Parameters::founding().to_file()).unwrap(),
        ),
        (
            Instrument::Charter,
            serde_json::to_value(comity_constitution::Charter::founding().to_file()).unwrap(),
        ),
    ];
    for guarded in GUARDED {
        let (_, file) = files.iter().find(|(which, _)| *which == guarded.instrument).unwrap();
        let found = guarded.path.iter().try_fold(file, |value, name| value.get(name));
        assert!(found.is_some(), "{:?}", guarded.path);
        assert!(20 < guarded.reason.len(), "{:?}", guarded.path);
    }
    let mut scene = Scene::peopled();
    let renamed = scene.charter(|file| "renamed".clone_into(&mut file.name));
    let diff = comity_constitution::amendment::Diff::of(&renamed, &scene.around).unwrap();
    assert_eq!(diff.path(), Ok(Path::Entrenched), "no field of a charter is ordinary");
    let voting = GUARDED.iter().find(|guarded| guarded.path == ["voting"]).unwrap();
    assert_eq!(voting.guard, Guard::Fixed);
}
