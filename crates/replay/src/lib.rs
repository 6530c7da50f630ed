//! The fold over every record, and what an exported record proves.
//!
//! ```text
//!  envelopes ──keyring──▶ Signed<Statement> ──World::apply──▶ state        the node and the simulator stop here
//!  export ──read──▶ envelopes, tiles, checkpoint, keys, parameters, MIPs ──verify──▶ Report
//! ```
//!
//! Nothing here opens a file, a socket or a clock.
//!
//! # Invariants
//!
//! 1. The node's state and the verifier's are made by the same function from the same statements.
//! 2. A refusal is named, has a place, and changes nothing.
//!
//! # Sources
//!
//! Blueprint §3–§6 and §9, `spec/mycel.md` D, `DESIGN` §2.

mod ahead;
pub mod export;
mod keyring;
mod refusal;
pub mod report;
pub mod verify;
mod world;

pub use ahead::{Pending, Verifiers, with_verifiers};
pub use keyring::Keyring;
pub use refusal::Refusal;
pub use world::{
    Ending, MissionView, OpeningKey, OrderView, Place, RecordView, Round, World, actor_info,
    claim_nullifier, last_task,
};
