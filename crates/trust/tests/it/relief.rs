//! What an upheld complaint changes in the accounts, and what it leaves alone.

use comity_constitution::Nano;
use comity_constitution::appeal::Relief;
use comity_trust::{
    Endorsed, Governance, IncidentState, Ledger, MaliceAlleged, RecertificationMeasured,
    RecertificationRequested, Role, Standing, Suspended, Updated, Work,
};
use comity_wire::{StatementId, sha256};

use crate::scene::{
    EPOCH, VOUCHERS, apply, at, good_review, good_work, hold, id, key, mission, propose, ruin,
    settle, stamp, town, vouch, young,
};

const DAY: i64 = 86_400;
const RELIEFS: [Relief; 4] =
    [Relief::ReleaseDelta, Relief::DropDelta, Relief::OpenRecertification, Relief::SetAside];

fn trust(ledger: &Ledger, actor: u32) -> Nano {
    ledger.account(&key(actor)).unwrap().trust()
}

fn disputable(ledger: &Ledger, subject: StatementId) -> Vec<Relief> {
    let can = |relief: &Relief| ledger.is_disputable(&young(), subject, *relief, at(DAY));
    RELIEFS.into_iter().filter(can).collect()
}

fn relieve(ledger: &mut Ledger, subject: StatementId, relief: Relief, seconds: i64) {
    ledger.relieve(&young(), stamp(7_000, at(seconds)), subject, relief);
}

/// The statement that [`apply`] names.
fn statement(updated: &Updated) -> StatementId {
    StatementId::from_digest(sha256(format!("{} {}", updated.mission, updated.actor).as_bytes()))
}

/// One update of an actor; its statement.
fn updated(ledger: &mut Ledger, actor: u32, work: Work) -> StatementId {
    let made = propose(ledger, actor, 0, EPOCH, work, at(60)).unwrap();
    apply(ledger, &made, at(60)).unwrap();
    statement(&made)
}

#[test]
fn a_suspended_gain_that_was_earned_is_applied_once() {
    let mut ledger = town();
    let held = hold(&mut ledger, 0);
    let (before, rise) = (trust(&ledger, 0), ledger.incident(held).unwrap().rise);
    assert_eq!(disputable(&ledger, held), [Relief::ReleaseDelta, Relief::DropDelta]);
    let when = at(60 + 14 * DAY + 1);
    let suspended = Suspended { held };
    ledger.suspend(&young(), Governance::FULL, stamp(6_000, when), suspended).unwrap();
    assert_eq!(disputable(&ledger, held), [Relief::ReleaseDelta]);
    relieve(&mut ledger, held, Relief::ReleaseDelta, 15 * DAY);
    assert_eq!(trust(&ledger, 0), before.plus(rise));
    let incident = ledger.incident(held).unwrap();
    assert_eq!(
        (incident.state, incident.applied),
        (IncidentState::Released { by: id(7_000) }, rise)
    );
    relieve(&mut ledger, held, Relief::ReleaseDelta, 16 * DAY);
    assert_eq!(trust(&ledger, 0), before.plus(rise));
}

#[test]
fn a_gain_that_was_not_earned_is_dropped_also_after_its_release() {
    let mut ledger = town();
    let held = hold(&mut ledger, 0);
    let before = trust(&ledger, 0);
    let mut dropped = ledger.clone();
    relieve(&mut dropped, held, Relief::DropDelta, DAY);
    let state = IncidentState::Suspended { by: id(7_000) };
    assert_eq!((trust(&dropped, 0), dropped.incident(held).unwrap().state), (before, state));

    let words = vouch(&mut ledger, held, VOUCHERS..VOUCHERS + 30, 1_000, at(120));
    let released =
        ledger.propose_release(&young(), Governance::FULL, held, words, at(180)).unwrap();
    ledger.release(&young(), Governance::FULL, stamp(5_000, at(180)), &released).unwrap();
    assert_eq!(disputable(&ledger, held), [Relief::DropDelta]);
    relieve(&mut ledger, held, Relief::DropDelta, DAY);
    assert_eq!((trust(&ledger, 0), ledger.incident(held).unwrap().state), (before, state));
    assert_eq!(disputable(&ledger, held), [Relief::ReleaseDelta]);
}

#[test]
fn what_an_update_moved_is_moved_back_once_and_forgotten() {
    for (actor, work) in [
        (0, good_work()),
        (4, good_work()),
        (5, good_review()),
        (5, Work { accepted: false, minor: 1, proof_of_trust: None, ..good_work() }),
    ] {
        let mut ledger = town();
        let before = trust(&ledger, actor);
        let tallies = |ledger: &Ledger| {
            let history = ledger.account(&key(actor)).unwrap().history();
            (history.tally(Role::Worker), history.tally(Role::Reviewer))
        };
        let fresh = tallies(&ledger);
        let subject = updated(&mut ledger, actor, work.clone());
        assert_eq!(disputable(&ledger, subject), [Relief::SetAside]);
        assert_ne!((trust(&ledger, actor), tallies(&ledger)), (before, fresh));
        relieve(&mut ledger, subject, Relief::SetAside, DAY);
        // A machine has aged a minute meanwhile, which no panel gives back.
        let gap = before.get() - trust(&ledger, actor).get();
        assert!((0..=1_000).contains(&gap), "{gap} for {work:?}");
        assert_eq!(tallies(&ledger), fresh);
        let after = ledger.clone();
        relieve(&mut ledger, subject, Relief::SetAside, DAY);
        assert_eq!(ledger, after);
        assert!(disputable(&ledger, subject).is_empty());
        // The mission moves nobody a second time.
        let again = propose(&ledger, actor, 0, EPOCH + 24, good_work(), at(DAY)).unwrap_err();
        assert_eq!(again.code(), "trust.already_updated");
    }
}

