//! Passphrases, from a file or from a person.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use anyhow::Context as _;
use zeroize::Zeroizing;

use super::file;
use crate::fail::CliError;
use crate::limits::PASSPHRASE_BYTES_MAX;

/// Whether the passphrase is for a new key file, so that a person types it twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To open a key file.
    Open,
    /// To make one.
    Make,
}

/// The first line of `path`, or what a person types at the terminal.
///
/// # Errors
///
/// [`CliError::PassphraseFileOpen`], [`CliError::NoPassphrase`], [`CliError::PassphrasesDiffer`], or what the system says.
pub fn obtain(path: Option<&Path>, purpose: Purpose) -> anyhow::Result<Zeroizing<String>> {
    let Some(path) = path else { return ask(purpose) };
    let mode = path.metadata().with_context(|| format!("read {}", path.display()))?.mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(CliError::PassphraseFileOpen { mode }.into());
    }
    let bytes = Zeroizing::new(file::read(path, PASSPHRASE_BYTES_MAX)?);
    let text = std::str::from_utf8(&bytes);
    let text = text.map_err(|_| CliError::NotText { path: path.to_owned() })?;
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

fn ask(purpose: Purpose) -> anyhow::Result<Zeroizing<String>> {
    let prompt = |text: &str| -> anyhow::Result<Zeroizing<String>> {
        // Whatever keeps the terminal from answering, the way out is the same.
        let typed = rpassword::prompt_password(text).map_err(|_| CliError::NoPassphrase)?;
        Ok(Zeroizing::new(typed))
    };
    match purpose {
        Purpose::Open => prompt("Passphrase: "),
        Purpose::Make => {
            let first = prompt("New passphrase: ")?;
            let second = prompt("Again: ")?;
            if first == second { Ok(first) } else { Err(CliError::PassphrasesDiffer.into()) }
        }
    }
}
