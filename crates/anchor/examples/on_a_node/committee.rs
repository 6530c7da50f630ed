//! Committees for the checks: ten of fifteen, on polynomials with small coefficients, so that plain integers are enough.

use comity_anchor::{Publication, Rotation};
use comity_bls::{
    Certificate, CommitteeKey, Decision, Index, KeyEpoch, Kind, PartialSignature, SecretShare,
};
use comity_wire::{Digest, sha256};

const THRESHOLD: u16 = 10;
const MEMBERS: u16 = 15;
/// The order of the groups.
const ORDER: [u8; 32] = [
    0x73, 0xed, 0xa7, 0x53, 0x29, 0x9d, 0x7d, 0x48, 0x33, 0x39, 0xd8, 0x08, 0x09, 0xa1, 0xd8, 0x05,
    0x53, 0xbd, 0xa4, 0x02, 0xff, 0xfe, 0x5b, 0xfe, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01,
];

pub(crate) struct Committee {
    pub(crate) key: CommitteeKey,
    values: Vec<i128>,
    shares: Vec<SecretShare>,
}

/// The number as an element of the scalar field.
fn scalar(value: i128) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[16..].copy_from_slice(&value.unsigned_abs().to_be_bytes());
    if value < 0 {
        let mut borrow = 0;
        for at in (0..32).rev() {
            let digit = i16::from(ORDER[at]) - i16::from(bytes[at]) - borrow;
            borrow = i16::from(digit < 0);
            bytes[at] = digit.to_be_bytes()[1];
        }
    }
    bytes
}

fn share(epoch: u64, number: u16, value: i128) -> SecretShare {
    let index = Index::new(number).unwrap();
    SecretShare::from_bytes(KeyEpoch(epoch), index, &scalar(value)).unwrap()
}

impl Committee {
    pub(crate) fn new(epoch: u64, seed: &str) -> Self {
        let coefficient = |at: u16| {
            let hash = sha256(format!("{seed}/{at}").as_bytes());
            i128::from(u64::from_be_bytes(*hash.as_bytes().first_chunk().unwrap()))
        };
        let coefficients: Vec<i128> = (0..THRESHOLD).map(coefficient).collect();
        let mut bytes = [CommitteeKey::TAG.as_bytes(), &[0], &epoch.to_be_bytes()].concat();
        bytes.extend(THRESHOLD.to_be_bytes());
        bytes.extend(MEMBERS.to_be_bytes());
        for coefficient in &coefficients {
            bytes.extend(share(0, 1, *coefficient).public().to_bytes());
        }
        let value = |x: u16| coefficients.iter().rev().fold(0, |sum, c| sum * i128::from(x) + c);
        let values: Vec<i128> = (1..=MEMBERS).map(value).collect();
        let shares = (1..=MEMBERS).zip(&values).map(|(x, y)| share(epoch, x, *y)).collect();
        Self { key: CommitteeKey::decode(&bytes).unwrap(), values, shares }
    }

    /// Ten of the fifteen, whichever.
    pub(crate) fn certify(&self, decision: Decision) -> Certificate {
        let chosen = self.shares.iter().skip(3).take(THRESHOLD.into());
        let partials: Vec<PartialSignature> = chosen.map(|share| decision.sign(share)).collect();
        Certificate::combine(decision, &self.key, &partials).unwrap()
    }

    /// What the first `count` shares make when they are interpolated as if they were enough. For the indices from 1 to
    /// `count` the weights at zero are binomial coefficients with alternating signs; signing with the sum of the shares is
    /// the same as summing what they sign.
    pub(crate) fn interpolated(&self, decision: Decision, count: usize) -> Certificate {
        let mut weight = 1_i128;
        let mut sum = 0_i128;
        for (at, value) in (1_i128..).zip(self.values.iter().take(count)) {
            weight = weight * (i128::try_from(count).unwrap() - at + 1) / at;
            sum += if at % 2 == 1 { weight * value } else { -weight * value };
        }
        let signature = decision.sign(&share(0, 1, sum)).point();
        let mut bytes = self.certify(decision).encode();
        let at = bytes.len() - signature.len();
        bytes[at..].copy_from_slice(&signature);
        Certificate::decode(&bytes).unwrap()
    }

    pub(crate) fn publication(&self, decision: Decision, previous: Digest) -> Publication {
        Publication { certificate: self.certify(decision), previous, payload: Vec::new() }
    }

    /// The handover to `next`, in this epoch.
    pub(crate) fn hand_over(&self, next: &Self, epoch: u64) -> Rotation {
        let commitment = sha256(&next.key.encode());
        let parameters = parameters();
        let decision = Decision { kind: Kind::Handover, epoch, commitment, parameters };
        Rotation { certificate: self.certify(decision), next: next.key.clone() }
    }
}

pub(crate) fn parameters() -> Digest {
    sha256(b"parameters")
}

/// The commitment of an epoch.
pub(crate) fn commitment(epoch: u64) -> Decision {
    let commitment = sha256(&epoch.to_be_bytes());
    Decision { kind: Kind::Commitment, epoch, commitment, parameters: parameters() }
}

/// What a chamber decided in an epoch.
pub(crate) fn verdict(epoch: u64, what: &str) -> Decision {
    let commitment = sha256(what.as_bytes());
    Decision { kind: Kind::Decision, epoch, commitment, parameters: parameters() }
}
