//! The steward of a mission under review: draws who judges, replaces who does not, ends the review.

use comity_mission::facts::{
    Decision, Integrated, Judgement, PanelOpened, ReviewOpened, ReviewerReplaced, ReworkRequired,
};
use comity_mission::{MissionFact, Panel, People, Phase, RouteRequest, Turnover, Verdict};
use comity_replay::{MissionView, OrderView};
use comity_wire::{Digest, KeyId, StatementId};

use super::{Acts, Draft, Speaker, state};
use crate::node::Node;

impl Node {
    /// Who moves a mission: whoever drafted it.
    pub(crate) fn steward(&self, view: &MissionView) -> Speaker {
        let drafter = view.mission.drafter();
        if *drafter == self.authority() {
            Speaker::Authority
        } else {
            Speaker::Actor(drafter.clone())
        }
    }

    pub(super) fn open_review(&self, id: StatementId, view: &MissionView, acts: &mut Acts) {
        let attempt = view.mission.attempts();
        let Some(round) = self.world.round(id, attempt) else { return };
        let Some(beacon) = round.value() else { return };
        let Some(request) = view.mission.route_request(beacon) else { return };
        let Some(reviewers) = self.drawn(view, &request) else { return };
        let (mission, beacon) = (view.mission.id(), Some(beacon));
        let body = ReviewOpened { mission, reviewers, beacon, share: None, amendment: None };
        let draft = Draft::mission(&body.into(), ("mission", mission.digest()));
        state(acts, draft.map(|draft| draft.citing(round.reveals())));
    }

    /// Those whom a draw gives, if there are enough.
    pub(super) fn drawn(&self, view: &MissionView, request: &RouteRequest) -> Option<Vec<KeyId>> {
        let pool = self.world.reviewer_pool(view).ok()?;
        comity_mission::route(&pool, request).ok()
    }

    /// Replaces who has fallen silent, asks people where people must judge, and ends the review when
    /// everybody has been heard.
    pub(super) fn see_review_through(
        &self,
        order: Option<&OrderView>,
        view: &MissionView,
        panel: &Panel,
        acts: &mut Acts,
    ) {
        for (turnover, key) in seats(panel) {
            if let Some(shown_by) = leaves(view, panel, turnover, key) {
                self.replace(view, panel, (key, shown_by), acts);
            }
        }
        let approvals =
            panel.reviews.values().filter(|review| review.decision == Decision::Approve);
        if !acts.is_empty() || !panel.is_whole() || panel.vouched.len() < approvals.count() {
            return;
        }
        self.end_review(order, view, panel, acts);
    }

    fn replace(
        &self,
        view: &MissionView,
        panel: &Panel,
        (reviewer, shown_by): (&KeyId, StatementId),
        acts: &mut Acts,
    ) {
        let Some(replacement) = self.next(view, reviewer) else { return };
        let (mission, claim) = (view.mission.id(), panel.bundle.claim);
        let reviewer = reviewer.clone();
        let fact = ReviewerReplaced { mission, claim, reviewer, replacement, shown_by };
        let draft = Draft::mission(&fact.into(), ("silence", shown_by.digest()));
        let by = self.steward(view);
        state(acts, draft.map(|draft| draft.spoken_by(by).citing([shown_by])));
    }

    /// Who comes for somebody who leaves, if anybody is left.
    fn next(&self, view: &MissionView, leaving: &KeyId) -> Option<KeyId> {
        let request = view.mission.next_request(leaving)?;
        let pool = self.world.reviewer_pool(view).ok()?;
        comity_mission::route_next(&pool, &request).ok()
    }

    /// Whether the review of an order's mission waits for somebody, and nobody is left who could be drawn:
    /// then only the deadline ends the order.
    pub fn is_stranded(&self, order: StatementId) -> bool {
        let Ok(order) = self.world.order(order) else { return false };
        let mission = order.mission.and_then(|mission| self.world.mission(mission).ok());
        let Some(view) = mission else { return false };
        let Phase::UnderReview { panel } = view.mission.phase() else { return false };
        let people = view.mission.people_request();
        let lacks_people = people.is_some_and(|request| self.drawn(view, &request).is_none());
        let mut vacant =
            seats(panel).filter(|(turnover, key)| leaves(view, panel, turnover, key).is_some());
        lacks_people || vacant.any(|(_, key)| self.next(view, key).is_none())
    }

    /// When every reviewer has decided, and every one who approves has vouched.
    fn end_review(
        &self,
        order: Option<&OrderView>,
        view: &MissionView,
        panel: &Panel,
        acts: &mut Acts,
    ) {
        let (mission, claim) = (view.mission.id(), panel.bundle.claim);
        let reviews: Vec<StatementId> =
            panel.reviews.values().map(|review| review.statement).collect();
        let people = panel.people.as_ref();
        let judgements = people.into_iter().flat_map(|people| people.judgements.values());
        let cites: Vec<StatementId> = reviews
            .iter()
            .copied()
            .chain(panel.vouched.values().copied())
            .chain(judgements.map(|said| said.statement))
            .chain(order.map(|order| order.head))
            .collect();
        let reports = self.world.panel_reports(view).unwrap_or_default();
        let is_accepted = order.is_none_or(|order| order.placed.accepts(&reports).is_ok());
        let passes = panel.verdict() == Verdict::Passed && is_accepted;
        let fact = match (passes, panel.needs_people(), people.map(People::outcome)) {
            (false, _, _) | (true, _, Some(Some(Judgement::Reject))) => {
                MissionFact::from(ReworkRequired { mission, reviews })
            }
            (true, None, _) | (true, Some(_), Some(Some(Judgement::Approve))) => {
                let Some(artifact) = made(panel) else { return };
                MissionFact::from(Integrated { mission, artifact, reviews })
            }
            (true, Some(_), None) => {
                let request = view.mission.people_request();
                let drawn = request.and_then(|request| self.drawn(view, &request));
                let Some(panellists) = drawn else { return };
                MissionFact::from(PanelOpened { mission, claim, panellists })
            }
            (true, Some(_), Some(None)) => return,
        };
        let draft = Draft::mission(&fact, ("mission", mission.digest()));
        let by = self.steward(view);
        state(acts, draft.map(|draft| draft.spoken_by(by).citing(cites)));
    }
}

/// What the final task has made.
pub(super) fn made(panel: &Panel) -> Option<Digest> {
    let work = &panel.bundle.work;
    work.done.get(work.plan.graph.final_task()).map(|done| done.artifact)
}

/// Everybody who sits, reviewers and people, with the turnover of their bench.
fn seats(panel: &Panel) -> impl Iterator<Item = (&Turnover, &KeyId)> {
    let reviewers = panel.assigned.keys().map(|key| (&panel.turnover, key));
    let people = panel.people.iter();
    reviewers.chain(people.flat_map(|it| it.assigned.keys().map(|key| (&it.turnover, key))))
}

/// The statement by which somebody who sits and has not decided is to be replaced.
fn leaves(
    view: &MissionView,
    panel: &Panel,
    turnover: &Turnover,
    key: &KeyId,
) -> Option<StatementId> {
    let among_people = panel.people.as_ref();
    let has_decided = panel.reviews.contains_key(key)
        || among_people.is_some_and(|people| people.judgements.contains_key(key));
    let recused = view.mission.recused().get(key).filter(|_| !has_decided);
    turnover.silent.get(key).or(recused).copied()
}
