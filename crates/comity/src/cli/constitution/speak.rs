//! How a fact gets from a person to the record of a home: the named key is opened, the fact stated, what is due is done, and
//! all of it made durable, or nothing.
//!
//! Somebody whose key lives elsewhere signs the same over a copy of the record; `submit` takes it in.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use comity_constitution::RuleFile;
use comity_node::{By, Command, Fact, sign_away};
use comity_replay::World;
use comity_sign::SigningKey;
use comity_wire::{Digest, KeyId, SovereignId, StatementId, sha256};

use crate::cli::Answer;
use crate::cli::shared::{Speaker, statement};
use crate::home::layout::Home;
use crate::home::passphrase::{self, Purpose};
use crate::home::session::{Request, Session};
use crate::home::{actors, clock, file, record, replayed};
use crate::limits::{EVIDENCE_BYTES_MAX, REASONS_BYTES_MAX};

/// Who speaks, and in which home.
#[derive(Args, Clone, Debug)]
pub struct Voice {
    /// Which home.
    #[command(flatten)]
    pub speaker: Speaker,
    /// Who states it: a person or machine whose key the home holds
    #[arg(
        long = "as",
        value_name = "NAME",
        required_unless_present = "key",
        conflicts_with = "key"
    )]
    pub name: Option<String>,
    /// Key file of who states it, which lives elsewhere. Then --home is a copy of the home, and nothing is stated: the signed
    /// statement is for --out, and the passphrase is that of the key file
    #[arg(long, value_name = "FILE", requires = "out")]
    pub key: Option<PathBuf>,
    /// Where the signed statement goes, to be submitted
    #[arg(long, value_name = "FILE", requires = "key")]
    pub out: Option<PathBuf>,
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

/// A home with somebody's key, or a copy of it beside somebody's key.
pub(super) enum Speech {
    /// Stated at once.
    Here { session: Box<Session>, by: By },
    /// Signed, and written to a file.
    Away(Box<Away>),
}

/// Somebody whose key lives elsewhere.
pub(super) struct Away {
    world: World,
    id: SovereignId,
    key: SigningKey,
    out: PathBuf,
}

impl Voice {
    /// A home, or a copy of one, in which this one can speak.
    ///
    /// # Errors
    ///
    /// As [`Session::open`]; or there is no such key.
    pub(super) fn open(&self) -> anyhow::Result<Speech> {
        if let (Some(key), Some(out)) = (&self.key, &self.out) {
            return Ok(Speech::Away(Box::new(self.away(key, out)?)));
        }
        let session = open_as(&self.speaker, self.name.as_slice())?;
        let by = By::Actor(session.actor(self.name.as_deref().unwrap_or_default())?);
        Ok(Speech::Here { session: Box::new(session), by })
    }

    fn away(&self, key: &Path, out: &Path) -> anyhow::Result<Away> {
        let home = Home::open(&self.speaker.home)?;
        let mut records = record::gather(std::slice::from_ref(&home.path))?;
        for (_, record) in record::gather(&self.speaker.peers)? {
            record::merge(&mut records, record)?;
        }
        let world = replayed::replay(&records)?.world;
        let passphrase =
            passphrase::obtain(self.speaker.passphrase_file.as_deref(), Purpose::Open)?;
        let key = actors::open(key, &passphrase)?;
        Ok(Away { world, id: home.id, key, out: out.to_owned() })
    }

    /// States a fact.
    ///
    /// # Errors
    ///
    /// The rules refuse, or the home cannot be used.
    pub fn say(&self, what: &str, fact: impl Into<Fact>) -> anyhow::Result<Answer> {
        self.open()?.say(self, what, fact)
    }
}

impl Speech {
    pub(super) const fn world(&self) -> &World {
        match self {
            Self::Here { session, .. } => session.world(),
            Self::Away(away) => &away.world,
        }
    }

    pub(super) const fn id(&self) -> SovereignId {
        match self {
            Self::Here { session, .. } => session.id(),
            Self::Away(away) => away.id,
        }
    }

    /// Makes a file of rules known; a home keeps it with what names it.
    pub(super) fn learn(&mut self, file: RuleFile) {
        match self {
            Self::Here { session, .. } => session.learn(file),
            Self::Away(away) => away.world.learn(file),
        }
    }

    pub(super) fn somebody(&self, given: &str) -> anyhow::Result<KeyId> {
        somebody(self.world(), self.id(), given)
    }

    /// States the fact, or signs it for whoever keeps the record.
    pub(super) fn say(
        self,
        voice: &Voice,
        what: &str,
        fact: impl Into<Fact>,
    ) -> anyhow::Result<Answer> {
        match self {
            Self::Here { session, by } => {
                finish(*session, &voice.speaker, what, Command::act(by, fact))
            }
            Self::Away(away) => away.sign(&fact.into(), voice.speaker.json),
        }
    }
}

impl Away {
    fn sign(&self, fact: &Fact, is_json: bool) -> anyhow::Result<Answer> {
        let signed = sign_away(&self.world, self.id, &self.key, fact, clock::now().wall)?;
        file::replace(&self.out, signed.bytes())?;
        let (id, out) = (signed.id(), self.out.display());
        if is_json {
            let document =
                serde_json::json!({ "file": out.to_string(), "statement": id.to_string() });
            return Ok(Answer::done(format!("{document:#}\n")));
        }
        Ok(Answer::done(format!("signed, to be submitted: {out}\n  id  {id}\n")))
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

/// Somebody of a record by name, or anybody by key.
pub(super) fn somebody(world: &World, id: SovereignId, given: &str) -> anyhow::Result<KeyId> {
    Ok(match KeyId::parse(given) {
        Ok(key) => key,
        Err(_) => actors::named(world, id, given)?,
    })
}
