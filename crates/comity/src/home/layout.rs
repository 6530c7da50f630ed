//! Where things are in a home, and what its label says.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use comity_replay::export::Opening;
use comity_wire::{SovereignId, json};
use serde::{Deserialize, Serialize};

use super::file;
use crate::fail::CliError;
use crate::limits::LABEL_BYTES_MAX;

/// First member of every `sovereign.json`.
const FORMAT: &str = "comity-home/v1";

/// A home on a disk.
#[derive(Clone, Debug)]
pub struct Home {
    /// Where it is.
    pub path: PathBuf,
    /// Whose it says it is; the record decides.
    pub id: SovereignId,
}

/// What `sovereign.json` says, for people.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Label {
    format: String,
    name: String,
    organisation: String,
    region: String,
    id: SovereignId,
    vkey: String,
}

impl Home {
    /// The home at `path`.
    ///
    /// # Errors
    ///
    /// [`CliError::NotAHome`] if there is none.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        if !Self::is_at(path) {
            return Err(CliError::NotAHome { path: path.to_owned() }.into());
        }
        let label = path.join("sovereign.json");
        let doing = || format!("read {}", label.display());
        let value = json::parse(&file::read(&label, LABEL_BYTES_MAX)?).with_context(doing)?;
        let not_a_home = || CliError::NotAHome { path: path.to_owned() };
        let label: Label = serde_json::from_value(value).map_err(|_| not_a_home())?;
        if label.format != FORMAT {
            return Err(not_a_home().into());
        }
        Ok(Self { path: path.to_owned(), id: label.id })
    }

    /// Whether a home seems to be there.
    pub fn is_at(path: &Path) -> bool {
        path.join("sovereign.json").is_file() && path.join("record.log").is_file()
    }

    /// The record.
    pub fn record(&self) -> PathBuf {
        self.path.join("record.log")
    }

    /// The signed root.
    pub fn checkpoint(&self) -> PathBuf {
        self.path.join("checkpoint")
    }

    /// The keys.
    pub fn keys(&self) -> PathBuf {
        self.path.join("keys.age")
    }

    /// The keys of people and machines.
    pub fn actors(&self) -> PathBuf {
        self.path.join("actors")
    }

    /// What is held of others.
    pub fn peers(&self) -> PathBuf {
        self.path.join("peers")
    }

    /// Packages.
    pub fn packages(&self) -> PathBuf {
        self.path.join("mip")
    }
}

/// The files that only people read, by name.
pub(super) fn labels(opening: &Opening) -> anyhow::Result<Vec<(&'static str, String)>> {
    let genesis = &opening.genesis;
    let label = Label {
        format: FORMAT.to_owned(),
        name: genesis.name.clone(),
        organisation: genesis.organisation.clone(),
        region: genesis.region.clone(),
        id: opening.id,
        vkey: opening.log.to_string(),
    };
    let readme = format!(
        "This folder is the home of the sovereign {} ({}) in Comity.\n\n\
         record.log       its record: append-only, signed statements\n\
         checkpoint       the record's size and root, signed\n\
         parameters.json  the parameters that it binds itself to\n\
         rules/           other files of rules that it has bound itself to\n\
         sovereign.json   its name, id and public key\n\
         peers/           records of others that it relies on\n\
         mip/             packages that it publishes\n\
         keys.age         its SECRET keys, encrypted with a passphrase\n\
         actors/          SECRET keys of its people and machines, likewise\n\n\
         Back it up whole. Without keys.age and its passphrase nobody can speak for\n\
         this sovereign any more; nobody can reset either. Look at it with\n\
         `comity status --home .`; nothing in it is meant to be edited by hand.\n",
        genesis.name, genesis.organisation
    );
    Ok(vec![
        ("sovereign.json", serde_json::to_string_pretty(&label)? + "\n"),
        ("README.txt", readme),
    ])
}
