//! `comity mesh bundle`: what a sovereign publishes, in one file that is reviewed before anything is trusted.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use comity_client::workflow::{export, live};
use comity_client::{Endpoint, Http};
use comity_mesh::bundle::{BundleItem, bundle_hash, import, signature_report, summary, validate};
use comity_wire::mesh_json::{Value, canonical};

use super::args::{document, now, remote, write};
use super::show::{id, pretty};
use crate::cli::Answer;
use crate::fail::Exit;

/// What is done with bundles.
#[derive(Debug, Subcommand)]
pub enum Bundle {
    /// Fetch what a sovereign publishes into one file; nothing is written unless it is consistent and signed
    Export(ExportArgs),
    /// Show what is in a bundle, without judging it
    Inspect(InspectArgs),
    /// Check a bundle: shape, consistency, every signature; with --at also against what is published now
    Validate(ValidateArgs),
    /// Validate a bundle and write a receipt of that; this grants no trust
    Import(ImportArgs),
}

/// Whose bundle, and where to.
#[derive(Args, Clone, Debug)]
pub struct ExportArgs {
    /// The authority
    #[arg(long, value_name = "URL")]
    pub at: String,
    /// Where the bundle is written to
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Leave the revocation feed out
    #[arg(long)]
    pub no_feed: bool,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Which bundle.
#[derive(Args, Clone, Debug)]
pub struct InspectArgs {
    /// The bundle
    pub file: PathBuf,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Which bundle, and against what.
#[derive(Args, Clone, Debug)]
pub struct ValidateArgs {
    /// The bundle
    pub file: PathBuf,
    /// Its authority, to compare the bundle with what it publishes now
    #[arg(long, value_name = "URL")]
    pub at: Option<String>,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Which bundle, against what, and where the receipt goes.
#[derive(Args, Clone, Debug)]
pub struct ImportArgs {
    /// What is validated.
    #[command(flatten)]
    pub validate: ValidateArgs,
    /// Where the receipt is written to
    #[arg(long, value_name = "FILE")]
    pub receipt: Option<PathBuf>,
}

impl Bundle {
    /// Whether the answer is one JSON document.
    pub const fn is_json(&self) -> bool {
        match self {
            Self::Export(args) => args.json,
            Self::Inspect(args) => args.json,
            Self::Validate(args) => args.json,
            Self::Import(args) => args.validate.json,
        }
    }
}

/// Carries the verb out.
///
/// # Errors
///
/// A bundle cannot be read or had, or does not hold.
pub fn run(verb: &Bundle) -> anyhow::Result<Answer> {
    match verb {
        Bundle::Export(args) => run_export(args),
        Bundle::Inspect(args) => inspect(args),
        Bundle::Validate(args) => run_validate(args),
        Bundle::Import(args) => run_import(args),
    }
}

fn run_export(args: &ExportArgs) -> anyhow::Result<Answer> {
    let (at, http) = (Endpoint::parse(&args.at)?, Http::default());
    let bundle = export(&remote(&at, &http), !args.no_feed, now())?;
    // The receipt is thrown away: what is handed on must be worth importing.
    import(&bundle, "", None, now()).with_context(|| format!("check the bundle of {at}"))?;
    write(&args.out, &bundle)?;
    if args.json {
        return Ok(Answer::done(pretty(&described(&bundle))));
    }
    Ok(Answer::done(format!("{}written to {}\n", text(&bundle), args.out.display())))
}

fn inspect(args: &InspectArgs) -> anyhow::Result<Answer> {
    let bundle = document(&args.file)?;
    Ok(Answer::done(if args.json { pretty(&described(&bundle)) } else { text(&bundle) }))
}

fn run_validate(args: &ValidateArgs) -> anyhow::Result<Answer> {
    let bundle = document(&args.file)?;
    let http = Http::default();
    let live = match &args.at {
        None => None,
        Some(at) => Some(live(&remote(&Endpoint::parse(at)?, &http), now())?),
    };
    let found = validate(&bundle, live.as_ref());
    let items = signature_report(&bundle, now());
    let holds = found.errors.is_empty() && items.iter().all(|item| item.refusal().is_none());
    let exit = if holds { Exit::Done } else { Exit::Refused };
    if args.json {
        let document = Value::from([
            ("bundle_hash", Value::from(bundle_hash(&bundle))),
            ("signatures", Value::List(items.iter().map(BundleItem::to_value).collect())),
            ("valid", Value::from(holds)),
            ("validation", found.to_value()),
        ]);
        return Ok(Answer { text: pretty(&document), exit });
    }
    let mut text = String::new();
    // Writing to a string cannot fail.
    for item in &items {
        let word = item.result.err().unwrap_or("valid");
        let _ = writeln!(text, "  {:<18}  {}  {word}", item.kind.as_str(), id(&item.id));
    }
    for (word, lines) in [("error", &found.errors), ("warning", &found.warnings)] {
        for line in lines {
            let _ = writeln!(text, "  {word}: {}", id(line));
        }
    }
    let verdict = if holds { "valid" } else { "not valid" };
    Ok(Answer { text: format!("{verdict}  {}\n{text}", bundle_hash(&bundle)), exit })
}

fn run_import(args: &ImportArgs) -> anyhow::Result<Answer> {
    let ValidateArgs { file, at, json } = &args.validate;
    let bundle = document(file)?;
    let http = Http::default();
    let live = match at {
        None => None,
        Some(at) => Some(live(&remote(&Endpoint::parse(at)?, &http), now())?),
    };
    let receipt = import(&bundle, &file.display().to_string(), live.as_ref(), now())
        .with_context(|| format!("import {}", file.display()))?;
    if let Some(path) = &args.receipt {
        write(path, &receipt)?;
    }
    if *json {
        return Ok(Answer::done(pretty(&receipt)));
    }
    Ok(Answer::done(format!("{}reviewed; no trust is granted by this\n", text(&bundle))))
}

fn described(bundle: &Value) -> Value {
    Value::from([("bundle_hash", Value::from(bundle_hash(bundle))), ("summary", summary(bundle))])
}

/// The summary, one member a line.
fn text(bundle: &Value) -> String {
    let summary = summary(bundle);
    let mut text = format!("bundle {}\n", bundle_hash(bundle));
    for (name, value) in summary.members().into_iter().flatten() {
        let shown = match value.as_str() {
            Some(word) => id(word),
            None => id(&String::from_utf8_lossy(&canonical(value))),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {name:<27}  {shown}");
    }
    text
}
