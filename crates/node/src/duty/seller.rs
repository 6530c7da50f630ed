//! The seller: takes an order up, plans, has the work done, claims, and sees the review through.

use comity_mesh::{Role, Scope};
use comity_mission::facts::{
    Completed, Decomposed, Drafted, EvidenceAttached, EvidenceOfWork, Gate, GateDecision,
    GateOpened, Rejected, Scoped, Started, Task, TaskId,
};
use comity_mission::{MissionFact, Phase, Work};
use comity_mycel::MycelFact;
use comity_mycel::facts::{EvidenceCommitted, OutcomeClaimed};
use comity_mycel::order::OrderState;
use comity_replay::{MissionView, OrderView, claim_nullifier};
use comity_wire::{Digest, SovereignId, StatementId, sha256, sha256_concat};

use super::{Act, Acts, Draft, Speaker, state};
use crate::io::Now;
use crate::job::{Job, JobKey, Outcome};
use crate::node::Node;

/// The task whose artifact is the evidence commitment.
const WATCH: &str = "watch";
/// The task whose artifact is the claimed result; everything leads to it.
const REPORT: &str = "report";

impl Node {
    /// A funded order becomes a mission.
    pub(super) fn take_up(
        &self,
        me: SovereignId,
        now: Now,
        id: StatementId,
        order: &OrderView,
        acts: &mut Acts,
    ) {
        if *order.placed.state() != OrderState::Funded {
            return;
        }
        let Some(owner) = self.own_actor(me, Role::Owner) else { return };
        let terms = order.placed.terms();
        let at = self.date(now, &[order.head]);
        let treaties =
            [(order.placed.buyer(), Scope::Order), (terms.reviewer_house, Scope::Review)];
        let cites = treaties
            .into_iter()
            .filter_map(|(other, scope)| self.world.treaty_in_force(me, other, scope, at).ok());
        let fact =
            MissionFact::from(Drafted { order: Some(id), title: terms.title.clone(), owner });
        let draft = Draft::mission(&fact, ("order", id.digest()));
        state(acts, draft.map(|draft| draft.citing([order.head]).citing(cites)));
    }

    pub(super) fn seller(
        &self,
        now: Now,
        id: StatementId,
        order: &OrderView,
        view: &MissionView,
        acts: &mut Acts,
    ) {
        let mission = view.mission.id();
        let terms = order.placed.terms();
        let about = ("mission", mission.digest());
        let put = |acts: &mut Acts, fact: MissionFact, cites: Vec<StatementId>| {
            let draft = Draft::mission(&fact, about);
            state(acts, draft.map(|draft| draft.citing(cites)));
        };
        match view.mission.phase() {
            Phase::Draft => {
                let scoped = Scoped {
                    mission,
                    mission_class: terms.mission_class.clone(),
                    risk_tier: terms.risk_tier,
                    domain_type: order.placed.terms().domain_type,
                    scope: format!("{} from {} to {}", terms.title, terms.span.from, terms.span.to),
                };
                put(acts, scoped.into(), Vec::new());
            }
            Phase::Scoped { .. } => put(acts, plan(mission, order).into(), Vec::new()),
            Phase::Rejected { .. } if may_try_again(now, order, view) => {
                put(acts, plan(mission, order).into(), Vec::new());
            }
            Phase::Decomposed { .. } => self.start(order, view, acts),
            Phase::Rework { .. } if may_try_again(now, order, view) => {
                self.start(order, view, acts);
            }
            Phase::InProgress { work } => self.work(id, order, view, work, acts),
            Phase::EvidenceAttached { .. } => self.open_review(id, view, acts),
            Phase::UnderReview { panel } => self.see_review_through(Some(order), view, panel, acts),
            Phase::Integrated { .. } => put(acts, GateOpened { mission }.into(), Vec::new()),
            Phase::FinalHumanGate { output, decision } => {
                let approval = decision.as_ref().map(|decision| decision.statement);
                let needs_human = output.scope().policy.human_final_gate;
                match (needs_human, decision.as_ref().map(|decision| decision.decision)) {
                    (false, _) => {
                        let gate = Gate::Automatic;
                        let fact = Completed { mission, gate, approval: None };
                        put(acts, fact.into(), vec![order.head]);
                    }
                    (true, Some(GateDecision::Approve)) => {
                        let fact = Completed { mission, gate: Gate::Human, approval };
                        put(acts, fact.into(), vec![order.head]);
                    }
                    (true, Some(GateDecision::Reject)) => {
                        if let Some(approval) = approval {
                            put(acts, Rejected { mission, approval }.into(), vec![order.head]);
                        }
                    }
                    (true, None) => {}
                }
            }
            Phase::Completed { .. } | Phase::Rework { .. } | Phase::Rejected { .. } => {}
        }
    }

    fn start(&self, order: &OrderView, view: &MissionView, acts: &mut Acts) {
        let Some(worker) = self.own_actor(order.placed.terms().seller, Role::Worker) else {
            return;
        };
        let mission = view.mission.id();
        let attempt = view.mission.attempts() + 1;
        let fact = MissionFact::from(Started { mission, worker, attempt, share: None });
        state(acts, Draft::mission(&fact, ("mission", mission.digest())));
    }

