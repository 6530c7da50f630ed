//! The threat model's invariants of trust, one property each, and the control matrix's rows.

use comity_constitution::{ActorKind, Nano, RiskTier};
use comity_trust::{
    DecommissionCause, Decommissioned, Excluded, Governance, Inputs, Ledger, LineageDeclared,
    Population, RecertificationMeasured, RecertificationRequested, Recertified, Role, Standing,
    Suspended, TrustFact, Updated, Work, update,
};
use comity_wire::{StatementId, Time, jcs, sha256};
use proptest::prelude::*;
use serde_json::Value;

use crate::scene::{
    EPOCH, VOUCHERS, apply, at, endorser, good_review, good_work, id, key, ledger, policy, propose,
    ruin, settle, stamp, town, vouch, young,
};

const DAY: i64 = 86_400;

fn trust(ledger: &Ledger, actor: u32) -> Nano {
    ledger.account(&key(actor)).unwrap().trust()
}

/// Any contribution that passes the checks of its form.
fn any_work() -> impl Strategy<Value = Work> {
    let tier = prop::sample::select(vec![RiskTier::R0, RiskTier::R1, RiskTier::R2, RiskTier::R3]);
    let numbers = (0..5_i64, 0..5_i64, 0..10_u64, 0..3_u32, 0..2_u32);
    (tier, numbers, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(risk_tier, (approving, more, evidence, minor, severe), accepted, proven, reviews)| {
            let base = if reviews { good_review() } else { good_work() };
            let (approving, deciding) = if reviews {
                (Nano::ZERO, Nano::ZERO)
            } else {
                (Nano::new(approving), Nano::new(approving + more))
            };
            let proof_of_trust = base.proof_of_trust.filter(|_| proven);
            Work {
                accepted,
                approving,
                deciding,
                evidence,
                minor,
                proof_of_trust,
                risk_tier,
                severe,
                ..base
            }
        },
    )
}

