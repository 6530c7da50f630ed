//! The steward of a mission under review: draws who judges, replaces who does not, ends the review.

use comity_mission::facts::{
    Decision, Integrated, Judgement, PanelOpened, ReviewOpened, ReviewerReplaced, ReworkRequired,
};
use comity_mission::{MissionFact, Panel, People, Turnover, Verdict};
use comity_replay::{MissionView, OrderView};
use comity_wire::{KeyId, StatementId};

use super::{Acts, Draft, state};
use crate::node::Node;

impl Node {
    pub(super) fn open_review(
        &self,
        id: StatementId,
        order: &OrderView,
        view: &MissionView,
        acts: &mut Acts,
    ) {
        let attempt = view.mission.attempts();
        let Some(round) = self.world.round(id, attempt) else { return };
        let Some(beacon) = round.value() else { return };
        let Some(request) = view.mission.route_request(beacon) else { return };
        let Ok(pool) = self.world.reviewer_pool(&order.placed, attempt) else { return };
        let Ok(reviewers) = comity_mission::route(&pool, &request) else { return };
        let mission = view.mission.id();
        let fact = MissionFact::from(ReviewOpened { mission, reviewers, beacon });
        let draft = Draft::mission(&fact, ("mission", mission.digest()));
        state(acts, draft.map(|draft| draft.citing(round.reveals())));
    }

    /// Replaces who has fallen silent, asks people where people must judge, and ends the review when
    /// everybody has been heard.
    pub(super) fn see_review_through(
        &self,
        order: &OrderView,
        view: &MissionView,
        panel: &Panel,
        acts: &mut Acts,
    ) {
        let people = panel.people.as_ref();
        let judging = people.map(|people| (&people.turnover, people.assigned.keys()));
        let seats = [(&panel.turnover, panel.assigned.keys())].into_iter().chain(judging);
        for (turnover, sitting) in seats {
            for key in sitting {
                if let Some(shown_by) = leaves(view, panel, turnover, key) {
                    self.replace(order, view, panel, (key, shown_by), acts);
                }
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
        order: &OrderView,
        view: &MissionView,
        panel: &Panel,
        (reviewer, shown_by): (&KeyId, StatementId),
        acts: &mut Acts,
    ) {
        let Some(request) = view.mission.next_request(reviewer) else { return };
        let attempt = view.mission.attempts();
        let Ok(pool) = self.world.reviewer_pool(&order.placed, attempt) else { return };
        let Ok(replacement) = comity_mission::route_next(&pool, &request) else { return };
        let (mission, claim) = (view.mission.id(), panel.bundle.claim);
        let reviewer = reviewer.clone();
        let fact = ReviewerReplaced { mission, claim, reviewer, replacement, shown_by };
        let draft = Draft::mission(&fact.into(), ("silence", shown_by.digest()));
        state(acts, draft.map(|draft| draft.citing([shown_by])));
    }

    /// When every reviewer has decided, and every one who approves has vouched.
    fn end_review(&self, order: &OrderView, view: &MissionView, panel: &Panel, acts: &mut Acts) {
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
            .chain([order.head])
            .collect();
        let reports = self.world.panel_reports(view).unwrap_or_default();
        let passes = panel.verdict() == Verdict::Passed && order.placed.accepts(&reports).is_ok();
        let fact = match (passes, panel.needs_people(), people.map(People::outcome)) {
            (false, _, _) | (true, _, Some(Some(Judgement::Reject))) => {
                MissionFact::from(ReworkRequired { mission, reviews })
            }
            (true, None, _) | (true, Some(_), Some(Some(Judgement::Approve))) => {
                let Ok(claimed) = self.world.claim(claim) else { return };
                MissionFact::from(Integrated { mission, artifact: claimed.result, reviews })
            }
            (true, Some(_), None) => {
                let Some(panellists) = self.people(order, view) else { return };
                MissionFact::from(PanelOpened { mission, claim, panellists })
            }
            (true, Some(_), Some(None)) => return,
        };
        let draft = Draft::mission(&fact, ("mission", mission.digest()));
        state(acts, draft.map(|draft| draft.citing(cites)));
    }

    /// The people that the beacon draws, if there are enough.
    fn people(&self, order: &OrderView, view: &MissionView) -> Option<Vec<KeyId>> {
        let request = view.mission.people_request()?;
        let pool = self.world.reviewer_pool(&order.placed, view.mission.attempts()).ok()?;
        comity_mission::route(&pool, &request).ok()
    }
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
