//! Key files on a real disk: what opens them, what does not, and who may look.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed unwrap in a test is a failed test"
)]

use comity_keyfile::{FILE_BYTES_MAX, KeyBundle, KeyfileError, WORK_FACTOR_MAX, load, save};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Next to nothing: these files protect nothing.
const CHEAP: Option<u8> = Some(1);
const PASSPHRASE: &str = "correct horse battery staple";

fn fresh() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("keys.age");
    (dir, path)
}

fn bundle() -> KeyBundle {
    let seed = |byte| Zeroizing::new([byte; 32]);
    let keys = [("root".into(), seed(0xA1)), ("authority".into(), seed(0xB2))].into();
    KeyBundle { name: "Example Lab".into(), keys }
}

fn write_private(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

fn assert_same(found: &KeyBundle, right: &KeyBundle) {
    assert_eq!((&found.name, &found.keys), (&right.name, &right.keys));
}

#[test]
fn what_was_saved_is_loaded() {
    let (_dir, path) = fresh();
    save(&path, &bundle(), PASSPHRASE, CHEAP).unwrap();
    let found = load(&path, PASSPHRASE).unwrap();
    assert_same(&found, &bundle());
    assert_eq!(found.key("authority").unwrap(), &[0xB2; 32]);
    assert_eq!(found.key("owner").unwrap_err(), KeyfileError::NoSuchRole { role: "owner".into() });
}

#[test]
fn the_file_is_private_encrypted_and_alone() {
    let (dir, path) = fresh();
    save(&path, &bundle(), PASSPHRASE, CHEAP).unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let bytes = fs::read(&path).unwrap();
    assert!(bytes.starts_with(b"age-encryption.org/v1\n-> scrypt "));
    for secret in [&[0xA1; 8][..], b"a1a1a1a1", b"Example Lab", b"root"] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "no temporary file stays behind");
}

#[test]
fn an_existing_file_is_never_replaced() {
    let (dir, path) = fresh();
    save(&path, &bundle(), PASSPHRASE, CHEAP).unwrap();
    let before = fs::read(&path).unwrap();
    let error = save(&path, &bundle(), PASSPHRASE, CHEAP).unwrap_err();
    assert_eq!(error, KeyfileError::Exists { path: path.clone() });
    assert_eq!(fs::read(&path).unwrap(), before);

    let dangling = dir.path().join("link");
    std::os::unix::fs::symlink(dir.path().join("nowhere"), &dangling).unwrap();
    assert_eq!(save(&dangling, &bundle(), "x", CHEAP).unwrap_err().code(), "keyfile.exists");
}

#[test]
fn of_many_who_save_at_once_one_wins_and_its_file_is_whole() {
    let (dir, path) = fresh();
    let saves: Vec<_> = (0..8_u8)
        .map(|n| {
            let path = path.clone();
            let keys = [("root".into(), Zeroizing::new([n; 32]))].into();
            let bundle = KeyBundle { name: "Lab".into(), keys };
            std::thread::spawn(move || (n, save(&path, &bundle, PASSPHRASE, CHEAP)))
        })
        .collect();
    let results: Vec<_> = saves.into_iter().map(|save| save.join().unwrap()).collect();
    let winners: Vec<_> = results.iter().filter(|(_, result)| result.is_ok()).collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(load(&path, PASSPHRASE).unwrap().key("root").unwrap(), &[winners[0].0; 32]);
    let lost = |(_, result): &&(u8, Result<(), KeyfileError>)| {
        matches!(result, Err(KeyfileError::Exists { .. }))
    };
    assert_eq!(results.iter().filter(lost).count(), 7);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn a_wrong_passphrase_is_named() {
    let (_dir, path) = fresh();
    save(&path, &bundle(), PASSPHRASE, CHEAP).unwrap();
    assert_eq!(load(&path, "correct horse").unwrap_err(), KeyfileError::WrongPassphrase);
    assert_eq!(load(&path, "").unwrap_err(), KeyfileError::EmptyPassphrase);
    let (_dir, path) = fresh();
    assert_eq!(save(&path, &bundle(), "", CHEAP).unwrap_err(), KeyfileError::EmptyPassphrase);
    assert!(!path.exists());
}

#[test]
fn a_file_open_to_others_is_refused_with_a_hint() {
    let (_dir, path) = fresh();
    save(&path, &bundle(), PASSPHRASE, CHEAP).unwrap();
    for mode in [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o777] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let error = load(&path, PASSPHRASE).unwrap_err();
        assert_eq!(error, KeyfileError::Permissions { mode });
        assert!(error.hint().unwrap().contains("chmod 600"));
        assert!(error.to_string().contains(&format!("{mode:o}")));
    }
    for mode in [0o400, 0o600] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert_same(&load(&path, PASSPHRASE).unwrap(), &bundle());
    }
}

