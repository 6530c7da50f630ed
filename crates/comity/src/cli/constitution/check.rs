//! `comity constitution check`: whether every relation of parameter files holds.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use comity_constitution::{ParameterError, Parameters};
use serde_json::json;

use crate::cli::Answer;
use crate::fail::{Exit, one_line};
use crate::home::file;

/// Check that every relation between parameters holds
///
/// Ends with status 0 if all hold, 1 if one does not, 2 if a file cannot be used.
#[derive(Args, Clone, Debug)]
pub struct CheckArgs {
    /// Parameter files
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// One JSON document instead of lines
    #[arg(long)]
    pub json: bool,
}

/// Checks the files.
///
/// # Errors
///
/// A file cannot be read, or is no parameter file.
pub fn run(args: &CheckArgs) -> anyhow::Result<Answer> {
    let mut violations = Vec::new();
    for path in &args.files {
        let doing = || format!("read {}", path.display());
        let max = u64::try_from(Parameters::BYTES_MAX).unwrap_or(u64::MAX);
        match Parameters::decode(&file::read(path, max)?) {
            Ok(_) => {}
            Err(error @ (ParameterError::Wire(_) | ParameterError::TooLong { .. })) => {
                return Err(error).with_context(doing);
            }
            Err(error) => violations.push((path, error)),
        }
    }
    let exit = if violations.is_empty() { Exit::Done } else { Exit::Refused };
    let text = if args.json {
        let violations: Vec<_> = violations
            .iter()
            .map(|(path, error)| json!({ "path": path.display().to_string(), "what": error.to_string() }))
            .collect();
        format!("{:#}\n", json!({ "holds": violations.is_empty(), "violations": violations }))
    } else {
        let mut text = String::new();
        for (path, error) in &violations {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{}: {error}", one_line(&path.display().to_string()));
        }
        let _ = writeln!(text, "{} violations", violations.len());
        text
    };
    Ok(Answer { text, exit })
}
