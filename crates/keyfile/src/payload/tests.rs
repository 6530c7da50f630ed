use super::*;
use proptest::prelude::*;

const SEED: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff";

fn text(lines: &[&str]) -> Vec<u8> {
    lines.iter().flat_map(|line| [line, "\n"]).collect::<String>().into_bytes()
}

fn refused_in(lines: &[&str]) -> usize {
    match decode(&text(lines)) {
        Err(KeyfileError::BadPayload { line }) => line,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_text_is_the_one_in_the_header() {
    let right = text(&[
        "comity-keyfile/v1",
        "name Example Lab",
        &format!("key authority {SEED}"),
        &format!("key root {SEED}"),
    ]);
    let bundle = decode(&right).unwrap();
    assert_eq!(bundle.name, "Example Lab");
    assert_eq!(bundle.key("root").unwrap()[..3], [0, 1, 2]);
    assert_eq!(bundle.key("root").unwrap()[31], 0xFF);
    assert_eq!(*encode(&bundle).unwrap(), right);
}

#[test]
fn every_other_text_is_refused_with_its_line() {
    let (root, lab) = (format!("key root {SEED}"), "name Lab");
    let first = "comity-keyfile/v1";
    assert_eq!(refused_in(&[]), 1);
    assert_eq!(refused_in(&["comity-keyfile/v2", lab, &root]), 1);
    assert_eq!(refused_in(&[first]), 2);
    assert_eq!(refused_in(&[first, "name ", &root]), 2);
    assert_eq!(refused_in(&[first, "name  Lab", &root]), 2);
    assert_eq!(refused_in(&[first, "name Lab\r", &root]), 2);
    assert_eq!(refused_in(&[first, lab]), 3);
    assert_eq!(refused_in(&[first, lab, &root, &root]), 4);
    assert_eq!(refused_in(&[first, lab, &root, &format!("key authority {SEED}")]), 4);
    assert_eq!(refused_in(&[first, lab, &root, ""]), 4);
    assert_eq!(refused_in(&[first, lab, &format!("key Root {SEED}")]), 3);
    assert_eq!(refused_in(&[first, lab, &format!("key root  {SEED}")]), 3);
    assert_eq!(refused_in(&[first, lab, &format!("key root {SEED}00")]), 3);
    assert_eq!(refused_in(&[first, lab, &format!("key root {}", SEED.to_uppercase())]), 3);
    assert_eq!(refused_in(&[first, lab, &root[..root.len() - 1]]), 3);
    let many: Vec<_> = (10..=10 + ROLES_MAX).map(|n| format!("key r{n} {SEED}")).collect();
    let lines: Vec<_> = [first, lab].into_iter().chain(many.iter().map(String::as_str)).collect();
    assert_eq!(refused_in(&lines), 3 + ROLES_MAX);

    let mut no_end = text(&[first, lab, &root]);
    no_end.pop();
    assert_eq!(decode(&no_end).unwrap_err(), KeyfileError::BadPayload { line: 3 });
    assert_eq!(decode(b"\xFF").unwrap_err(), KeyfileError::BadPayload { line: 1 });
}

#[test]
fn the_longest_bundle_fits_its_reserved_room() {
    let role = |n: usize| format!("r{n:0width$}", width = ROLE_BYTES_MAX - 1);
    let keys = (0..ROLES_MAX).map(|n| (role(n), Zeroizing::new([0xAB; 32]))).collect();
    let bundle = KeyBundle { name: "x".repeat(NAME_BYTES_MAX), keys };
    let text = encode(&bundle).unwrap();
    assert_eq!(text.len(), TEXT_BYTES_MAX);
    assert_eq!(text.capacity(), TEXT_BYTES_MAX);
    const { assert!(TEXT_BYTES_MAX + 1024 < crate::FILE_BYTES_MAX) };
}

proptest! {
    /// Invariant 3.
    #[test]
    fn a_text_that_is_read_is_the_one_that_is_written(
        name in "[ -~\u{e4}\u{df}]{0,20}",
        keys in proptest::collection::btree_map("[a-z_]{0,4}", any::<[u8; 32]>(), 0..4),
        flip in any::<proptest::sample::Index>(),
        change in 1..=255_u8,
    ) {
        let keys = keys.into_iter().map(|(role, seed)| (role, Zeroizing::new(seed))).collect();
        let bundle = KeyBundle { name, keys };
        if let Ok(mut text) = encode(&bundle) {
            prop_assert_eq!(encode(&decode(&text).unwrap()).unwrap(), text.clone());
            let at = flip.index(text.len());
            text[at] ^= change;
            if let Ok(other) = decode(&text) {
                prop_assert_eq!(encode(&other).unwrap(), text);
            }
        }
    }
}
