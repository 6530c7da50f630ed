//! Why an anchor was refused.

use comity_wire::{Digest, Time, WireError};

use crate::facts::Layer;

/// A named refusal. Nothing is anchored by it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnchorError {
    /// Something has no canonical form.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// Empty, too long or not printable.
    #[error("the name of a chain has 1 to {max} printable ASCII bytes, not {len}")]
    ChainName {
        /// Bytes given.
        len: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// Not an address.
    #[error("a contract is 0x and 40 lower-case hexadecimal digits, or nothing")]
    Contract,
    /// A record stays with its chain and its contract.
    #[error(
        "anchors of this record are on chain {expected}, this is on {found} or in another contract"
    )]
    OtherChain {
        /// Number of the chain so far.
        expected: u64,
        /// Number given.
        found: u64,
    },
    /// Blocks and their dates do not go back.
    #[error("block {found} or its date is before that of block {last}")]
    BlockBack {
        /// Number of the last anchor's block.
        last: u64,
        /// Number given.
        found: u64,
    },
    /// A transaction anchors once.
    #[error("transaction {transaction} was named before")]
    TransactionTwice {
        /// The transaction.
        transaction: Digest,
    },
    /// The chain may still take it back.
    #[error("{depth} blocks deep, it takes {wanted}")]
    Shallow {
        /// Depth given.
        depth: u64,
        /// Depth of finality.
        wanted: u64,
    },
    /// The block is dated after the statement.
    #[error("the block is dated {block}, the statement {at}")]
    FromTheFuture {
        /// Date of the block.
        block: Time,
        /// Date of the statement.
        at: Time,
    },
    /// Windows on L1 follow each other; on L2 each item goes alone, in order, and what is on L1 already may be left out.
    #[error("the next item on {layer:?} is {expected}, the anchor begins with {from}")]
    NotNext {
        /// The layer.
        layer: Layer,
        /// First item that is not anchored.
        expected: u64,
        /// First item of the window.
        from: u64,
    },
    /// There are no such items.
    #[error("the record has no items {from} to {to}")]
    NoSuchItems {
        /// First.
        from: u64,
        /// Last.
        to: u64,
    },
    /// More items than a window holds.
    #[error("items {from} to {to} are more than {max}")]
    WindowTooLong {
        /// First.
        from: u64,
        /// Last.
        to: u64,
        /// Most items.
        max: u64,
    },
    /// The window is not over this record's items.
    #[error("the window hash is stated as {stated}, recomputed as {computed}")]
    WindowHash {
        /// Stated.
        stated: Digest,
        /// Recomputed.
        computed: Digest,
    },
    /// The state was another.
    #[error("the state root is stated as {stated}, recomputed as {computed}")]
    StateRoot {
        /// Stated.
        stated: Digest,
        /// Recomputed.
        computed: Digest,
    },
    /// Something else was published.
    #[error("the payload is stated as {stated}, recomputed as {computed}")]
    Payload {
        /// Stated.
        stated: Digest,
        /// Recomputed.
        computed: Digest,
    },
    /// The block is dated before what it holds was made.
    #[error("the block is dated {block}, its last item {made}")]
    BeforeItsItems {
        /// Date of the block.
        block: Time,
        /// Date of the item.
        made: Time,
    },
    /// Nothing is published that the committee did not certify.
    #[error("the committee has not certified {digest}")]
    NotCertified {
        /// The last item of the window, whose payload it has not certified either.
        digest: Digest,
    },
}

impl AnchorError {
    /// Stable code for machines; `Display` is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Wire(error) => error.code(),
            Self::ChainName { .. } => "commitment.chain_name",
            Self::Contract => "commitment.contract_address",
            Self::OtherChain { .. } => "commitment.other_chain",
            Self::BlockBack { .. } => "commitment.block_back",
            Self::TransactionTwice { .. } => "commitment.transaction_twice",
            Self::Shallow { .. } => "commitment.shallow",
            Self::FromTheFuture { .. } => "commitment.block_from_the_future",
            Self::NotNext { .. } => "commitment.window_not_next",
            Self::NoSuchItems { .. } => "commitment.no_such_items",
            Self::WindowTooLong { .. } => "commitment.window_too_long",
            Self::WindowHash { .. } => "commitment.window_hash",
            Self::StateRoot { .. } => "commitment.state_root",
            Self::Payload { .. } => "commitment.payload",
            Self::BeforeItsItems { .. } => "commitment.block_before_items",
            Self::NotCertified { .. } => "commitment.not_certified",
        }
    }
}
