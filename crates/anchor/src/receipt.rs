//! What a record carries so that somebody can look whether something is anchored.
//!
//! A receipt proves nothing by itself: whoever has no way to the chain holds a claim of who wrote it. With a way to the
//! chain, [`crate::ChainPort::standing`] looks.
//!
//! # Invariants
//!
//! 1. A receipt of the stand-in never names a chain's number, nor a contract.

use std::fmt;

use comity_bls::Kind;
use comity_wire::Digest;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::account::Address;
use crate::text;

/// The word for the stand-in.
const STAND_IN: &str = "stand-in";
/// What a chain's number follows (CAIP-2).
const EVM_PREFIX: &str = "eip155:";

/// A hash of a block, a transaction or a code, in a chain's own spelling.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChainHash(pub [u8; 32]);

impl fmt::Display for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::data(&self.0))
    }
}

impl fmt::Debug for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for ChainHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ChainHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = String::deserialize(deserializer)?;
        let hash = text::read_array(&given).map(Self).filter(|hash| hash.to_string() == given);
        hash.ok_or_else(|| D::Error::custom("a hash is 0x and 64 lower-case hexadecimal digits"))
    }
}

/// Where something is anchored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A contract on an EVM chain.
    Evm {
        /// The chain's number (EIP-155).
        chain_id: u64,
        /// The contract.
        contract: Address,
    },
    /// The stand-in, which is no chain: one process keeps it in memory.
    StandIn,
}

impl Place {
    /// The chain's name: `eip155:<number>` or `stand-in`.
    pub fn chain(&self) -> String {
        match self {
            Self::Evm { chain_id, .. } => format!("{EVM_PREFIX}{chain_id}"),
            Self::StandIn => STAND_IN.to_owned(),
        }
    }

    fn read(chain: &str, contract: Option<Address>) -> Result<Self, &'static str> {
        match (chain.strip_prefix(EVM_PREFIX), contract) {
            (Some(number), Some(contract)) => {
                let canonical = |id: &u64| id.to_string() == number;
                let chain_id = number.parse().ok().filter(canonical);
                let chain_id = chain_id.ok_or("a chain is eip155: and its number")?;
                Ok(Self::Evm { chain_id, contract })
            }
            (None, None) if chain == STAND_IN => Ok(Self::StandIn),
            _ => Err("a chain is eip155: and a number, with a contract, or the word stand-in"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Evm { contract, .. } => write!(f, "{}:{contract}", self.chain()),
            Self::StandIn => f.write_str(STAND_IN),
        }
    }
}

/// One entry where it is anchored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Plain", try_from = "Plain")]
pub struct AnchorReceipt {
    /// The chain and the contract.
    pub place: Place,
    /// The height of the block.
    pub block_number: u64,
    /// Its hash.
    pub block_hash: ChainHash,
    /// Its date as the chain gives it, in seconds since 1970.
    pub block_time: u64,
    /// The transaction.
    pub transaction: ChainHash,
    /// The number of its log in the block.
    pub log_index: u64,
    /// The number of the entry, from zero.
    pub number: u64,
    /// The commitment of the entry before, or the genesis.
    pub previous: Digest,
    /// What kind of thing is anchored.
    pub kind: Kind,
    /// Its epoch.
    pub epoch: u64,
    /// What is anchored.
    pub commitment: Digest,
    /// The hash of the parameters in force.
    pub parameters: Digest,
    /// The number of the key that certified it.
    pub key_epoch: u64,
}

/// The members as they are written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Plain {
    chain: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contract: Option<Address>,
    block_number: u64,
    block_hash: ChainHash,
    block_time: u64,
    transaction: ChainHash,
    log_index: u64,
    number: u64,
    previous: Digest,
    kind: String,
    epoch: u64,
    commitment: Digest,
    parameters: Digest,
    key_epoch: u64,
}

impl From<AnchorReceipt> for Plain {
    fn from(receipt: AnchorReceipt) -> Self {
        let AnchorReceipt {
            place,
            block_number,
            block_hash,
            block_time,
            transaction,
            log_index,
            number,
            previous,
            kind,
            epoch,
            commitment,
            parameters,
            key_epoch,
        } = receipt;
        let contract = match place {
            Place::Evm { contract, .. } => Some(contract),
            Place::StandIn => None,
        };
        Self {
            chain: place.chain(),
            contract,
            block_number,
            block_hash,
            block_time,
            transaction,
            log_index,
            number,
            previous,
            kind: kind.name().to_owned(),
            epoch,
            commitment,
            parameters,
            key_epoch,
        }
    }
}

impl TryFrom<Plain> for AnchorReceipt {
    type Error = &'static str;

    fn try_from(plain: Plain) -> Result<Self, &'static str> {
        let kinds = [Kind::Commitment, Kind::Decision];
        let kind = kinds.into_iter().find(|kind| kind.name() == plain.kind);
        Ok(Self {
            place: Place::read(&plain.chain, plain.contract)?,
            block_number: plain.block_number,
            block_hash: plain.block_hash,
            block_time: plain.block_time,
            transaction: plain.transaction,
            log_index: plain.log_index,
            number: plain.number,
            previous: plain.previous,
            kind: kind.ok_or("a kind is commitment or decision")?,
            epoch: plain.epoch,
            commitment: plain.commitment,
            parameters: plain.parameters,
            key_epoch: plain.key_epoch,
        })
    }
}

#[cfg(test)]
mod tests;
