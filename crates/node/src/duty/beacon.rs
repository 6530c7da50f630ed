//! A share of the beacon: committed when the attempt begins, revealed when the evidence is fixed.

use comity_commitment::{BeaconCommitted, BeaconRevealed, CommitmentFact, beacon};
use comity_mission::Phase;
use comity_replay::MissionView;
use comity_wire::{Digest, SovereignId, StatementId, sha256_concat};

use super::{Acts, Draft, state};
use crate::node::Node;

impl Node {
    pub(super) fn beacon(
        &self,
        me: SovereignId,
        order: StatementId,
        view: &MissionView,
        acts: &mut Acts,
    ) {
        let attempt = view.mission.attempts();
        let round = self.world.round(order, attempt);
        let commit = round.and_then(|round| round.commit_of(me));
        let about = ("order", order.digest());
        match (view.mission.phase(), view.started, view.attached, commit) {
            (Phase::InProgress { .. }, Some(started), _, None) => {
                let value = self.share(order, attempt);
                let digest = beacon::commit_digest(order, attempt, &value);
                let fact = CommitmentFact::from(BeaconCommitted { attempt, digest, order });
                let draft = Draft::commitment(&fact, about);
                state(acts, draft.map(|draft| draft.citing([started])));
            }
            (Phase::EvidenceAttached { .. }, _, Some(attached), Some(commit))
                if round.is_some_and(|round| round.reveal_of(me).is_none()) =>
            {
                let value = self.share(order, attempt);
                let fact = CommitmentFact::from(BeaconRevealed { attempt, commit, order, value });
                let draft = Draft::commitment(&fact, about);
                state(acts, draft.map(|draft| draft.citing([attached])));
            }
            _ => {}
        }
    }

    /// This sovereign's secret share: derived, so that a restart reveals what was committed.
    fn share(&self, order: StatementId, attempt: u64) -> Digest {
        let tag = b"comity-beacon-share/v1\0";
        let attempt = attempt.to_be_bytes();
        sha256_concat(&[tag, self.beacon_secret(), order.digest().as_bytes(), &attempt])
    }
}
