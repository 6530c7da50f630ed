//! The facts of this room.

mod anchor;
mod committee;

use comity_wire::{Digest, StatementId};
use serde::{Deserialize, Serialize};

use crate::commitment::Commitment;

pub use anchor::{Anchored, Block, ChainRef, Layer, Window};
pub use committee::{
    BeaconPublished, Certified, CommitteeComplained, CommitteeDealt, CommitteeKeyed,
    CommitteePlanned, DealingEnded, KeyBase, MemberKeyRevoked, MemberKeyStated,
};

comity_wire::facts! {
    /// Statements about beacons, epochs, the committee and anchors.
    pub enum CommitmentFact {
        /// A contributor binds itself to a value that nobody has seen.
        BeaconCommitted(BeaconCommitted) = "comity:commitment/beacon_committed/v1",
        /// The contributor shows the value.
        BeaconRevealed(BeaconRevealed) = "comity:commitment/beacon_revealed/v1",
        /// An epoch of this record is over.
        EpochClosed(EpochClosed) = "comity:commitment/epoch_closed/v1",
        /// Somebody offers a key for the threshold committee.
        MemberKeyStated(MemberKeyStated) = "comity:commitment/member_key_stated/v1",
        /// A member's key counts for nothing from now on.
        MemberKeyRevoked(MemberKeyRevoked) = "comity:commitment/member_key_revoked/v1",
        /// A key ceremony begins.
        CommitteePlanned(CommitteePlanned) = "comity:commitment/committee_planned/v1",
        /// A member deals.
        CommitteeDealt(CommitteeDealt) = "comity:commitment/committee_dealt/v1",
        /// No more dealings count.
        DealingEnded(DealingEnded) = "comity:commitment/dealing_ended/v1",
        /// A member shows that it was dealt a wrong value.
        CommitteeComplained(CommitteeComplained) = "comity:commitment/committee_complained/v1",
        /// No more complaints count, and this is the key.
        CommitteeKeyed(CommitteeKeyed) = "comity:commitment/committee_keyed/v1",
        /// The committee certified something.
        Certified(Certified) = "comity:commitment/certified/v1",
        /// The committee's beacon of one epoch.
        BeaconPublished(BeaconPublished) = "comity:commitment/beacon_published/v1",
        /// Commitments are on a chain.
        Anchored(Anchored) = "comity:commitment/anchored/v1",
    }
}

/// A contributor's commitment; `digest` is [`crate::beacon::commit_digest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeaconCommitted {
    /// Attempt of the order, from 1.
    pub attempt: u64,
    /// Digest of order, attempt and value.
    pub digest: Digest,
    /// The order.
    pub order: StatementId,
}

/// The value behind a commitment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeaconRevealed {
    /// Attempt of the order, from 1.
    pub attempt: u64,
    /// The commitment statement.
    pub commit: StatementId,
    /// The order.
    pub order: StatementId,
    /// Thirty-two random bytes.
    pub value: Digest,
}

/// Leaves under each root of an epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Under the governance ballot root.
    pub governance: u64,
    /// Under the mission event root.
    pub mission: u64,
    /// Under the review decision root.
    pub review: u64,
    /// Under the trust delta root.
    pub trust: u64,
}

/// The close of an epoch: its commitment, and what the ten fields do not say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EpochClosed {
    /// The commitment record.
    pub commitment: Commitment,
    /// Leaves under its roots, which bind the inclusion proofs.
    pub counts: Counts,
    /// Hash of the commitment record.
    pub hash: Digest,
    /// Hash of the parameters in force.
    pub parameters: Digest,
}
