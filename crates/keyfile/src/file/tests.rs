use super::*;
use std::collections::BTreeSet;

#[test]
fn every_changed_missing_or_added_byte_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("keys.age");
    let keys = [("root".into(), Zeroizing::new([7; 32]))].into();
    save(&path, &KeyBundle { name: "Lab".into(), keys }, "passphrase", Some(1)).unwrap();
    let file = fs::read(&path).unwrap();
    let identity = scrypt::Identity::new(secret("passphrase").unwrap());
    assert!(open(&file, &identity).is_ok());

    // What follows the header: its MAC in 43 base64 digits and a line feed, then the payload.
    let mac = file.windows(5).position(|window| window == b"\n--- ").unwrap() + 5;
    let payload = mac + 44;
    let mut seen = BTreeSet::new();
    for at in 0..file.len() {
        let mut bytes = file.clone();
        // The work factor's digit becomes another small one; elsewhere one bit changes.
        bytes[at] ^= if file[at] == b'1' { 2 } else { 1 };
        let error = open(&bytes, &identity).unwrap_err();
        if payload <= at {
            assert_eq!(error, KeyfileError::Tampered, "byte {at}");
        }
        seen.insert(error.code());
    }
    for len in 0..file.len() {
        seen.insert(open(&file[..len], &identity).unwrap_err().code());
    }
    seen.insert(open(&[&file[..], b"x"].concat(), &identity).unwrap_err().code());
    let right = ["keyfile.not_a_key_file", "keyfile.tampered", "keyfile.wrong_passphrase"];
    assert!(seen.iter().eq(&right), "{seen:?}");
}
