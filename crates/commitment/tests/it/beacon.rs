//! The round's order of events, and what is drawn from its value. The numbers were computed by an
//! independent program from the formulas in the module's header.

use std::collections::{BTreeMap, BTreeSet};

use comity_commitment::{
    BeaconCommitted, BeaconError, BeaconRevealed,
    beacon::{CONTRIBUTORS_MAX, DRAWS_MAX, Round, combine, commit_digest, draw, rank},
};
use comity_wire::{Digest, SovereignId, StatementId, sha256, sha256_concat};
use proptest::prelude::*;

const ATTEMPT: u64 = 1;

fn order() -> StatementId {
    StatementId::from_digest(sha256(b"order"))
}

fn sovereign(number: u8) -> SovereignId {
    SovereignId::from_digest(sha256_concat(&[b"sovereign", &[number]]))
}

fn value(number: u8) -> Digest {
    sha256_concat(&[b"value", &[number]])
}

fn statement(number: u8) -> StatementId {
    StatementId::from_digest(sha256_concat(&[b"commit", &[number]]))
}

fn committed(number: u8) -> BeaconCommitted {
    let digest = commit_digest(order(), ATTEMPT, &value(number));
    BeaconCommitted { attempt: ATTEMPT, digest, order: order() }
}

fn revealed(number: u8) -> BeaconRevealed {
    let (commit, value) = (statement(number), value(number));
    BeaconRevealed { attempt: ATTEMPT, commit, order: order(), value }
}

fn open() -> Round {
    Round::new(order(), ATTEMPT, (0..3).map(sovereign)).unwrap()
}

fn sealed() -> Round {
    let mut round = open();
    for number in 0..3 {
        round.commit(sovereign(number), statement(number), &committed(number)).unwrap();
    }
    let cites: Vec<_> = round.commits().collect();
    round.seal(&cites).unwrap();
    round
}

/// The code of the refusal of `step`; the round must be as before.
fn refused(
    round: &mut Round,
    step: impl FnOnce(&mut Round) -> Result<(), BeaconError>,
) -> &'static str {
    let before = round.clone();
    let error = step(round).unwrap_err();
    assert_eq!(*round, before, "a refused step changed the round");
    error.code()
}

#[test]
fn a_round_gives_its_value_when_all_have_revealed() {
    let mut round = sealed();
    assert!(round.is_sealed());
    for number in [2, 0] {
        round.reveal(sovereign(number), &revealed(number)).unwrap();
        assert_eq!(round.value(), None);
    }
    assert_eq!(round.missing().collect::<Vec<_>>(), [sovereign(1)]);
    round.reveal(sovereign(1), &revealed(1)).unwrap();
    let expected = "800dbee64519b752262f1a214654ec1c2f0598ca894926c661d04cd21a211a0e";
    assert_eq!(round.value().unwrap().to_string(), expected);
    let commit = "5b2eda883a5869f4619070a51175c7597aa2e0625ee4d4f64893f1a1c5cff18b";
    assert_eq!(commit_digest(order(), 1, &value(0)).to_string(), commit);
}

#[test]
fn commitments_come_once_in_time_and_from_contributors() {
    let mut round = open();
    let commit = |by: u8, fact: BeaconCommitted| {
        move |round: &mut Round| round.commit(sovereign(by), statement(by), &fact)
    };
    assert_eq!(refused(&mut round, commit(3, committed(3))), "commitment.beacon_not_contributor");
    let other = BeaconCommitted { attempt: 2, ..committed(0) };
    assert_eq!(refused(&mut round, commit(0, other)), "commitment.beacon_other_round");
    let other = BeaconCommitted { order: statement(0), ..committed(0) };
    assert_eq!(refused(&mut round, commit(0, other)), "commitment.beacon_other_round");
    round.commit(sovereign(0), statement(0), &committed(0)).unwrap();
    assert_eq!(refused(&mut round, commit(0, committed(0))), "commitment.beacon_second_commit");
    assert_eq!(refused(&mut sealed(), commit(0, committed(0))), "commitment.beacon_second_commit");
}

#[test]
fn the_seal_needs_exactly_the_commitments_and_ends_them() {
    let mut round = open();
    round.commit(sovereign(0), statement(0), &committed(0)).unwrap();
    let seal = |cites: Vec<StatementId>| move |round: &mut Round| round.seal(&cites);
    assert_eq!(refused(&mut round, seal(vec![statement(0)])), "commitment.beacon_missing_commit");
    round.commit(sovereign(1), statement(1), &committed(1)).unwrap();
    round.commit(sovereign(2), statement(2), &committed(2)).unwrap();
    let all: Vec<_> = (0..3).map(statement).collect();
    assert_eq!(refused(&mut round, seal(all[1..].to_vec())), "commitment.beacon_cites_differ");
    let more = [all.as_slice(), &[statement(3)]].concat();
    assert_eq!(refused(&mut round, seal(more)), "commitment.beacon_cites_differ");
    round.seal(&[all.as_slice(), &all].concat()).unwrap();
    assert_eq!(refused(&mut round, seal(all)), "commitment.beacon_already_sealed");
}

