//! The network authority over HTTP: sockets, clocks, headers, limits, and appends that are durable before they are answered.
//!
//! ```text
//! socket ──▶ hyper ──▶ axum routes ──▶ request ──▶ Ledger ──decide──▶ frame ──fsync──▶ apply ──▶ answer
//!   timeouts, limits                              reads ◀── visible state
//! ```
//!
//! What is decided is decided in `comity-authority`; this crate knows no rule of the protocol.
//!
//! # Invariants
//!
//! 1. A change is answered, and visible to readers, only after an fsync that covers it.
//! 2. Reading writes nothing. Refusals of public requests are recorded within a budget, and what exceeds it is counted.
//! 3. Every answer has an `X-Request-ID`, every refusal the protocol's envelope; outside input ends in no 500.
//! 4. Headers, bodies, waiting answers, connections and rates are limited, so that one client cannot starve the others.
//! 5. After a failed append nothing more is written, and writers get 503.
//!
//! # Source
//!
//! The reference's HTTP interface; DESIGN §6 rules 5, 8, 9.

mod cache;
mod clock;
mod error;
mod handle;
mod ledger;
pub mod limits;
mod memo;
mod pages;
mod patience;
mod rate;
mod reply;
mod request;
mod routes;
mod server;
mod service;

pub use error::ServeError;
pub use rate::Rates;
pub use server::{Options, Server, Signals};
pub use service::Entropy;
