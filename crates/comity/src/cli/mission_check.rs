//! `comity mission check`: everything that is wrong with a mission bundle of the blueprint's author.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use comity_constitution::Parameters;
use comity_constitution::source::{self, File, Value};
use comity_mission::foreign::{self, Mode, Policy};

use super::Answer;
use super::constitution::check::answer;
use crate::fail::CliError;
use crate::home::file;

/// Check a mission bundle in the shape of the blueprint's author
///
/// Prints one line for each violation. Ends with status 0 if there is none, 1 if there is one, 2 if a file cannot be used.
#[derive(Args, Clone, Debug)]
pub struct CheckArgs {
    /// The bundle
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How much is asked of digests and signatures
    #[arg(long, value_enum, default_value = "strict")]
    pub mode: Asked,
    /// A `runtime_policy.json` that holds, instead of the founding policy
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// One JSON document instead of lines
    #[arg(long)]
    pub json: bool,
}

/// The modes, as words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Asked {
    /// Form and rules
    Structural,
    /// Also the lengths of digests and signatures
    Strict,
}

/// Checks the bundle.
///
/// # Errors
///
/// A file cannot be read, is no bundle, or is no policy that holds.
pub fn run(args: &CheckArgs) -> anyhow::Result<Answer> {
    let doing = || format!("read {}", args.file.display());
    let bundle = value(&args.file)?;
    if !foreign::is_bundle(&bundle) {
        return Err(CliError::NotABundle).with_context(doing);
    }
    let policy = match &args.policy {
        Some(path) => policy(path)?,
        None => Policy::of(&Parameters::founding()),
    };
    let mode = match args.mode {
        Asked::Structural => Mode::Structural,
        Asked::Strict => Mode::Strict,
    };
    Ok(answer(&foreign::check(&bundle, &policy, mode), args.json))
}

fn value(path: &Path) -> anyhow::Result<Value> {
    let max = u64::try_from(foreign::BYTES_MAX).unwrap_or(u64::MAX);
    let bytes = file::read(path, max)?;
    Value::parse(&bytes, foreign::BYTES_MAX).with_context(|| format!("read {}", path.display()))
}

fn policy(path: &Path) -> anyhow::Result<Policy> {
    let value = value(path)?;
    let holds = source::check(&BTreeMap::from([(File::Policy, &value)])).holds();
    let policy = Policy::from_value(&value).filter(|_| holds);
    policy.ok_or(CliError::BadPolicy).with_context(|| format!("read {}", path.display()))
}
