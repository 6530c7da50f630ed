//! A new key does not make a new machine.

use comity_constitution::{ActorKind, Nano};
use comity_trust::{
    Ancestry, Ledger, LineageDeclared, RecertificationMeasured, RecertificationRequested,
    Recertified, Standing, TrustError,
};
use comity_wire::Time;

use crate::scene::{
    EPOCH, VOUCHERS, at, good_work, id, key, ruin, settle, stamp, town, vouch, young,
};

const DAY: i64 = 86_400;

fn declare(
    ledger: &mut Ledger,
    machine: u32,
    predecessor: u32,
    when: Time,
) -> Result<(), TrustError> {
    let ancestry = ledger.ancestry(&young(), &key(predecessor), when)?;
    let declared = LineageDeclared { machine: key(machine), predecessor: key(predecessor) };
    let before = ledger.clone();
    let made = ledger.declare_lineage(&young(), stamp(500 + machine, when), &declared, &ancestry);
    if made.is_err() {
        assert_eq!(*ledger, before, "a refused lineage changed the ledger");
    }
    made
}

fn standing(ledger: &Ledger, machine: u32, when: Time) -> Standing {
    ledger.standing(&young(), &key(machine), when).unwrap()
}

/// Machine 0 has ended: half a year at zero.
fn ended() -> (Ledger, Time) {
    let mut ledger = town();
    ruin(&mut ledger, 0, 0, at(60));
    let when = at(181 * DAY);
    ledger.admit(&young(), key(10), ActorKind::Machine, when).unwrap();
    (ledger, when)
}

#[test]
fn declared_in_time_the_successor_of_an_ended_machine_takes_the_longer_way() {
    let (mut ledger, when) = ended();
    declare(&mut ledger, 10, 0, when).unwrap();
    assert_eq!(standing(&ledger, 10, when), Standing::Quarantined { since: when });
    let account = ledger.account(&key(10)).unwrap();
    assert_eq!((account.trust(), account.predecessor()), (Nano::ZERO, Some(&key(0))));
    let requested = RecertificationRequested { machine: key(10) };
    ledger.request_recertification(&young(), stamp(1, when), &requested).unwrap();
    let measured = RecertificationMeasured {
        cases: 1_000,
        correct: 1_000,
        report: comity_wire::sha256(b"report"),
        reproduced: 1_000,
        request: id(1),
        severe: 0,
    };
    ledger.measure(&young(), stamp(2, when), &measured).unwrap();
    // People have been dormant for long; that is their policy's matter.
    let fresh = VOUCHERS + 900..VOUCHERS + 905;
    for person in fresh.clone() {
        ledger.admit(&young(), key(person), ActorKind::Human, when).unwrap();
    }
    let endorsements = vouch(&mut ledger, id(2), fresh, 1_000, when);
    let recertified = Recertified { endorsements, measured: id(2) };
    ledger.recertify(&young(), stamp(3, when), &recertified).unwrap();
    assert_eq!(standing(&ledger, 10, when), Standing::Probation { left: 200 });
}

#[test]
fn shown_after_its_first_work_it_has_ended_too() {
    let (mut ledger, when) = ended();
    let epoch = u64::try_from(when.unix()).unwrap() / 3_600;
    settle(&mut ledger, 10, 5, epoch, good_work(), when);
    declare(&mut ledger, 10, 0, when).unwrap();
    assert!(matches!(standing(&ledger, 10, when), Standing::Decommissioned { .. }));
    assert_eq!(ledger.account(&key(10)).unwrap().trust(), Nano::ZERO);
}

#[test]
fn a_quarantine_and_its_failures_pass_on() {
    let mut ledger = town();
    ruin(&mut ledger, 0, 0, at(60));
    for number in [1, 2] {
        let requested = RecertificationRequested { machine: key(0) };
        ledger.request_recertification(&young(), stamp(10 * number, at(70)), &requested).unwrap();
        let bad = RecertificationMeasured {
            cases: 1_000,
            correct: 0,
            report: comity_wire::sha256(b"report"),
            reproduced: 0,
            request: id(10 * number),
            severe: 0,
        };
        ledger.measure(&young(), stamp(10 * number + 1, at(70)), &bad).unwrap();
    }
    // Machine 1 has worked under another name.
    settle(&mut ledger, 1, 8, EPOCH, good_work(), at(80));
    declare(&mut ledger, 1, 0, at(90)).unwrap();
    assert_eq!(standing(&ledger, 1, at(90)), Standing::Quarantined { since: at(60) });
    let requested = RecertificationRequested { machine: key(1) };
    ledger.request_recertification(&young(), stamp(40, at(90)), &requested).unwrap();
    let bad = RecertificationMeasured {
        cases: 1_000,
        correct: 0,
        report: comity_wire::sha256(b"report"),
        reproduced: 0,
        request: id(40),
        severe: 0,
    };
    ledger.measure(&young(), stamp(41, at(90)), &bad).unwrap();
    // The third failure of the lineage ends both.
    for machine in [0, 1] {
        assert_eq!(standing(&ledger, machine, at(90)), Standing::Decommissioned { since: at(90) });
    }
}

