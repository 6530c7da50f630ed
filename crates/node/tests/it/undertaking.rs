//! A record undertakes a mission for itself: its people and machines say what only they can, the node does the rest.

use comity_constitution::{DomainType, Parameters, RiskTier};
use comity_mesh::{ActorAdmitted, ActorKind, Role};
use comity_mission::facts::{Decision, Decomposed, GateDecision, Scoped, Task, TaskId};
use comity_node::{Charter, Command, Effect, Input, Node, NodeError, Now, Secrets, Undertaking};
use comity_sign::{IssuerSecret, SigningKey};
use comity_wire::{KeyId, StatementId, Time, sha256};

const HUMAN: (&str, &str) = ("human", "human_reviewer");
/// Name, family and method, organisation, region, role.
type Member = (&'static str, (&'static str, &'static str), &'static str, &'static str, Role);

const STAFF: [Member; 8] = [
    ("olga", HUMAN, "bureau", "eu", Role::Owner),
    ("gate", HUMAN, "doors", "us", Role::Gate),
    ("smith", ("anvil", "rule_based_deterministic"), "forge", "eu", Role::Worker),
    ("rev1", ("claude", "reasoning_model"), "first", "eu", Role::Reviewer),
    ("rev2", ("gpt", "rule_based_deterministic"), "second", "us", Role::Reviewer),
    ("rev3", ("gemini", "retrieval_augmented"), "third", "apac", Role::Reviewer),
    ("rev4", ("claude", "rule_based_deterministic"), "fourth", "us", Role::Reviewer),
    ("rev5", HUMAN, "fifth", "eu", Role::Reviewer),
];

fn key(name: &str) -> SigningKey {
    SigningKey::from_seed(*sha256(name.as_bytes()).as_bytes())
}

fn key_id(name: &str) -> KeyId {
    key(name).public().key_id()
}

fn now(seconds: i64) -> Now {
    let mono_ms = u64::try_from(seconds).unwrap() * 1_000;
    Now { wall: Time::from_unix(1_767_225_600 + seconds), mono_ms }
}

fn opened(envelopes: &[Vec<u8>]) -> Node {
    let parameters = Parameters::founding();
    let admitted = |(name, (family, method), organisation, region, role): Member| ActorAdmitted {
        name: name.to_owned(),
        key: key_id(name),
        actor: if family == "human" { ActorKind::Human } else { ActorKind::Machine },
        model_family: family.to_owned(),
        method_type: method.to_owned(),
        organisation: organisation.to_owned(),
        region: region.to_owned(),
        roles: vec![role],
    };
    let charter = Charter {
        name: "bureau".to_owned(),
        organisation: "bureau ltd".to_owned(),
        region: "eu".to_owned(),
        parameters: parameters.hash(),
        witnesses_min: 0,
        actors: STAFF.map(admitted).to_vec(),
        accepts_treaties: false,
    };
    let secrets = Secrets {
        root: key("root"),
        authority: IssuerSecret::classical(key("authority")),
        actors: STAFF.iter().map(|(name, ..)| key(name)).collect(),
    };
    Node::open(charter, secrets, vec![parameters], envelopes, []).unwrap()
}

/// Nothing may be refused on the way.
fn quiet(effects: &[Effect]) {
    let refused = effects.iter().find(|effect| matches!(effect, Effect::Refused { .. }));
    assert_eq!(refused, None);
}

fn tell(node: &mut Node, at: i64, next: Undertaking) -> Result<StatementId, NodeError> {
    let (id, effects) = node.command(now(at), Command::Undertake(Box::new(next)))?;
    quiet(&effects);
    Ok(id)
}

fn planned(node: &mut Node, tier: RiskTier, class: &str) -> StatementId {
    let (title, owner) = ("the guide".to_owned(), key_id("olga"));
    let mission = tell(node, 1, Undertaking::Draft { title, owner }).unwrap();
    let (mission_class, scope) = (class.to_owned(), "the first chapter".to_owned());
    let domain_type = DomainType::Objective;
    let scoped = Scoped { mission, mission_class, risk_tier: tier, domain_type, scope };
    tell(node, 2, Undertaking::Scope(scoped)).unwrap();
    let task = |name: &str, depends_on: &[&str]| Task {
        id: TaskId::new(name),
        title: format!("to {name}"),
        domain_type,
        depends_on: depends_on.iter().map(|on| TaskId::new(*on)).collect(),
    };
    let tasks = vec![task("read", &[]), task("write", &["read"])];
    tell(node, 3, Undertaking::Plan(Decomposed { mission, tasks })).unwrap();
    mission
}

fn attempt(node: &mut Node, mission: StatementId) {
    tell(node, 4, Undertaking::Start { mission, worker: key_id("smith") }).unwrap();
    for name in ["read", "write"] {
        let (task, artifact) = (TaskId::new(name), sha256(name.as_bytes()));
        tell(node, 5, Undertaking::Work { mission, task, artifact }).unwrap();
    }
    assert_eq!(phase(node, mission), "under review", "the node has drawn");
}

fn phase(node: &Node, mission: StatementId) -> &'static str {
    node.world().mission(mission).unwrap().mission.phase().name()
}

