//! Sans-IO node: `step(now, input) -> effects`. One sovereign, all its duties, no socket, no disk, no clock.
//!
//! ```text
//!            messages, ticks, finished jobs                 Append ─▶ store (fsync)
//!  shell ───────────────▶ step ──▶ world.apply ──▶ effects  Send   ─▶ transport
//!                           ▲          │                    Run    ─▶ vault + engine ─▶ Done
//!                           └─ duties ◀┘   what the rules ask of this sovereign next, read off the world
//! ```
//!
//! A duty is a pure question to the world: "is there something that I should state, do or ask, and have not?" Duties
//! are asked again after every input until they have no answer, so a node that crashed and folded its record again goes
//! on exactly where it was, and a message that was lost is simply asked for again.
//!
//! # Invariants
//!
//! 1. Nothing is sent that rests on a statement which is not durable: see [`Effect`].
//! 2. A statement is made at most once: its duty reads the record, not a memory of having acted.
//! 3. A foreign record is taken in only as far as its owner's signature and its entries agree.
//! 4. Private bytes are given only after their opening has been logged, and only to a reader whom the record entitles.

mod anchoring;
mod duty;
mod engine;
mod error;
mod fact;
mod follow;
mod io;
mod job;
pub mod limits;
mod members;
mod message;
mod node;
mod own;
mod vault;

pub use anchoring::AnchorDue;
pub use engine::{Engine, RunFailure, RunLimits, RunOutput};
pub use error::NodeError;
pub use fact::{By, Fact};
pub use io::{
    Charter, Command, Effect, Input, Now, Partial, Secrets, TreatyPlan, Undertaking, Witnessed,
};
pub use job::{Finding, Job, JobKey, Outcome, Review};
pub use message::{Addressed, Ask, Message};
pub use node::{Node, sign_away};
pub use vault::{FaultReport, Labels, Machine, Vault};
