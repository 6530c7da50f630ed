//! Missions of the lowest tier that a record undertakes for itself, from the draft to the trust of worker and reviewer.
//!
//! Two sides of the same statements: the record that makes them signs, folds and keeps them; whoever follows it verifies,
//! folds and keeps them. Each statement has its own Ed25519 signature, and all are on the disk before the clock stops.
//! Owner, workers and reviewers sign on other threads than the one that folds, as they would on machines of their own.

mod hands;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, mpsc};

use anyhow::{Context as _, ensure};
use comity_mesh::{ActorAdmitted, ActorKind, MeshFact, Role};
use comity_mission::facts::ReviewOpened;
use comity_mission::route;
use comity_replay::World;
use comity_sign::{IssuerSecret, Signed, SigningKey};
use comity_store::{GroupCommit, Log};
use comity_wire::{KeyId, SovereignId, Statement, sha256};

use self::hands::{Begun, Drawn, Hands, Work};
use super::ingest::{ingest, roots};
use super::opening::opening;
use super::trust::{Due, update};
use crate::machine::cores;
use crate::measure::{Cost, absolute, rate, timed};
use crate::stream::Stream;

const MISSIONS: u64 = 4_096;
/// Workers, and as many reviewers; missions that begin together, one for each worker.
const HANDS: u64 = 8;
/// Rounds that are signed ahead.
const AHEAD: u64 = 12;
/// Rounds whose ends may be on their way while the next are drawn for.
const ENDS_OPEN: u64 = 6;
/// Statements that share an fsync.
const BATCH: usize = 1_024;
/// Batches that may wait for their fsync.
const BATCHES_OPEN: usize = 1;
const ROUNDS: usize = 4;
const TARGET: f64 = 2_000.0;

pub(super) fn run() -> anyhow::Result<()> {
    let founded = Record::founded()?;
    let dir = tempfile::tempdir_in(super::work_dir()?)?;
    let (mut makes, mut follows) = (Cost::MAX, Cost::MAX);
    let mut statements = 0;
    for round in 0..ROUNDS {
        let path = dir.path().join(format!("made-{round}"));
        let (log, _) = Log::open(&path, &[7; 32])?;
        let mut record = founded.clone();
        let mut kept = None;
        let made = timed(|| {
            kept = Some(record.make(log)?);
            Ok(())
        })?;
        record.check()?;
        let log = kept.context("no log")?;
        let mut envelopes = Vec::new();
        for frame in log.iter_from(0) {
            envelopes.push((record.hands.id, frame?.body));
        }
        statements = envelopes.len();
        drop(log);
        std::fs::remove_file(path)?;
        makes = makes.least(made);
        follows = follows.least(follow(&founded, &record, &envelopes, dir.path())?);
    }
    let each = statements / usize::try_from(MISSIONS)?;
    for (side, cost) in [("made", makes), ("followed", follows)] {
        let name = format!("mission/tier=R0 side={side} statements_each={each} durable=fsync");
        absolute(&name, rate(usize::try_from(MISSIONS)?, cost.wall), TARGET);
        let per_cpu = rate(usize::try_from(MISSIONS)?, cost.cpu);
        println!("mission/side={side} per=cpu_second ours={per_cpu:.0}/s target=none");
    }
    Ok(())
}

/// What is read back is verified and folded into the founded record again; it must come to the same.
fn follow(
    founded: &Record,
    made: &Record,
    envelopes: &[(SovereignId, Vec<u8>)],
    dir: &std::path::Path,
) -> anyhow::Result<Cost> {
    let path = dir.join("followed");
    let (log, _) = Log::open(&path, &[7; 32])?;
    let mut world = founded.world.clone();
    let batches: Vec<_> = envelopes.chunks(BATCH).collect();
    let mut kept = None;
    let cost = timed(|| {
        kept = Some(ingest(&mut world, log, &batches)?);
        Ok(())
    })?;
    ensure!(roots(&world) == roots(&made.world), "the record is another");
    let accounts = |world: &World| world.trust(made.hands.id).map(|(_, ledger)| ledger.clone());
    ensure!(accounts(&world) == accounts(&made.world), "the trust is another");
    ensure!(kept.context("no log")?.len() == envelopes.len() as u64, "the log is another");
    std::fs::remove_file(path)?;
    Ok(cost)
}

