//! Files of rules beside a record: the charters and parameter files that its constitution names, or may come to name.
//!
//! They lie where an export has them, under the name that follows from their bytes. One more than the record names does
//! no harm: whoever exports the record leaves it out.

use std::path::Path;

use anyhow::Context as _;
use comity_constitution::RuleFile;
use comity_replay::export::{RULES_PREFIX, rules_path};

use super::file;
use crate::fail::CliError;
use crate::limits::RULE_FILES_MAX;

/// Every file of rules beside a record; none if there is no folder of them.
///
/// # Errors
///
/// A file that is no charter and no parameter file, or that has another name than its bytes demand.
pub fn load(record: &Path) -> anyhow::Result<Vec<RuleFile>> {
    let folder = record.join(RULES_PREFIX);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for path in file::list(&folder, RULE_FILES_MAX)? {
        let is_draft =
            path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if is_draft {
            continue;
        }
        let found = read(&path)?;
        let expected = record.join(rules_path(found.instrument(), found.hash()));
        if path.file_name() != expected.file_name() {
            let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into();
            let (found, expected) = (name(&path), name(&expected));
            let disagrees =
                CliError::HomeDisagrees { what: "name of a file of rules", found, expected };
            return Err(disagrees).with_context(|| format!("read {}", path.display()));
        }
        files.push(found);
    }
    Ok(files)
}

/// A charter or a parameter file, wherever it lies.
///
/// # Errors
///
/// It cannot be read, or is neither.
pub fn read(path: &Path) -> anyhow::Result<RuleFile> {
    let max = u64::try_from(RuleFile::BYTES_MAX).unwrap_or(u64::MAX);
    let bytes = file::read(path, max)?;
    RuleFile::decode(&bytes).with_context(|| format!("read {}", path.display()))
}

/// Keeps a file of rules beside a record.
///
/// # Errors
///
/// What the system says.
pub fn keep(record: &Path, rules: &RuleFile) -> anyhow::Result<()> {
    file::create_folder(&record.join(RULES_PREFIX))?;
    file::replace(&record.join(rules_path(rules.instrument(), rules.hash())), rules.bytes())
}
