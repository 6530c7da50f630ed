//! A constitution as a whole: its founding, people, decisions of G0, the founder's veto, its end.

use comity_constitution::chamber::Verdict;
use comity_constitution::facts::{
    ConstitutionFact, Decided, Extended, FirstLight, Founded, IdentitySignalled, IdentityVerified,
    LeaveChanged, PoolCommitted, Recused, Signal, Vetoed,
};
use comity_constitution::phase::{Phase, Standing};
use comity_constitution::polity::Stamp;
use comity_constitution::vote::Poll;
use comity_constitution::{Polity, Stage};
use comity_wire::{Digest, StatementId, Time};

use crate::scene::{DAY, FOUNDER, MACHINES, PEOPLE, Scene, authority, digest, key};

#[test]
fn a_constitution_is_founded_once_by_the_authority_with_a_person_and_a_charter_at_hand() {
    let mut scene = Scene::founded();
    let charter = scene.polity.charter();
    let at = Time::from_unix(scene.now);
    let id = StatementId::from_digest(digest("founding"));
    let stamp = Stamp { id, by: authority(), is_authority: true, at };
    let found = |stamp: &Stamp, fact: &Founded| {
        Polity::found(stamp, fact, Digest::ZERO, &scene.around)
            .map_or_else(|refusal| refusal.code(), |_| "founded")
    };
    let good = Founded { charter, founder: key(FOUNDER) };
    assert_eq!(found(&stamp, &good), "founded");
    let machine = Founded { founder: key(MACHINES[0]), charter };
    assert_eq!(found(&stamp, &machine), "constitution.not_person");
    let unknown = Founded { charter: Digest::ZERO, founder: key(FOUNDER) };
    assert_eq!(found(&stamp, &unknown), "constitution.file_unknown");
    let actor = Stamp { is_authority: false, by: key(1), ..stamp };
    assert_eq!(found(&actor, &good), "constitution.not_authority");
    assert_eq!(scene.code(None, good), "constitution.founded_twice");
}

#[test]
fn identities_are_verified_for_a_year_at_most_and_people_are_counted_at_the_epoch() {
    let mut scene = Scene::founded();
    let until = |days: i64| Time::from_unix(scene.now + days * DAY);
    let verified = |number, days| IdentityVerified { actor: key(number), until: until(days) };
    let cases = [
        (None, verified(0, 365), "accepted"),
        (None, verified(0, 366), "constitution.identity_until"),
        (None, verified(0, 0), "constitution.identity_until"),
        (None, verified(MACHINES[0], 1), "constitution.not_person"),
        (None, verified(70, 1), "constitution.not_person"),
        (Some(1), verified(1, 1), "constitution.not_authority"),
    ];
    for (by, fact, expected) in cases {
        assert_eq!(scene.code(by, fact), expected);
    }
    assert_eq!(scene.polity.humans(), 0);
    scene.close_epoch();
    assert_eq!((scene.polity.humans(), scene.polity.phase().phase()), (1, Some(Phase::G0)));
    scene.verify_all();
    scene.around.members.get_mut(&key(0)).unwrap().trust = comity_constitution::Nano::new(1);
    scene.close_epoch();
    assert_eq!(scene.polity.humans(), u64::from(PEOPLE) - 1);
    assert_eq!(scene.polity.phase().phase(), Some(Phase::G1));
    scene.pass(366 * DAY);
    scene.close_epoch();
    assert_eq!((scene.polity.humans(), scene.polity.phase().phase()), (0, Some(Phase::G1)));
}

#[test]
fn leave_is_the_persons_own() {
    let mut scene = Scene::peopled();
    let (away, back) = (LeaveChanged { on_leave: true }, LeaveChanged { on_leave: false });
    assert_eq!(scene.code(None, away), "constitution.not_in_person");
    assert_eq!(scene.code(Some(70), away), "constitution.not_actor");
    assert_eq!(scene.code(Some(3), back), "constitution.leave_unchanged");
    assert_eq!(scene.code(Some(3), away), "accepted");
    assert!(scene.polity.citizen(&key(3)).unwrap().on_leave);
    assert_eq!(scene.code(Some(3), back), "accepted");
}

fn decided(scene: &mut Scene, fact: Decided) -> StatementId {
    scene.say(Some(FOUNDER), fact).unwrap()
}

