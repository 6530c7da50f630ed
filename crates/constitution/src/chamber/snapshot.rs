//! Who may be drawn, written down before anybody can know who will be.

use std::{collections::BTreeSet, fmt};

use comity_wire::{Digest, KeyId, Time, jcs, sha256};
use serde::{Deserialize, Serialize};

use super::{ChamberRefusal, Sitting};
use crate::{
    charter::{Chamber, ChamberSet, Charter},
    nano::Nano,
    sortition::{Candidate, Encoding, Ranking, SeedInputs},
    vocabulary::ActorKind,
};

/// Somebody in the registry, as far as chambers are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Key, by which the draw ranks.
    pub id: KeyId,
    /// Person or machine.
    pub kind: ActorKind,
    /// Region.
    pub region: String,
    /// Organisation.
    pub organisation: String,
    /// Constitutional trust.
    pub trust: Nano,
    /// Until when the identity counts as verified.
    pub verified_until: Time,
    /// Neither on leave nor suspended.
    pub is_active: bool,
    /// Whether a conflict rule keeps this person out.
    pub is_conflicted: bool,
}

/// One line of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    conflicted: bool,
    id: KeyId,
    organisation: String,
    region: String,
}

/// Everybody who may be drawn, in order of their keys, and the hash that commits to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Snapshot {
    entries: Vec<Entry>,
    root: Digest,
}

/// By its root, which says the rest.
impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("people", &self.entries.len())
            .field("root", &self.root)
            .finish_non_exhaustive()
    }
}

impl Snapshot {
    /// Keeps whoever is an active person with fresh verification and at least `tau_vote` of trust.
    ///
    /// # Errors
    ///
    /// [`ChamberRefusal::PersonTwice`], also for people who are not eligible.
    pub fn take(people: &[Person], at: Time, tau_vote: Nano) -> Result<Self, ChamberRefusal> {
        let ids: BTreeSet<&KeyId> = people.iter().map(|person| &person.id).collect();
        if ids.len() < people.len() {
            return Err(ChamberRefusal::PersonTwice);
        }
        let is_eligible = |person: &&Person| {
            person.kind == ActorKind::Human
                && person.is_active
                && at <= person.verified_until
                && tau_vote <= person.trust
        };
        let mut entries: Vec<Entry> = people
            .iter()
            .filter(is_eligible)
            .map(|person| Entry {
                conflicted: person.is_conflicted,
                id: person.id.clone(),
                organisation: person.organisation.clone(),
                region: person.region.clone(),
            })
            .collect();
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        let root = sha256(&jcs::to_vec(&entries)?);
        Ok(Self { entries, root })
    }

    /// SHA-256 of the entries in canonical form, in order of their keys.
    pub const fn root(&self) -> Digest {
        self.root
    }

    /// Keys of everybody who may be drawn.
    pub fn ids(&self) -> impl Iterator<Item = &KeyId> {
        self.entries.iter().map(|entry| &entry.id)
    }

    pub(crate) fn candidates(&self) -> Vec<Candidate<'_>> {
        self.entries
            .iter()
            .map(|entry| Candidate {
                id: entry.id.as_str(),
                region: &entry.region,
                organisation: &entry.organisation,
                is_conflicted: entry.conflicted,
            })
            .collect()
    }
}

/// One round of the public beacon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beacon {
    /// Number of the round.
    pub round: u64,
    /// Its value.
    pub value: [u8; 32],
}

/// What is fixed before the round of the beacon is known. It can only be made by [`Self::new`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Announcement {
    snapshot: Digest,
    previous_commitment: Digest,
    nonce_hash: Digest,
    round: u64,
}

impl Announcement {
    /// Announces a draw with a round that lies after the latest one known.
    ///
    /// # Errors
    ///
    /// [`ChamberRefusal::RoundKnown`].
    pub const fn new(
        snapshot: &Snapshot,
        previous_commitment: Digest,
        nonce_hash: Digest,
        round: u64,
        latest: u64,
    ) -> Result<Self, ChamberRefusal> {
        if round <= latest {
            return Err(ChamberRefusal::RoundKnown { round, latest });
        }
        Ok(Self { snapshot: snapshot.root, previous_commitment, nonce_hash, round })
    }

    /// Draws the chamber and opens its vote at `at`.
    ///
    /// # Errors
    ///
    /// Another snapshot, nonce or round than the announced one, or a draw that fails closed.
    pub fn seat(
        &self,
        (snapshot, nonce, beacon): (&Snapshot, &[u8; 32], Beacon),
        (chamber, set, charter): (Chamber, &ChamberSet, &Charter),
        excluded: &BTreeSet<KeyId>,
        at: Time,
    ) -> Result<Sitting, ChamberRefusal> {
        if snapshot.root != self.snapshot {
            return Err(ChamberRefusal::OtherSnapshot);
        }
        if sha256(nonce) != self.nonce_hash {
            return Err(ChamberRefusal::OtherNonce);
        }
        if beacon.round != self.round {
            return Err(ChamberRefusal::OtherRound { got: beacon.round, wanted: self.round });
        }
        let inputs = SeedInputs {
            beacon: beacon.value,
            previous_commitment: self.previous_commitment,
            nonce: *nonce,
        };
        let candidates = snapshot.candidates();
        let ranking = Ranking::new(&inputs.seed(Encoding::Raw32), &candidates)?;
        let recused = excluded.iter().map(KeyId::as_str).collect();
        let panel = ranking.draw(&recused, &set.quotas(chamber)?)?;
        let drawn: BTreeSet<&str> = panel.members().iter().map(|member| member.id).collect();
        let members = snapshot.ids().filter(|id| drawn.contains(id.as_str())).cloned().collect();
        Ok(Sitting::open(members, set.size(chamber), charter, at))
    }
}
