//! The invariants of the state machine, whatever anyone sends in whatever order.

use comity_constitution::RiskTier;
use comity_mission::facts::{Decision, Gate, GateDecision};
use comity_mission::{MissionFact, Phase, Verdict};
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

use crate::world::{FIVE, Flow, ORDER, TWO, key, tasks};

const SIGNERS: [&str; 12] = [
    "owner",
    "authority",
    "worker",
    "spare",
    "gate",
    "robot",
    "judge",
    "rev1",
    "rev2",
    "rev3",
    "rev4",
    "rev5",
];

/// One try: which kind of fact, who signs it, and how its fields are bent.
type Try = (u8, u8, u8);

fn any_history() -> impl Strategy<Value = Vec<Try>> {
    proptest::collection::vec((0..15_u8, any::<u8>(), any::<u8>()), 0..60)
}

fn any_tier() -> impl Strategy<Value = RiskTier> {
    prop_oneof![Just(RiskTier::R0), Just(RiskTier::R1), Just(RiskTier::R2)]
}

/// A fact that is often right and sometimes not; `bend` chooses among its variants.
fn fact(flow: &Flow, kind: u8, bend: u8) -> MissionFact {
    let pick = usize::from(bend);
    let tier = RiskTier::ALL[pick % 4];
    let decision = [Decision::Approve, Decision::Reject, Decision::Abstain][pick % 3];
    let verdict = [GateDecision::Approve, GateDecision::Reject][pick % 2];
    let reviewers: &[&str] =
        [&FIVE[..], &TWO, &["rev1"], &["worker"], &["judge", "rev1"]][pick % 5];
    let next = flow.mission.attempts() + u64::from(!bend.is_multiple_of(4));
    match kind {
        0 => flow.scope("documentation_update", tier),
        1 => flow.decompose(tasks().split_off(usize::from(bend.is_multiple_of(8)))),
        2 => flow.start(["worker", "spare", "rev1"][pick % 3], next),
        3 => flow.evidence(ORDER[pick % 4]),
        4 if flow.mission.phase().work().is_some() => flow.attach(),
        4 => flow.attach_work(Vec::new()),
        5 => flow.open_review(reviewers),
        6 => flow.reviewed(decision, &format!("report {}", bend % 64)),
        7 => flow.vouch(SIGNERS[pick % SIGNERS.len()], ORDER[pick % 4]),
        8 => flow.rework(reviewers),
        9 => flow.integrate(reviewers),
        10 => flow.open_gate(),
        11 => flow.gate_decided(verdict),
        12 => flow.complete([Gate::Automatic, Gate::Human][pick % 2]),
        13 => flow.reject(),
        _ => flow.scope("nonsense", tier),
    }
}

/// The next right step, so that random walks get far.
fn right_step(flow: &Flow, bend: u8) -> (&'static str, MissionFact) {
    let phase = flow.mission.phase();
    let reviewers: Vec<&str> = match phase.scope().map(|scope| scope.tier) {
        Some(RiskTier::R0) => vec!["rev1"],
        Some(RiskTier::R1) => TWO.to_vec(),
        Some(RiskTier::R2 | RiskTier::R3) | None => FIVE.to_vec(),
    };
    let worker = phase.work().filter(|work| work.worker.key == key("spare"));
    let worker = worker.map_or("worker", |_| "spare");
    match phase {
        Phase::Draft => {
            ("owner", flow.scope("documentation_update", RiskTier::ALL[usize::from(bend % 3)]))
        }
        Phase::Scoped { .. } | Phase::Rejected { .. } => ("owner", flow.decompose(tasks())),
        Phase::Decomposed { .. } | Phase::Rework { .. } => {
            ("owner", flow.start("worker", flow.mission.attempts() + 1))
        }
        Phase::InProgress { work } => match ORDER.get(work.done.len()) {
            Some(task) => (worker, flow.evidence(task)),
            None => ("owner", flow.attach()),
        },
        Phase::EvidenceAttached { .. } => ("owner", flow.open_review(&reviewers)),
        Phase::UnderReview { panel } => {
            let done: Vec<&str> = reviewers
                .iter()
                .copied()
                .filter(|name| panel.reviews.contains_key(&key(name)))
                .collect();
            match panel.verdict() {
                Verdict::Passed => ("owner", flow.integrate(&done)),
                Verdict::Failed(_) => ("owner", flow.rework(&done)),
                Verdict::Open(_) => {
                    let next = FIVE.into_iter().find(|name| {
                        panel.assigned.contains_key(&key(name))
                            && !panel.reviews.contains_key(&key(name))
                    });
                    let next = next.unwrap_or("judge");
                    let decision =
                        if bend.is_multiple_of(8) { Decision::Reject } else { Decision::Approve };
                    (next, flow.reviewed(decision, next))
                }
            }
        }
        Phase::Integrated { .. } | Phase::Completed { .. } => ("owner", flow.open_gate()),
        Phase::FinalHumanGate { output, decision } => match decision.as_ref().map(|d| d.decision) {
            Some(GateDecision::Approve) => ("owner", flow.complete(Gate::Human)),
            Some(GateDecision::Reject) => ("owner", flow.reject()),
            None if output.scope().policy.human_final_gate => {
                let no = bend.is_multiple_of(4);
                let decision = if no { GateDecision::Reject } else { GateDecision::Approve };
                ("gate", flow.gate_decided(decision))
            }
            None => ("owner", flow.complete(Gate::Automatic)),
        },
    }
}

