//! Refusals of this room.

use comity_tlog::ProofError;
use comity_wire::{Digest, SovereignId, StatementId, Time, WireError};

use crate::{commitment::EpochId, event::Stream};

/// Why a tree was not built or a proof not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MerkleError {
    /// Two records have the same kind, id, date and actor.
    #[error("two records have the same place, one of them is {hash}")]
    Duplicate {
        /// Leaf hash of one of them.
        hash: Digest,
    },
    /// A record has no canonical form.
    #[error("record {index} has no canonical form")]
    Unhashable {
        /// Place among the given records, from 0.
        index: usize,
    },
    /// The proof is for another number of leaves than the root.
    #[error("the proof is for {got} leaves, the root is of {expected}")]
    Count {
        /// Count of the proof.
        got: u64,
        /// Count of the root.
        expected: u64,
    },
    /// The path does not lead from the leaf to the root.
    #[error("the inclusion proof does not hold")]
    Proof(#[from] ProofError),
}

impl MerkleError {
    /// Stable code for machines; `Display` is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Duplicate { .. } => "commitment.duplicate_record",
            Self::Unhashable { .. } => "commitment.unhashable_record",
            Self::Count { .. } => "commitment.proof_count",
            Self::Proof(_) => "commitment.proof",
        }
    }
}

/// Why an epoch was not closed or a commitment not chained. The chain is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommitmentError {
    /// Something has no canonical form.
    #[error("not canonical")]
    Wire(#[from] WireError),
    /// A tree could not be built.
    #[error("a root could not be computed")]
    Merkle(#[from] MerkleError),
    /// Not `YYYY-MM-DDTHH:MMZ`, or an instant that is not a whole minute.
    #[error("an epoch id must be a whole minute like 2026-02-13T13:00Z")]
    EpochId,
    /// A commitment version this release does not know.
    #[error("the commitment version has {len} bytes and is not {known}")]
    Version {
        /// Bytes of the version given.
        len: usize,
        /// Version read.
        known: &'static str,
    },
    /// The epoch does not begin on a multiple of the epoch's length.
    #[error("{at} is not a multiple of {epoch_s} seconds")]
    NotAligned {
        /// Date of the commitment.
        at: Time,
        /// Length of an epoch, in seconds.
        epoch_s: u64,
    },
    /// Epoch id and date name different instants.
    #[error("epoch {epoch} is dated {at}")]
    DateMismatch {
        /// Epoch of the commitment.
        epoch: EpochId,
        /// Date of the commitment.
        at: Time,
    },
    /// The commitment does not name its predecessor.
    #[error("previous commitment is {got}, the chain ends in {expected}")]
    PreviousMismatch {
        /// Hash given.
        got: Digest,
        /// Hash of the chain's head; zeros for the first.
        expected: Digest,
    },
    /// The epoch is not later than the last one.
    #[error("epoch {got} does not come after {last}")]
    EpochNotAfter {
        /// Epoch given.
        got: EpochId,
        /// Epoch of the chain's head.
        last: EpochId,
    },
    /// The beacon round is lower than the last one.
    #[error("beacon round {got} is before {last}")]
    BeaconRoundBack {
        /// Round given.
        got: u64,
        /// Round of the chain's head.
        last: u64,
    },
    /// The stated hash is not that of the commitment.
    #[error("the commitment hashes to {computed}, stated is {stated}")]
    HashMismatch {
        /// Hash stated.
        stated: Digest,
        /// Hash recomputed.
        computed: Digest,
    },
    /// The rules in force were others.
    #[error("the epoch names parameters {stated}, in force are {in_force}")]
    ParametersMismatch {
        /// Hash stated.
        stated: Digest,
        /// Hash in force.
        in_force: Digest,
    },
    /// A root is not that of the epoch's records.
    #[error("the {stream:?} root is stated as {stated}, recomputed as {computed}")]
    RootMismatch {
        /// Which root.
        stream: Stream,
        /// Root stated.
        stated: Digest,
        /// Root recomputed.
        computed: Digest,
    },
    /// A count is not that of the epoch's records.
    #[error("the {stream:?} count is stated as {stated}, recomputed as {computed}")]
    CountMismatch {
        /// Which count.
        stream: Stream,
        /// Count stated.
        stated: u64,
        /// Count recomputed.
        computed: u64,
    },
}

impl CommitmentError {
    /// Stable code for machines; `Display` is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Wire(_) => "commitment.wire",
            Self::Merkle(error) => error.code(),
            Self::EpochId => "commitment.epoch_id",
            Self::Version { .. } => "commitment.version",
            Self::NotAligned { .. } => "commitment.not_aligned",
            Self::DateMismatch { .. } => "commitment.date_mismatch",
            Self::PreviousMismatch { .. } => "commitment.previous_mismatch",
            Self::EpochNotAfter { .. } => "commitment.epoch_not_after",
            Self::BeaconRoundBack { .. } => "commitment.beacon_round_back",
            Self::HashMismatch { .. } => "commitment.hash_mismatch",
            Self::ParametersMismatch { .. } => "commitment.parameters_mismatch",
            Self::RootMismatch { .. } => "commitment.root_mismatch",
            Self::CountMismatch { .. } => "commitment.count_mismatch",
        }
    }
}

