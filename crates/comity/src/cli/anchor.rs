//! `comity anchor`: puts what a committee certified on an EVM chain, and looks whether it is there.

pub mod args;
pub mod check;
pub mod deploy;
mod error;
pub mod key;
pub mod publish;
pub mod rotate;
pub mod show;

use clap::Subcommand;

use super::Answer;

pub use error::InputError;

/// Anchors on an EVM chain.
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "the arguments of each verb carry its text for people")]
pub enum Anchor {
    Key(key::KeyArgs),
    Deploy(Box<deploy::DeployArgs>),
    Show(show::ShowArgs),
    Publish(Box<publish::PublishArgs>),
    Rotate(Box<rotate::RotateArgs>),
    Check(check::CheckArgs),
}

impl Anchor {
    /// Carries the verb out.
    ///
    /// # Errors
    ///
    /// An input cannot be used, or the chain or the contract says no.
    pub fn run(&self) -> anyhow::Result<Answer> {
        match self {
            Self::Key(args) => key::run(args),
            Self::Deploy(args) => deploy::run(args),
            Self::Show(args) => show::run(args),
            Self::Publish(args) => publish::run(args),
            Self::Rotate(args) => rotate::run(args),
            Self::Check(args) => check::run(args),
        }
    }

    /// Whether the answer is one JSON document.
    pub const fn is_json(&self) -> bool {
        match self {
            Self::Key(args) => args.json,
            Self::Deploy(args) => args.json,
            Self::Show(args) => args.json,
            Self::Publish(args) => args.json,
            Self::Rotate(args) => args.json,
            Self::Check(args) => args.json,
        }
    }
}
