//! An export on a disk.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use comity_replay::export::limits::{DEPTH_MAX, FILES_MAX};
use comity_replay::verify::{Entry, EntryKind, Source, SourceError};

/// Bytes read from a file at once.
const BUFFER_BYTES: usize = 64 << 10;

/// A directory as the source of an export. Links are listed, never followed, but for the directory itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    root: PathBuf,
}

impl Directory {
    /// An existing directory.
    ///
    /// # Errors
    ///
    /// What the system says, with [`io::ErrorKind::NotADirectory`] if it is something else.
    pub fn open(root: &Path) -> io::Result<Self> {
        if fs::metadata(root)?.is_dir() {
            Ok(Self { root: root.to_owned() })
        } else {
            Err(io::ErrorKind::NotADirectory.into())
        }
    }

    fn walk(
        &self,
        folder: &str,
        depth: usize,
        entries: &mut Vec<Entry>,
    ) -> Result<(), SourceError> {
        let failed = |error: io::Error| SourceError { path: shown(folder), kind: error.kind() };
        let before = entries.len();
        for child in fs::read_dir(self.root.join(folder)).map_err(failed)? {
            let child = child.map_err(failed)?;
            let kind = child.file_type().map_err(failed)?;
            let name = child.file_name();
            let is_text = name.to_str().is_some();
            let name = name.to_string_lossy();
            let path =
                if folder.is_empty() { name.into_owned() } else { format!("{folder}/{name}") };
            if FILES_MAX < entries.len() {
                return Ok(());
            }
            if !is_text || !(kind.is_dir() || kind.is_file()) {
                entries.push(Entry { path, kind: EntryKind::Other });
            } else if kind.is_file() {
                entries.push(Entry { path, kind: EntryKind::File });
            } else if DEPTH_MAX <= depth {
                entries.push(Entry { path, kind: EntryKind::Folder });
            } else {
                self.walk(&path, depth + 1, entries)?;
            }
        }
        if entries.len() == before && !folder.is_empty() {
            entries.push(Entry { path: folder.to_owned(), kind: EntryKind::Folder });
        }
        Ok(())
    }
}

impl Source for Directory {
    fn list(&self) -> Result<Vec<Entry>, SourceError> {
        let mut entries = Vec::new();
        self.walk("", 1, &mut entries)?;
        Ok(entries)
    }

    fn open<'a>(&'a self, path: &str) -> Result<Box<dyn BufRead + 'a>, SourceError> {
        let file = File::open(self.root.join(path))
            .map_err(|error| SourceError { path: path.to_owned(), kind: error.kind() })?;
        Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, file)))
    }
}

fn shown(folder: &str) -> String {
    if folder.is_empty() { ".".to_owned() } else { folder.to_owned() }
}
