//! The smoke lane: every target over its corpus and what dice make of it, for some seconds in total.
//!
//! ```text
//! smoke [--seconds N] [--seed S] [--target NAME]    report: runs and runs per second of each target
//! smoke --replay NAME FILE                          one input again
//! ```
//!
//! A finding is written to `fuzz/artifacts/<target>/` before the program ends, with the command that replays it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use comity_fuzz::mutate::Dice;
use comity_fuzz::{TARGETS, Target, target};

/// What is being run, for the panic hook.
static CURRENT: Mutex<(&str, Vec<u8>)> = Mutex::new(("", Vec::new()));

struct Plan {
    seconds: u64,
    seed: u64,
    only: Option<Target>,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    if let ["--replay", name, file] = words.as_slice() {
        return replay(name, Path::new(file));
    }
    let Some(plan) = plan(&words) else {
        eprintln!(
            "error: usage: smoke [--seconds N] [--seed S] [--target NAME] | --replay NAME FILE"
        );
        return ExitCode::from(2);
    };
    std::panic::set_hook(Box::new(|info| {
        let (name, input) = match CURRENT.try_lock() {
            Ok(current) => current.clone(),
            Err(_) => return,
        };
        eprintln!("error: {name}: {info}");
        keep(name, &input);
    }));
    let targets: Vec<Target> = plan.only.map_or_else(|| TARGETS.to_vec(), |only| vec![only]);
    let share = Duration::from_millis(plan.seconds * 1_000 / targets.len() as u64);
    println!("{:<26} {:>7} {:>10} {:>10}", "target", "corpus", "runs", "runs/s");
    for Target { name, run } in targets {
        let corpus = match corpus(name) {
            Ok(corpus) if !corpus.is_empty() => corpus,
            Ok(_) | Err(_) => {
                eprintln!("error: fuzz/corpus/{name} is missing or empty");
                return ExitCode::FAILURE;
            }
        };
        let once = |input: Vec<u8>| {
            if let Ok(mut current) = CURRENT.lock() {
                *current = (name, input);
            }
            // The lock is not held while the target runs: the hook needs it.
            let input = CURRENT.lock().map(|current| current.1.clone()).unwrap_or_default();
            run(&input);
        };
        corpus.iter().cloned().for_each(once);
        // Whatever a target prepares once is prepared now.
        let started = now();
        let mut dice = Dice::new(plan.seed);
        let mut runs: u64 = 0;
        while started.elapsed() < share {
            once(dice.input(&corpus));
            runs += 1;
        }
        let rate = runs as f64 / started.elapsed().as_secs_f64().max(0.001);
        println!("{name:<26} {:>7} {runs:>10} {rate:>10.0}", corpus.len());
    }
    ExitCode::SUCCESS
}

#[expect(clippy::disallowed_methods, reason = "how long to go on decides nothing that is hashed")]
fn now() -> Instant {
    Instant::now()
}

fn plan(words: &[&str]) -> Option<Plan> {
    let mut plan = Plan { seconds: 60, seed: 1, only: None };
    for pair in words.chunks(2) {
        match pair {
            ["--seconds", number] => {
                plan.seconds = number.parse().ok().filter(|seconds| *seconds <= 86_400)?
            }
            ["--seed", number] => plan.seed = number.parse().ok()?,
            ["--target", name] => plan.only = Some(target(name)?),
            _ => return None,
        }
    }
    Some(plan)
}

fn corpus(name: &str) -> std::io::Result<Vec<Vec<u8>>> {
    let dir = here().join("corpus").join(name);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(dir)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    paths.sort();
    paths.iter().map(std::fs::read).collect()
}

fn keep(name: &str, input: &[u8]) {
    let dir = here().join("artifacts").join(name);
    let file = dir.join(format!("smoke-{}", &comity_wire::sha256(input).to_string()[..16]));
    let written = std::fs::create_dir_all(&dir).and_then(|()| std::fs::write(&file, input));
    match written {
        Ok(()) => {
            eprintln!("hint: replay it with `cargo xtask fuzz --replay {name} {}`", file.display())
        }
        Err(error) => {
            eprintln!("hint: the input could not be written to {}: {error}", file.display())
        }
    }
}

fn replay(name: &str, file: &Path) -> ExitCode {
    let (Some(target), Ok(input)) = (target(name), std::fs::read(file)) else {
        eprintln!("error: no target {name}, or {} cannot be read", file.display());
        return ExitCode::from(2);
    };
    (target.run)(&input);
    println!("{name}: returned on {} bytes", input.len());
    ExitCode::SUCCESS
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
