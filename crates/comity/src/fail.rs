//! How the program says no: one error line, its causes, a hint, a stable code and an exit status.
//!
//! ```text
//! error: read readings.csv [mycel.series_wrong_columns]
//!   caused by: line 7: 3 columns, expected 2
//! hint: two columns a line, `timestamp,value`
//! ```
//!
//! The rooms name their refusals; this module finds the name in a chain of causes and adds what a person can do about
//! it. No backtraces. The statuses are in `docs/src/reference/cli.md` and in `comity --help`.

mod act;
mod classify;
mod error;
mod hint;

use std::error::Error;
use std::fmt::Write as _;

use comity_anchor::AnchorError;

pub use act::ActError;
pub use error::CliError;

/// Exit status of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, or valid.
    Done = 0,
    /// A rule, a signature or a check says no.
    Refused = 1,
    /// The command line or an input file cannot be used.
    Unusable = 2,
    /// The system or the program failed.
    Failed = 3,
}

/// The table of exit statuses, as `--help` shows it.
pub const EXIT_TABLE: &str = "\
Exit status:
  0  done; for verify and conformance: everything checks; for mesh path,
     mesh check and the like: yes
  1  refused: a rule, a signature or a check says no; nothing was recorded
  2  unusable: wrong arguments, or an input that is not what it should be
  3  failed: the disk, a lock, the network or the program itself

Errors are `error:`, its causes and a `hint:` on standard error, with a stable
code in brackets; with --json also one document on standard output.";

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a verb stopped.
#[derive(Debug)]
pub struct Fail(anyhow::Error);

impl<E: Into<anyhow::Error>> From<E> for Fail {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl Fail {
    /// Stable name for machines: that of the outermost cause that has one.
    pub fn code(&self) -> &'static str {
        classify::find(&self.0).0
    }

    /// The status that the program ends with.
    pub fn exit(&self) -> Exit {
        classify::find(&self.0).1
    }

    /// What a person can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        // Of what an anchor refuses, one name has several ways out.
        let anchored = || self.0.chain().find_map(|cause| cause.downcast_ref::<AnchorError>());
        hint::of(self.code()).or_else(|| anchored()?.hint())
    }

    /// The message and its causes, outermost first, each said once.
    pub fn chain(&self) -> Vec<String> {
        let mut said: Vec<String> = Vec::new();
        for cause in self.0.chain() {
            let text = one_line(&cause.to_string());
            // Some errors quote their cause.
            if !said.last().is_some_and(|last| last.ends_with(&text)) {
                said.push(text);
            }
        }
        said
    }

    /// What is printed on standard error.
    pub fn render(&self) -> String {
        let mut out = String::new();
        for (at, text) in self.chain().iter().enumerate() {
            // Writing to a string cannot fail.
            let _ = match at {
                0 => writeln!(out, "error: {text} [{}]", self.code()),
                _ => writeln!(out, "  caused by: {text}"),
            };
        }
        if let Some(hint) = self.hint() {
            let _ = writeln!(out, "hint: {hint}");
        }
        out
    }

    /// The same as one JSON document.
    pub fn to_json(&self) -> String {
        let mut chain = self.chain().into_iter();
        let document = serde_json::json!({ "error": {
            "code": self.code(),
            "message": chain.next(),
            "causes": chain.collect::<Vec<_>>(),
            "hint": self.hint(),
            "exit": self.exit() as u8,
        }});
        format!("{document:#}\n")
    }

    /// Whether the reader of our output has gone away, which is no failure of ours.
    pub fn is_broken_pipe(&self) -> bool {
        self.0.chain().any(|cause: &(dyn Error + 'static)| {
            let io = cause.downcast_ref::<std::io::Error>();
            io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
        })
    }
}

/// Text from outside on one line, so that nobody's file can fake our output.
pub fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

#[cfg(test)]
mod tests;
