//! Bugs that the simulator found, each as the shortest story that shows it.

use comity_constitution::{DomainType, RiskTier};
use comity_mission::facts::{GateDecision, Judgement};
use comity_mycel::MycelFact;
use comity_mycel::facts::{OpeningKind, OpeningLogged, RefundReason};
use comity_mycel::order::OrderState;
use comity_node::{Ask, Input, Message};
use comity_replay::Refusal;
use comity_sign::Signed;
use comity_wire::{Digest, Statement, StatementId, Subject};

use crate::cast::reviewer;
use crate::scenario::{Mute, OrderPlan, PREDICATES, Scenario};
use crate::sim::Sim;

const BUYER: usize = 0;
const OPERATOR: usize = 1;
const HOUSE: usize = 2;
const KEEPER: usize = 3;

fn plan() -> OrderPlan {
    OrderPlan {
        buyer: 0,
        operator: 0,
        machine: 0,
        tier: RiskTier::R1,
        predicate: PREDICATES[1],
        attempts_max: 1,
        challenge_s: 10,
        deadline_s: 30 * 86_400,
        after: None,
        gate: vec![GateDecision::Approve],
        is_cheat: false,
        domain: DomainType::Objective,
        judgements: vec![Judgement::Approve],
        escalates: false,
        recused: None,
    }
}

fn state(sim: &Sim, at: usize, number: usize) -> Option<OrderState> {
    let id = sim.placed.get(&number)?;
    let node = sim.hosts.get(at)?.node.as_ref()?;
    Some(node.world().order(*id).ok()?.placed.state().clone())
}

/// Lets time pass until the operator sees its order in the named state.
fn until(sim: &mut Sim, name: &str) {
    for _ in 0..5_000 {
        if state(sim, OPERATOR, 0).is_some_and(|state| state.name() == name) {
            return;
        }
        sim.pump(5).unwrap();
    }
    panic!("never {name}: {}", sim.standing());
}

#[test]
fn two_publications_of_one_mip_do_not_split_readers() {
    let second = OrderPlan { buyer: 1, machine: 1, ..plan() };
    let scenario = Scenario { buyers: 2, ..Scenario::calm(1, vec![plan(), second]) };
    let mut sim = Sim::new(scenario).unwrap();
    sim.finish().unwrap();
}

#[test]
fn two_treaties_for_one_purpose_do_not_split_readers() {
    let scenario = Scenario { is_eager: true, ..Scenario::calm(2, vec![plan()]) };
    let mut sim = Sim::new(scenario).unwrap();
    sim.finish().unwrap();
}

#[test]
fn a_window_given_back_can_be_sold_again_and_everybody_agrees() {
    let first = OrderPlan { predicate: PREDICATES[2], ..plan() };
    let second = OrderPlan { after: Some(0), ..plan() };
    let mut sim = Sim::new(Scenario::calm(3, vec![first, second])).unwrap();
    sim.finish().unwrap();
    let reason = RefundReason::ClaimRejected;
    assert_eq!(state(&sim, BUYER, 0), Some(OrderState::Refunded { reason }));
    assert_eq!(state(&sim, BUYER, 1), Some(OrderState::Released));
}

#[test]
fn a_settlement_decides_against_what_was_done_without_having_seen_it() {
    let mut sim =
        Sim::new(Scenario::calm(4, vec![OrderPlan { deadline_s: 600, ..plan() }])).unwrap();
    until(&mut sim, "committed");
    // The operator is cut off with a slow clock; by the keeper's clock the deadline passes.
    sim.hosts[OPERATOR].skew_s = -700;
    sim.leap(700);
    sim.silent_until[OPERATOR] = sim.now_ms + 20_000;
    sim.pump(20_000).unwrap();
    let reason = RefundReason::Deadline;
    assert_eq!(state(&sim, KEEPER, 0), Some(OrderState::Refunded { reason }));
    assert_eq!(state(&sim, OPERATOR, 0).map(|state| state.name()), Some("claimed"));
    sim.finish().unwrap();
    assert_eq!(state(&sim, OPERATOR, 0), Some(OrderState::Refunded { reason }));
}

#[test]
fn an_answer_from_whom_nobody_asked_is_not_taken() {
    let mut sim = Sim::new(Scenario::calm(6, vec![plan()])).unwrap();
    until(&mut sim, "claimed");
    for _ in 0..200 {
        for (ask, opening) in forgeries(&sim) {
            let message = Message::Give { ask, opening, disclosure: b"forged".to_vec() };
            let from = sim.hosts[KEEPER].id;
            sim.step(HOUSE, Input::Message { from, message }).unwrap();
        }
        sim.pump(5).unwrap();
    }
    sim.finish().unwrap();
    assert_eq!(state(&sim, BUYER, 0), Some(OrderState::Released));
}

/// Every question that the house may be asking, with an opening that exists.
fn forgeries(sim: &Sim) -> Vec<(Ask, StatementId)> {
    let world = sim.hosts[HOUSE].node.as_ref().unwrap().world();
    let order = sim.placed[&0];
    let panels = world.missions().filter_map(|(_, view)| view.panel());
    let readers: Vec<_> = panels.flat_map(|panel| panel.assigned.keys().cloned()).collect();
    let mut forged = Vec::new();
    for (opening, ..) in world.openings().take(1) {
        for reader in &readers {
            for what in [OpeningKind::Rows, OpeningKind::Leaves, OpeningKind::Result] {
                forged.push((Ask { order, attempt: 1, what, reader: reader.clone() }, opening));
            }
        }
    }
    forged
}

