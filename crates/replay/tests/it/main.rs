//! Capability tests: exports, verified; mutated copies, refused.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failed unwrap in a test is a failed test"
)]

mod accepted;
mod appeals;
mod committee;
mod constitution;
mod forks;
mod hearing;
mod malformed;
mod mutations;
mod phases;
mod quorum;
mod refused;
mod scene;
mod seats;
mod senate;
mod trust;
mod undertaking;
