//! The whole check, as one list of steps that stops at the first failure.
//!
//! # Invariants
//!
//! 1. Every step is announced before it runs and timed after it.
//! 2. A step that this machine cannot run says `SKIPPED:` with its name and the reason; with
//!    `CI=true` that is a failure.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::{
    fuzz, r#gen, lex, outside, shell, tidy,
    tree::{Tree, room},
};

/// How much to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Full,
    /// No release builds, documentation, outside checkers or slow tests.
    Quick,
}

/// What a step that did not fail has to say.
pub(crate) enum Outcome {
    Done,
    /// Why this machine cannot run it.
    Skipped(String),
}

type Step = fn(&Path) -> anyhow::Result<Outcome>;

const QUICK: &[(&str, Step)] = &[
    ("formatting", formatting),
    ("clippy", clippy),
    ("tidy", |root| status(tidy::run(root)?, "tidy")),
    ("generated files", |root| status(r#gen::run(root, r#gen::Mode::Check)?, "gen --check")),
    ("tests", |root| run_tests(root, "default")),
];

const FULL: &[(&str, Step)] = &[
    ("formatting", formatting),
    ("clippy", clippy),
    ("tidy", |root| status(tidy::run(root)?, "tidy")),
    ("generated files", |root| status(r#gen::run(root, r#gen::Mode::Check)?, "gen --check")),
    ("release binaries", binaries),
    ("tests", |root| run_tests(root, "ci")),
    ("documentation", documentation),
    ("outside checkers", outside::step),
    ("fuzz smoke", fuzz::step),
    ("slow tests", slow_tests),
];

/// Runs the steps of `scope` in order.
pub(crate) fn run(root: &Path, scope: Scope) -> anyhow::Result<ExitCode> {
    let steps = match scope {
        Scope::Full => FULL,
        Scope::Quick => QUICK,
    };
    let mut rows = Vec::new();
    let mut failure = None;
    for (n, (name, step)) in steps.iter().enumerate() {
        println!("\n==> {}/{} {name}", n + 1, steps.len());
        let started = now();
        let outcome = step(root);
        let took = started.elapsed();
        let word = match outcome {
            Ok(Outcome::Done) => "ok",
            Ok(Outcome::Skipped(why)) => {
                println!("SKIPPED: {name}: {why}");
                if shell::is_ci() {
                    failure = Some(anyhow::anyhow!("{name} was skipped, and CI skips nothing"));
                }
                "SKIPPED"
            }
            Err(error) => {
                failure = Some(error.context(format!("step {name}")));
                "FAILED"
            }
        };
        rows.push((*name, took, word));
        if failure.is_some() {
            break;
        }
    }
    report(&rows);
    failure.map_or(Ok(ExitCode::SUCCESS), Err)
}

fn report(rows: &[(&str, Duration, &str)]) {
    println!("\n{:<20} {:>9}", "step", "seconds");
    for (name, took, word) in rows {
        println!("{name:<20} {:>7}.{}  {word}", took.as_secs(), took.subsec_millis() / 100);
    }
    let total: Duration = rows.iter().map(|(_, took, _)| *took).sum();
    println!("{:<20} {:>7}.{}", "total", total.as_secs(), total.subsec_millis() / 100);
}

#[expect(clippy::disallowed_methods, reason = "durations are printed and decide nothing")]
fn now() -> Instant {
    Instant::now()
}

fn status(code: ExitCode, name: &str) -> anyhow::Result<Outcome> {
    if code == ExitCode::SUCCESS { Ok(Outcome::Done) } else { bail!("{name} found something") }
}

fn formatting(root: &Path) -> anyhow::Result<Outcome> {
    shell::run(&mut shell::cargo(root, &["fmt", "--all", "--check"]))?;
    Ok(Outcome::Done)
}

fn clippy(root: &Path) -> anyhow::Result<Outcome> {
    let args = ["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"];
    shell::run(&mut shell::cargo(root, &args))?;
    Ok(Outcome::Done)
}

fn binaries(root: &Path) -> anyhow::Result<Outcome> {
    let packages = members_with(root, "bin")?;
    let mut cargo = shell::cargo(root, &["build", "--locked", "--release", "--bins"]);
    for package in packages.iter().filter(|package| *package != "xtask") {
        cargo.args(["-p", package]);
    }
    if packages.iter().all(|package| package == "xtask") {
        println!("    no binaries in this tree but xtask");
        return Ok(Outcome::Done);
    }
    shell::run(&mut cargo)?;
    Ok(Outcome::Done)
}

fn run_tests(root: &Path, profile: &str) -> anyhow::Result<Outcome> {
    if has_nextest(root) {
        let args = ["nextest", "run", "--locked", "--workspace", "--profile", profile];
        shell::run(&mut shell::cargo(root, &args))?;
        return Ok(Outcome::Done);
    }
    println!("cargo-nextest is missing: falling back to `cargo test`, one binary after another");
    let args = ["test", "--locked", "--workspace", "--all-targets", "--", "--skip", "_slow"];
    shell::run(&mut shell::cargo(root, &args))?;
    Ok(Outcome::Done)
}

/// Slow tests run optimised, and only the crates that have any are built for it.
fn slow_tests(root: &Path) -> anyhow::Result<Outcome> {
    let rooms = slow_rooms(&Tree::load(root)?);
    if rooms.is_empty() {
        println!("    no test name ends in _slow");
        return Ok(Outcome::Done);
    }
    let packages = packages_in(root, &rooms)?;
    let nextest = has_nextest(root);
    let mut cargo = if nextest {
        let args =
            ["nextest", "run", "--locked", "--cargo-profile", "release", "--profile", "slow"];
        shell::cargo(root, &args)
    } else {
        println!("cargo-nextest is missing: falling back to `cargo test`, filtered by _slow");
        shell::cargo(root, &["test", "--locked", "--release", "--all-targets"])
    };
    for package in &packages {
        cargo.args(["-p", package]);
    }
    if !nextest {
        cargo.args(["--", "_slow"]);
    }
    shell::run(&mut cargo)?;
    Ok(Outcome::Done)
}

/// The rooms with a function whose name ends in `_slow`.
fn slow_rooms(tree: &Tree) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for (path, src) in tree.texts(".rs").filter(|(_, src)| src.contains("_slow(")) {
        let masked = lex::mask(src);
        let has_one = masked.match_indices("_slow(").any(|(at, _)| {
            let line = masked.get(..at).and_then(|head| head.rsplit('\n').next());
            let name = line.and_then(|line| line.trim_start().strip_prefix("fn "));
            name.is_some_and(|name| !name.contains(|c: char| !c.is_alphanumeric() && c != '_'))
        });
        rooms.extend(room(path).filter(|_| has_one).map(str::to_owned));
    }
    rooms
}

fn documentation(root: &Path) -> anyhow::Result<Outcome> {
    let mut cargo = shell::cargo(root, &["doc", "--locked", "--workspace", "--no-deps"]);
    shell::run(cargo.env("RUSTDOCFLAGS", "-D warnings"))?;
    Ok(Outcome::Done)
}

fn has_nextest(root: &Path) -> bool {
    shell::succeeds(&mut shell::cargo(root, &["nextest", "--version"]))
}

/// The members that have a target of this kind (`bin`, `example`), by package name.
pub(crate) fn members_with(root: &Path, kind: &str) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for package in packages(root)? {
        let targets = package.get("targets").and_then(Value::as_array);
        let has_one = targets.into_iter().flatten().any(|target| {
            let kinds = target.get("kind").and_then(Value::as_array);
            kinds.into_iter().flatten().any(|found| found.as_str() == Some(kind))
        });
        names.extend(
            package.get("name").and_then(Value::as_str).filter(|_| has_one).map(str::to_owned),
        );
    }
    Ok(names)
}

fn packages_in(root: &Path, rooms: &BTreeSet<String>) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for package in packages(root)? {
        let manifest = package.get("manifest_path").and_then(Value::as_str).map(PathBuf::from);
        let folder = manifest.as_deref().and_then(Path::parent).and_then(Path::file_name);
        let ours = folder.is_some_and(|folder| rooms.contains(folder.to_string_lossy().as_ref()));
        names.extend(
            package.get("name").and_then(Value::as_str).filter(|_| ours).map(str::to_owned),
        );
    }
    Ok(names)
}

fn packages(root: &Path) -> anyhow::Result<Vec<Value>> {
    let args = ["metadata", "--no-deps", "--offline", "--format-version", "1"];
    let metadata = shell::capture(&mut shell::cargo(root, &args))?;
    let metadata: Value = serde_json::from_str(&metadata).context("read cargo metadata")?;
    Ok(metadata.get("packages").and_then(Value::as_array).cloned().unwrap_or_default())
}

#[cfg(test)]
mod tests;
