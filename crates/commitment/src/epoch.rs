//! The records of one epoch, on their way to a commitment.

use std::collections::BTreeMap;

use comity_tlog::Frontier;
use comity_wire::{Digest, Statement, StatementId};

use crate::{
    commitment::{COMMITMENT_VERSION, Commitment, EpochId},
    error::{CommitmentError, MerkleError},
    event::{Noted, Stream},
    facts::{Counts, EpochClosed},
    merkle::{EventTree, Root},
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

/// Statements of an epoch, in any order of arrival: by stream and kind, as the leaves of its four trees are ordered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EpochRecords {
    streams: BTreeMap<Stream, BTreeMap<String, Vec<Noted>>>,
}

impl EpochRecords {
    /// No records.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a statement of the record to the stream of its kind. The closing of an epoch belongs to no stream and is left
    /// out. The statement must be one that was decoded, as every signed one is: its body is taken for canonical.
    pub fn add(&mut self, id: StatementId, statement: &Statement) {
        let Some(stream) = Stream::of_kind(&statement.kind) else { return };
        let (kinds, noted) = (self.streams.entry(stream).or_default(), Noted::of(id, statement));
        match kinds.get_mut(&statement.kind) {
            Some(kind) => kind.push(noted),
            None => drop(kinds.insert(statement.kind.clone(), vec![noted])),
        }
    }

    /// Number of records in all streams.
    pub fn len(&self) -> usize {
        self.streams.values().flat_map(BTreeMap::values).map(Vec::len).sum()
    }

    /// True if nothing was added.
    pub fn is_empty(&self) -> bool {
        self.streams.is_empty()
    }

    fn kinds(&self, stream: Stream) -> impl Iterator<Item = (&String, &Vec<Noted>)> {
        self.streams.get(&stream).into_iter().flatten()
    }

    /// The tree of one stream, for roots and inclusion proofs.
    ///
    /// # Errors
    ///
    /// [`CommitmentError::Merkle`] if two records have the same place.
    pub fn tree(&self, stream: Stream) -> Result<EventTree, CommitmentError> {
        let leaves =
            self.kinds(stream).flat_map(|(kind, noted)| noted.iter().map(|it| it.leaf(kind)));
        Ok(EventTree::new(leaves.collect())?)
    }

    /// The root of one stream, without its tree.
    fn root(&self, stream: Stream) -> Result<Root, CommitmentError> {
        let mut edge = Frontier::new();
        for (_, noted) in self.kinds(stream) {
            let mut noted: Vec<&Noted> = noted.iter().collect();
            noted.sort_unstable();
            if let Some([it, _]) = noted.array_windows().find(|[a, b]| a.is_at(b)) {
                return Err(MerkleError::Duplicate { hash: it.hash() }.into());
            }
            for it in noted {
                edge.append(it.hash());
            }
        }
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
