//! One integration binary per crate; one module per capability.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed unwrap in a test is a failed test"
)]

mod audit;
mod common;
mod disputes;
mod fault_watch;
mod refusals;
mod settlement;
mod wire_forms;
