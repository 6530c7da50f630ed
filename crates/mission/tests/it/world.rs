//! A small world of actors, and a mission driven through it one statement at a time.

use std::collections::{BTreeMap, BTreeSet};

use comity_constitution::charter::ReviewParameters;
use comity_constitution::{DomainType, Parameters, RiskTier, Stage};
use comity_mission::facts::{
    Completed, Decision, Decomposed, Drafted, EvidenceAttached, EvidenceOfTrust, EvidenceOfWork,
    Gate, GateDecided, GateDecision, GateOpened, Integrated, Rejected, ReviewOpened, Reviewed,
    ReworkRequired, Scoped, Started, Task, TaskId,
};
use comity_mission::{
    ActorInfo, Context, Mission, MissionError, MissionEvent, MissionFact, ReviewerProfile, Role,
    Rules, draw,
};
use comity_wire::{Digest, KeyId, StatementId, Time, sha256};

/// The steward's share of an attempt at a mission without an order.
pub(crate) fn share(attempt: u64) -> Digest {
    digest(&format!("share {attempt}"))
}

/// A key by a short name (letters and digits of base58).
pub(crate) fn key(name: &str) -> KeyId {
    KeyId::parse(&format!("did:key:z6Mk{name}")).unwrap()
}

pub(crate) fn digest(text: &str) -> Digest {
    sha256(text.as_bytes())
}

pub(crate) fn id(text: &str) -> StatementId {
    StatementId::from_digest(digest(text))
}

pub(crate) fn machine(
    name: &str,
    family: &str,
    method: &str,
    region: &str,
    org: &str,
) -> ActorInfo {
    ActorInfo {
        key: key(name),
        name: name.to_owned(),
        is_human: false,
        model_family: family.to_owned(),
        method_type: method.to_owned(),
        region: region.to_owned(),
        organisation: org.to_owned(),
        roles: BTreeSet::from([Role::Reviewer]),
    }
}

pub(crate) fn human(name: &str, region: &str, org: &str, role: Role) -> ActorInfo {
    let machine = machine(name, "", "human_reviewer", region, org);
    ActorInfo { is_human: true, roles: BTreeSet::from([role]), ..machine }
}

pub(crate) fn profile(actor: &ActorInfo) -> ReviewerProfile {
    ReviewerProfile::check(actor).unwrap()
}

/// The five reviewers of a high-risk review: three families and a human, three methods, three
/// regions, four organisations.
pub(crate) const FIVE: [&str; 5] = ["rev1", "rev2", "rev3", "rev4", "rev5"];

/// Two reviewers good enough for R1.
pub(crate) const TWO: [&str; 2] = ["rev1", "rev2"];

const REASONING: &str = "reasoning_model";
const RULES: &str = "rule_based_deterministic";
const RETRIEVAL: &str = "retrieval_augmented";

/// Everyone admitted, by key.
pub(crate) fn actors() -> BTreeMap<KeyId, ActorInfo> {
    let mut worker = machine("worker", "fourier", RULES, "eu", "Operator");
    worker.roles = BTreeSet::from([Role::Worker, Role::Reviewer]);
    let mut spare = machine("spare", "fourier", RULES, "eu", "Operator");
    spare.roles = BTreeSet::from([Role::Worker]);
    let mut gate_machine = machine("robot", "claude", REASONING, "us", "Gates");
    gate_machine.roles = BTreeSet::from([Role::Gate, Role::Owner]);
    let mut reviewing_gate = human("judge", "us", "Gates", Role::Gate);
    reviewing_gate.roles.insert(Role::Reviewer);
    let all = [
        human("owner", "eu", "Operator", Role::Owner),
        human("gate", "us", "Gates", Role::Gate),
        worker,
        spare,
        gate_machine,
        reviewing_gate,
        machine("rev1", "claude", REASONING, "eu", "House"),
        machine("rev2", "gpt", RULES, "us", "House"),
        machine("rev3", "gemini", RETRIEVAL, "apac", "Second"),
        machine("rev4", "claude", RULES, "us", "Third"),
        human("rev5", "eu", "Fourth", Role::Reviewer),
        machine("rev6", "mistral", RETRIEVAL, "apac", "Fifth"),
        human("pat", "eu", "Circle", Role::Reviewer),
        human("quin", "us", "Circle", Role::Reviewer),
        human("ruth", "apac", "Guild", Role::Reviewer),
        human("sam", "us", "Guild", Role::Reviewer),
        human("Cousin", "us", "Operator", Role::Reviewer),
        machine("twin1", "claude", RULES, "us", "House"),
        machine("twin2", "Claude ", REASONING, "apac", "Second"),
        machine("mate", "gemini", REASONING, "us", " OPERATOR"),
        machine("vibes", "gemini", "vibes", "us", "House"),
        machine("Upper", "gemini", "Human_Reviewer", "us", "House"),
        machine("fake", "human", REASONING, "us", "House"),
        machine("bLank", "  ", REASONING, "us", "House"),
        machine("nowhere", "gemini", REASONING, "", "House"),
    ];
    all.into_iter().map(|actor| (actor.key.clone(), actor)).collect()
}

