//! Orders in the world: several sovereigns move one order on, each in its own record.
//!
//! ```text
//!  history:   placed ─▶ funded ─▶ committed ─▶ claimed …      each act rests on the one before and cites it
//!                          │
//!                          └─▶ refunded                       the keeper's settlement rests on what the keeper has seen
//! ```
//!
//! Acts of buyer, seller and house form one chain, because each must have seen the last. The ledger keeper's
//! settlement may come from aside: at the deadline it does not wait for anybody, so it cannot wait for what it has
//! not been told. If a party acts without having seen the settlement, both stand in their records, and both are
//! valid; the settlement decides what became of the order, whichever of the two a reader meets first.

use comity_mycel::order::{OrderAct, OrderEvent, PlacedOrder};
use comity_wire::StatementId;

use super::World;
use super::record::Step;
use crate::refusal::Refusal;

/// An order, its mission, and the statement that the next event must cite.
#[derive(Clone, Debug)]
pub struct OrderView {
    /// Where the order stands.
    pub placed: PlacedOrder,
    /// The mission that works on it.
    pub mission: Option<StatementId>,
    /// The last event. Whoever moves the order on has seen it, so that two readers never disagree on what came first.
    pub head: StatementId,
    /// The publication of its MIP that it rests on.
    pub mip: StatementId,
    /// The chain of acts with the state after each, without the settlement. Never empty.
    history: Vec<(StatementId, PlacedOrder)>,
    is_settled: bool,
}

impl OrderView {
    pub(super) fn new(placed: PlacedOrder, mip: StatementId) -> Self {
        let head = placed.id();
        let history = vec![(head, placed.clone())];
        Self { placed, mission: None, head, mip, history, is_settled: false }
    }
}

impl World {
    /// The order as the speaker can know it, with its last act: a settlement that its record has not seen does not
    /// bind it.
    pub(super) fn order_known(
        &self,
        step: &Step<'_>,
        id: StatementId,
    ) -> Result<(&PlacedOrder, StatementId), Refusal> {
        let view = self.order(id)?;
        let is_over = view.is_settled && self.require_seen(step, view.head).is_ok();
        match view.history.last() {
            Some((head, placed)) if !is_over => Ok((placed, *head)),
            _ => Ok((&view.placed, view.head)),
        }
    }

    /// The same for whoever moves it on, who must have seen the last act.
    pub(super) fn order_as_seen(
        &self,
        step: &Step<'_>,
        id: StatementId,
    ) -> Result<&PlacedOrder, Refusal> {
        let (placed, head) = self.order_known(step, id)?;
        self.require_seen(step, head)?;
        Ok(placed)
    }

    /// What a settlement rests on: the last act that the keeper has seen.
    fn order_as_kept(&self, step: &Step<'_>, id: StatementId) -> Result<&PlacedOrder, Refusal> {
        let view = self.order(id)?;
        if view.is_settled {
            return Ok(&view.placed);
        }
        let seen = |(head, _): &&(StatementId, PlacedOrder)| self.require_seen(step, *head).is_ok();
        let last = view.history.iter().rev().find(seen);
        last.map(|(_, placed)| placed).ok_or(Refusal::NotCited { needed: id })
    }

    /// Moves an order on, and the money with it.
    pub(super) fn apply_order(
        &mut self,
        step: &Step<'_>,
        id: StatementId,
        act: OrderAct,
    ) -> Result<(), Refusal> {
        let is_settlement = settles(&act);
        let before = if is_settlement {
            self.order_as_kept(step, id)?
        } else {
            self.order_as_seen(step, id)?
        };
        let money = before.ledger_step(&act);
        let placed = moved(before, step, act)?;
        if let Some(money) = money {
            self.ledgers.entry(step.record).or_default().apply(&money)?;
        }
        self.put_order(step, id, placed, is_settlement);
        Ok(())
    }

    /// The order after an act that moves no money, without putting it in place.
    pub(super) fn moved_order(
        &self,
        step: &Step<'_>,
        id: StatementId,
        act: OrderAct,
    ) -> Result<PlacedOrder, Refusal> {
        moved(self.order_as_seen(step, id)?, step, act)
    }

    pub(super) fn put_order(
        &mut self,
        step: &Step<'_>,
        id: StatementId,
        placed: PlacedOrder,
        is_settlement: bool,
    ) {
        let Some(view) = self.orders.get_mut(&id) else { return };
        if !is_settlement {
            view.history.push((step.id(), placed.clone()));
        }
        if is_settlement || !view.is_settled {
            view.placed = placed;
            view.head = step.id();
        }
        view.is_settled |= is_settlement;
        if view.is_settled {
            // The keeper settles once: of the chain only its end is asked for from now on.
            view.history.drain(..view.history.len().saturating_sub(1));
        }
    }
}

/// Whether an act is the keeper's last word.
const fn settles(act: &OrderAct) -> bool {
    matches!(act, OrderAct::Release(_) | OrderAct::Refund(_))
}

fn moved(placed: &PlacedOrder, step: &Step<'_>, act: OrderAct) -> Result<PlacedOrder, Refusal> {
    let event = OrderEvent { by: step.record, id: step.id(), at: step.place.at, act };
    Ok(placed.apply(&event)?)
}
