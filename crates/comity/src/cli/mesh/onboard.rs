//! `comity mesh onboard`: a new operator's checklist, each step with what shows it.
//!
//! The checklist lies in a folder: `statements.json` is the signed chain, `evidence/` has the documents that it names by
//! their hashes.

mod judge;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use comity_client::onboarding::{Given, NotShown, Sources};
use comity_client::operators::{ONBOARDING, PublishedOnboarding, deliver, published, roster};
use comity_client::review::Identity;
use comity_client::{Endpoint, Http};
use comity_mesh::keys::{MeshKey, SignedObject as _};
use comity_mesh::operator::onboarding::{
    Checklist, OnboardingStatement, OnboardingStep, StepEvidence, verify,
};
use comity_mesh::schema::Field as _;
use comity_sign::SigningKey;
use comity_wire::mesh_json::{Datetime, Value, canonical};
use comity_wire::sha256;

use super::args::{Signer, document, now, remote, stamp, write};
use super::local::{Pen, fresh, public};
use super::refused::ObjectError;
use super::show::{id, pretty};
use crate::cli::Answer;
use crate::home::file;

pub use judge::VerifyArgs;

/// What is done with a checklist.
#[derive(Debug, Subcommand)]
pub enum Onboard {
    /// Look which steps can be shown now, keep what shows them, and sign one statement for each
    Run(Box<RunArgs>),
    /// Check a checklist and every document that it names; needs the folder and the public key
    Verify(VerifyArgs),
    /// Hand the statements in that the authority does not have yet
    Publish(PublishArgs),
}

/// Where to look.
#[derive(Args, Clone, Debug)]
pub struct RunArgs {
    /// The folder of the checklist; made if it is not there
    pub dir: PathBuf,
    /// One's own authority
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Who signs.
    #[command(flatten)]
    pub pen: Pen,
    /// An authority that recognises one's own, for the step `treaty_received`
    #[arg(long, value_name = "URL")]
    pub peer: Option<String>,
    /// What shows that a backup was restored, as JSON
    #[arg(long, value_name = "FILE")]
    pub backup: Option<PathBuf>,
    /// A proof as `comity mesh proof run` writes it, in which one's own sovereign attests and revokes
    #[arg(long, value_name = "FILE")]
    pub proof: Option<PathBuf>,
    /// One's own trust bundle
    #[arg(long, value_name = "FILE", requires = "receipt")]
    pub bundle: Option<PathBuf>,
    /// The receipt of somebody who imported that bundle
    #[arg(long, value_name = "FILE", requires = "bundle")]
    pub receipt: Option<PathBuf>,
    /// The managing partner who helped
    #[arg(long, value_name = "NAME")]
    pub assisted_by: Option<String>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// What is handed in.
#[derive(Args, Clone, Debug)]
pub struct PublishArgs {
    /// The folder of the checklist
    pub dir: PathBuf,
    /// One's own authority
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Who signs the requests.
    #[command(flatten)]
    pub signer: Signer,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

impl Onboard {
    /// Whether the answer is one JSON document.
    pub const fn is_json(&self) -> bool {
        match self {
            Self::Run(args) => args.json,
            Self::Verify(args) => args.json,
            Self::Publish(args) => args.json,
        }
    }
}

/// Carries the verb out.
///
/// # Errors
///
/// The folder or a file cannot be used, or an authority cannot be asked or refuses.
pub fn run(verb: &Onboard) -> anyhow::Result<Answer> {
    match verb {
        Onboard::Run(args) => take(args),
        Onboard::Verify(args) => judge::run(args),
        Onboard::Publish(args) => publish(args),
    }
}

/// A checklist in its folder.
struct Folder<'a>(&'a Path);

impl Folder<'_> {
    fn statements(&self) -> PathBuf {
        self.0.join("statements.json")
    }

    fn evidence(&self) -> PathBuf {
        self.0.join("evidence")
    }

    /// The statements that are there; none if there is no file.
    fn read(&self) -> anyhow::Result<Vec<OnboardingStatement>> {
        let path = self.statements();
        if path.symlink_metadata().is_err() {
            return Ok(Vec::new());
        }
        Ok(Vec::read(&document(&path)?)?)
    }

    /// Keeps documents and gives their names and hashes.
    fn keep(
        &self,
        step: OnboardingStep,
        shown: &[(&str, Value)],
    ) -> anyhow::Result<Vec<StepEvidence>> {
        file::create_folder(&self.evidence())?;
        let keep = |(word, value): &(&str, Value)| {
            let name = format!("{step}.{word}.json");
            let bytes = canonical(value);
            file::replace(&self.evidence().join(&name), &bytes)?;
            anyhow::Ok(StepEvidence { name, sha256: sha256(&bytes) })
        };
        shown.iter().map(keep).collect()
    }
}

/// A checklist that grows.
struct Chain {
    statements: Vec<OnboardingStatement>,
    secret: SigningKey,
    key_id: String,
    keys: Vec<MeshKey>,
    assisted_by: Option<String>,
}

impl Chain {
    /// Adds a step.
    fn add(
        &mut self,
        sovereign: &str,
        step: OnboardingStep,
        evidence: Vec<StepEvidence>,
        at: Datetime,
    ) -> anyhow::Result<()> {
        let mut statement = OnboardingStatement {
            object_type: OnboardingStatement::OBJECT_TYPE.to_owned(),
            sovereign_id: sovereign.to_owned(),
            sequence: self.statements.len() as u64 + 1,
            step,
            done_at: at,
            assisted_by: self.assisted_by.clone(),
            evidence,
            prev_statement_digest: self
                .statements
                .last()
                .map(OnboardingStatement::statement_digest),
            issued_by: self.key_id.clone(),
            signature: None,
        };
        statement.sign(&self.secret, &self.key_id);
        self.statements.push(statement);
        self.check(sovereign, at).map(drop)
    }