fn decide(node: &mut Node, mission: StatementId, decision: Decision) {
    let panel = node.world().mission(mission).unwrap().panel().unwrap().clone();
    for reviewer in panel.assigned.keys().cloned() {
        let (reason, flag) = ("read it".to_owned(), None);
        let next = Undertaking::Review { mission, reviewer, decision, reason, flag };
        tell(node, 6, next).unwrap();
    }
}

#[test]
fn a_node_sees_an_own_mission_through_and_updates_trust() {
    for (tier, class) in
        [(RiskTier::R0, "documentation_update"), (RiskTier::R1, "internal_operations_change")]
    {
        let mut node = opened(&[]);
        quiet(&node.step(now(0), Input::Tick));
        let mission = planned(&mut node, tier, class);
        attempt(&mut node, mission);
        decide(&mut node, mission, Decision::Reject);
        assert_eq!(phase(&node, mission), "in rework");
        attempt(&mut node, mission);
        decide(&mut node, mission, Decision::Approve);
        assert_eq!(phase(&node, mission), "completed");

        quiet(&node.step(now(7_200), Input::Tick));
        let me = node.id().unwrap();
        let (_, ledger) = node.world().trust(me).unwrap();
        assert!(ledger.is_updated(&key_id("smith"), mission));

        // What the store holds says the same to a node that starts anew.
        let stored: Vec<Vec<u8>> = node.envelopes().iter().map(|bytes| bytes.to_vec()).collect();
        let again = opened(&stored);
        assert_eq!(phase(&again, mission), "completed");
    }
}

#[test]
fn a_high_risk_mission_waits_for_a_human_at_its_gate() {
    let mut node = opened(&[]);
    quiet(&node.step(now(0), Input::Tick));
    let mission = planned(&mut node, RiskTier::R2, "regulated_analysis");
    attempt(&mut node, mission);
    decide(&mut node, mission, Decision::Approve);
    assert_eq!(phase(&node, mission), "at the final gate");
    let (decision, reason) = (GateDecision::Reject, "not like this".to_owned());
    let reject = Command::Decide { mission, decision, reason };
    quiet(&node.command(now(7), reject).unwrap().1);
    assert_eq!(phase(&node, mission), "rejected");
    let (id, depends_on) = (TaskId::new("write"), Vec::new());
    let (title, domain_type) = ("anew".to_owned(), DomainType::Objective);
    let tasks = vec![Task { id, title, domain_type, depends_on }];
    tell(&mut node, 8, Undertaking::Plan(Decomposed { mission, tasks })).unwrap();
    assert_eq!(phase(&node, mission), "decomposed");
}

#[test]
fn what_cannot_be_done_is_refused_by_name() {
    let mut node = opened(&[]);
    quiet(&node.step(now(0), Input::Tick));
    let mission = planned(&mut node, RiskTier::R0, "documentation_update");
    let (task, artifact) = (TaskId::new("read"), sha256(b"read"));
    let early = tell(&mut node, 4, Undertaking::Work { mission, task, artifact });
    assert_eq!(early.unwrap_err().code(), "node.not_under_way");
    let worker = key_id("rev1");
    let refused = tell(&mut node, 4, Undertaking::Start { mission, worker });
    assert_eq!(refused.unwrap_err().code(), "mission.role_missing");
    let (title, owner) = ("another".to_owned(), key_id("stranger"));
    let refused = tell(&mut node, 4, Undertaking::Draft { title, owner });
    assert_eq!(refused.unwrap_err().code(), "node.no_secret");
}
