//! A mission under a steward who mostly knows the way, and others who do not.

use std::collections::{BTreeMap, BTreeSet};

use comity_constitution::charter::ReviewParameters;
use comity_constitution::{DomainType, Parameters, RiskTier, Stage};
use comity_mission::facts::{
    Completed, Decision, Decomposed, Drafted, EvidenceAttached, EvidenceOfTrust, EvidenceOfWork,
    Flag, Gate, GateDecided, GateDecision, GateOpened, Integrated, Rejected, ReviewOpened,
    Reviewed, ReworkRequired, Scoped, Started, Task, TaskId,
};
use comity_mission::{
    ActorInfo, Context, Mission, MissionEvent, MissionFact, Panel, Phase, Role, Rules, Scope,
    Verdict, draw,
};
use comity_wire::{Digest, KeyId, StatementId, Time, sha256};

use super::{id, seats};
use crate::input::Input;
use crate::oracle;

const REVIEWERS: [&str; 6] = ["rev1", "rev2", "rev3", "rev4", "rev5", "mate"];

pub fn run(data: &[u8]) {
    let (actors, parameters) = (actors(), Parameters::founding());
    let look_up = |key: &KeyId| actors.get(key).cloned();
    let mut input = Input::new(data);
    // Half of the missions are nobody's order. What only they need is peeked at, so that a seed stays what it was.
    let order = (!data.len().is_multiple_of(2)).then(|| id(9));
    let drafted = Drafted { order, title: "watch".to_owned(), owner: key("owner") };
    let context = Context { id: id(1), signer: key("owner"), at: Time::from_unix(0) };
    let mut mission =
        Mission::draft(&MissionEvent { context, fact: drafted.into() }, &look_up).expect("a draft");
    let mut number: u32 = 0;
    while !input.is_empty() && number < 200 {
        number += 1;
        let event = event(&mut input, &mission, number);
        let rules = Rules {
            parameters: &parameters,
            review: ReviewParameters { response_window_s: 3_600 },
            order_refuses: input.clone().once_in(32),
            amendment: input.clone().once_in(2).then_some(Stage::Confirmed),
        };
        match mission.apply(&event, &look_up, &rules) {
            Ok(next) => {
                assert_eq!(mission.apply(&event, &look_up, &rules).as_ref(), Ok(&next));
                if mission.phase().is_completed() {
                    assert!(matches!(event.fact, MissionFact::Recused(_)), "it went on");
                    assert_eq!(mission.phase(), next.phase(), "a completed mission went on");
                }
                assert!(
                    mission.attempts() <= next.attempts()
                        && next.attempts() <= mission.attempts() + 1
                );
                check(&next);
                mission = next;
            }
            Err(error) => oracle::refusal(error.code(), &error),
        }
    }
}

/// Nobody reviews what they did; nothing is integrated that the panel did not pass; high risk needs a human.
fn check(mission: &Mission) {
    let Some(panel) = mission.phase().panel() else { return };
    let worker = &panel.bundle.work.worker;
    assert!(!panel.assigned.contains_key(&worker.key), "the worker reviews");
    assert!(!panel.assigned.contains_key(mission.owner()), "the owner reviews");
    assert!(panel.reviews.keys().all(|reviewer| panel.assigned.contains_key(reviewer)));
    seats::check(panel);
    let scope = panel.scope();
    assert_eq!(scope.is_constitutional(), panel.amendment.is_some(), "chambers decide R3 alone");
    if panel.amendment.is_some() {
        let is_silent = panel.assigned.is_empty() && panel.reviews.is_empty();
        assert!(is_silent && mission.order().is_none(), "somebody else than chambers judges");
        return;
    }
    let reports: BTreeSet<Option<StatementId>> =
        panel.reviews.values().map(|review| review.report).collect();
    let expected = if mission.order().is_some() { panel.reviews.len() } else { 0 };
    let named = reports.iter().flatten().count();
    assert_eq!(named, expected, "a review without its own report");
    if scope.tier >= RiskTier::R1 {
        let stranger = |profile: &comity_mission::ReviewerProfile| {
            *profile.organisation() != worker.organisation
        };
        assert!(panel.assigned.values().all(stranger), "a reviewer from the worker's house");
    }
    if mission.phase().output().is_some() {
        seats::check_integrated(panel);
        assert!(
            panel.verdict() != Verdict::Failed(shortfall(panel)),
            "integrated after a failed review"
        );
        let approvals =
            panel.reviews.values().filter(|review| review.decision == Decision::Approve).count()
                as u64;
        assert!(panel.approvals_needed() <= approvals, "integrated on {approvals} approvals");
    }
    if let Phase::Completed { decision, .. } = mission.phase() {
        let approved =
            decision.as_ref().is_some_and(|record| record.decision == GateDecision::Approve);
        assert!(approved || !scope.policy.human_final_gate, "completed without its gate");
        assert!(decision.is_none() || approved, "completed against its gate");
    }
}

