//! `comity constitution`: the parameters that rules read, and what follows from them.

pub mod capture;
pub mod check;
pub mod tour;

use clap::Subcommand;

use super::Answer;

/// Parameters and what follows from them.
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "the arguments of each verb carry its text for people")]
pub enum Constitution {
    Capture(capture::CaptureArgs),
    Check(check::CheckArgs),
    Tour(tour::TourArgs),
}

impl Constitution {
    /// Carries the verb out.
    ///
    /// # Errors
    ///
    /// An input cannot be used.
    pub fn run(&self) -> anyhow::Result<Answer> {
        match self {
            Self::Capture(args) => capture::run(args),
            Self::Check(args) => check::run(args),
            Self::Tour(args) => tour::run(args),
        }
    }

    /// Whether the answer is one JSON document.
    pub const fn is_json(&self) -> bool {
        match self {
            Self::Capture(args) => args.json,
            Self::Check(args) => args.json,
            Self::Tour(args) => args.json,
        }
    }
}
