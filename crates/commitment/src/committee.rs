//! The threshold committee of one record: its keys, what it certified, its beacon, as a fold over statements.
//!
//! ```text
//!  member_key_stated* ─▶ committee_planned ─▶ committee_dealt* ─▶ dealing_ended
//!                                                                     │
//!        Term (key, from epoch, until date) ◀─ committee_keyed ◀─ committee_complained*
//!          │
//!          ├─▶ certified: an epoch's commitment, a decision, the next key
//!          └─▶ beacon_published: round r is epoch r
//! ```
//!
//! Whoever keeps the record hands in each body with where its statement stands, and tells of every epoch that was
//! closed. All cryptography is verified here, with the key that was in force.
//!
//! # Invariants
//!
//! 1. A key is what the public dealings make; a stated key that differs is refused.
//! 2. A key certifies from the epoch after it was made, and nothing after its last date: an overdue
//!    rotation fails closed. New shares of a key do not make it younger.
//! 3. A certificate is of a commitment of this record, or of something decided in this epoch or the one before.
//! 4. The round of a beacon is the number of an epoch that has begun; rounds only rise, so nobody picks among them.
//! 5. A value may be used by what was committed to before the round's epoch began: only from then on do members sign it.
//! 6. Members vouch for themselves: dealings and complaints are signed by their authors, inside and outside.
//! 7. A refusal changes nothing.
//!
//! # Where the rules come from
//!
//! Blueprint §6; size and threshold are parameters, windows and rotation are in the charter. That a round is an
//! epoch, and that members state their keys themselves, is decided here.

mod beacon;
mod ceremony;
mod certificate;
mod error;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use comity_bls::ceremony::ShareError;
use comity_bls::{CommitteeKey, KeyRing, Member, MemberSecret, Outcome, SecretShare};
use comity_constitution::{Charter, Parameters};
use comity_wire::{Digest, KeyId, StatementId, Time};

use crate::{commitment::EpochId, facts::EpochClosed};

pub use beacon::PublishedBeacon;
pub use certificate::CertifiedDigest;
pub use error::CommitteeError;

use self::ceremony::Running;

/// Where a statement stands, and who signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Its date.
    pub at: Time,
    /// Its id.
    pub id: StatementId,
    /// Its place in the record, from 0.
    pub index: u64,
    /// Its signer.
    pub signer: KeyId,
}

/// The numbers that a step reads.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Windows, rotation, finality.
    pub charter: &'a Charter,
    /// Length of an epoch, size and threshold of the committee, intervals of anchors.
    pub parameters: &'a Parameters,
}

impl Rules<'_> {
    /// The number of the epoch in which `at` lies.
    pub fn epoch_number(&self, at: Time) -> u64 {
        let epoch_s = self.parameters.commitment().epoch_s;
        EpochId::containing(at, epoch_s).map_or(0, |epoch| epoch.number(epoch_s))
    }
}

/// `seconds` after `at`.
pub(crate) fn after(at: Time, seconds: u64) -> Time {
    at.plus(i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// One key of the committee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitteeTerm {
    /// The key.
    pub key: CommitteeKey,
    /// Who holds its shares, in their order.
    pub members: Vec<KeyId>,
    /// The first epoch that it certifies.
    pub from: u64,
    /// The last moment at which it certifies anything.
    pub until: Time,
    /// The statement that made it part of the record.
    pub statement: StatementId,
    /// The keys of its members, for dealing it anew.
    holders: Vec<Member>,
    /// What was dealt: every member can read its share out of it.
    outcome: Arc<Outcome>,
}

impl CommitteeTerm {
    /// The share of the member with this secret.
    ///
    /// # Errors
    ///
    /// As [`Outcome::share`].
    pub fn share(&self, secret: &MemberSecret) -> Result<SecretShare, ShareError> {
        self.outcome.share(secret)
    }
}

/// An epoch of the record that was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Close {
    /// Number of the epoch.
    pub number: u64,
    /// Hash of its commitment.
    pub hash: Digest,
    /// Parameters that it names.
    pub parameters: Digest,
    /// Where the close stands in the record: it commits to what stands before.
    pub index: u64,
    /// Number of the epoch in which the close was stated; the one that it closes, or a later one.
    pub stated_in: u64,
}

/// The committee of one record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Committee {
    stated: BTreeMap<KeyId, Member>,
    revoked: BTreeSet<KeyId>,
    running: Option<Running>,
    terms: Vec<CommitteeTerm>,
    ring: Option<KeyRing>,
    closes: Vec<Close>,
    certified: BTreeMap<Digest, CertifiedDigest>,
    beacons: BTreeMap<u64, PublishedBeacon>,
}

impl Committee {
    /// No members and no key.
    pub fn new() -> Self {
        Self::default()
    }

    /// The key ring, once there is a key.
    pub const fn ring(&self) -> Option<&KeyRing> {
        self.ring.as_ref()
    }

    /// Every key so far, oldest first.
    pub fn terms(&self) -> &[CommitteeTerm] {
        &self.terms
    }

    /// The key that certifies an epoch, expired or not.
    pub fn term(&self, epoch: u64) -> Option<&CommitteeTerm> {
        self.terms.iter().rev().find(|term| term.from <= epoch)
    }

    /// Whether a ceremony is under way, and what goes on in it.
    pub fn ceremony(&self) -> Option<&'static str> {
        self.running.as_ref().map(Running::state)
    }

    /// Epochs that were closed, in order.
    pub fn closes(&self) -> &[Close] {
        &self.closes
    }

    /// Takes note of an epoch's close, which the record's chain has accepted.
    pub fn closed(&mut self, stamp: &Stamp, closed: &EpochClosed, rules: &Rules<'_>) {
        let epoch_s = rules.parameters.commitment().epoch_s;
        let number = closed.commitment.epoch_id.number(epoch_s);
        let (hash, parameters) = (closed.hash, closed.parameters);
        let (index, stated_in) = (stamp.index, rules.epoch_number(stamp.at));
        self.closes.push(Close { number, hash, parameters, index, stated_in });
    }

    /// The key that may certify something of `epoch` at `at`.
    ///
    /// # Errors
    ///
    /// No key yet, one that is overdue, or one with as many revoked members as could sign alone.
    pub fn usable(&self, epoch: u64, at: Time) -> Result<&CommitteeTerm, CommitteeError> {
        let term = self.term(epoch).ok_or(CommitteeError::NoKey { epoch })?;
        if term.until < at {
            return Err(CommitteeError::KeyOverdue { until: term.until, at });
        }
        let revoked = term.members.iter().filter(|member| self.revoked.contains(member)).count();
        let threshold = term.key.quorum().threshold();
        if usize::from(threshold) <= revoked {
            return Err(CommitteeError::KeyRevoked { revoked, threshold });
        }
        Ok(term)
    }
}

/// The bytes behind base64.
fn bytes(text: &str) -> Result<Vec<u8>, CommitteeError> {
    Ok(comity_wire::b64::decode(text.as_bytes())?)
}