pub(crate) fn task(id: &str, depends_on: &[&str]) -> Task {
    Task {
        id: TaskId::new(id),
        title: format!("do {id}"),
        domain_type: DomainType::Objective,
        depends_on: depends_on.iter().map(|on| TaskId::new(*on)).collect(),
    }
}

/// read → {detect, audit} → report
pub(crate) fn tasks() -> Vec<Task> {
    vec![
        task("report", &["audit", "detect"]),
        task("detect", &["read"]),
        task("audit", &["read"]),
        task("read", &[]),
    ]
}

pub(crate) const ORDER: [&str; 4] = ["read", "audit", "detect", "report"];

/// A mission and the world around it.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    pub(crate) mission: Mission,
    pub(crate) actors: BTreeMap<KeyId, ActorInfo>,
    pub(crate) parameters: Parameters,
    pub(crate) statements: u64,
    /// Seconds since the mission was drafted.
    pub(crate) now_s: i64,
    /// Whether the order refuses what the reviewers who approve have reported.
    pub(crate) order_refuses: bool,
    pub(crate) reviews: BTreeMap<KeyId, StatementId>,
    pub(crate) decided: Option<StatementId>,
    /// Where the amendment stands that chambers decide by.
    pub(crate) amendment: Option<Stage>,
}

impl Flow {
    pub(crate) fn drafted() -> Self {
        let actors = actors();
        let mission = draft("owner", "a watch", &actors).unwrap();
        Self {
            mission,
            actors,
            parameters: Parameters::founding(),
            statements: 0,
            now_s: 0,
            order_refuses: false,
            reviews: BTreeMap::new(),
            decided: None,
            amendment: None,
        }
    }

    /// The same without an order.
    pub(crate) fn alone() -> Self {
        let mut flow = Self::drafted();
        flow.mission = draft_for(None, "owner", "a watch", &flow.actors).unwrap();
        flow
    }

    pub(crate) fn scoped(tier: RiskTier) -> Self {
        Self::drafted().and_scoped(tier)
    }

    pub(crate) fn and_scoped(mut self, tier: RiskTier) -> Self {
        let flow = &mut self;
        let class = match tier {
            RiskTier::R0 => "documentation_update",
            RiskTier::R1 => "internal_operations_change",
            RiskTier::R2 => "regulated_analysis",
            RiskTier::R3 => "constitutional_change",
        };
        flow.must("owner", flow.scope(class, tier));
        self
    }

    pub(crate) fn started(tier: RiskTier) -> Self {
        Self::scoped(tier).and_started()
    }

    pub(crate) fn and_started(mut self) -> Self {
        self.must("owner", self.decompose(tasks()));
        self.must("owner", self.start("worker", 1));
        self
    }

    pub(crate) fn attached(tier: RiskTier) -> Self {
        let mut flow = Self::started(tier);
        flow.work_and_attach();
        flow
    }

    pub(crate) fn under_review(tier: RiskTier, reviewers: &[&str]) -> Self {
        let mut flow = Self::attached(tier);
        flow.must("owner", flow.open_review(reviewers));
        flow
    }

    pub(crate) fn at_gate(tier: RiskTier, reviewers: &[&str]) -> Self {
        let mut flow = Self::under_review(tier, reviewers);
        flow.review_all(reviewers, Decision::Approve);
        flow.must("owner", flow.integrate(reviewers));
        flow.must("owner", flow.open_gate());
        flow
    }

