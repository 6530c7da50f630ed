//! Missions in the world: the room's own rules, plus what binds a mission to its order, its record and its beacon.

use std::collections::BTreeMap;

use comity_constitution::RiskTier;
use comity_constitution::phase::Permission;
use comity_mesh::{Actor, ActorKind, Role, Scope};
use comity_mission::facts::TaskId;
use comity_mission::{ActorInfo, Context, Mission, MissionEvent, MissionFact, Panel, Phase, Rules};
use comity_mycel::order::{OrderAct, OrderState, PlacedOrder};
use comity_wire::{Digest, KeyId, SovereignId, StatementId, Time};

use super::World;
use super::record::Step;
use crate::refusal::Refusal;

/// A mission and the statements that others must cite.
#[derive(Clone, Debug)]
pub struct MissionView {
    /// The room's own state.
    pub mission: Mission,
    /// In whose record it is run.
    pub record: SovereignId,
    /// Hash of the parameters that were in force there when it was drafted; it ends under them.
    pub parameters: Digest,
    /// The `started` statement of the current attempt.
    pub started: Option<StatementId>,
    /// The `evidence_attached` statement of the current attempt.
    pub attached: Option<StatementId>,
    /// The `review_opened` statement of the current attempt.
    pub opened: Option<StatementId>,
    /// The statement that completed it.
    pub completed: Option<StatementId>,
    /// The last `rework_required` statement.
    pub reworked: Option<StatementId>,
    /// By claim: the statement that opened its review, and the beacon value of the draw.
    pub reviews: BTreeMap<StatementId, (StatementId, Digest)>,
    /// Date of the last event.
    pub at: Time,
}

impl MissionView {
    /// Where the id of a statement is kept that others must cite.
    const fn landmark(&mut self, fact: &MissionFact) -> Option<&mut Option<StatementId>> {
        match fact {
            MissionFact::Started(_) => Some(&mut self.started),
            MissionFact::EvidenceAttached(_) => Some(&mut self.attached),
            MissionFact::ReviewOpened(_) => Some(&mut self.opened),
            MissionFact::Completed(_) => Some(&mut self.completed),
            MissionFact::ReworkRequired(_) => Some(&mut self.reworked),
            MissionFact::Drafted(_)
            | MissionFact::Scoped(_)
            | MissionFact::Decomposed(_)
            | MissionFact::EvidenceOfWork(_)
            | MissionFact::Reviewed(_)
            | MissionFact::Recused(_)
            | MissionFact::ReviewerSilent(_)
            | MissionFact::ReviewerReplaced(_)
            | MissionFact::Escalated(_)
            | MissionFact::PanelOpened(_)
            | MissionFact::PanelDecided(_)
            | MissionFact::EvidenceOfTrust(_)
            | MissionFact::Integrated(_)
            | MissionFact::GateOpened(_)
            | MissionFact::GateDecided(_)
            | MissionFact::Rejected(_) => None,
        }
    }

    /// Keeps what a report about a claim is checked against: it may come when the mission has gone on.
    fn note_review(&mut self, fact: &MissionFact, statement: StatementId) {
        let MissionFact::ReviewOpened(body) = fact else { return };
        if let Some(claim) = self.panel().map(|panel| panel.bundle.claim) {
            self.reviews.insert(claim, (statement, body.beacon));
        }
    }

    /// The panel of the current attempt, once a review has been opened.
    pub const fn panel(&self) -> Option<&Panel> {
        match self.mission.phase() {
            Phase::UnderReview { panel } | Phase::Rework { panel } => Some(panel),
            Phase::Integrated { output }
            | Phase::FinalHumanGate { output, .. }
            | Phase::Completed { output, .. }
            | Phase::Rejected { output } => Some(&output.panel),
            Phase::Draft
            | Phase::Scoped { .. }
            | Phase::Decomposed { .. }
            | Phase::InProgress { .. }
            | Phase::EvidenceAttached { .. } => None,
        }
    }
}

/// Whether a fact belongs in the record of the reviewer house: what its reviewers and people say, and what
/// it says about them.
const fn is_of_the_house(fact: &MissionFact) -> bool {
    matches!(
        fact,
        MissionFact::Reviewed(_)
            | MissionFact::EvidenceOfTrust(_)
            | MissionFact::Recused(_)
            | MissionFact::ReviewerSilent(_)
            | MissionFact::PanelDecided(_)
    )
}

