//! What only time has decided, and nobody but the record's own authority can put into words.

use comity_trust::{DecommissionCause, Decommissioned, Standing, TrustFact};
use comity_wire::{SovereignId, sha256_concat};

use super::{Acts, Draft, state};
use crate::io::Now;
use crate::node::Node;

impl Node {
    /// Machines that have been without trust for too long have ended, which other records learn from here.
    pub(super) fn overdue(&self, me: SovereignId, now: Now, acts: &mut Acts) {
        let (Some((policy, ledger)), Some(own)) = (self.world.trust(me), self.world.record(me))
        else {
            return;
        };
        let today = now.wall.max(own.last);
        let has_ended = |standing| matches!(standing, Standing::Decommissioned { .. });
        for (actor, account) in ledger.accounts() {
            let is_said = has_ended(account.standing_after(&|_| true));
            if !is_said && has_ended(account.standing_at(policy, today)) {
                let (cause, machine) = (DecommissionCause::Zero, actor.clone());
                let fact = TrustFact::from(Decommissioned { cause, machine });
                let about = sha256_concat(&[b"end ", actor.as_str().as_bytes()]);
                state(acts, Draft::trust(&fact, ("machine", about)));
            }
        }
    }
}
