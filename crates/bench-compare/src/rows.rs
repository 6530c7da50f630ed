//! The rows, each in its own module.

mod bls;
mod dsse;
mod forms;
mod http;
mod ingest;
mod large;
mod limit;
mod mesh;
mod minting;
mod mission;
mod opening;
mod python;
mod replay;
mod roots;
mod sortition;
mod trust;

use std::path::PathBuf;

use anyhow::Context as _;

use crate::Wanted;
use crate::stream::Stream;

pub(crate) use large::child;

/// Names of all rows.
pub(crate) const NAMES: [&str; 12] = [
    "ingest",
    "replay",
    "dsse",
    "trust",
    "merkle",
    "canonical",
    "mesh",
    "http",
    "sortition",
    "roots",
    "bls",
    "mission",
];
/// The argument by which this program runs itself to measure memory.
pub(crate) const LARGE_CHILD: &str = "--replay-child";

/// Runs what is wanted.
pub(crate) fn run(wanted: &Wanted) -> anyhow::Result<()> {
    println!("{}", crate::machine::header());
    let stream = Stream::open().context("stream")?;
    let bytes: usize = stream.statements.iter().map(|(_, bytes)| bytes.len()).sum();
    println!(
        "# stream: {} statements of {} sovereigns, {} bytes each on average",
        stream.statements.len(),
        stream.files.keys().filter(|path| path.ends_with("/checkpoint")).count(),
        bytes / stream.statements.len().max(1),
    );
    for name in NAMES.into_iter().filter(|name| wanted.has(name)) {
        let result = match name {
            "ingest" => ingest::run(&stream),
            "replay" => replay::run(&stream),
            "dsse" => dsse::run(&stream),
            "trust" => trust::run(&stream).and_then(|()| minting::run()),
            "merkle" => forms::merkle(),
            "mesh" => mesh::run(),
            "http" => http::run(),
            "sortition" => sortition::run(),
            "roots" => roots::run(),
            "bls" => bls::run(),
            "mission" => mission::run(),
            _ => forms::canonical(&stream),
        };
        result.context(name)?;
    }
    if let Some(count) = wanted.large {
        large::run(count).context("large")?;
    }
    println!("# load at the end: {}", crate::machine::load());
    Ok(())
}

/// Where this program keeps what it makes, on the disk that it measures.
pub(crate) fn work_dir() -> anyhow::Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target")),
        PathBuf::from,
    );
    let dir = target.join("bench-compare");
    std::fs::create_dir_all(&dir).with_context(|| format!("create {}", dir.display()))?;
    Ok(dir)
}
