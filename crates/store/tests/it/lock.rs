//! One writer, and files that are not ours.

use crate::{ID, file_of, fresh};
use comity_store::{Log, Recovery, StoreError};
use std::os::unix::fs::PermissionsExt;

#[test]
fn a_second_opener_is_refused_by_name_until_the_first_is_gone() {
    let (_dir, path) = fresh();
    let (log, _) = Log::open(&path, &ID).unwrap();
    let error = Log::open(&path, &ID).unwrap_err();
    assert_eq!(error, StoreError::Locked { path: path.clone() });
    assert_eq!(error.code(), "store.locked");

    // A reader keeps the file open, not the lock.
    let reader = log.reader();
    drop(log);
    let (mut log, _) = Log::open(&path, &ID).unwrap();
    log.append("x").unwrap();
    assert_eq!(reader.len(), 0, "a reader of the old handle does not see the new one's frames");
}

#[test]
fn a_new_log_is_empty_and_private() {
    let (_dir, path) = fresh();
    let (log, recovery) = Log::open(&path, &ID).unwrap();
    assert_eq!(recovery, Recovery { frames: 0, torn_bytes: 0, is_new: true });
    assert!(log.is_empty());
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_log_of_another_identity_is_refused() {
    let (_dir, path) = fresh();
    drop(Log::open(&path, &ID).unwrap());
    let error = Log::open(&path, &[8; 32]).unwrap_err();
    assert_eq!(error, StoreError::Identity { found: ID, wanted: [8; 32] });
}

#[test]
fn other_files_are_refused_and_left_alone() {
    let (dir, path) = fresh();
    for bytes in [&b"{}"[..], &[b'x'; 64], &[b'{'; 5000], &[0xFF; 63]] {
        let error = crate::open_bytes(&path, bytes).unwrap_err();
        assert_eq!(error, StoreError::NotALog { path: path.clone() });
    }
    let error = Log::open(dir.path(), &ID).unwrap_err();
    assert_eq!(error.code(), "store.not_a_log");
    let error = Log::open(dir.path().join("no/such/dir"), &ID).unwrap_err();
    assert_eq!(error.code(), "store.io");
}

#[test]
fn a_file_of_zeros_is_not_taken_for_a_log_with_a_lost_header() {
    let (_dir, path) = fresh();
    let (mut file, _) = file_of(&[vec!["acknowledged"]]);
    file[..64].fill(0);
    assert_eq!(crate::open_bytes(&path, &file).unwrap_err().code(), "store.not_a_log");
}
