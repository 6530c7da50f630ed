//! `comity-verify`: rechecks exports from their bytes alone, and says what that proves.
//!
//! A small program on purpose: it opens files, prints, and has no clock, socket, store or engine. What it decides is
//! decided in the room of replay; this crate reads directories and shows reports, also for `comity verify`.
//!
//! ```text
//!  args ──▶ Request ──▶ Directory (files) ──▶ replay::verify_exports ──▶ text or JSON, exit status
//! ```
//!
//! # Invariants
//!
//! 1. Exit status 0 means that every check of every record passed; 1 that one was refused; 2 that nothing was decided.
//! 2. What is not proven is printed wherever something is shown as proven.
//! 3. The same bytes and arguments print the same bytes.

mod args;
mod directory;
mod json;
mod prose;
mod run;
mod text;

pub use directory::Directory;
pub use run::{Answer, HELP, run};
