//! `comity verify`: the same as the program `comity-verify`.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::Answer;
use crate::fail::Exit;

/// Recheck exported records from their bytes alone, as `comity-verify` does
#[derive(Args, Clone, Debug)]
pub struct VerifyArgs {
    /// Exports; records of one sovereign in several of them are compared
    #[arg(required = true, value_name = "DIR")]
    pub directories: Vec<PathBuf>,
    /// Refuse unless a record of this sovereign is there; repeatable
    #[arg(long, value_name = "ID")]
    pub expect: Vec<String>,
    /// Threads for signatures; without it one per processor
    #[arg(long, value_name = "N")]
    pub threads: Option<u16>,
    /// Only the verdict
    #[arg(long, short)]
    pub quiet: bool,
    /// The twelve lines of the blueprint's contract, and how they stand
    #[arg(long)]
    pub contract: bool,
    /// One JSON document instead of text
    #[arg(long)]
    pub json: bool,
}

/// Verifies.
///
/// # Errors
///
/// What the system says about standard error.
pub fn run(args: &VerifyArgs) -> anyhow::Result<Answer> {
    let mut words: Vec<OsString> = Vec::new();
    let flags = [(args.json, "--json"), (args.quiet, "--quiet"), (args.contract, "--contract")];
    words.extend(flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag.into()));
    for id in &args.expect {
        words.extend(["--expect".into(), id.into()]);
    }
    if let Some(threads) = args.threads {
        words.extend(["--threads".into(), threads.to_string().into()]);
    }
    words.push("--".into());
    words.extend(args.directories.iter().map(Into::into));
    let answer = comity_verify::run(words);
    std::io::stderr().write_all(answer.stderr.as_bytes())?;
    let exit = match answer.status {
        0 => Exit::Done,
        1 => Exit::Refused,
        _ => Exit::Unusable,
    };
    Ok(Answer { text: answer.stdout, exit })
}
