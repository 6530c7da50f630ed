//! What the log promises, checked from outside: one binary, one module per capability.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a failed unwrap in a test is a failed test"
)]

mod document;
mod forks;
mod outside;
mod proofs;
mod signed;
mod support;
mod textbook;
mod tiles;
