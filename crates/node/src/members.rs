//! Members of the committee whose keys live in this node, and the parts of signatures that are at hand.
//!
//! Nothing here is ground state: shares and complaints follow from the record and the members' secrets, and a part that
//! came from elsewhere can be sent again.

use std::collections::BTreeMap;

use comity_bls::{CommitteeKey, Index, KeyEpoch, MemberSecret, PartialSignature, SecretShare};
use comity_commitment::{CommitmentFact, CommitteeComplained, MemberKeyStated};
use comity_replay::RecordView;
use comity_wire::{Digest, KeyId, SovereignId, StatementId, Time, b64, sha256_concat};

use crate::duty::{Draft, Signing, Speaker};
use crate::error::NodeError;
use crate::fact::Fact;
use crate::io::{Now, Partial};
use crate::node::Node;

/// A member's secrets. Both follow from the key that it signs statements with.
pub(crate) struct Member {
    /// What it signs and reads its shares with.
    pub(crate) key: MemberSecret,
    /// What its dealings follow from.
    pub(crate) dealing: [u8; 32],
}

/// What was worked out.
#[derive(Debug, Default)]
pub(crate) struct Members {
    /// Complaints of own members in a ceremony, by its plan: looked for once, since it takes long.
    complaints: Option<(StatementId, Vec<(KeyId, CommitteeComplained)>)>,
    /// Own shares of each key, up to its threshold.
    shares: BTreeMap<KeyEpoch, Vec<SecretShare>>,
    /// Verified parts, by message.
    parts: BTreeMap<Digest, BTreeMap<Index, PartialSignature>>,
}

impl Members {
    /// What own members have to complain about in a ceremony.
    pub(crate) fn complaints(
        &self,
        plan: StatementId,
    ) -> impl Iterator<Item = &(KeyId, CommitteeComplained)> {
        let found = self.complaints.iter().filter(move |(looked, _)| *looked == plan);
        found.flat_map(|(_, complaints)| complaints)
    }

    /// As many parts of a signature as it takes; none if there are fewer.
    pub(crate) fn parts(
        &self,
        key: &CommitteeKey,
        message: &Digest,
    ) -> Option<Vec<PartialSignature>> {
        let needed = usize::from(key.quorum().threshold());
        let own = self.shares.get(&key.epoch()).map_or(&[][..], Vec::as_slice);
        let mut parts: BTreeMap<Index, PartialSignature> =
            self.parts.get(message).cloned().unwrap_or_default();
        parts.retain(|_, part| part.epoch() == key.epoch());
        if own.iter().filter(|share| !parts.contains_key(&share.index())).count() + parts.len()
            < needed
        {
            return None;
        }
        for share in own {
            if parts.len() < needed {
                parts.entry(share.index()).or_insert_with(|| share.sign(message.as_bytes()));
            }
        }
        Some(parts.into_values().collect())
    }
}

impl Node {
    /// The secrets of an own actor as a member of a committee.
    pub(crate) fn member(&self, actor: &KeyId) -> Option<Member> {
        let seed = self.actors.get(actor)?.seed();
        let of = |what: &[u8]| *sha256_concat(&[what, seed]).as_bytes();
        let key = MemberSecret::from_seed(&of(b"comity-member-seed/v1\0"));
        Some(Member { key, dealing: of(b"comity-member-dealing/v1\0") })
    }

    /// The statement by which an own actor offers its key for the committee.
    pub(crate) fn offer(&self, actor: KeyId) -> Result<Draft, NodeError> {
        let member = self.member(&actor);
        let member = member.ok_or_else(|| NodeError::NoSecret { key: actor.clone() })?;
        let member = b64::encode(&member.key.member().encode());
        let fact = Fact::from(CommitmentFact::from(MemberKeyStated { member }));
        Ok(fact.draft()?.spoken_by(Speaker::Actor(actor)))
    }

    /// Works out what the duties of members need and is not worked out yet.
    pub(crate) fn prepare(&mut self, now: Now) {
        let Some(me) = self.me else { return };
        let at = self.date(now, &[]);
        let Some(committee) = self.world.record(me).map(RecordView::committee) else { return };
        let plan = committee.planned().filter(|_| !committee.receivers().is_empty());
        let looked = self.members.complaints.as_ref().map(|(looked, _)| *looked);
        let complaints = plan.filter(|plan| looked != Some(*plan)).map(|plan| {
            let own = committee.receivers().iter().filter_map(|key| Some((key, self.member(key)?)));
            let said = own.flat_map(|(key, member)| {
                let complaints = committee.complaints_by(&member.key);
                complaints.into_iter().map(|complaint| (key.clone(), complaint))
            });
            (plan, said.collect())
        });
        let wanted = self.signings(me, at);
        let terms = wanted.iter().filter_map(|signing| committee.term(signing.epoch()));
        let missing = terms.filter(|term| !self.members.shares.contains_key(&term.key.epoch()));
        let shares: BTreeMap<KeyEpoch, Vec<SecretShare>> = missing
            .map(|term| {
                let needed = usize::from(term.key.quorum().threshold());
                let own = term.members.iter().filter_map(|key| self.member(key));
                let shares = own.filter_map(|member| term.share(&member.key).ok());
                (term.key.epoch(), shares.take(needed).collect())
            })
            .collect();
        let is_wanted = |message: &Digest| wanted.iter().any(|it| it.message() == *message);
        self.members.parts.retain(|message, _| is_wanted(message));
        self.members.shares.extend(shares);
        if complaints.is_some() {
            self.members.complaints = complaints;
        }
    }

    /// Keeps a member's part of a signature that the record waits for.
    pub(crate) fn take_part(&mut self, now: Now, partial: &Partial) -> Result<(), NodeError> {
        let me = self.me.ok_or(NodeError::NotFounded)?;
        let (at, message) = (self.date(now, &[]), partial.message);
        let unwanted = || NodeError::PartUnwanted { message };
        let wanted = self.signings(me, at).into_iter().find(|it| it.message() == message);
        let epoch = wanted.ok_or_else(unwanted)?.epoch();
        let view = self.world.record(me).ok_or(NodeError::NotFounded)?;
        let term = view.committee().term(epoch).ok_or_else(unwanted)?;
        let part = PartialSignature::decode(&partial.part)?;
        term.key.verify_partial(message.as_bytes(), &part)?;
        self.members.parts.entry(message).or_default().insert(part.index(), part);
        Ok(())
    }

    /// The parts that members of this node give to what the committee of `record` has to sign now. They are for the clerk
    /// of that record, in whose node [`crate::Input::Partial`] takes them.
    pub fn partials(&self, now: Now, record: SovereignId) -> Vec<Partial> {
        let at: Time = self.world.record(record).map_or(now.wall, |view| view.last.max(now.wall));
        let Some(view) = self.world.record(record) else { return Vec::new() };
        let mut shares: BTreeMap<KeyEpoch, Vec<SecretShare>> = BTreeMap::new();
        let mut parts = Vec::new();
        for signing in self.signings(record, at) {
            let Some(term) = view.committee().term(signing.epoch()) else { continue };
            let own = shares.entry(term.key.epoch()).or_insert_with(|| {
                let own = term.members.iter().filter_map(|key| self.member(key));
                own.filter_map(|member| term.share(&member.key).ok()).collect()
            });
            parts.extend(own.iter().map(|share| part(&signing, share)));
        }
        parts
    }
}

fn part(signing: &Signing, share: &SecretShare) -> Partial {
    let message = signing.message();
    Partial { message, part: share.sign(message.as_bytes()).encode().to_vec() }
}
