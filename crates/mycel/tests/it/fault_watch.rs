//! The real series reads as published, and both it and the simulated plant can be watched by the rule
//! of `MIP-MFG/fault-watch`. The rule is written out here a second time, plainly, as an oracle.

use std::collections::BTreeSet;

use comity_mycel::evidence::Reading;
use comity_mycel::facts::Span;
use comity_mycel::sample::{DAYS, ROWS_PER_DAY, simulate};
use comity_mycel::series::{Fold, Series, read_series};
use comity_mycel::windows::read_windows;
use comity_wire::Time;

const WINDOW_ROWS: usize = 288;
const K_MILLI: i64 = 3_000;
const SERIES: &str = "machine_temperature_system_failure.csv";

fn nab(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/nab/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

fn real() -> (Series, Vec<Span>) {
    let series = read_series(nab(SERIES).as_slice()).unwrap();
    let windows = read_windows(&nab("windows.json"), SERIES).unwrap();
    (series, windows)
}

fn median(values: &mut [i64]) -> i64 {
    values.sort_unstable();
    values[values.len() / 2]
}

/// One alarm per UTC day: the first row of `span` whose last day's mean is three sigma off.
fn alarms(readings: &[Reading], span: Span) -> Vec<Time> {
    let calibration = readings.iter().position(|row| span.from <= row.t).unwrap();
    let mut values: Vec<i64> = readings[..calibration].iter().map(|row| row.micro).collect();
    let centre = median(&mut values);
    let mut spread: Vec<i64> = values.iter().map(|value| (value - centre).abs()).collect();
    let limit = K_MILLI * (median(&mut spread) * 14_826 / 10_000) / 1_000;
    let mut days = BTreeSet::new();
    let mut alarms = Vec::new();
    let mut sum: i64 = 0;
    for (end, row) in readings.iter().enumerate() {
        sum += row.micro - end.checked_sub(WINDOW_ROWS).map_or(0, |past| readings[past].micro);
        if end < calibration.max(WINDOW_ROWS - 1) {
            continue;
        }
        let mean = sum / i64::try_from(WINDOW_ROWS).unwrap();
        if row.t < span.to && limit < (mean - centre).abs() && days.insert(row.t.day()) {
            alarms.push(row.t);
        }
    }
    alarms
}

/// (windows hit, windows, alarm days that meet a window, alarm days).
fn score(alarms: &[Time], windows: &[Span]) -> (usize, usize, usize, usize) {
    let inside = |window: &&Span| alarms.iter().any(|t| window.from <= *t && *t < window.to);
    let hit = windows.iter().filter(inside).count();
    let day = |t: &Time| {
        let from = Time::from_unix(t.day() * 86_400);
        Span { from, to: from.plus(86_400) }
    };
    let is_true = |t: &&Time| windows.iter().any(|window| window.overlaps(&day(t)));
    (hit, windows.len(), alarms.iter().filter(is_true).count(), alarms.len())
}

#[test]
fn the_real_series_has_its_published_size_and_one_clock_change() {
    let (series, windows) = real();
    assert_eq!(series.readings.len(), 22_695);
    assert_eq!(series.readings[0].micro, 73_967_322);
    let time = |text| Time::parse(text).unwrap();
    let (before, after) = (time("2014-01-07T02:55:00Z"), time("2014-01-07T02:00:00Z"));
    assert_eq!(series.folds, [Fold { line: 10_151, before, after }]);
    assert_eq!(windows.len(), 4);
}

#[test]
fn the_rule_earns_its_reward_on_the_second_half_of_the_real_series() {
    let (series, windows) = real();
    let half = series.readings[series.readings.len() / 2].t;
    let end = series.readings.last().unwrap().t.plus(1);
    let span = Span { from: half, to: end };
    let judged: Vec<Span> = windows.into_iter().filter(|window| window.overlaps(&span)).collect();
    assert_eq!(score(&alarms(&series.readings, span), &judged), (2, 2, 4, 6));
}

#[test]
fn every_simulated_plant_has_two_faults_in_its_judged_half_that_the_rule_finds() {
    for seed in 0..200 {
        let plant = simulate(seed);
        assert_eq!(plant.readings.len(), usize::try_from(DAYS * ROWS_PER_DAY).unwrap());
        assert_eq!(plant.windows.len(), 2);
        assert!(plant.windows.iter().all(|window| plant.span.covers(window)), "seed {seed}");
        assert!(plant.windows[0].to < plant.windows[1].from, "seed {seed}");
        let (hit, windows, days_true, days) =
            score(&alarms(&plant.readings, plant.span), &plant.windows);
        assert_eq!(hit, windows, "seed {seed}");
        assert!(days <= 2 * days_true, "seed {seed}: {days_true} of {days} alarm days");
    }
}

#[test]
fn a_plant_is_its_seed() {
    assert_eq!(simulate(7), simulate(7));
    assert_ne!(simulate(7), simulate(8));
    let plant = simulate(7);
    let in_order = plant.readings.windows(2).all(|pair| pair[0].t < pair[1].t);
    assert!(in_order && plant.readings[0].t < plant.span.from);
}
