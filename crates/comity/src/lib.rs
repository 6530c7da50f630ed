//! The program: four sovereigns in one process for the tour, one sovereign on disk for the other verbs.
//!
//! Shell only: it parses arguments, reads files and clocks, prints. What is decided is decided in the rooms below.

pub mod cast;
pub mod cli;
pub mod export;
pub mod fail;
pub mod home;
pub mod limits;
pub mod plant;
pub mod senate;
pub mod summary;
pub mod tour;
pub mod town;
