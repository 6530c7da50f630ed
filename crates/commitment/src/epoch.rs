//! The records of one epoch, on their way to a commitment.

use std::collections::BTreeMap;

use comity_tlog::Frontier;
use comity_wire::{Digest, Statement, StatementId};

use crate::{
    commitment::{COMMITMENT_VERSION, Commitment, EpochId},
    error::{CommitmentError, MerkleError},
    event::{EventRecord, Stream, leaf_of},
    facts::{Counts, EpochClosed},
    merkle::{EventTree, Leaf, Root},
};

/// What a commitment says besides its roots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circumstances {
    /// The epoch.
    pub epoch: EpochId,
    /// Hash of the commitment before; zeros for the first.
    pub previous: Digest,
    /// Beacon round that is current.
    pub beacon_round: u64,
    /// Nonce of a chamber drawn from this commitment; zeros when none is.
    pub chamber_nonce: Digest,
    /// Hash of the parameters in force.
    pub parameters: Digest,
}

/// Leaves of an epoch's four trees, in any order of arrival.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EpochRecords {
    leaves: BTreeMap<Stream, Vec<Leaf>>,
}

impl EpochRecords {
    /// No records.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a statement of the record to the stream of its kind. The closing of an epoch belongs to
    /// no stream and is left out.
    ///
    /// # Errors
    ///
    /// [`CommitmentError::Wire`] if the body is not canonical; nothing is added.
    pub fn add(&mut self, id: StatementId, statement: &Statement) -> Result<(), CommitmentError> {
        if let Some(stream) = Stream::of_kind(&statement.kind) {
            self.leaves.entry(stream).or_default().push(leaf_of(id, statement)?);
        }
        Ok(())
    }

    /// Adds a record to a stream.
    ///
    /// # Errors
    ///
    /// [`CommitmentError::Wire`] if the record has no canonical form; nothing is added.
    pub fn add_record(
        &mut self,
        stream: Stream,
        record: &EventRecord,
    ) -> Result<(), CommitmentError> {
        self.leaves.entry(stream).or_default().push(record.leaf()?);
        Ok(())
    }

    /// Number of records in all streams.
    pub fn len(&self) -> usize {
        self.leaves.values().map(Vec::len).sum()
    }

    /// True if nothing was added.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The tree of one stream, for roots and inclusion proofs.
    ///
    /// # Errors
    ///
    /// [`CommitmentError::Merkle`] if two records have the same place.
    pub fn tree(&self, stream: Stream) -> Result<EventTree, CommitmentError> {
        Ok(EventTree::new(self.leaves.get(&stream).cloned().unwrap_or_default())?)
    }

    /// The root of one stream, without keeping its tree.
    fn root(&self, stream: Stream) -> Result<Root, CommitmentError> {
        let mut leaves: Vec<&Leaf> = self.leaves.get(&stream).into_iter().flatten().collect();
        leaves.sort_unstable();
        if let Some([leaf, _]) = leaves.array_windows().find(|[a, b]| a.order == b.order) {
            return Err(MerkleError::Duplicate { hash: leaf.hash }.into());
        }
        let edge: Frontier = leaves.iter().map(|leaf| leaf.hash).collect();
        Ok(Root { count: edge.size(), hash: edge.root() })
    }

    /// Builds the four trees and the commitment.
    ///
    /// # Errors
    ///
    /// [`CommitmentError::Merkle`] and [`CommitmentError::Wire`], as for the parts.
    pub fn close(&self, circumstances: &Circumstances) -> Result<EpochClosed, CommitmentError> {
        let (mission, trust) = (self.root(Stream::Mission)?, self.root(Stream::Trust)?);
        let (governance, review) = (self.root(Stream::Governance)?, self.root(Stream::Review)?);
        let commitment = Commitment {
            chamber_nonce: circumstances.chamber_nonce,
            commitment_version: COMMITMENT_VERSION.to_owned(),
            epoch_id: circumstances.epoch,
            governance_ballot_root: governance.hash,
            mission_event_root: mission.hash,
            previous_commitment_hash: circumstances.previous,
            public_beacon_round: circumstances.beacon_round,
            review_decision_root: review.hash,
            timestamp_utc: circumstances.epoch.start(),
            trust_delta_root: trust.hash,
        };
        let counts = Counts {
            governance: governance.count,
            mission: mission.count,
            review: review.count,
            trust: trust.count,
        };
        let hash = commitment.hash()?;
        Ok(EpochClosed { commitment, counts, hash, parameters: circumstances.parameters })
    }

    /// Checks that a closed epoch's roots and counts are those of these records.
    ///
    /// # Errors
    ///
    /// [`CommitmentError::CountMismatch`] or [`CommitmentError::RootMismatch`] for the first
    /// stream that differs.
    pub fn verify(&self, closed: &EpochClosed) -> Result<(), CommitmentError> {
        for stream in Stream::ALL {
            let computed = self.root(stream)?;
            let stated = closed.root(stream);
            if stated.count != computed.count {
                let (stated, computed) = (stated.count, computed.count);
                return Err(CommitmentError::CountMismatch { stream, stated, computed });
            }
            if stated.hash != computed.hash {
                let (stated, computed) = (stated.hash, computed.hash);
                return Err(CommitmentError::RootMismatch { stream, stated, computed });
            }
        }
        Ok(())
    }
}

impl EpochClosed {
    /// The stated root of a stream with its count: what an inclusion proof is checked against.
    pub const fn root(&self, stream: Stream) -> Root {
        let (count, hash) = match stream {
            Stream::Mission => (self.counts.mission, self.commitment.mission_event_root),
            Stream::Trust => (self.counts.trust, self.commitment.trust_delta_root),
            Stream::Governance => (self.counts.governance, self.commitment.governance_ballot_root),
            Stream::Review => (self.counts.review, self.commitment.review_decision_root),
        };
        Root { count, hash }
    }
}
