//! From arguments to an answer.

use std::ffi::OsString;
use std::io;
use std::path::Path;

use comity_replay::report::Report;
use comity_replay::verify::{Options, Source, Unusable, Verification, verify_exports};

use crate::args::{self, Request, Show};
use crate::directory::Directory;
use crate::{json, text};

/// What `--help` prints.
pub const HELP: &str = "\
usage: comity-verify [options] DIR [DIR...]

Rechecks exported records from their bytes alone: every signature, every rule,
every byte. Needs no network, no clock and no key. With several directories,
records of one sovereign are also compared: two histories are equivocation.

  --expect ID    refuse unless a record of this sovereign is there (repeatable)
  --threads N    threads for signatures (default: one per processor)
  --contract     the twelve lines of the blueprint's contract: how they stand
  --json         one JSON document instead of text
  --quiet, -q    only the verdict
  --help, -h     this text
  --version, -V  the version

exit status
  0  valid: every check of every record passed
  1  refused: the reason code and the place are printed; with --contract also
     a line that is violated
  2  unusable: no such directory, nothing to verify, unreadable, wrong arguments
";

/// What to print, and the exit status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Exit status: 0 valid, 1 refused, 2 unusable.
    pub status: u8,
    /// For standard output.
    pub stdout: String,
    /// For standard error.
    pub stderr: String,
}

/// Verifies what the arguments (without the program's name) ask for.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Answer {
    let request = match args::parse(args) {
        Ok(request) => request,
        Err(error) => return unusable(&error, "comity-verify --help lists what it understands"),
    };
    match request.show {
        Show::Help => good(HELP.to_owned()),
        Show::Version => good(format!("comity-verify {}\n", env!("CARGO_PKG_VERSION"))),
        Show::Verdict => match verify(&request) {
            Ok(verification) => answer(&request, &verification),
            Err(answer) => answer,
        },
    }
}

fn verify(request: &Request) -> Result<Verification, Answer> {
    let labels: Vec<String> =
        request.directories.iter().map(|path| path.display().to_string()).collect();
    let mut directories = Vec::new();
    for (path, label) in request.directories.iter().zip(&labels) {
        directories.push(Directory::open(path).map_err(|error| cannot_open(label, &error))?);
    }
    let sources: Vec<(&str, &dyn Source)> = labels
        .iter()
        .zip(&directories)
        .map(|(label, directory)| (label.as_str(), directory as &dyn Source))
        .collect();
    let processors = || std::thread::available_parallelism().map_or(1, usize::from);
    let threads = request.threads.unwrap_or_else(processors);
    let options = Options { threads, expect: request.expect.clone() };
    verify_exports(&sources, &options).map_err(|(at, error)| {
        let label = labels.get(at).map_or("", String::as_str);
        unusable(&format!("{label}: {error}"), hint(request.directories.get(at), &error))
    })
}

fn answer(request: &Request, verification: &Verification) -> Answer {
    let is_kept = !request.contract || verification.reports.iter().all(Report::keeps_contract);
    let status = u8::from(!verification.is_valid() || !is_kept);
    let stdout = if request.json {
        json::render(request, verification)
    } else {
        text::render(request, verification)
    };
    Answer { status, stdout, stderr: String::new() }
}

fn good(stdout: String) -> Answer {
    Answer { status: 0, stdout, stderr: String::new() }
}

fn unusable(error: &str, hint: &str) -> Answer {
    Answer { status: 2, stdout: String::new(), stderr: format!("error: {error}\nhint: {hint}\n") }
}

fn cannot_open(label: &str, error: &io::Error) -> Answer {
    let kind = error.kind();
    let (what, hint) = if kind == io::ErrorKind::NotFound {
        ("no such directory", "an export is made with --out DIR")
    } else if kind == io::ErrorKind::NotADirectory {
        ("not a directory", "give the directory that holds a folder per sovereign")
    } else if kind == io::ErrorKind::PermissionDenied {
        ("permission denied", "it must be readable for you")
    } else {
        ("cannot be opened", "check the path and the disk")
    };
    unusable(&format!("{label}: {what}"), hint)
}

fn hint(path: Option<&std::path::PathBuf>, error: &Unusable) -> &'static str {
    let is_record = |path: &std::path::PathBuf| Path::new(path).join("checkpoint").is_file();
    if matches!(error, Unusable::Source(_)) {
        "every file of an export must be readable"
    } else if !matches!(error, Unusable::NoRecords) {
        "this does not look like an export"
    } else if path.is_some_and(is_record) {
        "this is the folder of one record: give the directory above it"
    } else {
        "an export holds one folder per sovereign, with checkpoint, envelopes.jsonl, tile/ and keys"
    }
}
