//! What the guard holds: who may vouch, what releases it, what suspends it.

use std::collections::BTreeSet;

use comity_constitution::{Nano, phase::Phase};
use comity_trust::{
    Endorser, Excluded, Governance, IncidentState, Ledger, Policy, Released, Suspended, TrustError,
    Work,
};
use comity_wire::{StatementId, Time};

use crate::scene::{
    EPOCH, VOUCHERS, at, endorser, good_work, hold, id, key, policy, propose, ruin, settle, stamp,
    town, vouch, young,
};

const DAY: i64 = 86_400;
const DEADLINE: i64 = 60 + 14 * DAY;

fn trust(ledger: &Ledger, actor: u32) -> Nano {
    ledger.account(&key(actor)).unwrap().trust()
}

fn release(
    ledger: &mut Ledger,
    governance: Governance,
    held: StatementId,
    endorsements: &[StatementId],
    when: Time,
) -> Result<Released, TrustError> {
    let before = ledger.clone();
    let made = ledger
        .propose_release(&young(), governance, held, endorsements.to_vec(), when)
        .and_then(|released| {
            ledger.release(&young(), governance, stamp(5_000, when), &released)?;
            Ok(released)
        });
    if made.is_err() {
        assert_eq!(*ledger, before, "a refused release changed the ledger");
    }
    made
}

fn in_phase(phase: Phase) -> Governance {
    Governance { phase, since: at(0) }
}

#[test]
fn what_is_held_waits_whole_and_a_quorum_releases_it() {
    let mut ledger = town();
    let held = hold(&mut ledger, 0);
    let before = trust(&ledger, 0);
    let incident = ledger.incident(held).unwrap();
    assert_eq!((incident.state, incident.opened), (IncidentState::Open, at(60)));
    let rise = incident.rise;
    assert!(Nano::ZERO < rise);
    let endorsements = vouch(&mut ledger, held, VOUCHERS..VOUCHERS + 30, 1_000, at(120));
    assert_eq!(ledger.endorsements(held).count(), 30);
    assert_eq!(trust(&ledger, 0), before, "vouching alone applies nothing");
    let released = release(&mut ledger, Governance::FULL, held, &endorsements, at(180)).unwrap();
    assert_eq!((released.before, released.after), (before, before.plus(rise)));
    assert_eq!(trust(&ledger, 0), before.plus(rise));
    assert_eq!(ledger.incident(held).unwrap().state, IncidentState::Released { by: id(5_000) });
    // Once.
    let again = release(&mut ledger, Governance::FULL, held, &endorsements, at(181)).unwrap_err();
    assert_eq!(again.code(), "trust.not_open");
}

#[test]
fn quorums_are_those_of_the_phase_to_the_last_signature() {
    for (phase, people) in [(Phase::G1, 7), (Phase::G2, 15), (Phase::G3, 30)] {
        let mut ledger = town();
        let held = hold(&mut ledger, 0);
        let endorsements = vouch(&mut ledger, held, VOUCHERS..VOUCHERS + people, 1_000, at(120));
        let governance = in_phase(phase);
        let short = release(&mut ledger, governance, held, &endorsements[1..], at(180));
        assert_eq!(
            short.unwrap_err(),
            TrustError::QuorumShort {
                what: "people",
                got: u64::from(people) - 1,
                min: u64::from(people)
            }
        );
        release(&mut ledger, governance, held, &endorsements, at(180)).unwrap();
    }
}

#[test]
fn in_g0_it_waits_for_g1_and_the_deadline_runs_from_there() {
    let mut ledger = town();
    let held = hold(&mut ledger, 0);
    let g0 = in_phase(Phase::G0);
    let endorsements = vouch(&mut ledger, held, VOUCHERS..VOUCHERS + 7, 1_000, at(120));
    let code = |result: Result<Released, TrustError>| result.unwrap_err().code();
    assert_eq!(code(release(&mut ledger, g0, held, &endorsements, at(180))), "trust.no_quorum");
    let suspend = |ledger: &mut Ledger, governance, when| {
        ledger.suspend(&young(), governance, stamp(6_000, when), Suspended { held })
    };
    let refused = suspend(&mut ledger, g0, at(40 * DAY)).unwrap_err();
    assert_eq!(refused.code(), "trust.no_quorum");
    let g1 = Governance { phase: Phase::G1, since: at(30 * DAY) };
    release(&mut ledger.clone(), g1, held, &endorsements, at(44 * DAY)).unwrap();
    let late = release(&mut ledger, g1, held, &endorsements, at(44 * DAY + 1));
    assert_eq!(code(late), "trust.deadline_past");
    let early = suspend(&mut ledger, g1, at(44 * DAY)).unwrap_err();
    assert_eq!(early.code(), "trust.deadline_ahead");
    suspend(&mut ledger, g1, at(44 * DAY + 1)).unwrap();
}