/// Why a beacon round refused a step. The round is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BeaconError {
    /// A round needs from one contributor to the limit.
    #[error("a beacon round has 1 to {max} contributors, not {count}")]
    Contributors {
        /// Contributors given.
        count: usize,
        /// Contributors allowed.
        max: usize,
    },
    /// The statement is about another order or attempt.
    #[error("statement is for order {order} attempt {attempt}, the round is not")]
    OtherRound {
        /// Order given.
        order: StatementId,
        /// Attempt given.
        attempt: u64,
    },
    /// The sovereign was not asked to contribute.
    #[error("{by} is not a contributor")]
    NotContributor {
        /// The sovereign.
        by: SovereignId,
    },
    /// A contributor commits once.
    #[error("{by} has already committed")]
    SecondCommit {
        /// The sovereign.
        by: SovereignId,
    },
    /// After the seal no commitment counts.
    #[error("{by} committed after the round was sealed")]
    LateCommit {
        /// The sovereign.
        by: SovereignId,
    },
    /// A contributor has not committed, so the round cannot be sealed.
    #[error("{by} has not committed")]
    MissingCommit {
        /// The sovereign.
        by: SovereignId,
    },
    /// What was cited is not exactly the commitments of the contributors.
    #[error("{cited} commitments were cited, {expected} were made, or they are others")]
    CitesDiffer {
        /// Statements cited, each counted once.
        cited: usize,
        /// Commitments made.
        expected: usize,
    },
    /// A round is sealed once.
    #[error("the round is already sealed")]
    AlreadySealed,
    /// A value shown before the seal would let the evidence be chosen for it.
    #[error("{by} revealed before the round was sealed")]
    EarlyReveal {
        /// The sovereign.
        by: SovereignId,
    },
    /// A contributor reveals once.
    #[error("{by} has already revealed")]
    SecondReveal {
        /// The sovereign.
        by: SovereignId,
    },
    /// The reveal names a commitment that is not the contributor's own.
    #[error("{by} reveals commitment {got}, its own is {expected}")]
    OtherCommit {
        /// The sovereign.
        by: SovereignId,
        /// Commitment named.
        got: StatementId,
        /// Commitment made.
        expected: StatementId,
    },
    /// The value is not the one committed to.
    #[error("{by} committed to {committed}, the value gives {revealed}")]
    WrongValue {
        /// The sovereign.
        by: SovereignId,
        /// Digest committed.
        committed: Digest,
        /// Digest of the value.
        revealed: Digest,
    },
    /// More was asked for than there is, or than the limit.
    #[error("cannot draw {count} of {population}, at most {max}")]
    DrawTooLarge {
        /// Draws asked for.
        count: u64,
        /// Things to draw from.
        population: u64,
        /// Greatest number of draws.
        max: u64,
    },
}

impl BeaconError {
    /// Stable code for machines; `Display` is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Contributors { .. } => "commitment.beacon_contributors",
            Self::OtherRound { .. } => "commitment.beacon_other_round",
            Self::NotContributor { .. } => "commitment.beacon_not_contributor",
            Self::SecondCommit { .. } => "commitment.beacon_second_commit",
            Self::LateCommit { .. } => "commitment.beacon_late_commit",
            Self::MissingCommit { .. } => "commitment.beacon_missing_commit",
            Self::CitesDiffer { .. } => "commitment.beacon_cites_differ",
            Self::AlreadySealed => "commitment.beacon_already_sealed",
            Self::EarlyReveal { .. } => "commitment.beacon_early_reveal",
            Self::SecondReveal { .. } => "commitment.beacon_second_reveal",
            Self::OtherCommit { .. } => "commitment.beacon_other_commit",
            Self::WrongValue { .. } => "commitment.beacon_wrong_value",
            Self::DrawTooLarge { .. } => "commitment.beacon_draw_too_large",
        }
    }
}
