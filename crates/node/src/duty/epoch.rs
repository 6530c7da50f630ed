//! The end of an epoch: trust of those who took part in ended missions, then the four roots.

use comity_commitment::{CommitmentFact, EpochId};
use comity_replay::MissionView;
use comity_trust::TrustFact;
use comity_wire::{KeyId, SovereignId, StatementId, sha256_concat};

use super::{Acts, Draft, state};
use crate::io::Now;
use crate::node::Node;

impl Node {
    /// An epoch is closed as soon as a later one has begun and something has been stated since the last close.
    pub(super) fn epoch(&self, me: SovereignId, now: Now, acts: &mut Acts) {
        let Some(own) = self.world.record(me) else { return };
        let epoch_s = own.chain().epoch_s();
        let (Ok(last), Ok(current)) =
            (EpochId::containing(own.last, epoch_s), EpochId::containing(now.wall, epoch_s))
        else {
            return;
        };
        if own.epoch().is_empty() || current <= last {
            return;
        }
        for (id, view) in self.world.missions() {
            self.trust_of(me, now, id, view, last.number(epoch_s), acts);
        }
        if !acts.is_empty() {
            return;
        }
        if let Ok(Some(closed)) = self.world.closing(me, own.last) {
            let about = ("commitment", closed.hash);
            state(acts, Draft::commitment(&CommitmentFact::from(closed), about));
        }
    }

    fn trust_of(
        &self,
        me: SovereignId,
        now: Now,
        id: StatementId,
        view: &MissionView,
        epoch: u64,
        acts: &mut Acts,
    ) {
        let Ok(Some(ending)) = self.world.ending(id) else { return };
        let Some((policy, ledger)) = self.world.trust(me) else { return };
        for actor in self.world.participants(me, view) {
            if ledger.is_updated(&actor, id) {
                continue;
            }
            let Ok(Some(work)) = self.world.work_of(me, id, &actor) else { continue };
            if let Ok(updated) = ledger.propose(policy, &actor, id, epoch, work, now.wall) {
                let draft = Draft::trust(&TrustFact::from(updated), ("trust", about(&actor, id)));
                state(acts, draft.map(|draft| draft.citing([ending.shown_by])));
            }
        }
    }
}

/// Tells updates of one actor for different missions apart.
fn about(actor: &KeyId, mission: StatementId) -> comity_wire::Digest {
    sha256_concat(&[mission.digest().as_bytes(), actor.as_str().as_bytes()])
}
