//! Trust in the world: each sovereign keeps the account of its own actors, and every number is recomputed.

use comity_constitution::{ActorKind, Nano};
use comity_mesh::ActorAdmitted;
use comity_mission::Panel;
use comity_mission::facts::Decision;
use comity_mycel::facts::RefundReason;
use comity_mycel::order::OrderState;
use comity_trust::{Alignment, Ledger, Policy, Role, TrustFact, Work};
use comity_wire::{KeyId, SovereignId, StatementId};

use super::World;
use super::mission::MissionView;
use super::record::Step;
use crate::refusal::Refusal;

/// One sovereign's trust account with the rules it runs under.
#[derive(Clone, Debug)]
pub(super) struct House {
    policy: Policy,
    ledger: Ledger,
}

/// How a mission ended, for those who worked on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Whether the outcome was accepted.
    pub accepted: bool,
    /// The statement that shows it: `completed`, or the refund of a rejected claim.
    pub shown_by: StatementId,
}

impl World {
    pub(super) fn found_trust(&mut self, record: SovereignId) -> Result<(), Refusal> {
        let policy = Policy::from_parameters(self.parameters_of(record)?);
        self.trust.insert(record, House { policy, ledger: Ledger::new() });
        Ok(())
    }

    /// Other rules in force: the accounts stay, and are kept under them.
    pub(super) fn refound_trust(&mut self, record: SovereignId) {
        let Ok(policy) = self.parameters_of(record).map(Policy::from_parameters) else { return };
        if let Some(house) = self.trust.get_mut(&record) {
            house.policy = policy;
        }
    }

    pub(super) fn admit_to_trust(&mut self, step: &Step<'_>, admitted: &ActorAdmitted) {
        let kind = match admitted.actor {
            comity_mesh::ActorKind::Human => ActorKind::Human,
            comity_mesh::ActorKind::Machine => ActorKind::Machine,
        };
        if let Some(House { policy, ledger }) = self.trust.get_mut(&step.record) {
            ledger
                .admit(policy, admitted.key.clone(), kind, step.place.at)
                .expect("the directory admits a key once in the whole world");
        }
    }

    pub(super) fn apply_trust(&mut self, step: &Step<'_>, fact: &TrustFact) -> Result<(), Refusal> {
        step.authority_only()?;
        let TrustFact::Updated(body) = fact;
        let ending =
            self.ending(body.mission)?.ok_or(Refusal::Disagrees { what: "mission end" })?;
        self.require_seen(step, ending.shown_by)?;
        let expected = self.work_of(step.record, body.mission, &body.actor)?;
        if expected.as_ref() != Some(&body.work) {
            return Err(Refusal::Disagrees { what: "work and mission" });
        }
        let House { policy, ledger } =
            self.trust.get_mut(&step.record).ok_or(Refusal::GenesisPlace)?;
        Ok(ledger.apply(policy, body, step.place.at)?)
    }

    /// A sovereign's trust account and the rules it runs under.
    pub fn trust(&self, sovereign: SovereignId) -> Option<(&Policy, &Ledger)> {
        self.trust.get(&sovereign).map(|house| (&house.policy, &house.ledger))
    }

    /// How a mission ended; `None` while it has not.
    pub fn ending(&self, mission: StatementId) -> Result<Option<Ending>, Refusal> {
        let view = self.mission(mission)?;
        if let Some(completed) = view.completed {
            return Ok(Some(Ending { accepted: true, shown_by: completed }));
        }
        let order = self.order(view.mission.order())?;
        let refunded = matches!(
            order.placed.state(),
            OrderState::Refunded { reason: RefundReason::ClaimRejected }
        );
        Ok(refunded.then_some(Ending { accepted: false, shown_by: order.head }))
    }

    /// What an actor of `record` did for an ended mission; `None` if it took no part, or none that counts.
    pub fn work_of(
        &self,
        record: SovereignId,
        mission: StatementId,
        actor: &KeyId,
    ) -> Result<Option<Work>, Refusal> {
        let (view, ending) = (self.mission(mission)?, self.ending(mission)?);
        let known = self.directory.actor(actor)?;
        let (Some(panel), Some(ending), true) = (view.panel(), ending, known.sovereign == record)
        else {
            return Ok(None);
        };
        let work = &panel.bundle.work;
        if work.worker.key == *actor {
            return Ok(Some(worker_work(panel, ending)));
        }
        Ok(panel.reviews.get(actor).map(|review| Work {
            alignment: Some(alignment(review.decision, ending.accepted)),
            approving: Nano::ZERO,
            deciding: Nano::ZERO,
            // What shows that the review was right is how the mission ended, which others stated.
            proof_of_trust: Some(ending.shown_by),
            role: Role::Reviewer,
            minor: 0,
            ..worker_work(panel, ending)
        }))
    }

    /// The actors of `record` that took part in a mission.
    pub fn participants(&self, record: SovereignId, view: &MissionView) -> Vec<KeyId> {
        let Some(panel) = view.panel() else { return Vec::new() };
        let worker = std::iter::once(&panel.bundle.work.worker.key);
        worker
            .chain(panel.reviews.keys())
            .filter(|key| self.directory.actor(key).is_ok_and(|actor| actor.sovereign == record))
            .cloned()
            .collect()
    }
}

/// Reviewers count alike here: weighing them by trust that another record keeps would make the result depend on how far
/// that record has been read.
fn worker_work(panel: &Panel, ending: Ending) -> Work {
    let count = |wanted: &[Decision]| {
        let reviews = panel.reviews.values().filter(|review| wanted.contains(&review.decision));
        Nano::ratio(reviews.count() as u64, 1)
    };
    let worker = &panel.bundle.work;
    Work {
        accepted: ending.accepted,
        alignment: None,
        approving: count(&[Decision::Approve]),
        deciding: count(&[Decision::Approve, Decision::Reject]),
        env_drift: Nano::ZERO,
        evidence: worker.done.len() as u64,
        minor: u32::from(!ending.accepted),
        proof_of_trust: ending.accepted.then(|| panel.vouched.values().next().copied()).flatten(),
        risk_tier: worker.plan.scope.tier,
        role: Role::Worker,
        severe: 0,
    }
}

const fn alignment(decision: Decision, accepted: bool) -> Alignment {
    match (decision, accepted) {
        (Decision::Approve, true) => Alignment::CorrectApprove,
        (Decision::Approve, false) => Alignment::WrongApprove,
        (Decision::Reject, true) => Alignment::WrongReject,
        (Decision::Reject, false) => Alignment::CorrectReject,
        (Decision::Abstain, _) => Alignment::Abstain,
    }
}
