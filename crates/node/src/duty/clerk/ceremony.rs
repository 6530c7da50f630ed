//! The committee's key: members of this node deal and complain, the clerk ends each phase at its date.

use comity_commitment::CommitmentFact;
use comity_wire::{KeyId, SovereignId, Time, sha256_concat};

use super::super::{Acts, Draft, Speaker, state};
use crate::node::Node;

impl Node {
    /// The next step of the ceremony under way.
    pub(super) fn ceremony(&self, me: SovereignId, at: Time, acts: &mut Acts) {
        let (Some(view), Ok(rules)) = (self.world.record(me), self.world.rules_of(me)) else {
            return;
        };
        let committee = view.committee();
        let Some(plan) = committee.planned() else { return };
        let about =
            |key: &KeyId| sha256_concat(&[plan.digest().as_bytes(), key.as_str().as_bytes()]);
        let mut said = |key: &KeyId, fact: CommitmentFact| {
            let draft = Draft::commitment(&fact, ("ceremony", about(key)));
            state(acts, draft.map(|draft| draft.spoken_by(Speaker::Actor(key.clone()))));
        };
        // One at a time: a dealing is long to make.
        let dealer = committee.dealers_due().find(|key| self.is_mine(key));
        if let Some((key, secret)) = dealer.and_then(|key| Some((key, self.member(key)?)))
            && let Some(dealt) = committee.dealing_by(&secret.key, &secret.dealing)
        {
            return said(key, dealt.into());
        }
        for (key, complaint) in self.members.complaints(plan) {
            if committee.hears(complaint) {
                said(key, complaint.clone().into());
            }
        }
        let ended = committee.end_of_dealing(at, &rules).map(CommitmentFact::from);
        let made = || committee.key_made(at, &rules).map(CommitmentFact::from);
        if acts.is_empty()
            && let Some(fact) = ended.or_else(made)
        {
            state(acts, Draft::commitment(&fact, ("ceremony", plan.digest())));
        }
    }
}