#[test]
fn a_decision_of_g0_takes_effect_and_a_no_undoes_it_with_what_rests_on_it() {
    let mut scene = Scene::founded();
    let first = scene.ordinary();
    let text = digest("text");
    let one = decided(&mut scene, Decided { change: Some(first), text });
    assert_eq!(scene.polity.parameters(), first.to);
    let second = scene.parameters(|file| file.trust.volume_half += 5);
    let two = decided(&mut scene, Decided { change: Some(second), text });
    assert_eq!(scene.polity.parameters(), second.to);
    scene.verify_all();
    scene.close_epoch();
    scene.seat(one, Poll::Decision);
    assert!(!scene.members(one).contains(&FOUNDER));
    scene.cast(one, [1, 2, 0]);
    let count = scene.count(one, Verdict::Rejected);
    scene.say(None, count).unwrap();
    assert_eq!(scene.polity.phase().decision(&one.digest()), Some(Standing::Reversed));
    assert_eq!(scene.polity.phase().decision(&two.digest()), Some(Standing::Provisional));
    assert_eq!(scene.polity.parameters(), first.from, "the second rested on the first");
    let again = scene.pool(one, Poll::Decision, scene.round + 1);
    assert_eq!(scene.code(None, again), "constitution.decision_settled");
    let over = scene.polity.seating_for(one, &scene.around).unwrap_err();
    assert_eq!(over.code(), "constitution.vote_no_sitting");
    let recused = scene.code(Some(1), Recused { question: one });
    assert_eq!(recused, "constitution.decision_settled");
}

#[test]
fn a_ratified_decision_stands_after_ninety_days_and_the_others_fall() {
    let mut scene = Scene::founded();
    let first = scene.ordinary();
    let text = digest("text");
    let one = decided(&mut scene, Decided { change: Some(first), text });
    let second = scene.parameters(|file| file.trust.volume_half += 5);
    let two = decided(&mut scene, Decided { change: Some(second), text });
    let plain = decided(&mut scene, Decided { change: None, text });
    scene.verify_all();
    scene.close_epoch();
    assert_eq!(scene.code(Some(3), Recused { question: plain }), "accepted");
    scene.approve(one, Poll::Decision);
    scene.pass(91 * DAY);
    scene.close_epoch();
    let standing = |id: StatementId| scene.polity.phase().decision(&id.digest());
    assert_eq!(standing(one), Some(Standing::Ratified));
    assert_eq!(standing(two), Some(Standing::Reversed));
    assert_eq!(standing(plain), Some(Standing::Reversed));
    assert_eq!(scene.polity.parameters(), first.to);
}

#[test]
fn a_decision_that_too_few_voted_on_is_asked_again() {
    let mut scene = Scene::founded();
    let decision = decided(&mut scene, Decided { change: None, text: digest("text") });
    let early = scene.pool(decision, Poll::Decision, 1);
    assert_eq!(scene.code(None, early), "constitution.vote_no_chambers");
    scene.verify_all();
    scene.close_epoch();
    scene.seat(decision, Poll::Decision);
    scene.cast(decision, [1, 0, 0]);
    scene.pass(14 * DAY + 1);
    let count = scene.count(decision, Verdict::Lapsed);
    scene.say(None, count).unwrap();
    assert_eq!(scene.polity.phase().decision(&decision.digest()), Some(Standing::Provisional));
    scene.approve(decision, Poll::Decision);
    assert_eq!(scene.polity.phase().decision(&decision.digest()), Some(Standing::Ratified));
}

#[test]
fn the_founder_decides_what_is_in_force_and_not_entrenched() {
    let mut scene = Scene::founded();
    let text = digest("text");
    let entrenched = scene.entrenched();
    let fact = Decided { change: Some(entrenched), text };
    assert_eq!(scene.code(Some(FOUNDER), fact), "constitution.entrenched_decision");
    let good = scene.ordinary();
    let stale = comity_constitution::facts::Change { from: good.to, to: good.from, ..good };
    let fact = Decided { change: Some(stale), text };
    assert_eq!(scene.code(Some(FOUNDER), fact), "constitution.amendment_not_in_force");
    let fact = Decided { change: Some(good), text };
    assert_eq!(scene.code(Some(1), fact), "constitution.phase_not_founder");
    let unknown = StatementId::from_digest(text);
    let decision = decided(&mut scene, Decided { change: None, text });
    let pool = scene.pool(decision, Poll::Decision, 1);
    let pool = PoolCommitted { question: unknown, ..pool };
    assert_eq!(scene.code(None, pool), "constitution.unknown_question");
    let at = Time::from_unix(scene.now);
    for refusal in [
        scene.polity.pool_for(unknown, 1, at, &scene.around).unwrap_err(),
        scene.polity.count_for(unknown, at).unwrap_err(),
        scene.polity.activation_of(unknown).unwrap_err(),
    ] {
        assert_eq!(refusal.code(), "constitution.unknown_question");
    }
}