#[test]
fn regions_and_organisations_are_counted() {
    let code = |people: &dyn Fn(u32) -> Endorser, what: &'static str| {
        let mut ledger = town();
        let held = hold(&mut ledger, 0);
        let mut endorsements = Vec::new();
        for number in 0..30 {
            let stamp = stamp(1_000 + number, at(120));
            let by = (people(VOUCHERS + number), held);
            let nobody = Excluded::default();
            ledger.endorse(&young(), Governance::FULL, stamp, by, &nobody).unwrap();
            endorsements.push(stamp.id);
        }
        let refused = release(&mut ledger, Governance::FULL, held, &endorsements, at(180));
        assert_eq!(refused.unwrap_err(), TrustError::QuorumShort { what, got: 2, min: 3 });
    };
    code(&|n| Endorser { region: format!("r{}", n % 2), ..endorser(n) }, "regions");
    code(&|n| Endorser { organisation: format!("o{}", n % 2), ..endorser(n) }, "organisations");
}

#[test]
fn who_may_not_vouch_is_told_why() {
    let mut ledger = town();
    let held = hold(&mut ledger, 4);
    let code = |ledger: &mut Ledger, policy: &Policy, by: Endorser, excluded: &Excluded| {
        let before = ledger.clone();
        let stamp = stamp(1_000, at(120));
        let error =
            ledger.endorse(policy, Governance::FULL, stamp, (by, held), excluded).unwrap_err();
        assert_eq!(*ledger, before, "a refused endorsement changed the ledger");
        error.code()
    };
    let nobody = Excluded::default();
    let machine = Endorser { key: key(1), ..endorser(VOUCHERS) };
    assert_eq!(code(&mut ledger, &young(), machine, &nobody), "trust.endorser_not_human");
    let stranger = Endorser { key: key(99), ..endorser(VOUCHERS) };
    assert_eq!(code(&mut ledger, &young(), stranger, &nobody), "trust.unknown_actor");
    let subject = Endorser { key: key(4), ..endorser(VOUCHERS) };
    assert_eq!(code(&mut ledger, &young(), subject, &nobody), "trust.endorser_involved");
    let involved =
        Excluded { involved: BTreeSet::from([key(VOUCHERS)]), organisations: BTreeSet::new() };
    let by = endorser(VOUCHERS);
    assert_eq!(code(&mut ledger, &young(), by.clone(), &involved), "trust.endorser_involved");
    let house = Excluded {
        involved: BTreeSet::new(),
        organisations: BTreeSet::from([by.organisation.clone()]),
    };
    assert_eq!(code(&mut ledger, &young(), by.clone(), &house), "trust.endorser_involved");
    assert_eq!(code(&mut ledger, &policy(), by, &nobody), "trust.endorser_trust");
    vouch(&mut ledger, held, [VOUCHERS], 1_000, at(120));
    let twice = endorser(VOUCHERS);
    assert_eq!(code(&mut ledger, &young(), twice, &nobody), "trust.endorsed_twice");
    let nothing = (endorser(VOUCHERS), id(77));
    let refused =
        ledger.endorse(&young(), Governance::FULL, stamp(1_001, at(120)), nothing, &nobody);
    assert_eq!(refused.unwrap_err().code(), "trust.not_open");
}

#[test]
fn an_endorsement_counts_for_its_own_update_and_once() {
    let mut ledger = town();
    let (held, other) = (hold(&mut ledger, 0), hold(&mut ledger, 1));
    let good = vouch(&mut ledger, held, VOUCHERS..VOUCHERS + 30, 1_000, at(120));
    let replayed = release(&mut ledger, Governance::FULL, other, &good, at(180)).unwrap_err();
    assert_eq!(replayed, TrustError::NotAnEndorsement { id: good[0], about: other });
    let mut padded = good[..29].to_vec();
    padded.push(good[0]);
    let twice = release(&mut ledger, Governance::FULL, held, &padded, at(180)).unwrap_err();
    assert_eq!(twice.code(), "trust.endorsed_twice");
    padded[29] = id(9_999);
    let invented = release(&mut ledger, Governance::FULL, held, &padded, at(180)).unwrap_err();
    assert_eq!(invented.code(), "trust.not_an_endorsement");
}

#[test]
fn a_person_who_has_lost_trust_since_no_longer_counts() {
    let mut ledger = town();
    let held = hold(&mut ledger, 0);
    let endorsements = vouch(&mut ledger, held, VOUCHERS..VOUCHERS + 30, 1_000, at(120));
    let failed = Work { minor: 1, accepted: false, proof_of_trust: None, ..good_work() };
    settle(&mut ledger, VOUCHERS, 7, EPOCH, failed, at(150));
    let refused = release(&mut ledger, Governance::FULL, held, &endorsements, at(180));
    assert_eq!(refused.unwrap_err().code(), "trust.endorser_trust");
}

