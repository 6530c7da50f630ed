//! Arguments that several verbs take, and what they become.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use comity_client::workflow::Terms;
use comity_client::{
    ClientError, Endpoint, HeaderVersion, Http, Operator, Remote, Stamp, limits, parse_operator_key,
};
use comity_mesh::attestation::{Status, check_roles};
use comity_mesh::identity::GenesisBlock;
use comity_mesh::schema::Field;
use comity_sign::SigningKey;
use comity_wire::mesh_json::{Datetime, Value, canonical, parse};
use comity_wire::{Time, hex};
use zeroize::Zeroizing;

use crate::fail::{CliError, one_line};
use crate::home::passphrase::{self, Purpose};
use crate::home::{clock, file};

/// How an age file begins.
const AGE_MAGIC: &[u8] = b"age-encryption.org/";
/// Role of an operator's or a partner's key in a key file.
pub(super) const OPERATOR: &str = "operator";

/// Who signs what an authority is asked to do.
#[derive(Args, Clone, Debug)]
pub struct Signer {
    /// The operator's key file: operator.age of an authority's folder, or a plain file that only its owner may read
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// What the authority calls that key
    #[arg(long, value_name = "ID", default_value = "operator-local")]
    pub key_id: String,
    /// File whose first line is the passphrase of an age file; without it the terminal asks
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Version of the signed headers: 2 covers method, path and host; the Python reference knows `bound` from 1.0.2 on, which
    /// covers method, path and the authority's key, and before it 1, which covers the body
    #[arg(long, value_enum, value_name = "1|2|bound", default_value = "2")]
    pub admin_version: AdminVersion,
}

/// A version of the signed headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AdminVersion {
    /// Body, key id, time, nonce.
    #[value(name = "1")]
    One,
    /// Also method, path and host.
    #[value(name = "2")]
    Two,
    /// Also method, path, query and the authority's key, as the reference from 1.0.2 on.
    Bound,
}

/// What is recognised.
#[derive(Args, Clone, Debug)]
pub struct Scope {
    /// Role that is accepted, e.g. role:service:maintainer; repeatable; without it any
    #[arg(long = "role", value_name = "ROLE")]
    pub roles: Vec<String>,
    /// Status that is accepted: active, suspended or revoked; repeatable; without it active
    #[arg(long = "accepted-status", value_name = "STATUS", value_parser = status)]
    pub statuses: Vec<Status>,
    /// Remark that no rule reads; repeatable
    #[arg(long = "claim", value_name = "NAME=VALUE", value_parser = claim)]
    pub claims: Vec<(String, String)>,
}

impl Scope {
    /// The terms of a treaty.
    ///
    /// # Errors
    ///
    /// A role that no authority gives.
    pub fn terms(&self, validity_hours: u64) -> anyhow::Result<Terms> {
        Ok(Terms {
            roles: roles(&self.roles)?,
            statuses: self.statuses.clone(),
            claims: claims(&self.claims),
            validity_hours,
        })
    }
}

/// Hours of validity: an hour to ten years.
pub fn hours() -> clap::builder::RangedU64ValueParser {
    clap::value_parser!(u64).range(1..=87_660)
}

fn status(text: &str) -> Result<Status, String> {
    Status::read(&Value::from(text)).map_err(|_| "one of active, suspended, revoked".to_owned())
}

/// Reads `NAME=VALUE`.
///
/// # Errors
///
/// What it should be.
pub fn claim(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("NAME=VALUE".to_owned()),
    }
}

/// Claims as objects carry them.
pub fn claims(pairs: &[(String, String)]) -> BTreeMap<String, Value> {
    pairs.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect()
}

/// Roles in full; `role:` may be left out.
///
/// # Errors
///
/// A role that no authority gives.
pub fn roles(given: &[String]) -> anyhow::Result<Vec<String>> {
    let full = |role: &String| {
        if role.starts_with("role:") { role.clone() } else { format!("role:{role}") }
    };
    let roles: Vec<String> = given.iter().map(full).collect();
    check_roles(&roles)?;
    Ok(roles)
}

/// The wall clock, as objects carry it.
pub fn now() -> Datetime {
    clock::moment()
}

