//! The committee's beacon, one round for each epoch.

use comity_bls::Beacon;
use comity_wire::{Digest, StatementId, Time};

use super::{Committee, CommitteeError, Rules, Stamp, bytes};
use crate::facts::BeaconPublished;

/// A round whose signature was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublishedBeacon {
    /// The round, which is the number of an epoch.
    pub round: u64,
    /// Its value.
    pub value: Digest,
    /// The statement that published it.
    pub statement: StatementId,
    /// Its place in the record.
    pub index: u64,
    /// Its date.
    pub at: Time,
    /// Place of the last close that was stated before the round's epoch began.
    committed_before: Option<u64>,
}

impl PublishedBeacon {
    /// Whether the value may decide about the statement at place `index`: an epoch was closed over that statement before
    /// the epoch of the round began. Whoever announces a draw names a round that leaves time for that close.
    pub fn may_decide(&self, index: u64) -> bool {
        self.committed_before.is_some_and(|close| index < close)
    }
}

impl Committee {
    /// Takes the beacon of a round. `floor` is the round that the record's last commitment names, which no later one may
    /// go below.
    ///
    /// # Errors
    ///
    /// An epoch that has not begun, a round that is not after the last, no key, a bad signature.
    pub fn publish(
        &mut self,
        stamp: &Stamp,
        body: &BeaconPublished,
        floor: u64,
        rules: &Rules<'_>,
    ) -> Result<PublishedBeacon, CommitteeError> {
        let beacon = Beacon::decode(&bytes(&body.beacon)?)?;
        let (round, now) = (beacon.round().0, rules.epoch_number(stamp.at));
        if now < round {
            return Err(CommitteeError::RoundAhead { round, now });
        }
        let last = self.last_round();
        if last.is_some_and(|last| round <= last) || round < floor {
            return Err(CommitteeError::RoundNotAfter { round, last: last.unwrap_or(floor) });
        }
        let term = self.usable(round, stamp.at)?;
        let group = term.key.group();
        let value = beacon.verify(&group).map_err(|_| CommitteeError::BadBeacon { round })?;
        let earlier = self.closes.iter().rev().find(|close| close.stated_in < round);
        let published = PublishedBeacon {
            round,
            value,
            statement: stamp.id,
            index: stamp.index,
            at: stamp.at,
            committed_before: earlier.map(|close| close.index),
        };
        self.beacons.insert(round, published);
        Ok(published)
    }

    /// A round, once it is published.
    pub fn beacon(&self, round: u64) -> Option<&PublishedBeacon> {
        self.beacons.get(&round)
    }

    /// The last round, if any.
    pub fn last_round(&self) -> Option<u64> {
        self.beacons.last_key_value().map(|(round, _)| *round)
    }

    /// The latest round that somebody may know at `at`: members sign a round once its epoch has begun. A draw that is to be
    /// fair names a later one.
    pub fn latest_knowable(&self, at: Time, rules: &Rules<'_>) -> u64 {
        rules.epoch_number(at).max(self.last_round().unwrap_or(0))
    }

    /// Every published round, in order.
    pub fn beacons(&self) -> impl Iterator<Item = &PublishedBeacon> {
        self.beacons.values()
    }
}
