//! `comity na`: the network authority of a sovereign.

mod error;
mod folder;
mod init;
mod start;

pub use error::NaError;
pub use init::{InitArgs, init};
pub use start::{StartArgs, start};
