//! Keys for tests.

use comity_bls::{CommitteeKey, Index, KeyEpoch, PartialSignature, SecretShare};
use comity_wire::{hex, json};
use serde_json::Value;

pub(crate) fn shared() -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors/constitution/");
    json::parse(&std::fs::read(format!("{folder}bls_threshold.json")).unwrap()).unwrap()
}

pub(crate) fn unhex(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

pub(crate) fn index(number: u16) -> Index {
    Index::new(number).unwrap()
}

/// The key of the shared vectors as a committee's key, with its shares.
pub(crate) fn ten_of_fifteen() -> (CommitteeKey, Vec<SecretShare>) {
    let file = shared();
    let secrets: Vec<[u8; 32]> = file["shares"]
        .as_array()
        .unwrap()
        .iter()
        .map(|share| unhex(&share["secret_hex"]).try_into().unwrap())
        .collect();
    let coefficients: Vec<[u8; 32]> = file["polynomial_coefficients_hex"]
        .as_array()
        .unwrap()
        .iter()
        .map(|coefficient| unhex(coefficient).try_into().unwrap())
        .collect();
    (key(3, 15, &coefficients), shares(3, &secrets))
}

/// The committee's key whose polynomial has these coefficients.
pub(crate) fn key(epoch: u64, members: u16, coefficients: &[[u8; 32]]) -> CommitteeKey {
    let threshold = u16::try_from(coefficients.len()).unwrap();
    let mut bytes = [CommitteeKey::TAG.as_bytes(), &[0], &epoch.to_be_bytes()].concat();
    bytes.extend(threshold.to_be_bytes());
    bytes.extend(members.to_be_bytes());
    for coefficient in coefficients {
        let commitment = SecretShare::from_bytes(KeyEpoch(0), index(1), coefficient).unwrap();
        bytes.extend(commitment.public().to_bytes());
    }
    CommitteeKey::decode(&bytes).unwrap()
}

fn shares(epoch: u64, secrets: &[[u8; 32]]) -> Vec<SecretShare> {
    let share = |(place, secret)| {
        let place = u16::try_from(place).unwrap();
        SecretShare::from_bytes(KeyEpoch(epoch), index(place + 1), secret).unwrap()
    };
    secrets.iter().enumerate().map(share).collect()
}

pub(crate) fn sign(shares: &[SecretShare], message: &[u8]) -> Vec<PartialSignature> {
    shares.iter().map(|share| share.sign(message)).collect()
}

/// The share of `number`, computed with 64-bit words apart from the crate's own arithmetic.
pub(crate) fn evaluate(coefficients: &[[u8; 32]], number: u16) -> SecretShare {
    let sum = coefficients
        .iter()
        .rev()
        .fold([0; 32], |sum, coefficient| add(&times(&sum, number), coefficient));
    SecretShare::from_bytes(KeyEpoch(9), index(number), &sum).unwrap()
}

const ORDER: [u8; 32] = [
    0x73, 0xed, 0xa7, 0x53, 0x29, 0x9d, 0x7d, 0x48, 0x33, 0x39, 0xd8, 0x08, 0x09, 0xa1, 0xd8, 0x05,
    0x53, 0xbd, 0xa4, 0x02, 0xff, 0xfe, 0x5b, 0xfe, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01,
];

fn times(value: &[u8; 32], number: u16) -> [u8; 32] {
    (0..number).fold([0; 32], |sum, _| add(&sum, value))
}

/// Both are below the order, and so is the sum.
fn add(one: &[u8; 32], two: &[u8; 32]) -> [u8; 32] {
    let mut sum = [0; 32];
    let mut carry = 0_u16;
    for place in (0..32).rev() {
        carry += u16::from(one[place]) + u16::from(two[place]);
        sum[place] = carry.to_be_bytes()[1];
        carry >>= 8;
    }
    while ORDER <= sum {
        let mut borrow = 0_i16;
        for place in (0..32).rev() {
            borrow += i16::from(sum[place]) - i16::from(ORDER[place]);
            sum[place] = borrow.to_be_bytes()[1];
            borrow >>= 8;
        }
    }
    sum
}