pub(super) const fn agree(same: bool, what: &'static str) -> Result<(), Refusal> {
    if same { Ok(()) } else { Err(Refusal::Disagrees { what }) }
}

/// The task that everything else leads to.
pub fn last_task(panel: &Panel) -> Option<&TaskId> {
    panel.bundle.work.plan.graph.order().last()
}

/// An actor as the mission room sees it.
pub fn actor_info(actor: &Actor) -> ActorInfo {
    ActorInfo {
        key: actor.key.clone(),
        name: actor.name.clone(),
        is_human: actor.kind == ActorKind::Human,
        model_family: actor.model_family.clone(),
        method_type: actor.method_type.clone(),
        region: actor.region.clone(),
        organisation: actor.organisation.clone(),
        roles: actor.roles.iter().copied().map(role).collect(),
    }
}

const fn role(role: Role) -> comity_mission::Role {
    match role {
        Role::Worker => comity_mission::Role::Worker,
        Role::Reviewer => comity_mission::Role::Reviewer,
        Role::Owner => comity_mission::Role::Owner,
        Role::Gate => comity_mission::Role::Gate,
        Role::Device => comity_mission::Role::Device,
    }
}

impl World {
    pub(super) fn apply_mission(
        &mut self,
        step: &Step<'_>,
        fact: MissionFact,
    ) -> Result<(), Refusal> {
        let context = Context {
            id: step.id(),
            signer: step.statement().signer.clone(),
            at: step.statement().at,
        };
        let event = MissionEvent { context, fact };
        match event.fact.mission() {
            None => self.draft(step, &event),
            Some(id) => self.advance(step, id, &event),
        }
    }

    fn draft(&mut self, step: &Step<'_>, event: &MissionEvent) -> Result<(), Refusal> {
        let MissionFact::Drafted(body) = &event.fact else { return Err(Refusal::UnknownKind) };
        let placed = self.order_as_seen(step, body.order)?;
        let terms = placed.terms();
        if terms.seller != step.record || self.order(body.order)?.mission.is_some() {
            return Err(Refusal::Disagrees { what: "drafted mission" });
        }
        if *placed.state() != OrderState::Funded {
            return Err(Refusal::Disagrees { what: "order state" });
        }
        self.require_permission(step.record, terms.risk_tier)?;
        self.require_treaty(step, placed.buyer(), Scope::Order)?;
        self.require_treaty(step, terms.reviewer_house, Scope::Review)?;
        let mission = Mission::draft(event, &|key| self.info(key))?;
        let view = MissionView {
            mission,
            record: step.record,
            parameters: self.parameters_of(step.record)?.hash(),
            started: None,
            attached: None,
            opened: None,
            completed: None,
            reworked: None,
            reviews: BTreeMap::new(),
            at: step.place.at,
        };
        self.missions.insert(step.id(), view);
        if let Some(order) = self.orders.get_mut(&body.order) {
            order.mission = Some(step.id());
        }
        Ok(())
    }

    /// What the phase of a record's constitution permits, if the record has one: nothing new begins in a tier that is
    /// locked. What the blueprint calls reduced is not told apart from active, since no source says by how much.
    fn require_permission(&self, record: SovereignId, tier: RiskTier) -> Result<(), Refusal> {
        let permission = self.polity(record).map(|polity| polity.phase().permission(tier));
        match permission {
            Some(Permission::Locked) => Err(Refusal::TierLocked { tier }),
            None | Some(Permission::Active | Permission::Reduced) => Ok(()),
        }
    }

