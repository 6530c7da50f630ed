use std::{collections::BTreeSet, sync::LazyLock};

use comity_wire::{Digest, KeyId, Time, sha256};
use proptest::prelude::*;

use super::*;
use crate::{
    ActorKind, Charter, Nano, Parameters,
    charter::{Chamber, ChamberSet},
    phase::Phase,
};

const START: Time = Time::from_unix(1_000_000);
const NONCE: [u8; 32] = [7; 32];
const DAY: i64 = 86_400;

static KEYS: LazyLock<Vec<KeyId>> = LazyLock::new(|| (0..200).map(made).collect());

fn key(number: u16) -> KeyId {
    KEYS[usize::from(number)].clone()
}

/// Keys need not be on the curve to be ranked; their text must be well-formed.
fn made(number: u16) -> KeyId {
    const ALPHABET: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let digest = sha256(&number.to_be_bytes());
    let mut bytes = [&[0xed, 0x01][..], digest.as_bytes()].concat();
    let mut text = Vec::new();
    while bytes.iter().any(|byte| *byte != 0) {
        let mut rest = 0_u32;
        for byte in &mut bytes {
            let value = rest * 256 + u32::from(*byte);
            *byte = u8::try_from(value / 58).unwrap();
            rest = value % 58;
        }
        text.push(ALPHABET[rest as usize]);
    }
    text.reverse();
    KeyId::parse(&format!("did:key:z{}", String::from_utf8(text).unwrap())).unwrap()
}

fn person(number: u16) -> Person {
    Person {
        id: key(number),
        kind: ActorKind::Human,
        region: format!("r{}", number % 10),
        organisation: format!("o{}", number % 12),
        trust: tau_vote(),
        verified_until: START,
        is_active: true,
        is_conflicted: false,
    }
}

fn people(count: u16) -> Vec<Person> {
    (0..count).map(person).collect()
}

static TAU_VOTE: LazyLock<Nano> = LazyLock::new(|| Parameters::founding().eligibility().tau_vote);
static CHARTER: LazyLock<Charter> = LazyLock::new(Charter::founding);

fn tau_vote() -> Nano {
    *TAU_VOTE
}

fn snapshot(people: &[Person]) -> Snapshot {
    Snapshot::take(people, START, tau_vote()).unwrap()
}

fn announce(snapshot: &Snapshot) -> Announcement {
    Announcement::new(snapshot, Digest::ZERO, sha256(&NONCE), 10, 9).unwrap()
}

fn set() -> ChamberSet {
    *CHARTER.chambers(Phase::G1).unwrap()
}

fn beacon(value: u8) -> Beacon {
    Beacon { round: 10, value: [value; 32] }
}

fn seat(
    snapshot: &Snapshot,
    chamber: Chamber,
    excluded: &BTreeSet<KeyId>,
    value: u8,
) -> Result<Sitting, ChamberRefusal> {
    let (charter, set) = (&*CHARTER, set());
    let drawn = (snapshot, &NONCE, beacon(value));
    announce(snapshot).seat(drawn, (chamber, &set, charter), excluded, START)
}

fn proposal() -> Sitting {
    seat(&snapshot(&people(120)), Chamber::Proposal, &BTreeSet::new(), 1).unwrap()
}

fn ballot(by: &KeyId, choice: Choice) -> Ballot {
    let charter = CHARTER.hash();
    Ballot { by: by.clone(), kind: ActorKind::Human, choice, at: START, charter }
}

/// After so many yes, no and abstentions.
fn voted(sitting: &Sitting, yes: usize, no: usize, abstain: usize) -> Sitting {
    let choices = std::iter::repeat_n(Choice::Yes, yes)
        .chain(std::iter::repeat_n(Choice::No, no))
        .chain(std::iter::repeat_n(Choice::Abstain, abstain));
    let ballots = sitting.members().iter().zip(choices);
    ballots.fold(sitting.clone(), |now, (by, choice)| now.cast(&ballot(by, choice)).unwrap())
}

#[test]
fn only_eligible_people_are_in_a_snapshot() {
    type Change = fn(&mut Person);
    let changes: [Change; 4] = [
        |p| p.kind = ActorKind::Machine,
        |p| p.is_active = false,
        |p| p.verified_until = START.plus(-1),
        |p| p.trust = p.trust.minus(Nano::EPSILON),
    ];
    for change in changes {
        let mut people = people(3);
        change(&mut people[1]);
        let ids: Vec<KeyId> = snapshot(&people).ids().cloned().collect();
        assert_eq!((ids.len(), ids.contains(&key(1))), (2, false));
    }
    let mut twice = people(3);
    twice[2].id = twice[0].id.clone();
    let refusal = Snapshot::take(&twice, START, tau_vote()).unwrap_err();
    assert_eq!(refusal.code(), "constitution.chamber_person_twice");
}

#[test]
fn a_snapshot_is_the_same_in_any_order_and_another_when_anybody_changes() {
    let mut people = people(5);
    let root = snapshot(&people).root();
    people.reverse();
    assert_eq!(snapshot(&people).root(), root);
    people[0].region = "elsewhere".to_owned();
    assert_ne!(snapshot(&people).root(), root);
    people[0].region = person(4).region;
    people[0].is_conflicted = true;
    assert_ne!(snapshot(&people).root(), root);
}

#[test]
fn a_round_that_is_known_cannot_be_announced() {
    let snapshot = snapshot(&people(3));
    for (round, latest) in [(9, 9), (8, 9)] {
        let refusal =
            Announcement::new(&snapshot, Digest::ZERO, sha256(&NONCE), round, latest).unwrap_err();
        assert_eq!(refusal, ChamberRefusal::RoundKnown { round, latest });
        assert_eq!(refusal.code(), "constitution.chamber_round_known");
    }
}

