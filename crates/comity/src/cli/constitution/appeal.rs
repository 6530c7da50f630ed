//! `comity constitution appeal`: complaints, answers, decisions of panels, and the one fresh panel.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, Subcommand};
use comity_constitution::AppealFact;
use comity_constitution::appeal::facts::{Appealed, Decided, Opened, Responded};
use comity_constitution::appeal::{AppealRefusal, Code, Finding, Ground};
use comity_replay::Refusal;
use comity_wire::StatementId;

use super::speak::{About, Voice, evidence, reasons};
use crate::cli::Answer;
use crate::cli::shared::statement;
use crate::fail::ActError;

/// Appeals and disputes.
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "the arguments of each verb carry its text for people")]
pub enum Appeal {
    Open(OpenArgs),
    Respond(RespondArgs),
    Judge(JudgeArgs),
    Again(AgainArgs),
}

/// Complain about a statement
#[derive(Args, Clone, Debug)]
pub struct OpenArgs {
    #[command(flatten)]
    voice: Voice,
    /// The statement, by its id
    #[arg(value_name = "ID", value_parser = statement)]
    about: StatementId,
    /// Why
    #[arg(long, value_parser = PossibleValuesParser::new(Ground::ALL.map(Ground::name)).try_map(ground))]
    ground: Ground,
    /// Who is complained about, by name or key; repeatable
    #[arg(long = "respondent", value_name = "NAME|KEY", required = true)]
    respondents: Vec<String>,
    /// File that is disclosed; its hash is stated; repeatable
    #[arg(long, value_name = "FILE", required = true)]
    evidence: Vec<PathBuf>,
}

/// Answer a complaint, as one who is complained about
#[derive(Args, Clone, Debug)]
pub struct RespondArgs {
    #[command(flatten)]
    about: About,
    /// File with the answer; its hash is stated
    #[arg(long, value_name = "FILE")]
    text: PathBuf,
    /// File that is disclosed; its hash is stated; repeatable
    #[arg(long, value_name = "FILE")]
    evidence: Vec<PathBuf>,
}

/// Decide a case, as one of its panel
#[derive(Args, Clone, Debug)]
pub struct JudgeArgs {
    #[command(flatten)]
    about: About,
    /// What is found
    #[arg(value_parser = ["upheld", "dismissed"])]
    finding: String,
    /// Why, from the closed list
    #[arg(long, value_parser = PossibleValuesParser::new(CODES).try_map(code))]
    code: Code,
    /// Why, in words that everybody reads
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Ask for a fresh panel, as a party; once in a case
#[derive(Args, Clone, Debug)]
pub struct AgainArgs {
    #[command(flatten)]
    about: About,
    /// File with the reasons; its hash is stated
    #[arg(long, value_name = "FILE")]
    reasons: PathBuf,
    /// File that is disclosed; its hash is stated; repeatable
    #[arg(long, value_name = "FILE")]
    evidence: Vec<PathBuf>,
}

/// The names of [`Code`].
const CODES: [&str; 5] = [
    "evidence_supports",
    "evidence_insufficient",
    "rule_followed",
    "rule_misapplied",
    "out_of_scope",
];

fn ground(text: String) -> Result<Ground, serde_json::Error> {
    serde_json::from_value(text.into())
}

fn code(text: String) -> Result<Code, serde_json::Error> {
    serde_json::from_value(text.into())
}

impl Appeal {
    /// Carries the verb out.
    ///
    /// # Errors
    ///
    /// The rules refuse, or the home cannot be used.
    pub fn run(&self) -> anyhow::Result<Answer> {
        match self {
            Self::Open(args) => open(args),
            Self::Respond(args) => {
                let (case, evidence) = (args.about.id, evidence(&args.evidence)?);
                let fact = Responded { case, evidence, text: reasons(&args.text)? };
                args.about.voice.say("answered", AppealFact::from(fact))
            }
            Self::Judge(args) => judge(args),
            Self::Again(args) => {
                let (case, evidence) = (args.about.id, evidence(&args.evidence)?);
                let fact = Appealed { case, evidence, text: reasons(&args.reasons)? };
                args.about.voice.say("appealed", AppealFact::from(fact))
            }
        }
    }

    /// Whether the answer is one JSON document.
    pub const fn is_json(&self) -> bool {
        match self {
            Self::Open(args) => args.voice.speaker.json,
            Self::Respond(args) => args.about.voice.speaker.json,
            Self::Judge(args) => args.about.voice.speaker.json,
            Self::Again(args) => args.about.voice.speaker.json,
        }
    }
}

fn open(args: &OpenArgs) -> anyhow::Result<Answer> {
    let evidence = evidence(&args.evidence)?;
    let speech = args.voice.open()?;
    let respondents = args.respondents.iter().map(|given| speech.somebody(given));
    let respondents = respondents.collect::<anyhow::Result<_>>()?;
    let fact = Opened { evidence, ground: args.ground, respondents, subject: args.about };
    speech.say(&args.voice, "the case is open", AppealFact::from(fact))
}

fn judge(args: &JudgeArgs) -> anyhow::Result<Answer> {
    let (case, code, reason) = (args.about.id, args.code, args.reason.clone());
    let finding = if args.finding == "upheld" { Finding::Upheld } else { Finding::Dismissed };
    let speech = args.about.voice.open()?;
    let appeals = speech.world().appeals(speech.id());
    let found = appeals.and_then(|appeals| appeals.case(case));
    let found = found.ok_or_else(|| Refusal::from(AppealRefusal::UnknownCase { id: case }))?;
    let seated = found.seated_by().ok_or(ActError::NobodySits { id: case })?;
    let fact = AppealFact::from(Decided { case, code, finding, reason, seated });
    speech.say(&args.about.voice, "judged", fact)
}
