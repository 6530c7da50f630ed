use comity_wire::sha256;

use super::*;
use crate::{Charter, Nano, phase::Phase};

fn set(phase: Phase) -> ChamberSet {
    *Charter::founding().chambers(phase).unwrap()
}

#[track_caller]
fn near(got: f64, expected: f64, relative: f64) {
    assert!((got - expected).abs() <= relative * expected, "{got:e} is not {expected:e}");
}

#[test]
fn the_exact_tails_are_those_of_exact_fractions() {
    // Computed with exact fractions.
    for (phase, p, chambers, joint) in [
        (
            Phase::G3,
            0.35,
            [1.457_074_172_507_800_7e-5, 3.056_543_551_831_384e-7, 1.748_269_571_023_841_4e-7],
            7.786_112_009_461_97e-19,
        ),
        (
            Phase::G3,
            0.4,
            [2.325_163_235_307_110_3e-4, 1.593_084_339_757_839_8e-5, 2.781_143_228_136_805e-5],
            1.030_185_828_648_490_5e-13,
        ),
        (
            Phase::G2,
            0.35,
            [
                0.003_093_774_646_269_129_4,
                0.000_207_878_359_642_739_68,
                0.000_152_883_260_076_975_53,
            ],
            9.832_362_737_488_078e-11,
        ),
        (
            Phase::G1,
            0.4,
            [0.029_281_484_8, 0.010_594_202_555_514_88, 0.034_391_518_090_678_6],
            1.066_872_974_289_369_7e-5,
        ),
    ] {
        let odds = Odds::spread(&set(phase), p);
        for (got, expected) in odds.chambers.into_iter().zip(chambers) {
            near(got, expected, 1e-13);
        }
        near(odds.joint, joint, 1e-12);
    }
}

#[test]
fn a_tail_is_total() {
    for (n, wins, p, expected) in [
        (10, 0, 0.3, 1.0),
        (10, 11, 0.3, 0.0),
        (10, 10, 0.0, 0.0),
        (10, 10, 1.0, 1.0),
        (2, 1, 0.5, 0.75),
        (0, 0, 0.5, 1.0),
    ] {
        near(tail(n, wins, p), expected, 1e-15);
    }
    near(tail(10_000, 5_001, 0.5), 0.496_010_676_930_308_9, 1e-10);
    assert!(
        tail(10, 5, -0.1).is_nan() && tail(10, 5, 1.1).is_nan() && tail(10, 5, f64::NAN).is_nan()
    );
    let regions = Regions { held: 3, all: 2 };
    assert!(Odds::concentrated(&set(Phase::G1), 0.3, regions).joint.is_nan());
}

#[test]
fn invariant_2_without_a_cap_owning_regions_is_living_everywhere() {
    let mut free = set(Phase::G2);
    free.region_share_max = Nano::ONE;
    for (p, regions) in [(0.1, Regions { held: 2, all: 9 }), (0.5, Regions { held: 4, all: 5 })] {
        let (owned, spread) = (Odds::concentrated(&free, p, regions), Odds::spread(&free, p));
        for (owned, spread) in owned.chambers.into_iter().zip(spread.chambers) {
            near(owned, spread, 1e-9);
        }
    }
}

#[test]
fn a_captor_with_too_few_regions_wins_nothing() {
    for phase in [Phase::G1, Phase::G2, Phase::G3] {
        let set = set(phase);
        let least = Regions::least(&set);
        let fewer = Regions { held: least.held - 1, ..least };
        assert!(Odds::concentrated(&set, 0.9, fewer).joint == 0.0, "{phase}");
        let odds = Odds::concentrated(&set, 0.4, least);
        assert!(0.0 < odds.joint && odds.joint < Odds::spread(&set, 0.4).joint, "{phase} {odds:?}");
    }
    let held: Vec<u32> =
        [Phase::G1, Phase::G2, Phase::G3].map(|phase| Regions::least(&set(phase)).held).into();
    assert_eq!(held, [2, 3, 5]);
}

#[test]
fn dice_agree_with_the_exact_odds_where_they_can_be_counted() {
    const TRIALS: u32 = 2_000;
    let mut dice = Dice::new(sha256(b"capture"));
    let g1 = set(Phase::G1);
    let regions = Regions { held: 3, all: 8 };
    for p in [0.35, 0.5, 0.65] {
        let (spread, owned) = (Odds::spread(&g1, p), Odds::concentrated(&g1, p, regions));
        for (index, chamber) in Chamber::ALL.into_iter().enumerate() {
            for (odds, regions) in [(spread, None), (owned, Some(regions))] {
                let exact = odds.chambers[index];
                let count = captured(&g1, chamber, p, regions, TRIALS, &mut dice);
                let expected = exact * f64::from(TRIALS);
                let sigma = (expected * (1.0 - exact)).sqrt();
                let off = (f64::from(count) - expected).abs();
                assert!(
                    off <= 4.0 * sigma + 1.0,
                    "{p} {chamber:?} {regions:?}: {count} of {expected}"
                );
            }
        }
    }
}

#[test]
fn a_walk_always_ends() {
    let g3 = set(Phase::G3);
    let mut dice = Dice::new(sha256(b"end"));
    let regions = Regions { held: 2, all: 4 };
    assert_eq!(captured(&g3, Chamber::Challenge, 0.9, Some(regions), 3, &mut dice), 0);
    for p in [0.0, 1.0] {
        let all = Regions { held: 12, all: 12 };
        let won = captured(&g3, Chamber::Proposal, p, Some(all), 3, &mut dice);
        assert_eq!(won, if p == 0.0 { 0 } else { 3 });
    }
}
