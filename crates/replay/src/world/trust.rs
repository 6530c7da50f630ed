//! Trust in the world: each sovereign keeps the account of its own actors, and every number is recomputed.
//!
//! Who vouches for something is a person of the same record: the trust of others is kept in other records, and what it is
//! there would depend on how far those have been read.

use comity_commitment::LifecycleEvent;
use comity_constitution::{ActorKind, Nano, Polity, phase::Phase};
use comity_mesh::ActorAdmitted;
use comity_mission::facts::Decision;
use comity_mission::limits::ATTEMPTS_MAX;
use comity_mission::{Panel, Phase as MissionPhase};
use comity_mycel::facts::RefundReason;
use comity_mycel::order::OrderState;
use comity_trust::{
    Alignment, Endorsed, Endorser, Excluded, Governance, Ledger, LineageDeclared, Policy, Role,
    Stamp, TrustFact, Updated, Work,
};
use comity_wire::{KeyId, SovereignId, StatementId, Time};

use super::World;
use super::mission::MissionView;
use super::record::Step;
use super::relief::Aside;
use crate::refusal::Refusal;

/// One sovereign's trust account with the rules it runs under.
#[derive(Clone, Debug)]
pub(super) struct House {
    pub(super) policy: Policy,
    pub(super) ledger: Ledger,
    pub(super) aside: Aside,
}

/// How a mission ended, for those who worked on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Whether the outcome was accepted.
    pub accepted: bool,
    /// The statement that shows it: `completed`, or the refund of a rejected claim.
    pub shown_by: StatementId,
    /// Its date.
    pub at: Time,
}

impl World {
    pub(super) fn found_trust(&mut self, record: SovereignId) -> Result<(), Refusal> {
        let policy = Policy::new(self.parameters_of(record)?, self.charter_of(record));
        self.trust.insert(record, House { policy, ledger: Ledger::new(), aside: Aside::default() });
        Ok(())
    }

    /// Other rules in force: the accounts stay, and are kept under them.
    pub(super) fn refound_trust(&mut self, record: SovereignId) {
        let Ok(parameters) = self.parameters_of(record) else { return };
        let policy = Policy::new(parameters, self.charter_of(record));
        if let Some(house) = self.trust.get_mut(&record) {
            house.policy = policy;
        }
    }

    pub(super) fn admit_to_trust(&mut self, step: &Step<'_>, admitted: &ActorAdmitted) {
        let kind = match admitted.actor {
            comity_mesh::ActorKind::Human => ActorKind::Human,
            comity_mesh::ActorKind::Machine => ActorKind::Machine,
        };
        if let Some(House { policy, ledger, .. }) = self.trust.get_mut(&step.record) {
            ledger
                .admit(policy, admitted.key.clone(), kind, step.place.at)
                .expect("the directory admits a key once in the whole world");
        }
    }

    pub(super) fn apply_trust(&mut self, step: &Step<'_>, fact: &TrustFact) -> Result<(), Refusal> {
        match fact {
            TrustFact::Updated(body) => return self.update_trust(step, body),
            TrustFact::Endorsed(body) => return self.endorse(step, *body),
            TrustFact::LineageDeclared(body) => return self.declare_lineage(step, body),
            TrustFact::MaliceAlleged(_) => self.authority_or_person(step)?,
            TrustFact::Decayed(_)
            | TrustFact::Released(_)
            | TrustFact::Suspended(_)
            | TrustFact::RecertificationRequested(_)
            | TrustFact::RecertificationMeasured(_)
            | TrustFact::Recertified(_)
            | TrustFact::Decommissioned(_) => step.authority_only()?,
        }
        let (stamp, governance) = (stamp(step), self.governance_of(step.record));
        let House { policy, ledger, .. } = self.house_mut(step.record)?;
        match fact {
            TrustFact::Decayed(body) => ledger.decay(policy, stamp, body)?,
            TrustFact::Released(body) => ledger.release(policy, governance, stamp, body)?,
            TrustFact::Suspended(body) => ledger.suspend(policy, governance, stamp, *body)?,
            TrustFact::RecertificationRequested(body) => {
                ledger.request_recertification(policy, stamp, body)?;
            }
            TrustFact::RecertificationMeasured(body) => ledger.measure(policy, stamp, body)?,
            TrustFact::Recertified(body) => ledger.recertify(policy, stamp, body)?,
            TrustFact::MaliceAlleged(body) => ledger.allege(policy, stamp, body)?,
            TrustFact::Decommissioned(body) => ledger.decommission(policy, stamp, body)?,
            TrustFact::Updated(_) | TrustFact::Endorsed(_) | TrustFact::LineageDeclared(_) => {}
        }
        Ok(())
    }

