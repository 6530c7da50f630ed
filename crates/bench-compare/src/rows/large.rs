//! One record that is as long as a busy house's: time and memory of rechecking it, in a process of its own.
//!
//! The statements are account credits by one ledger keeper: the cheapest that a world accepts, so that what is measured
//! is what grows with the number of statements and not with what they say. An epoch is closed after every
//! [`EPOCH_STATEMENTS`].

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use comity_commitment::CommitmentFact;
use comity_mycel::MycelFact;
use comity_mycel::facts::AccountCredited;
use comity_replay::World;
use comity_replay::export::{RecordParts, origin, write_record};
use comity_replay::verify::{Options, verify_export};
use comity_sign::{IssuerSecret, Signed, SigningKey};
use comity_tlog::{Checkpoint, Frontier, SignedCheckpoint, leaf_hash};
use comity_verify::Directory;
use comity_wire::{Digest, SovereignId, Statement, Subject, Time, jcs, sha256};

use super::opening::opening;
use crate::machine::{cores, peak_mib};
use crate::measure::rate;
use crate::stream::Stream;

/// Credits between two closes of an epoch, a count.
const EPOCH_STATEMENTS: u64 = 20_000;
/// The targets for a million statements: seconds per core, and MiB.
const SECONDS_PER_MILLION: f64 = 60.0;
const PEAK_MIB_MAX: u64 = 1024;

/// Writes a record of about `count` statements and has another process recheck it.
pub(super) fn run(count: u64) -> anyhow::Result<()> {
    let dir = tempfile::tempdir_in(super::work_dir()?)?;
    println!("# writing a record of {count} statements");
    let made = write(count, dir.path())?;
    let status = Command::new(std::env::current_exe()?)
        .arg(super::LARGE_CHILD)
        .arg(dir.path())
        .arg(made.to_string())
        .status()
        .context("start the child")?;
    ensure!(status.success(), "the child ended with {status}");
    Ok(())
}

/// The child: verifies, then says how long it took and how much memory it held at most.
pub(crate) fn child(args: &mut dyn Iterator<Item = String>) -> anyhow::Result<()> {
    let dir = PathBuf::from(args.next().context("a folder is missing")?);
    let count: usize = args.next().context("a count is missing")?.parse()?;
    let source = Directory::open(&dir)?;
    let start = Instant::now();
    let report = verify_export(&source, &Options { threads: cores(), expect: Vec::new() })?;
    let took = start.elapsed();
    super::replay::check(&report, count)?;
    let rate = rate(count, took);
    #[expect(clippy::cast_precision_loss, reason = "a handful of cores")]
    let wanted = 1e6 / SECONDS_PER_MILLION * cores() as f64;
    let name = format!("replay/large={count} threads={}", cores());
    crate::measure::absolute(&name, rate, wanted);
    let peak = peak_mib();
    let verdict = if peak <= PEAK_MIB_MAX { "met" } else { "MISSED" };
    println!("replay/large={count} peak={peak}MiB target={PEAK_MIB_MAX}MiB {verdict}");
    Ok(())
}

/// A keeper and its record so far.
struct Keeper {
    world: World,
    secret: IssuerSecret,
    id: SovereignId,
    now: Time,
    envelopes: Vec<Box<[u8]>>,
    log: Frontier,
}

fn write(count: u64, dir: &Path) -> anyhow::Result<usize> {
    let mut keeper = Keeper::found()?;
    for number in 1..count {
        if number % EPOCH_STATEMENTS == 0 {
            keeper.close()?;
        } else {
            keeper.credit(number)?;
        }
    }
    let checkpoint = Checkpoint::new(&origin(keeper.id), keeper.log.size(), keeper.log.root())?;
    let checkpoint = SignedCheckpoint::sign(checkpoint, keeper.secret.ed25519());
    let files = write_record(
        "keeper",
        &RecordParts {
            envelopes: &keeper.envelopes,
            checkpoint: &checkpoint,
            parameters: &jcs::to_vec(&Stream::parameters().to_file())?,
            rules: &[],
            packages: &[],
        },
    )?;
    for (path, bytes) in files {
        let path = dir.join(path);
        fs::create_dir_all(path.parent().unwrap_or(dir))?;
        fs::write(path, bytes)?;
    }
    Ok(keeper.envelopes.len())
}

impl Keeper {
    fn found() -> anyhow::Result<Self> {
        let root = IssuerSecret::classical(SigningKey::from_seed([1; 32]));
        let secret = IssuerSecret::classical(SigningKey::from_seed([2; 32]));
        let (parameters, now) = (Stream::parameters(), comity::tour::START);
        let signed = opening(&root, &secret, "keeper", now)?;
        let id = SovereignId::of_genesis(signed.id());
        let world = World::new([parameters]);
        let mut keeper =
            Self { world, secret, id, now, envelopes: Vec::new(), log: Frontier::new() };
        keeper.take(&signed)?;
        Ok(keeper)
    }

    fn credit(&mut self, number: u64) -> anyhow::Result<()> {
        let fact = MycelFact::from(AccountCredited {
            account: self.id,
            amount: 1 + number % 1000,
            asset: "EUR-cent".to_owned(),
            reference: format!("payment {number}"),
        });
        self.state(fact.kind(), ("account", self.id.digest()), fact.encode()?)
    }

    fn close(&mut self) -> anyhow::Result<()> {
        let closed = self.world.closing(self.id, self.now)?.context("nothing to close")?;
        let (hash, fact) = (closed.hash, CommitmentFact::from(closed));
        self.now = self.now.plus(3600);
        self.state(fact.kind(), ("commitment", hash), fact.encode()?)
    }

    fn state(
        &mut self,
        kind: &str,
        (name, about): (&str, Digest),
        body: Box<serde_json::value::RawValue>,
    ) -> anyhow::Result<()> {
        let statement = Statement {
            kind: kind.to_owned(),
            subject: Subject { name: name.to_owned(), sha256: about },
            issuer: Some(self.id),
            signer: self.secret.id(),
            at: self.now,
            cites: Vec::new(),
            body,
        };
        self.take(&Signed::sign(&self.secret, statement)?)
    }

    fn take(&mut self, signed: &Signed<Statement>) -> anyhow::Result<()> {
        self.world.apply(self.id, signed)?;
        self.log.append(leaf_hash(sha256(signed.bytes()).as_bytes()));
        self.envelopes.push(signed.bytes().into());
        Ok(())
    }
}