proptest! {
    #[test]
    fn invariant_02_nothing_is_minted_below_the_quality_gate(
        below in 1..=800_000_000_i64,
        (r, v, e) in (0..=1_000_000_000_i64, 0..=1_000_000_000_i64, 0..=1_000_000_000_i64),
        is_human in any::<bool>(),
        events in 1..1_000_usize,
    ) {
        let kind = if is_human { ActorKind::Human } else { ActorKind::Machine };
        let rules = policy().rules;
        let q = rules.of(kind).quality_min.minus(Nano::new(below));
        let mut trust = rules.of(kind).baseline;
        for _ in 0..events {
            let outcome = update(&rules, &Inputs {
                kind, trust, q, r: Nano::new(r), v: Nano::new(v), e: Nano::new(e),
                proof_of_trust: true, severe: 0, minor: 0, dormancy: Nano::ZERO,
                staleness: Nano::ZERO, env_drift: Nano::ZERO,
                population: Population::default(), used: Nano::ZERO,
            });
            prop_assert!(!outcome.gate_passed && outcome.gain == Nano::ZERO);
            prop_assert!(outcome.after <= trust && !outcome.held);
            trust = outcome.after;
        }
    }

    #[test]
    fn invariant_03_work_alone_mints_nothing(
        works in prop::collection::vec((0..8_u32, any_work()), 1..60),
    ) {
        let mut ledger = ledger();
        for (number, (actor, work)) in (0..).zip(works) {
            let work = Work { proof_of_trust: None, ..work };
            let before = trust(&ledger, actor);
            let Ok(updated) = propose(&ledger, actor, number, EPOCH, work, at(60)) else { continue };
            prop_assert_eq!(updated.gain, Nano::ZERO);
            apply(&mut ledger, &updated, at(60)).unwrap();
            prop_assert!(trust(&ledger, actor) <= before);
            prop_assert_eq!(ledger.incidents().count(), 0);
        }
    }

    #[test]
    fn invariant_04_a_machine_without_trust_is_quarantined_in_the_same_step(
        works in prop::collection::vec((0..4_u32, any_work(), 0..30_i64), 1..80),
    ) {
        let mut ledger = town();
        let mut now = 60;
        for (number, (machine, work, days)) in (0..).zip(works) {
            now += days * DAY;
            let (when, epoch) = (at(now), EPOCH + u64::try_from(now / 3_600).unwrap());
            if let Ok(updated) = propose(&ledger, machine, number, epoch, work, when) {
                apply(&mut ledger, &updated, when).unwrap();
                prop_assert_eq!(updated.quarantined, updated.after == Nano::ZERO);
            }
            for machine in 0..4 {
                let spent = ledger.trust_at(&policy(), &key(machine), when) == Some(Nano::ZERO);
                let standing = ledger.standing(&policy(), &key(machine), when).unwrap();
                if spent {
                    for tier in [RiskTier::R0, RiskTier::R1, RiskTier::R2, RiskTier::R3] {
                        prop_assert!(!standing.allows(tier), "{standing:?}");
                    }
                    let again = propose(&ledger, machine, 9_999, epoch, good_work(), when);
                    prop_assert!(again.is_err());
                }
            }
        }
    }

    /// Whatever an operator tries without people, a machine that has ended and every key that is shown to be it keep no
    /// trust.
    #[test]
    fn invariant_05_no_new_key_escapes_what_the_old_one_did(
        tries in prop::collection::vec((0..7_u32, 0..6_u32, 0..6_u32, 0..40_i64), 1..60),
    ) {
        let mut ledger = ledger();
        let mut now = 60;
        ruin(&mut ledger, 0, 0, at(now));
        for (number, (what, machine, other, days)) in (10..).zip(tries) {
            now += days * DAY;
            let (when, stamp) = (at(now), stamp(number, at(now)));
            // The keys of machines that come later: 20 and 21.
            let key_of = |number: u32| key(if number < 4 { number } else { number + 16 });
            let (machine, other) = (key_of(machine), key_of(other));
            match what {
                0 => drop(ledger.admit(&policy(), machine, ActorKind::Machine, when)),
                1 => {
                    let declared = LineageDeclared { machine, predecessor: other.clone() };
                    if let Ok(ancestry) = ledger.ancestry(&policy(), &other, when) {
                        drop(ledger.declare_lineage(&policy(), stamp, &declared, &ancestry));
                    }
                }
                2 => {
                    let requested = RecertificationRequested { machine };
                    drop(ledger.request_recertification(&policy(), stamp, &requested));
                }
                3 => {
                    let measured = perfect(number.saturating_sub(1));
                    drop(ledger.measure(&policy(), stamp, &measured));
                }
                4 => {
                    let recertified = Recertified { endorsements: Vec::new(), measured: id(number - 1) };
                    prop_assert!(ledger.recertify(&policy(), stamp, &recertified).is_err());
                }
                5 => {
                    let ended = Decommissioned { cause: DecommissionCause::Zero, machine };
                    drop(ledger.decommission(&policy(), stamp, &ended));
                }
                _ => {
                    let epoch = EPOCH + u64::try_from(now / 3_600).unwrap();
                    let ended = comity_trust::Ended { mission: id(number), at: when };
                    if let Ok(updated) =
                        ledger.propose(&policy(), &machine, ended, epoch, good_work(), when)
                    {
                        ledger.apply(&policy(), stamp, when, &updated).unwrap();
                    }
                }
            }
            // Nobody vouched, so everything that is tied to machine 0 has nothing.
            for (actor, account) in ledger.accounts() {
                if is_of(&ledger, actor, 0) {
                    prop_assert_eq!(account.trust(), Nano::ZERO);
                    let standing = account.standing_at(&policy(), when);
                    prop_assert!(!standing.allows(RiskTier::R0), "{standing:?}");
                }
            }
        }
    }

    /// A body has no place for an identity signal, wherever it is put and whatever it says.
    #[test]
    fn invariant_08_identity_signals_mint_nothing(
        signals in prop::sample::subsequence(
            vec!["proof_of_personhood", "proof_of_agenthood", "timing_profile", "hardware_attestation"], 1..=4
        ),
        inner in prop::sample::select(vec!["", "work", "inputs"]),
        actor in 0..8_u32,
    ) {
        let ledger = ledger();
        // Work that nobody reviewed, by an actor without history.
        let work = Work { proof_of_trust: None, ..good_work() };
        let updated = propose(&ledger, actor, 0, EPOCH, work, at(60)).unwrap();
        prop_assert!(updated.after <= updated.before && !updated.held);
        let mut body: Value = serde_json::from_slice(&jcs::to_vec(&updated).unwrap()).unwrap();
        let place = if inner.is_empty() { &mut body } else { &mut body[inner] };
        for signal in signals {
            place[signal] = Value::Bool(true);
        }
        let bytes = jcs::to_vec(&body).unwrap();
        prop_assert!(jcs::from_slice::<Updated>(&bytes).is_err());
        for kind in TrustFact::KINDS {
            let raw = comity_wire::private::RawValue::from_string(
                String::from_utf8(bytes.clone()).unwrap()
            ).unwrap();
            prop_assert!(TrustFact::decode(kind, &raw).is_err(), "{kind}");
        }
    }

    /// Split minting: whatever the order and the size, what rises in an epoch without people stays within the guard.
    #[test]
    fn control_fast_elevation_guard(
        works in prop::collection::vec((0..8_u32, any_work(), any::<bool>()), 1..60),
        people in 0..30_u32,
    ) {
        let mut ledger = town();
        let mut risen = [Nano::ZERO; 8];
        let mut held = Vec::new();
        for (number, (actor, work, tries)) in (0..).zip(works) {
            let before = trust(&ledger, actor);
            let Ok(updated) = propose(&ledger, actor, number, EPOCH, work, at(60)) else { continue };
            ledger.apply(&young(), stamp(number, at(60)), at(60), &updated).unwrap();
            let rise = trust(&ledger, actor).minus(before).max(Nano::ZERO);
            risen[actor as usize] = risen[actor as usize].plus(rise);
            prop_assert!(risen[actor as usize] <= policy().rules.delta_fast);
            if updated.held {
                prop_assert_eq!(rise, Nano::ZERO);
                prop_assert!(ledger.incident(id(number)).is_some(), "an incident is open");
                held.push((actor, id(number)));
            }
            if let (true, Some((actor, about))) = (tries, held.last().copied()) {
                // Too few people, and no words of others.
                let before = ledger.clone();
                let first = 1_000 * (number + 1);
                let mut trial = ledger.clone();
                let fresh = (VOUCHERS..VOUCHERS + people).filter(|n| {
                    let by = (endorser(*n), about);
                    let stamp = stamp(first + n, at(60));
                    let nobody = Excluded::default();
                    trial.endorse(&young(), Governance::FULL, stamp, by, &nobody).is_ok()
                }).collect::<Vec<_>>();
                let named: Vec<StatementId> = fresh.iter().map(|n| id(first + n)).collect();
                let refused = trial
                    .propose_release(&young(), Governance::FULL, about, named, at(60))
                    .map_or_else(|error| error.code(), |_| "released");
                prop_assert!(refused != "released", "{people} people released {actor}");
                let early = trial.suspend(
                    &young(), Governance::FULL, stamp(1, at(60)), Suspended { held: about });
                prop_assert!(early.is_err());
                ledger = before;
            }
        }
    }
}