    /// From the first share of the beacon to the complete bundle.
    fn work(
        &self,
        id: StatementId,
        order: &OrderView,
        view: &MissionView,
        work: &Work,
        acts: &mut Acts,
    ) {
        let attempt = view.mission.attempts();
        match order.placed.state() {
            OrderState::Funded | OrderState::Rejected => {
                self.commit_evidence(id, order, view, attempt, acts);
            }
            OrderState::Committed { commitment } => {
                self.claim_outcome(id, order, view, attempt, *commitment, acts);
            }
            OrderState::Claimed { commitment, claim, .. } => {
                self.attach(view, work, *commitment, *claim, acts);
            }
            OrderState::Open
            | OrderState::ChallengeWindow { .. }
            | OrderState::Disputed { .. }
            | OrderState::Resolved { .. }
            | OrderState::Cancelled { .. }
            | OrderState::Released
            | OrderState::Refunded { .. } => {}
        }
    }

    fn commit_evidence(
        &self,
        id: StatementId,
        order: &OrderView,
        view: &MissionView,
        attempt: u64,
        acts: &mut Acts,
    ) {
        let terms = order.placed.terms();
        let commits: Vec<StatementId> = self
            .world
            .round(id, attempt)
            .map(|round| round.commits().collect())
            .unwrap_or_default();
        if commits.len() < terms.beacon.len() {
            return;
        }
        match self.job(&JobKey::Seal(id)) {
            None => acts.push(Act::Job(Job::Seal { order: id, terms: Box::new(terms.clone()) })),
            Some(Outcome::Sealed { root, rows, window, device }) => {
                let fact = MycelFact::from(EvidenceCommitted {
                    order: id,
                    mission: view.mission.id(),
                    attempt,
                    mip: terms.mip,
                    root: *root,
                    rows: *rows,
                    window: *window,
                    device: device.clone(),
                    beacon: commits.clone(),
                });
                let draft = Draft::mycel(&fact, ("evidence", *root));
                state(acts, draft.map(|draft| draft.citing(commits).citing([order.head])));
            }
            Some(_) => {}
        }
    }

    fn claim_outcome(
        &self,
        id: StatementId,
        order: &OrderView,
        view: &MissionView,
        attempt: u64,
        commitment: StatementId,
        acts: &mut Acts,
    ) {
        let terms = order.placed.terms();
        match self.job(&JobKey::Detect(id, attempt)) {
            None => {
                let terms = Box::new(terms.clone());
                acts.push(Act::Job(Job::Detect { order: id, attempt, terms }));
            }
            Some(Outcome::Detected { module, result, alarms }) => {
                let (Ok(mip), Ok(evidence)) =
                    (self.world.mip_of(id), self.world.evidence(commitment))
                else {
                    return;
                };
                let nullifier = claim_nullifier(terms.seller, mip, &evidence.device, &terms.span);
                let fact = MycelFact::from(OutcomeClaimed {
                    order: id,
                    mission: view.mission.id(),
                    attempt,
                    commitment,
                    module: *module,
                    result: *result,
                    alarms: *alarms,
                    nullifier,
                });
                let freed = self.world.refunds_over(terms.seller, &terms.span);
                let draft = Draft::mycel(&fact, ("result", *result));
                state(acts, draft.map(|draft| draft.citing(freed)));
            }
            Some(_) => {}
        }
    }

    /// Each task leaves its evidence, by the worker's own key; then the bundle is complete.
    fn attach(
        &self,
        view: &MissionView,
        work: &Work,
        commitment: StatementId,
        claim: StatementId,
        acts: &mut Acts,
    ) {
        let mission = view.mission.id();
        let (Ok(evidence), Ok(claimed)) =
            (self.world.evidence(commitment), self.world.claim(claim))
        else {
            return;
        };
        for (name, artifact) in [(WATCH, evidence.root), (REPORT, claimed.result)] {
            let task = TaskId::new(name);
            if !work.done.contains_key(&task) {
                let nonce = nonce(mission, work.attempt, name);
                let fact = MissionFact::from(EvidenceOfWork { mission, task, artifact, nonce });
                let by = Speaker::Actor(work.worker.key.clone());
                let draft = Draft::mission(&fact, ("artifact", artifact));
                state(acts, draft.map(|draft| draft.spoken_by(by)));
            }
        }
        if acts.is_empty() {
            let work = work.done.values().map(|done| done.statement).collect();
            let (commitment, claim) = (Some(commitment), Some(claim));
            let fact = MissionFact::from(EvidenceAttached { mission, work, commitment, claim });
            state(acts, Draft::mission(&fact, ("mission", mission.digest())));
        }
    }
}

/// Whether another attempt is allowed and in time.
fn may_try_again(now: Now, order: &OrderView, view: &MissionView) -> bool {
    let terms = order.placed.terms();
    view.mission.attempts() < terms.attempts_max
        && now.wall <= terms.deadline
        && *order.placed.state() == OrderState::Rejected
}

/// Two tasks: watch the machine, then report. The second needs the first.
fn plan(mission: StatementId, order: &OrderView) -> Decomposed {
    let task = |name: &str, title: &str, depends_on: Vec<TaskId>| Task {
        id: TaskId::new(name),
        title: title.to_owned(),
        domain_type: order.placed.terms().domain_type,
        depends_on,
    };
    let tasks = vec![
        task(WATCH, "Commit to the readings and run the detector", Vec::new()),
        task(REPORT, "Report the faults found", vec![TaskId::new(WATCH)]),
    ];
    Decomposed { mission, tasks }
}

/// Single use: it follows from the mission, the attempt and the task.
fn nonce(mission: StatementId, attempt: u64, task: &str) -> Digest {
    let (attempt, task) = (attempt.to_be_bytes(), sha256(task.as_bytes()));
    let tag = b"comity-work-nonce/v1\0";
    sha256_concat(&[tag, mission.digest().as_bytes(), &attempt, task.as_bytes()])
}
