//! `comity`: see `comity --help`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program talks")]

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "comity", version)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Tour(comity::cli::tour::TourArgs),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().verb {
        Verb::Tour(args) => print!("{}", comity::cli::tour::run(&args)?),
    }
    Ok(())
}
