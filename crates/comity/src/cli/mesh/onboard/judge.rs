//! Checking a checklist with the documents that it names, without asking anybody.

use std::path::PathBuf;

use clap::Args;
use comity_mesh::keys::MeshKey;
use comity_mesh::operator::onboarding::{
    OnboardingReason, OnboardingStatement, OnboardingStep, verify,
};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::Value;

use super::Folder;
use crate::cli::Answer;
use crate::cli::mesh::local::{Clock, digest_of, public_key};
use crate::cli::mesh::show::{id, pretty};
use crate::fail::Exit;

/// What is checked.
#[derive(Args, Clone, Debug)]
pub struct VerifyArgs {
    /// The folder of the checklist
    pub dir: PathBuf,
    /// Key of the operator, base64; repeatable
    #[arg(long = "public-key", value_name = "KEY", value_parser = public_key, required = true)]
    pub public_keys: Vec<MeshKey>,
    /// The sovereign that it should be about; the one that it names without it
    #[arg(long, value_name = "ID")]
    pub sovereign: Option<String>,
    /// The time of the question.
    #[command(flatten)]
    pub clock: Clock,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Why a document that a statement names does not show anything.
fn fault(folder: &Folder<'_>, statement: &OnboardingStatement) -> Option<&'static str> {
    statement.evidence.iter().find_map(|evidence| {
        // A name is a file in the folder, and never a way out of it.
        if evidence.name.contains(['/', '\\']) || evidence.name.starts_with('.') {
            return Some("evidence_bad_name");
        }
        match digest_of(&folder.evidence().join(&evidence.name)) {
            Err(_) => Some("evidence_missing"),
            Ok((digest, _)) if digest != evidence.sha256 => Some("evidence_changed"),
            Ok(_) => None,
        }
    })
}

pub(super) fn run(args: &VerifyArgs) -> anyhow::Result<Answer> {
    let folder = Folder(&args.dir);
    let statements = Vec::<OnboardingStatement>::read(&super::document(&folder.statements())?)?;
    let named = statements.first().map_or("", |statement| statement.sovereign_id.as_str());
    let sovereign = args.sovereign.as_deref().unwrap_or(named);
    let judged = verify(sovereign, &statements, &args.public_keys, args.clock.time());
    let judged = judged.map_err(OnboardingReason::as_str).and_then(|list| {
        let fault = statements.iter().find_map(|statement| fault(&folder, statement));
        fault.map_or(Ok(list), Err)
    });
    let exit = if judged.is_ok() { Exit::Done } else { Exit::Refused };
    let text = match (&judged, args.json) {
        (Ok(list), true) => pretty(&Value::from([
            ("checklist", list.write()),
            ("reason", Value::from("accepted")),
            ("valid", Value::from(true)),
        ])),
        (Err(reason), true) => {
            pretty(&Value::from([("reason", Value::from(*reason)), ("valid", Value::from(false))]))
        }
        (Ok(list), false) => {
            let names = |steps: &[OnboardingStep]| {
                steps.iter().map(|step| step.as_str()).collect::<Vec<_>>().join(", ")
            };
            let missing = if list.complete { "nothing".to_owned() } else { names(&list.missing) };
            format!(
                "holds: {} of {} steps of {}\n  taken    {}\n  missing  {missing}\n",
                list.done.len(),
                OnboardingStep::ALL.len(),
                id(sovereign),
                names(&list.done),
            )
        }
        (Err(reason), false) => format!("does not hold: {reason}\n"),
    };
    Ok(Answer { text, exit })
}
