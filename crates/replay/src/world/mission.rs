//! Missions in the world: the room's own rules, plus what binds a mission to its order, its record and its beacon.
//!
//! A mission without an order is its record's own: its reviewers are of that record, nobody pays, and no package judges.
//! One of the highest tier is decided by the chambers of that record: the amendment names the mission as its reasons, and
//! what the mission makes is the file of rules to come.

use std::collections::BTreeMap;

use comity_constitution::amendment::Amendment;
use comity_constitution::phase::Permission;
use comity_constitution::{ConstitutionRefusal, RiskTier};
use comity_mesh::{Actor, ActorKind, Role, Scope};
use comity_mission::facts::{Scoped, TaskId};
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
    /// The last `rework_required` or `rejected` statement.
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
            MissionFact::ReworkRequired(_) | MissionFact::Rejected(_) => Some(&mut self.reworked),
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
            | MissionFact::GateDecided(_) => None,
        }
    }

    /// Keeps what a report about a claim is checked against: it may come when the mission has gone on.
    fn note_review(&mut self, fact: &MissionFact, statement: StatementId) {
        let MissionFact::ReviewOpened(body) = fact else { return };
        if let (Some(panel), Some(beacon)) = (self.panel(), body.beacon) {
            self.reviews.insert(panel.bundle.claim, (statement, beacon));
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
        match body.order {
            Some(order) => self.check_draft(step, order)?,
            // Its tier is not known yet: where everything is locked, this is.
            None => self.require_permission(step.record, RiskTier::R0)?,
        }
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
        if let Some(order) = body.order.and_then(|order| self.orders.get_mut(&order)) {
            order.mission = Some(step.id());
        }
        Ok(())
    }

    /// The seller takes up a funded order, once.
    fn check_draft(&self, step: &Step<'_>, order: StatementId) -> Result<(), Refusal> {
        let placed = self.order_as_seen(step, order)?;
        let terms = placed.terms();
        if terms.seller != step.record || self.order(order)?.mission.is_some() {
            return Err(Refusal::Disagrees { what: "drafted mission" });
        }
        if *placed.state() != OrderState::Funded {
            return Err(Refusal::Disagrees { what: "order state" });
        }
        self.require_permission(step.record, terms.risk_tier)?;
        self.require_treaty(step, placed.buyer(), Scope::Order)?;
        self.require_treaty(step, terms.reviewer_house, Scope::Review)
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
        let order = match view.mission.order() {
            Some(order) => Some(self.order_known(step, order)?.0),
            None => None,
        };
        self.check_binding(step, view, order, &event.fact)?;
        let rules = Rules {
            parameters: self.parameters_by(view.parameters)?,
            review: *self.charter_of(view.record).review(),
            order_refuses: self.order_refuses(view, order, &event.fact)?,
            amendment: self.amendment_of(view).map(Amendment::stage),
        };
        let mission = view.mission.apply(event, &|key| self.info(key), &rules)?;

        let act = match (&event.fact, view.mission.order()) {
            (MissionFact::Completed(_), Some(order)) => {
                Some((order, OrderAct::Accept(self.panel_reports(view)?)))
            }
            (MissionFact::ReworkRequired(_) | MissionFact::Rejected(_), Some(order)) => {
                Some((order, OrderAct::Reject))
            }
            _ => None,
        };
        if let Some((order, act)) = act {
            self.apply_order(step, order, act)?;
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
        order: Option<&PlacedOrder>,
        fact: &MissionFact,
    ) -> Result<(), Refusal> {
        let home = if is_of_the_house(fact) { self.house_of(view)? } else { view.record };
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
            MissionFact::ReviewerReplaced(body) => self.check_next(step, view, body),
            MissionFact::PanelOpened(body) => {
                self.require_whole_panel(step, view, None)?;
                self.require_vouched(step, view)?;
                self.check_people(view, &body.panellists)
            }
            MissionFact::EvidenceOfTrust(body) => {
                self.require_seen(step, body.review)?;
                let last = view.panel().and_then(last_task);
                agree(last == Some(&body.task), "task of evidence of trust")
            }
            MissionFact::Scoped(body) => self.check_scoped(view, order, body),
            MissionFact::Started(body) => {
                let Some(scope) = view.mission.phase().scope() else { return Ok(()) };
                self.require_permission(view.record, scope.tier)?;
                self.require_standing(step, &body.worker, scope.tier)
            }
            MissionFact::EvidenceAttached(body) => {
                let Some(order) = order else { return Ok(()) };
                let same = matches!(
                    order.state(),
                    OrderState::Claimed { commitment, claim, .. }
                        if Some(*commitment) == body.commitment && Some(*claim) == body.claim
                );
                agree(same, "attached evidence and claim")
            }
            MissionFact::ReviewOpened(body) => match body.amendment {
                Some(amendment) => self.check_amendment(view, amendment),
                None => self.check_route(step, view, order, body),
            },
            MissionFact::Integrated(body) => {
                self.require_whole_panel(step, view, Some(&body.reviews))?;
                self.require_vouched(step, view)?;
                self.require_judged(step, view)?;
                let Some(order) = order else { return Ok(()) };
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

    /// With an order it is its terms that are scoped. What chambers decide needs a constitution.
    fn check_scoped(
        &self,
        view: &MissionView,
        order: Option<&PlacedOrder>,
        body: &Scoped,
    ) -> Result<(), Refusal> {
        if let Some(terms) = order.map(PlacedOrder::terms) {
            let same = body.mission_class == terms.mission_class
                && body.risk_tier == terms.risk_tier
                && body.domain_type == terms.domain_type;
            agree(same, "scope and order")?;
        } else if body.risk_tier == RiskTier::R3 && self.polity(view.record).is_none() {
            return Err(ConstitutionRefusal::NotFounded.into());
        }
        self.require_permission(view.record, body.risk_tier)
    }

    /// The amendment of the mission's record whose reasons are this mission, and whose file to come is what it made.
    fn check_amendment(&self, view: &MissionView, named: StatementId) -> Result<(), Refusal> {
        let bundle = view.mission.phase().bundle();
        let made = bundle.and_then(|bundle| {
            let work = &bundle.work;
            work.done.get(work.plan.graph.final_task()).map(|done| done.artifact)
        });
        let found = self.polity(view.record).and_then(|polity| polity.amendment(named));
        let found = found.ok_or(Refusal::Unknown { what: "amendment", id: named })?;
        let is_ours = *found.text() == view.mission.id().digest();
        agree(is_ours && Some(found.change().to) == made, "amendment and mission")
    }

    /// The amendment that the chambers decide a mission by.
    pub fn amendment_of(&self, view: &MissionView) -> Option<&Amendment> {
        self.polity(view.record)?.amendment(view.panel()?.amendment?)
    }

    /// Who reviews a mission: the house that its order names, or its own record.
    pub fn house_of(&self, view: &MissionView) -> Result<SovereignId, Refusal> {
        let Some(order) = view.mission.order() else { return Ok(view.record) };
        Ok(self.order(order)?.placed.terms().reviewer_house)
    }

    pub(super) fn info(&self, key: &KeyId) -> Option<ActorInfo> {
        self.directory.actor(key).ok().map(actor_info)
    }
}
