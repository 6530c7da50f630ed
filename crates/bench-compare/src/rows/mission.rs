//! Missions of the lowest tier that a record undertakes for itself, from the draft to the trust of worker and reviewer.
//!
//! Two sides of the same statements: the record that makes them signs, folds and keeps them; whoever follows it verifies,
//! folds and keeps them. Each statement has its own Ed25519 signature, and all are on the disk before the clock stops.

use std::collections::{BTreeMap, VecDeque};

use anyhow::{Context as _, ensure};
use comity_constitution::{DomainType, RiskTier};
use comity_mesh::{ActorAdmitted, ActorKind, Genesis, MeshFact, Role};
use comity_mission::facts::{
    Completed, Decision, Decomposed, Drafted, EvidenceAttached, EvidenceOfTrust, EvidenceOfWork,
    Gate, GateOpened, Integrated, ReviewOpened, Reviewed, Scoped, Started, Task, TaskId,
};
use comity_mission::{MissionFact, draw, route};
use comity_replay::World;
use comity_sign::{IssuerSecret, Signed, SigningKey};
use comity_store::{GroupCommit, Log};
use comity_wire::private::RawValue;
use comity_wire::{Digest, KeyId, SovereignId, Statement, StatementId, Subject, Time, sha256};

use super::ingest::{ingest, roots};
use super::trust::{Due, update};
use crate::measure::{Cost, absolute, rate, timed};
use crate::stream::Stream;

const MISSIONS: u64 = 4_096;
/// Workers, and as many reviewers.
const HANDS: u64 = 8;
/// Time between two missions: so long that ordinary work stays below the guard.
const EVERY_S: i64 = 450;
/// Statements that share an fsync.
const BATCH: usize = 1_024;
/// Batches that may wait for their fsync.
const BATCHES_OPEN: usize = 1;
const ROUNDS: usize = 4;
const TARGET: f64 = 2_000.0;
const TASK: &str = "write";

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
            envelopes.push((record.id, frame?.body));
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
    let accounts = |world: &World| world.trust(made.id).map(|(_, ledger)| ledger.clone());
    ensure!(accounts(&world) == accounts(&made.world), "the trust is another");
    ensure!(kept.context("no log")?.len() == envelopes.len() as u64, "the log is another");
    std::fs::remove_file(path)?;
    Ok(cost)
}

/// One sovereign with its people and machines.
#[derive(Clone)]
struct Record {
    world: World,
    id: SovereignId,
    at: Time,
    owner: KeyId,
    /// Everybody who signs, the authority included.
    secrets: BTreeMap<KeyId, IssuerSecret>,
    workers: Vec<KeyId>,
    frames: Vec<Vec<u8>>,
}

fn secret(name: &str) -> IssuerSecret {
    IssuerSecret::classical(SigningKey::from_seed(*sha256(name.as_bytes()).as_bytes()))
}

