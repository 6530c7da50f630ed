//! The verbs, their arguments, and where each is carried out.
//!
//! A verb returns what it prints on standard output, so that `--json` is one document and a refusal prints nothing
//! there. Progress goes to standard error while a verb runs.

pub mod conformance;
pub mod tour;

use clap::{Parser, Subcommand};

use crate::fail::{EXIT_TABLE, Exit, Fail};

/// Independent organisations get work done for each other, check it, settle it, and can prove it.
#[derive(Debug, Parser)]
#[command(name = "comity", version, after_help = EXIT_TABLE, after_long_help = EXIT_TABLE)]
#[command(arg_required_else_help = true, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Tour(Box<tour::TourArgs>),
    Conformance(conformance::ConformanceArgs),
}

/// What a verb prints, and the status that the program ends with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// For standard output.
    pub text: String,
    /// The status.
    pub exit: Exit,
}

impl Answer {
    /// The answer of a verb that did what it was asked.
    pub const fn done(text: String) -> Self {
        Self { text, exit: Exit::Done }
    }
}

impl Cli {
    /// Carries the verb out.
    ///
    /// # Errors
    ///
    /// [`Fail`] with a stable code; no record has changed.
    pub fn run(&self) -> Result<Answer, Fail> {
        match &self.verb {
            Verb::Tour(args) => Ok(Answer::done(tour::run(args)?)),
            Verb::Conformance(args) => Ok(conformance::run(args)?),
        }
    }

    /// Whether the answer, and a refusal, is one JSON document.
    pub const fn is_json(&self) -> bool {
        match &self.verb {
            Verb::Tour(args) => args.json,
            Verb::Conformance(args) => args.json,
        }
    }
}

#[cfg(test)]
mod tests;
