//! The folder of an authority.
//!
//! ```text
//! genesis.json     signed by the root
//! na.json          name of the authority's key, and who may give it orders
//! authority.age    the key that it signs with
//! operator.age     the key that gives it orders   ┐ better kept elsewhere;
//! root.age         the key that appointed it      ┘ the authority needs neither
//! record           everything it did
//! ```

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use comity_client::parse_operator_key;
use comity_keyfile::KeyBundle;
use comity_mesh::identity::GenesisBlock;
use comity_mesh::keys::{MeshKey, key_text};
use comity_mesh::objects;
use comity_mesh::schema::Field;
use comity_sign::SigningKey;
use comity_wire::b64;
use comity_wire::mesh_json::{canonical, parse};
use zeroize::Zeroizing;

use super::NaError;
use crate::fail::one_line;
use crate::home::file;
use crate::limits::{GENESIS_BYTES_MAX, NA_SETTINGS_BYTES_MAX};

/// Role of an authority's key in its key file.
pub(super) const AUTHORITY: &str = "authority";
/// Role of an operator's key.
pub(super) const OPERATOR: &str = "operator";
/// Name of that operator in headers, which is also what clients take without being told.
pub(super) const OPERATOR_NAME: &str = "operator-local";
/// Role of the root key.
pub(super) const ROOT: &str = "root";

objects! {
    /// What an authority is told each time it starts.
    pub struct Settings {
        /// Its name for its key, as signatures carry it.
        key_id: String,
        /// Operators' keys in base64, by name.
        operators: BTreeMap<String, String> = BTreeMap::new(),
    }
}

/// Paths in the folder of an authority.
#[derive(Clone, Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// The key file of a role.
    pub(super) fn key(&self, role: &str) -> PathBuf {
        self.0.join(format!("{role}.age"))
    }

    pub(super) fn record(&self) -> PathBuf {
        self.0.join("record")
    }

    pub(super) fn genesis(&self) -> PathBuf {
        self.0.join("genesis.json")
    }

    fn settings(&self) -> PathBuf {
        self.0.join("na.json")
    }

    /// Writes the genesis and the settings.
    pub(super) fn write(&self, genesis: &GenesisBlock, settings: &Settings) -> anyhow::Result<()> {
        let line = |value: &dyn Fn() -> Vec<u8>| [value(), b"\n".to_vec()].concat();
        file::replace(&self.genesis(), &line(&|| canonical(&genesis.write())))?;
        file::replace(&self.settings(), &line(&|| canonical(&settings.write())))
    }

    /// Reads the genesis and the settings.
    pub(super) fn read(&self) -> anyhow::Result<(GenesisBlock, Settings)> {
        Ok((
            object(&self.genesis(), GENESIS_BYTES_MAX)?,
            object(&self.settings(), NA_SETTINGS_BYTES_MAX)?,
        ))
    }

    /// Keeps a key under a passphrase.
    pub(super) fn keep(
        &self,
        name: &str,
        role: &str,
        key: &SigningKey,
        passphrase: &str,
        work_factor: u8,
    ) -> anyhow::Result<()> {
        let keys = BTreeMap::from([(role.to_owned(), Zeroizing::new(*key.seed()))]);
        let bundle = KeyBundle { name: name.to_owned(), keys };
        Ok(comity_keyfile::save(self.key(role), &bundle, passphrase, Some(work_factor))?)
    }

    /// Opens a key file.
    pub(super) fn open(&self, role: &str, passphrase: &str) -> anyhow::Result<SigningKey> {
        let path = self.key(role);
        let bundle = comity_keyfile::load(&path, passphrase);
        let bundle = bundle.with_context(|| format!("open {}", path.display()))?;
        Ok(SigningKey::from_seed(*bundle.key(role)?))
    }
}

/// Reads an object of the protocol from a file.
pub(super) fn object<T: Field>(path: &Path, max: u64) -> anyhow::Result<T> {
    let bad = |message: String| NaError::BadSettings { path: path.to_owned(), message };
    let bytes = file::read(path, max)?;
    let value = parse(&bytes).map_err(|error| bad(error.to_string()))?;
    Ok(T::read(&value).map_err(|error| bad(error.to_string()))?)
}

/// The base64 in a plain key file, such as other implementations write.
fn plain(path: &Path) -> anyhow::Result<Zeroizing<String>> {
    let bad = || NaError::BadKeyFile { path: path.to_owned() };
    let bytes = Zeroizing::new(file::read(path, NA_SETTINGS_BYTES_MAX)?);
    let text = Zeroizing::new(key_text(std::str::from_utf8(&bytes).map_err(|_| bad())?));
    drop(Zeroizing::new(b64::decode(text.as_bytes()).map_err(|_| bad())?));
    Ok(text)
}

/// The secret key in a plain key file.
pub(in crate::cli) fn plain_secret(path: &Path) -> anyhow::Result<SigningKey> {
    let key = parse_operator_key(&plain(path)?);
    Ok(key.map_err(|_| NaError::BadKeyFile { path: path.to_owned() })?)
}

/// Writes a secret key as a plain key file that only its owner may read. Nothing may be at the path.
pub(in crate::cli) fn write_plain(path: &Path, key: &SigningKey, name: &str) -> anyhow::Result<()> {
    let seed = Zeroizing::new(b64::encode(key.seed()));
    let text = Zeroizing::new(format!("# Ed25519 Private Key\n# Key ID: {name}\n{}\n", *seed));
    let doing = || format!("write {}", path.display());
    let mut options = OpenOptions::new();
    let mut file =
        options.write(true).create_new(true).mode(0o600).open(path).with_context(doing)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(doing)
}

/// An operator as an argument: `NAME=KEY`, the key in base64 or a file with it.
pub(super) fn operator(given: &str) -> anyhow::Result<(String, MeshKey)> {
    let bad = || NaError::BadOperator { given: one_line(given).chars().take(100).collect() };
    let (name, key) = given.split_once('=').ok_or_else(bad)?;
    let (name, key) = (name.trim(), key.trim());
    if name.is_empty() {
        return Err(bad().into());
    }
    let path = Path::new(key);
    let text = if path.is_file() { plain(path)?.to_string() } else { key.to_owned() };
    Ok((name.to_owned(), MeshKey::parse(&text).map_err(|_| bad())?))
}
