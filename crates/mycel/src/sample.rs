//! A simulated plant, for when there is no real series. Whatever comes from here must be shown as
//! *simulated*.
//!
//! One machine, one thermometer, a reading every five minutes for forty days: a cold start, a daily
//! load cycle, a slow drift, sensor noise, and two faults in the second half: a fouled heat exchanger
//! that cools the machine off over days, and a burst pipe that does so within the hour. Integer
//! arithmetic only, so that one seed gives the same plant on every machine.
//!
//! # Invariants
//!
//! 1. The same seed gives the same readings and windows, everywhere.
//! 2. Both fault windows lie in the judged span, the second half; nothing is wrong in the first.

use comity_wire::Time;

use crate::evidence::Reading;
use crate::facts::Span;

/// How everything from here is labelled.
pub const LABEL: &str = "simulated";
/// Length of the series, in days.
pub const DAYS: i64 = 40;
/// Time between readings, in seconds.
pub const STEP_S: i64 = 300;
/// Readings per day.
pub const ROWS_PER_DAY: i64 = DAY_S / STEP_S;
/// 2026-01-01T00:00:00Z: when the plant starts.
pub const START: Time = Time::from_unix(1_767_225_600);

const DAY_S: i64 = 86_400;
/// One degree, in millionths.
const DEGREE: i64 = 1_000_000;

/// A simulated series with the truth about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plant {
    /// The readings, in degrees Celsius.
    pub readings: Vec<Reading>,
    /// When something was wrong: the buyer's private labels.
    pub windows: Vec<Span>,
    /// The judged span: the second half.
    pub span: Span,
}

/// What differs from plant to plant.
struct Character {
    base: i64,
    load: i64,
    drift_per_day: i64,
    slow: Fault,
    burst: Fault,
}

/// A fault: it begins, grows to its depth, stays, and is repaired at once.
struct Fault {
    from_s: i64,
    grows_s: i64,
    to_s: i64,
    depth: i64,
}

impl Fault {
    /// How much colder the machine is at second `s`.
    const fn loss(&self, s: i64) -> i64 {
        if s < self.from_s || self.to_s <= s {
            return 0;
        }
        let grown = s - self.from_s;
        if self.grows_s <= grown { self.depth } else { self.depth / self.grows_s * grown }
    }

    /// The labelled window: the fault and half a day of recovery.
    const fn window(&self) -> Span {
        Span { from: START.plus(self.from_s), to: START.plus(self.to_s + DAY_S / 2) }
    }
}

/// Simulates the plant of this seed.
pub fn simulate(seed: u64) -> Plant {
    let mut dice = Dice(seed);
    let plant = character(&mut dice);
    let readings = (0..DAYS * ROWS_PER_DAY)
        .map(|row| {
            let s = row * STEP_S;
            let noise = dice.within(-DEGREE, DEGREE) / 2 + dice.within(-DEGREE, DEGREE) / 2;
            let micro = plant.base
                + warm_up(s)
                + plant.load * load_permille(s) / 1_000
                + plant.drift_per_day * s / DAY_S
                - plant.slow.loss(s)
                - plant.burst.loss(s)
                + noise;
            Reading { index: row.unsigned_abs(), t: START.plus(s), micro }
        })
        .collect();
    let windows = vec![plant.slow.window(), plant.burst.window()];
    let span = Span { from: START.plus(DAYS / 2 * DAY_S), to: START.plus(DAYS * DAY_S) };
    Plant { readings, windows, span }
}

fn character(dice: &mut Dice) -> Character {
    let slow_from = dice.within(22 * DAY_S, 25 * DAY_S);
    let burst_from = dice.within(31 * DAY_S, 36 * DAY_S);
    Character {
        base: dice.within(65, 80) * DEGREE,
        load: dice.within(3, 6) * DEGREE,
        drift_per_day: dice.within(-DEGREE, DEGREE) / 50,
        slow: Fault {
            from_s: slow_from,
            grows_s: 2 * DAY_S,
            to_s: slow_from + dice.within(7, 9) * DAY_S / 2,
            depth: dice.within(25, 32) * DEGREE,
        },
        burst: Fault {
            from_s: burst_from,
            grows_s: 3_600,
            to_s: burst_from + dice.within(4, 6) * DAY_S / 2,
            depth: dice.within(35, 50) * DEGREE,
        },
    }
}

/// Cold start: 40 degrees below, gone after eight hours.
const fn warm_up(s: i64) -> i64 {
    const WARM_UP_S: i64 = 8 * 3_600;
    if WARM_UP_S <= s { 0 } else { -40 * DEGREE / WARM_UP_S * (WARM_UP_S - s) }
}

/// The daily load cycle, in thousandths: -1000 at midnight, 1000 at noon, straight lines between.
const fn load_permille(s: i64) -> i64 {
    let of_day = s % DAY_S;
    let from_noon = (of_day - DAY_S / 2).abs();
    1_000 - 4_000 * from_noon / DAY_S
}

/// `SplitMix64` (Steele, Lea, Flood 2014): small, seeded, the same everywhere. For simulation only.
struct Dice(u64);

impl Dice {
    const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both inclusive. The bias of the remainder is far below the noise.
    const fn within(&mut self, low: i64, high: i64) -> i64 {
        let width = high.abs_diff(low) + 1;
        low.saturating_add_unsigned(self.roll() % width)
    }
}
