//! Every state against every kind of fact: the blueprint's arrows, and no other.

use comity_constitution::RiskTier;
use comity_mission::MissionFact;
use comity_mission::facts::{Decision, Drafted, Gate, GateDecision, Judgement};

use crate::people::THREE;
use crate::world::{Flow, TWO, id, key, tasks};

/// One flow per state of the blueprint, in its order.
fn states() -> Vec<Flow> {
    let tier = RiskTier::R1;
    let mut decomposed = Flow::scoped(tier);
    decomposed.must("owner", decomposed.decompose(tasks()));
    let mut rework = Flow::under_review(tier, &TWO);
    rework.review("rev1", Decision::Reject);
    rework.must("owner", rework.rework(&["rev1"]));
    let mut integrated = Flow::under_review(tier, &TWO);
    integrated.review_all(&TWO, Decision::Approve);
    integrated.must("owner", integrated.integrate(&TWO));
    let mut completed = Flow::at_gate(tier, &TWO);
    completed.must("owner", completed.complete(Gate::Automatic));
    let mut rejected = Flow::at_gate(tier, &TWO);
    rejected.decide(GateDecision::Reject);
    rejected.must("owner", rejected.reject());
    vec![
        Flow::drafted(),
        Flow::scoped(tier),
        decomposed,
        Flow::started(tier),
        Flow::attached(tier),
        Flow::under_review(tier, &TWO),
        rework,
        integrated,
        Flow::at_gate(tier, &TWO),
        completed,
        rejected,
    ]
}

fn facts(flow: &Flow) -> Vec<MissionFact> {
    let drafted = Drafted { order: Some(id("order")), title: "t".to_owned(), owner: key("owner") };
    vec![
        drafted.into(),
        flow.scope("documentation_update", RiskTier::R0),
        flow.decompose(tasks()),
        flow.start("worker", 1),
        flow.evidence("read"),
        flow.attach_work(Vec::new()),
        flow.open_review(&TWO),
        flow.reviewed(Decision::Approve, "report"),
        flow.recuse("rev1"),
        flow.silent("rev1"),
        flow.replace("rev1", "rev3", id("silence")),
        flow.escalate("values"),
        flow.open_panel(&THREE),
        flow.judged(Judgement::Reject, "no"),
        flow.vouch("rev1", "read"),
        flow.rework(&TWO),
        flow.integrate(&TWO),
        flow.open_gate(),
        flow.gate_decided(GateDecision::Approve),
        flow.complete(Gate::Automatic),
        flow.reject(),
    ]
}

#[test]
fn a_state_knows_the_events_of_the_blueprint_and_refuses_all_others_by_name() {
    let expected: [(&str, &[&str]); 11] = [
        ("draft", &["be scoped"]),
        ("scoped", &["be decomposed"]),
        ("decomposed", &["be started"]),
        ("in progress", &["take evidence of work", "attach its evidence"]),
        ("evidence attached", &["open its review"]),
        (
            "under review",
            &[
                "be reviewed",
                "wait for a silent reviewer",
                "replace a reviewer",
                "be escalated",
                "open its panel",
                "be judged by its panel",
                "take evidence of trust",
                "require rework",
                "be integrated",
            ],
        ),
        ("in rework", &["be started"]),
        ("integrated", &["take evidence of trust", "open its gate"]),
        (
            "at the final gate",
            &["take evidence of trust", "be decided at its gate", "be completed", "be rejected"],
        ),
        ("completed", &[]),
        ("rejected", &["be decomposed"]),
    ];
    for (flow, (state, known)) in states().into_iter().zip(expected) {
        assert_eq!(flow.state(), state);
        let mut found = Vec::new();
        let mut kinds = Vec::new();
        for fact in facts(&flow) {
            kinds.push(fact.kind());
            let verb = fact.verb();
            if matches!(fact, MissionFact::Recused(_)) {
                // Who will not judge says so at any time, and it moves nothing.
                let mut flow = flow.clone();
                flow.must("rev1", fact);
                assert_eq!(flow.state(), state);
                continue;
            }
            let answer = flow.clone().send("owner", fact);
            if !answer.is_err_and(|refusal| refusal.code() == "mission.not_in_this_state") {
                found.push(verb);
            }
        }
        assert_eq!(found, known, "{state}");
        assert_eq!(kinds, MissionFact::KINDS, "every kind is tried, in order");
    }
}
