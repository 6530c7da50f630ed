//! `comity constitution check`: whether every relation of parameter files holds.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use comity_constitution::source::{self, File, Finding, Report, Value};
use comity_constitution::{Charter, CharterError, Parameters};
use serde_json::json;

use crate::cli::Answer;
use crate::fail::{CliError, Exit, one_line};
use crate::home::file;

/// Check that every relation between parameters holds
///
/// Takes a parameter file or a charter of this project, or the two files of the blueprint's author, `constitutional_params.json` and
/// `runtime_policy.json`, together or alone; the shape is recognised. Prints one line for each violation and each warning.
/// Ends with status 0 if every relation holds, 1 if one does not, 2 if a file cannot be used.
#[derive(Args, Clone, Debug)]
pub struct CheckArgs {
    /// Parameter files
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// One JSON document instead of lines
    #[arg(long)]
    pub json: bool,
}

/// Checks the files.
///
/// # Errors
///
/// A file cannot be read, is no JSON, has no known shape, or is there twice.
pub fn run(args: &CheckArgs) -> anyhow::Result<Answer> {
    Ok(answer(&report(&args.files)?, args.json))
}

/// A report as lines or as a document, with the status that goes with it.
pub(in crate::cli) fn answer(report: &Report, is_json: bool) -> Answer {
    let exit = if report.holds() { Exit::Done } else { Exit::Refused };
    let text = if is_json { document(report) } else { lines(report) };
    Answer { text, exit }
}

fn report(paths: &[PathBuf]) -> anyhow::Result<Report> {
    let max = u64::try_from(source::BYTES_MAX).unwrap_or(u64::MAX);
    let mut ours = Report::default();
    let mut theirs = BTreeMap::new();
    for path in paths {
        let doing = || format!("read {}", path.display());
        let bytes = file::read(path, max)?;
        let value = Value::parse(&bytes, source::BYTES_MAX).with_context(doing)?;
        if has_two(&value, ["tiers", "trust", "voting", "mission_classes"]) {
            parameters(path, &bytes, &value, &mut ours)?;
            continue;
        }
        if has_two(&value, ["amendment", "chambers", "founder", "phases"]) {
            charter(path, &bytes, &value, &mut ours)?;
            continue;
        }
        let file =
            File::recognise(&value).ok_or(CliError::UnknownParameters).with_context(doing)?;
        if theirs.insert(file, value).is_some() {
            return Err(CliError::SameFileTwice { file: file.file_name() }).with_context(doing);
        }
    }
    if !theirs.is_empty() {
        let files = theirs.iter().map(|(file, value)| (*file, value)).collect();
        ours.append(source::check(&files));
    }
    Ok(ours)
}

/// Whether it has at least two of the members that only one of our own files has.
fn has_two(value: &Value, names: [&str; 4]) -> bool {
    1 < names.iter().filter(|name| value.get(name).is_some()).count()
}

fn parameters(path: &Path, bytes: &[u8], value: &Value, report: &mut Report) -> anyhow::Result<()> {
    match Parameters::violations(bytes) {
        Ok(found) => {
            for error in found {
                report.violation("parameters", error.to_string(), "parameters.md");
            }
            Ok(())
        }
        Err(error) => {
            let founding = Parameters::founding();
            unread(path, form("parameters", founding.bytes(), value)?, error, report)
        }
    }
}

fn charter(path: &Path, bytes: &[u8], value: &Value, report: &mut Report) -> anyhow::Result<()> {
    match Charter::decode(bytes) {
        Ok(_) => Ok(()),
        Err(error @ (CharterError::Wire(_) | CharterError::TooLong { .. })) => {
            let founding = Charter::founding();
            unread(path, form("charter", founding.bytes(), value)?, error, report)
        }
        Err(error) => {
            report.violation("charter", error.to_string(), "parameters.md");
            Ok(())
        }
    }
}

/// What differs in form from the file of this release.
fn form(name: &str, founding: &[u8], value: &Value) -> anyhow::Result<Report> {
    Ok(source::form(name, &Value::parse(founding, source::BYTES_MAX)?, value))
}

/// A file of ours that the decoder refused: its faults of form by name, or else the decoder's own words.
fn unread(
    path: &Path,
    form: Report,
    error: impl Into<anyhow::Error>,
    report: &mut Report,
) -> anyhow::Result<()> {
    if form.holds() {
        return Err(error.into()).with_context(|| format!("read {}", path.display()));
    }
    report.append(form);
    Ok(())
}

fn lines(report: &Report) -> String {
    let mut text = String::new();
    for finding in report.findings() {
        let word = match finding.severity {
            source::Severity::Violation => "",
            source::Severity::Warning => "warning: ",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{word}{}", one_line(&finding.to_string()));
    }
    let (violations, warnings) = (report.violations().count(), report.warnings().count());
    let _ = writeln!(text, "{violations} violations, {warnings} warnings");
    text
}

fn document(report: &Report) -> String {
    let one = |finding: &Finding| json!({ "path": finding.path, "source": finding.source, "what": finding.what });
    let document = json!({
        "holds": report.holds(),
        "violations": report.violations().map(one).collect::<Vec<_>>(),
        "warnings": report.warnings().map(one).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}
