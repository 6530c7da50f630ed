//! A real EVM node, and the compiler that the contract's code is made with.
//!
//! Both are packages of npm, pinned with their hashes in `outside-checkers/evm/package-lock.json`.
//!
//! # Invariants
//!
//! 1. The committed code is what the pinned compiler makes of the committed source, byte for byte.
//! 2. The node that is started here is stopped here, whatever happens in between.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context as _, bail};

use super::{build_comity, ended, fresh, outside_dir};
use crate::{shell, suite::Outcome};

const SOURCES: &str = "outside-checkers/evm";
const CONTRACT: &str = "contracts/CommitmentAnchor.sol";
const ARTIFACT: &str = "contracts/CommitmentAnchor.json";

/// `cargo xtask contract [--check]`: compiles the contract, or compares what is committed with what the compiler makes.
pub(crate) fn contract(root: &Path, check: bool) -> anyhow::Result<ExitCode> {
    let dir = match provision(root, &outside_dir(root)?)? {
        Ok(dir) => dir,
        Err(why) => return Ok(ended(Outcome::Skipped(why))),
    };
    if check {
        compare(root, &dir)?;
    } else {
        compile(root, &dir, &root.join(ARTIFACT))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The committed code is the source's; then everything that the anchor says about a chain, on a chain.
pub(super) fn step(root: &Path) -> anyhow::Result<Outcome> {
    if !root.join("crates/anchor/Cargo.toml").is_file() {
        return Ok(Outcome::Skipped("the EVM (crates/anchor is not in this tree)".to_owned()));
    }
    let dir = match provision(root, &outside_dir(root)?)? {
        Ok(dir) => dir,
        Err(why) => return Ok(Outcome::Skipped(why)),
    };
    compare(root, &dir)?;
    let anvil = anvil(&dir).context("the package holds no node for this machine")?;
    let example = ["run", "--locked", "--release", "-p", "comity-anchor", "--example", "on_a_node"];
    let mut checks = shell::cargo(root, &example);
    checks.arg("--").arg(&anvil);
    if let Some(comity) = build_comity(root)? {
        checks.arg("--program").arg(comity).arg(fresh(&dir, "program")?);
    }
    shell::run(&mut checks)?;
    Ok(Outcome::Done)
}

fn compare(root: &Path, dir: &Path) -> anyhow::Result<()> {
    let made = dir.join("CommitmentAnchor.json");
    compile(root, dir, &made)?;
    let read = |path: &Path| fs::read(path).with_context(|| format!("read {}", path.display()));
    if read(&made)? != read(&root.join(ARTIFACT))? {
        bail!(
            "{ARTIFACT} is not what the compiler makes of {CONTRACT}: run `cargo xtask contract`"
        );
    }
    println!("    {ARTIFACT} is what the compiler makes of {CONTRACT}");
    Ok(())
}

fn compile(root: &Path, dir: &Path, out: &Path) -> anyhow::Result<()> {
    // Where the compiler is, so that Node finds it.
    let script = dir.join("compile.cjs");
    fs::copy(root.join(SOURCES).join("compile.cjs"), &script)?;
    shell::run(Command::new("node").arg(&script).arg(root.join(CONTRACT)).arg(out))
}

/// The node for this machine: the package brings one of several.
fn anvil(dir: &Path) -> Option<PathBuf> {
    let scope = dir.join("node_modules/@foundry-rs");
    let entries = fs::read_dir(scope).ok()?.filter_map(Result::ok);
    let mut binaries = entries.map(|entry| entry.path().join("bin/anvil"));
    binaries.find(|binary| binary.is_file())
}

/// Installs what is pinned; the inner error is the reason why this machine cannot.
fn provision(root: &Path, dir: &Path) -> anyhow::Result<Result<PathBuf, String>> {
    let dir = dir.join("evm");
    fs::create_dir_all(&dir)?;
    let pins = root.join(SOURCES).join("package-lock.json");
    let wanted = fs::read(&pins).with_context(|| format!("read {}", pins.display()))?;
    let stamp = dir.join("pins.json");
    if fs::read(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(Ok(dir));
    }
    for file in ["package.json", "package-lock.json"] {
        fs::copy(root.join(SOURCES).join(file), dir.join(file))?;
    }
    let mut install = Command::new("npm");
    install.current_dir(&dir);
    // Not `ci`, which wants the node's binaries for every other system in the lock file as well. The packages need none of
    // their scripts.
    let quietly = ["--no-audit", "--no-fund", "--loglevel=error"];
    install.args(["install", "--no-save", "--ignore-scripts"]).args(quietly);
    if let Err(error) = shell::run(&mut install) {
        return Ok(Err(format!("the pinned packages of npm: {error}")));
    }
    fs::write(&stamp, &wanted)?;
    Ok(Ok(dir))
}
