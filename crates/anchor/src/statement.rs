//! From what was seen on a chain to what a record says about it.
//!
//! # Invariants
//!
//! 1. Nothing is stated that is not final, or that is not what was published.
//! 2. The stand-in is stated under its own name and the number zero, which no chain has, and without a contract.

use comity_commitment::{Anchored, Block, ChainRef, Layer, Window};
use comity_wire::{Digest, Time};

use crate::error::AnchorError;
use crate::port::Standing;
use crate::receipt::{AnchorReceipt, Place};
use crate::text;

/// The body of `comity:commitment/anchored/v1` for this receipt.
///
/// On L1 the commitment must be the payload hash of `window`. On L2 it is the one item that the window names; that it is that
/// item, the record's rules check.
///
/// # Errors
///
/// [`AnchorError::NotFinal`], and [`AnchorError::OtherEvent`] if something else was published.
pub fn anchored(
    receipt: &AnchorReceipt,
    standing: &Standing,
    layer: Layer,
    window: Window,
) -> Result<Anchored, AnchorError> {
    if !standing.is_final {
        return Err(AnchorError::NotFinal { depth: standing.depth });
    }
    let published = match layer {
        Layer::L1 => window.payload().ok(),
        Layer::L2 => Some(receipt.commitment),
    };
    if published != Some(receipt.commitment) {
        return Err(AnchorError::OtherEvent { what: "another window was published" });
    }
    let (id, contract) = match receipt.place {
        Place::Evm { chain_id, contract } => (chain_id, text::data(&contract.0)),
        Place::StandIn => (0, String::new()),
    };
    Ok(Anchored {
        block: Block {
            hash: Digest::from_bytes(receipt.block_hash.0),
            number: receipt.block_number,
            time: Time::from_unix(i64::try_from(receipt.block_time).unwrap_or(i64::MAX)),
        },
        chain: ChainRef { id, name: receipt.place.chain() },
        contract,
        depth: standing.depth,
        layer,
        payload: receipt.commitment,
        transaction: Digest::from_bytes(receipt.transaction.0),
        window,
    })
}

#[cfg(test)]
mod tests;
