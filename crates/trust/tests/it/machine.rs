//! A machine without trust: how it comes back, and how it ends.

use comity_constitution::{ActorKind, Nano, RiskTier};
use comity_trust::{
    DecommissionCause, Decommissioned, Endorser, Excluded, Governance, Ledger, MaliceAlleged,
    RecertificationMeasured, RecertificationRequested, Recertified, Standing, TrustError, Work,
    limits,
};
use comity_wire::{StatementId, Time, sha256};

use crate::scene::{
    VOUCHERS, at, endorser, good_work, id, key, policy, propose, ruin, settle, stamp, town, vouch,
    young,
};

const DAY: i64 = 86_400;

type Change = fn(&mut RecertificationMeasured);

fn request(ledger: &mut Ledger, machine: u32, number: u32, when: Time) -> Result<(), TrustError> {
    let requested = RecertificationRequested { machine: key(machine) };
    ledger.request_recertification(&young(), stamp(number, when), &requested)
}

fn good(request: u32) -> RecertificationMeasured {
    RecertificationMeasured {
        cases: 1_000,
        correct: 950,
        report: sha256(b"report"),
        reproduced: 990,
        request: id(request),
        severe: 5,
    }
}

fn measure(
    ledger: &mut Ledger,
    number: u32,
    when: Time,
    measured: RecertificationMeasured,
) -> Result<(), TrustError> {
    let before = ledger.clone();
    let made = ledger.measure(&young(), stamp(number, when), &measured);
    if made.is_err() {
        assert_eq!(*ledger, before, "a refused measurement changed the ledger");
    }
    made
}

fn recertify(
    ledger: &mut Ledger,
    measured: u32,
    endorsements: &[StatementId],
    when: Time,
) -> Result<(), TrustError> {
    let body = Recertified { endorsements: endorsements.to_vec(), measured: id(measured) };
    let before = ledger.clone();
    let made = ledger.recertify(&young(), stamp(measured + 1, when), &body);
    if made.is_err() {
        assert_eq!(*ledger, before, "a refused recertification changed the ledger");
    }
    made
}

fn standing(ledger: &Ledger, when: Time) -> Standing {
    ledger.standing(&young(), &key(0), when).unwrap()
}

/// Machine 0, ruined, certified again and on probation from a day later.
fn on_probation() -> Ledger {
    let mut ledger = town();
    ruin(&mut ledger, 0, 0, at(60));
    request(&mut ledger, 0, 10, at(DAY)).unwrap();
    measure(&mut ledger, 11, at(DAY), good(10)).unwrap();
    let five = vouch(&mut ledger, id(11), VOUCHERS..VOUCHERS + 5, 1_000, at(DAY));
    recertify(&mut ledger, 11, &five, at(DAY)).unwrap();
    ledger
}

fn low_risk() -> Work {
    Work { risk_tier: RiskTier::R0, ..good_work() }
}

#[test]
fn five_people_a_benchmark_and_a_hundred_tasks_bring_a_machine_back() {
    let mut ledger = on_probation();
    assert_eq!(standing(&ledger, at(DAY)), Standing::Probation { left: 100 });
    assert_eq!(ledger.account(&key(0)).unwrap().trust(), young().machines.probation_trust);
    for task in 0..100_u32 {
        let left = 100 - u64::from(task);
        let when = at(DAY + 3_600 * i64::from(task));
        assert_eq!(standing(&ledger, when), Standing::Probation { left });
        let epoch = u64::try_from(when.unix()).unwrap() / 3_600;
        // Work of other tiers, and work that is not proven, does not count.
        let other = [good_work(), Work { proof_of_trust: None, ..low_risk() }];
        settle(&mut ledger, 0, 1_000 + task, epoch, other[task as usize % 2].clone(), when);
        settle(&mut ledger, 0, 100 + task, epoch, low_risk(), when);
    }
    assert_eq!(standing(&ledger, at(6 * DAY)), Standing::Active);
}

#[test]
fn a_machine_in_good_standing_is_not_certified_again() {
    let mut ledger = town();
    let code = |result: Result<(), TrustError>| result.unwrap_err().code();
    assert_eq!(code(request(&mut ledger, 0, 10, at(60))), "trust.not_quarantined");
    assert_eq!(code(request(&mut ledger, 4, 10, at(60))), "trust.not_a_machine");
    assert_eq!(code(request(&mut ledger, 99, 10, at(60))), "trust.unknown_actor");
    ruin(&mut ledger, 0, 0, at(60));
    assert_eq!(code(request(&mut ledger, 0, 10, at(59))), "trust.time_regressed");
    request(&mut ledger, 0, 10, at(60)).unwrap();
}

