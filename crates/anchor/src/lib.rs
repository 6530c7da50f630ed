//! Anchors what a committee certified on an EVM chain, and looks whether it is there.
//!
//! ```text
//!  Certificate ──▶ Publication ──▶ call ──▶ transaction ──▶ Wire ──▶ node ──▶ CommitmentAnchor.sol
//!                                  pure     pure            socket            the signature, once more
//!                                                             │
//!  AnchorReceipt ◀── check ◀── receipt, block, entry ◀── rpc ◀┘
//!  what a record     pure                                pure
//!  carries
//! ```
//!
//! The only room that speaks to a chain. Everything but [`Http`] is a function of its arguments: the account's secret and the
//! clock are the caller's.
//!
//! # Invariants
//!
//! 1. Nothing is published but what a threshold of the committee signed; the contract checks it again, and so does the
//!    stand-in.
//! 2. A receipt is given out only for what was seen in a block of the chain; whether that is final is asked again each time.
//! 3. What a node says is bounded and checked for its form; that the node tells the truth about its chain is believed.
//! 4. A record is told only what is final.
//! 5. What the stand-in gives out says that it is the stand-in's.
//!
//! # Sources
//!
//! Blueprint §6; EIP-2537, EIP-1559, EIP-155, EIP-55; the JSON-RPC of execution clients; the contract in `contracts/`.

mod abi;
mod account;
mod artifact;
pub mod check;
pub mod contract;
pub mod eip2537;
mod error;
mod evm;
mod http;
pub mod limits;
mod port;
mod receipt;
mod refusal;
mod rlp;
pub mod rpc;
mod rule;
mod stand_in;
mod statement;
pub mod text;
mod transaction;

pub use account::{Account, Address, keccak};
pub use artifact::{Artifact, artifact};
pub use contract::{Entry, Founding, Publication, Rotation, State};
pub use error::AnchorError;
pub use evm::{Evm, Pause, Settings};
pub use http::{Http, Wire};
pub use port::{ChainPort, Finality, Standing};
pub use receipt::{AnchorReceipt, ChainHash, Place};
pub use refusal::Refusal;
pub use stand_in::StandIn;
pub use statement::anchored;
pub use transaction::{Sealed, Transaction};
