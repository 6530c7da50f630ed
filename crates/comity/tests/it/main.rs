//! What the program promises, from the outside.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed unwrap in a test is a failed test"
)]

mod agents;
mod anchor;
mod close;
mod constitution;
mod dice;
mod homes;
mod kill;
mod leak;
mod life;
mod mesh;
mod mutation;
mod na;
mod network;
mod orders;
mod polity;
mod program;
mod readme;
mod rehearsal;
mod rework;
mod rooms;
mod senate;
mod series;
mod tour;
mod vectors;