    fn advance(
        &mut self,
        step: &Step<'_>,
        id: StatementId,
        event: &MissionEvent,
    ) -> Result<(), Refusal> {
        self.require_seen(step, id)?;
        let view = self.mission(id)?;
        let (order, _) = self.order_known(step, view.mission.order())?;
        self.check_binding(step, view, order, &event.fact)?;
        let rules = Rules {
            parameters: self.parameters_by(view.parameters)?,
            review: *self.charter_of(view.record).review(),
            order_refuses: self.order_refuses(view, order, &event.fact)?,
        };
        let mission = view.mission.apply(event, &|key| self.info(key), &rules)?;

        let act = if matches!(event.fact, MissionFact::Completed(_)) {
            Some(OrderAct::Accept(self.panel_reports(view)?))
        } else if matches!(event.fact, MissionFact::ReworkRequired(_) | MissionFact::Rejected(_)) {
            Some(OrderAct::Reject)
        } else {
            None
        };
        if let Some(act) = act {
            self.apply_order(step, view.mission.order(), act)?;
        }
        if let Some(view) = self.missions.get_mut(&id) {
            view.mission = mission;
            view.at = view.at.max(step.place.at);
            view.note_review(&event.fact, step.id());
            if let Some(landmark) = view.landmark(&event.fact) {
                *landmark = Some(step.id());
            }
        }
        self.note_seats(step, id, &event.fact);
        self.note_verdict(step, id, &event.fact);
        Ok(())
    }

    /// What a fact about a mission must agree with outside the mission, and in whose record it belongs.
    fn check_binding(
        &self,
        step: &Step<'_>,
        view: &MissionView,
        order: &PlacedOrder,
        fact: &MissionFact,
    ) -> Result<(), Refusal> {
        let home = if is_of_the_house(fact) { order.terms().reviewer_house } else { view.record };
        if step.record != home {
            return Err(Refusal::WrongRecord { record: step.record, issuer: home });
        }
        match fact {
            MissionFact::Reviewed(body) => self.check_reviewed(step, view, body),
            MissionFact::Recused(body) => self.check_recused(step, body),
            MissionFact::ReviewerSilent(body) => {
                step.authority_only()?;
                self.require_seat(step, view, &body.reviewer)
            }
            MissionFact::PanelDecided(_) => self.require_seat(step, view, &step.statement().signer),
            MissionFact::ReviewerReplaced(body) => self.check_next(step, view, order, body),
            MissionFact::PanelOpened(body) => {
                self.require_whole_panel(step, view, None)?;
                self.require_vouched(step, view)?;
                self.check_people(view, order, &body.panellists)
            }
            MissionFact::EvidenceOfTrust(body) => {
                self.require_seen(step, body.review)?;
                let last = view.panel().and_then(last_task);
                agree(last == Some(&body.task), "task of evidence of trust")
            }
            MissionFact::Scoped(body) => {
                let terms = order.terms();
                let same = body.mission_class == terms.mission_class
                    && body.risk_tier == terms.risk_tier
                    && body.domain_type == terms.domain_type;
                agree(same, "scope and order")?;
                self.require_permission(view.record, terms.risk_tier)
            }
            MissionFact::Started(body) => {
                let tier = order.terms().risk_tier;
                self.require_permission(view.record, tier)?;
                self.require_standing(step, &body.worker, tier)
            }
            MissionFact::EvidenceAttached(body) => {
                let same = matches!(
                    order.state(),
                    OrderState::Claimed { commitment, claim, .. }
                        if *commitment == body.commitment && *claim == body.claim
                );
                agree(same, "attached evidence and claim")
            }
            MissionFact::ReviewOpened(body) => {
                self.check_route(step, view, order, body.beacon, &body.reviewers)
            }
            MissionFact::Integrated(body) => {
                self.require_whole_panel(step, view, Some(&body.reviews))?;
                self.require_vouched(step, view)?;
                self.require_judged(step, view)?;
                order.accepts(&self.panel_reports(view)?)?;
                self.check_artifact(view, body.artifact)
            }
            MissionFact::ReworkRequired(body) => {
                self.require_whole_panel(step, view, Some(&body.reviews))?;
                self.require_vouched(step, view)?;
                self.require_judged(step, view)
            }
            MissionFact::Drafted(_)
            | MissionFact::Escalated(_)
            | MissionFact::Decomposed(_)
            | MissionFact::EvidenceOfWork(_)
            | MissionFact::GateOpened(_)
            | MissionFact::GateDecided(_)
            | MissionFact::Completed(_)
            | MissionFact::Rejected(_) => Ok(()),
        }
    }

    pub(super) fn info(&self, key: &KeyId) -> Option<ActorInfo> {
        self.directory.actor(key).ok().map(actor_info)
    }
}
