//! The people above the reviewers, and those who keep reviewers away from a mission.

use comity_constitution::RiskTier;
use comity_mission::Phase;
use comity_mission::facts::Judgement;
use comity_node::{Command, Node};
use comity_replay::MissionView;
use comity_wire::{SovereignId, StatementId};

use super::Sim;
use crate::cast;
use crate::scenario::OrderPlan;

type Wishes = Vec<(String, Command)>;

impl Sim {
    fn plan_of(&self, order: StatementId) -> Option<&OrderPlan> {
        let (number, _) = self.placed.iter().find(|(_, id)| **id == order)?;
        self.scenario.orders.get(*number)
    }

    /// The people drawn judge, except those who are silent.
    pub(super) fn judgements(&self, node: &Node) -> Wishes {
        let seed = self.scenario.seed;
        let mute: Vec<_> =
            self.scenario.mute.iter().map(|mute| cast::reviewer(seed, mute.name)).collect();
        let mut wishes = Vec::new();
        for (mission, view) in node.world().missions() {
            let (Phase::UnderReview { panel }, Some(plan)) =
                (view.mission.phase(), view.mission.order().and_then(|order| self.plan_of(order)))
            else {
                continue;
            };
            let Some(people) = &panel.people else { continue };
            for (number, who) in people.assigned.keys().enumerate() {
                if mute.contains(who) || people.judgements.contains_key(who) {
                    continue;
                }
                let pick = number.checked_rem(plan.judgements.len()).unwrap_or(0);
                let judgement = plan.judgements.get(pick).copied().unwrap_or(Judgement::Approve);
                let (panellist, reason) = (who.clone(), format!("judged by {who}"));
                let note = format!("judge {mission} {} {who}", view.mission.attempts());
                wishes.push((note, Command::Judge { mission, panellist, judgement, reason }));
            }
        }
        wishes
    }

    /// The house keeps somebody away from a mission, at any time of its life.
    pub(super) fn recusals(&self, node: &Node) -> Wishes {
        let one = |(mission, view): (StatementId, &MissionView)| {
            let name = self.plan_of(view.mission.order()?)?.recused?;
            let reviewer = cast::reviewer(self.scenario.seed, name);
            let reason = "recused by the simulation".to_owned();
            let command = Command::Recuse { mission, reviewer, reason };
            Some((format!("recuse {mission} {name}"), command))
        };
        node.world().missions().filter_map(one).collect()
    }

    /// The owner asks for people while reviewers are at work.
    pub(super) fn escalations(&self, me: SovereignId, node: &Node) -> Wishes {
        let one = |(mission, view): (StatementId, &MissionView)| {
            let plan = self.plan_of(view.mission.order()?).filter(|plan| plan.escalates)?;
            let Phase::UnderReview { panel } = view.mission.phase() else { return None };
            let is_due = view.record == me && panel.people.is_none() && plan.tier != RiskTier::R0;
            let note = format!("escalate {mission} {}", view.mission.attempts());
            let reason = "escalated by the simulation".to_owned();
            is_due.then_some((note, Command::Escalate { mission, reason }))
        };
        node.world().missions().filter_map(one).collect()
    }
}
