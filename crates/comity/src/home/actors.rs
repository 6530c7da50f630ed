//! Keys of people and machines that live in a home: one age file each, under the passphrase of the home.
//!
//! A key is used only by a verb that names whose it is. Somebody who wants nobody else to hold it keeps it elsewhere, and is
//! admitted with its public half.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use comity_keyfile::KeyBundle;
use comity_replay::World;
use comity_sign::SigningKey;
use comity_wire::{KeyId, SovereignId};
use zeroize::Zeroizing;

use super::file;
use super::layout::Home;
use crate::fail::{ActError, one_line};
use crate::limits::ACTOR_NAME_BYTES_MAX;

/// Role of the one key in such a file.
const ROLE: &str = "actor";

/// Where the key of an actor is.
///
/// # Errors
///
/// [`ActError::Name`] for a name that is not fit for a file.
pub fn path(home: &Home, name: &str) -> Result<PathBuf, ActError> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_plain = (1..=ACTOR_NAME_BYTES_MAX).contains(&name.len()) && name.bytes().all(fits);
    if !is_plain {
        return Err(ActError::Name { max: ACTOR_NAME_BYTES_MAX });
    }
    Ok(home.actors().join(format!("{name}.age")))
}

/// A new key, from the system's entropy.
///
/// # Errors
///
/// What the system says.
pub fn draw(name: &str) -> anyhow::Result<KeyBundle> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(seed.as_mut()).context("draw a key from the system's entropy")?;
    Ok(KeyBundle { name: name.to_owned(), keys: BTreeMap::from([(ROLE.to_owned(), seed)]) })
}

/// The key in a bundle.
///
/// # Errors
///
/// [`comity_keyfile::KeyfileError::NoSuchRole`].
pub fn key(bundle: &KeyBundle) -> anyhow::Result<SigningKey> {
    Ok(SigningKey::from_seed(*bundle.key(ROLE)?))
}

/// Keeps a new key.
///
/// # Errors
///
/// There is one of this name, or what the system says.
pub fn keep(
    home: &Home,
    bundle: &KeyBundle,
    passphrase: &str,
    work_factor: u8,
) -> anyhow::Result<()> {
    let path = path(home, &bundle.name)?;
    file::create_folder(&home.actors())?;
    file::sync_folder(&home.path)?;
    comity_keyfile::save(&path, bundle, passphrase, Some(work_factor))?;
    Ok(())
}

/// The key of an actor.
///
/// # Errors
///
/// [`ActError::NoKey`] if it is not here, or what is wrong with the file.
pub fn load(home: &Home, name: &str, passphrase: &str) -> anyhow::Result<SigningKey> {
    let path = path(home, name)?;
    if !path.exists() {
        return Err(ActError::NoKey { name: name.to_owned() }.into());
    }
    open(&path, passphrase)
}

/// The key in a file, wherever it lies.
///
/// # Errors
///
/// What is wrong with the file.
pub fn open(path: &Path, passphrase: &str) -> anyhow::Result<SigningKey> {
    let bundle = comity_keyfile::load(path, passphrase)
        .with_context(|| format!("open {}", path.display()))?;
    key(&bundle)
}

/// The key by which a record knows an actor of a name.
///
/// # Errors
///
/// [`ActError::NoActor`].
pub fn named(world: &World, record: SovereignId, name: &str) -> Result<KeyId, ActError> {
    let mut actors = world.directory().actors();
    let found = actors.find(|actor| actor.sovereign == record && actor.name == name);
    let nobody = || ActError::NoActor { name: one_line(name).chars().take(64).collect() };
    found.map(|actor| actor.key.clone()).ok_or_else(nobody)
}
