//! `comity-sim --seed N [--seeds K]`: runs seeds and prints what happened, one line each.

use std::process::ExitCode;

use clap::Parser;

/// Runs the deterministic simulator.
#[derive(Debug, Parser)]
struct Arguments {
    /// First seed.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// How many seeds to run, from the first on.
    #[arg(long, default_value_t = 1)]
    seeds: u64,
}

#[expect(clippy::print_stdout, reason = "this is what the program is for")]
fn main() -> ExitCode {
    let Arguments { seed, seeds } = Arguments::parse();
    let mut failed = 0_u64;
    for seed in (0..seeds).map(|number| seed.wrapping_add(number)) {
        match comity_sim::run(seed) {
            Ok(story) => println!("{story}"),
            Err(violation) => {
                failed += 1;
                println!("seed {seed} FAILED: {violation}");
            }
        }
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
