//! Running other programs: one way to build a command, one way to fail.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use anyhow::{Context as _, bail};

/// The repository root: two levels above this crate's manifest.
pub(crate) fn repo_root() -> anyhow::Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().nth(2).context("find the repository root")?;
    Ok(root.to_path_buf())
}

/// Whether this is a run that must not skip anything (`CI=true`).
pub(crate) fn is_ci() -> bool {
    variable("CI").as_deref() == Some("true")
}

/// Reads one environment variable of this program.
#[expect(clippy::disallowed_methods, reason = "xtask is a binary: this is where it is configured")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A `cargo` command in the repository root, with warnings and incremental builds as CI wants them.
pub(crate) fn cargo(root: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(variable("CARGO").unwrap_or_else(|| "cargo".to_owned()));
    command.current_dir(root).args(args);
    if is_ci() {
        command.env("CARGO_INCREMENTAL", "0");
    }
    command
}

/// Where cargo puts its output (`CARGO_TARGET_DIR`, else `target`).
pub(crate) fn target_dir(root: &Path) -> PathBuf {
    variable("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir))
}

/// Runs a command with its output on the terminal; anything but success is an error.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let line = display(command);
    println!("    $ {line}");
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("start `{}`", command.get_program().to_string_lossy()))?;
    if !status.success() {
        bail!("`{line}` ended with {status}");
    }
    Ok(())
}

/// Runs a command and returns what it printed; anything but success is an error with its words.
pub(crate) fn capture(command: &mut Command) -> anyhow::Result<String> {
    let output = output(command)?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` ended with {}: {}", display(command), output.status, words.trim());
    }
    String::from_utf8(output.stdout).context("read the output as UTF-8")
}

/// Whether a command starts and succeeds; its output is dropped.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    output(command).is_ok_and(|output| output.status.success())
}

fn output(command: &mut Command) -> anyhow::Result<Output> {
    command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("start `{}`", command.get_program().to_string_lossy()))
}

fn display(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let mut words = vec![program.to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|arg| arg.to_string_lossy().into_owned()));
    words.join(" ")
}
