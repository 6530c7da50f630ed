//! The authority on a real socket, asked by a client of a few lines.

#![allow(
    clippy::format_push_string,
    clippy::indexing_slicing,
    clippy::type_complexity,
    clippy::unwrap_used,
    reason = "what fails here fails the test"
)]

mod admin;
mod atlas;
mod bad_input;
mod client;
mod enrol;
mod fixture;
mod operators;
mod partners;
mod public;
mod record;
mod refusals;
mod slow;
mod trust;
