//! Where the bytes of an export come from. A directory on a disk is the business of whoever opens files.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read};

/// One thing in an export.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Path relative to the export, names joined with `/`.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A folder with nothing in it, or one that is deeper than any that belongs here.
    Folder,
    /// A link, a device, a socket, or a name that is not UTF-8.
    Other,
}

/// A path that could not be read: the world's fault, not the export's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot read {path}: {kind}")]
pub struct SourceError {
    /// The path, relative to the export.
    pub path: String,
    /// What the system said.
    pub kind: io::ErrorKind,
}

/// The files of one export. Shared, since records are read side by side.
pub trait Source: Sync {
    /// Everything that is there, in any order.
    ///
    /// # Errors
    ///
    /// [`SourceError`] if a folder cannot be read.
    fn list(&self) -> Result<Vec<Entry>, SourceError>;

    /// One file, from its beginning.
    ///
    /// # Errors
    ///
    /// [`SourceError`] if it cannot be opened.
    fn open<'a>(&'a self, path: &str) -> Result<Box<dyn BufRead + 'a>, SourceError>;
}

/// An export in memory.
impl Source for BTreeMap<String, Vec<u8>> {
    fn list(&self) -> Result<Vec<Entry>, SourceError> {
        let file = |path: &String| Entry { path: path.clone(), kind: EntryKind::File };
        Ok(self.keys().map(file).collect())
    }

    fn open<'a>(&'a self, path: &str) -> Result<Box<dyn BufRead + 'a>, SourceError> {
        match self.get(path) {
            Some(bytes) => Ok(Box::new(bytes.as_slice())),
            None => Err(SourceError { path: path.to_owned(), kind: io::ErrorKind::NotFound }),
        }
    }
}

/// A whole file, or its first `max + 1` bytes if it is longer than `max`.
pub(super) fn read_up_to(
    source: &dyn Source,
    path: &str,
    max: usize,
) -> Result<Vec<u8>, SourceError> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1);
    source
        .open(path)?
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(|error| SourceError { path: path.to_owned(), kind: error.kind() })?;
    Ok(bytes)
}
