//! Founding, admitting actors, answering treaties.

use comity_mesh::{ActorAdmitted, Genesis, MeshFact, Scope};
use comity_mycel::facts::Order;
use comity_wire::{SovereignId, StatementId, WireError, sha256};

use super::{Acts, Draft, Speaker, state};
use crate::error::NodeError;
use crate::io::Now;
use crate::node::{Node, Wanted};

impl Draft {
    /// The admission of an actor.
    pub(crate) fn admission(admitted: ActorAdmitted) -> Result<Self, WireError> {
        let about = sha256(admitted.key.as_str().as_bytes());
        Self::mesh(&MeshFact::from(admitted), ("actor", about))
    }
}

impl Node {
    pub(super) fn founding(&self, acts: &mut Acts) {
        let charter = &self.charter;
        if self.me.is_none() {
            let genesis = MeshFact::from(Genesis {
                name: charter.name.clone(),
                organisation: charter.organisation.clone(),
                region: charter.region.clone(),
                root: self.root(),
                authority: self.authority(),
                authority_ml_dsa: self.authority_ml_dsa(),
                parameters: charter.parameters,
                witnesses_min: charter.witnesses_min,
            });
            let draft = Draft::mesh(&genesis, ("parameters", charter.parameters));
            state(acts, draft.map(|draft| draft.spoken_by(Speaker::Root)));
            return;
        }
        for admitted in &charter.actors {
            if self.world.directory().actor(&admitted.key).is_err() {
                state(acts, Draft::admission(admitted.clone()));
            }
        }
    }

    /// Recognises in return whoever recognises this sovereign, unless that has been done, or done and revoked.
    pub(super) fn treaties(&self, me: SovereignId, now: Now, acts: &mut Acts) {
        if !self.charter.accepts_treaties {
            return;
        }
        let directory = self.world.directory();
        for (id, theirs) in directory.treaties() {
            let expires_at = theirs.object.expires_at;
            if theirs.to == me && theirs.is_live(now.wall) && !directory.is_answered(theirs) {
                let genesis = StatementId::from_digest(theirs.by.digest());
                let wanted = Wanted {
                    to: theirs.by,
                    roles: theirs.object.scope.allowed_roles.clone(),
                    window: (theirs.object.valid_from, expires_at),
                    about: id.digest(),
                };
                if let Ok(issued) = self.treaty(me, now, wanted) {
                    let draft = Draft::mesh(&issued, ("treaty", id.digest()));
                    state(acts, draft.map(|draft| draft.citing([genesis, id])));
                }
            }
        }
    }

    /// The statements that an order of ours depends on.
    pub(crate) fn order_cites(&self, me: SovereignId, now: Now, order: &Order) -> Vec<StatementId> {
        let at = self.date(now, &[]);
        let treaty = |other, scope| self.world.treaty_in_force(me, other, scope, at).ok();
        let mip = self.world.mip(order.mip).map(|(id, _)| id);
        let house = StatementId::from_digest(order.reviewer_house.digest());
        [treaty(order.seller, Scope::Order), treaty(order.ledger, Scope::Escrow), mip, Some(house)]
            .into_iter()
            .flatten()
            .collect()
    }

    /// The human actor of this node who decides at gates.
    pub(crate) fn gate_actor(&self, me: SovereignId) -> Result<comity_wire::KeyId, NodeError> {
        self.own_actor(me, comity_mesh::Role::Gate).ok_or(NodeError::NoGate)
    }

    /// The first own actor with a role, by key.
    pub(crate) fn own_actor(
        &self,
        me: SovereignId,
        role: comity_mesh::Role,
    ) -> Option<comity_wire::KeyId> {
        let mut actors = self.world.directory().actors();
        let found = actors.find(|actor| {
            actor.sovereign == me && actor.roles.contains(&role) && self.is_mine(&actor.key)
        });
        found.map(|actor| actor.key.clone())
    }
}
