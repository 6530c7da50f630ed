//! Trust of ten thousand actors, one update after the other: computed, signed, recomputed by the ledger, durable in batches.
//!
//! The figure of the reference is one that was recorded with as many actors and a durable log: it writes its whole state for
//! every update, and checks no signature.

use std::collections::VecDeque;

use anyhow::{Context as _, ensure};
use comity_constitution::{ActorKind, RiskTier};
use comity_sign::{Claim, IssuerSecret, Signed, SigningKey};
use comity_store::{GroupCommit, Log};
use comity_trust::{Ended, Ledger, Nano, Policy, Role, Stamp, TrustFact, Work};
use comity_wire::{KeyId, SovereignId, Statement, StatementId, Subject, Time, sha256};

use crate::measure::{Cost, absolute, rate, timed};
use crate::stream::Stream;

const ACTORS: u64 = 10_000;
/// Updates that share an fsync.
const BATCH: usize = 1_024;
/// Batches that may wait for their fsync.
const BATCHES_OPEN: usize = 1;
const ROUNDS: usize = 4;
/// A hundred thousand times the 0.135 updates per second that were recorded of the reference.
const TARGET: f64 = 13_500.0;

/// One sovereign with its actors, none of them updated yet.
struct House {
    policy: Policy,
    ledger: Ledger,
    secret: IssuerSecret,
    record: SovereignId,
    actors: Vec<KeyId>,
    at: Time,
}

pub(super) fn run() -> anyhow::Result<()> {
    let house = House::new()?;
    let dir = tempfile::tempdir_in(super::work_dir()?)?;
    let mut best = Cost::MAX;
    for round in 0..ROUNDS {
        let path = dir.path().join(format!("log-{round}"));
        let (log, _) = Log::open(&path, &[7; 32])?;
        let mut after = house.ledger.clone();
        let mut kept = None;
        let cost = timed(|| {
            kept = Some(house.update_all(&mut after, log)?);
            Ok(())
        })?;
        house.check(&kept.context("no log")?, &after)?;
        std::fs::remove_file(path)?;
        best = best.least(cost);
    }
    let name = format!("trust/actors={ACTORS} batch={BATCH} durable=fsync signed=yes");
    absolute(&name, rate(house.actors.len(), best.wall), TARGET);
    Ok(())
}

impl House {
    fn new() -> anyhow::Result<Self> {
        let policy = Policy::from_parameters(&Stream::parameters());
        let (mut ledger, at) = (Ledger::new(), comity::tour::START);
        let key = |name: String| SigningKey::from_seed(*sha256(name.as_bytes()).as_bytes());
        let mut actors = Vec::new();
        for number in 0..ACTORS {
            let actor = key(format!("actor {number}")).public().key_id();
            let kind = if number.is_multiple_of(2) { ActorKind::Human } else { ActorKind::Machine };
            ledger.admit(&policy, actor.clone(), kind, at)?;
            actors.push(actor);
        }
        let secret = IssuerSecret::classical(key("authority".to_owned()));
        let record = SovereignId::of_genesis(StatementId::from_digest(sha256(b"genesis")));
        Ok(Self { policy, ledger, secret, record, actors, at: at.plus(86_400) })
    }

    /// Every update is synced before this returns; the next batch is made while one is written.
    fn update_all(&self, ledger: &mut Ledger, log: Log) -> anyhow::Result<Log> {
        let group = GroupCommit::start(log)?;
        let submitter = group.submitter();
        let mut tickets = VecDeque::new();
        for batch in self.actors.chunks(BATCH) {
            let frames = batch.iter().map(|actor| self.update(ledger, actor));
            tickets.push_back(submitter.submit(frames.collect::<anyhow::Result<_>>()?)?);
            if BATCHES_OPEN < tickets.len()
                && let Some(ticket) = tickets.pop_front()
            {
                ticket.wait()?;
            }
        }
        for ticket in tickets {
            ticket.wait()?;
        }
        Ok(group.close()?)
    }

    fn update(&self, ledger: &mut Ledger, actor: &KeyId) -> anyhow::Result<Vec<u8>> {
        let mission = StatementId::from_digest(sha256(actor.as_str().as_bytes()));
        let epoch = u64::try_from(self.at.unix())? / self.policy.epoch_s();
        let ended = Ended { mission, at: self.at };
        let updated = ledger.propose(&self.policy, actor, ended, epoch, work(mission), self.at)?;
        let fact = TrustFact::from(updated.clone());
        let statement = Statement {
            kind: fact.kind().to_owned(),
            subject: Subject { name: "trust".to_owned(), sha256: mission.digest() },
            issuer: Some(self.record),
            cites: Vec::new(),
            body: fact.encode()?,
            at: self.at,
            signer: self.secret.id(),
        };
        let signed = Signed::sign(&self.secret, statement)?;
        let stamp = Stamp { id: signed.id(), at: self.at };
        ledger.apply(&self.policy, stamp, self.at, &updated)?;
        Ok(signed.bytes().to_vec())
    }

    /// What the log holds, verified and folded in again, must be the ledger that was made.
    fn check(&self, log: &Log, made: &Ledger) -> anyhow::Result<()> {
        let (mut read, key) = (self.ledger.clone(), self.secret.public());
        let mut count = 0;
        for frame in log.iter_from(0) {
            let signed = Claim::<Statement>::decode(&frame?.body)?.verify(&key)?;
            let body = signed.body();
            let Some(TrustFact::Updated(updated)) = TrustFact::decode(&body.kind, &body.body)?
            else {
                anyhow::bail!("another statement than an update");
            };
            let stamp = Stamp { id: signed.id(), at: body.at };
            read.apply(&self.policy, stamp, body.at, &updated)?;
            count += 1;
        }
        ensure!(count == ACTORS, "{count} updates were kept");
        ensure!(read == *made, "the trust is another after reading it back");
        Ok(())
    }
}

/// A contribution that two reviewers approved.
fn work(mission: StatementId) -> Work {
    Work {
        accepted: true,
        alignment: None,
        approving: Nano::ratio(2, 1),
        deciding: Nano::ratio(2, 1),
        env_drift: Nano::ZERO,
        evidence: 2,
        minor: 0,
        proof_of_trust: Some(mission),
        risk_tier: RiskTier::R1,
        role: Role::Worker,
        severe: 0,
    }
}
