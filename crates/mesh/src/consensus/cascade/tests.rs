#![allow(clippy::indexing_slicing, reason = "a failed index in a test is a failed test")]

use super::{CascadeAssessment, CascadeRule, PPM, VOTES_MAX};
use crate::agreement::tests::{at, noon};
use crate::consensus::tests::draft_vote;

/// Times in microseconds, contexts (a letter each, `-` for none), threshold in percent, deliberation in seconds; then the
/// score in parts per million and whether it is above the threshold, as floats have it in the reference.
type Scored = (&'static [u64], &'static str, u8, u16, u64, bool);

const SCORED: &[Scored] = &[
    (
        &[1_656_009, 40_202_527, 2_247_652, 1_533_810, 20_243_265, 20_900_509],
        "aaffac",
        40,
        60,
        501_969,
        true,
    ),
    (&[20_519_263], "c", 40, 60, 0, false),
    (&[195_381], "h", 10, 10, 0, false),
    (
        &[2_267_800, 2_394_585, 3_349_889, 40_758_021, 2_439_407, 22_679_797, 1_561_948],
        "aha-a-c",
        95,
        60,
        457_154,
        false,
    ),
    (
        &[7_456_024, 6_516_586, 2_041_976, 2_931_795, 343_324, 21_259_336],
        "hgegd-",
        40,
        30,
        363_992,
        false,
    ),
    (
        &[
            5_691_901, 1_637_469, 6_768_731, 2_802_700, 2_340_739, 21_315_952, 3_916_280,
            3_492_967, 7_432_256,
        ],
        "gaadgaad-",
        95,
        10,
        381_761,
        false,
    ),
    (
        &[41_455_445, 1_936_490, 1_704_845, 20_491_135, 5_247_272, 1_205_576, 1_038_571],
        "ffgabgf",
        50,
        30,
        379_916,
        false,
    ),
    (
        &[21_167_782, 41_741_879, 3_863_548, 5_967_841, 348_063, 634_591, 2_762_019],
        "cag-bdd",
        40,
        30,
        263_183,
        false,
    ),
    (
        &[21_548_761, 22_375_407, 1_526_349, 42_162_127, 22_747_128, 40_226_462, 7_854_538],
        "hffffag",
        0,
        30,
        499_663,
        false,
    ),
    (&[875_616, 5_680_748, 1_426_288, 20_220_518], "aa-b", 40, 10, 262_177, false),
    (&[872_216], "-", 0, 30, 700_000, false),
    (&[3_526_142, 2_988_735, 483_827, 6_954_501, 7_029_349], "dabae", 50, 60, 461_008, false),
    (&[20_096_870, 2_215_672, 1_614_895], "hah", 50, 30, 544_986, true),
    (&[21_538_050, 1_491_897, 2_233_854, 22_108_464, 3_669_430], "c-ccf", 25, 30, 543_663, true),
    (
        &[
            6_491_337, 40_121_551, 1_171_966, 6_087_056, 2_904_647, 21_444_018, 6_465_991,
            1_337_801, 428_478,
        ],
        "cgcecg--a",
        95,
        10,
        175_000,
        false,
    ),
    (&[40_502_912, 7_984_217], "cg", 10, 60, 185_029, true),
    (
        &[1_660_266, 6_683_538, 40_356_177, 40_666_290, 532_837, 633_971],
        "-gb--g",
        70,
        30,
        241_786,
        false,
    ),
    (
        &[
            20_549_386, 59739, 42_724_933, 2_208_640, 40_584_059, 5_817_073, 117_414, 1_892_463,
            3_102_025,
        ],
        "c-edhfbae",
        95,
        60,
        300_461,
        false,
    ),
    (
        &[
            2_230_635, 2_195_745, 20_078_453, 5_768_010, 20_016_494, 722_874, 1_985_973,
            20_504_728, 20_259_020,
        ],
        "ehhhgahac",
        25,
        10,
        280_796,
        true,
    ),
    (&[2_129_506], "g", 40, 30, 0, false),
    (
        &[
            3_569_128, 22_542_325, 20_836_357, 41_162_600, 7_131_361, 22_005_029, 21_038_743,
            42_194_500,
        ],
        "dhcgbfaf",
        95,
        10,
        100_000,
        false,
    ),
    (&[41_009_312, 5_306_690], "cd", 40, 30, 47544, false),
    (
        &[1_061_611, 1_961_826, 394_790, 7_043_719, 2_801_094, 677_237],
        "fhfefc",
        70,
        10,
        505_709,
        false,
    ),
    (&[41_534_916, 1_417_589], "hg", 95, 30, 16328, false),
    (
        &[3_170_274, 21_239_224, 20_269_655, 958_624, 352_578, 2_140_517, 761_481],
        "dbfdfbh",
        95,
        10,
        132_926,
        false,
    ),
    (&[1_241_283, 40_769_000], "fa", 50, 30, 20497, false),
    (&[1_351_241, 20_932_846], "ad", 40, 60, 230_769, false),
    (&[3_319_719], "f", 50, 30, 0, false),
    (&[22_976_012], "c", 40, 30, 0, false),
    (&[759_781, 1_308_590, 41_279_285, 20_863_487, 2_869_346], "hbdea", 50, 30, 123_235, false),
    (&[2_120_866], "h", 25, 60, 0, false),
    (&[5_445_776, 42_726_742, 7_753_600, 7_289_696], "fhdc", 25, 10, 0, false),
    (&[42_667_480, 1_697_425, 1_228_122, 59790], "adfb", 40, 30, 91524, false),
    (
        &[22_812_462, 3_511_458, 2_905_333, 1_189_739, 5_777_422, 1_128_421, 5_015_194],
        "deeheca",
        50,
        30,
        457_362,
        false,
    ),
    (
        &[4483, 2_600_658, 1_990_799, 3_108_745, 40_842_971, 2_117_014],
        "aadabf",
        40,
        60,
        500_464,
        true,
    ),
    (&[2_276_094], "c", 40, 30, 0, false),
    (
        &[3_072_786, 1_191_922, 42_595_045, 40_607_134, 2_998_973, 22_631_221, 7_940_430],
        "hbhh-a-",
        25,
        30,
        352_341,
        true,
    ),
    (&[558_233], "e", 40, 60, 0, false),
    (
        &[
            20_212_988, 40_079_023, 42_229_037, 41_025_757, 6_106_427, 1_916_581, 2_109_613,
            20_385_632,
        ],
        "hagdadcc",
        25,
        60,
        312_272,
        true,
    ),
    (
        &[5_321_870, 7_867_631, 1_196_073, 22_654_125, 40_831_689, 2_515_346, 1_391_556, 3_732_733],
        "d--bagag",
        50,
        30,
        259_579,
        false,
    ),
    (&[0, 0, 0, 0, 0, 0, 0, 0], "aabcdefg", 40, 30, 400_000, false),
    (&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "aaabcdefghijklm", 40, 30, 400_000, false),
    (&[0, 0], "ab", 30, 30, 300_000, false),
    (&[0, 0], "ab", 29, 30, 300_000, true),
    (&[0], "-", 40, 30, 700_000, true),
    (&[0], "a", 1, 30, 0, false),
];

