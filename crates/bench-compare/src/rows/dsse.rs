//! Checking one envelope, on one thread: canonical form, signature and the statement inside, against securesystemslib
//! with rfc8785 and in-toto-attestation doing the same; and the signature alone, against securesystemslib alone.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use comity_replay::Keyring;
use comity_sign::{Claim, PublicKey};
use comity_wire::dsse::{Envelope, pae};
use comity_wire::{KeyId, Statement};

use super::python::interpreter;
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
    let mut keys: BTreeMap<KeyId, PublicKey> = BTreeMap::new();
    for bytes in &envelopes {
        let signer = Claim::<Statement>::decode(bytes)?.claimed().signer.clone();
        keyring.remember(&signer)?;
        keys.insert(signer.clone(), PublicKey::from_key_id(&signer)?);
    }
    let statement = |bytes: &&[u8]| -> anyhow::Result<Vec<u8>> {
        let signed = Claim::<Statement>::decode(bytes).and_then(|claim| keyring.verify(claim))?;
        Ok(signed.id().to_string().into_bytes())
    };
    let signature = |bytes: &&[u8]| -> anyhow::Result<Vec<u8>> {
        let Envelope { payload, signatures } = Envelope::decode(bytes)?;
        let first = signatures.first().context("no signature")?;
        let key = keys.get(&first.keyid).context("a stranger")?;
        key.verify(&pae(&payload), first.sig.as_slice().try_into()?)?;
        Ok(payload)
    };
    let count = envelopes.len();
    let ours = || timed(|| envelopes.iter().map(statement).collect::<anyhow::Result<Vec<_>>>());
    let (ours, theirs) = compare(ROUNDS, ours, || peer.round("statement", count, &expected))?;
    let (ours, peer_rate) = (rate(count, ours.wall), rate(count, theirs.wall));
    let name = format!(
        "dsse/envelopes={count} threads=1 peer_is=securesystemslib-1.6.0+rfc8785+in-toto-attestation"
    );
    println!("{}", Row { name: &name, ours, peer: peer_rate, target: Some(5.0) });

    let ours = || timed(|| envelopes.iter().map(signature).collect::<anyhow::Result<Vec<_>>>());
    let (ours, theirs) = compare(ROUNDS, ours, || peer.round("signature", count, &expected))?;
    let (ours, peer_rate) = (rate(count, ours.wall), rate(count, theirs.wall));
    let name = "dsse/only=signature threads=1 peer_is=securesystemslib-1.6.0";
    println!("{}", Row { name, ours, peer: peer_rate, target: None });
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
        let mut child = Command::new(interpreter()?)
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

    /// The time of one round in which it checked `wanted`, once it has said that it read the same payloads.
    fn round(&mut self, wanted: &str, count: usize, expected: &str) -> anyhow::Result<Cost> {
        writeln!(self.input, "{wanted}")?;
        self.input.flush()?;
        let line = self.line()?;
        let mut words = line.split(' ');
        let (Some(took), Some(read), Some(digest)) = (words.next(), words.next(), words.next())
        else {
            bail!("{PEER} refused or died: {line:?}");
        };
        ensure!((read.parse(), digest) == (Ok(count), expected), "{PEER} read other payloads");
        let wall = Duration::from_nanos(took.parse()?);
        Ok(Cost { wall, cpu: wall })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
