//! Arguments that several verbs take.

use std::path::PathBuf;

use clap::Args;
use comity_wire::{StatementId, Time};

use crate::home::session::Request;

/// Which home speaks, and what it knows of others.
#[derive(Args, Clone, Debug)]
pub struct Speaker {
    /// The home that speaks
    #[arg(long, value_name = "DIR")]
    pub home: PathBuf,
    /// Record of another sovereign: its home, an exported record, or a folder of these; repeatable. What is relied upon
    /// is kept in the home, so it is needed once and when it has grown
    #[arg(long = "peer", value_name = "DIR")]
    pub peers: Vec<PathBuf>,
    /// File whose first line is the passphrase of the keys; without it the terminal asks
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

impl Speaker {
    /// What a session needs of this.
    pub fn request(&self) -> Request<'_> {
        Request {
            home: &self.home,
            peers: &self.peers,
            passphrase: self.passphrase_file.as_deref(),
            accepts_treaties: false,
            voices: &[],
            submitted: None,
        }
    }
}

/// A date on the command line.
pub(super) fn time(text: &str) -> Result<Time, String> {
    Time::parse(text).map_err(|_| "a time like 2027-12-31T23:59:59Z".to_owned())
}

/// The id of a statement on the command line.
pub(super) fn statement(text: &str) -> Result<StatementId, String> {
    text.parse().map_err(|_| "64 hexadecimal digits".to_owned())
}