#[test]
fn an_opening_of_what_is_not_ones_own_is_refused() {
    let mut sim = Sim::new(Scenario::calm(7, vec![plan()])).unwrap();
    until(&mut sim, "claimed");
    let buyer = &sim.hosts[BUYER];
    let fact = MycelFact::from(OpeningLogged {
        order: sim.placed[&0],
        attempt: 1,
        to: buyer.member.secrets.authority.id(),
        what: OpeningKind::Rows,
        count: 1,
        disclosure: Digest::ZERO,
    });
    let mut world = buyer.node.as_ref().unwrap().world().clone();
    let statement = Statement {
        kind: fact.kind().to_owned(),
        subject: Subject { name: "opening".to_owned(), sha256: Digest::ZERO },
        issuer: Some(buyer.id),
        signer: buyer.member.secrets.authority.id(),
        at: world.record(buyer.id).unwrap().last,
        cites: Vec::new(),
        body: fact.encode().unwrap(),
    };
    let signed = Signed::sign(&buyer.member.secrets.authority, statement).unwrap();
    let refused = world.apply(buyer.id, &signed);
    assert!(matches!(refused, Err(Refusal::NotEntitled { .. })), "{refused:?}");
}

#[test]
fn news_that_nobody_announced_again_are_asked_for() {
    let mut sim = Sim::new(Scenario::calm(5, vec![plan()])).unwrap();
    until(&mut sim, "accepted, in its challenge window");
    sim.pump(500).unwrap();
    // The release is announced while the operator hears nothing, and nothing is ever announced after it.
    sim.silent_until[OPERATOR] = sim.now_ms + 60_000;
    sim.pump(60_000).unwrap();
    assert_eq!(state(&sim, KEEPER, 0), Some(OrderState::Released));
    assert_ne!(state(&sim, OPERATOR, 0), Some(OrderState::Released));
    sim.pump(15_000).unwrap();
    assert_eq!(state(&sim, OPERATOR, 0), Some(OrderState::Released));
}

fn panel(sim: &Sim) -> comity_mission::Panel {
    let world = sim.hosts[KEEPER].node.as_ref().unwrap().world();
    let (_, view) = world.missions().next().unwrap();
    view.panel().unwrap().clone()
}

fn mute(names: &[&'static str], answer_ms: Option<u64>) -> Vec<Mute> {
    names.iter().map(|name| Mute { name, answer_ms }).collect()
}

#[test]
fn silent_reviewers_are_replaced_and_the_order_is_paid() {
    let orders = vec![OrderPlan { tier: RiskTier::R2, ..plan() }];
    let names = ["rule-1", "audit-1", "audit-3", "human-1", "human-2"];
    let scenario = Scenario { mute: mute(&names, None), ..Scenario::calm(8, orders) };
    let mut sim = Sim::new(scenario).unwrap();
    sim.finish().unwrap();
    assert_eq!(state(&sim, BUYER, 0), Some(OrderState::Released));
    let panel = panel(&sim);
    assert!(!panel.turnover.replaced.is_empty(), "nobody was silent");
    let silent = |key: &comity_wire::KeyId| names.iter().any(|name| reviewer(8, name) == *key);
    assert!(!panel.assigned.keys().any(silent));
}

#[test]
fn an_answer_that_comes_after_the_silence_changes_nothing() {
    let names = ["rule-1", "rule-2", "audit-1", "audit-2", "audit-3"];
    let mut late = 0;
    for seed in 9..12 {
        let scenario =
            Scenario { mute: mute(&names, Some(15_000)), ..Scenario::calm(seed, vec![plan()]) };
        let mut sim = Sim::new(scenario).unwrap();
        sim.finish().unwrap();
        assert_eq!(state(&sim, BUYER, 0), Some(OrderState::Released));
        late += panel(&sim).turnover.replaced.len();
    }
    assert!(0 < late, "nobody was late");
}

#[test]
fn people_judge_what_is_of_values_and_their_word_counts() {
    for (judgement, expected) in [
        (Judgement::Approve, OrderState::Released),
        (Judgement::Reject, OrderState::Refunded { reason: RefundReason::ClaimRejected }),
    ] {
        let (domain, judgements) = (DomainType::Normative, vec![judgement]);
        let mut sim =
            Sim::new(Scenario::calm(13, vec![OrderPlan { domain, judgements, ..plan() }])).unwrap();
        sim.finish().unwrap();
        assert_eq!(state(&sim, BUYER, 0), Some(expected));
        assert_eq!(panel(&sim).people.unwrap().outcome(), Some(judgement));
    }
}

#[test]
fn silent_people_are_replaced_too() {
    let names = ["human-1", "human-3"];
    let orders = vec![OrderPlan { domain: DomainType::Mixed, ..plan() }];
    let mut replaced = 0;
    for seed in 14..18 {
        let scenario =
            Scenario { mute: mute(&names, None), ..Scenario::calm(seed, orders.clone()) };
        let mut sim = Sim::new(scenario).unwrap();
        sim.finish().unwrap();
        assert_eq!(state(&sim, BUYER, 0), Some(OrderState::Released));
        replaced += panel(&sim).people.unwrap().turnover.replaced.len();
    }
    assert!(0 < replaced, "nobody was silent");
}

#[test]
fn a_panel_that_passes_what_the_order_refuses_does_not_wait_for_the_deadline() {
    let orders = vec![OrderPlan { tier: RiskTier::R2, is_cheat: true, ..plan() }];
    let mut sim = Sim::new(Scenario::calm(18, orders)).unwrap();
    sim.finish().unwrap();
    let reason = RefundReason::ClaimRejected;
    assert_eq!(state(&sim, BUYER, 0), Some(OrderState::Refunded { reason }));
}
