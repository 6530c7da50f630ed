//! What lies around a constitution, as plain values.

use std::collections::BTreeMap;
use std::sync::Arc;

use comity_constitution::{Certified, Chain, Charter, Member, Parameters, Surroundings};
use comity_wire::{Digest, KeyId};

/// What lies around the constitution, each part set by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Around {
    pub(crate) members: BTreeMap<KeyId, Member>,
    pub(crate) beacons: BTreeMap<u64, Digest>,
    /// Certified decisions, with whether their anchor is final.
    pub(crate) certified: BTreeMap<Digest, bool>,
    pub(crate) parameters: Arc<BTreeMap<Digest, Parameters>>,
    pub(crate) charters: Arc<BTreeMap<Digest, Charter>>,
}

impl Chain for Around {
    fn latest_round(&self) -> u64 {
        self.beacons.keys().next_back().copied().unwrap_or(0)
    }

    fn beacon(&self, round: u64) -> Option<Digest> {
        self.beacons.get(&round).copied()
    }

    fn certified(&self, decision: &Digest) -> Option<Certified> {
        self.certified.get(decision).map(|is_final| Certified { is_final: *is_final })
    }
}

impl Surroundings for Around {
    fn member(&self, key: &KeyId) -> Option<Member> {
        self.members.get(key).cloned()
    }

    fn members(&self) -> Vec<(KeyId, Member)> {
        self.members.iter().map(|(key, member)| (key.clone(), member.clone())).collect()
    }

    fn parameters(&self, hash: &Digest) -> Option<&Parameters> {
        self.parameters.get(hash)
    }

    fn charter(&self, hash: &Digest) -> Option<&Charter> {
        self.charters.get(hash)
    }
}
