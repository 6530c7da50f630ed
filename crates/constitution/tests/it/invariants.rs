//! Ten invariants of the blueprint's threat model, by their numbers there; the others belong to other rooms.

use comity_constitution::chamber::{Choice, Snapshot, Verdict};
use comity_constitution::facts::{
    Decided, Extended, IdentitySignalled, LeaveChanged, Signal, Vetoed,
};
use comity_constitution::phase::{Act, Phase, PhaseEvent, PhaseRules, PhaseState, Standing};
use comity_constitution::vote::Poll;
use comity_constitution::{ActorKind, Charter, Nano, ParameterFile, Parameters, Stage};
use comity_wire::{KeyId, Time};
use proptest::prelude::*;

use crate::scene::{DAY, FOUNDER, MACHINES, PEOPLE, START, Scene, digest, key, peopled_charter};

fn at(days: i64) -> Time {
    Time::from_unix(START + days * DAY)
}

/// Replays acts by their days; the state, or the code of the first refusal.
fn replay(acts: &[(i64, Act)]) -> Result<PhaseState, &'static str> {
    let (charter, parameters) = (Charter::founding(), Parameters::founding());
    let rules = PhaseRules { charter: &charter, parameters: &parameters };
    acts.iter().try_fold(PhaseState::founded(key(FOUNDER), at(0)), |state, (day, act)| {
        let event = PhaseEvent { at: at(*day), act: act.clone() };
        state.step(&event, &rules).map(|step| step.state).map_err(|refusal| refusal.code())
    })
}

fn counted(humans: u64) -> Act {
    Act::Counted { humans }
}

#[test]
fn invariant_01_a_file_in_which_machines_weigh_anything_does_not_exist() {
    let text = String::from_utf8(Parameters::founding().bytes().to_vec()).unwrap();
    assert!(text.contains("\"machine\":0}"), "the last field");
    for weight in ["1", "-1", "-0.1", "NaN", "\"0\"", "null", "1000000000"] {
        let other = text.replace("\"machine\":0}", &format!("\"machine\":{weight}}}"));
        assert!(Parameters::decode(other.as_bytes()).is_err(), "{weight}");
    }
}

#[test]
fn invariant_09_operations_are_blocked_once_there_is_no_phase() {
    let over = replay(&[(0, counted(3)), (366, Act::Passed)]).unwrap();
    assert_eq!(over.phase(), None);
    assert_eq!(over.open().unwrap_err().code(), "constitution.phase_expired");
    let mut scene = Scene::founded();
    scene.pass(366 * DAY);
    let change = scene.ordinary();
    assert_eq!(scene.propose(0, change).unwrap_err().code(), "constitution.phase_expired");
}

#[test]
fn invariant_10_no_phase_lasts_for_ever() {
    let extended = |day| (day, Act::Extended { by: key(FOUNDER), report: digest("report") });
    let signed = |day| (day, Act::Signed { by: key(FOUNDER) });
    let phase = |acts: &[(i64, Act)]| replay(acts).map(|state| state.phase());
    assert_eq!(phase(&[(365, Act::Passed)]), Ok(Some(Phase::G0)));
    assert_eq!(phase(&[(366, Act::Passed)]), Ok(None));
    let [early, later] = [signed(170), signed(340)];
    let with = |last: (i64, Act)| [early.clone(), later.clone(), extended(360), last];
    assert_eq!(phase(&with((545, Act::Passed))), Ok(Some(Phase::G0)));
    assert_eq!(phase(&with((546, Act::Passed))), Ok(None));
    assert_eq!(phase(&with(extended(361))), Err("constitution.phase_already_extended"));
    assert_eq!(phase(&[(0, counted(50)), (730, Act::Passed)]), Ok(Some(Phase::G1)));
    assert_eq!(phase(&[(0, counted(50)), (731, Act::Passed)]), Ok(Some(Phase::G2)));
    let mut scene = Scene::founded();
    let report = digest("report");
    assert_eq!(scene.code(Some(FOUNDER), Extended { report }), "accepted");
    let twice = scene.code(Some(FOUNDER), Extended { report });
    assert_eq!(twice, "constitution.phase_already_extended");
}

