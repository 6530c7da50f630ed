//! `comity na`: the network authority of a sovereign.

mod error;
mod folder;
mod init;
mod start;

pub use error::NaError;
pub(super) use folder::{plain_secret, write_plain};
pub use init::{InitArgs, init};
pub use start::{StartArgs, start};
