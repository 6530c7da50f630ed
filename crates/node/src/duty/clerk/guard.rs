//! Updates of trust that the guard holds, in a record whose constitution says who may release them.

use comity_trust::{IncidentState, Suspended, TrustFact};
use comity_wire::{SovereignId, Time};

use super::super::{Acts, Draft, state};
use crate::node::Node;

impl Node {
    /// Releases what enough people have vouched for, suspends what they have not in time.
    pub(super) fn guard(&self, me: SovereignId, at: Time, acts: &mut Acts) {
        let (Some((policy, ledger)), Some(_)) = (self.world.trust(me), self.world.polity(me))
        else {
            return;
        };
        let governance = self.world.governance_of(me);
        for (held, incident) in ledger.incidents() {
            if incident.state != IncidentState::Open {
                continue;
            }
            let deadline = incident.deadline(policy, governance);
            let words = ledger.endorsements(held).map(|(id, _)| id).collect();
            let fact = match ledger.propose_release(policy, governance, held, words, at) {
                Ok(released) => TrustFact::from(released),
                Err(_) if deadline.is_some_and(|until| until < at) => {
                    TrustFact::from(Suspended { held })
                }
                Err(_) => continue,
            };
            state(acts, Draft::trust(&fact, ("held", held.digest())));
        }
    }
}
