//! `comity constitution capture`: how likely it is that a minority wins all chambers.

mod chart;

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use comity_constitution::Charter;
use comity_constitution::capture::{Odds, Regions};
use comity_constitution::charter::ChamberSet;
use comity_constitution::phase::Phase;
use serde_json::{Value, json};

use crate::cli::Answer;
use crate::fail::Exit;
use crate::home::file;

/// Print the odds that somebody with a share of the pool wins all chambers
///
/// Exact, under the founding charter: for a captor with people everywhere, and for one who owns whole regions and meets
/// the regional caps.
#[derive(Args, Clone, Debug)]
pub struct CaptureArgs {
    /// Share of the pool that the captor holds, from 0 to 1
    #[arg(long, value_parser = share)]
    pub p: f64,
    /// One phase instead of all that have chambers
    #[arg(long, value_parser = phase)]
    pub phase: Option<Phase>,
    /// Regions that the captor owns; by default the fewest with which every chamber can be won
    #[arg(long)]
    pub held: Option<u32>,
    /// All regions; by default twelve, or twice the captor's
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub regions: Option<u32>,
    /// Where to draw the curves
    #[arg(long)]
    pub svg: Option<PathBuf>,
    /// One JSON document instead of lines
    #[arg(long)]
    pub json: bool,
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err("not from 0 to 1".to_owned()) }
}

fn phase(text: &str) -> Result<Phase, String> {
    let found = Phase::ALL.into_iter().skip(1).find(|phase| phase.name() == text);
    found.ok_or_else(|| "G1, G2 or G3".to_owned())
}

/// One phase with what was asked about it.
pub(super) struct Curve {
    phase: Phase,
    set: ChamberSet,
    regions: Regions,
}

/// Computes, prints and draws.
///
/// # Errors
///
/// The drawing cannot be written.
pub fn run(args: &CaptureArgs) -> anyhow::Result<Answer> {
    let charter = Charter::founding();
    let wanted = |phase: &Phase| args.phase.is_none_or(|only| only == *phase);
    let curves: Vec<Curve> = Phase::ALL
        .into_iter()
        .filter(wanted)
        .filter_map(|phase| Some((phase, *charter.chambers(phase)?)))
        .map(|(phase, set)| Curve { phase, set, regions: regions(args, &set) })
        .collect();
    if let Some(path) = &args.svg {
        file::replace(path, chart::draw(&curves, args.p).as_bytes())?;
    }
    let text = if args.json { document(args.p, &curves) } else { lines(args.p, &curves) };
    Ok(Answer { text, exit: Exit::Done })
}

/// What was asked for; the captor never owns more regions than there are.
fn regions(args: &CaptureArgs, set: &ChamberSet) -> Regions {
    let least = Regions::least(set);
    let held = args.held.unwrap_or(least.held);
    let all = args.regions.unwrap_or_else(|| least.all.max(held));
    Regions { held: held.min(all), all }
}

fn lines(p: f64, curves: &[Curve]) -> String {
    let mut text = format!("a captor with {p} of the pool\n");
    for Curve { phase, set, regions } in curves {
        let Regions { held, all } = regions;
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{phase} everywhere: {}", row(&Odds::spread(set, p)));
        let odds = Odds::concentrated(set, p, *regions);
        let _ = writeln!(text, "{phase} {held} of {all} regions: {}", row(&odds));
        let _ = writeln!(text, "{phase} fewest regions: {}", Regions::least(set).held);
    }
    text
}

fn row(odds: &Odds) -> String {
    let [proposal, ratification, challenge] = odds.chambers;
    format!(
        "proposal {proposal:.3e}, ratification {ratification:.3e}, challenge {challenge:.3e}, joint {:.3e}",
        odds.joint
    )
}

fn document(p: f64, curves: &[Curve]) -> String {
    let odds = |odds: Odds| {
        let [proposal, ratification, challenge] = odds.chambers;
        json!({
            "challenge": challenge,
            "joint": odds.joint,
            "proposal": proposal,
            "ratification": ratification,
        })
    };
    let phases: Vec<Value> = curves
        .iter()
        .map(|Curve { phase, set, regions }| {
            json!({
                "concentrated": odds(Odds::concentrated(set, p, *regions)),
                "everywhere": odds(Odds::spread(set, p)),
                "phase": phase.name(),
                "regions": regions.all,
                "regions_held": regions.held,
                "regions_held_min": Regions::least(set).held,
            })
        })
        .collect();
    format!("{:#}\n", json!({ "p": p, "phases": phases }))
}
