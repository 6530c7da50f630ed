use super::*;

const ID: [u8; 32] = [7; 32];

fn no_space() -> io::Error {
    io::Error::from(io::ErrorKind::StorageFull)
}

/// Writes half and then finds the disk full.
const FULL: Disk = Disk {
    write: |file, bytes, at| {
        file.write_all_at(bytes.split_at(bytes.len() / 2).0, at)?;
        Err(no_space())
    },
    ..Disk::REAL
};

const LYING: Disk = Disk { sync: |_| Err(io::Error::from_raw_os_error(5)), ..Disk::REAL };

fn path() -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    (dir, path)
}

#[test]
fn a_failed_fsync_closes_the_log_for_writing_and_is_never_retried() {
    let (_dir, path) = path();
    let (mut log, _) = Log::open(&path, &ID).unwrap();
    log.append("kept").unwrap();
    log.disk = LYING;
    let error = log.append("lost?").unwrap_err();
    assert_eq!((error.code(), log.len()), ("store.sync_failed", 1));
    assert!(matches!(error, StoreError::SyncFailed { os: Some(5), .. }));

    // Even a disk that has come back: what the kernel dropped in between is unknown.
    log.disk = Disk::REAL;
    assert_eq!(log.append("refused").unwrap_err().code(), "store.poisoned");
    assert_eq!(log.read(0).unwrap(), b"kept");
    assert_eq!(log.read(1).unwrap_err(), StoreError::Absent { seq: 1, next: 1 });
}

#[test]
fn after_a_failed_fsync_reopening_shows_whole_batches_and_goes_on() {
    let (_dir, path) = path();
    let (mut log, _) = Log::open(&path, &ID).unwrap();
    log.append("kept").unwrap();
    log.disk = LYING;
    log.append_batch(&["one", "two"]).unwrap_err();
    drop(log);
    let (mut log, recovery) = Log::open(&path, &ID).unwrap();
    assert_eq!(recovery, Recovery { frames: 3, torn_bytes: 0, is_new: false });
    assert_eq!(log.append("more").unwrap(), 3);
}

#[test]
fn opening_fails_if_what_it_found_cannot_be_made_durable() {
    let (_dir, path) = path();
    drop(Log::open(&path, &ID).unwrap());
    assert_eq!(Log::open_on(&path, &ID, LYING).unwrap_err().code(), "store.io");
}

#[test]
fn a_full_disk_takes_the_half_written_batch_back_and_the_log_goes_on() {
    let (_dir, path) = path();
    let (mut log, _) = Log::open(&path, &ID).unwrap();
    log.append("kept").unwrap();
    let len = path.metadata().unwrap().len();
    log.disk = FULL;
    let error = log.append_batch(&["too", "much"]).unwrap_err();
    assert!(matches!(error, StoreError::Io { kind: io::ErrorKind::StorageFull, .. }), "{error}");
    assert_eq!(path.metadata().unwrap().len(), len);

    log.disk = Disk::REAL;
    assert_eq!(log.append("after").unwrap(), 1);
    drop(log);
    let (log, recovery) = Log::open(&path, &ID).unwrap();
    assert_eq!(recovery, Recovery { frames: 2, torn_bytes: 0, is_new: false });
    assert_eq!(log.read(1).unwrap(), b"after");
}

#[test]
fn a_creation_that_never_finished_is_done_again() {
    let header = file_header(&ID);
    for kept in 0..FILE_HEADER_LEN {
        for padded in [false, true] {
            let (_dir, path) = path();
            let mut bytes = header.split_at(kept).0.to_vec();
            if padded && kept <= FILE_HEADER_LEN - 8 {
                bytes.resize(FILE_HEADER_LEN, 0);
            }
            std::fs::write(&path, &bytes).unwrap();
            let (mut log, recovery) = Log::open(&path, &ID).unwrap();
            let torn_bytes = bytes.len() as u64;
            assert_eq!(recovery, Recovery { frames: 0, torn_bytes, is_new: true }, "{kept}");
            log.append("first").unwrap();
            drop(log);
            assert_eq!(Log::open(&path, &ID).unwrap().1.frames, 1);
        }
    }
}

#[test]
fn another_version_is_named() {
    let (_dir, path) = path();
    let mut header = file_header(&ID);
    header[11] = 2;
    let check = comity_wire::sha256(&header[8..56]);
    header[56..].copy_from_slice(&check.as_bytes()[..8]);
    std::fs::write(&path, header).unwrap();
    let error = Log::open(&path, &ID).unwrap_err();
    assert_eq!(error, StoreError::Version { found: 2, known: 1 });
}
