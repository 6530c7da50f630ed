//! Missions of every tier: what reviewers approve, what the gate sends back, and who is replaced for keeping silent.

use anyhow::{Context as _, ensure};
use comity_constitution::RiskTier;
use comity_mission::Phase;
use comity_mission::facts::GateDecision;
use comity_mycel::order::OrderState;
use comity_node::Command;
use comity_wire::StatementId;

use super::story::{brief, trust};
use super::{Senate, cast};
use crate::tour::{PREDICATE, Progress, Tour, Wish};

/// How many orders are placed: one of each tier that machines work in, one that fails, one on probation.
pub(super) const ORDERS: usize = 5;

/// More often than this nothing is waited for: every reviewer silent in turn, twice.
const WAITS_MAX: u32 = 16;

impl Senate {
    /// The low-risk and the high-risk flow.
    pub(super) fn work(&mut self, progress: &mut dyn Progress) -> anyhow::Result<()> {
        self.story.chapter("Missions");
        for (number, tier) in [RiskTier::R0, RiskTier::R1, RiskTier::R2].into_iter().enumerate() {
            let gated = self.tour.parameters.tier(tier).human_final_gate;
            let wish = Wish {
                tier,
                predicate: PREDICATE.to_owned(),
                attempts_max: if gated { 2 } else { 1 },
            };
            let before = self.worth(cast::WORKER)?;
            let id = self.carry_out(number, &wish, progress)?;
            self.tell_mission(tier, id, &before)?;
        }
        Ok(())
    }

    /// An order from its placing to its last coin, and the close of the epoch in which that happened.
    pub(super) fn carry_out(
        &mut self,
        number: usize,
        wish: &Wish,
        progress: &mut dyn Progress,
    ) -> anyhow::Result<StatementId> {
        progress.stage(&format!("an order of tier {}", wish.tier.name()));
        let id = self.tour.place_as(number, &self.plant, wish)?;
        self.see_through(id, progress)?;
        Ok(id)
    }

    /// Sees an order through, whoever is silent on the way.
    pub(super) fn see_through(
        &mut self,
        id: StatementId,
        progress: &mut dyn Progress,
    ) -> anyhow::Result<()> {
        let window_s = self.world()?.charter_of(self.id()?).review().response_window_s;
        for _ in 0..WAITS_MAX {
            let is_rested = self.tour.town.run_until(|town| Tour::is_rested(town, id))?;
            self.anchor()?;
            if is_rested {
                break;
            }
            if !self.decide_gate(id)? {
                // Somebody keeps silent.
                let over = self.tour.town.now().wall.plus(i64::try_from(window_s)? + 1);
                self.wait_until(over)?;
            }
        }
        self.tour.settle(id, progress)?;
        self.anchor()?;
        self.tour.close_epoch(progress)?;
        self.anchor()
    }

    /// The person at the gate sends the first attempt back, and approves the second. Whether the gate was open.
    fn decide_gate(&mut self, order: StatementId) -> anyhow::Result<bool> {
        let world = self.world()?;
        let placed = world.order(order)?;
        let Some(mission) = placed.mission else { return Ok(false) };
        let view = world.mission(mission)?;
        if !matches!(view.mission.phase(), Phase::FinalHumanGate { decision: None, .. }) {
            return Ok(false);
        }
        let is_last = placed.placed.terms().attempts_max <= view.mission.attempts();
        let (decision, reason) = if is_last {
            (GateDecision::Approve, "the report reads well now (simulated human)")
        } else {
            (GateDecision::Reject, "the report does not say what was left out (simulated human)")
        };
        let reason = reason.to_owned();
        self.command(Command::Decide { mission, decision, reason })?;
        Ok(true)
    }

    /// What became of an order, as its record says.
    fn tell_mission(
        &mut self,
        tier: RiskTier,
        id: StatementId,
        before: &str,
    ) -> anyhow::Result<()> {
        let world = self.world()?;
        let order = world.order(id)?;
        ensure!(*order.placed.state() == OrderState::Released, "the {} was not paid", tier.name());
        let view = world.mission(order.mission.context("no mission")?)?;
        let panel = view.panel().context("no panel")?;
        let (reviews, attempts) = (panel.reviews.len(), view.mission.attempts());
        let gate = match (self.tour.parameters.tier(tier).human_final_gate, attempts) {
            (false, _) => "closed without a person".to_owned(),
            (true, 1) => "approved at the human gate".to_owned(),
            (true, _) => "sent back at the human gate, done again and approved".to_owned(),
        };
        let counted =
            if reviews == 1 { "1 reviewer".to_owned() } else { format!("{reviews} reviewers") };
        let after = self.worth(cast::WORKER)?;
        self.story.tell(format!("{}, {counted}: {gate}; {}", tier.name(), brief(id)));
        self.story.tell(format!("{}'s trust goes from {before} to {after}", cast::WORKER));
        Ok(())
    }

    /// The trust of an actor now.
    pub(super) fn worth(&self, name: &str) -> anyhow::Result<String> {
        let (policy, ledger) = self.world()?.trust(self.id()?).context("no trust")?;
        let value = ledger.trust_at(policy, &self.key(name)?, self.at()?);
        Ok(trust(value.context("no account")?))
    }
}
