//! The commitment record: ten fields, hashed as canonical JSON.

use std::{fmt, str::FromStr};

use comity_wire::{Digest, Time, jcs, sha256};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::error::CommitmentError;

/// The version of commitments that this release makes and reads.
pub const COMMITMENT_VERSION: &str = "1";

/// The first instant of an epoch, to the minute: `2026-02-13T13:00Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EpochId(Time);

impl EpochId {
    /// The epoch that begins at `start`.
    ///
    /// # Errors
    ///
    /// [`CommitmentError::EpochId`] if `start` is not a whole minute.
    pub const fn from_start(start: Time) -> Result<Self, CommitmentError> {
        if start.unix() % 60 == 0 { Ok(Self(start)) } else { Err(CommitmentError::EpochId) }
    }

    /// The epoch of `epoch_s` seconds, a whole number of minutes, in which `at` lies.
    ///
    /// # Errors
    ///
    /// [`CommitmentError::EpochId`] if that epoch does not begin on a whole minute.
    pub fn containing(at: Time, epoch_s: u64) -> Result<Self, CommitmentError> {
        let length = i64::try_from(epoch_s).unwrap_or(i64::MAX).max(1);
        Self::from_start(Time::from_unix(at.unix() - at.unix().rem_euclid(length)))
    }

    /// First instant.
    pub const fn start(self) -> Time {
        self.0
    }

    /// How many epochs of `epoch_s` seconds began between 1970 and this one: the number that trust
    /// updates name. Zero before 1970.
    pub fn number(self, epoch_s: u64) -> u64 {
        u64::try_from(self.0.unix()).unwrap_or(0) / epoch_s.max(1)
    }
}

impl fmt::Display for EpochId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        // The seconds are zero, and left out.
        write!(f, "{}Z", text.strip_suffix(":00Z").unwrap_or(&text))
    }
}

impl fmt::Debug for EpochId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for EpochId {
    type Err = CommitmentError;

    fn from_str(text: &str) -> Result<Self, CommitmentError> {
        let minutes = text.strip_suffix('Z').ok_or(CommitmentError::EpochId)?;
        let start = Time::parse(&format!("{minutes}:00Z")).map_err(|_| CommitmentError::EpochId)?;
        Self::from_start(start)
    }
}

impl Serialize for EpochId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EpochId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// What an epoch commits to (constitution, commitment record). Names and number of the fields are
/// fixed; the hash is over the canonical JSON of exactly these ten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commitment {
    /// Nonce of a chamber drawn from this commitment; zeros when none is.
    pub chamber_nonce: Digest,
    /// Version of this record; [`COMMITMENT_VERSION`].
    pub commitment_version: String,
    /// The epoch.
    pub epoch_id: EpochId,
    /// Root over governance records.
    pub governance_ballot_root: Digest,
    /// Root over mission records.
    pub mission_event_root: Digest,
    /// Hash of the commitment before; zeros for the first.
    pub previous_commitment_hash: Digest,
    /// Beacon round that was current at the close; never goes back.
    pub public_beacon_round: u64,
    /// Root over review records.
    pub review_decision_root: Digest,
    /// The epoch's first instant, in full.
    pub timestamp_utc: Time,
    /// Root over trust updates.
    pub trust_delta_root: Digest,
}

impl Commitment {
    /// SHA-256 of the canonical JSON.
    ///
    /// # Errors
    ///
    /// [`CommitmentError::Wire`] if the beacon round is beyond exact integers in JSON.
    pub fn hash(&self) -> Result<Digest, CommitmentError> {
        Ok(sha256(&jcs::to_vec(self)?))
    }
}
