//! What a node shows against what is expected: pure functions of its answers.
//!
//! # Invariants
//!
//! 1. A receipt holds only if the transaction succeeded, is in the block that the chain has at that height, and logged
//!    exactly what the receipt says, from the contract that it names.

use crate::account::Address;
use crate::contract::{Anchored, Entry, Publication, kind, read_anchored};
use crate::error::AnchorError;
use crate::receipt::{AnchorReceipt, Place};
use crate::rpc::{Block, Inclusion, Log};

fn other(what: &'static str) -> AnchorError {
    AnchorError::OtherEvent { what }
}

/// The receipt for what was published, from what became of its transaction, and the block of that height.
///
/// # Errors
///
/// [`AnchorError::Failed`], [`AnchorError::OtherEvent`], [`AnchorError::Reorganised`].
pub fn receipt(
    place: Place,
    publication: &Publication,
    inclusion: &Inclusion,
    block: Option<&Block>,
) -> Result<AnchorReceipt, AnchorError> {
    let Place::Evm { contract, .. } = place else { return Err(other("it is of no chain")) };
    if !inclusion.succeeded {
        return Err(AnchorError::Failed { transaction: inclusion.transaction });
    }
    let entries = |log: &&Log| log.address == contract;
    let mut logs = inclusion.logs.iter().filter(entries);
    let log = logs.next().ok_or_else(|| other("the contract logged nothing"))?;
    let anchored = read(log, contract)?;
    let decision = publication.certificate.decision();
    let same = anchored.commitment == decision.commitment
        && anchored.epoch == decision.epoch
        && anchored.parameters == decision.parameters
        && anchored.previous == publication.previous
        && anchored.kind == decision.kind as u8
        && anchored.payload == publication.payload;
    if !same || logs.next().is_some() {
        return Err(other("the contract logged another entry"));
    }
    let (number, expected) = (inclusion.block_number, inclusion.block_hash);
    let Some(block) = block.filter(|block| (block.number, block.hash) == (number, expected)) else {
        let found = block.map(|block| block.hash);
        return Err(AnchorError::Reorganised { number, expected, found });
    };
    Ok(AnchorReceipt {
        place,
        block_number: number,
        block_hash: expected,
        block_time: block.time,
        transaction: inclusion.transaction,
        log_index: log.index,
        number: anchored.number,
        previous: anchored.previous,
        kind: decision.kind,
        epoch: anchored.epoch,
        commitment: anchored.commitment,
        parameters: anchored.parameters,
        key_epoch: anchored.key_epoch,
    })
}

fn read(log: &Log, contract: Address) -> Result<Anchored, AnchorError> {
    let anchored = read_anchored(&log.topics, &log.data).filter(|_| log.address == contract);
    anchored.ok_or_else(|| other("the log is not the contract's"))
}

/// Whether a receipt is what the chain has: its transaction, the block of its height, and the contract's entry.
///
/// # Errors
///
/// [`AnchorError::Reorganised`] if the block is another one now, [`AnchorError::Failed`], [`AnchorError::OtherEvent`].
pub fn holds(
    receipt: &AnchorReceipt,
    inclusion: Option<&Inclusion>,
    block: Option<&Block>,
    entry: Option<&Entry>,
) -> Result<(), AnchorError> {
    let (number, expected) = (receipt.block_number, receipt.block_hash);
    let block = block.filter(|block| block.number == number);
    let found = block.map(|block| block.hash);
    let reorganised = AnchorError::Reorganised { number, expected, found };
    let Some(inclusion) = inclusion.filter(|_| found == Some(expected)) else {
        return Err(reorganised);
    };
    if block.map(|block| block.time) != Some(receipt.block_time) {
        return Err(other("the block has another date"));
    }
    if inclusion.transaction != receipt.transaction {
        return Err(other("another transaction"));
    }
    if (inclusion.block_number, inclusion.block_hash) != (number, expected) {
        return Err(reorganised);
    }
    if !inclusion.succeeded {
        return Err(AnchorError::Failed { transaction: inclusion.transaction });
    }
    let Place::Evm { contract, .. } = receipt.place else { return Err(other("it is of no chain")) };
    let log = inclusion.logs.iter().find(|log| log.index == receipt.log_index);
    let anchored = read(log.ok_or_else(|| other("no such log"))?, contract)?;
    if !says(receipt, &anchored) {
        return Err(other("the log is about another entry"));
    }
    let kept = Entry {
        commitment: receipt.commitment,
        parameters: receipt.parameters,
        epoch: receipt.epoch,
        key_epoch: receipt.key_epoch,
        block_number: number,
        kind: receipt.kind as u8,
    };
    if entry != Some(&kept) {
        return Err(other("the contract keeps another entry"));
    }
    Ok(())
}

fn says(receipt: &AnchorReceipt, anchored: &Anchored) -> bool {
    anchored.number == receipt.number
        && anchored.epoch == receipt.epoch
        && anchored.commitment == receipt.commitment
        && kind(anchored.kind) == Some(receipt.kind)
        && anchored.key_epoch == receipt.key_epoch
        && anchored.previous == receipt.previous
        && anchored.parameters == receipt.parameters
}

/// Whether each of these blocks is built on the one before.
///
/// # Errors
///
/// [`AnchorError::BrokenChain`] with the first that is not.
pub fn follows(blocks: &[Block]) -> Result<(), AnchorError> {
    for pair in blocks.windows(2) {
        let [below, above] = pair else { continue };
        if above.parent != below.hash || Some(above.number) != below.number.checked_add(1) {
            return Err(AnchorError::BrokenChain { number: above.number });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
