//! Checking one envelope: form and signature, and the statement inside; against securesystemslib, on one thread each.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use comity_replay::Keyring;
use comity_sign::Claim;
use comity_wire::Statement;
use comity_wire::dsse::Envelope;

use crate::measure::{Cost, Row, compare, rate, timed};
use crate::stream::Stream;

const ENVELOPES: usize = 512;
const ROUNDS: usize = 8;
const SCRIPT: &str = include_str!("../../peers/securesystemslib_verify.py");
/// The release that the ratio is named after.
const PEER: &str = "securesystemslib 1.6.0";

pub(super) fn run(stream: &Stream) -> anyhow::Result<()> {
    let step = (stream.statements.len() / ENVELOPES).max(1);
    let envelopes: Vec<&[u8]> =
        stream.statements.iter().step_by(step).map(|(_, bytes)| bytes.as_slice()).collect();
    let dir = tempfile::tempdir_in(super::work_dir()?)?;
    let mut peer = match Peer::start(dir.path(), &envelopes) {
        Ok(peer) => peer,
        Err(error) => {
            println!("dsse SKIPPED: no {PEER} on this machine: {error:#}");
            return Ok(());
        }
    };
    let payloads: Vec<Vec<u8>> = envelopes
        .iter()
        .map(|bytes| Envelope::decode(bytes).map(|envelope| envelope.payload))
        .collect::<Result<_, _>>()?;
    let expected = comity_wire::sha256(&payloads.concat()).to_string();
    let mut keyring = Keyring::default();
    for bytes in &envelopes {
        keyring.remember(&Claim::<Statement>::decode(bytes)?.claimed().signer)?;
    }
    let ours = || {
        timed(|| {
            let one = |bytes: &&[u8]| {
                Claim::<Statement>::decode(bytes).and_then(|claim| keyring.verify(claim))
            };
            Ok(envelopes.iter().map(one).collect::<Result<Vec<_>, _>>()?)
        })
    };
    let theirs = || {
        let (cost, count, digest) = peer.round()?;
        ensure!((count, &digest) == (envelopes.len(), &expected), "{PEER} read other payloads");
        Ok(cost)
    };
    let (ours, theirs) = compare(ROUNDS, ours, theirs)?;
    let count = envelopes.len();
    println!(
        "{}",
        Row {
            name: &format!("dsse/envelopes={count} threads=1 peer_is=securesystemslib-1.6.0"),
            ours: rate(count, ours.wall),
            peer: rate(count, theirs.wall),
            target: Some(5.0),
        }
    );
    Ok(())
}

/// A Python process that waits for its next round.
struct Peer {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Peer {
    fn start(dir: &Path, envelopes: &[&[u8]]) -> anyhow::Result<Self> {
        let (script, lines) = (dir.join("verify.py"), dir.join("envelopes.jsonl"));
        fs::write(&script, SCRIPT)?;
        fs::write(&lines, envelopes.join(&b'\n'))?;
        let mut child = Command::new(python()?)
            .arg(script)
            .arg(lines)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("start Python")?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            bail!("Python has no pipes");
        };
        let mut peer = Self { child, input, output: BufReader::new(output) };
        let said = peer.line()?;
        ensure!(said == PEER, "found {said:?}, the ratio is named after {PEER}");
        Ok(peer)
    }

    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }

    /// One round: its time, how many envelopes, and the hash of their payloads.
    fn round(&mut self) -> anyhow::Result<(Cost, usize, String)> {
        self.input.write_all(b"round\n")?;
        self.input.flush()?;
        let line = self.line()?;
        let mut words = line.split(' ');
        let (Some(took), Some(count), Some(digest)) = (words.next(), words.next(), words.next())
        else {
            bail!("{PEER} refused or died: {line:?}");
        };
        let wall = Duration::from_nanos(took.parse()?);
        Ok((Cost { wall, cpu: wall }, count.parse()?, digest.to_owned()))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The environment of the outside checkers if it is there, else one of our own with the same pins.
fn python() -> anyhow::Result<PathBuf> {
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