#[test]
fn invariant_12_a_decision_of_g0_that_is_not_ratified_in_time_is_undone() {
    // One yes of three is too few, two are enough, and silence is a no.
    for (yes, days, standing) in [
        (Some(1), 1, Standing::Reversed),
        (Some(2), 1, Standing::Ratified),
        (Some(2), 91, Standing::Ratified),
        (None, 90, Standing::Provisional),
        (None, 91, Standing::Reversed),
    ] {
        let mut scene = Scene::founded();
        let change = scene.ordinary();
        let fact = Decided { change: Some(change), text: digest("text") };
        let decision = scene.say(Some(FOUNDER), fact).unwrap();
        assert_eq!(scene.polity.parameters(), change.to);
        scene.verify_all();
        scene.close_epoch();
        let began = scene.now;
        if let Some(yes) = yes {
            scene.seat(decision, Poll::Decision);
            scene.cast(decision, [yes, 3 - yes, 0]);
            let count = scene.polity.count_for(decision, Time::from_unix(scene.now)).unwrap();
            scene.say(None, count).unwrap();
        }
        scene.now = began + days * DAY - 3_600;
        scene.pass(i64::from(days == 91));
        scene.close_epoch();
        assert_eq!(scene.polity.phase().decision(&decision.digest()), Some(standing));
        let in_force = if standing == Standing::Reversed { change.from } else { change.to };
        assert_eq!(scene.polity.parameters(), in_force, "{yes:?} {days}");
    }
}