/// The shortfall of a failed panel, to compare with; any other if it has not failed.
fn shortfall(panel: &Panel) -> comity_mission::Shortfall {
    match panel.verdict() {
        Verdict::Failed(short) | Verdict::Open(short) => short,
        Verdict::Passed => comity_mission::diversity::check([], 1, &panel.scope().policy)
            .expect_err("nobody is too few"),
    }
}

fn event(input: &mut Input<'_>, mission: &Mission, number: u32) -> MissionEvent {
    let (mut signer, mut fact) = way(input, mission);
    if input.once_in(6) {
        (signer, fact) = make(input, mission, input.clone().below(20));
        input.byte();
    }
    if input.once_in(16) {
        let names: Vec<KeyId> = actors().into_keys().collect();
        signer = input.pick(&names);
    }
    let statement = StatementId::from_digest(sha256(&number.to_be_bytes()));
    // Twenty minutes from one to the next: a window is three of them.
    let context = Context { id: statement, signer, at: Time::from_unix(1_200 * i64::from(number)) };
    MissionEvent { context, fact }
}

/// What would come next.
fn way(input: &mut Input<'_>, mission: &Mission) -> (KeyId, MissionFact) {
    let act = match mission.phase() {
        Phase::Draft => 0,
        Phase::Scoped { .. } | Phase::Rejected { .. } => 1,
        Phase::Decomposed { .. } | Phase::Rework { .. } => 2,
        Phase::InProgress { work } if work.done.len() < 2 => 3,
        Phase::InProgress { .. } => 4,
        Phase::EvidenceAttached { .. } => 5,
        Phase::UnderReview { panel } => match panel.verdict() {
            Verdict::Open(_) if input.once_in(4) => 15 + input.below(2),
            Verdict::Open(_) => 6,
            Verdict::Passed if seats::is_due(panel) => 18 + usize::from(panel.people.is_some()),
            Verdict::Passed => 9 - 2 * input.below(2),
            Verdict::Failed(_) => 8,
        },
        Phase::Integrated { .. } => 10,
        Phase::FinalHumanGate { decision: None, .. } if input.once_in(2) => 11,
        Phase::FinalHumanGate { .. } => 12 + usize::from(input.once_in(3)),
        Phase::Completed { .. } => input.below(20),
    };
    make(input, mission, act)
}

