//! What the wire room promises, from the outside.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed unwrap in a test is a failed test"
)]

mod canonical;
mod envelope;
mod small_values;
