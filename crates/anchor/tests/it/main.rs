//! What holds without a node: a conversation with one that was written down, and the stand-in.

#![allow(clippy::unwrap_used, reason = "a failed unwrap in a test is a failed test")]
#![allow(clippy::indexing_slicing, reason = "so is a place that is not there")]

#[path = "../../examples/on_a_node/committee.rs"]
mod committee;
mod recorded;
mod stand_in;