fn make(input: &mut Input<'_>, mission: &Mission, act: usize) -> (KeyId, MissionFact) {
    let owner = key("owner");
    let named = if input.once_in(24) { id(0) } else { mission.id() };
    let panel = mission.phase().panel();
    match act {
        0..=2 => (owner, planning(input, mission, named, act)),
        3 => {
            let task = TaskId::new(input.pick(&["read", "report", "other"]));
            let (artifact, nonce) = (sha256(task.as_str().as_bytes()), sha256(&[input.byte(), 1]));
            (key("worker"), EvidenceOfWork { mission: named, task, artifact, nonce }.into())
        }
        4 => {
            let done = mission
                .phase()
                .work()
                .map(|work| work.done.values().map(|record| record.statement).collect());
            let [commitment, claim] = [input.byte(), input.byte()].map(id);
            (
                owner,
                EvidenceAttached {
                    mission: named,
                    work: done.unwrap_or_default(),
                    commitment: as_ordered(input, mission, commitment),
                    claim: as_ordered(input, mission, claim),
                }
                .into(),
            )
        }
        5 => {
            let first = input.below(3);
            let many = 1 + input.below(5);
            let reviewers = REVIEWERS.iter().skip(first).take(many).map(|name| key(name)).collect();
            (owner, review_opened(input, mission, named, reviewers).into())
        }
        6 => {
            let claim = panel.map_or(id(0), |panel| panel.bundle.claim);
            let decision = input.pick(&[
                Decision::Approve,
                Decision::Approve,
                Decision::Reject,
                Decision::Abstain,
            ]);
            let reason = input.pick(&["as expected", "", " "]).to_owned();
            let report = id(input.byte());
            let report = as_ordered(input, mission, report);
            let flag = input.once_in(12).then_some(Flag::NeedsPeople);
            (
                key(input.pick(&REVIEWERS)),
                Reviewed { mission: named, claim, decision, report, reason, flag }.into(),
            )
        }
        7 => {
            let approving = panel.and_then(|panel| panel.reviews.iter().next());
            let (signer, review) = approving.map_or_else(
                || (key("rev1"), id(0)),
                |(key, record)| (key.clone(), record.statement),
            );
            let task = TaskId::new(input.pick(&["read", "report"]));
            let artifact = sha256(task.as_str().as_bytes());
            (
                signer,
                EvidenceOfTrust { mission: named, task, artifact, worker: key("worker"), review }
                    .into(),
            )
        }
        14.. => seats::make(input, mission, named, act),
        _ => (if act == 11 { key("gate") } else { owner }, ending(input, mission, named, act)),
    }
}

fn planning(
    input: &mut Input<'_>,
    mission: &Mission,
    named: StatementId,
    act: usize,
) -> MissionFact {
    match act {
        0 => {
            let classes = [
                "internal_operations_change",
                "regulated_analysis",
                "documentation_update",
                "constitutional_change",
            ];
            let mission_class = input.pick(&classes).to_owned();
            let risk_tier = input.pick(&[RiskTier::R2, RiskTier::R1, RiskTier::R0, RiskTier::R3]);
            let domain_type =
                if input.once_in(12) { DomainType::Normative } else { DomainType::Objective };
            Scoped {
                mission: named,
                mission_class,
                risk_tier,
                domain_type,
                scope: "one machine".to_owned(),
            }
            .into()
        }
        1 => {
            let mut tasks = vec![task("report", &["read"]), task("read", &[])];
            if input.once_in(8) {
                let (from, on) = (
                    input.pick(&["read", "report", "a"]),
                    input.pick(&["read", "report", "b", "a"]),
                );
                tasks.push(task(from, &[on]));
            }
            Decomposed { mission: named, tasks }.into()
        }
        _ => {
            let attempt = mission.attempts() + 1 + u64::from(input.once_in(12));
            let is_drawn = mission.order().is_none() && !input.clone().once_in(12);
            let share = is_drawn.then(|| draw::commit(named, attempt, &sha256(b"share")));
            Started { mission: named, worker: key("worker"), attempt, share }.into()
        }
    }
}

/// What only a mission with an order names, nearly always so.
fn as_ordered<T>(input: &Input<'_>, mission: &Mission, value: T) -> Option<T> {
    (mission.order().is_some() != input.clone().once_in(12)).then_some(value)
}

fn review_opened(
    input: &mut Input<'_>,
    mission: &Mission,
    named: StatementId,
    reviewers: Vec<KeyId>,
) -> ReviewOpened {
    let is_chambers = mission.phase().scope().is_some_and(Scope::is_constitutional);
    if is_chambers != input.clone().once_in(16) {
        let reviewers = if input.once_in(4) { reviewers } else { Vec::new() };
        let amendment = Some(id(input.byte()));
        return ReviewOpened { mission: named, reviewers, beacon: None, share: None, amendment };
    }
    let work = mission.phase().work().filter(|_| mission.order().is_none());
    let share = work.map(|_| sha256(b"share"));
    let other = sha256(&[input.byte(), 2]);
    let beacon = work.map_or(other, |work| work.own_beacon(named, &sha256(b"share")));
    ReviewOpened { mission: named, reviewers, beacon: Some(beacon), share, amendment: None }
}