fn perfect(request: u32) -> RecertificationMeasured {
    RecertificationMeasured {
        cases: 1_000,
        correct: 1_000,
        report: sha256(b"report"),
        reproduced: 1_000,
        request: id(request),
        severe: 0,
    }
}

/// Whether a machine has this one among its predecessors.
fn is_of(ledger: &Ledger, actor: &comity_wire::KeyId, ancestor: u32) -> bool {
    let mut next = Some(actor);
    while let Some(current) = next {
        if *current == key(ancestor) {
            return true;
        }
        next = ledger.account(current).and_then(|account| account.predecessor());
    }
    false
}

/// Proof of trust is required, and proof of work is not enough: the update stands and moves nothing upwards.
#[test]
fn control_trust_minting() {
    let mut ledger = ledger();
    let unproven = Work { proof_of_trust: None, ..good_work() };
    let mut updated = propose(&ledger, 0, 0, EPOCH, unproven, at(60)).unwrap();
    assert_eq!(updated.gain, Nano::ZERO);
    assert!(updated.after < updated.before, "a minute of decay");
    // A gain is claimed for it all the same.
    updated.gain = Nano::new(12_000_000);
    updated.after = updated.before.plus(updated.gain);
    let before = ledger.clone();
    assert_eq!(apply(&mut ledger, &updated, at(60)).unwrap_err().code(), "trust.differs");
    assert_eq!(ledger, before);
    settle(&mut ledger, 0, 0, EPOCH, good_work(), at(60));
    assert!(before.account(&key(0)).unwrap().trust() < trust(&ledger, 0));
    // The same evidence again, and a flipped review that claims the better alignment with a worker's evidence.
    let again = propose(&ledger, 0, 0, EPOCH, good_work(), at(60)).unwrap_err();
    assert_eq!(again.code(), "trust.already_updated");
    let flipped = Work { role: Role::Worker, ..good_review() };
    let refused = propose(&ledger, 1, 0, EPOCH, flipped, at(60)).unwrap_err();
    assert_eq!(refused.code(), "trust.role_mismatch");
}

/// Zero is quarantine, quarantine ends by benchmark and people only, and the end is the end.
#[test]
fn control_machine_lifecycle() {
    let mut ledger = town();
    let standing = |ledger: &Ledger, when: Time| ledger.standing(&young(), &key(0), when).unwrap();
    ruin(&mut ledger, 0, 0, at(60));
    assert_eq!(standing(&ledger, at(60)), Standing::Quarantined { since: at(60) });
    let requested = RecertificationRequested { machine: key(0) };
    ledger.request_recertification(&young(), stamp(1, at(70)), &requested).unwrap();
    ledger.measure(&young(), stamp(2, at(70)), &perfect(1)).unwrap();
    let recertify = |ledger: &mut Ledger, endorsements: Vec<StatementId>| {
        let recertified = Recertified { endorsements, measured: id(2) };
        ledger.recertify(&young(), stamp(3, at(70)), &recertified)
    };
    let four = vouch(&mut ledger, id(2), VOUCHERS..VOUCHERS + 4, 100, at(70));
    assert_eq!(recertify(&mut ledger, four.clone()).unwrap_err().code(), "trust.quorum_short");
    assert!(!standing(&ledger, at(70)).allows(RiskTier::R0));
    let fifth = vouch(&mut ledger, id(2), [VOUCHERS + 4], 110, at(70));
    recertify(&mut ledger, [four, fifth].concat()).unwrap();
    assert_eq!(standing(&ledger, at(70)), Standing::Probation { left: 100 });
    assert!(!standing(&ledger, at(70)).allows(RiskTier::R1));
    // It idles until nothing is left, and then for half a year.
    let end = at(70 + 50 * DAY + 180 * DAY + 1);
    assert!(matches!(standing(&ledger, end), Standing::Decommissioned { .. }));
    let refused = ledger.request_recertification(&young(), stamp(4, end), &requested).unwrap_err();
    assert_eq!(refused.code(), "trust.decommissioned");
}