#[test]
fn a_reveal_is_the_contributors_own_committed_value_after_the_seal() {
    let reveal =
        |by: u8, fact: BeaconRevealed| move |round: &mut Round| round.reveal(sovereign(by), &fact);
    let mut round = open();
    assert_eq!(refused(&mut round, reveal(0, revealed(0))), "commitment.beacon_missing_commit");
    round.commit(sovereign(0), statement(0), &committed(0)).unwrap();
    assert_eq!(refused(&mut round, reveal(0, revealed(0))), "commitment.beacon_early_reveal");
    let mut round = sealed();
    assert_eq!(refused(&mut round, reveal(3, revealed(3))), "commitment.beacon_not_contributor");
    assert_eq!(refused(&mut round, reveal(1, revealed(0))), "commitment.beacon_other_commit");
    let wrong = BeaconRevealed { value: value(9), ..revealed(0) };
    assert_eq!(refused(&mut round, reveal(0, wrong)), "commitment.beacon_wrong_value");
    let other = BeaconRevealed { attempt: 2, ..revealed(0) };
    assert_eq!(refused(&mut round, reveal(0, other)), "commitment.beacon_other_round");
    round.reveal(sovereign(0), &revealed(0)).unwrap();
    assert_eq!(refused(&mut round, reveal(0, revealed(0))), "commitment.beacon_second_reveal");
}

#[test]
fn a_value_committed_for_one_attempt_does_not_open_another() {
    let digest = commit_digest(order(), 1, &value(0));
    assert_ne!(digest, commit_digest(order(), 2, &value(0)));
    assert_ne!(digest, commit_digest(statement(0), 1, &value(0)));
}

#[test]
fn a_round_has_from_one_contributor_to_the_limit() {
    let count = |count: u8| Round::new(order(), 1, (0..count).map(sovereign)).map(|_| ());
    let max = CONTRIBUTORS_MAX;
    assert_eq!(count(0), Err(BeaconError::Contributors { count: 0, max }));
    assert_eq!(count(32), Ok(()));
    assert_eq!(count(33), Err(BeaconError::Contributors { count: 33, max }));
}

#[test]
fn draws_and_ranks_are_those_of_the_formulas() {
    let values: BTreeMap<_, _> = (0..3).map(|number| (sovereign(number), value(number))).collect();
    let beacon = combine(&values);
    let audit = draw(&beacon, "audit", 22_695, 10).unwrap();
    assert_eq!(audit, [7865, 8262, 4413, 9962, 21650, 21764, 15040, 11578, 12712, 17523]);
    assert_eq!(draw(&beacon, "audit", 10, 10).unwrap(), [5, 0, 9, 2, 8, 3, 4, 7, 1, 6]);
    let wide = draw(&beacon, "x", (1 << 63) + 1, 3).unwrap();
    assert_eq!(
        wide,
        [5_930_824_719_336_502_965, 4_038_970_348_222_522_152, 2_658_900_982_904_038_419]
    );
    let widest = draw(&beacon, "", u64::MAX, 2).unwrap();
    assert_eq!(widest, [4_681_267_038_018_016_183, 12_033_088_406_040_572_483]);
    let expected = "a5e824743ff14f4342009a12aa43b18af1b21ddc74f8fd9b60130507ca0a03f1";
    assert_eq!(rank(&beacon, "route", b"alice").to_string(), expected);
    assert_ne!(rank(&beacon, "rout", b"ealice"), rank(&beacon, "route", b"alice"));
}

#[test]
fn more_than_there_is_cannot_be_drawn() {
    assert_eq!(draw(&Digest::ZERO, "", 0, 0), Ok(Vec::new()));
    let expected = BeaconError::DrawTooLarge { count: 5, population: 4, max: DRAWS_MAX };
    assert_eq!(draw(&Digest::ZERO, "", 4, 5), Err(expected));
    assert!(draw(&Digest::ZERO, "", u64::MAX, DRAWS_MAX + 1).is_err());
    assert_eq!(draw(&Digest::ZERO, "", DRAWS_MAX, DRAWS_MAX).unwrap().len(), 65_536);
}

#[test]
fn each_place_is_drawn_about_equally_often() {
    let mut seen = [0_u32; 7];
    for number in 0..7_000_u32 {
        for picked in draw(&sha256(&number.to_be_bytes()), "fair", 7, 3).unwrap() {
            seen[usize::try_from(picked).unwrap()] += 1;
        }
    }
    // 3,000 expected each; five standard deviations are about 210.
    assert!(seen.iter().all(|times| (2_790..3_210).contains(times)), "{seen:?}");
}

proptest! {
    #[test]
    fn draws_are_distinct_in_range_and_each_the_start_of_longer_ones(
        seed in any::<[u8; 32]>(), population in 1..2_000_u64, share in 0..2_000_u64,
    ) {
        let beacon = Digest::from_bytes(seed);
        let count = share % (population + 1);
        let drawn = draw(&beacon, "tag", population, count).unwrap();
        let set: BTreeSet<_> = drawn.iter().copied().collect();
        prop_assert_eq!(set.len() as u64, count);
        prop_assert!(drawn.iter().all(|number| *number < population));
        let all = draw(&beacon, "tag", population, population).unwrap();
        prop_assert!(all.starts_with(&drawn));
    }

    /// Whatever steps come in whatever order, a value appears only after a seal, and never changes.
    #[test]
    fn invariant_4_the_value_is_fixed_by_the_seal(
        steps in prop::collection::vec((0..3_u8, 0..4_u8, 0..4_u8), 0..60),
    ) {
        let mut round = open();
        let mut fixed = None;
        for (kind, by, what) in steps {
            let before = round.clone();
            let result = match kind {
                0 => round.commit(sovereign(by), statement(what), &committed(what)),
                1 => round.seal(&before.commits().collect::<Vec<_>>()),
                _ => round.reveal(sovereign(by), &revealed(what)),
            };
            if result.is_err() {
                prop_assert_eq!(&round, &before);
            }
            if let Some(value) = round.value() {
                prop_assert!(round.is_sealed());
                prop_assert_eq!(*fixed.get_or_insert(value), value);
            }
            if before.is_sealed() {
                prop_assert!(round.commits().eq(before.commits()));
            }
        }
    }
}
