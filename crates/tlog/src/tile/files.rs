//! Writing the files of a log, and reading them back: one function makes tiles, for export and for import.

use std::collections::BTreeMap;

use comity_wire::Digest;

use super::{
    BUNDLE_ENTRY_BYTES, HASH_BYTES, TileError, TileKind, TilePath, complete_root, hashes, paths,
};
use crate::hash::leaf_hash;
use crate::limits::{QUOTE_BYTES_MAX, TILE_WIDTH};

/// What stands before every entry: its length, big-endian.
const ENTRY_PREFIX: [u8; 2] = [0, 32];

/// Writes every file that a log of exactly these entries serves, and no other.
fn each_tile<E>(
    entries: &[Digest],
    mut emit: impl FnMut(TilePath, Vec<u8>) -> Result<(), E>,
) -> Result<(), E> {
    let size = entries.len() as u64;
    let width = usize::from(TILE_WIDTH);
    for (path, chunk) in paths(TileKind::Entries, size).zip(entries.chunks(width)) {
        emit(path, join(&ENTRY_PREFIX, chunk))?;
    }
    let mut hashes: Vec<Digest> = entries.iter().map(|entry| leaf_hash(entry.as_bytes())).collect();
    for level in 0.. {
        if hashes.is_empty() {
            break;
        }
        for (path, chunk) in paths(TileKind::Hashes { level }, size).zip(hashes.chunks(width)) {
            emit(path, join(&[], chunk))?;
        }
        hashes = hashes.chunks_exact(width).map(complete_root).collect();
    }
    Ok(())
}

/// All digests in order, each after `prefix`.
fn join(prefix: &[u8], digests: &[Digest]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(digests.len() * (prefix.len() + HASH_BYTES));
    for digest in digests {
        bytes.extend(prefix);
        bytes.extend(digest.as_bytes());
    }
    bytes
}

/// The files of a log with these entries, by path: full tiles, the one partial tile of each level, the entry
/// bundles. Deterministic; nothing stale, nothing more.
pub fn export_tiles(entries: &[Digest]) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let Ok(()) = each_tile(entries, |path, bytes| {
        files.insert(path.to_string(), bytes);
        Ok::<(), std::convert::Infallible>(())
    });
    files
}

/// Reads the entries of a log of `size` from its files, recomputes every file and refuses anything missing,
/// extra, of another length or with other bytes. `O(size)` hashes; work and memory are bounded by the files
/// given, whatever `size` claims. The caller compares the root with a checkpoint.
///
/// # Errors
///
/// [`TileError`], with the first file at fault: bundles first, then tiles by level, then extra files.
pub fn import_tiles(
    size: u64,
    files: &BTreeMap<String, Vec<u8>>,
) -> Result<Vec<Digest>, TileError> {
    let find = |path: TilePath| {
        let bytes = files.get(&path.to_string()).ok_or(TileError::Missing { path })?;
        path.check_len(bytes).map(|()| bytes)
    };
    let mut entries = Vec::new();
    for path in paths(TileKind::Entries, size) {
        read_bundle(path, find(path)?, &mut entries)?;
    }
    let mut seen = 0;
    each_tile(&entries, |path, computed| {
        seen += 1;
        compare(path, &computed, find(path)?)
    })?;
    if seen != files.len() {
        for name in files.keys() {
            if !name.parse().is_ok_and(|path: TilePath| path.belongs_to(size)) {
                return Err(TileError::Unexpected { path: quote(name), size });
            }
        }
    }
    Ok(entries)
}

fn read_bundle(path: TilePath, bytes: &[u8], entries: &mut Vec<Digest>) -> Result<(), TileError> {
    for (position, entry) in bytes.chunks_exact(BUNDLE_ENTRY_BYTES).enumerate() {
        let Some((length, entry)) = entry.split_first_chunk::<2>() else { continue };
        if *length != ENTRY_PREFIX {
            let given = u16::from_be_bytes(*length);
            return Err(TileError::EntryLength { path, position, given });
        }
        entries.extend(hashes(entry));
    }
    Ok(())
}

/// Names the first hash that differs. Bundles cannot differ: the entries were read from them.
fn compare(path: TilePath, computed: &[u8], given: &[u8]) -> Result<(), TileError> {
    if computed == given {
        return Ok(());
    }
    let pairs = hashes(computed).zip(hashes(given)).enumerate();
    let differing = pairs.into_iter().find(|(_, (computed, given))| computed != given);
    differing.map_or(Ok(()), |(position, (computed, given))| {
        Err(TileError::WrongHash { path, position, computed, given })
    })
}

/// The beginning of a foreign text, for an error message.
fn quote(text: &str) -> String {
    text.get(..text.floor_char_boundary(QUOTE_BYTES_MAX)).unwrap_or_default().to_owned()
}