#[test]
fn a_lineage_falls_together_and_takes_the_lower_trust() {
    let mut ledger = town();
    settle(&mut ledger, 0, 1, EPOCH, good_work(), at(60));
    let high = ledger.account(&key(0)).unwrap().trust();
    declare(&mut ledger, 0, 1, at(70)).unwrap();
    let low = ledger.account(&key(0)).unwrap().trust();
    assert!(low < high && standing(&ledger, 0, at(70)) == Standing::Active);
    declare(&mut ledger, 2, 0, at(70)).unwrap();
    ruin(&mut ledger, 1, 2, at(80));
    for machine in 0..3 {
        assert_eq!(standing(&ledger, machine, at(80)), Standing::Quarantined { since: at(80) });
        assert_eq!(ledger.account(&key(machine)).unwrap().trust(), Nano::ZERO);
    }
    assert_eq!(standing(&ledger, 3, at(80)), Standing::Active);
}

#[test]
fn a_rotated_key_that_idles_does_not_take_its_successor_along() {
    let mut ledger = town();
    declare(&mut ledger, 1, 0, at(60)).unwrap();
    let when = at(90 * DAY);
    let epoch = u64::try_from(when.unix()).unwrap() / 3_600;
    settle(&mut ledger, 1, 5, epoch, good_work(), when);
    let later = at(102 * DAY);
    let decayed = ledger.propose_decay(&young(), &key(0), later).unwrap();
    ledger.decay(&young(), stamp(1, later), &decayed).unwrap();
    assert_eq!(standing(&ledger, 0, later), Standing::Quarantined { since: at(100 * DAY) });
    assert_eq!(standing(&ledger, 1, later), Standing::Active);
    assert!(Nano::ZERO < ledger.account(&key(1)).unwrap().trust());
}

#[test]
fn one_lineage_for_machines_only_and_no_circle() {
    let mut ledger = town();
    let code = |result: Result<(), TrustError>| result.unwrap_err().code();
    assert_eq!(code(declare(&mut ledger, 0, 0, at(60))), "trust.lineage");
    assert_eq!(code(declare(&mut ledger, 0, 4, at(60))), "trust.not_a_machine");
    assert_eq!(code(declare(&mut ledger, 4, 0, at(60))), "trust.not_a_machine");
    assert_eq!(code(declare(&mut ledger, 0, 77, at(60))), "trust.unknown_actor");
    declare(&mut ledger, 0, 1, at(60)).unwrap();
    assert_eq!(code(declare(&mut ledger, 0, 2, at(60))), "trust.lineage");
    assert_eq!(code(declare(&mut ledger, 1, 0, at(60))), "trust.lineage");
}

#[test]
fn abroad_only_what_has_been_seen_counts() {
    let mut ledger = town();
    ruin(&mut ledger, 0, 0, at(60));
    let unseen = ledger.ancestry_abroad(&young(), &key(0), &|_| false).unwrap();
    assert_eq!(unseen.standing, Standing::Active);
    let seen = ledger.ancestry_abroad(&young(), &key(0), &|_| true).unwrap();
    assert_eq!(seen.standing, Standing::Quarantined { since: at(60) });
    let mut abroad = town();
    for (machine, ancestry) in [(1, unseen), (2, seen)] {
        let declared = LineageDeclared { machine: key(machine), predecessor: key(900) };
        abroad.declare_lineage(&young(), stamp(machine, at(70)), &declared, &ancestry).unwrap();
    }
    let trust = |machine| abroad.account(&key(machine)).unwrap().trust();
    assert_eq!((trust(1), trust(2)), (young().machines.probation_trust, Nano::ZERO));
    assert_eq!(standing(&abroad, 2, at(70)), Standing::Quarantined { since: at(60) });
}

#[test]
fn a_successor_of_a_machine_on_probation_has_the_longer_one() {
    let mut ledger = town();
    let standing = Standing::Probation { left: 3 };
    let ancestry = Ancestry { standing, failures: Vec::new(), trust: Nano::new(50_000_000) };
    let declared = LineageDeclared { machine: key(1), predecessor: key(900) };
    ledger.declare_lineage(&young(), stamp(1, at(70)), &declared, &ancestry).unwrap();
    let found = ledger.standing(&young(), &key(1), at(70));
    assert_eq!(found, Some(Standing::Probation { left: 200 }));
}
