//! What a constitution asks of the record around it, at the date of one statement.

use comity_wire::{Digest, KeyId};

use crate::{Charter, Parameters, nano::Nano, vocabulary::ActorKind};

/// What the committee of a record has published: rounds of its beacon and certificates. Whoever
/// implements this answers only with what was verified.
pub trait Chain {
    /// The latest round whose value is published; zero before the first.
    fn latest_round(&self) -> u64;
    /// The value of a round, once it is published.
    fn beacon(&self, round: u64) -> Option<Digest>;
    /// The certificate over a decision, once there is one.
    fn certified(&self, decision: &Digest) -> Option<Certified>;
}

/// A certificate that verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Certified {
    /// Whether the anchor that covers it is final on its chain.
    pub is_final: bool,
}

/// An actor of the record, as far as others than the constitution know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Person or machine.
    pub kind: ActorKind,
    /// Region.
    pub region: String,
    /// Organisation.
    pub organisation: String,
    /// Trust at the date of the statement.
    pub trust: Nano,
    /// Whether somebody has suspended this actor.
    pub is_suspended: bool,
}

/// The record around a constitution, as it stands before one statement.
pub trait Surroundings: Chain {
    /// An actor of the record.
    fn member(&self, key: &KeyId) -> Option<Member>;
    /// All actors of the record, once each.
    fn members(&self) -> Vec<(KeyId, Member)>;
    /// A parameter file by its hash, if it is at hand.
    fn parameters(&self, hash: &Digest) -> Option<&Parameters>;
    /// A charter by its hash, if it is at hand.
    fn charter(&self, hash: &Digest) -> Option<&Charter>;
}
