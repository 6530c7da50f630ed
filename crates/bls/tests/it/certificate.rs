//! Decision certificates and the rings of keys that they are checked with.

use comity_bls::{
    Certificate, CertificateError, CommitteeKey, Decision, KeyEpoch, KeyRing, Kind, RingError,
    Round, SecretShare, Term,
};
use comity_wire::sha256;

use crate::support::{index, key, ten_of_fifteen};

fn decision() -> Decision {
    Decision {
        kind: Kind::Commitment,
        epoch: 500_000,
        commitment: sha256(b"roots"),
        parameters: sha256(b"parameters"),
    }
}

fn term(key: &CommitteeKey, from: u64) -> Term {
    Term { key_epoch: key.epoch(), group: key.group(), from }
}

/// A committee of one with this secret, for other keys.
fn single(epoch: u64, secret: u8) -> (CommitteeKey, SecretShare) {
    let share = SecretShare::from_bytes(KeyEpoch(epoch), index(1), &[secret; 32]).unwrap();
    (key(epoch, 1, &[[secret; 32]]), share)
}

fn certified() -> (Certificate, KeyRing) {
    let (key, shares) = ten_of_fifteen();
    let partials: Vec<_> = shares[3..13].iter().map(|share| decision().sign(share)).collect();
    let certificate = Certificate::combine(decision(), &key, &partials).unwrap();
    (certificate, KeyRing::new(term(&key, 400_000)))
}

#[test]
fn ten_members_certify_and_nine_with_a_duplicate_do_not() {
    let (certificate, ring) = certified();
    assert_eq!(certificate.verify(&ring, &decision()), Ok(()));
    let (key, shares) = ten_of_fifteen();
    let mut partials: Vec<_> = shares[..9].iter().map(|share| decision().sign(share)).collect();
    let refused = Certificate::combine(decision(), &key, &partials).unwrap_err();
    assert_eq!(refused.code(), "bls.too_few");
    partials.push(partials[0]);
    let refused = Certificate::combine(decision(), &key, &partials).unwrap_err();
    assert_eq!(refused.code(), "bls.duplicate");
}

#[test]
fn a_certificate_for_anything_else_is_refused_by_name() {
    let (certificate, ring) = certified();
    let refused = |wanted: Decision| certificate.verify(&ring, &wanted).unwrap_err();
    let other = Decision { kind: Kind::Decision, ..decision() };
    let (expected, found) = (Kind::Decision, Kind::Commitment);
    assert_eq!(refused(other), CertificateError::OtherKind { expected, found });
    let other = Decision { epoch: 500_001, ..decision() };
    let (expected, found) = (500_001, 500_000);
    assert_eq!(refused(other), CertificateError::OtherEpoch { expected, found });
    let other = Decision { commitment: sha256(b"other"), ..decision() };
    assert_eq!(refused(other).code(), "bls.other_commitment");
    let other = Decision { parameters: sha256(b"other"), ..decision() };
    assert_eq!(refused(other).code(), "bls.other_parameters");
    assert_eq!(refused(Decision { kind: Kind::Handover, ..decision() }).code(), "bls.other_kind");
    assert_eq!(refused(Decision { epoch: 0, ..decision() }).code(), "bls.other_epoch");
}

#[test]
fn a_signature_of_another_domain_is_no_certificate() {
    let (key, shares) = ten_of_fifteen();
    let ring = KeyRing::new(term(&key, 0));
    let (certificate, _) = certified();
    // The committee signs a beacon round, and somebody puts that signature under a decision.
    let message = Round(500_000).message();
    let partials: Vec<_> = shares[..10].iter().map(|share| Round(500_000).sign(share)).collect();
    let signature = key.combine(message.as_bytes(), &partials).unwrap();
    let mut bytes = certificate.encode();
    let at = bytes.len() - 96;
    bytes[at..].copy_from_slice(&signature.to_bytes());
    let forged = Certificate::decode(&bytes).unwrap();
    let refused = forged.verify(&ring, &decision()).unwrap_err();
    assert_eq!((refused, refused.code()), (CertificateError::BadSignature, "bls.bad_certificate"));
    bytes[7] ^= 1;
    assert_eq!(Certificate::decode(&bytes).unwrap_err().code(), "bls.wrong_domain");
}

