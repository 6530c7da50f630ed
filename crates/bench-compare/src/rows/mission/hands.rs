//! Owner, workers and reviewers: what they sign, on threads of their own.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError, mpsc};

use anyhow::Context as _;
use comity_constitution::{DomainType, RiskTier};
use comity_mission::facts::{
    Completed, Decision, Decomposed, Drafted, EvidenceAttached, EvidenceOfTrust, EvidenceOfWork,
    Gate, GateOpened, Integrated, Reviewed, Scoped, Started, Task, TaskId,
};
use comity_mission::{MissionFact, draw};
use comity_sign::{IssuerSecret, Signed};
use comity_wire::private::RawValue;
use comity_wire::{Digest, KeyId, SovereignId, Statement, StatementId, Subject, Time, sha256};

const TASK: &str = "write";
/// Time between two rounds: so long that ordinary work stays below the guard.
const EVERY_S: i64 = 3_600;

/// Those who sign.
#[derive(Clone)]
pub(super) struct Hands {
    pub(super) id: SovereignId,
    pub(super) founded: Time,
    pub(super) owner: KeyId,
    /// The authority included.
    pub(super) secrets: BTreeMap<KeyId, IssuerSecret>,
    pub(super) workers: Vec<KeyId>,
}

/// A mission, from its draft to its bundle.
pub(super) struct Begun {
    pub(super) mission: StatementId,
    pub(super) claim: StatementId,
    pub(super) worker: KeyId,
    pub(super) share: Digest,
    pub(super) artifact: Digest,
    pub(super) statements: Vec<Signed<Statement>>,
}

/// What is to be signed when the reviewer is known.
pub(super) struct Drawn {
    pub(super) begun: Begun,
    pub(super) reviewer: KeyId,
}

/// What the other threads sign.
pub(super) enum Work {
    Begin(u64, mpsc::Sender<anyhow::Result<Vec<Begun>>>),
    End(u64, Vec<Drawn>, mpsc::Sender<anyhow::Result<Vec<Drawn>>>),
}

impl Hands {
    pub(super) fn date(&self, round: u64) -> Time {
        self.founded.plus(EVERY_S * i64::try_from(round + 1).unwrap_or(i64::MAX))
    }

    /// Signs what it is given, until nobody gives anything.
    pub(super) fn work(&self, queue: &Mutex<mpsc::Receiver<Work>>) {
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        while let Ok(work) = next() {
            // Whoever does not wait for the answer has failed and says so itself.
            match work {
                Work::Begin(round, answer) => {
                    let all = self.workers.iter().map(|worker| self.begin(round, worker));
                    drop(answer.send(all.collect()));
                }
                Work::End(round, drawn, answer) => {
                    let all = drawn.into_iter().map(|drawn| self.finish(round, drawn));
                    drop(answer.send(all.collect()));
                }
            }
        }
    }

    fn begin(&self, round: u64, worker: &KeyId) -> anyhow::Result<Begun> {
        let (owner, domain_type) = (&self.owner, DomainType::Objective);
        let title = format!("chapter {round} of {worker}");
        let drafted = Drafted { order: None, title, owner: owner.clone() };
        let drafted = self.tell(round, owner, drafted)?;
        let mission = drafted.id();
        let scoped = Scoped {
            mission,
            mission_class: "documentation_update".to_owned(),
            risk_tier: RiskTier::R0,
            domain_type,
            scope: "one chapter of the guide".to_owned(),
        };
        let (id, title) = (TaskId::new(TASK), "Write the chapter".to_owned());
        let tasks = vec![Task { id, title, domain_type, depends_on: Vec::new() }];
        let (share, artifact) = (digest(b"share", mission), digest(b"artifact", mission));
        let committed = Some(draw::commit(mission, 1, &share));
        let started = Started { mission, worker: worker.clone(), attempt: 1, share: committed };
        let (task, nonce) = (TaskId::new(TASK), digest(b"nonce", mission));
        let done = EvidenceOfWork { mission, task, artifact, nonce };
        let done = self.tell(round, worker, done)?;
        let work = vec![done.id()];
        let attached = EvidenceAttached { mission, work, commitment: None, claim: None };
        let attached = self.tell(round, owner, attached)?;
        let claim = attached.id();
        let statements = vec![
            drafted,
            self.tell(round, owner, scoped)?,
            self.tell(round, owner, Decomposed { mission, tasks })?,
            self.tell(round, owner, started)?,
            done,
            attached,
        ];
        Ok(Begun { mission, claim, worker: worker.clone(), share, artifact, statements })
    }

    fn finish(&self, round: u64, mut drawn: Drawn) -> anyhow::Result<Drawn> {
        let Drawn { begun, reviewer } = &mut drawn;
        let Begun { mission, claim, artifact, .. } = *begun;
        let (reason, decision) = ("reads well".to_owned(), Decision::Approve);
        let body = Reviewed { mission, claim, decision, report: None, reason, flag: None };
        let reviewed = self.tell(round, reviewer, body)?;
        let (task, worker, review) = (TaskId::new(TASK), begun.worker.clone(), reviewed.id());
        let trusted = EvidenceOfTrust { mission, task, artifact, worker, review };
        let integrated = Integrated { mission, artifact, reviews: vec![review] };
        let completed = Completed { mission, gate: Gate::Automatic, approval: None };
        begun.statements = vec![
            reviewed,
            self.tell(round, reviewer, trusted)?,
            self.tell(round, &self.owner, integrated)?,
            self.tell(round, &self.owner, GateOpened { mission })?,
            self.tell(round, &self.owner, completed)?,
        ];
        Ok(drawn)
    }

    pub(super) fn tell(
        &self,
        round: u64,
        by: &KeyId,
        fact: impl Into<MissionFact>,
    ) -> anyhow::Result<Signed<Statement>> {
        let fact = fact.into();
        let about = fact.mission().map_or_else(|| sha256(b"draft"), |mission| mission.digest());
        self.sign(by, (fact.kind(), fact.encode()?), about, self.date(round))
    }

    pub(super) fn sign(
        &self,
        by: &KeyId,
        (kind, body): (&str, Box<RawValue>),
        about: Digest,
        at: Time,
    ) -> anyhow::Result<Signed<Statement>> {
        let statement = Statement {
            kind: kind.to_owned(),
            subject: Subject { name: "mission".to_owned(), sha256: about },
            issuer: Some(self.id),
            signer: by.clone(),
            at,
            cites: Vec::new(),
            body,
        };
        Ok(Signed::sign(self.secrets.get(by).context("no secret")?, statement)?)
    }
}

fn digest(what: &[u8], mission: StatementId) -> Digest {
    comity_wire::sha256_concat(&[what, mission.digest().as_bytes()])
}
