//! What is signed, hashed and named on this machine, before anything is sent.

use std::path::{Path, PathBuf};

use clap::Args;
use comity_mesh::keys::MeshKey;
use comity_sign::SigningKey;
use comity_wire::mesh_json::Datetime;
use comity_wire::{Digest, hex, sha256};

use super::args::{now, secret};
use super::refused::ObjectError;
use crate::home::file;
use crate::limits::EVIDENCE_BYTES_MAX;

/// A key that signs objects; nothing is sent with it.
#[derive(Args, Clone, Debug)]
pub struct Pen {
    /// The key file: an age file such as operator.age, or a plain file that only its owner may read
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// Name of the key in its signatures
    #[arg(long, value_name = "ID", default_value = "operator-local")]
    pub key_id: String,
    /// File whose first line is the passphrase of an age file; without it the terminal asks
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

impl Pen {
    /// Reads the key.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is open to others, or holds no key.
    pub fn secret(&self) -> anyhow::Result<SigningKey> {
        secret(&self.key, self.passphrase_file.as_deref())
    }
}

/// The time of what is done.
#[derive(Args, Clone, Copy, Debug)]
pub struct Clock {
    /// The time that it is taken to be; now without it
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub now: Option<Datetime>,
}

impl Clock {
    /// What time it is.
    pub fn time(self) -> Datetime {
        self.now.unwrap_or_else(now)
    }
}

/// Reads a time as an argument.
///
/// # Errors
///
/// What it should be.
pub fn time(text: &str) -> Result<Datetime, String> {
    let time = Datetime::parse(text).ok().filter(|time| !time.is_naive());
    time.ok_or_else(|| "a time like 2026-01-01T00:00:00Z".to_owned())
}

/// Reads `NAME=FILE`.
///
/// # Errors
///
/// What it should be.
pub fn named_file(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, path)) if !name.is_empty() && !path.is_empty() => {
            Ok((name.to_owned(), PathBuf::from(path)))
        }
        _ => Err("NAME=FILE".to_owned()),
    }
}

/// Reads a public key as an argument.
///
/// # Errors
///
/// What it should be.
pub fn public_key(text: &str) -> Result<MeshKey, String> {
    MeshKey::parse(text).map_err(|_| "32 bytes in base64 that are a public key".to_owned())
}

/// SHA-256 and length of a file.
///
/// # Errors
///
/// It cannot be read, or is larger than [`EVIDENCE_BYTES_MAX`].
pub fn digest_of(path: &Path) -> anyhow::Result<(Digest, u64)> {
    let bytes = file::read(path, EVIDENCE_BYTES_MAX)?;
    Ok((sha256(&bytes), u64::try_from(bytes.len()).unwrap_or(u64::MAX)))
}

/// A new id of 96 random bits behind a word.
///
/// # Errors
///
/// What the system says.
pub fn fresh(word: &str) -> anyhow::Result<String> {
    Ok(format!("{word}-{}", hex::encode(&random::<12>()?)))
}

/// Random bytes.
///
/// # Errors
///
/// What the system says.
pub fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    anyhow::Context::context(
        getrandom::fill(&mut bytes),
        "draw random bytes from the system's entropy",
    )?;
    Ok(bytes)
}

/// The public half of a key, as objects carry it.
pub fn public(secret: &SigningKey) -> String {
    MeshKey::from(secret.public()).to_string()
}

/// Refuses to overwrite.
///
/// # Errors
///
/// [`ObjectError::Exists`].
pub fn require_absent(path: &Path) -> anyhow::Result<()> {
    if path.symlink_metadata().is_ok() {
        return Err(ObjectError::Exists { path: path.to_owned() }.into());
    }
    Ok(())
}
