//! What the operator's vault watches and what the buyer knows: a series with its fault windows.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context as _, bail};
use comity_mycel::evidence::Reading;
use comity_mycel::facts::Span;
use comity_mycel::sample::simulate;
use comity_mycel::series::{Fold, read_series};
use comity_mycel::windows::{WINDOWS_BYTES_MAX, read_windows};

/// A machine's history, and the windows in which it was faulty.
#[derive(Clone, Debug)]
pub struct Plant {
    /// Where it comes from, for people.
    pub source: String,
    /// Whether a program made it up.
    pub is_simulated: bool,
    /// All readings.
    pub readings: Vec<Reading>,
    /// Fault windows that touch the judged span.
    pub windows: Vec<Span>,
    /// What the order is judged on. Everything before only calibrates, without labels.
    pub span: Span,
    /// Clock changes that were tolerated.
    pub folds: Vec<Fold>,
}

impl Plant {
    /// A simulated plant, from a seed.
    pub fn simulated(seed: u64) -> Self {
        let plant = simulate(seed);
        Self {
            source: format!("simulated plant, seed {seed}"),
            is_simulated: true,
            readings: plant.readings,
            windows: plant.windows,
            span: plant.span,
            folds: Vec::new(),
        }
    }

    /// A few days of a simulated plant around its first fault, so that a review takes a moment.
    pub fn brief(seed: u64) -> Self {
        const DAY_S: i64 = 86_400;
        let mut plant = Self::simulated(seed);
        let Some(window) = plant.windows.first().copied() else { return plant };
        let (from, to) = (window.from.plus(-4 * DAY_S), window.to.plus(DAY_S));
        plant.readings.retain(|reading| from <= reading.t && reading.t < to);
        for (reading, index) in plant.readings.iter_mut().zip(0..) {
            reading.index = index;
        }
        plant.span = Span { from: from.plus(2 * DAY_S), to };
        plant.windows = vec![window];
        plant
    }

    /// A real series. The judged span is its second half, by rows.
    pub fn read(series: &Path, windows: &Path) -> anyhow::Result<Self> {
        let file = File::open(series).with_context(|| format!("open {}", series.display()))?;
        let read = read_series(BufReader::new(file))
            .with_context(|| format!("read {}", series.display()))?;
        let bytes = crate::home::file::read(windows, WINDOWS_BYTES_MAX as u64)
            .with_context(|| format!("open {}", windows.display()))?;
        let name = series.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let all =
            read_windows(&bytes, name).with_context(|| format!("read {}", windows.display()))?;
        let middle = read.readings.get(read.readings.len() / 2);
        let (Some(middle), Some(last)) = (middle, read.readings.last()) else {
            bail!("{} has no rows", series.display());
        };
        let span = Span { from: middle.t, to: last.t.plus(1) };
        let windows: Vec<Span> = all.into_iter().filter(|window| window.overlaps(&span)).collect();
        if windows.is_empty() {
            bail!("no fault window lies in the second half of {}", series.display());
        }
        let source = name.to_owned();
        let folds = read.folds;
        Ok(Self { source, is_simulated: false, readings: read.readings, windows, span, folds })
    }
}