fn verdict_is(yes: usize, needed: usize) -> Verdict {
    if needed <= yes { Verdict::Passed } else { Verdict::Rejected }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn invariant_01_no_machine_is_in_a_pool_or_has_a_ballot(
        machines in proptest::collection::btree_set(2..PEOPLE, 0..4),
        weight in any::<i64>(),
    ) {
        let mut scene = Scene::peopled();
        let change = scene.ordinary();
        let amendment = scene.sponsored(change);
        for number in &machines {
            scene.around.members.get_mut(&key(*number)).unwrap().kind = ActorKind::Machine;
        }
        let people = scene.polity.register(Time::from_unix(scene.now), &scene.around);
        let pool = Snapshot::take(&people, Time::from_unix(scene.now), Nano::ZERO).unwrap();
        let pool: Vec<&KeyId> = pool.ids().collect();
        scene.seat(amendment, Poll::Proposal);
        let ballot = scene.ballot(amendment, Choice::Yes);
        for number in machines.into_iter().chain(MACHINES) {
            prop_assert!(!pool.contains(&&key(number)));
            prop_assert!(!scene.members(amendment).contains(&number));
            let code = scene.code(Some(number), ballot);
            prop_assert_eq!(code, "constitution.chamber_machine_ballot");
        }
        let mut file: ParameterFile = Parameters::founding().to_file();
        file.voting.machine = Nano::new(weight);
        prop_assert_eq!(Parameters::new(file).is_ok(), weight == 0);
    }

    #[test]
    fn invariant_06_nothing_is_activated_below_the_threshold_of_any_chamber(
        yes in (0_usize..=3, 0_usize..=4, 0_usize..=5),
        skip in 0_usize..4,
    ) {
        let mut scene = Scene::peopled();
        let change = scene.ordinary();
        let amendment = scene.sponsored(change);
        let chambers = [
            (Poll::Proposal, yes.0, 3, 2),
            (Poll::Ratification, yes.1, 4, 3),
            (Poll::Challenge, yes.2, 5, 3),
        ];
        let mut has_passed = true;
        let mut seen = scene.involved(amendment);
        for (poll, yes, seats, needed) in chambers.into_iter().take(3 - skip.min(3)) {
            if scene.polity.amendment(amendment).unwrap().waits_until().is_some() {
                scene.wait(amendment);
            }
            scene.seat(amendment, poll);
            let members: Vec<KeyId> =
                scene.members(amendment).into_iter().map(key).collect();
            prop_assert!(members.iter().all(|member| seen.insert(member.clone())), "overlap");
            scene.cast(amendment, [yes, seats - yes, 0]);
            let count = scene.count(amendment, verdict_is(yes, needed));
            scene.say(None, count).unwrap();
            has_passed &= needed <= yes;
            if !has_passed {
                break;
            }
        }
        has_passed &= skip == 0;
        let found = scene.polity.amendment(amendment).unwrap();
        prop_assert_eq!(found.decision().is_ok(), has_passed);
        let forged = comity_constitution::facts::Activated { amendment, decision: digest("any") };
        prop_assert_ne!(scene.code(None, forged), "accepted");
        if has_passed {
            scene.certify(amendment, true);
            scene.activate(amendment).unwrap();
        }
        let in_force = if has_passed { change.to } else { change.from };
        prop_assert_eq!(scene.polity.parameters(), in_force);
    }

    #[test]
    fn invariant_08_identity_signals_change_nothing_but_alerts(
        signals in proptest::collection::vec((0..=FOUNDER, 0_usize..4), 0..12),
    ) {
        let mut plain = Scene::peopled();
        let mut alarmed = plain.clone();
        for (number, which) in signals {
            let (actor, evidence) = (key(number), digest("seen"));
            let fact = IdentitySignalled { actor, evidence, signal: Signal::ALL[which] };
            alarmed.say(None, fact).unwrap();
        }
        for scene in [&mut plain, &mut alarmed] {
            scene.close_epoch();
        }
        let at = Time::from_unix(plain.now);
        let register = |scene: &Scene| scene.polity.register(at, &scene.around);
        prop_assert_eq!(register(&plain), register(&alarmed));
        prop_assert_eq!(plain.polity.phase(), alarmed.polity.phase());
        prop_assert_eq!(plain.polity.humans(), alarmed.polity.humans());
        // Nobody who is not verified gets any further by being seen.
        let mut scene = Scene::founded();
        for signal in Signal::ALL {
            let fact = IdentitySignalled { actor: key(5), evidence: digest("seen"), signal };
            scene.say(None, fact).unwrap();
        }
        scene.close_epoch();
        prop_assert_eq!(scene.polity.humans(), 0);
        let change = scene.ordinary();
        let refusal = scene.propose(5, change).unwrap_err();
        prop_assert_eq!(refusal.code(), "constitution.amendment_not_active");
    }

    #[test]
    fn invariant_09_every_number_of_people_has_one_phase(humans: u64, fewer: u64) {
        let charter = Charter::founding();
        let phase = Phase::of(charter.phases(), humans);
        prop_assert!(Phase::ALL.contains(&phase));
        prop_assert!(Phase::of(charter.phases(), fewer.min(humans)) <= phase);
    }

    #[test]
    fn invariant_11_the_veto_ends_with_the_chambers_of_g1(days in 0_i64..170, later in 0_i64..400) {
        let amendment = digest("amendment");
        let veto = Act::Vetoed { by: key(FOUNDER), amendment, stage: Stage::Proposed };
        prop_assert!(replay(&[(days, veto.clone())]).is_ok());
        let late = replay(&[(days, counted(50)), (days + later, veto)]);
        prop_assert_eq!(late, Err("constitution.phase_veto_ended"));
    }

    #[test]
    fn invariant_13_phases_and_tiers_never_go_back(counts in proptest::collection::vec(0_u64..6_000, 1..20)) {
        let mut acts: Vec<(i64, Act)> = Vec::new();
        let mut before = replay(&acts).unwrap();
        for humans in counts {
            acts.push((1, counted(humans)));
            let after = replay(&acts).unwrap();
            prop_assert!(before.phase() <= after.phase());
            prop_assert!(before.tier() <= after.tier());
            before = after;
        }
    }

    #[test]
    fn invariant_14_bounds_of_phases_rise_strictly(bounds in [1_u64..40, 1_u64..40, 1_u64..40]) {
        let mut file = peopled_charter();
        file.phases.g0_humans_max = bounds[0];
        file.phases.g1_humans_max = bounds[1];
        file.phases.g2_humans_max = bounds[2];
        let code = Charter::new(file).map_or_else(|error| error.code(), |_| "accepted");
        let rises = bounds[0] < bounds[1] && bounds[1] < bounds[2];
        prop_assert_eq!(code == "accepted", rises);
        prop_assert!(rises || code == "constitution.charter_phase_order");
    }

    #[test]
    fn invariant_15_g2_is_spread_wider_than_g1(
        regions in (2_u64..6, 2_u64..6),
        shares in (300_000_000_i64..800_000_000, 300_000_000_i64..800_000_000),
    ) {
        let mut file = Charter::founding().to_file();
        file.chambers.g1.regions_min = regions.0;
        file.chambers.g2.regions_min = regions.1;
        file.chambers.g1.region_share_max = Nano::new(shares.0);
        file.chambers.g2.region_share_max = Nano::new(shares.1);
        let code = Charter::new(file).map_or_else(|error| error.code(), |_| "accepted");
        let is_stricter = regions.0 < regions.1 && shares.1 < shares.0;
        prop_assert_eq!(code == "accepted", is_stricter);
        prop_assert!(is_stricter || code == "constitution.charter_geography");
    }
}

#[test]
fn invariant_11_a_veto_one_tick_after_g1_is_refused_also_for_what_was_proposed_before() {
    let mut scene = Scene::founded();
    scene.verify_all();
    let change = scene.ordinary();
    let amendment = scene.sponsored(change);
    let veto = Vetoed { amendment, reasons: digest("reasons") };
    let mut before = scene.clone();
    assert_eq!(before.code(Some(FOUNDER), veto), "accepted");
    scene.close_epoch();
    scene.pass(1);
    assert_eq!(scene.code(Some(FOUNDER), veto), "constitution.phase_veto_ended");
    let stage = scene.polity.amendment(amendment).unwrap().stage();
    assert_eq!(stage, Stage::Proposed);
    assert_eq!(scene.code(Some(3), LeaveChanged { on_leave: true }), "accepted");
}
