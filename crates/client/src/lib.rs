//! Asks network authorities over HTTP, and checks what they answer.
//!
//! ```text
//!  calls ──▶ Request ──▶ Carry ──▶ Reply ──▶ object ──▶ checks ──▶ what the caller may rely upon
//!  pure      pure        socket    pure      schema     signatures
//! ```
//!
//! Everything but [`Http`] is a function of its arguments: times, nonces and secrets are handed in, and a test answers
//! requests from memory.
//!
//! # Invariants
//!
//! 1. Nothing that an authority says is passed on unless it has its schema; nothing signed is passed on unverified.
//! 2. An answer is read up to a named limit, within a named time, from the host that was asked: redirects are refused.
//! 3. A secret key signs one request at a time and never leaves this process.
//! 4. No request is repeated: what was sent once may have been done.
//!
//! # Source
//!
//! Chapter *Two sovereigns* in the book; the reference's routes and its command line.

mod admin;
pub mod calls;
mod endpoint;
pub mod endpoint_check;
mod error;
pub mod limits;
#[cfg(test)]
mod memory;
pub mod nodes;
pub mod onboarding;
mod operator_key;
pub mod operators;
mod remote;
mod request;
pub mod review;
mod transport;
pub mod workflow;

pub use admin::{HeaderVersion, Operator, Stamp};
pub use endpoint::Endpoint;
pub use error::{ClientError, Said};
pub use operator_key::parse as parse_operator_key;
pub use remote::Remote;
pub use request::{Carry, Method, Reply, Request};
pub use transport::{Http, reach};