    /// The end of a machine is anchored at once, whatever brought it.
    pub(super) fn machines_ended(&mut self, step: &Step<'_>) {
        let last = self.trust(step.record).and_then(|(_, ledger)| ledger.last_end());
        if last == Some(step.id()) {
            let noted = self.lifecycle(step, LifecycleEvent::Decommissioned);
            // A record that has accounts has rules.
            debug_assert!(noted.is_ok(), "{noted:?}");
        }
    }

    fn update_trust(&mut self, step: &Step<'_>, body: &Updated) -> Result<(), Refusal> {
        step.authority_only()?;
        if self.is_set_aside(step.record, body.mission) {
            return Err(Refusal::SetAside { mission: body.mission });
        }
        let ending =
            self.ending(body.mission)?.ok_or(Refusal::Disagrees { what: "mission end" })?;
        self.require_seen(step, ending.shown_by)?;
        let expected = self.work_of(step.record, body.mission, &body.actor)?;
        if expected.as_ref() != Some(&body.work) {
            return Err(Refusal::Disagrees { what: "work and mission" });
        }
        let House { policy, ledger, .. } = self.house_mut(step.record)?;
        Ok(ledger.apply(policy, stamp(step), ending.at, body)?)
    }

    /// A person vouches, by their own key.
    fn endorse(&mut self, step: &Step<'_>, body: Endorsed) -> Result<(), Refusal> {
        let signer = &step.statement().signer;
        let Some(key) = step.actor() else {
            return Err(Refusal::NotEntitled { signer: signer.clone(), record: step.record });
        };
        let person = self.directory.actor(key)?;
        if person.kind == comity_mesh::ActorKind::Human {
            self.require_service(step, key)?;
        }
        let by = Endorser {
            key: key.clone(),
            organisation: person.organisation.clone(),
            region: person.region.clone(),
        };
        let excluded = self.excluded(step.record, body.about)?;
        let governance = self.governance_of(step.record);
        let House { policy, ledger, .. } = self.house_mut(step.record)?;
        Ok(ledger.endorse(policy, governance, stamp(step), (by, body.about), &excluded)?)
    }

    /// Whoever is of the subject's organisation, operates it, or had a part in the mission.
    fn excluded(&self, record: SovereignId, about: StatementId) -> Result<Excluded, Refusal> {
        let mut excluded = Excluded::default();
        let Some((_, ledger)) = self.trust(record) else { return Ok(excluded) };
        let Some(subject) = ledger.subject_of(about) else { return Ok(excluded) };
        let actor = self.directory.actor(subject)?;
        excluded.organisations.insert(actor.organisation.clone());
        if actor.kind == comity_mesh::ActorKind::Machine {
            excluded.organisations.insert(self.directory.organisation_of(record)?);
        }
        if let Some(incident) = ledger.incident(about) {
            let view = self.mission(incident.mission)?;
            excluded.involved.insert(view.mission.owner().clone());
            if let Some(panel) = view.panel() {
                excluded.involved.insert(panel.bundle.work.worker.key.clone());
                excluded.involved.extend(panel.assigned.keys().cloned());
            }
        }
        Ok(excluded)
    }