#[test]
fn the_founder_rejects_a_proposal_in_g0_and_nothing_more() {
    let mut scene = Scene::founded();
    for number in 0..5 {
        let until = Time::from_unix(scene.now + DAY);
        scene.say(None, IdentityVerified { actor: key(number), until }).unwrap();
    }
    let change = scene.ordinary();
    let amendment = scene.sponsored(change);
    let veto = Vetoed { amendment, reasons: digest("reasons") };
    assert_eq!(scene.code(Some(2), veto), "constitution.phase_not_founder");
    let parameters = scene.polity.parameters();
    let mut light = scene.clone();
    scene.say(Some(FOUNDER), veto).unwrap();
    assert_eq!(scene.polity.amendment(amendment).unwrap().stage(), Stage::Rejected);
    assert_eq!(scene.polity.parameters(), parameters);
    assert_eq!(scene.code(Some(FOUNDER), veto), "constitution.phase_veto_too_late");
    // First Light ends the veto before G1 does.
    assert_eq!(
        light.code(Some(1), FirstLight { evidence: digest("books") }),
        "constitution.not_authority"
    );
    light.say(None, FirstLight { evidence: digest("books") }).unwrap();
    assert_eq!(light.code(Some(FOUNDER), veto), "constitution.phase_veto_ended");
}

#[test]
fn any_statement_of_the_founder_keeps_the_founder_there() {
    let mut silent = Scene::founded();
    let mut heard = Scene::founded();
    for scene in [&mut silent, &mut heard] {
        scene.pass(170 * DAY);
    }
    heard.other_statement(FOUNDER);
    heard.other_statement(3);
    for scene in [&mut silent, &mut heard] {
        scene.pass(20 * DAY);
    }
    let fact = Extended { report: digest("report") };
    assert_eq!(silent.code(Some(FOUNDER), fact), "constitution.phase_founder_dissolved");
    assert_eq!(heard.code(Some(FOUNDER), fact), "accepted");
}

#[test]
fn an_expired_constitution_refuses_everything() {
    let mut scene = Scene::founded();
    scene.pass(365 * DAY + 1);
    scene.close_epoch();
    let fact = LeaveChanged { on_leave: true };
    assert_eq!(scene.code(Some(1), fact), "constitution.phase_expired");
    assert_eq!(scene.polity.phase().phase(), None);
}

#[test]
fn signals_raise_alerts_about_actors_of_the_record() {
    let mut scene = Scene::peopled();
    let signal =
        |number, signal| IdentitySignalled { actor: key(number), evidence: digest("seen"), signal };
    scene.say(None, signal(3, Signal::TimingProfile)).unwrap();
    scene.say(None, signal(3, Signal::TimingProfile)).unwrap();
    assert_eq!(scene.polity.alerts().get(&(key(3), Signal::TimingProfile)), Some(&2));
    let other = signal(70, Signal::TimingProfile);
    assert_eq!(scene.code(None, other), "constitution.not_actor");
    let actor = signal(3, Signal::TimingProfile);
    assert_eq!(scene.code(Some(3), actor), "constitution.not_authority");
}

#[test]
fn every_kind_is_of_this_room_and_version() {
    for kind in ConstitutionFact::KINDS {
        assert!(kind.starts_with("comity:constitution/") && kind.ends_with("/v1"), "{kind}");
    }
    assert_eq!(ConstitutionFact::KINDS.len(), 17);
    let ballot = r#"{"charter":"CC","choice":"yes","question":"sha256:00","sitting":"x"}"#;
    let body = comity_wire::private::RawValue::from_string(ballot.to_owned()).unwrap();
    assert!(ConstitutionFact::decode("comity:constitution/ballot_cast/v1", &body).is_err());
    assert_eq!(ConstitutionFact::decode("comity:mesh/genesis/v1", &body), Ok(None));
}
