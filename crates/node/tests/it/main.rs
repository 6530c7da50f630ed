//! A node as a shell sees it: commands and time in, statements out.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed unwrap in a test is a failed test"
)]

mod acts;
mod chambers;
mod clerk;
mod polis;
mod submitting;
mod undertaking;