    /// The operator speaks, or the new key itself; and it has seen the old one.
    fn declare_lineage(&mut self, step: &Step<'_>, body: &LineageDeclared) -> Result<(), Refusal> {
        if let Some(signer) = step.actor().filter(|signer| **signer != body.machine) {
            let (signer, about) = (signer.clone(), body.machine.clone());
            return Err(Refusal::NotTheirs { signer, about });
        }
        let home = self.directory.actor(&body.predecessor)?.sovereign;
        let admitted = self.admitted.get(&body.predecessor);
        let admitted = *admitted.ok_or(Refusal::Disagrees { what: "predecessor" })?;
        if home != step.record && !self.has_seen(step, admitted) {
            return Err(Refusal::NotSeen { actor: body.predecessor.clone(), record: home });
        }
        let stamp = stamp(step);
        let (policy, _) = self.trust(step.record).ok_or(Refusal::GenesisPlace)?;
        let (_, ledger) = self.trust(home).ok_or(Refusal::GenesisPlace)?;
        let ancestry = if home == step.record {
            ledger.ancestry(policy, &body.predecessor, stamp.at)?
        } else {
            let is_past = |id| self.place(id).is_some_and(|place| self.has_seen(step, place));
            ledger.ancestry_abroad(policy, &body.predecessor, &is_past)?
        };
        let House { policy, ledger, .. } = self.house_mut(step.record)?;
        Ok(ledger.declare_lineage(policy, stamp, body, &ancestry)?)
    }

    fn authority_or_person(&self, step: &Step<'_>) -> Result<(), Refusal> {
        let Some(key) = step.actor() else { return Ok(()) };
        match self.directory.actor(key)?.kind {
            comity_mesh::ActorKind::Human => Ok(()),
            comity_mesh::ActorKind::Machine => Err(Refusal::AuthorityOnly { signer: key.clone() }),
        }
    }

    pub(super) fn house_mut(&mut self, record: SovereignId) -> Result<&mut House, Refusal> {
        self.trust.get_mut(&record).ok_or(Refusal::GenesisPlace)
    }

    /// The phase that a record's held updates are under: that of its constitution, in which nothing is released while it is
    /// expired. A record without a constitution has the strictest quorum: in G0 nothing would ever be released there, and
    /// nothing would ever end the phase.
    pub fn governance_of(&self, record: SovereignId) -> Governance {
        let Some(state) = self.polity(record).map(Polity::phase) else { return Governance::FULL };
        let phase = state.phase().unwrap_or(Phase::G0);
        Governance { phase, since: state.entered(Phase::G1).unwrap_or(Time::MIN) }
    }

    /// A sovereign's trust account and the rules it runs under.
    pub fn trust(&self, sovereign: SovereignId) -> Option<(&Policy, &Ledger)> {
        self.trust.get(&sovereign).map(|house| (&house.policy, &house.ledger))
    }

    /// How a mission ended; `None` while it has not.
    pub fn ending(&self, mission: StatementId) -> Result<Option<Ending>, Refusal> {
        let view = self.mission(mission)?;
        let shown = |accepted, shown_by| {
            self.place(shown_by).map(|place| Ending { accepted, shown_by, at: place.at })
        };
        if let Some(completed) = view.completed {
            return Ok(shown(true, completed));
        }
        let Some(order) = view.mission.order() else {
            // Nobody refunds it: it has failed when its attempts are used up.
            let phase = view.mission.phase();
            let is_over =
                matches!(phase, MissionPhase::Rework { .. } | MissionPhase::Rejected { .. })
                    && view.mission.attempts() == ATTEMPTS_MAX;
            return Ok(view.reworked.filter(|_| is_over).and_then(|id| shown(false, id)));
        };
        let order = self.order(order)?;
        let refunded = matches!(
            order.placed.state(),
            OrderState::Refunded { reason: RefundReason::ClaimRejected }
        );
        Ok(if refunded { shown(false, order.head) } else { None })
    }

    /// What an actor of `record` did for an ended mission; `None` if it took no part, or none that counts.
    pub fn work_of(
        &self,
        record: SovereignId,
        mission: StatementId,
        actor: &KeyId,
    ) -> Result<Option<Work>, Refusal> {
        let (view, ending) = (self.mission(mission)?, self.ending(mission)?);
        if self.is_set_aside(record, mission) {
            return Ok(None);
        }
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

pub(super) fn stamp(step: &Step<'_>) -> Stamp {
    Stamp { id: step.id(), at: step.place.at }
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