#[test]
fn a_benchmark_passes_at_its_bounds_and_fails_one_case_below() {
    let shortfalls: [Change; 3] = [|m| m.correct = 949, |m| m.reproduced = 989, |m| m.severe = 6];
    for shortfall in shortfalls {
        let mut ledger = town();
        ruin(&mut ledger, 0, 0, at(60));
        request(&mut ledger, 0, 10, at(DAY)).unwrap();
        let mut measured = good(10);
        shortfall(&mut measured);
        measure(&mut ledger, 11, at(DAY), measured).unwrap();
        assert_eq!(
            ledger.account(&key(0)).unwrap().marks().last().map(|m| m.is_failure),
            Some(true)
        );
        assert_eq!(recertify(&mut ledger, 11, &[], at(DAY)).unwrap_err().code(), "trust.not_open");
        // The request is over with it.
        assert_eq!(
            measure(&mut ledger, 12, at(DAY), good(10)).unwrap_err().code(),
            "trust.not_open"
        );
    }
}

#[test]
fn counts_that_cannot_be_are_refused() {
    let mut ledger = town();
    ruin(&mut ledger, 0, 0, at(60));
    request(&mut ledger, 0, 10, at(DAY)).unwrap();
    let changes: [(&str, Change); 7] = [
        ("trust.benchmark_short", |m| m.cases = 999),
        ("trust.out_of_range", |m| m.correct = 1_001),
        ("trust.out_of_range", |m| m.reproduced = u64::MAX),
        ("trust.out_of_range", |m| m.severe = 1_001),
        ("trust.out_of_range", |m| m.cases = limits::CASES_MAX + 1),
        ("trust.not_open", |m| m.request = id(99)),
        ("trust.not_open", |m| m.request = id(11)),
    ];
    for (code, change) in changes {
        let mut measured = good(10);
        change(&mut measured);
        assert_eq!(measure(&mut ledger, 11, at(DAY), measured).unwrap_err().code(), code);
    }
    measure(&mut ledger, 11, at(DAY), good(10)).unwrap();
    assert_eq!(measure(&mut ledger, 12, at(DAY), good(10)).unwrap_err().code(), "trust.measured");
    // A new request makes the old measurement worthless.
    request(&mut ledger, 0, 13, at(DAY)).unwrap();
    let five = vouch_refused(&mut ledger, id(11));
    assert_eq!(five, "trust.not_open");
    assert_eq!(measure(&mut ledger, 14, at(DAY), good(10)).unwrap_err().code(), "trust.not_open");
}

fn vouch_refused(ledger: &mut Ledger, about: StatementId) -> &'static str {
    let by = (endorser(VOUCHERS), about);
    let nobody = Excluded::default();
    let result = ledger.endorse(&young(), Governance::FULL, stamp(1_000, at(DAY)), by, &nobody);
    result.map_or_else(|error| error.code(), |()| "accepted")
}

#[test]
fn four_people_machines_and_the_operators_house_do_not_recertify() {
    let mut ledger = town();
    ruin(&mut ledger, 0, 0, at(60));
    request(&mut ledger, 0, 10, at(DAY)).unwrap();
    assert_eq!(vouch_refused(&mut ledger, id(10)), "trust.not_open");
    measure(&mut ledger, 11, at(DAY), good(10)).unwrap();
    let four = vouch(&mut ledger, id(11), VOUCHERS..VOUCHERS + 4, 1_000, at(DAY));
    let short = recertify(&mut ledger, 11, &four, at(DAY)).unwrap_err();
    assert_eq!(short, TrustError::QuorumShort { what: "people", got: 4, min: 5 });
    let machine = Endorser { key: key(1), ..endorser(VOUCHERS + 9) };
    let house = endorser(VOUCHERS + 9);
    let mut excluded = Excluded::default();
    excluded.organisations.insert(house.organisation.clone());
    let mut code = |by| {
        let stamp = stamp(1_010, at(DAY));
        let by = (by, id(11));
        ledger.endorse(&young(), Governance::FULL, stamp, by, &excluded).unwrap_err().code()
    };
    assert_eq!(code(machine), "trust.endorser_not_human");
    assert_eq!(code(house), "trust.endorser_involved");
}

