//! The committee's beacon, and rounds that drand's networks published.

use comity_bls::{
    Beacon, Round,
    drand::{Chained, MAINNET_KEY, QUICKNET_KEY, Unchained},
};
use comity_wire::{hex, sha256};

use crate::support::ten_of_fifteen;

#[test]
fn any_ten_members_make_the_same_value() {
    let (key, shares) = ten_of_fifteen();
    let partials: Vec<_> = shares.iter().map(|share| Round(7).sign(share)).collect();
    let beacon = Beacon::combine(Round(7), &key, &partials[..10]).unwrap();
    assert_eq!(Beacon::combine(Round(7), &key, &partials[5..]), Ok(beacon));
    let value = beacon.verify(&key.group()).unwrap();
    let bytes = beacon.encode();
    assert_eq!(value, sha256(&bytes[bytes.len() - 96..]));
    assert_eq!(Beacon::decode(&bytes), Ok(beacon));
    assert_eq!(Beacon::decode(&bytes[1..]).unwrap_err().code(), "bls.wrong_length");
    // The same signature under another number is nothing.
    let mut other = bytes.clone();
    other[bytes.len() - 97] ^= 1;
    let other = Beacon::decode(&other).unwrap();
    assert_eq!(other.round(), Round(6));
    assert_eq!(other.verify(&key.group()).unwrap_err().code(), "bls.bad_signature");
    assert_eq!(Beacon::combine(Round(7), &key, &partials[..9]).unwrap_err().code(), "bls.too_few");
    let refused = Beacon::combine(Round(8), &key, &partials).unwrap_err();
    assert_eq!(refused.code(), "bls.bad_partial");
}

fn unhex(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap()
}

/// Rounds of quicknet as its servers publish them: round, signature, randomness.
const QUICKNET: [(u64, &str, &str); 2] = [
    (
        1000,
        "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
        "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd",
    ),
    (
        657_413,
        "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b",
        "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587",
    ),
];

#[test]
fn published_rounds_of_quicknet_verify() {
    let network = Unchained::new(&unhex(QUICKNET_KEY)).unwrap();
    for (round, signature, randomness) in QUICKNET {
        let signature = unhex(signature);
        let value = network.verify(round, &signature).unwrap();
        assert_eq!(value, sha256(&signature), "{randomness}");
        assert_eq!(value.to_string(), randomness);
        let refused = network.verify(round + 1, &signature).unwrap_err();
        assert_eq!(refused.code(), "bls.bad_signature");
        let refused = network.verify(round, &signature[1..]).unwrap_err();
        assert_eq!(refused.code(), "bls.wrong_length");
    }
}

/// Rounds of the first network: round, previous signature, signature, randomness.
const MAINNET: [(u64, &str, &str, &str); 2] = [
    (
        1337,
        "80d95247ddf1bb3acf5738497a5f10406be283144603f63d714bb1a44ff6b93285ae2697fffeb50c68862bd9fbecd4b204b1798d2686b4ac5d573615031d9d67e6168bde9a7adf1161430a498ca701a25c216aee3e38ffd5290369034fa050a2",
        "945b08dcb30e24da281ccf14a646f0630ceec515af5c5895e18cc1b19edd65d156b71c776a369af3487f1bc6af1062500b059e01095cc0eedce91713977d7735cac675554edfa0d0481bb991ed93d333d08286192c05bf6b65d20f23a37fc7bb",
        "2660664f8d4bc401194d80d81da20a1e79480f65b8e2d205aecbd143b5bfb0d3",
    ),
    (
        3_311_596,
        "8ed588f2a7716fb1349e2d9803da5db0005e98a83783c353d4a08f183236a9ad91d70ddb01266f4b7c576983db464b430e65680b9e0098552758afd6c1e6afcb77e3f62fe1b93d42d1cb63abbb2205512fe12fbf74ea9c5ac3b8f5c1e283a1d8",
        "a696b9409ababce45749c3a4ec369074453dd4a79967734e1390d969c8ad8d98897d217b9121e92c8ddebbddda8d92f900e3bd6bf9deb166863b1a19390d743f82774001487594c5c09e581db7365f02b70a2c8cc41ce32446ef08e4890c4754",
        "647c07b2abbf7ff2afb4d670214f565e5cd9f9c91bfdcecb59a21f3c78d73920",
    ),
];

#[test]
fn published_rounds_of_the_first_network_verify() {
    let network = Chained::new(&unhex(MAINNET_KEY)).unwrap();
    for (round, previous, signature, randomness) in MAINNET {
        let (previous, signature) = (unhex(previous), unhex(signature));
        let value = network.verify(round, &previous, &signature).unwrap();
        assert_eq!(value.to_string(), randomness);
        let refused = network.verify(round + 1, &previous, &signature).unwrap_err();
        assert_eq!(refused.code(), "bls.bad_signature");
        let refused = network.verify(round, &signature, &previous).unwrap_err();
        assert_eq!(refused.code(), "bls.bad_signature");
        let refused = network.verify(round, &previous[1..], &signature).unwrap_err();
        assert_eq!(refused.code(), "bls.wrong_length");
        let refused = network.verify(1, &previous, &signature).unwrap_err();
        assert_eq!(refused.code(), "bls.wrong_length");
    }
}
