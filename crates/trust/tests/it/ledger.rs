//! The account: what changes it, what is refused, and what does not matter.

use comity_constitution::{ActorKind, Nano};
use comity_trust::{Ledger, Role, Updated, Work, limits};
use proptest::prelude::*;

use crate::scene::{
    EPOCH, apply, at, good_review, good_work, key, ledger, mission, policy, propose, settle,
};

const DAY: i64 = 86_400;

type Change = fn(&mut Updated);

fn proposed(ledger: &Ledger, actor: u32, work: Work) -> Updated {
    propose(ledger, actor, 0, EPOCH, work, at(60)).unwrap()
}

/// The code of the refusal; the ledger must be as before.
fn refusal(ledger: &mut Ledger, updated: &Updated, seconds: i64) -> &'static str {
    let before = ledger.clone();
    let error = apply(ledger, updated, at(seconds)).unwrap_err();
    assert_eq!(*ledger, before, "a refused update changed the ledger");
    error.code()
}

#[test]
fn good_work_and_a_right_review_gain_and_are_remembered() {
    let mut ledger = ledger();
    settle(&mut ledger, 0, 0, EPOCH, good_work(), at(0));
    settle(&mut ledger, 1, 0, EPOCH, good_review(), at(0));
    let worker = ledger.account(&key(0)).unwrap();
    // 0.75 * 0.98 + 0.20 * 0.5 = 0.835, times 0.015.
    assert_eq!(worker.trust(), Nano::new(112_525_000));
    assert_eq!(worker.history().tally(Role::Worker).accepted, 1);
    // 0.75 * 0.85 + 0.20 * 0.5 = 0.7375, times 0.015.
    assert_eq!(ledger.account(&key(1)).unwrap().trust(), Nano::new(111_062_500));
    assert!(ledger.is_updated(&key(0), mission(0)) && !ledger.is_updated(&key(0), mission(1)));
}

#[test]
fn every_number_of_a_claim_is_recomputed() {
    let mut ledger = ledger();
    let honest = proposed(&ledger, 4, good_work());
    let changes: [(&str, Change); 18] = [
        ("after", |u| u.after = u.after.plus(Nano::EPSILON)),
        ("before", |u| u.before = u.before.minus(Nano::EPSILON)),
        ("cap", |u| u.cap = Nano::ONE),
        ("decay", |u| u.decay = Nano::EPSILON),
        ("gain", |u| u.gain = u.gain.plus(Nano::EPSILON)),
        ("penalty", |u| u.penalty = Nano::EPSILON),
        ("proposed", |u| u.proposed = Nano::ONE),
        ("score", |u| u.score = Nano::ONE),
        ("dormancy", |u| u.inputs.dormancy = Nano::EPSILON),
        ("e", |u| u.inputs.e = Nano::ZERO),
        ("q", |u| u.inputs.q = Nano::ONE),
        ("r", |u| u.inputs.r = Nano::ONE),
        ("staleness", |u| u.inputs.staleness = Nano::EPSILON),
        ("used", |u| u.inputs.used = Nano::EPSILON),
        ("v", |u| u.inputs.v = Nano::ONE),
        ("gate_passed", |u| u.gate_passed = false),
        ("held", |u| u.held = true),
        ("quarantined", |u| u.quarantined = true),
    ];
    for (field, change) in changes {
        let mut claimed = honest.clone();
        change(&mut claimed);
        assert_eq!(refusal(&mut ledger, &claimed, 60), "trust.differs", "{field}");
    }
    apply(&mut ledger, &honest, at(60)).unwrap();
}

#[test]
fn a_mission_counts_once_per_actor() {
    let mut ledger = ledger();
    let honest = proposed(&ledger, 0, good_work());
    apply(&mut ledger, &honest, at(60)).unwrap();
    assert_eq!(refusal(&mut ledger, &honest, 60), "trust.already_updated");
}

