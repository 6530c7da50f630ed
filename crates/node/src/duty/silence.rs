//! The reviewer house about its own: who has not answered in time, and who may not answer at all.

use comity_constitution::RiskTier;
use comity_mission::facts::{Recused, ReviewerSilent};
use comity_mission::{MissionFact, Panel, Phase, Turnover};
use comity_replay::MissionView;
use comity_wire::{KeyId, StatementId, sha256_concat};

use super::reviewer::{class_of, questions};
use super::{Acts, Draft, state};
use crate::io::Now;
use crate::node::Node;

impl Node {
    /// States the silence of everybody who sits in the review under way, once the window has passed.
    pub(super) fn silence(
        &self,
        now: Now,
        order: Option<StatementId>,
        view: &MissionView,
        acts: &mut Acts,
    ) {
        let Phase::UnderReview { panel } = view.mission.phase() else { return };
        for key in panel.assigned.keys() {
            if self.reviews_reviewer(view, panel, key) {
                recuse(view, panel, key, acts);
            } else if !panel.has_finished(key) && !self.is_kept_waiting(order, view, panel, key) {
                let has_decided = panel.reviews.contains_key(key);
                self.call(now, view, panel, (&panel.turnover, key, has_decided), acts);
            }
        }
        let Some(people) = &panel.people else { return };
        for key in people.assigned.keys().filter(|key| !people.judgements.contains_key(*key)) {
            self.call(now, view, panel, (&people.turnover, key, false), acts);
        }
    }

    /// Whether an own reviewer has asked and not been answered. Its silence is then another's: a seller could
    /// otherwise starve a reviewer out of its seat. Without an order there is nobody to ask.
    fn is_kept_waiting(
        &self,
        order: Option<StatementId>,
        view: &MissionView,
        panel: &Panel,
        key: &KeyId,
    ) -> bool {
        let Some(order) = order else { return false };
        let asks = questions(order, view.mission.attempts(), class_of(panel, key), key);
        self.is_mine(key)
            && !panel.reviews.contains_key(key)
            && asks.iter().any(|ask| !self.given.contains_key(ask))
    }

    fn call(
        &self,
        now: Now,
        view: &MissionView,
        panel: &Panel,
        (turnover, key, has_decided): (&Turnover, &KeyId, bool),
        acts: &mut Acts,
    ) {
        let is_recused = view.mission.recused().contains_key(key) && !has_decided;
        let (seated_by, since) = turnover.seated_by(key);
        let window_s = i64::try_from(panel.scope().response_window_s).unwrap_or(i64::MAX);
        let is_over = since.plus(window_s) <= self.date(now, &[seated_by]);
        if is_recused || !is_over || turnover.silent.contains_key(key) {
            return;
        }
        let (mission, claim) = (view.mission.id(), panel.bundle.claim);
        let fact = ReviewerSilent { mission, claim, reviewer: key.clone() };
        let draft = Draft::mission(&fact.into(), ("seat", seat(seated_by, key)));
        state(acts, draft.map(|draft| draft.citing([seated_by])));
    }

    /// Whether the worker under review has been seated here to review the reviewer, who then must not decide.
    fn reviews_reviewer(&self, view: &MissionView, panel: &Panel, key: &KeyId) -> bool {
        RiskTier::R1 <= panel.scope().tier
            && !panel.reviews.contains_key(key)
            && !view.mission.recused().contains_key(key)
            && self.world.is_reciprocal_now(view, key)
    }
}

/// Keeps an own reviewer away from the mission.
fn recuse(view: &MissionView, panel: &Panel, key: &KeyId, acts: &mut Acts) {
    let mission = view.mission.id();
    let reason = "its own work is under review by the worker".to_owned();
    let fact = MissionFact::from(Recused { mission, reviewer: key.clone(), reason });
    let (seated_by, _) = panel.turnover.seated_by(key);
    let draft = Draft::mission(&fact, ("seat", seat(seated_by, key)));
    state(acts, draft.map(|draft| draft.citing([seated_by])));
}

/// Tells the seats of one panel apart.
fn seat(seated_by: StatementId, key: &KeyId) -> comity_wire::Digest {
    sha256_concat(&[seated_by.digest().as_bytes(), key.as_str().as_bytes()])
}
