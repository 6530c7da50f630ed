//! Ratios: what this house does against named peers that do the same, in one process and one run.
//!
//! ```text
//!  stream ──▶ rows ──▶ measure ──▶ name key=value ours=… peer=… ratio=… target=… met|MISSED
//!  (tours)    (answer checked,     (order alternating,
//!              then timed)          best of the rounds)
//! ```
//!
//! `cargo xtask bench [--large COUNT] [ROW...]`: all rows, or those whose name begins with one given; `--large` adds the
//! time and memory of rechecking a record with so many statements. Exit code 1 says that an answer was wrong; a missed
//! target is only said aloud, since it depends on the machine.
//!
//! # Invariants
//!
//! 1. Nothing is timed before its answer has been checked.
//! 2. Both sides of a ratio run in the same rounds, alternating who goes first.
#![allow(
    clippy::disallowed_methods,
    clippy::float_arithmetic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that reads clocks, divides times and talks"
)]

mod authority;
mod load;
mod machine;
mod measure;
mod rows;
mod stream;

use std::process::ExitCode;

/// As in the programs that are measured here.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What the command line asks for.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// Statements of the large record, if it is wanted.
    large: Option<u64>,
    names: Vec<String>,
}

impl Wanted {
    fn has(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|wanted| name.starts_with(wanted.as_str()))
    }
}

fn main() -> ExitCode {
    let mut wanted = Wanted::default();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--large" => {
                let Some(count) = args.next().and_then(|count| count.parse().ok()) else {
                    eprintln!("error: --large needs a number of statements, e.g. 1000000");
                    return ExitCode::from(2);
                };
                wanted.large = Some(count);
            }
            rows::LARGE_CHILD => return ended(rows::child(&mut args)),
            "--help" | "-h" => {
                println!("comity-bench-compare [--large COUNT] [{}]...", rows::NAMES.join("|"));
                return ExitCode::SUCCESS;
            }
            name if rows::NAMES.iter().any(|known| known.starts_with(name)) => {
                wanted.names.push(arg);
            }
            _ => {
                eprintln!(
                    "error: no row named {arg}\nhint: the rows are {}",
                    rows::NAMES.join(", ")
                );
                return ExitCode::from(2);
            }
        }
    }
    ended(rows::run(&wanted))
}

fn ended(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
