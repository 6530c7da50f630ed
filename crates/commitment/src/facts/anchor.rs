//! The body about anchors: what stands on which chain, with everything that an offline check needs.

use comity_wire::{Digest, Time};
use serde::{Deserialize, Serialize};

/// Which of the two chains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Layer {
    /// The settlement chain.
    L1,
    /// The rollup.
    L2,
}

/// A chain, as its own software knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainRef {
    /// Its number (EIP-155).
    pub id: u64,
    /// Its name for people, 1 to 64 bytes.
    pub name: String,
}

/// A block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// Its hash.
    pub hash: Digest,
    /// Its number.
    pub number: u64,
    /// Its date, as the chain gives it.
    pub time: Time,
}

/// A run of a record's commitments, and what stands for it on L1: the payload is the SHA-256 of the
/// canonical JSON of this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Number of the first commitment, from 0.
    pub from: u64,
    /// State of the constitution when the last commitment was made.
    pub state_root: Digest,
    /// Number of the last commitment.
    pub to: u64,
    /// SHA-256 of their hashes, 32 raw bytes each, one after the other.
    pub window_hash: Digest,
}

/// Commitments stand on a chain, deep enough to stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchored {
    /// The block that holds the transaction.
    pub block: Block,
    /// The chain.
    pub chain: ChainRef,
    /// Address of the contract, `0x` and 40 lower-case digits; empty for a plain transaction.
    pub contract: String,
    /// Blocks from the transaction's to the latest, both counted, when this was stated.
    pub depth: u64,
    /// Which of the two chains.
    pub layer: Layer,
    /// What was published: on L1 the hash of the window, on L2 the one commitment.
    pub payload: Digest,
    /// Hash of the transaction.
    pub transaction: Digest,
    /// Which commitments.
    pub window: Window,
}
