//! Reviews in the world: who is drawn, who has been heard, and what a review must have seen before it ends.

use std::collections::BTreeMap;

use comity_constitution::RiskTier;
use comity_mesh::{Actor, Role, Scope};
use comity_mission::facts::{Decision, Recused, ReviewOpened, Reviewed, ReviewerReplaced};
use comity_mission::{MissionFact, ReviewerProfile};
use comity_mycel::facts::Verdict;
use comity_mycel::order::{PlacedOrder, Report};
use comity_wire::{Digest, KeyId, SovereignId, StatementId, Time};

use super::World;
use super::mission::{MissionView, actor_info, agree, last_task};
use super::record::{Place, Step};
use crate::refusal::Refusal;

/// Where somebody was seated to review somebody's work: by the record that says so, worker and reviewer.
pub(super) type Seatings = BTreeMap<(SovereignId, KeyId, KeyId), Vec<Place>>;

impl World {
    /// A decision rests on the reviewer's own report on the same claim, and approves only what that report accepts.
    pub(super) fn check_reviewed(
        &self,
        step: &Step<'_>,
        view: &MissionView,
        body: &Reviewed,
    ) -> Result<(), Refusal> {
        if step.record != view.record {
            self.require_treaty(step, view.record, Scope::Review)?;
        }
        self.require_seat(step, view, &step.statement().signer)?;
        self.check_reciprocity(step, view)?;
        // Whether there must be one is the mission's own rule.
        let Some(report) = body.report else { return Ok(()) };
        self.require_seen(step, report)?;
        let report = &self.report(report)?.body;
        let approves = body.decision == Decision::Approve;
        let same = report.claim == body.claim && report.reviewer == step.statement().signer;
        agree(same && (!approves || report.verdict == Verdict::Accept), "report of a review")
    }

    /// The panel must be what the beacon draws from the reviewers that the house had admitted before anybody committed to
    /// a share of the beacon. Without an order the mission itself says what the beacon is.
    pub(super) fn check_route(
        &self,
        step: &Step<'_>,
        view: &MissionView,
        order: Option<&PlacedOrder>,
        body: &ReviewOpened,
    ) -> Result<(), Refusal> {
        // Whether there must be one is the mission's own rule.
        let Some(beacon) = body.beacon else { return Ok(()) };
        if let Some(order) = order {
            let expected = self.beacon_value(step, order.id(), order.attempt())?;
            if expected != beacon {
                return Err(Refusal::Mismatch { what: "beacon", expected, found: beacon });
            }
        }
        let pool = self.reviewer_pool(view)?;
        let request = view
            .mission
            .route_request(beacon)
            .ok_or(Refusal::Disagrees { what: "mission phase" })?;
        Ok(comity_mission::verify_route(&pool, &request, &body.reviewers)?)
    }

    /// The reviewers of a mission's house that may be drawn for the attempt under way: admitted, with the trust for it, not
    /// recused and not reviewed by this mission's worker, all as it stood when the house committed to its share; without an
    /// order, when the attempt started, which is when the record commits to its own.
    pub fn reviewer_pool(&self, view: &MissionView) -> Result<Vec<ReviewerProfile>, Refusal> {
        let house = self.house_of(view)?;
        let committed = match view.mission.order() {
            Some(order) => {
                let round = self.round(order, view.mission.attempts());
                round.and_then(|round| round.commit_of(house))
            }
            None => view.started,
        };
        let committed = committed.and_then(|id| self.place(id));
        let committed =
            committed.ok_or(Refusal::Disagrees { what: "beacon share of the reviewer house" })?;
        let scope = view.mission.phase().scope();
        let tier = scope.ok_or(Refusal::Disagrees { what: "mission phase" })?.tier;
        let is_recused = |key: &KeyId| {
            let place = view.mission.recused().get(key).and_then(|id| self.place(*id));
            place.is_some_and(|place| place.index < committed.index)
        };
        let eligible = |actor: &&Actor| {
            actor.sovereign == house
                && actor.roles.contains(&Role::Reviewer)
                && self.admitted.get(&actor.key).is_some_and(|place| place.index < committed.index)
                && self.standing_before(&actor.key, committed).allows(tier)
                && !is_recused(&actor.key)
                && !self.reciprocity_before(view, &actor.key, committed)
        };
        Ok(self
            .directory
            .actors()
            .filter(eligible)
            .filter_map(|actor| ReviewerProfile::check(&actor_info(actor)).ok())
            .collect())
    }