#[test]
fn strangers_and_second_starts_are_refused() {
    let mut ledger = ledger();
    let mut claimed = proposed(&ledger, 0, good_work());
    claimed.actor = key(99);
    assert_eq!(refusal(&mut ledger, &claimed, 60), "trust.unknown_actor");
    let before = ledger.clone();
    let again = ledger.admit(&policy(), key(0), ActorKind::Human, at(60)).unwrap_err();
    assert_eq!(again.code(), "trust.already_admitted");
    assert_eq!(ledger, before);
}

#[test]
fn claims_out_of_range_and_mixed_roles_are_refused() {
    let ledger = ledger();
    let code = |change: fn(&mut Work)| {
        let mut work = good_work();
        change(&mut work);
        let proposed = propose(&ledger, 0, 0, EPOCH, work, at(60));
        proposed.map_or_else(|error| error.code(), |_| "accepted")
    };
    assert_eq!(code(|w| w.severe = limits::FAILURES_MAX), "accepted");
    assert_eq!(code(|w| w.severe = limits::FAILURES_MAX + 1), "trust.out_of_range");
    assert_eq!(code(|w| w.minor = u32::MAX), "trust.out_of_range");
    assert_eq!(code(|w| w.evidence = limits::EVIDENCE_MAX + 1), "trust.out_of_range");
    assert_eq!(code(|w| w.evidence = u64::MAX), "trust.out_of_range");
    assert_eq!(code(|w| w.env_drift = Nano::new(-1)), "trust.out_of_range");
    assert_eq!(code(|w| w.env_drift = Nano::new(1_000_000_001)), "trust.out_of_range");
    assert_eq!(code(|w| w.approving = w.deciding.plus(Nano::EPSILON)), "trust.out_of_range");
    assert_eq!(code(|w| w.deciding = Nano::new(i64::MAX)), "trust.out_of_range");
    assert_eq!(code(|w| w.alignment = good_review().alignment), "trust.role_mismatch");
    assert_eq!(code(|w| w.role = Role::Reviewer), "trust.role_mismatch");
    assert_eq!(code(|w| *w = Work { deciding: Nano::ONE, ..good_review() }), "trust.role_mismatch");
}

#[test]
fn an_epoch_fits_its_date_and_never_goes_back() {
    let mut ledger = ledger();
    let code = |ledger: &Ledger, epoch, seconds| {
        let result = propose(ledger, 0, 0, epoch, good_work(), at(seconds));
        result.map_or_else(|error| error.code(), |_| "accepted")
    };
    assert_eq!(code(&ledger, EPOCH, 0), "accepted");
    assert_eq!(code(&ledger, EPOCH + 1, 3_599), "trust.epoch_not_dated");
    assert_eq!(code(&ledger, EPOCH, 7_199), "accepted");
    assert_eq!(code(&ledger, EPOCH, 7_200), "trust.epoch_not_dated");
    settle(&mut ledger, 1, 0, EPOCH + 1, good_work(), at(3_600));
    assert_eq!(code(&ledger, EPOCH, 3_600), "trust.epoch_past");
    assert_eq!(code(&ledger, EPOCH + 1, 3_600), "accepted");
}

#[test]
fn time_does_not_go_back_for_an_actor() {
    let mut ledger = ledger();
    settle(&mut ledger, 0, 0, EPOCH, good_work(), at(60));
    let early = propose(&ledger, 0, 1, EPOCH, good_work(), at(59));
    assert_eq!(early.unwrap_err().code(), "trust.time_regressed");
}

#[test]
fn a_second_good_mission_in_the_epoch_is_held_and_the_next_epoch_is_free() {
    let mut ledger = ledger();
    settle(&mut ledger, 0, 0, EPOCH, good_work(), at(60));
    let trust = ledger.account(&key(0)).unwrap().trust();
    settle(&mut ledger, 0, 1, EPOCH, good_work(), at(60));
    assert_eq!(ledger.account(&key(0)).unwrap().trust(), trust);
    settle(&mut ledger, 0, 2, EPOCH + 1, good_work(), at(3_600));
    assert!(trust < ledger.account(&key(0)).unwrap().trust());
}

