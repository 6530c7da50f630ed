//! Capabilities of the commitment room, one module each.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed unwrap in a test is a failed test"
)]

mod anchors;
mod beacon;
mod chain;
mod committee;
mod conformance;
mod controls;
mod council;
mod rounds;
mod schedule;
mod trees;