#[test]
fn another_pool_nonce_or_round_than_the_announced_is_refused() {
    let (announced, other) = (snapshot(&people(120)), snapshot(&people(121)));
    let (charter, set) = (&*CHARTER, set());
    let code = |snapshot, nonce, beacon| {
        let rules = (Chamber::Proposal, &set, charter);
        announce(&announced)
            .seat((snapshot, nonce, beacon), rules, &BTreeSet::new(), START)
            .map_or_else(|refusal| refusal.code(), |_| "seated")
    };
    let late = Beacon { round: 11, value: [1; 32] };
    assert_eq!(code(&announced, &NONCE, beacon(1)), "seated");
    assert_eq!(code(&other, &NONCE, beacon(1)), "constitution.chamber_other_snapshot");
    assert_eq!(code(&announced, &[8; 32], beacon(1)), "constitution.chamber_other_nonce");
    assert_eq!(code(&announced, &NONCE, late), "constitution.chamber_other_round");
    let few = snapshot(&people(10));
    let refusal = seat(&few, Chamber::Proposal, &BTreeSet::new(), 1).unwrap_err();
    assert_eq!(refusal.code(), "constitution.chamber_draw");
}

#[test]
fn a_ballot_that_does_not_count_is_refused_by_name() {
    let sitting = proposal();
    let member = sitting.members().first().unwrap().clone();
    let good = ballot(&member, Choice::Yes);
    let code = |ballot: &Ballot| sitting.cast(ballot).map_or_else(|r| r.code(), |_| "counted");
    assert_eq!(code(&good), "counted");
    assert_eq!(code(&Ballot { at: sitting.closes(), ..good.clone() }), "counted");
    let machine = Ballot { kind: ActorKind::Machine, ..good.clone() };
    assert_eq!(code(&machine), "constitution.chamber_machine_ballot");
    assert_eq!(code(&ballot(&key(199), Choice::Yes)), "constitution.chamber_not_member");
    let swapped = Ballot { charter: Digest::ZERO, ..good.clone() };
    assert_eq!(code(&swapped), "constitution.chamber_other_charter");
    for at in [START.plus(-1), START.plus(14 * DAY + 1)] {
        let outside = Ballot { at, ..good.clone() };
        assert_eq!(code(&outside), "constitution.chamber_outside_window");
    }
    let once = sitting.cast(&good).unwrap();
    assert!(once.has_ballots() && !sitting.has_ballots());
    let twice = once.cast(&Ballot { choice: Choice::No, ..good }).unwrap_err();
    assert_eq!(twice.code(), "constitution.chamber_voted_twice");
}

#[test]
fn invariant_6_one_yes_short_of_the_threshold_does_not_pass() {
    let everybody = snapshot(&people(120));
    for (chamber, pass, seats) in
        [(Chamber::Proposal, 8, 11), (Chamber::Ratification, 12, 17), (Chamber::Challenge, 15, 25)]
    {
        let sitting = seat(&everybody, chamber, &BTreeSet::new(), 1).unwrap();
        assert_eq!(sitting.members().len(), seats);
        let verdict = |yes| voted(&sitting, yes, seats - yes, 0).verdict(Path::Ordinary, START);
        assert_eq!(verdict(pass), Ok(Verdict::Passed));
        assert_eq!(verdict(pass - 1), Ok(Verdict::Rejected));
    }
}

#[test]
fn a_vote_ends_with_its_window_or_when_all_have_voted() {
    let sitting = voted(&proposal(), 8, 2, 0);
    let refusal = sitting.verdict(Path::Ordinary, sitting.closes()).unwrap_err();
    assert_eq!(refusal.code(), "constitution.chamber_still_open");
    let over = sitting.closes().plus(1);
    assert_eq!(sitting.verdict(Path::Ordinary, over), Ok(Verdict::Passed));
    for (yes, expected) in [(5, Verdict::Lapsed), (6, Verdict::Rejected)] {
        assert_eq!(voted(&proposal(), yes, 0, 0).verdict(Path::Ordinary, over), Ok(expected));
    }
}

#[test]
fn an_entrenched_change_needs_four_fifths_of_the_ballots_too() {
    let over = proposal().closes().plus(1);
    for (yes, no, abstain, expected) in [
        (8, 2, 0, Verdict::Passed),
        (8, 3, 0, Verdict::Rejected),
        (8, 1, 2, Verdict::Rejected),
        (9, 2, 0, Verdict::Passed),
        (7, 0, 0, Verdict::Rejected),
        (5, 0, 0, Verdict::Lapsed),
    ] {
        let sitting = voted(&proposal(), yes, no, abstain);
        assert_eq!(sitting.verdict(Path::Entrenched, over), Ok(expected), "{yes}/{no}/{abstain}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn invariant_1_no_machine_has_a_seat(value: u8, machines in proptest::collection::btree_set(0..160_u16, 0..40)) {
        let mut people = people(160);
        for number in &machines {
            people[usize::from(*number)].kind = ActorKind::Machine;
        }
        let sitting = seat(&snapshot(&people), Chamber::Challenge, &BTreeSet::new(), value).unwrap();
        for number in machines {
            prop_assert!(!sitting.members().contains(&key(number)));
        }
    }

    #[test]
    fn invariant_3_three_chambers_do_not_overlap(value: u8) {
        let everybody = snapshot(&people(160));
        let mut seen = BTreeSet::from([key(3)]);
        for chamber in Chamber::ALL {
            let sitting = seat(&everybody, chamber, &seen, value).unwrap();
            prop_assert!(sitting.members().is_disjoint(&seen));
            seen.extend(sitting.members().iter().cloned());
        }
    }
}
