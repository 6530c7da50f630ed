//! One integration binary per crate; one module per capability.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed unwrap in a test is a failed test"
)]

mod canonical_chapter;
mod memo;
mod operators;
mod published;
mod recognition;
mod vectors;