#[test]
fn other_files_are_not_key_files() {
    let (dir, path) = fresh();
    let x25519 = b"age-encryption.org/v1\n-> X25519 SVrzdFfkPxf0LPHOUGB1gNb9E5Vr8EUDa9kxk04iQ0o\n\
        0OrTkKHpE7klNLd0k+9Uam5hkQkzMxaqKcIPRIO1sNE\n--- gxhoSa5BciRDt8lOpYNcx4EYtKpS0CJ06F3ZwN82VaM\n\
        0123456789abcdef0123456789abcdef";
    let long = vec![b'x'; FILE_BYTES_MAX + 1];
    for bytes in
        [&b""[..], b"{}", b"age-encryption.org/v1\n", b"age-encryption.org/v9\n", x25519, &long]
    {
        write_private(&path, bytes);
        assert_eq!(load(&path, PASSPHRASE).unwrap_err(), KeyfileError::NotAKeyFile);
    }
    assert_eq!(load(dir.path(), PASSPHRASE).unwrap_err(), KeyfileError::NotAKeyFile);
    let missing = load(dir.path().join("none"), PASSPHRASE).unwrap_err();
    assert!(matches!(missing, KeyfileError::Io { kind: std::io::ErrorKind::NotFound, .. }));
}

#[test]
fn an_age_file_that_holds_no_keys_is_named() {
    let (_dir, path) = fresh();
    let mut recipient = age::scrypt::Recipient::new(PASSPHRASE.to_owned().into());
    recipient.set_work_factor(1);
    for (text, line) in [("", 1), ("a letter", 1), ("comity-keyfile/v1\nname Lab\n", 3)] {
        write_private(&path, &age::encrypt(&recipient, text.as_bytes()).unwrap());
        assert_eq!(load(&path, PASSPHRASE).unwrap_err(), KeyfileError::BadPayload { line });
    }
    write_private(&path, &age::encrypt(&recipient, &[b'x'; 8000]).unwrap());
    assert_eq!(load(&path, PASSPHRASE).unwrap_err().code(), "keyfile.bad_payload");
}

#[test]
fn more_work_than_allowed_is_refused_without_doing_it() {
    let (_dir, path) = fresh();
    for found in [0, WORK_FACTOR_MAX + 1, 63, 64, 255] {
        let error = save(&path, &bundle(), PASSPHRASE, Some(found)).unwrap_err();
        assert_eq!(error, KeyfileError::WorkFactor { found, max: WORK_FACTOR_MAX });
    }
    save(&path, &bundle(), PASSPHRASE, Some(2)).unwrap();
    let bytes = fs::read(&path).unwrap();
    let line_end = 22 + bytes[22..].iter().position(|byte| *byte == b'\n').unwrap();
    assert_eq!(bytes[line_end - 1], b'2');
    for (asked, found) in [("21", 21), ("34", 34), ("63", 63), ("255", 255)] {
        let hostile = [&bytes[..line_end - 1], asked.as_bytes(), &bytes[line_end..]].concat();
        write_private(&path, &hostile);
        let error = load(&path, PASSPHRASE).unwrap_err();
        assert_eq!(error, KeyfileError::WorkFactor { found, max: WORK_FACTOR_MAX });
    }
}

#[test]
fn a_changed_file_is_named() {
    let (_dir, path) = fresh();
    save(&path, &bundle(), PASSPHRASE, CHEAP).unwrap();
    let mut file = fs::read(&path).unwrap();
    *file.last_mut().unwrap() ^= 1;
    write_private(&path, &file);
    assert_eq!(load(&path, PASSPHRASE).unwrap_err(), KeyfileError::Tampered);
}

#[test]
fn a_bundle_without_a_text_form_is_not_saved() {
    let (dir, path) = fresh();
    let named = |name: &str| KeyBundle { name: name.into(), ..bundle() };
    for name in ["", " Lab", "Lab\n", "La\u{7}b", &"x".repeat(129)] {
        let error = save(&path, &named(name), PASSPHRASE, CHEAP).unwrap_err();
        assert_eq!(error, KeyfileError::BadName { len: name.len(), max: 128 });
    }
    for role in ["", "Root", "1st", "_x", "a b", "r\u{f6}le", &"r".repeat(33)] {
        let keys = [(role.into(), Zeroizing::new([0; 32]))].into();
        let error = save(&path, &KeyBundle { keys, ..bundle() }, PASSPHRASE, CHEAP).unwrap_err();
        assert_eq!(error.code(), "keyfile.bad_role");
    }
    let none = KeyBundle { keys: [].into(), ..bundle() };
    let error = save(&path, &none, PASSPHRASE, CHEAP).unwrap_err();
    assert_eq!(error, KeyfileError::BadRoleCount { count: 0, max: 64 });
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn debug_output_shows_no_seed() {
    let text = format!("{:?}", bundle());
    assert!(text.contains("root") && text.contains("***"), "{text}");
    assert!(!text.contains("161") && !text.contains("a1"), "{text}");
}
