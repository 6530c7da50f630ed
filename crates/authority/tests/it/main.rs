//! The authority without a socket: every refusal it knows, and that a refusal changes nothing.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]
#![allow(
    clippy::semicolon_if_nothing_returned,
    clippy::too_many_lines,
    clippy::type_complexity,
    reason = "tables of cases, a line or a few for each"
)]

mod cases;
mod operators;
mod refusals;
mod world;
