//! A tiny plant: an hourly reading, sixteen days, one fault somewhere in the last four.
//!
//! Small because every row is signed and every reviewer checks every signature. The detector's running mean covers
//! 288 rows, so a shallow fault is missed, and a deep one keeps ringing after its end: over seeds the same order is
//! fulfilled, or not.

use comity_mycel::evidence::Reading;
use comity_mycel::facts::Span;

use crate::START;
use crate::dice::Dice;

/// Rows that only calibrate.
const CALIBRATION: u64 = 300;
/// Rows in the judged span.
const JUDGED: u64 = 96;
const STEP_S: i64 = 3_600;
const DEGREE: i64 = 1_000_000;

/// Readings with the truth about them.
#[derive(Clone, Debug)]
pub(crate) struct Plant {
    pub(crate) readings: Vec<Reading>,
    pub(crate) windows: Vec<Span>,
    pub(crate) span: Span,
}

impl Plant {
    /// The plant with this number under this seed. All of it lies before the simulation begins.
    pub(crate) fn new(seed: u64, number: usize) -> Self {
        let mut dice = Dice::new(seed, &format!("plant {number}"));
        let first = START.plus(-STEP_S * (CALIBRATION + JUDGED).cast_signed());
        let at = |row: u64| first.plus(STEP_S * row.cast_signed());
        let from = CALIBRATION + dice.span(4, JUDGED - 20);
        let to = (from + dice.span(8, 60)).min(CALIBRATION + JUDGED);
        let depth = DEGREE * dice.within(5, 900);
        let readings = (0..CALIBRATION + JUDGED)
            .map(|index| {
                let noise = dice.within(-DEGREE, DEGREE) + dice.within(-DEGREE, DEGREE);
                let loss = if (from..to).contains(&index) { depth } else { 0 };
                Reading { index, t: at(index), micro: 70 * DEGREE + noise - loss }
            })
            .collect();
        let windows = vec![Span { from: at(from), to: at(to) }];
        let span = Span { from: at(CALIBRATION), to: at(CALIBRATION + JUDGED) };
        Self { readings, windows, span }
    }
}