/// One sovereign with its people and machines.
#[derive(Clone)]
struct Record {
    world: World,
    hands: Hands,
    frames: Vec<Vec<u8>>,
}

fn secret(name: &str) -> IssuerSecret {
    IssuerSecret::classical(SigningKey::from_seed(*sha256(name.as_bytes()).as_bytes()))
}

impl Record {
    fn founded() -> anyhow::Result<Self> {
        let (parameters, at) = (Stream::parameters(), comity::tour::START);
        let mut world = World::new([parameters]);
        let (root, authority) = (secret("root"), secret("authority"));
        let signed = opening(&root, &authority, "bureau", at)?;
        let id = SovereignId::of_genesis(signed.id());
        world.apply(id, &signed)?;
        let by = authority.id();
        let secrets = BTreeMap::from([(by.clone(), authority)]);
        let hands = Hands { id, founded: at, owner: by.clone(), secrets, workers: Vec::new() };
        let mut record = Self { world, hands, frames: Vec::new() };
        record.hands.owner = record.admit(&by, "owner", Role::Owner)?;
        for number in 0..HANDS {
            let worker = record.admit(&by, &format!("worker {number}"), Role::Worker)?;
            record.hands.workers.push(worker);
            record.admit(&by, &format!("reviewer {number}"), Role::Reviewer)?;
        }
        record.frames.clear();
        Ok(record)
    }

    fn admit(&mut self, by: &KeyId, name: &str, role: Role) -> anyhow::Result<KeyId> {
        let key = secret(name);
        let is_human = role == Role::Owner;
        let (model_family, method_type) =
            if is_human { ("human", "human_reviewer") } else { ("engine", "reasoning_model") };
        let admitted = MeshFact::from(ActorAdmitted {
            name: name.to_owned(),
            key: key.id(),
            actor: if is_human { ActorKind::Human } else { ActorKind::Machine },
            model_family: model_family.to_owned(),
            method_type: method_type.to_owned(),
            organisation: "bureau ltd".to_owned(),
            region: "eu".to_owned(),
            roles: vec![role],
        });
        let id = key.id();
        let body = (admitted.kind(), admitted.encode()?);
        let signed = self.hands.sign(by, body, sha256(name.as_bytes()), self.hands.founded)?;
        self.fold(signed)?;
        self.hands.secrets.insert(id.clone(), key);
        Ok(id)
    }

    /// All missions; every frame is synced before this returns.
    fn make(&mut self, log: Log) -> anyhow::Result<Log> {
        let group = GroupCommit::start(log)?;
        let (jobs, queue) = mpsc::channel();
        let (hands, queue) = (self.hands.clone(), Mutex::new(queue));
        std::thread::scope(|scope| {
            for _ in 0..cores() {
                scope.spawn(|| hands.work(&queue));
            }
            let done = self.rounds(&jobs, &group);
            // That ends the threads.
            drop(jobs);
            done
        })?;
        Ok(group.close()?)
    }