#[test]
fn every_single_bit_counts() {
    let (certificate, ring) = certified();
    let bytes = certificate.encode();
    assert_eq!(bytes.len(), Certificate::BYTES);
    let mut refused = std::collections::BTreeSet::new();
    for bit in 0..bytes.len() * 8 {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let code = match Certificate::decode(&bytes) {
            Ok(other) => {
                assert_eq!(other.encode(), bytes);
                // Asked about what it says, so that only the signature stands in the way.
                let says = *other.decision();
                assert!(other.verify(&ring, &decision()).is_err());
                other.verify(&ring, &says).unwrap_err().code()
            }
            Err(error) => error.code(),
        };
        refused.insert(code);
    }
    let expected = [
        "bls.bad_certificate",
        "bls.no_key",
        "bls.not_a_point",
        "bls.not_in_subgroup",
        "bls.unknown_kind",
        "bls.wrong_domain",
    ];
    assert!(refused.iter().eq(&expected), "{refused:?}");
}

#[test]
fn keys_count_in_their_own_epochs() {
    let (key, _) = ten_of_fifteen();
    let (next, share) = single(4, 9);
    let ring = KeyRing::new(term(&key, 400_000)).rotate(term(&next, 500_001)).unwrap();
    let (certificate, _) = certified();
    assert_eq!(certificate.verify(&ring, &decision()), Ok(()));

    let early = Certificate::combine(decision(), &next, &[decision().sign(&share)]).unwrap();
    let refused = early.verify(&ring, &decision()).unwrap_err();
    let (signed_by, in_force) = (KeyEpoch(4), KeyEpoch(3));
    assert_eq!(refused, CertificateError::RotatedOut { signed_by, in_force });

    let late = Decision { epoch: 500_001, ..decision() };
    let (key, shares) = ten_of_fifteen();
    let partials: Vec<_> = shares[..10].iter().map(|share| late.sign(share)).collect();
    let by_old = Certificate::combine(late, &key, &partials).unwrap();
    let refused = by_old.verify(&ring, &late).unwrap_err();
    assert_eq!(refused.code(), "bls.rotated_out");

    let before = Decision { epoch: 399_999, ..decision() };
    let partials: Vec<_> = shares[..10].iter().map(|share| before.sign(share)).collect();
    let first = Certificate::combine(before, &key, &partials).unwrap();
    assert_eq!(first.verify(&ring, &before), Err(CertificateError::NoKey(399_999)));
}

#[test]
fn a_ring_only_grows_forward() {
    let (first, _) = single(1, 1);
    let (second, _) = single(2, 2);
    let ring = KeyRing::new(term(&first, 10));
    let refused = ring.rotate(term(&second, 10)).unwrap_err();
    assert_eq!(refused, RingError::NotLater { from: 10, last: 10 });
    assert_eq!(refused.code(), "bls.not_later");
    let refused = ring.rotate(term(&first, 11)).unwrap_err();
    assert_eq!(refused, RingError::NotNextKey { found: KeyEpoch(1), last: KeyEpoch(1) });
    assert_eq!(refused.code(), "bls.not_next_key");
    let mut ring = ring.rotate(term(&second, 11)).unwrap();
    assert_eq!(ring.in_force(9), None);
    assert_eq!(ring.in_force(10).unwrap().key_epoch, KeyEpoch(1));
    assert_eq!(ring.in_force(u64::MAX).unwrap().key_epoch, KeyEpoch(2));
    let full = loop {
        let last = *ring.terms().last().unwrap();
        let next = Term { key_epoch: KeyEpoch(last.key_epoch.0 + 1), from: last.from + 1, ..last };
        match ring.rotate(next) {
            Ok(grown) => ring = grown,
            Err(error) => break error,
        }
    };
    assert_eq!((full.code(), ring.terms().count()), ("bls.ring_full", 406));
}
