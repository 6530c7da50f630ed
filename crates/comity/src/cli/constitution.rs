//! `comity constitution`: the rules of a record, what follows from them, and everything that is said under them.

pub mod act;
pub mod anchors;
pub mod appeal;
pub mod capture;
pub mod check;
pub mod clerk;
pub mod show;
pub mod speak;
pub mod tour;

use clap::Subcommand;

use super::Answer;

/// The rules of a record, and everything that is said under them.
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "the arguments of each verb carry its text for people")]
pub enum Constitution {
    Found(act::FoundArgs),
    Identify(act::IdentifyArgs),
    Show(show::ShowArgs),
    Clerk(clerk::ClerkArgs),
    Submit(clerk::SubmitArgs),
    Decide(act::DecideArgs),
    Propose(act::ProposeArgs),
    Sponsor(act::SponsorArgs),
    Withdraw(act::WithdrawArgs),
    Veto(act::VetoArgs),
    Vote(act::VoteArgs),
    /// Complain, answer, judge, and ask for a fresh panel
    #[command(subcommand)]
    Appeal(appeal::Appeal),
    /// The threshold committee: offer a key, plan the next one
    #[command(subcommand)]
    Committee(clerk::Committee),
    Anchors(anchors::AnchorsArgs),
    Anchored(Box<anchors::AnchoredArgs>),
    Endorse(clerk::EndorseArgs),
    State(clerk::StateArgs),
    Capture(capture::CaptureArgs),
    Check(check::CheckArgs),
    Tour(tour::TourArgs),
}

impl Constitution {
    /// Carries the verb out.
    ///
    /// # Errors
    ///
    /// The rules refuse, or an input cannot be used.
    pub fn run(&self) -> anyhow::Result<Answer> {
        match self {
            Self::Found(args) => act::found(args),
            Self::Identify(args) => act::identify(args),
            Self::Show(args) => show::run(args),
            Self::Clerk(args) => clerk::clerk(args),
            Self::Submit(args) => clerk::submit(args),
            Self::Decide(args) => act::decide(args),
            Self::Propose(args) => act::propose(args),
            Self::Sponsor(args) => act::sponsor(args),
            Self::Withdraw(args) => act::withdraw(args),
            Self::Veto(args) => act::veto(args),
            Self::Vote(args) => act::vote(args),
            Self::Appeal(verb) => verb.run(),
            Self::Committee(verb) => verb.run(),
            Self::Anchors(args) => anchors::anchors(args),
            Self::Anchored(args) => anchors::anchored(args),
            Self::Endorse(args) => clerk::endorse(args),
            Self::State(args) => clerk::state(args),
            Self::Capture(args) => capture::run(args),
            Self::Check(args) => check::run(args),
            Self::Tour(args) => tour::run(args),
        }
    }

    /// Whether the answer is one JSON document.
    pub const fn is_json(&self) -> bool {
        match self {
            Self::Found(args) => args.speaker.json,
            Self::Identify(args) => args.speaker.json,
            Self::Show(args) => args.json,
            Self::Clerk(args) => args.speaker.json,
            Self::Submit(args) => args.speaker.json,
            Self::Decide(args) => args.voice.speaker.json,
            Self::Propose(args) => args.voice.speaker.json,
            Self::Sponsor(args) => args.about.voice.speaker.json,
            Self::Withdraw(args) => args.about.voice.speaker.json,
            Self::Veto(args) => args.about.voice.speaker.json,
            Self::Vote(args) => args.about.voice.speaker.json,
            Self::Appeal(verb) => verb.is_json(),
            Self::Committee(verb) => verb.is_json(),
            Self::Anchors(args) => args.speaker.json,
            Self::Anchored(args) => args.speaker.json,
            Self::Endorse(args) => args.about.voice.speaker.json,
            Self::State(args) => args.speaker.json,
            Self::Capture(args) => args.json,
            Self::Check(args) => args.json,
            Self::Tour(args) => args.json,
        }
    }
}
