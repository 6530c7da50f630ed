//! The chain of one record's commitments.

use comity_wire::Digest;

use crate::{
    commitment::{COMMITMENT_VERSION, Commitment, EpochId},
    error::CommitmentError,
    facts::EpochClosed,
};

/// The last commitment of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its epoch.
    pub epoch: EpochId,
    /// Its hash.
    pub hash: Digest,
    /// Its beacon round.
    pub beacon_round: u64,
}

/// A chain of commitments, each naming the one before.
///
/// Epochs in which nothing happened may be left out; a sovereign cannot add them later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    epoch_s: u64,
    head: Option<Head>,
    len: u64,
}

impl Chain {
    /// An empty chain for epochs of this length, in seconds.
    pub const fn new(epoch_s: u64) -> Self {
        Self { epoch_s, head: None, len: 0 }
    }

    /// The last commitment, if any.
    pub const fn head(&self) -> Option<&Head> {
        self.head.as_ref()
    }

    /// What the next commitment must name as its predecessor.
    pub fn previous(&self) -> Digest {
        self.head.map_or(Digest::ZERO, |head| head.hash)
    }

    /// Number of commitments.
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// True before the first commitment.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Length of an epoch, in seconds.
    pub const fn epoch_s(&self) -> u64 {
        self.epoch_s
    }

    /// Takes the next commitment and returns its hash.
    ///
    /// # Errors
    ///
    /// In this order: version, alignment, date, predecessor, epoch, beacon round. On error the
    /// chain is unchanged.
    pub fn append(&mut self, commitment: &Commitment) -> Result<Digest, CommitmentError> {
        let head = self.check(commitment)?;
        self.head = Some(head);
        self.len += 1;
        Ok(head.hash)
    }

    /// Takes the close of an epoch, whose stated hash and parameters must be right. Its roots are
    /// checked by [`crate::EpochRecords::verify`].
    ///
    /// # Errors
    ///
    /// As [`Self::append`], and [`CommitmentError::ParametersMismatch`],
    /// [`CommitmentError::HashMismatch`]. On error the chain is unchanged.
    pub fn close(
        &mut self,
        closed: &EpochClosed,
        parameters_in_force: Digest,
    ) -> Result<Digest, CommitmentError> {
        if closed.parameters != parameters_in_force {
            return Err(CommitmentError::ParametersMismatch {
                stated: closed.parameters,
                in_force: parameters_in_force,
            });
        }
        let computed = closed.commitment.hash()?;
        if closed.hash != computed {
            return Err(CommitmentError::HashMismatch { stated: closed.hash, computed });
        }
        self.append(&closed.commitment)
    }

    fn check(&self, commitment: &Commitment) -> Result<Head, CommitmentError> {
        let Commitment { commitment_version, epoch_id: epoch, timestamp_utc: at, .. } = commitment;
        if commitment_version != COMMITMENT_VERSION {
            let len = commitment_version.len();
            return Err(CommitmentError::Version { len, known: COMMITMENT_VERSION });
        }
        let epoch_s = self.epoch_s;
        if i64::try_from(epoch_s).ok().and_then(|length| at.unix().checked_rem(length)) != Some(0) {
            return Err(CommitmentError::NotAligned { at: *at, epoch_s });
        }
        if epoch.start() != *at {
            return Err(CommitmentError::DateMismatch { epoch: *epoch, at: *at });
        }
        let (got, expected) = (commitment.previous_commitment_hash, self.previous());
        if got != expected {
            return Err(CommitmentError::PreviousMismatch { got, expected });
        }
        let beacon_round = commitment.public_beacon_round;
        if let Some(Head { epoch: last, beacon_round: last_round, .. }) = self.head {
            if *epoch <= last {
                return Err(CommitmentError::EpochNotAfter { got: *epoch, last });
            }
            if beacon_round < last_round {
                return Err(CommitmentError::BeaconRoundBack {
                    got: beacon_round,
                    last: last_round,
                });
            }
        }
        Ok(Head { epoch: *epoch, hash: commitment.hash()?, beacon_round })
    }
}
