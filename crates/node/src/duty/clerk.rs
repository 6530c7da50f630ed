//! The clerk of a record with a constitution: states what the record says is due, and decides nothing.
//!
//! ```text
//!  ceremony    members deal ─▶ dealing ends ─▶ complaints ─▶ the key
//!  signatures  the beacon of each epoch, commitments, decisions, the next key, windows for the chain
//!  votes       pool ─▶ an epoch closes ─▶ beacon ─▶ chamber ─▶ ballots ─▶ count ─▶ ... ─▶ activation
//!  cases       pool ─▶ an epoch closes ─▶ beacon ─▶ panel ─▶ decisions ─▶ count
//!  guard       held updates of trust: released when enough people vouched, suspended when they did not in time
//! ```
//!
//! # Invariants
//!
//! 1. What would be refused is not drafted: each act is tried on a copy of the state first.
//! 2. The clerk never holds up the close of an epoch.
//! 3. A pool names a round two epochs ahead: one epoch closes over it before anybody can know the value.

mod cases;
mod ceremony;
mod guard;
mod signatures;
mod votes;

use comity_wire::{SovereignId, Time};

use super::Acts;
use crate::io::Now;
use crate::node::Node;

pub(crate) use self::signatures::{Signing, certified as certified_window};

/// Epochs from the one in which a pool is stated to the one whose beacon draws from it.
const EPOCHS_AHEAD: u64 = 2;

type Office = fn(&Node, SovereignId, Time, &mut Acts);

impl Node {
    /// What the clerk would do next, from the first office that has something to do.
    pub(super) fn clerk(&self, me: SovereignId, now: Now, acts: &mut Acts) {
        let at = self.date(now, &[]);
        let offices: [Office; 5] =
            [Self::ceremony, Self::signatures, Self::votes, Self::cases, Self::guard];
        for office in offices {
            let mut due = Acts::new();
            office(self, me, at, &mut due);
            due.retain(|act| !self.is_blocked(act));
            if !due.is_empty() {
                acts.extend(due);
                return;
            }
        }
    }

    /// The round that a pool stated now names; none without a committee that could publish it.
    fn round_ahead(&self, me: SovereignId, at: Time) -> Option<u64> {
        let now = self.world.rules_of(me).ok()?.epoch_number(at);
        let committee = self.world.record(me)?.committee();
        let round = now + EPOCHS_AHEAD;
        committee.usable(round, at).is_ok().then_some(round)
    }
}