fn ending(input: &mut Input<'_>, mission: &Mission, named: StatementId, act: usize) -> MissionFact {
    let panel = mission.phase().panel();
    let reviews: Vec<StatementId> = panel
        .map(|panel| panel.reviews.values().map(|review| review.statement).collect())
        .unwrap_or_default();
    let decided = match mission.phase() {
        Phase::FinalHumanGate { decision, .. } => decision.as_ref().map(|record| record.statement),
        _ => None,
    };
    match act {
        8 => ReworkRequired { mission: named, reviews }.into(),
        9 => {
            let artifact = if input.once_in(8) { Digest::ZERO } else { sha256(b"report") };
            Integrated { mission: named, artifact, reviews }.into()
        }
        10 => GateOpened { mission: named }.into(),
        11 => {
            let decision = input.pick(&[GateDecision::Approve, GateDecision::Reject]);
            GateDecided { mission: named, decision, reason: "read".to_owned() }.into()
        }
        12 => {
            let gate = if decided.is_some() { Gate::Human } else { Gate::Automatic };
            Completed { mission: named, gate, approval: decided }.into()
        }
        _ => Rejected { mission: named, approval: decided.unwrap_or_else(|| id(0)) }.into(),
    }
}

fn task(name: &str, depends_on: &[&str]) -> Task {
    Task {
        id: TaskId::new(name),
        title: format!("do {name}"),
        domain_type: DomainType::Objective,
        depends_on: depends_on.iter().map(|on| TaskId::new(*on)).collect(),
    }
}

pub(super) fn key(name: &str) -> KeyId {
    KeyId::parse(&format!("did:key:z6Mk{name}")).expect("a short key id")
}

/// Who may be named: name, family (none for people), method, region, organisation, role.
const CAST: [(&str, &str, &str, &str, &str, Role); 13] = [
    ("owner", "", "human_reviewer", "eu", "Operator", Role::Owner),
    ("gate", "", "human_reviewer", "us", "Gates", Role::Gate),
    ("worker", "fourier", "rule_based_deterministic", "eu", "Operator", Role::Worker),
    ("rev1", "claude", "reasoning_model", "eu", "House", Role::Reviewer),
    ("rev2", "gpt", "rule_based_deterministic", "us", "House", Role::Reviewer),
    ("rev3", "gemini", "retrieval_augmented", "apac", "Second", Role::Reviewer),
    ("rev4", "claude", "rule_based_deterministic", "us", "Third", Role::Reviewer),
    ("rev5", "", "human_reviewer", "eu", "Fourth", Role::Reviewer),
    ("pat", "", "human_reviewer", "eu", "Circle", Role::Reviewer),
    ("quin", "", "human_reviewer", "us", "Circle", Role::Reviewer),
    ("ruth", "", "human_reviewer", "apac", "Guild", Role::Reviewer),
    ("sam", "", "human_reviewer", "us", "Guild", Role::Reviewer),
    ("mate", "gemini", "reasoning_model", "us", " OPERATOR", Role::Reviewer),
];

fn actors() -> BTreeMap<KeyId, ActorInfo> {
    let actor = |(name, family, method, region, organisation, role): &(
        &str,
        &str,
        &str,
        &str,
        &str,
        Role,
    )| {
        let mut roles = BTreeSet::from([*role]);
        if *name == "worker" {
            roles.insert(Role::Reviewer);
        }
        let info = ActorInfo {
            key: key(name),
            name: (*name).to_owned(),
            is_human: family.is_empty(),
            model_family: (*family).to_owned(),
            method_type: (*method).to_owned(),
            region: (*region).to_owned(),
            organisation: (*organisation).to_owned(),
            roles,
        };
        (info.key.clone(), info)
    };
    CAST.iter().map(actor).collect()
}
