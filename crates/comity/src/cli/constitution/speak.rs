//! How a fact gets from a person to the record of a home: the named key is opened, the fact stated, what is due is done, and
//! all of it made durable, or nothing.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use comity_node::{By, Command, Fact};
use comity_wire::{Digest, KeyId, StatementId, sha256};

use crate::cli::Answer;
use crate::cli::shared::{Speaker, statement};
use crate::home::file;
use crate::home::session::{Request, Session};
use crate::limits::{EVIDENCE_BYTES_MAX, REASONS_BYTES_MAX};

/// Who speaks, and in which home.
#[derive(Args, Clone, Debug)]
pub struct Voice {
    /// Which home.
    #[command(flatten)]
    pub speaker: Speaker,
    /// Who states it: a person or machine whose key the home holds
    #[arg(long = "as", value_name = "NAME")]
    pub name: String,
}

/// A proposal, or a decision of G0.
#[derive(Args, Clone, Debug)]
pub struct About {
    /// Who speaks.
    #[command(flatten)]
    pub voice: Voice,
    /// The statement that it is about, by its id
    #[arg(value_name = "ID", value_parser = statement)]
    pub id: StatementId,
}

impl Voice {
    /// The home with this one's key, ready to speak.
    ///
    /// # Errors
    ///
    /// As [`Session::open`]; or the home holds no such key.
    pub fn open(&self) -> anyhow::Result<(Session, By)> {
        let session = open_as(&self.speaker, std::slice::from_ref(&self.name))?;
        let by = By::Actor(session.actor(&self.name)?);
        Ok((session, by))
    }

    /// States a fact.
    ///
    /// # Errors
    ///
    /// The rules refuse, or the home cannot be used.
    pub fn say(&self, what: &str, fact: impl Into<Fact>) -> anyhow::Result<Answer> {
        let (session, by) = self.open()?;
        finish(session, &self.speaker, what, Command::act(by, fact))
    }
}

/// The home with the keys of these.
pub(super) fn open_as(speaker: &Speaker, names: &[String]) -> anyhow::Result<Session> {
    Session::open(&Request { voices: names, ..speaker.request() })
}

/// States, makes durable, and says what was stated.
pub(super) fn finish(
    mut session: Session,
    speaker: &Speaker,
    what: &str,
    command: Command,
) -> anyhow::Result<Answer> {
    let id = session.command(command)?;
    let stated = session.stated()?;
    let appended = session.commit()?;
    if speaker.json {
        let document = serde_json::json!({
            "appended": appended, "stated": to_json(&stated), "statement": id.to_string(),
        });
        return Ok(Answer::done(format!("{document:#}\n")));
    }
    let others: Vec<_> = stated.into_iter().filter(|(_, other)| *other != id).collect();
    let also =
        if others.is_empty() { String::new() } else { format!("also due\n{}", lines(&others)) };
    Ok(Answer::done(format!("{what}\n  id  {id}\n{also}")))
}

/// Statements for people: kind and id.
pub(super) fn lines(stated: &[(String, StatementId)]) -> String {
    let short = |kind: &str| {
        let kind = kind.strip_prefix("comity:").unwrap_or(kind);
        kind.strip_suffix("/v1").unwrap_or(kind).to_owned()
    };
    let mut out = String::new();
    for (kind, id) in stated {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  {}\n      {id}", short(kind));
    }
    out
}

/// The same for machines.
pub(super) fn to_json(stated: &[(String, StatementId)]) -> Vec<serde_json::Value> {
    let one = |(kind, id): &(String, StatementId)| serde_json::json!({ "id": id.to_string(), "kind": kind });
    stated.iter().map(one).collect()
}

/// The hash of a text for people.
pub(super) fn reasons(path: &Path) -> anyhow::Result<Digest> {
    Ok(sha256(&file::read(path, REASONS_BYTES_MAX)?))
}

/// The hashes of what is disclosed.
pub(super) fn evidence(paths: &[PathBuf]) -> anyhow::Result<Vec<Digest>> {
    paths.iter().map(|path| Ok(sha256(&file::read(path, EVIDENCE_BYTES_MAX)?))).collect()
}

/// Somebody by name, or by key.
pub(super) fn somebody(session: &Session, given: &str) -> anyhow::Result<KeyId> {
    Ok(match KeyId::parse(given) {
        Ok(key) => key,
        Err(_) => session.actor(given)?,
    })
}