#[test]
fn three_failures_within_the_window_end_a_machine() {
    let fail = |days: [i64; 3]| {
        let mut ledger = town();
        ruin(&mut ledger, 0, 0, at(60));
        for (number, day) in (1..).zip(days) {
            let when = at(day * DAY);
            request(&mut ledger, 0, 10 * number, when).unwrap();
            let bad = RecertificationMeasured { correct: 0, ..good(10 * number) };
            measure(&mut ledger, 10 * number + 1, when, bad).unwrap();
        }
        standing(&ledger, at(days[2] * DAY))
    };
    assert_eq!(fail([1, 2, 3]), Standing::Decommissioned { since: at(3 * DAY) });
    let ruined = at(60);
    assert_eq!(fail([1, 2, 179]), Standing::Decommissioned { since: at(179 * DAY) });
    let mut ledger = on_probation();
    // A failed probation is a failure, and the quarantine that follows has its own clock.
    let failed = Work { minor: 2, accepted: false, proof_of_trust: None, ..low_risk() };
    let when = at(2 * DAY);
    let epoch = u64::try_from(when.unix()).unwrap() / 3_600;
    settle(&mut ledger, 0, 7, epoch, failed, when);
    assert_eq!(standing(&ledger, when), Standing::Quarantined { since: when });
    let failures = |ledger: &Ledger| {
        ledger.account(&key(0)).unwrap().marks().iter().filter(|mark| mark.is_failure).count()
    };
    assert_eq!(failures(&ledger), 1);
    assert!(ruined < when);
    for (number, day) in [(2, 100), (3, 181)] {
        request(&mut ledger, 0, 100 * number, at(day * DAY)).unwrap();
        let bad = RecertificationMeasured { severe: 1_000, ..good(100 * number) };
        measure(&mut ledger, 100 * number + 1, at(day * DAY), bad).unwrap();
    }
    assert_eq!(failures(&ledger), 3);
    // Three within 179 days: from the second day to the last.
    assert_eq!(standing(&ledger, at(181 * DAY)), Standing::Decommissioned { since: at(181 * DAY) });
}

#[test]
fn a_failure_older_than_the_window_no_longer_counts() {
    let mut policy = young();
    policy.machines.decommission_zero_s = 86_400 * 1_000;
    let mut ledger = town();
    ruin(&mut ledger, 0, 0, at(60));
    for (number, day) in [(1, 1), (2, 100), (3, 182)] {
        let when = at(day * DAY);
        let requested = RecertificationRequested { machine: key(0) };
        ledger.request_recertification(&policy, stamp(10 * number, when), &requested).unwrap();
        let bad = RecertificationMeasured { correct: 0, ..good(10 * number) };
        ledger.measure(&policy, stamp(10 * number + 1, when), &bad).unwrap();
    }
    let standing = ledger.standing(&policy, &key(0), at(182 * DAY)).unwrap();
    assert_eq!(standing, Standing::Quarantined { since: at(60) });
}

#[test]
fn half_a_year_at_zero_ends_a_machine_whether_somebody_says_so_or_not() {
    let mut ledger = town();
    let zero = Decommissioned { cause: DecommissionCause::Zero, machine: key(0) };
    let end = |ledger: &mut Ledger, when| ledger.decommission(&young(), stamp(50, when), &zero);
    assert_eq!(end(&mut ledger, at(60)).unwrap_err().code(), "trust.not_quarantined");
    ruin(&mut ledger, 0, 0, at(60));
    let deadline = at(60 + 180 * DAY);
    let early = end(&mut ledger, deadline).unwrap_err();
    assert_eq!(early, TrustError::DeadlineAhead { deadline, at: deadline });
    let late = deadline.plus(1);
    assert_eq!(request(&mut ledger, 0, 10, late).unwrap_err().code(), "trust.decommissioned");
    let mut silent = ledger.clone();
    end(&mut ledger, late).unwrap();
    for ledger in [&mut ledger, &mut silent] {
        assert_eq!(standing(ledger, late), Standing::Decommissioned { since: deadline });
        let epoch = u64::try_from(late.unix()).unwrap() / 3_600;
        let work = propose(ledger, 0, 3, epoch, good_work(), late).unwrap_err();
        assert_eq!(work.code(), "trust.decommissioned");
    }
    assert_eq!(end(&mut ledger, late).unwrap_err().code(), "trust.decommissioned");
}