/// Sends one event and keeps the books that a node would keep. True if it was accepted.
fn send(flow: &mut Flow, signer: &str, fact: MissionFact) -> bool {
    let before = flow.clone();
    let (is_review, is_gate) =
        (matches!(fact, MissionFact::Reviewed(_)), matches!(fact, MissionFact::GateDecided(_)));
    match flow.send(signer, fact) {
        Ok(statement) => {
            if is_review {
                flow.reviews.insert(key(signer), statement);
            }
            if is_gate {
                flow.decided = Some(statement);
            }
            true
        }
        Err(refusal) => {
            assert_eq!(flow.mission, before.mission, "{refusal} changed the mission");
            assert!(refusal.code().starts_with("mission."), "{}", refusal.code());
            false
        }
    }
}

fn walk(history: &[Try], mut check: impl FnMut(&Flow, &Flow)) -> Flow {
    let mut flow = Flow::drafted();
    for (kind, signer, bend) in history {
        let before = flow.clone();
        let (right_signer, right) = right_step(&flow, *bend);
        if signer % 2 == 0 {
            send(&mut flow, right_signer, right);
        } else {
            let event = fact(&flow, *kind, *bend);
            send(&mut flow, SIGNERS[usize::from(*signer) % SIGNERS.len()], event);
        }
        check(&before, &flow);
    }
    flow
}

proptest! {
    /// Invariants 1, 2 and 3 along random walks that are half right: no panic, no change on refusal
    /// (asserted in `send`), `Completed` absorbing, high risk never completed without a human.
    #[test]
    fn random_walks_hold_the_invariants(history in any_history()) {
        let flow = walk(&history, |before, after| {
            if before.mission.phase().is_completed() {
                assert_eq!(before.mission, after.mission, "completed is absorbing");
            }
            assert!(before.mission.attempts() <= after.mission.attempts());
        });
        if let Phase::Completed { output, decision } = flow.mission.phase() {
            let human = decision.as_ref().filter(|gate| gate.decision == GateDecision::Approve);
            if output.scope().policy.human_final_gate {
                let by = &human.unwrap().by;
                prop_assert!(flow.actors[by].is_human);
                prop_assert!(!output.panel.assigned.contains_key(by));
                prop_assert!(output.panel.bundle.work.worker.key != *by);
            }
            prop_assert_eq!(output.panel.verdict(), Verdict::Passed);
            prop_assert!(!output.panel.assigned.contains_key(&output.panel.bundle.work.worker.key));
        }
    }

    /// Invariant 2, from the other side: a completed mission refuses every fact from everyone.
    #[test]
    fn completed_is_absorbing(tier in any_tier(), kind in 0..15_u8, bend in any::<u8>(), who in 0..12_usize) {
        let mut flow = match tier {
            RiskTier::R0 => Flow::at_gate(tier, &["rev1"]),
            RiskTier::R1 => Flow::at_gate(tier, &TWO),
            RiskTier::R2 | RiskTier::R3 => Flow::at_gate(tier, &FIVE),
        };
        flow.decide(GateDecision::Approve);
        flow.must("owner", flow.complete(Gate::Human));
        let event = fact(&flow, kind, bend);
        let refusal = flow.refused(SIGNERS[who], event);
        prop_assert_eq!(refusal.code(), "mission.not_in_this_state");
    }

    /// Invariant 5: reviews commute.
    #[test]
    fn the_order_of_reviews_changes_nothing(
        order in Just(FIVE.to_vec()).prop_shuffle(),
        decisions in proptest::collection::vec(0..3_usize, 5),
    ) {
        let decision = |name: &str| {
            let place = FIVE.iter().position(|other| *other == name).unwrap();
            [Decision::Approve, Decision::Reject, Decision::Abstain][decisions[place]]
        };
        let verdict = |order: &[&str]| {
            let mut flow = Flow::under_review(RiskTier::R2, &FIVE);
            for name in order {
                flow.review(name, decision(name));
            }
            let panel = flow.mission.phase().panel().unwrap().clone();
            let decided: Vec<_> =
                panel.reviews.iter().map(|(key, review)| (key.clone(), review.decision)).collect();
            (panel.verdict(), decided)
        };
        prop_assert_eq!(verdict(&order), verdict(&FIVE));
    }

    /// A verdict, once reached, stands: more reviews never turn it.
    #[test]
    fn a_verdict_is_monotone(
        order in Just(FIVE.to_vec()).prop_shuffle(),
        decisions in proptest::collection::vec(0..3_usize, 5),
    ) {
        let mut flow = Flow::under_review(RiskTier::R2, &FIVE);
        let mut reached = None;
        for (name, pick) in order.into_iter().zip(decisions) {
            let all = [Decision::Approve, Decision::Reject, Decision::Abstain];
            flow.review(name, all[pick]);
            let now = match flow.mission.phase().panel().unwrap().verdict() {
                Verdict::Passed => Some(true),
                Verdict::Failed(_) => Some(false),
                Verdict::Open(_) => None,
            };
            prop_assert!(reached.is_none() || reached == now);
            reached = now;
        }
        prop_assert!(reached.is_some(), "five decisions always settle it");
    }
}

/// The walk must get somewhere, or the properties above say little.
#[test]
fn right_steps_alone_complete_a_mission() {
    for bend in [1, 2, 3] {
        let flow = walk(&[(0, 0, bend); 30], |_, _| {});
        assert_eq!(flow.state(), "completed");
    }
}