/// Now, and sixteen random bytes.
///
/// # Errors
///
/// What the system says.
pub fn stamp() -> anyhow::Result<Stamp> {
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce).context("draw a nonce from the system's entropy")?;
    Ok(Stamp { at: now(), nonce: hex::encode(&nonce) })
}

/// Reads a key that signs.
///
/// # Errors
///
/// The file cannot be read, is open to others, or holds no key.
pub fn secret(path: &Path, passphrase_file: Option<&Path>) -> anyhow::Result<SigningKey> {
    secret_of(path, passphrase_file, OPERATOR)
}

/// Reads the key of a role; a plain file holds one key, whatever its role.
///
/// # Errors
///
/// As [`secret`].
pub fn secret_of(
    path: &Path,
    passphrase_file: Option<&Path>,
    role: &str,
) -> anyhow::Result<SigningKey> {
    let bytes = Zeroizing::new(file::read(path, limits::KEY_BYTES_MAX)?);
    if bytes.starts_with(AGE_MAGIC) {
        let passphrase = passphrase::obtain(passphrase_file, Purpose::Open)?;
        let bundle = comity_keyfile::load(path, &passphrase)
            .with_context(|| format!("open {}", path.display()))?;
        return Ok(SigningKey::from_seed(*bundle.key(role)?));
    }
    file::require_closed(path)?;
    let text =
        std::str::from_utf8(&bytes).map_err(|_| CliError::NotText { path: path.to_owned() })?;
    parse_operator_key(text).with_context(|| format!("read {}", path.display()))
}

impl Signer {
    /// Reads the key.
    ///
    /// # Errors
    ///
    /// As [`secret`].
    pub fn secret(&self) -> anyhow::Result<SigningKey> {
        secret(&self.key, self.passphrase_file.as_deref())
    }

    /// Reads the key.
    ///
    /// # Errors
    ///
    /// As [`secret`].
    pub fn operator(&self) -> anyhow::Result<Operator> {
        self.operator_with(self.secret()?)
    }

    /// Whose key was read before.
    ///
    /// # Errors
    ///
    /// A key id that no header can carry.
    pub fn operator_with(&self, secret: SigningKey) -> anyhow::Result<Operator> {
        let version = match self.admin_version {
            AdminVersion::One => HeaderVersion::V1,
            AdminVersion::Two => HeaderVersion::V2,
            AdminVersion::Bound => HeaderVersion::Bound,
        };
        Ok(Operator::new(&self.key_id, secret, version)?)
    }
}

/// Asks `endpoint` over HTTP.
pub fn remote<'a>(endpoint: &'a Endpoint, http: &'a Http) -> Remote<'a> {
    Remote::new(endpoint, http)
}

/// Reads a JSON file of the Mesh.
///
/// # Errors
///
/// It cannot be read, is too large, or is not strict JSON.
pub fn document(path: &Path) -> anyhow::Result<Value> {
    let bytes = file::read(path, limits::BUNDLE_BYTES_MAX)?;
    parse(&bytes).with_context(|| format!("read {}", path.display()))
}

/// Reads an object from a JSON file, or from the member `wrapped` of the document in it.
///
/// # Errors
///
/// As [`document`]; also if it is not that object.
pub fn object<T: Field>(path: &Path, wrapped: &str) -> anyhow::Result<T> {
    let document = document(path)?;
    let value = document.get(wrapped).unwrap_or(&document);
    T::read(value).with_context(|| format!("read {}", path.display()))
}

/// Reads a genesis that holds `at` that time.
///
/// # Errors
///
/// As [`document`]; also if its root has not signed it or its authority is not in office.
pub fn genesis_of(path: &Path, at: Datetime) -> anyhow::Result<GenesisBlock> {
    let genesis: GenesisBlock = object(path, "genesis")?;
    match genesis.verify(at) {
        Ok(()) => Ok(genesis),
        Err(reason) => {
            let sovereign = one_line(&genesis.network_name);
            Err(ClientError::Genesis { sovereign, reason }.into())
        }
    }
}

/// Writes a document as canonical JSON and a newline.
///
/// # Errors
///
/// What the system says.
pub fn write(path: &Path, value: &Value) -> anyhow::Result<()> {
    let mut bytes = canonical(value);
    bytes.push(b'\n');
    file::replace(path, &bytes)
}

/// A time that people read.
pub fn date(datetime: Datetime) -> Time {
    datetime.to_time()
}
