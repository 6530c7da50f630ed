//! What the log promises, tried from outside: durability, recovery, refusal, one writer.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a failed unwrap in a test is a failed test"
)]

mod crash;
mod damage;
mod group;
mod kill;
mod lock;
mod model;
mod read;

use comity_store::{Log, Recovery, StoreError};
use std::path::{Path, PathBuf};

pub(crate) const ID: [u8; 32] = [7; 32];

/// A directory that goes away at the end of the test, and the path of a log in it.
pub(crate) fn fresh() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    (dir, path)
}

/// The file after appending these batches one after the other, and where each of them ends.
pub(crate) fn file_of<T: AsRef<[u8]>>(batches: &[Vec<T>]) -> (Vec<u8>, Vec<usize>) {
    let (_dir, path) = fresh();
    let (mut log, _) = Log::open(&path, &ID).unwrap();
    let ends = batches.iter().map(|batch| {
        log.append_batch(batch).unwrap();
        path.metadata().unwrap().len() as usize
    });
    let ends = ends.collect();
    (std::fs::read(&path).unwrap(), ends)
}

/// Opens a file with these bytes and lists its frames. A refusal must have left it alone.
pub(crate) fn open_bytes(
    path: &Path,
    bytes: &[u8],
) -> Result<(Vec<Vec<u8>>, Recovery), StoreError> {
    std::fs::write(path, bytes).unwrap();
    match Log::open(path, &ID) {
        Ok((log, recovery)) => {
            let frames = log.iter_from(0).map(|frame| frame.unwrap().body).collect::<Vec<_>>();
            assert_eq!(frames.len() as u64, recovery.frames);
            Ok((frames, recovery))
        }
        Err(error) => {
            assert!(std::fs::read(path).unwrap() == bytes, "refused and changed: {error}");
            Err(error)
        }
    }
}
