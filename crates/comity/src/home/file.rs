//! Files: read never beyond a named limit and only if regular, written whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::fail::CliError;

/// Reads a whole file of at most `max` bytes.
///
/// # Errors
///
/// [`CliError::FileTooLarge`] before more than the limit is read, [`CliError::NotAFile`], or what the system says.
pub fn read(path: &Path, max: u64) -> anyhow::Result<Vec<u8>> {
    let doing = || format!("read {}", path.display());
    // Look first: opening a pipe would wait for its other end.
    let meta = path.metadata().with_context(doing)?;
    if !meta.is_file() {
        return Err(CliError::NotAFile { path: path.to_owned() }).with_context(doing);
    }
    let file = File::open(path).with_context(doing)?;
    let len = file.metadata().with_context(doing)?.len();
    if max < len {
        return Err(CliError::too_large(path, len, max)).with_context(doing);
    }
    let mut bytes = Vec::new();
    // The file may grow while it is read.
    file.take(max.saturating_add(1)).read_to_end(&mut bytes).with_context(doing)?;
    let read = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if max < read {
        return Err(CliError::too_large(path, read, max)).with_context(doing);
    }
    Ok(bytes)
}

/// Checks that only its owner may touch a file with a secret in it.
///
/// # Errors
///
/// [`CliError::KeyFileOpen`], or what the system says.
pub fn require_closed(path: &Path) -> anyhow::Result<()> {
    let meta = path.metadata().with_context(|| format!("read {}", path.display()))?;
    let mode = meta.mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(CliError::KeyFileOpen { path: path.to_owned(), mode }.into());
    }
    Ok(())
}

/// Makes a folder that only its owner enters.
///
/// # Errors
///
/// What the system says.
pub fn create_folder(path: &Path) -> anyhow::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder.create(path).with_context(|| format!("create {}", path.display()))
}

/// Puts a file in place, complete and durable or not at all, replacing what was there.
///
/// # Errors
///
/// What the system says; then the old file is untouched.
pub fn replace(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    put(path, bytes, OpenOptions::new().write(true).create(true).truncate(true))
}

/// The same for a secret: only its owner may read the file.
///
/// # Errors
///
/// As [`replace`].
pub fn replace_closed(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    put(path, bytes, OpenOptions::new().write(true).create_new(true).mode(0o600))
}

fn put(path: &Path, bytes: &[u8], options: &OpenOptions) -> anyhow::Result<()> {
    let doing = || format!("write {}", path.display());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = options
        .open(&temporary)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&temporary, path))
        .and_then(|()| sync(path));
    if written.is_err() {
        // Already failing: what matters is said below.
        let _ = std::fs::remove_file(&temporary);
    }
    written.with_context(doing)
}

/// Makes the names in a folder durable.
///
/// # Errors
///
/// What the system says.
pub fn sync_folder(path: &Path) -> anyhow::Result<()> {
    let synced = File::open(path).and_then(|folder| folder.sync_all());
    synced.with_context(|| format!("write {}", path.display()))
}

/// Makes the name of `path` in its folder durable.
fn sync(path: &Path) -> std::io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}

/// The paths in a folder, sorted, at most `max`.
///
/// # Errors
///
/// [`CliError::TooManyEntries`], or what the system says.
pub fn list(path: &Path, max: usize) -> anyhow::Result<Vec<PathBuf>> {
    let doing = || format!("read {}", path.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).with_context(doing)? {
        if max <= found.len() {
            return Err(CliError::TooManyEntries { path: path.to_owned(), max }.into());
        }
        found.push(entry.with_context(doing)?.path());
    }
    found.sort();
    Ok(found)
}

/// A private copy of a file, removed when dropped.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// Copies a file into the system's folder for temporary files.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn copy_of(path: &Path) -> anyhow::Result<Self> {
        let doing = || format!("copy {}", path.display());
        let mut name = [0; 16];
        getrandom::fill(&mut name).with_context(doing)?;
        let copy = std::env::temp_dir().join(format!("comity-{}", comity_wire::hex::encode(&name)));
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&copy);
        let mut target = made.with_context(|| format!("create {}", copy.display()))?;
        let copy = Self(copy);
        let mut source = File::open(path).with_context(doing)?;
        std::io::copy(&mut source, &mut target).with_context(doing)?;
        Ok(copy)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // The system clears its folder of temporary files too.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Puts a complete folder in the place of an old one, if there is one, and makes that durable.
///
/// # Errors
///
/// What the system says.
pub fn exchange(new: &Path, place: &Path) -> anyhow::Result<()> {
    let doing = || format!("write {}", place.display());
    let old = place.with_extension("old");
    if old.exists() {
        std::fs::remove_dir_all(&old).with_context(doing)?;
    }
    if place.exists() {
        std::fs::rename(place, &old).with_context(doing)?;
    }
    std::fs::rename(new, place).with_context(doing)?;
    sync(place).with_context(doing)?;
    if old.exists() {
        std::fs::remove_dir_all(&old).with_context(doing)?;
    }
    Ok(())
}
