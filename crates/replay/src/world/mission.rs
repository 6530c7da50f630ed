//! Missions in the world: the room's own rules, plus what binds a mission to its order, its record and its beacon.

use comity_mesh::{Actor, ActorKind, Role, Scope};
use comity_mission::facts::{Decision, Reviewed, TaskId};
use comity_mission::{
    ActorInfo, Context, Mission, MissionEvent, MissionFact, Panel, Phase, ReviewerProfile,
};
use comity_mycel::facts::Verdict;
use comity_mycel::order::{OrderAct, OrderState, PlacedOrder, Report};
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
            | MissionFact::EvidenceOfTrust(_)
            | MissionFact::Integrated(_)
            | MissionFact::GateOpened(_)
            | MissionFact::GateDecided(_)
            | MissionFact::Rejected(_) => None,
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

const fn agree(same: bool, what: &'static str) -> Result<(), Refusal> {
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
            at: step.place.at,
        };
        self.missions.insert(step.id(), view);
        if let Some(order) = self.orders.get_mut(&body.order) {
            order.mission = Some(step.id());
        }
        Ok(())
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
        let parameters = self.parameters_by(view.parameters)?;
        let mission = view.mission.apply(event, &|key| self.info(key), parameters)?;

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
            if let Some(landmark) = view.landmark(&event.fact) {
                *landmark = Some(step.id());
            }
        }
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
        let is_review = matches!(fact, MissionFact::Reviewed(_) | MissionFact::EvidenceOfTrust(_));
        let home = if is_review { order.terms().reviewer_house } else { view.record };
        if step.record != home {
            return Err(Refusal::WrongRecord { record: step.record, issuer: home });
        }
        match fact {
            MissionFact::Reviewed(body) => self.check_reviewed(step, view, body),
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
                agree(same, "scope and order")
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
                self.require_whole_panel(step, view, &body.reviews)?;
                self.require_vouched(step, view)?;
                self.check_artifact(view, body.artifact)
            }
            MissionFact::ReworkRequired(body) => {
                self.require_whole_panel(step, view, &body.reviews)?;
                self.require_vouched(step, view)
            }
            MissionFact::Drafted(_)
            | MissionFact::Decomposed(_)
            | MissionFact::Started(_)
            | MissionFact::EvidenceOfWork(_)
            | MissionFact::GateOpened(_)
            | MissionFact::GateDecided(_)
            | MissionFact::Completed(_)
            | MissionFact::Rejected(_) => Ok(()),
        }
    }

    /// A decision rests on the reviewer's own report on the same claim, and approves only what that report accepts.
    fn check_reviewed(
        &self,
        step: &Step<'_>,
        view: &MissionView,
        body: &Reviewed,
    ) -> Result<(), Refusal> {
        self.require_treaty(step, view.record, Scope::Review)?;
        self.require_current(step, view.opened)?;
        self.require_seen(step, body.report)?;
        let report = &self.report(body.report)?.body;
        let approves = body.decision == Decision::Approve;
        let same = report.claim == body.claim && report.reviewer == step.statement().signer;
        agree(same && (!approves || report.verdict == Verdict::Accept), "report of a review")
    }

    /// The panel must be what the beacon draws from the reviewers that the house had admitted before it committed to
    /// its share of the beacon.
    fn check_route(
        &self,
        step: &Step<'_>,
        view: &MissionView,
        order: &PlacedOrder,
        beacon: Digest,
        named: &[KeyId],
    ) -> Result<(), Refusal> {
        let attempt = order.attempt();
        let expected = self.beacon_value(step, order.id(), attempt)?;
        if expected != beacon {
            return Err(Refusal::Mismatch { what: "beacon", expected, found: beacon });
        }
        let pool = self.reviewer_pool(order, attempt)?;
        let request = view
            .mission
            .route_request(beacon)
            .ok_or(Refusal::Disagrees { what: "mission phase" })?;
        Ok(comity_mission::verify_route(&pool, &request, named)?)
    }

    /// The reviewers of an order's house that may be drawn for an attempt.
    pub fn reviewer_pool(
        &self,
        order: &PlacedOrder,
        attempt: u64,
    ) -> Result<Vec<ReviewerProfile>, Refusal> {
        let house = order.terms().reviewer_house;
        let committed = self
            .rounds
            .get(&(order.id(), attempt))
            .and_then(|round| round.commit_of(house))
            .and_then(|id| self.place(id))
            .ok_or(Refusal::Disagrees { what: "beacon share of the reviewer house" })?;
        let eligible = |actor: &&Actor| {
            actor.sovereign == house
                && actor.roles.contains(&Role::Reviewer)
                && self.admitted.get(&actor.key).is_some_and(|place| place.index < committed.index)
        };
        Ok(self
            .directory
            .actors()
            .filter(eligible)
            .filter_map(|actor| ReviewerProfile::check(&actor_info(actor)).ok())
            .collect())
    }

    fn check_artifact(&self, view: &MissionView, artifact: Digest) -> Result<(), Refusal> {
        let Some(panel) = view.panel() else { return Ok(()) };
        let expected = self.claim(panel.bundle.claim)?.result;
        if expected == artifact {
            Ok(())
        } else {
            Err(Refusal::Mismatch { what: "artifact", expected, found: artifact })
        }
    }

    /// The reports that the current panel's reviews rest on.
    pub fn panel_reports(&self, view: &MissionView) -> Result<Vec<Report>, Refusal> {
        let reviews = view.panel().into_iter().flat_map(|panel| panel.reviews.values());
        reviews.map(|review| self.report(review.report).cloned()).collect()
    }

    /// A review ends when every assigned reviewer has decided, so that no decision can arrive after the end in one
    /// reader's order and before it in another's.
    fn require_whole_panel(
        &self,
        step: &Step<'_>,
        view: &MissionView,
        named: &[StatementId],
    ) -> Result<(), Refusal> {
        let Some(panel) = view.panel() else { return Ok(()) };
        let decided = panel.reviews.len() == panel.assigned.len();
        let named_all = panel.reviews.values().all(|review| named.contains(&review.statement));
        if !decided || !named_all {
            return Err(Refusal::Disagrees { what: "reviews of the whole panel" });
        }
        named.iter().try_for_each(|review| self.require_seen(step, *review))
    }

    /// Every reviewer who approves vouches for the last task before the review ends, whichever way: what has been seen
    /// cannot arrive after the end.
    fn require_vouched(&self, step: &Step<'_>, view: &MissionView) -> Result<(), Refusal> {
        let Some(panel) = view.panel() else { return Ok(()) };
        let last = last_task(panel).ok_or(Refusal::Disagrees { what: "task graph" })?;
        for (key, review) in &panel.reviews {
            if review.decision == Decision::Approve {
                let vouched = panel.vouched.get(&(key.clone(), last.clone()));
                let id = vouched.ok_or(Refusal::Disagrees { what: "evidence of trust" })?;
                self.require_seen(step, *id)?;
            }
        }
        Ok(())
    }

    fn require_current(&self, step: &Step<'_>, id: Option<StatementId>) -> Result<(), Refusal> {
        match id {
            Some(id) => self.require_seen(step, id),
            None => Ok(()),
        }
    }

    pub(super) fn info(&self, key: &KeyId) -> Option<ActorInfo> {
        self.directory.actor(key).ok().map(actor_info)
    }
}