#[test]
fn malice_ends_a_machine_once_five_people_vouch_for_it() {
    let mut ledger = town();
    let allege = |ledger: &mut Ledger, machine, reason: &str| {
        let (report, reason) = (sha256(b"report"), reason.to_owned());
        let alleged = MaliceAlleged { machine: key(machine), reason, report };
        ledger.allege(&young(), stamp(20, at(60)), &alleged)
    };
    assert_eq!(allege(&mut ledger, 0, " ").unwrap_err().code(), "trust.reason");
    let long = "x".repeat(limits::REASON_BYTES_MAX + 1);
    assert_eq!(allege(&mut ledger, 0, &long).unwrap_err().code(), "trust.reason");
    assert_eq!(allege(&mut ledger, 4, "lies").unwrap_err().code(), "trust.not_a_machine");
    allege(&mut ledger, 0, "it invents evidence").unwrap();
    assert_eq!(standing(&ledger, at(60)), Standing::Active, "a word alone changes nothing");
    let four = vouch(&mut ledger, id(20), VOUCHERS..VOUCHERS + 4, 1_000, at(60));
    let end = |ledger: &mut Ledger, machine, endorsements: &[StatementId], about| {
        let endorsements = endorsements.to_vec();
        let cause = DecommissionCause::Malice { alleged: about, endorsements };
        let ended = Decommissioned { cause, machine: key(machine) };
        ledger.decommission(&young(), stamp(60, at(60)), &ended)
    };
    assert_eq!(end(&mut ledger, 0, &four, id(20)).unwrap_err().code(), "trust.quorum_short");
    let mut five = four;
    five.extend(vouch(&mut ledger, id(20), [VOUCHERS + 4], 1_010, at(60)));
    assert_eq!(end(&mut ledger, 1, &five, id(20)).unwrap_err().code(), "trust.not_open");
    assert_eq!(end(&mut ledger, 0, &five, id(21)).unwrap_err().code(), "trust.not_open");
    // Words for an allegation do not recertify anybody.
    assert_eq!(recertify(&mut ledger, 20, &five, at(60)).unwrap_err().code(), "trust.not_open");
    end(&mut ledger, 0, &five, id(20)).unwrap();
    assert_eq!(standing(&ledger, at(60)), Standing::Decommissioned { since: at(60) });
    assert_eq!(ledger.account(&key(0)).unwrap().trust(), Nano::ZERO);
    assert_eq!(vouch_refused(&mut ledger, id(20)), "trust.decommissioned");
    assert_eq!(allege(&mut ledger, 0, "again").unwrap_err().code(), "trust.decommissioned");
}

#[test]
fn missions_that_ended_before_probation_do_not_help() {
    let ledger = on_probation();
    let ended = comity_trust::Ended { mission: crate::scene::mission(3), at: at(DAY - 1) };
    let epoch = u64::try_from(at(DAY).unix()).unwrap() / 3_600;
    let refused = ledger.propose(&policy(), &key(0), ended, epoch, low_risk(), at(DAY));
    assert_eq!(refused.unwrap_err().code(), "trust.ended_before");
}

#[test]
fn a_machine_that_begins_at_zero_begins_in_quarantine() {
    let mut policy = young();
    policy.rules.machine.baseline = Nano::ZERO;
    let mut ledger = Ledger::new();
    ledger.admit(&policy, key(0), ActorKind::Machine, at(0)).unwrap();
    let account = ledger.account(&key(0)).unwrap();
    assert!(account.is_quarantined());
    let standing = Standing::Quarantined { since: at(0) };
    assert_eq!(account.standing_after(&|_| false), standing);
    assert_eq!(account.standing_at(&policy, at(0)), standing);
}

#[test]
fn what_each_standing_allows() {
    let since = at(0);
    for (standing, low, high) in [
        (Standing::Active, true, true),
        (Standing::Probation { left: 1 }, true, false),
        (Standing::Quarantined { since }, false, false),
        (Standing::Decommissioned { since }, false, false),
    ] {
        let found = (standing.allows(RiskTier::R0), standing.allows(RiskTier::R1));
        assert_eq!(found, (low, high), "{}", standing.name());
    }
}
