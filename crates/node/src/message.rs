//! What sovereigns send each other. How it travels (HTTP, a committee, bundles, a simulator) is a shell's business.
//!
//! Records are followed by pulling: whoever follows asks for entries from the index that it has, and recomputes
//! the root that the checkpoint signs. Loss, repetition and reordering of messages therefore cost time, never
//! correctness, and no message needs an acknowledgement of its own.

use comity_wire::{KeyId, SovereignId, StatementId};

use comity_mycel::facts::OpeningKind;

/// A message between two sovereigns. The transport says who sent it; nothing in here is trusted for that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// "My record now has this signed checkpoint."
    Announce {
        /// C2SP signed note, by the sender's authority key.
        checkpoint: Vec<u8>,
    },
    /// "Send me the entries of your record from this index."
    Fetch {
        /// First index wanted, from 0.
        from: u64,
    },
    /// Consecutive entries of the sender's record, and a checkpoint of exactly the size that they lead to.
    Entries {
        /// Index of the first envelope.
        from: u64,
        /// Envelope bytes, in order.
        envelopes: Vec<Vec<u8>>,
        /// Checkpoint of size `from + envelopes.len()`.
        checkpoint: Vec<u8>,
    },
    /// "Please cosign this checkpoint of my record, once you have followed it that far."
    WantCosign {
        /// C2SP signed note, by the sender's authority key.
        checkpoint: Vec<u8>,
    },
    /// "I have followed your record to this checkpoint": a line to append to it.
    Cosign {
        /// Size of the checkpoint.
        size: u64,
        /// The encoded signature line.
        line: String,
    },
    /// "Open this to my reviewer." Private: never part of a record.
    Ask(Ask),
    /// The answer to an [`Ask`], after the opening has been logged by hash. Private: never part of a record.
    Give {
        /// The question that it answers.
        ask: Ask,
        /// The `opening_logged` statement, in the giver's record.
        opening: StatementId,
        /// Canonical bytes whose digest that statement names.
        disclosure: Vec<u8>,
    },
}

/// A request for a private opening.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ask {
    /// The order that the evidence belongs to.
    pub order: StatementId,
    /// Attempt, from 1.
    pub attempt: u64,
    /// What is to be opened.
    pub what: OpeningKind,
    /// The actor of the asking sovereign that is to see it.
    pub reader: KeyId,
}

/// A message with its destination, as a shell delivers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressed {
    /// Who gets it.
    pub to: SovereignId,
    /// What they get.
    pub message: Message,
}
