//! `comity-sim [--seed N] [--seeds K]`: runs seeds and prints what happened, one line each.

use std::process::ExitCode;

/// What can be asked for; one seed, from 0 on, unless told otherwise.
const USAGE: &str = "usage: comity-sim [--seed N] [--seeds K]";

/// The first seed and how many, or `None` for anything else than the usage says.
fn parse(mut words: impl Iterator<Item = String>) -> Option<(u64, u64)> {
    let (mut seed, mut seeds) = (0, 1);
    while let Some(word) = words.next() {
        let number = words.next()?.parse().ok()?;
        match word.as_str() {
            "--seed" => seed = number,
            "--seeds" => seeds = number,
            _ => return None,
        }
    }
    Some((seed, seeds))
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this is what the program is for")]
fn main() -> ExitCode {
    let Some((seed, seeds)) = parse(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let mut is_whole = true;
    for seed in (0..seeds).map(|number| seed.wrapping_add(number)) {
        match comity_sim::run(seed) {
            Ok(story) => println!("{story}"),
            Err(violation) => {
                is_whole = false;
                println!("seed {seed} FAILED: {violation}");
            }
        }
    }
    if is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
