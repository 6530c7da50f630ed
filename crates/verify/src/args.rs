//! The arguments, read by hand: a verifier should be small enough to be read.

use std::ffi::OsString;
use std::path::PathBuf;

use comity_wire::SovereignId;

/// Most threads that are accepted: more than any machine that this runs on.
const THREADS_MAX: usize = 1024;

/// What was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) directories: Vec<PathBuf>,
    pub(crate) expect: Vec<SovereignId>,
    pub(crate) threads: Option<usize>,
    pub(crate) json: bool,
    pub(crate) quiet: bool,
    pub(crate) contract: bool,
    pub(crate) show: Show,
}

/// Whether to verify at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Show {
    #[default]
    Verdict,
    Help,
    Version,
}

/// Reads the arguments after the program's name; the error is for people.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Request, String> {
    let mut request = Request::default();
    let mut args = args.into_iter();
    let mut options_end = false;
    while let Some(arg) = args.next() {
        let text = arg.to_str().filter(|text| text.starts_with('-') && !options_end);
        let Some(text) = text else {
            request.directories.push(arg.into());
            continue;
        };
        let (name, attached) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (text, None),
        };
        let mut value = || {
            let next = || args.next().and_then(|next| next.into_string().ok());
            attached.clone().or_else(next).ok_or_else(|| format!("{name} needs a value"))
        };
        match name {
            "--" => options_end = true,
            "--json" => request.json = true,
            "--quiet" | "-q" => request.quiet = true,
            "--contract" => request.contract = true,
            "--help" | "-h" => request.show = Show::Help,
            "--version" | "-V" => request.show = Show::Version,
            "--expect" => {
                let id = value()?;
                let id = id.parse().map_err(|_| {
                    "--expect takes a sovereign id: 64 lower-case hexadecimal digits".to_owned()
                })?;
                request.expect.push(id);
            }
            "--threads" => {
                let threads = value()?.parse().ok().filter(|n| (1..=THREADS_MAX).contains(n));
                let wrong = || format!("--threads takes a number from 1 to {THREADS_MAX}");
                request.threads = Some(threads.ok_or_else(wrong)?);
            }
            _ => return Err(format!("{name:?} is no option")),
        }
        if attached.is_some() && !["--expect", "--threads"].contains(&name) {
            return Err(format!("{name} takes no value"));
        }
    }
    if request.directories.is_empty() && request.show == Show::Verdict {
        return Err("no directory given".to_owned());
    }
    Ok(request)
}

#[cfg(test)]
mod tests;