    /// Round after round: what was begun is folded and drawn for, what was drawn before is ended.
    fn rounds(&mut self, jobs: &mpsc::Sender<Work>, group: &GroupCommit) -> anyhow::Result<()> {
        let (rounds, submitter) = (MISSIONS / HANDS, group.submitter());
        let (mut begun, mut drawn, mut tickets) =
            <(VecDeque<_>, VecDeque<_>, VecDeque<_>)>::default();
        for round in 0..rounds + AHEAD {
            if round < rounds {
                let (answer, pending) = mpsc::channel();
                jobs.send(Work::Begin(round, answer))?;
                begun.push_back(pending);
            }
            let Some(now) = round.checked_sub(AHEAD) else { continue };
            let began = begun.pop_front().context("nothing was begun")?.recv()??;
            let drew = began.into_iter().map(|begun| self.draw(now, begun));
            let drew = drew.collect::<anyhow::Result<Vec<_>>>()?;
            let (answer, pending) = mpsc::channel();
            // They are folded after the openings of a later round, so they bear its date.
            jobs.send(Work::End(now + ENDS_OPEN, drew, answer))?;
            drawn.push_back(pending);
            if ENDS_OPEN < drawn.len() as u64
                && let Some(before) = drawn.pop_front()
            {
                self.end(now, before.recv()??)?;
            }
            if BATCH <= self.frames.len() {
                tickets.push_back(submitter.submit(std::mem::take(&mut self.frames))?);
                if BATCHES_OPEN < tickets.len()
                    && let Some(ticket) = tickets.pop_front()
                {
                    ticket.wait()?;
                }
            }
        }
        for (round, pending) in (rounds..).zip(drawn) {
            self.end(round, pending.recv()??)?;
        }
        tickets.push_back(submitter.submit(std::mem::take(&mut self.frames))?);
        for ticket in tickets {
            ticket.wait()?;
        }
        Ok(())
    }

    fn fold(&mut self, signed: Signed<Statement>) -> anyhow::Result<()> {
        self.world.apply(self.hands.id, &signed)?;
        self.frames.push(signed.into_bytes());
        Ok(())
    }

    /// Folds what was begun and opens the review by the draw that follows from the shares.
    fn draw(&mut self, round: u64, mut begun: Begun) -> anyhow::Result<Drawn> {
        for signed in std::mem::take(&mut begun.statements) {
            self.fold(signed)?;
        }
        let mission = begun.mission;
        let view = self.world.mission(mission)?;
        let work = view.mission.phase().work().context("no work")?;
        let beacon = work.own_beacon(mission, &begun.share);
        let request = view.mission.route_request(beacon).context("no draw")?;
        let reviewers = route(&self.world.reviewer_pool(view)?, &request)?;
        let reviewer = reviewers.first().context("nobody was drawn")?.clone();
        let (beacon, share) = (Some(beacon), Some(begun.share));
        let body = ReviewOpened { mission, reviewers, beacon, share, amendment: None };
        let opened = self.hands.tell(round, &self.hands.owner, body)?;
        self.fold(opened)?;
        Ok(Drawn { begun, reviewer })
    }

    /// Folds what ends a round, and takes it into the accounts of worker and reviewer.
    fn end(&mut self, round: u64, ended: Vec<Drawn>) -> anyhow::Result<()> {
        for Drawn { begun, reviewer } in ended {
            for signed in begun.statements {
                self.fold(signed)?;
            }
            for actor in [begun.worker, reviewer] {
                let (record, at) = (self.hands.id, self.hands.date(round));
                let due = Due { record, mission: begun.mission, actor, at };
                let signed = update(&mut self.world, &self.hands.secrets, &due)?;
                self.frames.push(signed.into_bytes());
            }
        }
        Ok(())
    }

    /// Every mission is over, and both who took part have it in their accounts.
    fn check(&self) -> anyhow::Result<()> {
        let (_, ledger) = self.world.trust(self.hands.id).context("no account of trust")?;
        let mut over = 0;
        for (id, view) in self.world.missions() {
            ensure!(view.mission.phase().is_completed(), "mission {id} is not over");
            let took_part = self.world.participants(self.hands.id, view);
            ensure!(took_part.len() == 2, "{} took part", took_part.len());
            ensure!(took_part.iter().all(|actor| ledger.is_updated(actor, id)), "not updated");
            over += 1;
        }
        ensure!(over == MISSIONS, "{over} missions are over");
        Ok(())
    }
}
