use comity_wire::sha256;
use proptest::prelude::*;

use super::*;
use crate::Stage;

const DAY: i64 = 86_400;
const START: Time = Time::from_unix(1_700_000_000);

fn key(seed: u8) -> KeyId {
    let texts = [
        "did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH",
        "did:key:z6MkjchhfUsD6mmvni8mCdXHw216Xrm9bQe2mBH1P5RDjVJG",
    ];
    KeyId::parse(texts[usize::from(seed)]).unwrap()
}

fn decision(number: u8) -> Digest {
    sha256(&[number])
}

fn signed() -> Act {
    Act::Signed { by: key(0) }
}

fn decided(number: u8) -> Act {
    Act::Decided { by: key(0), decision: decision(number) }
}

fn extended() -> Act {
    Act::Extended { by: key(0), report: sha256(b"report") }
}

fn vetoed(stage: Stage) -> Act {
    Act::Vetoed { by: key(0), amendment: sha256(b"amendment"), stage }
}

fn voted(number: u8, yes: u32) -> Act {
    Act::Voted { decision: decision(number), yes, cast: 11 }
}

const fn counted(humans: u64) -> Act {
    Act::Counted { humans }
}

/// A story: `(seconds after the start, act)` in turn, with what changed and the first refusal.
fn story(acts: &[(i64, Act)]) -> (PhaseState, Vec<Change>, Option<PhaseRefusal>) {
    let (charter, parameters) = (Charter::founding(), Parameters::founding());
    let rules = PhaseRules { charter: &charter, parameters: &parameters };
    let (mut state, mut changes) = (PhaseState::founded(key(0), START), Vec::new());
    for (seconds, act) in acts {
        let event = PhaseEvent { at: START.plus(*seconds), act: act.clone() };
        match state.step(&event, &rules) {
            Ok(step) => {
                state = step.state;
                changes.extend(step.changes);
            }
            Err(refusal) => return (state, changes, Some(refusal)),
        }
    }
    (state, changes, None)
}

fn good(acts: &[(i64, Act)]) -> (PhaseState, Vec<Change>) {
    let (state, changes, refusal) = story(acts);
    assert_eq!(refusal, None);
    (state, changes)
}

fn code(acts: &[(i64, Act)]) -> &'static str {
    story(acts).2.map_or("accepted", |refusal| refusal.code())
}

/// Keeps the founder from dissolving until the given day.
fn alive(until: i64) -> Vec<(i64, Act)> {
    (1..until).filter(|day| day % 170 == 0).map(|day| (day * DAY, signed())).collect()
}

#[test]
fn invariant_10_g0_ends_after_365_days_or_545_with_its_one_extension() {
    let last = 365 * DAY;
    assert_eq!(good(&[(last, counted(49))]).0.phase(), Some(Phase::G0));
    assert_eq!(code(&[(last + 1, counted(50))]), "constitution.phase_expired");
    let (state, changes) = good(&[(last + 1, Act::Passed)]);
    assert_eq!(state.phase(), None);
    assert!(changes.contains(&Change::Expired { at: START.plus(last) }));

    let with = |at: i64, act: Act| {
        let mut acts = alive(365);
        acts.push((364 * DAY, extended()));
        acts.push((at, act));
        acts
    };
    assert_eq!(good(&with(545 * DAY, counted(50))).0.phase(), Some(Phase::G1));
    assert_eq!(code(&with(545 * DAY + 1, counted(50))), "constitution.phase_expired");
    assert_eq!(code(&with(400 * DAY, extended())), "constitution.phase_already_extended");
    assert_eq!(code(&[(366 * DAY, extended())]), "constitution.phase_expired");
}

#[test]
fn invariant_10_g1_gives_way_to_g2_after_730_days() {
    let (state, _) = good(&[(0, counted(60)), (730 * DAY, Act::Passed)]);
    assert_eq!(state.phase(), Some(Phase::G1));
    let (state, changes) = good(&[(0, counted(60)), (731 * DAY, counted(60))]);
    assert_eq!(state.phase(), Some(Phase::G2));
    assert_eq!(state.entered(Phase::G2), Some(START.plus(730 * DAY)));
    let entered = Change::PhaseEntered { phase: Phase::G2, at: START.plus(730 * DAY) };
    assert!(changes.contains(&entered));
}

#[test]
fn invariant_11_the_veto_ends_with_the_chambers_of_g1() {
    let (_, changes) = good(&[(0, vetoed(Stage::Proposed))]);
    assert_eq!(changes, [Change::AmendmentRejected { amendment: sha256(b"amendment") }]);
    let late = [(DAY, counted(50)), (DAY, vetoed(Stage::Proposed))];
    assert_eq!(code(&late), "constitution.phase_veto_ended");
    assert!(
        good(&late[..1])
            .1
            .contains(&Change::VetoEnded { why: VetoEnd::Chambers, at: START.plus(DAY) })
    );
}

