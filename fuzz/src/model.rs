//! State machines under random events, against what must hold of them whatever happens.

pub mod committee;
pub mod ledger;
pub mod mission;
pub mod order;
pub mod phase;
mod seats;
pub mod treaty;
pub mod trust;

use comity_wire::{Digest, SovereignId, StatementId};

pub(crate) fn digest(byte: u8) -> Digest {
    Digest::from_bytes([byte; 32])
}

pub(crate) fn id(byte: u8) -> StatementId {
    StatementId::from_digest(digest(byte))
}

pub(crate) fn who(byte: u8) -> SovereignId {
    SovereignId::from_digest(digest(byte))
}
