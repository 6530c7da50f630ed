//! `found`, `identify`, `propose`, `sponsor`, `vote` and what else is said about the rules of a record.

use std::path::PathBuf;

use clap::Args;
use comity_constitution::chamber::Choice;
use comity_constitution::facts::Instrument;
use comity_constitution::facts::{
    BallotCast, Change, Decided, Founded, IdentityVerified, Proposed, Sponsored, Vetoed, Withdrawn,
};
use comity_constitution::vote::Vote;
use comity_constitution::{Charter, ConstitutionFact, ConstitutionRefusal, Polity, RuleFile};
use comity_node::{By, Command};
use comity_replay::Refusal;
use comity_wire::{StatementId, Time};

use super::speak::{About, Speech, Voice, finish, reasons, somebody};
use crate::cli::Answer;
use crate::cli::shared::{Speaker, time};
use crate::fail::ActError;
use crate::home::rules;
use crate::home::session::Session;

/// Found the constitution of a home's record, as its authority
///
/// Its first parameters are those that the genesis names.
#[derive(Args, Clone, Debug)]
pub struct FoundArgs {
    #[command(flatten)]
    pub(super) speaker: Speaker,
    /// The founder: a person of this record
    #[arg(long, value_name = "NAME")]
    founder: String,
    /// The charter, canonical JSON; without it the founding one
    #[arg(long, value_name = "FILE")]
    charter: Option<PathBuf>,
    /// The charter for a few dozen people, which this program carries
    #[arg(long, conflicts_with = "charter")]
    small: bool,
}

/// State that the identity of a person was verified, as the authority
#[derive(Args, Clone, Debug)]
pub struct IdentifyArgs {
    #[command(flatten)]
    pub(super) speaker: Speaker,
    /// The person, by name or key
    #[arg(value_name = "NAME|KEY")]
    person: String,
    /// Last moment at which it counts, e.g. 2027-12-31T23:59:59Z
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Time,
}

/// Propose a charter or a parameter file in place of the one in force
#[derive(Args, Clone, Debug)]
pub struct ProposeArgs {
    #[command(flatten)]
    pub(super) voice: Voice,
    /// The file to come, canonical JSON
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// File with the reasons; its hash is stated
    #[arg(long, value_name = "FILE")]
    reasons: PathBuf,
}

/// Decide something in G0, as the founder; the first chamber ratifies or reverses it
#[derive(Args, Clone, Debug)]
pub struct DecideArgs {
    #[command(flatten)]
    pub(super) voice: Voice,
    /// File with the text of the decision; its hash is stated
    #[arg(value_name = "FILE")]
    text: PathBuf,
    /// A charter or parameter file that comes into force with it
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
}

/// Sign a proposal as a further sponsor
#[derive(Args, Clone, Debug)]
pub struct SponsorArgs {
    #[command(flatten)]
    pub(super) about: About,
}

/// Take a proposal back, as its proposer
#[derive(Args, Clone, Debug)]
pub struct WithdrawArgs {
    #[command(flatten)]
    pub(super) about: About,
}

/// Reject a proposal, as the founder
#[derive(Args, Clone, Debug)]
pub struct VetoArgs {
    #[command(flatten)]
    pub(super) about: About,
    /// File with the reasons; its hash is stated
    #[arg(long, value_name = "FILE")]
    reasons: PathBuf,
}

/// Vote, as a member of the chamber that sits
#[derive(Args, Clone, Debug)]
pub struct VoteArgs {
    #[command(flatten)]
    pub(super) about: About,
    /// The ballot
    #[arg(value_parser = ["yes", "no", "abstain"])]
    choice: String,
}

pub(super) fn found(args: &FoundArgs) -> anyhow::Result<Answer> {
    let charter: RuleFile = match &args.charter {
        None if args.small => Charter::small().into(),
        None => Charter::founding().into(),
        Some(path) => rules::read(path)?,
    };
    let mut session = Session::open(&args.speaker.request())?;
    let founder = session.actor(&args.founder)?;
    let fact = ConstitutionFact::from(Founded { charter: charter.hash(), founder });
    session.learn(charter);
    finish(session, &args.speaker, "founded", Command::act(By::Authority, fact))
}

