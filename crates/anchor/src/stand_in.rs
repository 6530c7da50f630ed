//! The stand-in for a chain: blocks in the memory of one process, named as such in every receipt.
//!
//! It follows the contract's rules, checks the same signatures, and counts the same depth. What it does not give is what a
//! chain is for: that somebody else keeps it. It never reorganises. Its clock is the number of its
//! blocks, unless it is told the time.

use comity_wire::{Digest, sha256, sha256_concat};

use crate::contract::{Founding, Publication, Rotation, State};
use crate::error::AnchorError;
use crate::limits::STAND_IN_MAX;
use crate::port::{ChainPort, Finality, Standing};
use crate::receipt::{AnchorReceipt, ChainHash, Place};
use crate::rule::Ledger;

const BLOCK_TAG: &[u8] = b"comity-stand-in-block/v1\0";

#[derive(Clone, Debug)]
struct Sealed {
    hash: Digest,
    receipt: Option<AnchorReceipt>,
}

/// A chain of one's own, for tours and tests. Every call that is taken makes a block.
#[derive(Clone, Debug)]
pub struct StandIn {
    ledger: Ledger,
    blocks: Vec<Sealed>,
    depth: u64,
    time: Option<u64>,
}

impl StandIn {
    /// A stand-in on which an entry is final when there are `depth` blocks from its own to the last, both counted.
    ///
    /// # Errors
    ///
    /// [`AnchorError::BadConfig`] if the depth is beyond its limit.
    pub fn new(founding: &Founding, depth: u64) -> Result<Self, AnchorError> {
        Finality::depth(depth)?;
        Ok(Self { ledger: Ledger::new(founding), blocks: Vec::new(), depth, time: None })
    }

    /// What blocks are dated with from here on, in Unix seconds.
    pub const fn set_time(&mut self, time: u64) {
        self.time = Some(time);
    }

    /// Time passes: `count` empty blocks.
    ///
    /// # Errors
    ///
    /// [`AnchorError::Full`]; nothing was added.
    pub fn mine(&mut self, count: usize) -> Result<(), AnchorError> {
        self.room(count)?;
        for _ in 0..count {
            let hash = self.seal(&sha256(&[]));
            self.blocks.push(Sealed { hash, receipt: None });
        }
        Ok(())
    }

    const fn room(&self, count: usize) -> Result<(), AnchorError> {
        if STAND_IN_MAX.saturating_sub(self.blocks.len()) < count {
            return Err(AnchorError::Full { max: STAND_IN_MAX });
        }
        Ok(())
    }

    /// The height of the next block.
    fn height(&self) -> u64 {
        u64::try_from(self.blocks.len()).unwrap_or(u64::MAX)
    }

    /// The hash of the next block, if it holds this transaction.
    fn seal(&self, transaction: &Digest) -> Digest {
        let parent = self.blocks.last().map_or(Digest::ZERO, |block| block.hash);
        let height = self.height().to_be_bytes();
        sha256_concat(&[BLOCK_TAG, parent.as_bytes(), &height, transaction.as_bytes()])
    }
}

impl ChainPort for StandIn {
    fn place(&self) -> Result<Place, AnchorError> {
        Ok(Place::StandIn)
    }

    fn state(&mut self) -> Result<State, AnchorError> {
        Ok(self.ledger.state())
    }

    fn publish(&mut self, publication: &Publication) -> Result<AnchorReceipt, AnchorError> {
        self.room(1)?;
        let block_number = self.height();
        let number = self.ledger.publish(publication, block_number)?;
        let transaction = sha256(&publication.call());
        let hash = self.seal(&transaction);
        let decision = publication.certificate.decision();
        let receipt = AnchorReceipt {
            place: Place::StandIn,
            block_number,
            block_hash: ChainHash(*hash.as_bytes()),
            block_time: self.time.unwrap_or(block_number),
            transaction: ChainHash(*transaction.as_bytes()),
            log_index: 0,
            number,
            previous: publication.previous,
            kind: decision.kind,
            epoch: decision.epoch,
            commitment: decision.commitment,
            parameters: decision.parameters,
            key_epoch: self.ledger.entry(number).map_or(0, |entry| entry.key_epoch),
        };
        self.blocks.push(Sealed { hash, receipt: Some(receipt.clone()) });
        Ok(receipt)
    }

    fn rotate(&mut self, rotation: &Rotation) -> Result<(), AnchorError> {
        self.room(1)?;
        self.ledger.rotate(rotation)?;
        let hash = self.seal(&sha256(&rotation.call()));
        self.blocks.push(Sealed { hash, receipt: None });
        Ok(())
    }

    fn standing(&mut self, receipt: &AnchorReceipt) -> Result<Standing, AnchorError> {
        if receipt.place != Place::StandIn {
            let (expected, found) = (Place::StandIn.to_string(), receipt.place.to_string());
            return Err(AnchorError::OtherPlace { expected, found });
        }
        let (number, expected) = (receipt.block_number, receipt.block_hash);
        let block = usize::try_from(number).ok().and_then(|at| self.blocks.get(at));
        let found = block.map(|block| ChainHash(*block.hash.as_bytes()));
        let Some(block) = block.filter(|_| found == Some(expected)) else {
            return Err(AnchorError::Reorganised { number, expected, found });
        };
        if block.receipt.as_ref() != Some(receipt) {
            return Err(AnchorError::OtherEvent { what: "the stand-in keeps another entry" });
        }
        let depth = self.height().saturating_sub(number);
        Ok(Standing { depth, is_final: self.depth <= depth })
    }
}