#[test]
fn a_machine_that_falls_to_zero_is_quarantined_at_once_and_stays() {
    let mut ledger = ledger();
    let failed = Work { severe: 1, accepted: false, proof_of_trust: None, ..good_work() };
    let updated = proposed(&ledger, 0, failed);
    assert!(updated.quarantined);
    apply(&mut ledger, &updated, at(60)).unwrap();
    assert!(ledger.account(&key(0)).unwrap().is_quarantined());
    let next = propose(&ledger, 0, 1, EPOCH, good_work(), at(60));
    assert_eq!(next.unwrap_err().code(), "trust.quarantined");
}

#[test]
fn decay_is_taken_once_however_often_it_is_looked_at() {
    let mut ledger = ledger();
    let later = at(100 * DAY);
    let epoch = EPOCH + 2_400;
    let idle = |kind: u32| ledger.trust_at(&policy(), &key(kind), later).unwrap();
    assert_eq!(idle(0), Nano::ZERO, "0.1 less 100 days at 0.001");
    assert_eq!(idle(4), Nano::new(295_000_000), "0.3 less 10 days beyond grace at 0.0005");
    assert_eq!(ledger.trust_at(&policy(), &key(4), at(90 * DAY)), Some(Nano::new(300_000_000)));
    let idle_work = Work { proof_of_trust: None, ..good_work() };
    settle(&mut ledger, 4, 0, epoch, idle_work.clone(), later);
    settle(&mut ledger, 4, 1, epoch, idle_work, later);
    assert_eq!(ledger.account(&key(4)).unwrap().trust(), Nano::new(295_000_000));
    assert_eq!(ledger.trust_at(&policy(), &key(4), later), Some(Nano::new(295_000_000)));
}

/// One contribution by one of the eight actors, good, bad or unproven.
fn contribution() -> impl Strategy<Value = (u32, Work)> {
    (0..8_u32, 0..5_u32, 0..2_u32, any::<bool>(), 0..4_u64).prop_map(
        |(actor, kind, minor, proven, evidence)| {
            let work = if kind == 0 { good_review() } else { good_work() };
            let severe = u32::from(kind == 4);
            let proof_of_trust = work.proof_of_trust.filter(|_| proven);
            (actor, Work { severe, minor, evidence, proof_of_trust, ..work })
        },
    )
}

proptest! {
    #[test]
    fn invariant_6_no_actor_rises_by_more_than_the_guard_in_an_epoch(
        works in prop::collection::vec(contribution(), 1..60),
    ) {
        let mut ledger = ledger();
        let mut risen = [Nano::ZERO; 8];
        for (number, (actor, work)) in (0..).zip(works) {
            let before = ledger.account(&key(actor)).unwrap().trust();
            let proposed =
                propose(&ledger, actor, number, EPOCH, work, at(60));
            let Ok(updated) = proposed else { continue };
            apply(&mut ledger, &updated, at(60)).unwrap();
            let rise = updated.after.minus(before).max(Nano::ZERO);
            risen[actor as usize] = risen[actor as usize].plus(rise);
        }
        for rise in risen {
            prop_assert!(rise <= policy().rules.delta_fast);
        }
    }

    #[test]
    fn invariant_8_updates_of_different_actors_commute(
        works in prop::collection::vec(contribution(), 8),
        order in Just((0..8_u32).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let run = |order: &[u32]| {
            let mut ledger = ledger();
            for actor in order {
                let (_, work) = &works[*actor as usize];
                settle(&mut ledger, *actor, 0, EPOCH, work.clone(), at(60));
            }
            ledger
        };
        prop_assert_eq!(run(&order), run(&[0, 1, 2, 3, 4, 5, 6, 7]));
    }
}
