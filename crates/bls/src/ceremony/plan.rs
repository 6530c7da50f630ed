//! Who deals to whom, decided before the first dealing.

use blstrs::G1Affine;
use comity_wire::{Digest, sha256, sha256_concat};

use crate::committee::CommitteeKey;
use crate::error::DecodeError;
use crate::member::{Member, MemberKey, MemberSecret};
use crate::share::{Index, KeyEpoch, Quorum};

/// Why a ceremony was not planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// Not a quorum at all.
    #[error(transparent)]
    Quorum(#[from] DecodeError),
    /// Half of the members or fewer could sign, so two halves could sign two things.
    #[error("{threshold} of {members} is not a majority")]
    NoMajority {
        /// How many would have to sign.
        threshold: u16,
        /// How many there are.
        members: u16,
    },
    /// Nobody has shown that the member's secret is known.
    #[error("the proof of possession of member {0} does not verify")]
    BadProof(Index),
    /// One key would have two votes.
    #[error("members {0} and {1} have the same key")]
    SameKey(Index, Index),
    /// Those who deal an existing key anew are not as many as its shares.
    #[error("{found} old members where the key has {expected} shares")]
    OldMembers {
        /// Shares of the old key.
        expected: u16,
        /// Old members that were named.
        found: usize,
    },
    /// The new key's number is not above the old one's.
    #[error("key epoch {found} does not come after {old}")]
    EpochNotLater {
        /// The number of the old key.
        old: KeyEpoch,
        /// The number of the new one.
        found: KeyEpoch,
    },
}

impl PlanError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Quorum(error) => error.code(),
            Self::NoMajority { .. } => "bls.no_majority",
            Self::BadProof(_) => "bls.bad_proof",
            Self::SameKey(..) => "bls.same_key",
            Self::OldMembers { .. } => "bls.old_members",
            Self::EpochNotLater { .. } => "bls.epoch_not_later",
        }
    }
}

/// Who deals to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    epoch: KeyEpoch,
    quorum: Quorum,
    session: Digest,
    dealers: Vec<MemberKey>,
    receivers: Vec<MemberKey>,
    old: Option<CommitteeKey>,
}

impl Plan {
    /// A new key: all members deal to all members. `context` tells this ceremony from others of the same members, for example
    /// the hash of what called for it.
    pub fn fresh(
        epoch: KeyEpoch,
        context: &Digest,
        members: &[Member],
        threshold: u16,
    ) -> Result<Self, PlanError> {
        let quorum = majority(threshold, members)?;
        let members = proven(members)?;
        Ok(Self::new(epoch, context, quorum, members.clone(), members, None))
    }

    /// New shares of an old key: its members, in the order of their shares, deal to the next ones.
    pub fn anew(
        epoch: KeyEpoch,
        context: &Digest,
        (old, old_members): (&CommitteeKey, &[Member]),
        members: &[Member],
        threshold: u16,
    ) -> Result<Self, PlanError> {
        let quorum = majority(threshold, members)?;
        let expected = old.quorum().members();
        if old_members.len() != usize::from(expected) {
            return Err(PlanError::OldMembers { expected, found: old_members.len() });
        }
        if epoch <= old.epoch() {
            return Err(PlanError::EpochNotLater { old: old.epoch(), found: epoch });
        }
        let (dealers, receivers) = (proven(old_members)?, proven(members)?);
        Ok(Self::new(epoch, context, quorum, dealers, receivers, Some(old.clone())))
    }

    fn new(
        epoch: KeyEpoch,
        context: &Digest,
        quorum: Quorum,
        dealers: Vec<MemberKey>,
        receivers: Vec<MemberKey>,
        old: Option<CommitteeKey>,
    ) -> Self {
        let list = |keys: &[MemberKey]| {
            let keys: Vec<_> = keys.iter().map(MemberKey::to_bytes).collect();
            *sha256(&keys.concat()).as_bytes()
        };
        let session = sha256_concat(&[
            b"comity-key-ceremony-session/v1\0",
            &epoch.0.to_be_bytes(),
            context.as_bytes(),
            &quorum.threshold().to_be_bytes(),
            &list(&receivers),
            &list(&dealers),
            &old.as_ref().map_or_else(Vec::new, CommitteeKey::encode),
        ]);
        Self { epoch, quorum, session, dealers, receivers, old }
    }

    /// The number of the key that comes of it.
    pub const fn epoch(&self) -> KeyEpoch {
        self.epoch
    }

    /// How many of how many will sign.
    pub const fn quorum(&self) -> Quorum {
        self.quorum
    }

    /// What every statement of this ceremony names.
    pub const fn session(&self) -> &Digest {
        &self.session
    }

    /// How many dealers have to be left: the threshold of a new key, or that of the old key which is dealt anew.
    pub fn needed(&self) -> usize {
        self.old.as_ref().map_or(self.quorum, CommitteeKey::quorum).threshold().into()
    }

    pub(super) fn dealer(&self, index: Index) -> Option<&MemberKey> {
        self.dealers.get(index.place())
    }

    pub(super) fn receiver(&self, index: Index) -> Option<&MemberKey> {
        self.receivers.get(index.place())
    }

    pub(super) const fn is_anew(&self) -> bool {
        self.old.is_some()
    }

    pub(super) const fn old(&self) -> Option<&CommitteeKey> {
        self.old.as_ref()
    }

    /// What a dealing's constant has to commit to, when it has to.
    pub(super) fn constant(&self, dealer: Index) -> Option<G1Affine> {
        self.old.as_ref().and_then(|old| old.share(dealer)).map(|share| share.0)
    }

    pub(super) fn dealer_index(&self, secret: &MemberSecret) -> Option<Index> {
        place(&self.dealers, secret)
    }

    pub(super) fn receiver_index(&self, secret: &MemberSecret) -> Option<Index> {
        place(&self.receivers, secret)
    }

    pub(super) fn receivers(&self) -> impl Iterator<Item = (Index, &MemberKey)> {
        self.quorum.indices().zip(&self.receivers)
    }
}

fn place(keys: &[MemberKey], secret: &MemberSecret) -> Option<Index> {
    let key = secret.key();
    let place = keys.iter().position(|other| *other == key)?;
    u16::try_from(place + 1).ok().and_then(|index| Index::new(index).ok())
}

fn majority(threshold: u16, members: &[Member]) -> Result<Quorum, PlanError> {
    let members = u16::try_from(members.len()).unwrap_or(u16::MAX);
    let quorum = Quorum::new(threshold, members)?;
    if !quorum.is_majority() {
        return Err(PlanError::NoMajority { threshold, members });
    }
    Ok(quorum)
}

/// The keys, each distinct and with its proof.
fn proven(members: &[Member]) -> Result<Vec<MemberKey>, PlanError> {
    let mut keys: Vec<MemberKey> = Vec::with_capacity(members.len());
    for (index, member) in (1..).zip(members) {
        let index = Index::new(index)?;
        let same = keys.iter().position(|key| *key == member.key());
        if let Some(same) = same.and_then(|place| u16::try_from(place + 1).ok()) {
            return Err(PlanError::SameKey(Index::new(same)?, index));
        }
        member.verify().map_err(|_| PlanError::BadProof(index))?;
        keys.push(member.key());
    }
    Ok(keys)
}
