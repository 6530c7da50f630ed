//! Writing the records of a town to a directory that anybody can recheck.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use comity_mycel::mip;
use comity_replay::export::{RecordParts, write_export};
use comity_tlog::SignedCheckpoint;

use crate::tour::Tour;
use crate::town::Citizen;

/// Exports all records of a sealed tour below `out`.
///
/// # Errors
///
/// If a record is not sealed, or the directory cannot be written.
pub fn write(tour: &Tour, out: &Path) -> anyhow::Result<()> {
    let packages = [mip::fault_watch()];
    let sealed: Vec<(&Citizen, SignedCheckpoint, Vec<Vec<u8>>)> = tour
        .town
        .citizens()
        .map(|(name, citizen)| {
            let checkpoint = citizen.node.sealed();
            let checkpoint = checkpoint.with_context(|| format!("{name} is not cosigned"))?;
            let rules = citizen.rules.iter().map(|file| file.bytes().to_vec()).collect();
            Ok((citizen, checkpoint, rules))
        })
        .collect::<anyhow::Result<_>>()?;
    let parts: Vec<RecordParts<'_>> = sealed
        .iter()
        .map(|(citizen, checkpoint, rules)| RecordParts {
            envelopes: citizen.node.envelopes(),
            checkpoint,
            parameters: tour.parameters.bytes(),
            rules,
            packages: &packages,
        })
        .collect();
    for (path, bytes) in write_export(&parts)? {
        let path = out.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).with_context(|| format!("create {}", parent.display()))?;
        }
        fs::write(&path, bytes).with_context(|| format!("write {}", path.display()))?;
    }
    Ok(())
}