impl Record {
    fn founded() -> anyhow::Result<Self> {
        let (parameters, at) = (Stream::parameters(), comity::tour::START);
        let mut world = World::new([parameters.clone()]);
        let (root, authority) = (secret("root"), secret("authority"));
        let genesis = MeshFact::from(Genesis {
            name: "bureau".to_owned(),
            organisation: "bureau ltd".to_owned(),
            region: "eu".to_owned(),
            root: root.id(),
            authority: authority.id(),
            authority_ml_dsa: None,
            parameters: parameters.hash(),
            witnesses_min: 0,
        });
        let statement = Statement {
            kind: genesis.kind().to_owned(),
            subject: Subject { name: "parameters".to_owned(), sha256: parameters.hash() },
            issuer: None,
            signer: root.id(),
            at,
            cites: Vec::new(),
            body: genesis.encode()?,
        };
        let signed = Signed::sign(&root, statement)?;
        let id = SovereignId::of_genesis(signed.id());
        world.apply(id, &signed)?;
        let by = authority.id();
        let secrets = BTreeMap::from([(by.clone(), authority)]);
        let (workers, frames) = (Vec::new(), Vec::new());
        let mut record = Self { world, id, at, owner: by.clone(), secrets, workers, frames };
        record.owner = record.admit(&by, "owner", Role::Owner)?;
        for number in 0..HANDS {
            let worker = record.admit(&by, &format!("worker {number}"), Role::Worker)?;
            record.workers.push(worker);
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
        self.state(by, (admitted.kind(), admitted.encode()?), sha256(name.as_bytes()))?;
        self.secrets.insert(id.clone(), key);
        Ok(id)
    }

    /// All missions, one after the other; every frame is synced before this returns.
    fn make(&mut self, log: Log) -> anyhow::Result<Log> {
        let group = GroupCommit::start(log)?;
        let submitter = group.submitter();
        let mut tickets = VecDeque::new();
        for number in 0..MISSIONS {
            self.mission(number)?;
            if BATCH <= self.frames.len() || number + 1 == MISSIONS {
                tickets.push_back(submitter.submit(std::mem::take(&mut self.frames))?);
                if BATCHES_OPEN < tickets.len()
                    && let Some(ticket) = tickets.pop_front()
                {
                    ticket.wait()?;
                }
            }
        }
        for ticket in tickets {
            ticket.wait()?;
        }
        Ok(group.close()?)
    }

    fn mission(&mut self, number: u64) -> anyhow::Result<()> {
        self.at = self.at.plus(EVERY_S);
        let owner = self.owner.clone();
        let hand = usize::try_from(number % HANDS)?;
        let worker = self.workers.get(hand).context("no worker")?.clone();
        let title = format!("chapter {number}");
        let mission = self.tell(&owner, Drafted { order: None, title, owner: owner.clone() })?;
        self.plan(mission, &owner)?;

        let (share, artifact) = (digest(b"share", mission), digest(b"artifact", mission));
        let committed = Some(draw::commit(mission, 1, &share));
        let body = Started { mission, worker: worker.clone(), attempt: 1, share: committed };
        self.tell(&owner, body)?;
        let (task, nonce) = (TaskId::new(TASK), digest(b"nonce", mission));
        let done = self.tell(&worker, EvidenceOfWork { mission, task, artifact, nonce })?;
        let body = EvidenceAttached { mission, work: vec![done], commitment: None, claim: None };
        let claim = self.tell(&owner, body)?;

        let reviewer = self.open(mission, &owner, share)?;
        let (reason, decision) = ("reads well".to_owned(), Decision::Approve);
        let body = Reviewed { mission, claim, decision, report: None, reason, flag: None };
        let review = self.tell(&reviewer, body)?;
        let (task, by) = (TaskId::new(TASK), worker.clone());
        let body = EvidenceOfTrust { mission, task, artifact, worker: by, review };
        self.tell(&reviewer, body)?;
        self.tell(&owner, Integrated { mission, artifact, reviews: vec![review] })?;
        self.tell(&owner, GateOpened { mission })?;
        self.tell(&owner, Completed { mission, gate: Gate::Automatic, approval: None })?;
        for actor in [worker, reviewer] {
            let due = Due { record: self.id, mission, actor, at: self.at };
            let signed = update(&mut self.world, &self.secrets, &due)?;
            self.frames.push(signed.bytes().to_vec());
        }
        Ok(())
    }

    fn plan(&mut self, mission: StatementId, owner: &KeyId) -> anyhow::Result<()> {
        let domain_type = DomainType::Objective;
        let body = Scoped {
            mission,
            mission_class: "documentation_update".to_owned(),
            risk_tier: RiskTier::R0,
            domain_type,
            scope: "one chapter of the guide".to_owned(),
        };
        self.tell(owner, body)?;
        let (id, title) = (TaskId::new(TASK), "Write the chapter".to_owned());
        let tasks = vec![Task { id, title, domain_type, depends_on: Vec::new() }];
        self.tell(owner, Decomposed { mission, tasks })?;
        Ok(())
    }

    /// Opens the review by the draw that follows from the shares; who was drawn.
    fn open(
        &mut self,
        mission: StatementId,
        owner: &KeyId,
        share: Digest,
    ) -> anyhow::Result<KeyId> {
        let view = self.world.mission(mission)?;
        let work = view.mission.phase().work().context("no work")?;
        let beacon = work.own_beacon(mission, &share);
        let request = view.mission.route_request(beacon).context("no draw")?;
        let reviewers = route(&self.world.reviewer_pool(view)?, &request)?;
        let reviewer = reviewers.first().context("nobody was drawn")?.clone();
        let (beacon, share) = (Some(beacon), Some(share));
        self.tell(owner, ReviewOpened { mission, reviewers, beacon, share, amendment: None })?;
        Ok(reviewer)
    }

    fn tell(&mut self, by: &KeyId, fact: impl Into<MissionFact>) -> anyhow::Result<StatementId> {
        let fact = fact.into();
        let about = fact.mission().map_or_else(|| sha256(b"draft"), |mission| mission.digest());
        self.state(by, (fact.kind(), fact.encode()?), about)
    }

    fn state(
        &mut self,
        by: &KeyId,
        (kind, body): (&str, Box<RawValue>),
        about: Digest,
    ) -> anyhow::Result<StatementId> {
        let statement = Statement {
            kind: kind.to_owned(),
            subject: Subject { name: "mission".to_owned(), sha256: about },
            issuer: Some(self.id),
            signer: by.clone(),
            at: self.at,
            cites: Vec::new(),
            body,
        };
        let signed = Signed::sign(self.secrets.get(by).context("no secret")?, statement)?;
        self.world.apply(self.id, &signed)?;
        self.frames.push(signed.bytes().to_vec());
        Ok(signed.id())
    }

    /// Every mission is over, and both who took part have it in their accounts.
    fn check(&self) -> anyhow::Result<()> {
        let (_, ledger) = self.world.trust(self.id).context("no account of trust")?;
        let mut over = 0;
        for (id, view) in self.world.missions() {
            ensure!(view.mission.phase().is_completed(), "mission {id} is not over");
            let took_part = self.world.participants(self.id, view);
            ensure!(took_part.len() == 2, "{} took part", took_part.len());
            ensure!(took_part.iter().all(|actor| ledger.is_updated(actor, id)), "not updated");
            over += 1;
        }
        ensure!(over == MISSIONS, "{over} missions are over");
        Ok(())
    }
}

fn digest(what: &[u8], mission: StatementId) -> Digest {
    comity_wire::sha256_concat(&[what, mission.digest().as_bytes()])
}
