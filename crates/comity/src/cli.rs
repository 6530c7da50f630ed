//! The verbs, their arguments, and where each is carried out.
//!
//! A verb returns what it prints on standard output, so that `--json` is one document and a refusal prints nothing else
//! there. Progress goes to standard error while a verb runs.

pub mod actor;
pub mod anchor;
pub mod conformance;
pub mod constitution;
pub mod init;
pub mod mesh;
pub mod mip;
pub mod mission;
pub mod mission_check;
pub mod na;
pub mod order;
pub mod shared;
pub mod status;
pub mod tour;
pub mod treaty;
pub mod verify;

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
    Init(init::InitArgs),
    Status(status::StatusArgs),
    /// People and machines of a record: admit
    #[command(subcommand)]
    Actor(actor::Actor),
    /// Recognise other sovereigns: offer, accept
    #[command(subcommand)]
    Treaty(Treaty),
    /// Packages that say how an outcome is judged: publish
    #[command(subcommand)]
    Mip(Mip),
    /// Orders: place
    #[command(subcommand)]
    Order(Order),
    /// Orders and the missions that work on them, and foreign mission bundles: show, check
    #[command(subcommand)]
    Mission(Mission),
    /// Network authorities: recognise, attest, revoke, import, and ask who trusts whom
    #[command(subcommand)]
    Mesh(mesh::Mesh),
    /// A sovereign's network authority over HTTP: init, start
    #[command(subcommand)]
    Na(Na),
    /// Anchors on an EVM chain: key, deploy, show, publish, rotate, check
    #[command(subcommand)]
    Anchor(Box<anchor::Anchor>),
    /// The rules of a record: found, propose, vote, appeal, show, and more
    #[command(subcommand)]
    Constitution(constitution::Constitution),
    Verify(verify::VerifyArgs),
    Conformance(conformance::ConformanceArgs),
}

#[derive(Debug, Subcommand)]
enum Treaty {
    Recognise(treaty::RecogniseArgs),
    Accept(treaty::AcceptArgs),
    Revoke(treaty::RevokeArgs),
    Export(treaty::ExportArgs),
}

#[derive(Debug, Subcommand)]
enum Mip {
    Publish(mip::PublishArgs),
}

#[derive(Debug, Subcommand)]
enum Order {
    Place(order::PlaceArgs),
}

#[derive(Debug, Subcommand)]
enum Mission {
    Show(mission::ShowArgs),
    Check(mission_check::CheckArgs),
}

#[derive(Debug, Subcommand)]
enum Na {
    Init(na::InitArgs),
    Start(na::StartArgs),
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
        let answer = match &self.verb {
            Verb::Tour(args) => Answer::done(tour::run(args)?),
            Verb::Init(args) => init::run(args)?,
            Verb::Status(args) => status::run(args)?,
            Verb::Actor(verb) => verb.run()?,
            Verb::Treaty(Treaty::Recognise(args)) => treaty::recognise(args)?,
            Verb::Treaty(Treaty::Accept(args)) => treaty::accept(args)?,
            Verb::Treaty(Treaty::Revoke(args)) => treaty::revoke(args)?,
            Verb::Treaty(Treaty::Export(args)) => treaty::export(args)?,
            Verb::Mip(Mip::Publish(args)) => mip::run(args)?,
            Verb::Order(Order::Place(args)) => order::run(args)?,
            Verb::Mission(Mission::Show(args)) => mission::run(args)?,
            Verb::Mission(Mission::Check(args)) => mission_check::run(args)?,
            Verb::Mesh(verb) => verb.run()?,
            Verb::Na(Na::Init(args)) => na::init(args)?,
            Verb::Na(Na::Start(args)) => na::start(args)?,
            Verb::Anchor(verb) => verb.run()?,
            Verb::Constitution(verb) => verb.run()?,
            Verb::Verify(args) => verify::run(args)?,
            Verb::Conformance(args) => conformance::run(args)?,
        };
        Ok(answer)
    }

    /// Whether the answer, and a refusal, is one JSON document.
    pub const fn is_json(&self) -> bool {
        match &self.verb {
            Verb::Tour(args) => args.json,
            Verb::Init(args) => args.json,
            Verb::Status(args) => args.json,
            Verb::Actor(verb) => verb.is_json(),
            Verb::Treaty(Treaty::Recognise(args)) => args.speaker.json,
            Verb::Treaty(Treaty::Accept(args)) => args.speaker.json,
            Verb::Treaty(Treaty::Revoke(args)) => args.speaker.json,
            Verb::Mip(Mip::Publish(args)) => args.speaker.json,
            Verb::Order(Order::Place(args)) => args.speaker.json,
            Verb::Mission(Mission::Show(args)) => args.json,
            Verb::Mission(Mission::Check(args)) => args.json,
            // A treaty is JSON, a refusal is text.
            Verb::Treaty(Treaty::Export(_)) => false,
            Verb::Mesh(verb) => verb.is_json(),
            Verb::Na(Na::Init(args)) => args.json,
            Verb::Na(Na::Start(args)) => args.json,
            Verb::Anchor(verb) => verb.is_json(),
            Verb::Constitution(verb) => verb.is_json(),
            Verb::Verify(args) => args.json,
            Verb::Conformance(args) => args.json,
        }
    }
}

#[cfg(test)]
mod tests;
