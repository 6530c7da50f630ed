//! Project automation: what the README, the CI script and a developer call is this one program.
//!
//! It knows the repository and nothing about the product: it reads sources and manifests, runs
//! `cargo`, and asks stock software to check what our binaries wrote.
//!
//! ```text
//! cargo xtask test      everything CI checks, in CI's order (--quick: the local loop)
//! cargo xtask tidy      the house rules that no compiler knows, < 2 s
//! cargo xtask gen       rebuild generated files (--check: only compare)
//! cargo xtask fuzz      every decoder and state machine under random input
//! cargo xtask outside   provision and run the outside checkers
//! cargo xtask bench     ratios against the named peers
//! ```
//!
//! # Invariants
//!
//! 1. There is no second truth: CI runs `cargo xtask test` and nothing else.
//! 2. What a machine cannot provide is skipped aloud, and with `CI=true` a skip is a failure.
//! 3. Every tidy rule has a unit test with an input that it refuses.

#![allow(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "the names are those of our own repository, in lower case"
)]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "talking to the terminal is this program's whole job"
)]

mod codes;
mod fuzz;
mod r#gen;
mod lex;
mod limits;
mod outside;
mod shell;
mod suite;
mod tidy;
mod tree;

use std::process::ExitCode;

use anyhow::bail;

const USAGE: &str = "usage: cargo xtask <command>

  test [--quick]      everything CI checks; --quick leaves out release builds, docs, outside, slow
  tidy                house rules: layers, sizes, markers, documents, error codes, wasm
  gen [--check]       rebuild *.wasm from *.wat and the generated reference pages
  fuzz [ARGS...]      every decoder and state machine under random input; --seconds N, --target NAME
  outside [DIR...]    run the outside checkers on fresh exports, or on the given ones
  outside mesh        only the exchange with the other implementation of Genesis Mesh
  outside evm         only the contract and the anchor on an EVM node
  contract [--check]  compile the contract; or compare the committed code with what the compiler makes
  bench [ARGS...]     ratios against the named peers";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match dispatch(&words) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            for cause in error.chain().skip(1) {
                eprintln!("  because {cause}");
            }
            ExitCode::FAILURE
        }
    }
}

fn dispatch(words: &[&str]) -> anyhow::Result<ExitCode> {
    let root = shell::repo_root()?;
    match words {
        ["test"] => suite::run(&root, suite::Scope::Full),
        ["test", "--quick"] => suite::run(&root, suite::Scope::Quick),
        ["tidy"] => tidy::run(&root),
        ["gen"] => r#gen::run(&root, r#gen::Mode::Write),
        ["gen", "--check"] => r#gen::run(&root, r#gen::Mode::Check),
        ["fuzz", args @ ..] => fuzz::run(&root, args),
        ["outside", records @ ..] => outside::run(&root, records),
        ["contract"] => outside::evm::contract(&root, false),
        ["contract", "--check"] => outside::evm::contract(&root, true),
        ["bench", rest @ ..] => bench(&root, rest),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        _ => bail!("unknown command {words:?}\n{USAGE}"),
    }
}

/// Exit status 2 says that there is nothing to run here, as opposed to a bench that failed.
fn bench(root: &std::path::Path, rest: &[&str]) -> anyhow::Result<ExitCode> {
    if !root.join("crates/bench-compare/Cargo.toml").is_file() {
        eprintln!("error: crates/bench-compare does not exist in this tree: nothing to compare");
        return Ok(ExitCode::from(2));
    }
    // The program that some rows start.
    shell::run(&mut shell::cargo(root, &["build", "--release", "-p", "comity"]))?;
    let mut cargo = shell::cargo(root, &["run", "--release", "-p", "comity-bench-compare", "--"]);
    cargo.args(rest);
    shell::run(&mut cargo)?;
    Ok(ExitCode::SUCCESS)
}
