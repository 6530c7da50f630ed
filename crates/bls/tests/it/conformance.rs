//! The shared vectors, files of other sizes, and what must happen when a file is wrong.

use comity_bls::conformance::{Case, bls_threshold};
use comity_wire::hex;
use serde_json::{Value, json};

use crate::support::{evaluate, key, shared};

fn failed(cases: &[Case]) -> Vec<&str> {
    cases.iter().filter(|case| !case.complaints.is_empty()).map(|case| case.name.as_str()).collect()
}

#[test]
fn every_shared_case_passes() {
    let cases = bls_threshold(&shared());
    assert_eq!((cases.len(), failed(&cases)), (27, vec![]), "{cases:?}");
}

#[test]
fn each_wrong_value_is_noticed() {
    let swap = |pointer: &str, other: &str| {
        let mut file = shared();
        let value = file.pointer(other).unwrap().clone();
        *file.pointer_mut(pointer).unwrap() = value;
        failed(&bls_threshold(&file)).iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(swap("/group_public_key", "/shares/0/public_key"), ["group_public_key"]);
    let partial = "/shares/2/partial_signature";
    assert_eq!(swap("/combined_signature", partial), ["combined_signature"]);
    assert_eq!(swap("/shares/3/secret_hex", "/shares/2/secret_hex"), ["share 4"]);
    assert_eq!(swap("/shares/3/public_key", "/shares/2/public_key"), ["share 4"]);
    assert_eq!(swap("/shares/3/partial_signature", partial), ["share 4"]);
    assert_eq!(swap("/shares/3/index", "/shares/2/index"), ["share 4"]);
    assert_eq!(
        swap("/nine_of_fifteen_interpolation_must_fail", "/combined_signature"),
        ["nine_of_fifteen_interpolation_must_fail"]
    );
    assert!(swap("/message_hex", "/dst") == ["setting"]);
    assert!(!swap("/dst", "/message_hex").is_empty());
    assert!(!swap("/message_hex", "/combined_signature").is_empty());
    assert_eq!(
        swap("/n", "/t"),
        [
            "n",
            "share 11",
            "share 12",
            "share 13",
            "share 14",
            "share 15",
            "subset [6,7,8,9,10,11,12,13,14,15]",
            "too few of [6,7,8,9,10,11,12,13,14,15]",
            "subset [1,3,5,7,9,11,13,15,2,4]",
            "too few of [1,3,5,7,9,11,13,15,2,4]",
            "subset [1,2,3,4,5,6,7,8,9,10,11]",
            "too few of [1,2,3,4,5,6,7,8,9,10,11]"
        ]
    );
    assert_eq!(swap("/t", "/n"), ["setting"]);
}

#[test]
fn a_subset_that_is_too_small_or_says_a_share_twice_fails() {
    let mut file = shared();
    file["subsets_giving_it"] =
        json!([[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 5, 6, 7, 8, 9, 9], [0], [16], "x"]);
    let cases = bls_threshold(&file);
    let subsets = cases.iter().filter(|case| case.name.starts_with("subset"));
    assert!(subsets.clone().all(|case| !case.complaints.is_empty()), "{cases:?}");
    assert_eq!(subsets.count(), 5);
}

#[test]
fn a_file_without_its_parts_fails_by_name() {
    for name in ["shares", "subsets_giving_it", "combined_signature", "group_public_key"] {
        let mut file = shared();
        file.as_object_mut().unwrap().remove(name);
        assert!(failed(&bls_threshold(&file)).contains(&name), "{name}");
    }
    for name in ["t", "n", "dst", "message_hex", "polynomial_coefficients_hex"] {
        let mut file = shared();
        file.as_object_mut().unwrap().remove(name);
        assert!(!failed(&bls_threshold(&file)).is_empty(), "{name}");
    }
    assert_eq!(failed(&bls_threshold(&Value::Null)), ["setting"]);
}

/// A file of the same shape for another committee and another message.
fn file_of(threshold: u8, members: u16, message: &[u8]) -> Value {
    let coefficients: Vec<[u8; 32]> = (1..=threshold).map(|number| [number; 32]).collect();
    let key = key(9, members, &coefficients);
    let shares: Vec<_> = (1..=members).map(|number| evaluate(&coefficients, number)).collect();
    let partials: Vec<_> = shares.iter().map(|share| share.sign(message)).collect();
    let quorum = usize::from(threshold);
    let combined = key.combine(message, &partials[partials.len() - quorum..]).unwrap();
    let line = |share: &comity_bls::SecretShare| {
        json!({
            "index": share.index().get(),
            "secret_hex": hex::encode(&share.expose()),
            "public_key": share.public().to_string(),
            "partial_signature": hex::encode(&share.sign(message).point()),
        })
    };
    json!({
        "n": members,
        "t": threshold,
        "dst": "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_",
        "message_hex": hex::encode(message),
        "group_public_key": key.group().to_string(),
        "polynomial_coefficients_hex":
            coefficients.iter().map(|scalar| hex::encode(scalar)).collect::<Vec<_>>(),
        "shares": shares.iter().map(line).collect::<Vec<_>>(),
        "combined_signature": combined.to_string(),
        "subsets_giving_it": [(1..=threshold).collect::<Vec<_>>()],
        "one_too_few_interpolation_must_fail": hex::encode(&partials[0].point()),
    })
}

#[test]
fn files_of_other_sizes_and_messages_pass() {
    for (threshold, members, message) in [(2, 3, &b""[..]), (5, 7, b"m"), (20, 29, &[7; 300])] {
        let cases = bls_threshold(&file_of(threshold, members, message));
        assert_eq!(failed(&cases), Vec::<&str>::new(), "{threshold} of {members}");
        assert_eq!(cases.len(), usize::from(members) + 6);
    }
}

#[test]
fn a_list_of_keys_is_run_key_by_key() {
    let mut second = file_of(2, 3, b"m");
    second["name"] = json!("two of three");
    second["message_hex"] = json!("00");
    let file = json!({ "cases": [file_of(5, 7, b"m"), second, 7] });
    let cases = bls_threshold(&file);
    assert_eq!(cases.len(), 13 + 9 + 1);
    let failed = failed(&cases);
    assert!(failed.contains(&"two of three/combined_signature"), "{failed:?}");
    assert!(failed.contains(&"key 3/setting"), "{failed:?}");
    assert!(!failed.iter().any(|name| name.starts_with("key 1/")), "{failed:?}");
}
