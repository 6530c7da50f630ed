//! Capabilities of the parameter room, one module each.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed unwrap in a test is a failed test"
)]

mod amendments;
mod appeals;
mod around;
mod attacks;
mod charter;
mod controls;
mod draws;
mod founding;
mod invariants;
mod model;
mod page;
mod polities;
mod refusals;
mod scene;
mod source_page;
mod thresholds;
mod votes;
