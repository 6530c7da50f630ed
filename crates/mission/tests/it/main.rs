//! One integration binary; one module per capability.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed unwrap in a test is a failed test"
)]

mod control;
mod facts;
mod gate;
mod graph;
mod heterogeneity;
mod invariants;
mod pairs;
mod path_high_risk;
mod path_low_risk;
mod people;
mod properties;
mod rework;
mod router;
mod scope;
mod seats;
mod undertaking;
mod work;
mod world;