#[test]
fn a_mission_set_aside_counts_for_nobody() {
    let mut ledger = town();
    let before = [trust(&ledger, 0), trust(&ledger, 5)];
    let held = hold(&mut ledger, 0);
    settle(&mut ledger, 5, 0, EPOCH, good_review(), at(60));
    let of_first = trust(&ledger, 0);
    // The second mission is the one that is held.
    ledger.set_mission_aside(&young(), stamp(7_000, at(120)), mission(1));
    assert!(matches!(ledger.incident(held).unwrap().state, IncidentState::Suspended { .. }));
    assert_eq!(trust(&ledger, 0), of_first);
    ledger.set_mission_aside(&young(), stamp(7_001, at(180)), mission(0));
    let now = [trust(&ledger, 0), trust(&ledger, 5)];
    assert!(now.iter().zip(before).all(|(now, before)| before.get() - now.get() <= 1_000));
    assert!(now[0] < of_first);
}

#[test]
fn a_machine_whose_last_trust_is_taken_back_falls() {
    let mut ledger = town();
    let subject = updated(&mut ledger, 0, good_work());
    // It loses what it had before by other work.
    let failed = Work { minor: 2, accepted: false, proof_of_trust: None, ..good_work() };
    settle(&mut ledger, 0, 1, EPOCH, failed, at(60));
    assert!(Nano::ZERO < trust(&ledger, 0));
    relieve(&mut ledger, subject, Relief::SetAside, 120);
    let standing = ledger.standing(&young(), &key(0), at(120)).unwrap();
    assert_eq!(standing, Standing::Quarantined { since: at(120) });
}

/// The statement that ruined machine 0.
fn ruined(ledger: &mut Ledger) -> StatementId {
    ruin(ledger, 0, 0, at(60));
    ledger.account(&key(0)).unwrap().marks().last().unwrap().id
}

#[test]
fn no_panel_brings_back_a_machine_but_its_time_begins_anew() {
    let mut ledger = town();
    let subject = ruined(&mut ledger);
    assert_eq!(disputable(&ledger, subject), [Relief::OpenRecertification, Relief::SetAside]);
    relieve(&mut ledger, subject, Relief::SetAside, DAY);
    assert_eq!(trust(&ledger, 0), Nano::ZERO, "what it lost stays lost while it is quarantined");
    let standing =
        |ledger: &Ledger, day| ledger.standing(&young(), &key(0), at(day * DAY)).unwrap();
    relieve(&mut ledger, subject, Relief::OpenRecertification, 100 * DAY);
    assert_eq!(standing(&ledger, 100), Standing::Quarantined { since: at(100 * DAY) });
    assert_eq!(standing(&ledger, 280), Standing::Quarantined { since: at(100 * DAY) });
    assert!(matches!(standing(&ledger, 281), Standing::Decommissioned { .. }));
    // Nothing brings back one that has ended.
    let before = ledger.clone();
    assert!(!ledger.is_disputable(&young(), subject, Relief::OpenRecertification, at(281 * DAY)));
    relieve(&mut ledger, subject, Relief::OpenRecertification, 281 * DAY);
    assert_eq!(ledger, before);
}

#[test]
fn a_failure_that_was_none_does_not_count_among_three() {
    let fail = |ledger: &mut Ledger, number: u32| {
        let requested = RecertificationRequested { machine: key(0) };
        let when = at(DAY * i64::from(number));
        ledger.request_recertification(&young(), stamp(number, when), &requested).unwrap();
        let measured = RecertificationMeasured {
            cases: 1_000,
            correct: 1,
            report: sha256(b"report"),
            reproduced: 1,
            request: id(number),
            severe: 0,
        };
        ledger.measure(&young(), stamp(100 + number, when), &measured).unwrap();
    };
    let mut ledger = town();
    ruined(&mut ledger);
    fail(&mut ledger, 1);
    fail(&mut ledger, 2);
    let mut pardoned = ledger.clone();
    assert_eq!(disputable(&pardoned, id(101)), [Relief::OpenRecertification]);
    relieve(&mut pardoned, id(101), Relief::OpenRecertification, 3 * DAY);
    for (ledger, has_ended) in [(&mut ledger, true), (&mut pardoned, false)] {
        fail(ledger, 4);
        let standing = ledger.standing(&young(), &key(0), at(4 * DAY)).unwrap();
        assert_eq!(matches!(standing, Standing::Decommissioned { .. }), has_ended);
    }
}

#[test]
fn words_and_allegations_are_struck_while_they_can_still_be_used() {
    let mut ledger = town();
    let alleged = MaliceAlleged {
        machine: key(0),
        reason: "it invents evidence".to_owned(),
        report: sha256(b"report"),
    };
    ledger.allege(&young(), stamp(20, at(60)), &alleged).unwrap();
    let words = vouch(&mut ledger, id(20), VOUCHERS..VOUCHERS + 2, 1_000, at(60));
    assert_eq!(disputable(&ledger, words[0]), [Relief::SetAside]);
    relieve(&mut ledger, words[0], Relief::SetAside, 120);
    assert_eq!(ledger.endorsements(id(20)).count(), 1);
    assert!(disputable(&ledger, words[0]).is_empty());
    assert_eq!(disputable(&ledger, id(20)), [Relief::SetAside]);
    relieve(&mut ledger, id(20), Relief::SetAside, 120);
    assert!(disputable(&ledger, id(20)).is_empty() && disputable(&ledger, words[1]).is_empty());
    assert!(ledger.subject_of(id(20)).is_none());
    // What nobody ever said is about nothing.
    let nothing = Endorsed { about: id(99) }.about;
    assert!(disputable(&ledger, nothing).is_empty());
}