#[test]
fn the_veto_ends_with_first_light_if_that_is_earlier() {
    let (state, changes) = good(&[(DAY, Act::FirstLight)]);
    let end = Change::VetoEnded { why: VetoEnd::FirstLight, at: START.plus(DAY) };
    assert_eq!((state.veto_ended(), changes), (Some(START.plus(DAY)), vec![end]));
    let late = [(DAY, Act::FirstLight), (DAY, vetoed(Stage::Proposed))];
    assert_eq!(code(&late), "constitution.phase_veto_ended");
    let twice = [(DAY, Act::FirstLight), (DAY, Act::FirstLight)];
    assert_eq!(code(&twice), "constitution.phase_first_light_twice");
}

#[test]
fn a_veto_rejects_in_the_early_stages_only() {
    for stage in Stage::ALL {
        let expected =
            if stage.is_vetoable() { "accepted" } else { "constitution.phase_veto_too_late" };
        assert_eq!(code(&[(0, vetoed(stage))]), expected, "{stage}");
    }
    assert_eq!(Stage::ALL.iter().filter(|stage| stage.is_vetoable()).count(), 3);
}

#[test]
fn a_founder_who_signs_nothing_for_180_days_dissolves() {
    assert_eq!(code(&[(180 * DAY, vetoed(Stage::Proposed))]), "accepted");
    let late = 180 * DAY + 1;
    assert_eq!(code(&[(late, vetoed(Stage::Proposed))]), "constitution.phase_veto_ended");
    for act in [signed(), decided(1), extended()] {
        assert_eq!(code(&[(late, act)]), "constitution.phase_founder_dissolved");
    }
    assert_eq!(code(&[(100 * DAY, signed()), (280 * DAY, decided(1))]), "accepted");
    let (state, changes) = good(&[(late, Act::Passed)]);
    let at = START.plus(180 * DAY);
    let end = Change::VetoEnded { why: VetoEnd::Inactivity, at };
    assert_eq!(changes, [Change::FounderDissolved { at }, end]);
    assert_eq!(state.phase(), Some(Phase::G0), "G0 goes on without its founder");
}

#[test]
fn invariant_12_decisions_of_g0_are_ratified_in_90_days_or_reversed() {
    let g1 = 10 * DAY;
    let begin = [(0, decided(1)), (0, decided(2)), (0, decided(3)), (g1, counted(50))];
    let with = |more: &[(i64, Act)]| [&begin, more].concat();
    let last = g1 + 90 * DAY;
    let (state, changes) =
        good(&with(&[(last, voted(1, 7)), (last, voted(2, 8)), (last + 1, Act::Passed)]));
    let standings = [1, 2, 3].map(|number| state.decision(&decision(number)).unwrap());
    assert_eq!(standings, [Standing::Reversed, Standing::Ratified, Standing::Reversed]);
    let reversed: Vec<_> =
        changes.iter().filter(|change| matches!(change, Change::DecisionReversed { .. })).collect();
    assert_eq!(reversed.len(), 2, "the effects of each are undone once: {reversed:?}");
    let late = with(&[(last + 1, voted(1, 11))]);
    assert_eq!(code(&late), "constitution.phase_decision_settled");
    let again = with(&[(g1, voted(1, 7)), (g1, voted(1, 11))]);
    assert_eq!(code(&again), "constitution.phase_decision_settled");
    let unknown = with(&[(g1, voted(9, 8))]);
    assert_eq!(code(&unknown), "constitution.phase_unknown_decision");
    for (yes, cast) in [(9, 8), (8, 12)] {
        let act = Act::Voted { decision: decision(1), yes, cast };
        assert_eq!(code(&with(&[(g1, act)])), "constitution.phase_tally");
    }
    assert_eq!(state.decision(&decision(4)), None);
}

#[test]
fn a_decision_is_taken_once_and_there_are_not_too_many() {
    assert_eq!(code(&[(0, decided(1)), (0, decided(1))]), "constitution.phase_decision_twice");
    let many = (0..=PROVISIONAL_DECISIONS_MAX)
        .map(|n| (0, Act::Decided { by: key(0), decision: sha256(&n.to_be_bytes()) }))
        .collect::<Vec<_>>();
    assert_eq!(code(&many), "constitution.phase_too_many_decisions");
    assert_eq!(code(&many[..PROVISIONAL_DECISIONS_MAX]), "accepted");
}

