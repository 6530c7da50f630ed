//! Trust updates one by one, each durable before the next is begun: propose, sign, apply, append, fsync.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use comity_replay::{Keyring, World};
use comity_sign::{Claim, IssuerSecret, Signed};
use comity_store::Log;
use comity_trust::{Ended, TrustFact};
use comity_wire::{KeyId, SovereignId, Statement, StatementId, Subject, Time, sha256_concat};

use crate::measure::{Cost, Row, absolute, compare, rate, timed};
use crate::stream::Stream;

const UPDATES: usize = 512;
const ROUNDS: usize = 4;
/// What the bare peer writes per sync, in bytes: about one envelope.
const BARE_BYTES: usize = 1024;

/// One update to be made.
pub(super) struct Due {
    pub(super) record: SovereignId,
    pub(super) mission: StatementId,
    pub(super) actor: KeyId,
    pub(super) at: Time,
}

pub(super) fn run(stream: &Stream) -> anyhow::Result<()> {
    let (world, dues) = before(stream)?;
    let secrets = Stream::secrets();
    let dir = tempfile::tempdir_in(super::work_dir()?)?;
    let mut round = 0;
    let ours = || -> anyhow::Result<Cost> {
        round += 1;
        let path = dir.path().join(format!("log-{round}"));
        let (mut log, _) = Log::open(&path, &[7; 32])?;
        let mut after = world.clone();
        let cost = timed(|| {
            for due in &dues {
                let signed = update(&mut after, &secrets, due)?;
                log.append(signed.bytes())?;
            }
            Ok(())
        })?;
        drop(log);
        check(&path, &dues, world.clone(), &after)?;
        Ok(cost)
    };
    let bare = || bare(&dir.path().join("bare"), dues.len());
    let (ours, bare) = compare(ROUNDS, ours, bare)?;
    let (ours, bare) = (rate(dues.len(), ours.wall), rate(dues.len(), bare.wall));
    absolute(&format!("trust/updates={} batch=1 durable=fsync", dues.len()), ours, 1000.0);
    println!(
        "{}",
        Row { name: "trust/peer_is=bare-1KiB-fdatasync", ours, peer: bare, target: None }
    );
    Ok(())
}

/// The world of the stream without its trust updates and epochs, and the updates that are due in it.
fn before(stream: &Stream) -> anyhow::Result<(World, Vec<Due>)> {
    let mut world = World::new([Stream::parameters()]);
    let is_later = |kind: &str| {
        kind.starts_with("comity:trust/") || kind.starts_with("comity:commitment/epoch_closed/")
    };
    for ((record, _), signed) in stream.statements.iter().zip(stream.signed()?) {
        if !is_later(&signed.body().kind) {
            world.apply(*record, &signed)?;
        }
    }
    let mut dues = Vec::new();
    for (record, view) in world.records() {
        for (mission, found) in world.missions() {
            let actors = world.participants(record, found).into_iter();
            dues.extend(actors.map(|actor| Due { record, mission, actor, at: view.last }));
        }
    }
    dues.truncate(UPDATES);
    ensure!(dues.len() == UPDATES, "only {} updates are due", dues.len());
    Ok((world, dues))
}

pub(super) fn update(
    world: &mut World,
    secrets: &BTreeMap<KeyId, IssuerSecret>,
    due: &Due,
) -> anyhow::Result<Signed<Statement>> {
    let Due { record, mission, actor, at } = due;
    let (policy, ledger) = world.trust(*record).context("no account of trust")?;
    let work = world.work_of(*record, *mission, actor)?.context("no work")?;
    let epoch = u64::try_from(at.unix())? / policy.epoch_s();
    let ending = world.ending(*mission)?.context("the mission has not ended")?;
    let ended = Ended { mission: *mission, at: ending.at };
    let updated = ledger.propose(policy, actor, ended, epoch, work, *at)?;
    let fact = TrustFact::from(updated);
    let authority = world.directory().sovereign(*record)?.genesis.authority.clone();
    let about = sha256_concat(&[mission.digest().as_bytes(), actor.as_str().as_bytes()]);
    let statement = Statement {
        kind: fact.kind().to_owned(),
        subject: Subject { name: "trust".to_owned(), sha256: about },
        issuer: Some(*record),
        cites: world.unseen(*record, &[ending.shown_by]),
        body: fact.encode()?,
        at: *at,
        signer: authority,
    };
    let secret = secrets.get(&statement.signer).context("no secret")?;
    let signed = Signed::sign(secret, statement)?;
    world.apply(*record, &signed)?;
    Ok(signed)
}

/// What the log holds, read back and replayed, must be what was made.
fn check(path: &Path, dues: &[Due], mut world: World, after: &World) -> anyhow::Result<()> {
    let (log, _) = Log::open(path, &[7; 32])?;
    let keyring = Keyring::default();
    let mut dues = dues.iter();
    for frame in log.iter_from(0) {
        let signed = keyring.verify(Claim::<Statement>::decode(&frame?.body)?)?;
        world.apply(dues.next().context("an update too many")?.record, &signed)?;
    }
    ensure!(dues.next().is_none(), "an update is missing");
    for (record, _) in after.records() {
        let (read, made) = (world.trust(record), after.trust(record));
        if read.map(|(_, ledger)| ledger) != made.map(|(_, ledger)| ledger) {
            bail!("the trust of {record} is another after reading it back");
        }
    }
    Ok(())
}

/// As many writes of a fixed size at the end of a file, each synced.
fn bare(path: &Path, count: usize) -> anyhow::Result<Cost> {
    let file = File::create(path)?;
    let bytes = [0x5a; BARE_BYTES];
    timed(|| {
        for number in 0..count {
            file.write_all_at(&bytes, (number * BARE_BYTES) as u64)?;
            file.sync_data()?;
        }
        Ok(())
    })
}
