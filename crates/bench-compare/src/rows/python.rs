//! Python peers: the interpreter with the pinned packages, and a process that runs the blueprint's rules round by round.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};

use crate::measure::Cost;

const SCRIPT: &str = include_str!("../../peers/constitution.py");

/// The process, waiting for its next round.
pub(super) struct Peer {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    version: String,
}

impl Peer {
    pub(super) fn start(dir: &Path) -> anyhow::Result<Self> {
        let script = dir.join("constitution.py");
        fs::write(&script, SCRIPT)?;
        let mut child = Command::new(interpreter()?)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("start Python")?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            bail!("Python has no pipes");
        };
        let mut peer =
            Self { child, input, output: BufReader::new(output), version: String::new() };
        let said = peer.line()?;
        let version = said.strip_prefix("Python ").context("it is no Python")?;
        version.clone_into(&mut peer.version);
        Ok(peer)
    }

    /// The version, for the name of a row.
    pub(super) fn version(&self) -> String {
        format!("python-{}", self.version)
    }

    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }

    /// The time of one round and its answer.
    pub(super) fn round(&mut self, wanted: &str) -> anyhow::Result<(Cost, String)> {
        writeln!(self.input, "{wanted}")?;
        self.input.flush()?;
        let line = self.line()?;
        let Some((took, answer)) = line.split_once(' ') else {
            bail!("Python refused or died: {line:?}");
        };
        let wall = Duration::from_nanos(took.parse()?);
        Ok((Cost { wall, cpu: wall }, answer.to_owned()))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// An interpreter with the packages: the environment of the outside checkers if it is there, else one of our own with the same pins.
pub(super) fn interpreter() -> anyhow::Result<PathBuf> {
    let work = super::work_dir()?;
    let outside = work.with_file_name("outside").join("venv/bin/python");
    if outside.is_file() {
        return Ok(outside);
    }
    let venv = work.join("venv");
    let python = venv.join("bin/python");
    if !python.is_file() {
        quiet(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
        let pins = concat!(env!("CARGO_MANIFEST_DIR"), "/../../outside-checkers/requirements.txt");
        let result =
            quiet(Command::new(&python).args(["-m", "pip", "install", "--quiet", "-r", pins]));
        if result.is_err() {
            fs::remove_dir_all(&venv)?;
        }
        result?;
    }
    Ok(python)
}

fn quiet(command: &mut Command) -> anyhow::Result<()> {
    let output = command.stdin(Stdio::null()).output().context("start Python")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}", said.lines().last().unwrap_or("it said nothing"));
    Ok(())
}
