//! Reading files from outside: never more than a named limit, and only regular files.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

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
