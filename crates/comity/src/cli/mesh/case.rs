//! `comity mesh case`: a case file, from who speaks to the point where an authority can take over.
//!
//! The file lies on this machine. Each verb that adds an entry checks the whole file with it, and replaces the file only if
//! that holds. The institution's time to answer is counted by the clock of whoever writes, or by `--now`.

pub mod add;
pub mod read;

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use comity_mesh::case_file::{CaseFile, CaseStanding, Content, Draft, Outcome};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, Value};

use super::args::{object, write};
use super::local::{Clock, Pen, random};
use super::show::{id, pretty};
use crate::cli::Answer;

/// What is done with a case.
#[derive(Debug, Subcommand)]
pub enum Case {
    /// Begin a case: who speaks
    Open(add::OpenArgs),
    /// Add evidence to the corpus, by its hash
    Exhibit(add::ExhibitArgs),
    /// Say something, on the strength of exhibits
    Claim(add::ClaimArgs),
    /// Record that the institution was told, and until when it may answer
    Notice(add::NoticeArgs),
    /// Record what it answered, or that it did not
    Response(add::ResponseArgs),
    /// Record that the case is ready for the authority that is next
    Escalate(add::EscalateArgs),
    /// Show a case, without judging it
    Show(read::ShowArgs),
    /// Check a case from its first entry to its last; needs the public key and nothing else
    Verify(read::VerifyArgs),
    /// Write a copy in which members are withheld by rule
    Export(read::ExportArgs),
}

/// The file, and who signs.
#[derive(Args, Clone, Debug)]
pub struct Book {
    /// The case file
    pub file: PathBuf,
    /// Who signs.
    #[command(flatten)]
    pub pen: Pen,
    /// When it is written.
    #[command(flatten)]
    pub clock: Clock,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

impl Case {
    /// Whether the answer is one JSON document.
    pub const fn is_json(&self) -> bool {
        match self {
            Self::Open(args) => args.book.json,
            Self::Exhibit(args) => args.book.json,
            Self::Claim(args) => args.book.json,
            Self::Notice(args) => args.book.json,
            Self::Response(args) => args.book.json,
            Self::Escalate(args) => args.book.json,
            Self::Show(args) => args.json,
            Self::Verify(args) => args.json,
            Self::Export(args) => args.json,
        }
    }
}

/// Carries the verb out.
///
/// # Errors
///
/// A file cannot be read, or the case would not hold with the entry.
pub fn run(verb: &Case) -> anyhow::Result<Answer> {
    match verb {
        Case::Open(args) => add::open(args),
        Case::Exhibit(args) => add::exhibit(args),
        Case::Claim(args) => add::claim(args),
        Case::Notice(args) => add::notice(args),
        Case::Response(args) => add::response(args),
        Case::Escalate(args) => add::escalate(args),
        Case::Show(args) => read::show(args),
        Case::Verify(args) => read::verify(args),
        Case::Export(args) => read::export(args),
    }
}

/// What an entry has beside its content.
#[derive(Clone, Copy, Debug, Default)]
struct Beside {
    respond_by: Option<Datetime>,
    outcome: Option<Outcome>,
}

impl Book {
    /// The case that is there.
    fn case(&self) -> anyhow::Result<CaseFile> {
        object(&self.file, "case_file")
    }

    /// Adds an entry and puts the file in place.
    fn add(&self, mut case: CaseFile, content: Content, beside: Beside) -> anyhow::Result<Answer> {
        let secret = self.pen.secret()?;
        let draft = Draft {
            issued_at: self.clock.time(),
            content,
            respond_by: beside.respond_by,
            outcome: beside.outcome,
            seed: random()?,
        };
        let standing = case.append(&draft, &secret, &self.pen.key_id)?;
        write(&self.file, &case.write())?;
        let document = described(&case, &standing);
        let text = if self.json { pretty(&document) } else { told(&case, &standing) };
        Ok(Answer::done(text))
    }
}

/// A case that holds, as a document.
fn described(case: &CaseFile, standing: &CaseStanding) -> Value {
    let outcome = standing.outcome.map_or(Value::Null, |it| Value::from(it.as_str()));
    Value::from([
        ("case_id", Value::from(case.case_id.as_str())),
        ("entry_count", Value::from(standing.entry_count as u64)),
        ("escalation_ready", Value::from(standing.is_escalation_ready)),
        ("head", standing.head.write()),
        ("outcome", outcome),
        ("respond_by", standing.respond_by.write()),
        ("sovereign_id", Value::from(case.sovereign_id.as_str())),
        ("step", Value::from(standing.step.as_str())),
        ("withheld_count", Value::from(standing.withheld_count as u64)),
    ])
}

/// A case that holds, in words.
fn told(case: &CaseFile, standing: &CaseStanding) -> String {
    let mut text = format!(
        "case {} of {}: {}, {} entries\n  head        {}\n",
        id(&case.case_id),
        id(&case.sovereign_id),
        standing.step,
        standing.entry_count,
        standing.head,
    );
    // Writing to a string cannot fail.
    if let Some(by) = standing.respond_by {
        let _ = writeln!(text, "  answer by   {by}");
    }
    if let Some(outcome) = standing.outcome {
        let _ = writeln!(text, "  answer      {outcome}");
    }
    if 0 < standing.withheld_count {
        let _ = writeln!(text, "  withheld    {} members", standing.withheld_count);
    }
    if standing.is_escalation_ready {
        text.push_str("  ready for the next authority\n");
    }
    text
}
