//! Vectors about files which lie beside them: the author's parameters, the author's missions.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use comity_commitment::conformance::commitments;
use comity_constitution::Parameters;
use comity_constitution::conformance::CaseResult;
use comity_constitution::source::{self, File, Value, conformance as config};
use comity_mission::foreign::{Policy, conformance as bundles};
use comity_wire::{json, limits};

use crate::home::file;

/// The name of the shape and the results of the file, if it is one of these.
///
/// # Errors
///
/// A file of the base cannot be read.
pub(super) fn results(
    path: &Path,
    bytes: &[u8],
) -> anyhow::Result<Option<(&'static str, Vec<CaseResult>)>> {
    let Ok(vectors) = Value::parse(bytes, limits::JSON_BYTES_MAX) else { return Ok(None) };
    if config::is_mutations_config(&vectors) {
        let base = parameters(&base(path, &vectors, "head"))?;
        return Ok(Some(("mutations_config", config::mutations_config(&vectors, &base))));
    }
    let folder = base(path, &vectors, "examples");
    if bundles::is_mutations_examples(&vectors) {
        let mut examples = BTreeMap::new();
        for name in bundles::examples(&vectors) {
            let path = folder.join(format!("{name}.json"));
            let value = file::read(&path, most()).map_err(|error| format!("{error:#}"));
            let value = value.and_then(|bytes| {
                config::read(&bytes).map_err(|error| format!("{}: {error}", path.display()))
            });
            examples.insert(name.to_owned(), value);
        }
        let policy = Policy::of(&Parameters::founding());
        let results = bundles::mutations_examples(&vectors, &examples, &policy);
        return Ok(Some(("mutations_examples", results)));
    }
    if vectors.get("worked_examples").is_some() {
        let document = json::parse(bytes)?;
        let read = |name: &str| {
            let bytes =
                file::read(&folder.join(name), most()).map_err(|error| format!("{error:#}"))?;
            json::parse(&bytes).map_err(|error| format!("{name}: {error}"))
        };
        return Ok(Some(("commitments", commitments(&document, &read))));
    }
    Ok(None)
}

fn most() -> u64 {
    u64::try_from(source::BYTES_MAX).unwrap_or(u64::MAX)
}

/// The folder that the vectors start from: relative to their own file.
fn base(path: &Path, vectors: &Value, usual: &str) -> PathBuf {
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    folder.join(config::base(vectors).unwrap_or(usual))
}

/// The author's two files in a folder.
fn parameters(folder: &Path) -> anyhow::Result<BTreeMap<File, Value>> {
    let mut files = BTreeMap::new();
    for name in File::ALL {
        let path = folder.join(name.file_name());
        let bytes = file::read(&path, most())?;
        let value = config::read(&bytes).with_context(|| format!("read {}", path.display()))?;
        files.insert(name, value);
    }
    Ok(files)
}
