//! Files on a disk: the store's log and key files.

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use comity_keyfile::load;
use comity_store::Log;

use crate::input::Input;
use crate::oracle;

/// The identity that the corpus was written with.
pub const IDENTITY: [u8; 32] = [9; 32];

/// A file that this process uses over and over, in memory where the machine has such a place.
fn scratch(name: &str) -> PathBuf {
    static DIR: OnceLock<tempfile::TempDir> = OnceLock::new();
    let dir = DIR.get_or_init(|| {
        let shm = PathBuf::from("/dev/shm");
        let made = if shm.is_dir() { tempfile::tempdir_in(shm) } else { tempfile::tempdir() };
        made.expect("a folder for scratch files")
    });
    dir.path().join(name)
}

/// The bytes of a log that holds these frames, one batch each.
pub fn log_of(frames: &[Vec<Vec<u8>>]) -> Vec<u8> {
    let path = scratch("honest.log");
    let _ = fs::remove_file(&path);
    let (mut log, _) = Log::open(&path, &IDENTITY).expect("a new log opens");
    for batch in frames {
        log.append_batch(batch).expect("small frames are appended");
    }
    drop(log);
    fs::read(&path).expect("the log is there")
}

/// Opening arbitrary bytes never panics, never touches a file that it refuses, and cuts off nothing that reads back.
fn open(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let path = scratch("fuzz.log");
    fs::write(&path, bytes).expect("scratch files can be written");
    let (mut log, recovery) = match Log::open(&path, &IDENTITY) {
        Ok(opened) => opened,
        Err(error) => {
            oracle::refusal(error.code(), &error);
            assert_eq!(fs::read(&path).ok().as_deref(), Some(bytes), "a refused file was changed");
            return None;
        }
    };
    let kept = fs::read(&path).expect("the log is there");
    if !recovery.is_new {
        let torn = usize::try_from(recovery.torn_bytes).expect("a small file");
        assert_eq!(kept.len() + torn, bytes.len());
        assert!(bytes.starts_with(&kept), "a kept byte was changed");
    }
    assert_eq!(log.len(), recovery.frames);
    let frames: Vec<Vec<u8>> =
        log.iter_from(0).map(|frame| frame.expect("an opened log reads").body).collect();
    assert_eq!(frames.len() as u64, recovery.frames);
    let next = log.append(b"after").expect("an opened log takes more");
    assert_eq!(next, recovery.frames);
    drop(log);
    let (log, again) = Log::open(&path, &IDENTITY).expect("it opens again");
    assert_eq!((again.frames, again.torn_bytes), (recovery.frames + 1, 0));
    let mut expected = frames.clone();
    expected.push(b"after".to_vec());
    let read: Vec<Vec<u8>> = log.iter_from(0).map(|frame| frame.expect("it reads").body).collect();
    assert_eq!(read, expected);
    Some(frames)
}

/// An even first byte: the rest is a file. An odd one: an honest log is made and damaged.
pub fn store(data: &[u8]) {
    let mut input = Input::new(data);
    if input.byte().is_multiple_of(2) {
        open(input.rest());
        return;
    }
    let batches: Vec<Vec<Vec<u8>>> = (0..=input.below(4))
        .map(|_| (0..=input.below(3)).map(|_| input.bytes(40).to_vec()).collect())
        .collect();
    let honest = log_of(&batches);
    let mut bytes = honest.clone();
    for _ in 0..input.below(3) {
        crate::mutate::bytes(&mut input, &mut bytes);
    }
    let frames: Vec<Vec<u8>> = batches.concat();
    if let Some(read) = open(&bytes)
        && bytes.starts_with(&honest[..honest.len().min(64)])
    {
        assert!(frames.starts_with(&read), "a frame that nobody wrote");
        assert!(bytes != honest || read == frames, "an honest log lost a frame");
    }
}

/// Opens a key file with the wrong passphrase; files that ask for real work are left to the room's own tests.
pub fn keyfile(data: &[u8]) {
    let asks = |factor: u8| data.windows(4).any(|line| line == [b' ', b'1', b'0' + factor, b'\n']);
    if (1..=9).any(asks) {
        return;
    }
    let path = scratch("fuzz.key");
    fs::write(&path, data).expect("scratch files can be written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("it is ours");
    }
    match load(&path, "not the passphrase") {
        Ok(_) => panic!("a key file opened without its passphrase"),
        Err(error) => oracle::refusal(error.code(), &error),
    }
}