#[test]
fn scores_lead_to_the_decisions_of_the_reference() {
    let start = at("2026-01-01T00:00:00Z").instant();
    for (offsets, contexts, threshold_percent, deliberation_seconds, score, is_blocked) in SCORED {
        let votes: Vec<_> = offsets
            .iter()
            .zip(contexts.chars())
            .map(|(offset, context)| {
                let micros = start + i64::try_from(*offset).unwrap();
                let text = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
                let context = context.to_string();
                draft_vote("V", Some(context.as_str()).filter(|it| *it != "-"), at(&text))
            })
            .collect();
        let rule = CascadeRule {
            threshold_percent: *threshold_percent,
            deliberation_seconds: *deliberation_seconds,
        };
        let found = CascadeAssessment::of(&votes.iter().collect::<Vec<_>>(), rule);
        assert_eq!(found.is_blocked, *is_blocked, "{contexts} {offsets:?}");
        assert!(found.score_ppm.abs_diff(*score) <= 2, "{} is not {score}", found.score_ppm);
    }
}

#[test]
fn one_microsecond_decides_at_the_threshold() {
    // Two votes with different contexts: the score is 0.3 * (1 - d / (sqrt(2) * 30 s)), above 0.2 while d is below
    // sqrt(200) s, which is 14142135.6 microseconds.
    let rule = CascadeRule { threshold_percent: 20, ..CascadeRule::default() };
    let blocks = |micros: &str| {
        let votes = [
            draft_vote("V1", Some("a"), noon()),
            draft_vote("V2", Some("b"), at(&format!("2026-06-01T12:00:14.{micros}Z"))),
        ];
        CascadeAssessment::of(&votes.iter().collect::<Vec<_>>(), rule).is_blocked
    };
    assert!(blocks("142135"));
    assert!(!blocks("142136"));
}

#[test]
fn the_largest_numbers_fit() {
    let ends = [at("0001-01-01T00:00:00Z"), at("9999-12-31T23:59:59.999999Z")];
    let vote = |number: usize, when| draft_vote("V", Some(&number.to_string()), when);
    let rule = CascadeRule { threshold_percent: 1, deliberation_seconds: u16::MAX };
    let far: Vec<_> = (0..VOTES_MAX + 9).map(|number| vote(number, ends[number % 2])).collect();
    let far = CascadeAssessment::of(&far.iter().collect::<Vec<_>>(), rule);
    assert_eq!((far.close_ppm, far.is_blocked), (0, false));
    assert_eq!(far.approvals, VOTES_MAX as u64);
    // All but one at one end: 31/32 of the deliberation. Half and half: sums as large as they get.
    let assess = |lengths: i64, is_late: fn(usize) -> bool| {
        let late = noon().plus(i64::from(u16::MAX) * lengths);
        let votes: Vec<_> = (0..VOTES_MAX)
            .map(|number| vote(number, if is_late(number) { late } else { noon() }))
            .collect();
        CascadeAssessment::of(&votes.iter().collect::<Vec<_>>(), rule)
    };
    let near = assess(31, |number| number == 0);
    assert_eq!((near.close_ppm, near.score_ppm, near.is_blocked), (PPM / 32, PPM / 320 * 3, false));
    let apart = assess(45, |number| number % 2 == 0);
    assert_eq!((apart.close_ppm, apart.is_blocked), (0, false));
    // Nobody has time to think: nothing is close.
    let hasty = CascadeRule { threshold_percent: 1, deliberation_seconds: 0 };
    let votes = [vote(1, noon()), vote(2, noon())];
    let hasty = CascadeAssessment::of(&votes.iter().collect::<Vec<_>>(), hasty);
    assert_eq!((hasty.close_ppm, hasty.is_blocked), (0, false));
    assert!(!CascadeAssessment::of(&[], rule).is_blocked);
}