    /// The people must be what the same beacon draws from the same pool.
    pub(super) fn check_people(&self, view: &MissionView, named: &[KeyId]) -> Result<(), Refusal> {
        let pool = self.reviewer_pool(view)?;
        let request = view.mission.people_request();
        let request = request.ok_or(Refusal::Disagrees { what: "panel of people" })?;
        Ok(comity_mission::verify_route(&pool, &request, named)?)
    }

    /// Who comes must be the next of the draw, and why the other leaves must lie in the steward's past.
    pub(super) fn check_next(
        &self,
        step: &Step<'_>,
        view: &MissionView,
        body: &ReviewerReplaced,
    ) -> Result<(), Refusal> {
        self.require_seen(step, body.shown_by)?;
        let pool = self.reviewer_pool(view)?;
        let request = view.mission.next_request(&body.reviewer);
        let request = request.ok_or(Refusal::Disagrees { what: "seat of a review" })?;
        Ok(comity_mission::verify_next(&pool, &request, &body.replacement)?)
    }

    /// A reviewer of the house, recused by itself or by the house.
    pub(super) fn check_recused(&self, step: &Step<'_>, body: &Recused) -> Result<(), Refusal> {
        let signer = &step.statement().signer;
        let actor = self.directory.actor_as(&body.reviewer, Role::Reviewer)?;
        let by_house = step.authority_only().is_ok();
        if actor.sovereign == step.record && (by_house || *signer == body.reviewer) {
            Ok(())
        } else {
            Err(Refusal::NotEntitled { signer: signer.clone(), record: step.record })
        }
    }

    /// Whoever speaks, or is spoken about, has been seated by a statement that the speaker has seen.
    pub(super) fn require_seat(
        &self,
        step: &Step<'_>,
        view: &MissionView,
        who: &KeyId,
    ) -> Result<(), Refusal> {
        let Some(panel) = view.panel() else { return Ok(()) };
        let people = panel.people.as_ref().filter(|people| people.assigned.contains_key(who));
        let turnover = people.map_or(&panel.turnover, |people| &people.turnover);
        self.require_seen(step, turnover.seated_by(who).0)
    }

    /// Remembers who was seated to review whose work.
    pub(super) fn note_seats(&mut self, step: &Step<'_>, id: StatementId, fact: &MissionFact) {
        let reviewers = if let MissionFact::ReviewOpened(body) = fact {
            body.reviewers.clone()
        } else if let MissionFact::ReviewerReplaced(body) = fact {
            vec![body.replacement.clone()]
        } else {
            return;
        };
        let panel = self.missions.get(&id).and_then(MissionView::panel);
        let Some(worker) = panel.map(|panel| panel.bundle.work.worker.key.clone()) else { return };
        for reviewer in reviewers {
            let pair = (step.record, worker.clone(), reviewer);
            self.seatings.entry(pair).or_default().push(step.place);
        }
    }

    /// Two do not review each other's work within one epoch. Judged by what stands in the reviewer's own record:
    /// there, whoever reviews its work has been seated before.
    fn check_reciprocity(&self, step: &Step<'_>, view: &MissionView) -> Result<(), Refusal> {
        let Some(panel) = view.panel().filter(|panel| RiskTier::R1 <= panel.scope().tier) else {
            return Ok(());
        };
        let reviewer = &step.statement().signer;
        let (_, since) = panel.turnover.seated_by(reviewer);
        let worker = &panel.bundle.work.worker.key;
        if self.is_reciprocal(view, step.place, (worker, reviewer), since) {
            let (reviewer, worker) = (reviewer.clone(), worker.clone());
            return Err(Refusal::Reciprocal { reviewer, worker });
        }
        Ok(())
    }

