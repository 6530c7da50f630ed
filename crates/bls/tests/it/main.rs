//! One binary for all tests of the room's interface.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may panic")]

mod answers;
mod beacon;
mod certificate;
mod conformance;
mod points;
mod support;
mod threshold;
