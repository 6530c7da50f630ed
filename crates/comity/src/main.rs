//! `comity`: see `comity --help`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program talks")]

use comity::plant::Plant;
use comity::tour::{Options, PREDICATE, Progress, Tour};

struct Say;
impl Progress for Say {
    fn stage(&mut self, text: &str) {
        eprintln!("  … {text}");
    }
}

fn main() -> anyhow::Result<()> {
    let state = std::env::temp_dir().join(format!("comity-{}", std::process::id()));
    let options = Options {
        seed: 42,
        tier: comity_constitution::RiskTier::R1,
        orders: 1,
        state: state.clone(),
        predicate: PREDICATE.into(),
    };
    let mut tour = Tour::open(options)?;
    tour.town.on_refusal(|name, text| eprintln!("{name}: {text}"));
    tour.prepare(&mut Say)?;
    let args: Vec<String> = std::env::args().collect();
    let plant = match args.get(2) {
        Some(series) => Plant::read(series.as_ref(), args[3].as_ref())?,
        None => Plant::simulated(42),
    };
    let id = tour.place(0, &plant)?;
    tour.settle(id, &mut Say)?;
    tour.close(&mut Say)?;
    for (name, citizen) in tour.town.citizens() {
        eprintln!("{name}: {} statements", citizen.node.envelopes().len());
    }
    std::fs::remove_dir_all(state)?;
    Ok(())
}
