//! Timing two sides against each other, and saying what came out.

use std::fmt;
use std::time::{Duration, Instant};

/// Wall and processor time of one round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// What a clock on the wall says.
    pub(crate) wall: Duration,
    /// What all threads of this process used.
    pub(crate) cpu: Duration,
}

impl Cost {
    /// More than anything takes.
    pub(crate) const MAX: Self = Self { wall: Duration::MAX, cpu: Duration::MAX };

    /// Nothing yet.
    pub(crate) const ZERO: Self = Self { wall: Duration::ZERO, cpu: Duration::ZERO };

    /// Both together.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self { wall: self.wall + other.wall, cpu: self.cpu + other.cpu }
    }

    /// The least of each.
    pub(crate) fn least(self, other: Self) -> Self {
        Self { wall: self.wall.min(other.wall), cpu: self.cpu.min(other.cpu) }
    }
}

/// Runs `work` once. What it returns is dropped after the clock has stopped.
pub(crate) fn timed<T>(work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<Cost> {
    let (cpu, wall) = (crate::machine::cpu_time(), Instant::now());
    let result = std::hint::black_box(work()?);
    let cost = Cost { wall: wall.elapsed(), cpu: crate::machine::cpu_time().saturating_sub(cpu) };
    drop(result);
    Ok(cost)
}

/// Alternates who goes first and keeps each side's best round: preemption only ever adds time, so the minimum is the
/// cleanest estimate. Each side does its own preparation and returns what it wants to have counted.
pub(crate) fn compare(
    rounds: usize,
    mut ours: impl FnMut() -> anyhow::Result<Cost>,
    mut peer: impl FnMut() -> anyhow::Result<Cost>,
) -> anyhow::Result<(Cost, Cost)> {
    let (mut ours_best, mut peer_best) = (Cost::MAX, Cost::MAX);
    for round in 0..rounds {
        if round % 2 == 0 {
            ours_best = ours_best.least(ours()?);
            peer_best = peer_best.least(peer()?);
        } else {
            peer_best = peer_best.least(peer()?);
            ours_best = ours_best.least(ours()?);
        }
    }
    Ok((ours_best, peer_best))
}

/// `count` things in `time`, per second.
pub(crate) fn rate(count: usize, time: Duration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let count = count as f64;
    count / time.as_secs_f64().max(f64::MIN_POSITIVE)
}

/// One printed comparison.
pub(crate) struct Row<'a> {
    /// Name with its `key=value` pairs.
    pub(crate) name: &'a str,
    /// Ours, per second.
    pub(crate) ours: f64,
    /// The peer's, per second.
    pub(crate) peer: f64,
    /// The least ratio wanted, if the issue names one.
    pub(crate) target: Option<f64>,
}

impl fmt::Display for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, ours, peer, target } = self;
        let ratio = ours / peer;
        write!(f, "{name} ours={ours:.0}/s peer={peer:.0}/s ratio={ratio:.3}")?;
        match target {
            Some(target) => write!(f, " target={target:.3} {}", verdict(*target <= ratio)),
            None => f.write_str(" target=none"),
        }
    }
}

/// A line for a figure that has no peer, only a least rate.
pub(crate) fn absolute(name: &str, ours: f64, target: f64) {
    println!("{name} ours={ours:.0}/s target={target:.0}/s {}", verdict(target <= ours));
}

/// A line for a figure that should stay below a limit.
pub(crate) fn at_most(name: &str, ours: f64, unit: &str, target: f64) {
    println!("{name} ours={ours:.1}{unit} target={target:.0}{unit} {}", verdict(ours < target));
}

const fn verdict(is_met: bool) -> &'static str {
    if is_met { "met" } else { "MISSED" }
}
