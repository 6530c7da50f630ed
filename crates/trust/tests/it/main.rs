//! Capabilities of the trust room, one module each.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed unwrap in a test is a failed test"
)]

mod decay;
mod facts;
mod guard;
mod invariants;
mod ledger;
mod lineage;
mod machine;
mod model;
mod relief;
mod scene;
mod vectors;
