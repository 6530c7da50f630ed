//! What a place to anchor at does, whichever it is.

use crate::contract::{Publication, Rotation, State};
use crate::error::AnchorError;
use crate::limits::DEPTH_MAX;
use crate::receipt::{AnchorReceipt, Place};

/// When an entry counts as final.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finality {
    /// When there are this many blocks from the one that holds it to the last, both counted.
    Depth(u64),
    /// When the node calls its block finalized.
    Tag,
}

impl Finality {
    /// A depth within the limit.
    ///
    /// # Errors
    ///
    /// [`AnchorError::BadConfig`].
    pub const fn depth(blocks: u64) -> Result<Self, AnchorError> {
        if DEPTH_MAX < blocks {
            return Err(AnchorError::BadConfig { what: "a finality depth is at most 1024 blocks" });
        }
        Ok(Self::Depth(blocks))
    }
}

/// How an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How many blocks there are from the one that holds it to the last, both counted.
    pub depth: u64,
    /// Whether that is enough.
    pub is_final: bool,
}

/// A place to anchor at: a contract on a chain, or the stand-in.
pub trait ChainPort {
    /// Where it is.
    ///
    /// # Errors
    ///
    /// [`AnchorError::ContractUnknown`].
    fn place(&self) -> Result<Place, AnchorError>;

    /// What it holds but its entries.
    ///
    /// # Errors
    ///
    /// [`AnchorError`].
    fn state(&mut self) -> Result<State, AnchorError>;

    /// Publishes, and waits until it is included. It is not final then: ask for its [`Standing`].
    ///
    /// # Errors
    ///
    /// [`AnchorError::Refused`] if a rule or the signature says no, another [`AnchorError`] if it cannot be said to be there.
    fn publish(&mut self, publication: &Publication) -> Result<AnchorReceipt, AnchorError>;

    /// Puts the committee's next key in place.
    ///
    /// # Errors
    ///
    /// As [`ChainPort::publish`].
    fn rotate(&mut self, rotation: &Rotation) -> Result<(), AnchorError>;

    /// Looks whether what a receipt says is there, and how deep.
    ///
    /// # Errors
    ///
    /// [`AnchorError::OtherPlace`] if the receipt is of another place, [`AnchorError::Reorganised`] if it is no longer true,
    /// [`AnchorError::OtherEvent`] if it never was.
    fn standing(&mut self, receipt: &AnchorReceipt) -> Result<Standing, AnchorError>;
}