#[test]
fn the_deadline_is_in_time_and_the_next_second_is_not() {
    let mut ledger = town();
    let held = hold(&mut ledger, 4);
    let endorsements = vouch(&mut ledger, held, VOUCHERS..VOUCHERS + 30, 1_000, at(DEADLINE));
    let suspend = |ledger: &mut Ledger, when| {
        ledger.suspend(&young(), Governance::FULL, stamp(6_000, when), Suspended { held })
    };
    let mut other = ledger.clone();
    release(&mut other, Governance::FULL, held, &endorsements, at(DEADLINE)).unwrap();
    let early = suspend(&mut ledger, at(DEADLINE)).unwrap_err();
    assert_eq!(early.code(), "trust.deadline_ahead");
    let late = at(DEADLINE + 1);
    let refused = release(&mut ledger, Governance::FULL, held, &endorsements, late).unwrap_err();
    assert_eq!(refused.code(), "trust.deadline_past");
    let by = (endorser(VOUCHERS + 30), held);
    let vouched =
        ledger.endorse(&young(), Governance::FULL, stamp(2_000, late), by, &Excluded::default());
    assert_eq!(vouched.unwrap_err().code(), "trust.deadline_past");
    let before = trust(&ledger, 4);
    suspend(&mut ledger, late).unwrap();
    assert_eq!(ledger.incident(held).unwrap().state, IncidentState::Suspended { by: id(6_000) });
    assert_eq!(trust(&ledger, 4), before);
    assert_eq!(suspend(&mut ledger, late).unwrap_err().code(), "trust.not_open");
    let refused = release(&mut ledger, Governance::FULL, held, &endorsements, late).unwrap_err();
    assert_eq!(refused.code(), "trust.not_open");
}

#[test]
fn both_numbers_of_a_release_are_recomputed() {
    let mut ledger = town();
    let held = hold(&mut ledger, 0);
    let endorsements = vouch(&mut ledger, held, VOUCHERS..VOUCHERS + 30, 1_000, at(120));
    let honest =
        ledger.propose_release(&young(), Governance::FULL, held, endorsements, at(180)).unwrap();
    for wrong in [
        Released { after: honest.after.plus(Nano::EPSILON), ..honest.clone() },
        Released { before: Nano::ZERO, ..honest },
    ] {
        let refused =
            ledger.release(&young(), Governance::FULL, stamp(5_000, at(180)), &wrong).unwrap_err();
        assert_eq!(refused.code(), "trust.differs");
    }
}

#[test]
fn a_release_stops_at_the_cap_and_raises_nobody_who_is_quarantined() {
    let mut ledger = town();
    let held = hold(&mut ledger, 0);
    let endorsements = vouch(&mut ledger, held, VOUCHERS..VOUCHERS + 30, 1_000, at(120));
    let mut low = young();
    low.rules.machine.trust_max = trust(&ledger, 0).plus(Nano::EPSILON);
    let capped = ledger
        .propose_release(&low, Governance::FULL, held, endorsements.clone(), at(180))
        .unwrap();
    assert_eq!(capped.after, low.rules.machine.trust_max);
    ruin(&mut ledger, 0, 9, at(150));
    let refused = release(&mut ledger, Governance::FULL, held, &endorsements, at(180));
    assert_eq!(refused.unwrap_err().code(), "trust.quarantined");
}

/// Neither a hold nor a release forgives the decay of the time in between, or takes it twice.
#[test]
fn a_release_ends_where_an_update_that_was_never_held_would_have() {
    let day = 5 * DAY;
    let epoch = EPOCH + 120;
    let mut free = town();
    let mut wide = young();
    wide.rules.delta_fast = Nano::ONE;
    let update = |ledger: &mut Ledger, policy: &Policy, of: u32| {
        let ended = comity_trust::Ended { mission: crate::scene::mission(of), at: at(day) };
        let made = ledger.propose(policy, &key(0), ended, epoch, good_work(), at(day)).unwrap();
        ledger.apply(policy, stamp(of, at(day)), at(day), &made).unwrap();
        made.held
    };
    assert!(!update(&mut free, &wide, 1));
    let mut held = town();
    let mut narrow = young();
    narrow.rules.delta_fast = Nano::EPSILON;
    assert!(update(&mut held, &narrow, 1));
    let endorsements = vouch(&mut held, id(1), VOUCHERS..VOUCHERS + 30, 1_000, at(day));
    release(&mut held, Governance::FULL, id(1), &endorsements, at(6 * DAY)).unwrap();
    let later = at(20 * DAY);
    let look = |ledger: &Ledger| ledger.trust_at(&young(), &key(0), later).unwrap();
    assert_eq!(look(&held), look(&free));
}

#[test]
fn a_held_update_counts_its_mission_and_nothing_else() {
    let mut ledger = town();
    hold(&mut ledger, 0);
    let again = propose(&ledger, 0, 1, EPOCH, good_work(), at(60)).unwrap_err();
    assert_eq!(again.code(), "trust.already_updated");
    let third = propose(&ledger, 0, 2, EPOCH, good_work(), at(60)).unwrap();
    assert!(third.held, "the room that is left is the same");
    assert_eq!(ledger.incidents().count(), 1);
}