    /// What the statements come to.
    fn check(&self, sovereign: &str, at: Datetime) -> anyhow::Result<Checklist> {
        let list = verify(sovereign, &self.statements, &self.keys, at);
        Ok(list.map_err(ObjectError::refused("the checklist"))?)
    }
}

fn given(args: &RunArgs) -> anyhow::Result<Given> {
    let read = |path: &Option<PathBuf>| path.as_deref().map(document).transpose();
    Ok(Given {
        backup: read(&args.backup)?,
        proof: read(&args.proof)?,
        bundle: read(&args.bundle)?,
        receipt: read(&args.receipt)?,
    })
}

fn take(args: &RunArgs) -> anyhow::Result<Answer> {
    let (given, folder) = (given(args)?, Folder(&args.dir));
    let secret = args.pen.secret()?;
    let (endpoint, http, at) = (Endpoint::parse(&args.at)?, Http::default(), now());
    let peer = args.peer.as_deref().map(Endpoint::parse).transpose()?;
    let own = remote(&endpoint, &http);
    let identity = Identity::read(&own, None, at)?;
    let keys = roster(&own, &identity, at)?.1;
    if !keys.iter().any(|key| key.to_string() == public(&secret)) {
        return Err(ObjectError::NotAnOperator.into());
    }
    let report_id = fresh("report")?;
    let mut chain = Chain {
        statements: folder.read()?,
        secret: secret.clone(),
        key_id: args.pen.key_id.clone(),
        keys,
        assisted_by: args.assisted_by.clone(),
    };
    let mut done = chain.check(&identity.sovereign_id, at)?.done;
    let sources = Sources {
        own,
        identity: &identity,
        peer: peer.as_ref().map(|peer| remote(peer, &http)),
        given: &given,
        signer: (&secret, &args.pen.key_id),
        report_id: &report_id,
    };
    let mut rows = Vec::new();
    for step in OnboardingStep::ALL.iter().copied() {
        if done.contains(&step) {
            rows.push((step, Row::Before));
            continue;
        }
        if let Some(needed) = step.needs().filter(|needed| !done.contains(needed)) {
            rows.push((step, Row::Needs(needed)));
            continue;
        }
        match sources.show(step, at) {
            Ok(shown) => {
                let evidence = folder.keep(step, &shown)?;
                chain.add(&identity.sovereign_id, step, evidence, at)?;
                write(&folder.statements(), &chain.statements.write())?;
                done.push(step);
                rows.push((step, Row::Taken));
            }
            Err(reason) => rows.push((step, Row::NotShown(reason))),
        }
    }
    let list = chain.check(&identity.sovereign_id, at)?;
    Ok(Answer::done(if args.json { described(&list, &rows) } else { told(&list, &rows) }))
}

/// What came of a step.
enum Row {
    Before,
    Taken,
    Needs(OnboardingStep),
    NotShown(NotShown),
}

fn described(list: &Checklist, rows: &[(OnboardingStep, Row)]) -> String {
    let steps = rows.iter().map(|(step, row)| {
        let (state, reason) = match row {
            Row::Before => ("taken_before", Value::Null),
            Row::Taken => ("taken", Value::Null),
            Row::Needs(needed) => ("not_yet", Value::from(needed.as_str())),
            Row::NotShown(reason) => ("not_shown", Value::from(reason.code())),
        };
        Value::from([
            ("reason", reason),
            ("state", Value::from(state)),
            ("step", Value::from(step.as_str())),
        ])
    });
    let steps = Value::List(steps.collect());
    pretty(&Value::from([("checklist", list.write()), ("steps", steps)]))
}

fn told(list: &Checklist, rows: &[(OnboardingStep, Row)]) -> String {
    let mut text = format!(
        "{}: {} of {} steps\n",
        id(&list.sovereign_id),
        list.done.len(),
        OnboardingStep::ALL.len()
    );
    // Writing to a string cannot fail.
    for (step, row) in rows {
        let said = match row {
            Row::Before => "taken before".to_owned(),
            Row::Taken => "taken".to_owned(),
            Row::Needs(needed) => format!("not yet: {needed} comes first"),
            Row::NotShown(reason) => {
                format!("not shown: {} [{}]", id(&reason.to_string()), reason.code())
            }
        };
        let _ = writeln!(text, "  {:<17}  {said}", step.as_str());
    }
    text
}

fn publish(args: &PublishArgs) -> anyhow::Result<Answer> {
    let statements = Folder(&args.dir).read()?;
    let operator = args.signer.operator()?;
    let (endpoint, http) = (Endpoint::parse(&args.at)?, Http::default());
    let remote = remote(&endpoint, &http);
    let known: PublishedOnboarding = published(&remote, ONBOARDING, "a checklist")?;
    let count = known.statements.len();
    if statements.get(..count) != Some(known.statements.as_slice()) {
        let reason = "the authority has other steps than the folder".to_owned();
        return Err(ObjectError::Refused { what: "the checklist", reason }.into());
    }
    let new = statements.get(count..).unwrap_or_default();
    for statement in new {
        deliver(&remote, &statement.write(), &operator, &stamp()?)?;
    }
    if args.json {
        let document = Value::from([("handed_in", Value::from(new.len() as u64))]);
        return Ok(Answer::done(pretty(&document)));
    }
    Ok(Answer::done(format!("{} steps handed in, {count} were there\n", new.len())))
}
