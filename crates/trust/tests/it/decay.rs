//! Time takes trust once, however often one looks.

use comity_constitution::{ActorKind, Nano};
use comity_trust::{Decayed, Ledger, Standing, TrustError};
use comity_wire::Time;
use proptest::prelude::*;

use crate::scene::{EPOCH, at, good_work, key, ledger, policy, propose, settle, stamp};

const DAY: i64 = 86_400;

fn decay(ledger: &mut Ledger, actor: u32, number: u32, when: Time) -> Result<Decayed, TrustError> {
    let decayed = ledger.propose_decay(&policy(), &key(actor), when)?;
    ledger.decay(&policy(), stamp(number, when), &decayed)?;
    Ok(decayed)
}

fn trust(ledger: &Ledger, actor: u32) -> Nano {
    ledger.account(&key(actor)).unwrap().trust()
}

#[test]
fn whole_days_are_taken_and_the_rest_waits() {
    let mut ledger = ledger();
    let almost = decay(&mut ledger, 0, 1, at(DAY - 1)).unwrap_err();
    assert_eq!(almost.code(), "trust.nothing_due");
    decay(&mut ledger, 0, 1, at(3 * DAY + 5)).unwrap();
    assert_eq!(trust(&ledger, 0), Nano::new(97_000_000));
    let again = decay(&mut ledger, 0, 2, at(3 * DAY + 5)).unwrap_err();
    assert_eq!(again.code(), "trust.nothing_due");
    let early = decay(&mut ledger, 0, 2, at(3 * DAY)).unwrap_err();
    assert_eq!(early.code(), "trust.time_regressed");
    assert_eq!(decay(&mut ledger, 9, 2, at(DAY)).unwrap_err().code(), "trust.unknown_actor");
}

#[test]
fn a_person_has_a_grace_and_a_floor() {
    let mut ledger = ledger();
    let grace = decay(&mut ledger, 4, 1, at(91 * DAY - 1)).unwrap_err();
    assert_eq!(grace.code(), "trust.nothing_due");
    decay(&mut ledger, 4, 1, at(100 * DAY)).unwrap();
    assert_eq!(trust(&ledger, 4), Nano::new(295_000_000));
    decay(&mut ledger, 4, 2, at(10_000 * DAY)).unwrap();
    assert_eq!(trust(&ledger, 4), policy().rules.human.floor);
}

#[test]
fn every_number_of_a_decay_is_recomputed() {
    let mut ledger = ledger();
    let honest = ledger.propose_decay(&policy(), &key(0), at(2 * DAY)).unwrap();
    for change in [
        Decayed { after: honest.after.plus(Nano::EPSILON), ..honest.clone() },
        Decayed { before: Nano::ONE, ..honest.clone() },
        Decayed { days: 1, ..honest },
    ] {
        let before = ledger.clone();
        let refusal = ledger.decay(&policy(), stamp(1, at(2 * DAY)), &change).unwrap_err();
        assert_eq!(refusal.code(), "trust.differs");
        assert_eq!(ledger, before);
    }
}

#[test]
fn a_machine_that_decays_to_zero_is_quarantined_from_the_day_it_got_there() {
    let mut ledger = ledger();
    let (zero, later) = (at(100 * DAY), at(120 * DAY));
    let standing = |ledger: &Ledger, when| ledger.standing(&policy(), &key(0), when).unwrap();
    assert_eq!(standing(&ledger, at(100 * DAY - 1)), Standing::Active);
    assert_eq!(standing(&ledger, zero), Standing::Quarantined { since: zero });
    // Whether somebody has said so does not matter.
    let work = propose(&ledger, 0, 0, EPOCH + 24 * 120, good_work(), later);
    assert_eq!(work.unwrap_err().code(), "trust.quarantined");
    decay(&mut ledger, 0, 1, later).unwrap();
    assert_eq!(standing(&ledger, later), Standing::Quarantined { since: zero });
    assert!(ledger.account(&key(0)).unwrap().is_quarantined());
    let more = decay(&mut ledger, 0, 2, at(130 * DAY)).unwrap_err();
    assert_eq!(more.code(), "trust.quarantined");
    let end = at(280 * DAY);
    assert_eq!(standing(&ledger, end), Standing::Quarantined { since: zero });
    assert_eq!(standing(&ledger, end.plus(1)), Standing::Decommissioned { since: end });
    let late = ledger.propose_decay(&policy(), &key(0), end.plus(1)).unwrap_err();
    assert_eq!(late.code(), "trust.decommissioned");
}

#[test]
fn an_update_takes_what_decay_has_left() {
    let later = at(10 * DAY + 7);
    let epoch = EPOCH + 240;
    let once = {
        let mut ledger = ledger();
        settle(&mut ledger, 0, 0, epoch, good_work(), later);
        trust(&ledger, 0)
    };
    let mut ledger = ledger();
    for day in 1..10 {
        decay(&mut ledger, 0, day, at(i64::from(day) * DAY)).unwrap();
    }
    settle(&mut ledger, 0, 0, epoch, good_work(), later);
    assert_eq!(trust(&ledger, 0), once);
}

proptest! {
    #[test]
    fn taking_decay_at_many_dates_is_taking_it_at_the_last(
        mut dates in prop::collection::vec(0..400 * DAY, 1..12),
        is_human in any::<bool>(),
    ) {
        let actor = if is_human { 4 } else { 0 };
        dates.sort_unstable();
        let (mut often, mut once) = (ledger(), ledger());
        for (number, date) in (0..).zip(&dates) {
            let _ = decay(&mut often, actor, number, at(*date));
        }
        let last = at(*dates.last().unwrap());
        let _ = decay(&mut once, actor, 0, last);
        prop_assert_eq!(trust(&often, actor), trust(&once, actor));
        let looked = |ledger: &Ledger| ledger.trust_at(&policy(), &key(actor), last);
        prop_assert_eq!(looked(&often), looked(&once));
        let stands = |ledger: &Ledger| ledger.standing(&policy(), &key(actor), last);
        prop_assert_eq!(stands(&often), stands(&once));
    }
}

#[test]
fn people_stand_as_active_whatever_their_trust() {
    let mut ledger = Ledger::new();
    ledger.admit(&policy(), key(1), ActorKind::Human, at(0)).unwrap();
    assert_eq!(ledger.standing(&policy(), &key(1), at(100_000 * DAY)), Some(Standing::Active));
    assert_eq!(ledger.standing(&policy(), &key(2), at(0)), None);
}
