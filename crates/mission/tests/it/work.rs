//! Attempts, evidence of work and the bundle.

use comity_constitution::RiskTier;
use comity_mission::facts::{EvidenceOfWork, MissionFact, TaskId};
use comity_mission::{MissionError, facts};

use crate::world::{Flow, digest, id, key, tasks};

fn started() -> Flow {
    Flow::started(RiskTier::R1)
}

#[test]
fn attempts_are_counted_from_one() {
    for found in [0, 2, u64::MAX] {
        let mut flow = Flow::scoped(RiskTier::R1);
        flow.must("owner", flow.decompose(tasks()));
        let fact = flow.start("worker", found);
        let refusal = MissionError::AttemptOutOfOrder { expected: 1, found };
        assert_eq!(flow.refused("owner", fact), refusal);
    }
}

#[test]
fn only_an_admitted_worker_works() {
    let mut flow = Flow::scoped(RiskTier::R1);
    flow.must("owner", flow.decompose(tasks()));
    let fact = flow.start("rev1", 1);
    let refusal = MissionError::RoleMissing { key: key("rev1"), role: "worker" };
    assert_eq!(flow.refused("owner", fact), refusal);
    let fact = flow.start("nobody", 1);
    assert_eq!(flow.refused("owner", fact), MissionError::UnknownActor { key: key("nobody") });
}

#[test]
fn a_look_up_that_answers_with_another_key_finds_nobody() {
    let mut flow = Flow::scoped(RiskTier::R1);
    flow.must("owner", flow.decompose(tasks()));
    let worker = flow.actors[&key("worker")].clone();
    flow.actors.insert(key("aLias"), worker);
    let fact = flow.start("aLias", 1);
    assert_eq!(flow.refused("owner", fact), MissionError::UnknownActor { key: key("aLias") });
}

#[test]
fn only_the_worker_signs_evidence_of_work() {
    for signer in ["owner", "spare", "rev1"] {
        let mut flow = started();
        let fact = flow.evidence("read");
        let (signer_key, worker) = (key(signer), key("worker"));
        let refusal = MissionError::NotTheWorker { signer: signer_key, worker };
        assert_eq!(flow.refused(signer, fact), refusal);
    }
}

#[test]
fn a_task_waits_for_what_it_depends_on() {
    let mut flow = started();
    let fact = flow.evidence("detect");
    let (task, depends_on) = (TaskId::new("detect"), TaskId::new("read"));
    assert_eq!(flow.refused("worker", fact), MissionError::DependencyOpen { task, depends_on });
}

#[test]
fn a_task_is_done_once_and_only_if_it_exists() {
    let mut flow = started();
    flow.must("worker", flow.evidence("read"));
    let again = flow.evidence("read");
    let task = TaskId::new("read");
    assert_eq!(flow.refused("worker", again), MissionError::WorkRepeated { task });
    let unknown = flow.evidence("dream");
    assert_eq!(flow.refused("worker", unknown), MissionError::UnknownTask);
}

#[test]
fn a_nonce_serves_once() {
    let mut flow = started();
    let evidence = |flow: &Flow, task: &str| {
        MissionFact::from(EvidenceOfWork {
            mission: flow.mission.id(),
            task: TaskId::new(task),
            artifact: digest("artifact"),
            nonce: digest("the same"),
        })
    };
    flow.must("worker", evidence(&flow, "read"));
    let fact = evidence(&flow, "detect");
    let refusal = MissionError::Reused { what: "nonce", value: digest("the same") };
    assert_eq!(flow.refused("worker", fact), refusal);
}

#[test]
fn a_bundle_lacks_nothing_and_holds_nothing_else() {
    let mut flow = started();
    for task in ["read", "audit", "detect"] {
        flow.must("worker", flow.evidence(task));
    }
    let early = flow.attach();
    let task = TaskId::new("report");
    assert_eq!(flow.refused("owner", early), MissionError::WorkMissing { task });

    flow.must("worker", flow.evidence("report"));
    let mut work = flow.attached_work();
    let dropped = work.pop().unwrap();
    let fact = flow.attach_work(work.clone());
    assert_eq!(flow.refused("owner", fact).code(), "mission.work_missing");

    work.extend([dropped, dropped]);
    let fact = flow.attach_work(work.clone());
    assert_eq!(flow.refused("owner", fact), MissionError::ListedTwice { id: dropped });

    work.pop();
    work.push(id("foreign"));
    let fact = flow.attach_work(work);
    let refusal = MissionError::Unknown { what: "evidence of work", id: id("foreign") };
    assert_eq!(flow.refused("owner", fact), refusal);
    flow.must("owner", flow.attach());
}

#[test]
fn a_bad_graph_blocks_the_plan() {
    let mut flow = Flow::scoped(RiskTier::R1);
    let fact = facts::Decomposed { mission: flow.mission.id(), tasks: Vec::new() }.into();
    assert_eq!(flow.refused("owner", fact).code(), "mission.graph_empty");
}
