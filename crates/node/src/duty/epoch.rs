//! The end of an epoch: trust of those who took part in ended missions, then the four roots.

use comity_commitment::{CommitmentFact, EpochId};
use comity_replay::MissionView;
use comity_trust::{Ended, Standing, TrustFact};
use comity_wire::{KeyId, SovereignId, StatementId, Time, sha256_concat};

use super::{Acts, Draft, state};
use crate::io::Now;
use crate::node::Node;

impl Node {
    /// Once an epoch has ended in which something was stated, the epoch that has just passed is closed over everything
    /// since the last close. It may be a later one than the first of those statements: quiet epochs are not closed.
    /// A record in which nothing has been stated since still owes their trust to those whose mission ended elsewhere.
    pub(super) fn epoch(&self, me: SovereignId, now: Now, acts: &mut Acts) {
        let Some(own) = self.world.record(me) else { return };
        let epoch_s = own.chain().epoch_s();
        let today = now.wall.max(own.last);
        let Ok(current) = EpochId::containing(today, epoch_s) else { return };
        let passed = current.start().plus(-1);
        if own.opened().is_some_and(|opened| passed < opened) {
            return;
        }
        let Ok(epoch) = EpochId::containing(passed, epoch_s) else { return };
        for (id, view) in self.world.missions() {
            self.trust_of(me, (passed, today), id, view, epoch.number(epoch_s), acts);
        }
        if own.opened().is_none() {
            return;
        }
        self.spent(me, today, acts);
        acts.retain(|act| !self.is_blocked(act));
        if !acts.is_empty() {
            return;
        }
        if let Ok(Some(closed)) = self.world.closing(me, passed) {
            let about = ("commitment", closed.hash);
            state(acts, Draft::commitment(&CommitmentFact::from(closed), about));
        }
    }

    /// Machines from which decay has taken the last trust since they were last named: others learn of it from here.
    fn spent(&self, me: SovereignId, today: Time, acts: &mut Acts) {
        let Some((policy, ledger)) = self.world.trust(me) else { return };
        for (actor, account) in ledger.accounts() {
            let is_spent = !account.is_quarantined()
                && matches!(
                    account.standing_at(policy, today),
                    Standing::Quarantined { .. } | Standing::Decommissioned { .. }
                );
            if is_spent && let Ok(decayed) = ledger.propose_decay(policy, actor, today) {
                let about = sha256_concat(&[b"decay ", actor.as_str().as_bytes()]);
                state(acts, Draft::trust(&TrustFact::from(decayed), ("decay", about)));
            }
        }
    }

    /// What those who took part in a mission gained or lost, if it had ended when the epoch did.
    fn trust_of(
        &self,
        me: SovereignId,
        (passed, today): (Time, Time),
        id: StatementId,
        view: &MissionView,
        epoch: u64,
        acts: &mut Acts,
    ) {
        let Some(ending) = self.world.ending(id).ok().flatten().filter(|it| it.at <= passed) else {
            return;
        };
        let Some((policy, ledger)) = self.world.trust(me) else { return };
        for actor in self.world.participants(me, view) {
            if ledger.is_updated(&actor, id) {
                continue;
            }
            let Ok(Some(work)) = self.world.work_of(me, id, &actor) else { continue };
            let ended = Ended { mission: id, at: ending.at };
            if let Ok(updated) = ledger.propose(policy, &actor, ended, epoch, work, today) {
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