    /// Applies one statement; on a refusal the mission is as it was.
    pub(crate) fn send(
        &mut self,
        signer: &str,
        fact: MissionFact,
    ) -> Result<StatementId, MissionError> {
        let statement = id(&format!("statement {}", self.statements));
        let mut event = event(statement, signer, fact);
        event.context.at = event.context.at.plus(self.now_s);
        let lookup = |key: &KeyId| self.actors.get(key).cloned();
        let rules = Rules {
            parameters: &self.parameters,
            review: ReviewParameters { response_window_s: 259_200 },
            order_refuses: self.order_refuses,
            amendment: self.amendment,
        };
        self.mission = self.mission.apply(&event, &lookup, &rules)?;
        self.statements += 1;
        Ok(statement)
    }

    pub(crate) fn must(&mut self, signer: &str, fact: MissionFact) -> StatementId {
        self.send(signer, fact).unwrap()
    }

    /// Applies one statement that must be refused, and checks that nothing moved.
    pub(crate) fn refused(&mut self, signer: &str, fact: MissionFact) -> MissionError {
        let before = self.mission.clone();
        let refusal = self.send(signer, fact).unwrap_err();
        assert_eq!(self.mission, before, "a refusal changed the mission");
        refusal
    }

    pub(crate) fn state(&self) -> &'static str {
        self.mission.phase().name()
    }

    pub(crate) fn work_and_attach(&mut self) {
        for task in ORDER {
            let fact = self.evidence(task);
            self.must("worker", fact);
        }
        let fact = self.attach();
        self.must("owner", fact);
    }

    pub(crate) fn review(&mut self, reviewer: &str, decision: Decision) {
        let fact = self.reviewed(decision, &format!("report of {reviewer}"));
        let statement = self.must(reviewer, fact);
        self.reviews.insert(key(reviewer), statement);
    }

    pub(crate) fn review_all(&mut self, reviewers: &[&str], decision: Decision) {
        for reviewer in reviewers {
            self.review(reviewer, decision);
        }
    }

    pub(crate) fn decide(&mut self, decision: GateDecision) {
        let fact = self.gate_decided(decision);
        self.decided = Some(self.must("gate", fact));
    }

    // Facts that fit the mission as it stands. Tests change the one field they are about.

    fn id(&self) -> StatementId {
        self.mission.id()
    }

    pub(crate) fn claim(&self) -> StatementId {
        let bundle = self.mission.phase().bundle();
        bundle.map_or_else(|| id("no claim"), |bundle| bundle.claim)
    }

    pub(crate) fn artifact(&self, task: &str) -> Digest {
        digest(&format!("artifact of {task}, attempt {}", self.mission.attempts()))
    }

    pub(crate) fn scope(&self, class: &str, risk_tier: RiskTier) -> MissionFact {
        let (mission_class, scope) = (class.to_owned(), "watch one machine".to_owned());
        let domain_type = DomainType::Objective;
        Scoped { mission: self.id(), mission_class, risk_tier, domain_type, scope }.into()
    }

    pub(crate) fn decompose(&self, tasks: Vec<Task>) -> MissionFact {
        Decomposed { mission: self.id(), tasks }.into()
    }

    pub(crate) fn start(&self, worker: &str, attempt: u64) -> MissionFact {
        let mission = self.id();
        let constitutional =
            self.mission.phase().scope().is_some_and(comity_mission::Scope::is_constitutional);
        let is_drawn = self.mission.order().is_none() && !constitutional;
        let share = is_drawn.then(|| draw::commit(mission, attempt, &share(attempt)));
        Started { mission: self.id(), worker: key(worker), attempt, share }.into()
    }

    pub(crate) fn evidence(&self, task: &str) -> MissionFact {
        let nonce = digest(&format!("nonce {}", self.statements));
        let (artifact, task) = (self.artifact(task), TaskId::new(task));
        EvidenceOfWork { mission: self.id(), task, artifact, nonce }.into()
    }

    pub(crate) fn attached_work(&self) -> Vec<StatementId> {
        let done = &self.mission.phase().work().unwrap().done;
        done.values().map(|record| record.statement).collect()
    }

    pub(crate) fn attach(&self) -> MissionFact {
        self.attach_work(self.attached_work())
    }

    pub(crate) fn attach_work(&self, work: Vec<StatementId>) -> MissionFact {
        let claim = id(&format!("claim {}", self.mission.attempts()));
        let commitment = id(&format!("commitment {}", self.mission.attempts()));
        let has_order = self.mission.order().is_some();
        let (commitment, claim) = (has_order.then_some(commitment), has_order.then_some(claim));
        EvidenceAttached { mission: self.id(), work, commitment, claim }.into()
    }

    pub(crate) fn open_review(&self, reviewers: &[&str]) -> MissionFact {
        let reviewers = reviewers.iter().map(|name| key(name)).collect();
        let attempt = self.mission.attempts();
        let beacon = Some(digest(&format!("beacon {attempt}")));
        let (mission, amendment) = (self.id(), None);
        if self.mission.order().is_none()
            && let Some(work) = self.mission.phase().work()
        {
            let share = share(attempt);
            let beacon = Some(work.own_beacon(mission, &share));
            let share = Some(share);
            return ReviewOpened { mission, reviewers, beacon, share, amendment }.into();
        }
        let share = None;
        ReviewOpened { mission: self.id(), reviewers, beacon, share, amendment }.into()
    }

    pub(crate) fn reviewed(&self, decision: Decision, report: &str) -> MissionFact {
        let report = Some(id(&format!("{report}, attempt {}", self.mission.attempts())));
        let reason = "as the report says".to_owned();
        let (mission, claim, flag) = (self.id(), self.claim(), None);
        let report = report.filter(|_| self.mission.order().is_some());
        Reviewed { mission, claim, decision, report, reason, flag }.into()
    }

    pub(crate) fn vouch(&self, reviewer: &str, task: &str) -> MissionFact {
        let review = self.reviews.get(&key(reviewer)).copied().unwrap_or(id("none"));
        let (artifact, task) = (self.artifact(task), TaskId::new(task));
        let worker = key("worker");
        EvidenceOfTrust { mission: self.id(), task, artifact, worker, review }.into()
    }

    fn listed(&self, reviewers: &[&str]) -> Vec<StatementId> {
        let review = |name: &&str| self.reviews.get(&key(name)).copied();
        reviewers.iter().map(|name| review(name).unwrap_or(id("none"))).collect()
    }

    pub(crate) fn rework(&self, reviewers: &[&str]) -> MissionFact {
        ReworkRequired { mission: self.id(), reviews: self.listed(reviewers) }.into()
    }

    pub(crate) fn integrate(&self, reviewers: &[&str]) -> MissionFact {
        let (artifact, reviews) = (self.artifact("report"), self.listed(reviewers));
        Integrated { mission: self.id(), artifact, reviews }.into()
    }

    pub(crate) fn open_gate(&self) -> MissionFact {
        GateOpened { mission: self.id() }.into()
    }

    pub(crate) fn gate_decided(&self, decision: GateDecision) -> MissionFact {
        let reason = "read the reports".to_owned();
        GateDecided { mission: self.id(), decision, reason }.into()
    }

    pub(crate) fn complete(&self, gate: Gate) -> MissionFact {
        let approval = if gate == Gate::Human { self.decided } else { None };
        Completed { mission: self.id(), gate, approval }.into()
    }

    pub(crate) fn reject(&self) -> MissionFact {
        let approval = self.decided.unwrap_or(id("none"));
        Rejected { mission: self.id(), approval }.into()
    }
}

pub(crate) fn event(statement: StatementId, signer: &str, fact: MissionFact) -> MissionEvent {
    let at = Time::parse("2026-01-01T00:00:00Z").unwrap();
    MissionEvent { context: Context { id: statement, signer: key(signer), at }, fact }
}

/// A mission drafted by the authority of the owner's house.
pub(crate) fn draft(
    owner: &str,
    title: &str,
    actors: &BTreeMap<KeyId, ActorInfo>,
) -> Result<Mission, MissionError> {
    draft_for(Some(id("order")), owner, title, actors)
}

pub(crate) fn draft_for(
    order: Option<StatementId>,
    owner: &str,
    title: &str,
    actors: &BTreeMap<KeyId, ActorInfo>,
) -> Result<Mission, MissionError> {
    let body = Drafted { order, title: title.to_owned(), owner: key(owner) };
    let event = event(id("mission"), "authority", body.into());
    Mission::draft(&event, &|key: &KeyId| actors.get(key).cloned())
}
