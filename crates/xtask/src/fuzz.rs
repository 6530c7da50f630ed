//! The smoke lane of `fuzz/`: every target for a moment, on the compiler that the repository pins.
//!
//! `fuzz/` is a workspace of its own with a lock file of its own. It is built into our target folder with our
//! release profile, so that what the release binaries have built is not built again.

use std::{fs, path::Path, process::ExitCode};

use anyhow::Context as _;

use crate::{shell, suite::Outcome};

const MANIFEST: &str = "fuzz/Cargo.toml";
/// What one whole check spends in targets, in seconds: about one for each.
const STEP_SECONDS: &str = "50";

/// `cargo xtask fuzz [ARGS...]`: the whole step; with arguments, only the smoke program, which takes them.
pub(crate) fn run(root: &Path, args: &[&str]) -> anyhow::Result<ExitCode> {
    if args.is_empty() {
        step(root)?;
    } else {
        follow_lock(root)?;
        smoke(root, args)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn smoke(root: &Path, args: &[&str]) -> anyhow::Result<()> {
    let mut cargo = fuzz(root, &["run", "--release", "--features", "smoke", "--bin", "smoke"]);
    cargo.arg("--").args(args);
    shell::run(&mut cargo)
}

/// The step of `cargo xtask test`: form, warnings, then the smoke lane.
pub(crate) fn step(root: &Path) -> anyhow::Result<Outcome> {
    follow_lock(root)?;
    let form = ["fmt", "--manifest-path", MANIFEST, "--check"];
    shell::run(&mut shell::cargo(root, &form))?;
    let checked = ["clippy", "--features", "smoke", "--lib", "--bins", "--tests"];
    let mut clippy = fuzz(root, &checked);
    shell::run(clippy.args(["--", "-D", "warnings"]))?;
    shell::run(&mut fuzz(root, &["test", "--lib"]))?;
    smoke(root, &["--seconds", STEP_SECONDS])?;
    Ok(Outcome::Done)
}

fn fuzz(root: &Path, args: &[&str]) -> std::process::Command {
    let mut cargo = shell::cargo(root, args.get(..1).unwrap_or_default());
    cargo.args(["--manifest-path", MANIFEST, "--target-dir"]).arg(shell::target_dir(root));
    cargo.args(args.get(1..).unwrap_or_default());
    cargo
}

/// Takes the versions of the main lock file over if a dependency of ours has changed since.
fn follow_lock(root: &Path) -> anyhow::Result<()> {
    let resolve = |lock: &[&str]| {
        let mut cargo = shell::cargo(root, &["metadata", "--quiet", "--format-version", "1"]);
        cargo.args(["--manifest-path", MANIFEST]).args(lock);
        cargo
    };
    if shell::succeeds(&mut resolve(&["--locked"])) {
        return Ok(());
    }
    println!("fuzz/Cargo.lock is behind Cargo.lock: taking its versions over");
    fs::copy(root.join("Cargo.lock"), root.join("fuzz/Cargo.lock")).context("copy Cargo.lock")?;
    shell::capture(&mut resolve(&[])).map(|_| ()).context("resolve the fuzz workspace")
}
