//! The ledger keeper: holds the reward, pays it once, or returns it.

use comity_mesh::Scope;
use comity_mycel::MycelFact;
use comity_mycel::facts::EscrowFunded;
use comity_mycel::ledger::Account;
use comity_mycel::order::{Due, OrderState};
use comity_replay::OrderView;
use comity_wire::{SovereignId, StatementId};

use super::{Acts, Draft, state};
use crate::io::Now;
use crate::node::Node;

impl Node {
    pub(super) fn keeper(
        &self,
        me: SovereignId,
        now: Now,
        id: StatementId,
        order: &OrderView,
        acts: &mut Acts,
    ) {
        let about = ("order", id.digest());
        if *order.placed.state() == OrderState::Open {
            if let Some(fact) = self.fundable(me, now, id, order) {
                let cites = self.escrow_treaties(me, now, order);
                let draft = Draft::mycel(&fact, about);
                state(acts, draft.map(|draft| draft.citing([order.head]).citing(cites)));
            }
            return;
        }
        let fact = match order.placed.due(now.wall) {
            Some(Due::Release(body)) => MycelFact::from(body),
            Some(Due::Refund(body)) => MycelFact::from(body),
            None => return,
        };
        let draft = Draft::mycel(&fact, about);
        state(acts, draft.map(|draft| draft.citing([order.head])));
    }

    fn fundable(
        &self,
        me: SovereignId,
        now: Now,
        id: StatementId,
        order: &OrderView,
    ) -> Option<MycelFact> {
        let terms = order.placed.terms();
        let buyer = order.placed.buyer();
        let held = self.world.ledger(me)?.balance(Account::Vault(buyer), &terms.reward.asset);
        let covered = i64::try_from(terms.reward.amount).is_ok_and(|amount| amount <= held);
        let in_time = now.wall <= terms.deadline;
        (covered && in_time).then(|| {
            MycelFact::from(EscrowFunded {
                order: id,
                from: buyer,
                amount: terms.reward.amount,
                asset: terms.reward.asset.clone(),
            })
        })
    }

    fn escrow_treaties(&self, me: SovereignId, now: Now, order: &OrderView) -> Vec<StatementId> {
        let at = self.date(now, &[order.head]);
        [order.placed.buyer(), order.placed.terms().seller]
            .into_iter()
            .filter_map(|other| self.world.treaty_in_force(me, other, Scope::Escrow, at).ok())
            .collect()
    }
}