#[test]
fn phases_that_are_passed_at_once_are_entered_one_by_one() {
    let (state, changes) = good(&[(0, counted(40)), (DAY, counted(600))]);
    let entered = |phase| Change::PhaseEntered { phase, at: START.plus(DAY) };
    let end = Change::VetoEnded { why: VetoEnd::Chambers, at: START.plus(DAY) };
    let tier = Change::TierEntered { tier: CommitmentTier::C1, at: START.plus(DAY) };
    assert_eq!(changes, [entered(Phase::G1), end, entered(Phase::G2), tier]);
    assert_eq!(state.phase(), Some(Phase::G2));
    let late = [(0, decided(1)), (0, counted(600)), (91 * DAY, Act::Passed)];
    assert_eq!(good(&late).0.decision(&decision(1)), Some(Standing::Reversed));
}

#[test]
fn time_does_not_go_back_and_strangers_are_not_the_founder() {
    assert_eq!(code(&[(1, signed()), (0, signed())]), "constitution.phase_back_in_time");
    let by = key(1);
    for act in [
        Act::Signed { by: by.clone() },
        Act::Decided { by: by.clone(), decision: decision(1) },
        Act::Extended { by: by.clone(), report: decision(2) },
        Act::Vetoed { by, amendment: decision(3), stage: Stage::Proposed },
    ] {
        assert_eq!(code(&[(0, act)]), "constitution.phase_not_founder");
    }
}

#[test]
fn every_pair_of_state_and_act_is_decided() {
    let acts = [
        Act::Passed,
        counted(0),
        extended(),
        signed(),
        decided(1),
        vetoed(Stage::Proposed),
        voted(2, 8),
        Act::FirstLight,
    ];
    let ok = "accepted";
    let (phase, veto) = ("constitution.phase_not_in_this_phase", "constitution.phase_veto_ended");
    let gone = "constitution.phase_expired";
    let begin = (0, decided(2));
    for (humans, at, expected) in [
        (0, 0, [ok, ok, ok, ok, ok, ok, phase, ok]),
        (50, 0, [ok, ok, phase, ok, phase, veto, ok, ok]),
        (500, 0, [ok, ok, phase, ok, phase, veto, ok, ok]),
        (2_000, 0, [ok, ok, phase, ok, phase, veto, ok, ok]),
        (0, 400 * DAY, [ok, gone, gone, gone, gone, gone, gone, gone]),
    ] {
        for (act, expected) in acts.iter().zip(expected) {
            let got = code(&[begin.clone(), (0, counted(humans)), (at, act.clone())]);
            assert_eq!(got, expected, "{humans} people, {}", act.verb());
        }
    }
}

#[test]
fn missions_are_locked_by_phase() {
    use Permission::{Active, Locked, Reduced};
    let permissions = |state: &PhaseState| RiskTier::ALL.map(|tier| state.permission(tier));
    let charter = Charter::founding();
    let (g0, _) = good(&[]);
    assert_eq!(permissions(&g0), [Active, Active, Reduced, Locked]);
    assert_eq!(g0.chambers(&charter), None);
    let (g1, _) = good(&[(0, counted(50))]);
    assert_eq!(permissions(&g1), [Active; 4]);
    assert_eq!(g1.chambers(&charter).unwrap().challenge.seats, 25);
    let (expired, _) = good(&[(400 * DAY, Act::Passed)]);
    assert_eq!(permissions(&expired), [Locked; 4]);
    assert_eq!(expired.chambers(&charter), None);
}

proptest! {
    #[test]
    fn invariant_9_any_number_of_people_has_a_phase(humans: u64) {
        let charter = Charter::founding();
        let phase = Phase::of(charter.phases(), humans);
        let bounds = [50, 500, 2_000].iter().filter(|bound| **bound <= humans).count();
        prop_assert_eq!(phase, Phase::ALL[bounds]);
    }

    #[test]
    fn invariant_13_neither_phase_nor_tier_goes_back(
        counts in proptest::collection::vec((0..400_i64, 0..6_000_u64), 1..30),
    ) {
        let (charter, parameters) = (Charter::founding(), Parameters::founding());
        let rules = PhaseRules { charter: &charter, parameters: &parameters };
        let mut state = PhaseState::founded(key(0), START);
        let mut at = START;
        for (days, humans) in counts {
            at = at.plus(days * DAY);
            let before = state.clone();
            let event = PhaseEvent { at, act: counted(humans) };
            let Ok(step) = state.step(&event, &rules) else {
                prop_assert_eq!(state, before, "a refusal changes nothing");
                return Ok(());
            };
            state = step.state;
            prop_assert!(before.phase() <= state.phase() && before.tier() <= state.tier());
            prop_assert!(Some(Phase::of(charter.phases(), humans)) <= state.phase());
            let entered: Vec<_> = Phase::ALL.iter().filter_map(|p| state.entered(*p)).collect();
            prop_assert!(entered.is_sorted());
            prop_assert_eq!(entered.len(), state.phase().map_or(0, |p| p as usize) + 1);
        }
    }
}