    /// Whether a candidate would review the work of somebody who has just been seated to review its own.
    fn reciprocity_before(&self, view: &MissionView, candidate: &KeyId, committed: Place) -> bool {
        let work = view.mission.phase().work();
        let work = work.filter(|work| RiskTier::R1 <= work.plan.scope.tier);
        let worker = work.map(|work| &work.worker.key);
        worker.is_some_and(|worker| {
            self.is_reciprocal(view, committed, (worker, candidate), committed.at)
        })
    }

    /// Whether a reviewer who sits would be refused for reviewing the work of who reviews its own, by what stands in
    /// the reviewer's record now.
    pub fn is_reciprocal_now(&self, view: &MissionView, reviewer: &KeyId) -> bool {
        let Some(panel) = view.panel() else { return false };
        let Ok(actor) = self.directory.actor(reviewer) else { return false };
        let Some(record) = self.records.get(&actor.sovereign) else { return false };
        let now = Place { record: actor.sovereign, index: record.log.size(), at: record.last };
        let (_, since) = panel.turnover.seated_by(reviewer);
        self.is_reciprocal(view, now, (&panel.bundle.work.worker.key, reviewer), since)
    }

    /// Whether `before` in its record `worker` was seated to review the work of `reviewer`, in the epoch of `at`.
    fn is_reciprocal(
        &self,
        view: &MissionView,
        before: Place,
        (worker, reviewer): (&KeyId, &KeyId),
        at: Time,
    ) -> bool {
        // The epochs of the mission's own rules, which are fixed: those of a record may have changed by now.
        let epoch_s = self.parameters_by(view.parameters).map_or(0, |set| set.commitment().epoch_s);
        let epoch = |at: Time| at.unix().checked_div_euclid(i64::try_from(epoch_s).unwrap_or(0));
        let pair = (before.record, reviewer.clone(), worker.clone());
        let places = self.seatings.get(&pair).into_iter().flatten();
        places.rev().any(|place| place.index < before.index && epoch(place.at) == epoch(at))
    }

    /// Whether reworking is the only way on because the order refuses the reports of those who approve.
    pub(super) fn order_refuses(
        &self,
        view: &MissionView,
        order: Option<&PlacedOrder>,
        fact: &MissionFact,
    ) -> Result<bool, Refusal> {
        match (order, fact) {
            (Some(order), MissionFact::ReworkRequired(_)) => {
                Ok(order.accepts(&self.panel_reports(view)?).is_err())
            }
            _ => Ok(false),
        }
    }

    pub(super) fn check_artifact(
        &self,
        view: &MissionView,
        artifact: Digest,
    ) -> Result<(), Refusal> {
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
        let named = reviews.filter_map(|review| review.report);
        named.map(|report| self.report(report).cloned()).collect()
    }

    /// A review ends when every assigned reviewer has decided, so that no decision can arrive after the end in one
    /// reader's order and before it in another's.
    pub(super) fn require_whole_panel(
        &self,
        step: &Step<'_>,
        view: &MissionView,
        named: Option<&[StatementId]>,
    ) -> Result<(), Refusal> {
        let Some(panel) = view.panel() else { return Ok(()) };
        let mut reviews = panel.reviews.values().map(|review| review.statement);
        let named_all = named.is_none_or(|named| reviews.clone().all(|id| named.contains(&id)));
        if !panel.is_whole() || !named_all {
            return Err(Refusal::Disagrees { what: "reviews of the whole panel" });
        }
        reviews.try_for_each(|review| self.require_seen(step, review))
    }

    /// Every reviewer who approves vouches for the last task before the review ends, whichever way: what has been seen
    /// cannot arrive after the end.
    pub(super) fn require_vouched(
        &self,
        step: &Step<'_>,
        view: &MissionView,
    ) -> Result<(), Refusal> {
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

    /// Whoever has judged lies in the steward's past.
    pub(super) fn require_judged(
        &self,
        step: &Step<'_>,
        view: &MissionView,
    ) -> Result<(), Refusal> {
        let people = view.panel().and_then(|panel| panel.people.as_ref());
        let judgements = people.into_iter().flat_map(|people| people.judgements.values());
        judgements.map(|said| said.statement).try_for_each(|id| self.require_seen(step, id))
    }
}
