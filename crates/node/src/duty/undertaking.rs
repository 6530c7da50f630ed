//! A mission that the record has undertaken for itself: its bundle, its review and its end, once its people and
//! machines have said what only they can say.
//!
//! Source: blueprint §3 and §4.3; `docs/src/concepts/missions.md`.

use comity_constitution::Stage;
use comity_mission::facts::{
    Completed, EvidenceAttached, Gate, GateDecision, GateOpened, Integrated, Rejected,
    ReviewOpened, ReworkRequired,
};
use comity_mission::{Bundle, GateRecord, MissionFact, Output, Panel, Phase, Work};
use comity_replay::MissionView;
use comity_wire::{Digest, KeyId, StatementId, sha256, sha256_concat};

use super::reviewer::vouch;
use super::steward::made;
use super::{Acts, Draft, state};
use crate::io::Now;
use crate::node::Node;

impl Node {
    pub(super) fn undertaking(&self, now: Now, view: &MissionView, acts: &mut Acts) {
        let mission = view.mission.id();
        let fact = match view.mission.phase() {
            Phase::InProgress { work } => attach(mission, work),
            Phase::EvidenceAttached { bundle } => self.open_own_review(view, bundle),
            Phase::UnderReview { panel } if panel.amendment.is_some() => {
                self.follow_chambers(view, panel)
            }
            Phase::UnderReview { panel } => {
                self.see_own_review_through(now, view, panel, acts);
                None
            }
            Phase::Integrated { .. } => Some(GateOpened { mission }.into()),
            Phase::FinalHumanGate { output, decision } => {
                self.pass_gate(view, output, decision.as_ref())
            }
            Phase::Draft
            | Phase::Scoped { .. }
            | Phase::Decomposed { .. }
            | Phase::Rework { .. }
            | Phase::Rejected { .. }
            | Phase::Completed { .. } => None,
        };
        if let Some(fact) = fact {
            let draft = Draft::mission(&fact, ("mission", mission.digest()));
            state(acts, draft.map(|draft| draft.spoken_by(self.steward(view))));
        }
    }

    /// The reviewers that the shares draw; or what has been proposed to the chambers, where they decide.
    fn open_own_review(&self, view: &MissionView, bundle: &Bundle) -> Option<MissionFact> {
        let (mission, attempt) = (view.mission.id(), view.mission.attempts());
        if bundle.scope().is_constitutional() {
            let amendment = Some(self.proposed(view, bundle)?);
            let (reviewers, beacon, share) = (Vec::new(), None, None);
            return Some(ReviewOpened { mission, reviewers, beacon, share, amendment }.into());
        }
        let share = self.own_share(mission, attempt);
        let beacon = bundle.work.own_beacon(mission, &share);
        let reviewers = self.drawn(view, &view.mission.route_request(beacon)?)?;
        let (beacon, share) = (Some(beacon), Some(share));
        Some(ReviewOpened { mission, reviewers, beacon, share, amendment: None }.into())
    }

    /// The amendment that puts the work of this attempt before the chambers.
    fn proposed(&self, view: &MissionView, bundle: &Bundle) -> Option<StatementId> {
        let work = &bundle.work;
        let made = work.done.get(work.plan.graph.final_task())?.artifact;
        let mut amendments = self.world.polity(view.record)?.amendments();
        let is_ours = amendments.find(|(_, amendment)| {
            *amendment.text() == view.mission.id().digest()
                && amendment.change().to == made
                && !amendment.stage().has_failed()
        });
        is_ours.map(|(id, _)| id)
    }

    fn follow_chambers(&self, view: &MissionView, panel: &Panel) -> Option<MissionFact> {
        let (mission, reviews) = (view.mission.id(), Vec::new());
        let stage = self.world.amendment_of(view)?.stage();
        if stage.has_failed() {
            return Some(ReworkRequired { mission, reviews }.into());
        }
        let artifact = made(panel)?;
        matches!(stage, Stage::Confirmed | Stage::Activated)
            .then(|| Integrated { mission, artifact, reviews }.into())
    }

    /// Approvals are vouched for, silence is said, and the steward ends the review.
    fn see_own_review_through(&self, now: Now, view: &MissionView, panel: &Panel, acts: &mut Acts) {
        let Some(opened) = view.opened else { return };
        for (key, review) in &panel.reviews {
            if self.is_mine(key) && !panel.turnover.silent.contains_key(key) {
                vouch(view, panel, opened, key, review, acts);
            }
        }
        self.silence(now, None, view, acts);
        if acts.is_empty() {
            self.see_review_through(None, view, panel, acts);
        }
    }

    /// A human's decision counts in every tier; where chambers decide, the amendment does.
    fn pass_gate(
        &self,
        view: &MissionView,
        output: &Output,
        decision: Option<&GateRecord>,
    ) -> Option<MissionFact> {
        let mission = view.mission.id();
        let complete = |gate, approval| Some(Completed { mission, gate, approval }.into());
        if let Some(amendment) = output.panel.amendment {
            let stage = self.world.amendment_of(view)?.stage();
            if stage.has_failed() {
                return Some(Rejected { mission, approval: amendment }.into());
            }
            let is_in_force = stage == Stage::Activated;
            return if is_in_force { complete(Gate::Human, Some(amendment)) } else { None };
        }
        match decision {
            Some(record) if record.decision == GateDecision::Approve => {
                complete(Gate::Human, Some(record.statement))
            }
            Some(record) => Some(Rejected { mission, approval: record.statement }.into()),
            None if output.scope().policy.human_final_gate => None,
            None => complete(Gate::Automatic, None),
        }
    }

    /// The steward's share of the draw: derived, so that a restart shows what was committed to.
    pub(crate) fn own_share(&self, mission: StatementId, attempt: u64) -> Digest {
        let tag = b"comity-own-share-of/v1\0";
        let attempt = attempt.to_be_bytes();
        sha256_concat(&[tag, self.beacon_secret(), mission.digest().as_bytes(), &attempt])
    }

    /// The worker's share: nobody without the worker's key knows it before the evidence.
    pub(crate) fn own_nonce(
        &self,
        worker: &KeyId,
        (mission, attempt): (StatementId, u64),
        task: &str,
    ) -> Option<Digest> {
        let (tag, seed) = (b"comity-own-nonce-of/v1\0", self.actors.get(worker)?.seed());
        let (attempt, task) = (attempt.to_be_bytes(), sha256(task.as_bytes()));
        let mission = mission.digest();
        Some(sha256_concat(&[tag, seed, mission.as_bytes(), &attempt, task.as_bytes()]))
    }
}

/// The bundle, once every task has left its evidence.
fn attach(mission: StatementId, work: &Work) -> Option<MissionFact> {
    if work.done.len() < work.plan.graph.order().len() {
        return None;
    }
    let work = work.done.values().map(|done| done.statement).collect();
    Some(EvidenceAttached { mission, work, commitment: None, claim: None }.into())
}
