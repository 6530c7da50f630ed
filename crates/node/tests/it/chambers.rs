//! A mission that only chambers decide: the node puts it before them, and what becomes of the amendment becomes of it.

use comity_constitution::chamber::Choice;
use comity_constitution::{DomainType, Parameters, RiskTier, Stage};
use comity_mission::Phase;
use comity_mission::facts::{Decomposed, Scoped, Task, TaskId};
use comity_node::{Command, NodeError, Undertaking};
use comity_wire::{StatementId, sha256};

use crate::polis::{Polis, changed, key_id, trusting};

impl Polis {
    fn undertake(&mut self, next: Undertaking) -> Result<StatementId, NodeError> {
        self.command(Command::Undertake(Box::new(next)))
    }

    /// The founder has a mission of tier R3, whose plan is one task.
    fn planned(&mut self) -> StatementId {
        let (title, owner) = ("a longer window".to_owned(), key_id("founder"));
        let mission = self.undertake(Undertaking::Draft { title, owner }).unwrap();
        let domain_type = DomainType::Normative;
        let scoped = Scoped {
            mission,
            mission_class: "constitutional_change".to_owned(),
            risk_tier: RiskTier::R3,
            domain_type,
            scope: "the window of challenges".to_owned(),
        };
        self.undertake(Undertaking::Scope(scoped)).unwrap();
        let (id, title, depends_on) = (TaskId::new("write"), "write it".to_owned(), Vec::new());
        let tasks = vec![Task { id, title, domain_type, depends_on }];
        self.undertake(Undertaking::Plan(Decomposed { mission, tasks })).unwrap();
        mission
    }

    /// An attempt in which the worker makes this file.
    fn write(&mut self, mission: StatementId, file: &Parameters) {
        self.undertake(Undertaking::Start { mission, worker: key_id("robot") }).unwrap();
        let (task, artifact) = (TaskId::new("write"), file.hash());
        self.undertake(Undertaking::Work { mission, task, artifact }).unwrap();
        assert_eq!(self.phase(mission), "evidence attached", "nothing is proposed");
    }

    fn phase(&self, mission: StatementId) -> &'static str {
        self.node.world().mission(mission).unwrap().mission.phase().name()
    }
}

/// An ordinary change, which another number makes another.
fn file(more: u64) -> Parameters {
    changed(&trusting(), |file| file.trust.volume_half += more)
}

#[test]
fn an_amendment_in_force_completes_the_mission_that_made_its_file() {
    let mut polis = Polis::settled();
    let mission = polis.planned();
    polis.write(mission, &file(1));
    // Neither another file for the same reasons nor a file for other reasons is what it made.
    polis.propose(2, mission.digest(), file(2));
    polis.propose(3, sha256(b"reasons"), file(3));
    assert_eq!(polis.phase(mission), "evidence attached");
    let amendment = polis.proposed_for(mission.digest(), file(1));
    assert_eq!(polis.phase(mission), "under review");
    let panel = polis.node.world().mission(mission).unwrap().panel().unwrap();
    assert_eq!((panel.amendment, panel.assigned.len()), (Some(amendment), 0), "no reviewer sits");
    for stage in [Stage::RatificationChamberVoting, Stage::ChallengeWindow, Stage::Confirmed] {
        if let Some(until) = polis.polity().amendment(amendment).unwrap().waits_until() {
            polis.now = until.unix();
            polis.next_epoch();
        }
        assert_eq!(polis.phase(mission), "under review");
        polis.vote(amendment, Choice::Yes);
        assert_eq!(polis.stage(amendment), stage);
    }
    assert_eq!(polis.phase(mission), "at the final gate", "not before the amendment is in force");
    polis.reopen();
    polis.tick();
    assert_eq!(polis.phase(mission), "at the final gate");
    polis.anchor();
    assert_eq!(polis.stage(amendment), Stage::Activated);
    let view = polis.node.world().mission(mission).unwrap();
    let Phase::Completed { output, decision } = view.mission.phase() else {
        panic!("{}", view.mission.phase().name())
    };
    assert_eq!((output.artifact, decision), (file(1).hash(), &None), "nobody decided at the gate");
    assert_eq!(polis.refused, Vec::<&str>::new());
}

#[test]
fn a_mission_whose_amendment_fails_is_worked_again() {
    let mut polis = Polis::settled();
    let mission = polis.planned();
    polis.write(mission, &file(1));
    let amendment = polis.proposed_for(mission.digest(), file(1));
    polis.vote(amendment, Choice::No);
    assert_eq!(polis.stage(amendment), Stage::Rejected);
    assert_eq!(polis.phase(mission), "in rework");
    // What failed does not judge the next attempt, even if the same is made.
    polis.write(mission, &file(1));
    let again = polis.proposed_for(mission.digest(), file(1));
    let view = polis.node.world().mission(mission).unwrap();
    assert_eq!(view.panel().unwrap().amendment, Some(again));
    assert_eq!(polis.refused, Vec::<&str>::new());
}