pub(super) fn identify(args: &IdentifyArgs) -> anyhow::Result<Answer> {
    let session = Session::open(&args.speaker.request())?;
    let actor = somebody(session.world(), session.id(), &args.person)?;
    let fact = ConstitutionFact::from(IdentityVerified { actor, until: args.until });
    finish(session, &args.speaker, "verified", Command::act(By::Authority, fact))
}

pub(super) fn propose(args: &ProposeArgs) -> anyhow::Result<Answer> {
    let (file, text) = (rules::read(&args.file)?, reasons(&args.reasons)?);
    let mut speech = args.voice.open()?;
    let change = change(&mut speech, file)?;
    speech.say(&args.voice, "proposed", ConstitutionFact::from(Proposed { change, text }))
}

pub(super) fn decide(args: &DecideArgs) -> anyhow::Result<Answer> {
    let text = reasons(&args.text)?;
    let file = args.rules.as_deref().map(rules::read).transpose()?;
    let mut speech = args.voice.open()?;
    let change = file.map(|file| change(&mut speech, file)).transpose()?;
    speech.say(&args.voice, "decided", ConstitutionFact::from(Decided { change, text }))
}

pub(super) fn sponsor(SponsorArgs { about }: &SponsorArgs) -> anyhow::Result<Answer> {
    about.voice.say("sponsored", ConstitutionFact::from(Sponsored { amendment: about.id }))
}

pub(super) fn withdraw(WithdrawArgs { about }: &WithdrawArgs) -> anyhow::Result<Answer> {
    about.voice.say("withdrawn", ConstitutionFact::from(Withdrawn { amendment: about.id }))
}

pub(super) fn veto(VetoArgs { about, reasons: path }: &VetoArgs) -> anyhow::Result<Answer> {
    let reasons = reasons(path)?;
    about.voice.say("vetoed", ConstitutionFact::from(Vetoed { amendment: about.id, reasons }))
}

pub(super) fn vote(VoteArgs { about, choice }: &VoteArgs) -> anyhow::Result<Answer> {
    let choice = match choice.as_str() {
        "yes" => Choice::Yes,
        "no" => Choice::No,
        _ => Choice::Abstain,
    };
    let speech = about.voice.open()?;
    let ballot = ballot(polity(&speech)?, about.id, choice)?;
    speech.say(&about.voice, "voted", ConstitutionFact::from(ballot))
}

/// A ballot in the chamber that sits on a question.
fn ballot(polity: &Polity, question: StatementId, choice: Choice) -> anyhow::Result<BallotCast> {
    let amendment = polity.amendment(question).map(|it| (it.vote(), it.terms()));
    let decision = || {
        let vote = polity.decision(question)?.vote()?;
        Some((Some(vote.0), vote.1))
    };
    let (vote, terms) = amendment.or_else(decision).unzip();
    let sitting = vote.flatten().and_then(Vote::seated_by);
    let nobody = ActError::NobodySits { id: question };
    let (sitting, terms) = sitting.zip(terms).ok_or(nobody)?;
    Ok(BallotCast { charter: terms.charter.hash(), choice, question, sitting })
}

/// The change that a file would be, made known to the node.
fn change(speech: &mut Speech, file: RuleFile) -> anyhow::Result<Change> {
    let polity = polity(speech)?;
    let (instrument, to) = (file.instrument(), file.hash());
    let from = match instrument {
        Instrument::Charter => polity.charter(),
        Instrument::Parameters => polity.parameters(),
    };
    speech.learn(file);
    Ok(Change { from, instrument, to })
}

/// The constitution of a home's record.
fn polity(speech: &Speech) -> Result<&Polity, Refusal> {
    let found = speech.world().polity(speech.id());
    found.ok_or_else(|| ConstitutionRefusal::NotFounded.into())
}
