use curve25519_dalek::constants::{ED25519_BASEPOINT_TABLE, EIGHT_TORSION};
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use ed25519_dalek::VerifyingKey;
use sha2::{Digest as _, Sha512};

use super::*;

#[test]
fn the_table_holds_every_point_of_small_order() {
    let mut points: Vec<[u8; 32]> =
        EIGHT_TORSION.iter().map(|point| point.compress().to_bytes()).collect();
    let mut table = SMALL_ORDER.to_vec();
    points.sort_unstable();
    table.sort_unstable();
    assert_eq!(points, table);
}

fn challenge(r: &EdwardsPoint, key: &EdwardsPoint, message: &[u8]) -> Scalar {
    let hash = Sha512::new()
        .chain_update(r.compress().as_bytes())
        .chain_update(key.compress().as_bytes())
        .chain_update(message);
    Scalar::from_bytes_mod_order_wide(&hash.finalize().into())
}

/// Signatures whose R is of small order and for which the plain equation holds. The key has a part of small order too,
/// so that any of the eight can come out.
#[test]
fn a_small_r_that_satisfies_the_equation_is_refused_as_verify_strict_refuses_it() {
    let secret = Scalar::from(0x00c0_ffee_u64);
    let mut met = std::collections::BTreeSet::new();
    for torsion in EIGHT_TORSION {
        let point = &secret * ED25519_BASEPOINT_TABLE + torsion;
        let bytes = point.compress().to_bytes();
        let (ours, dalek) =
            (PublicKey::from_bytes(&bytes).unwrap(), VerifyingKey::from_bytes(&bytes).unwrap());
        for r in EIGHT_TORSION {
            for number in 0..64_u32 {
                let message = number.to_be_bytes();
                let k = challenge(&r, &point, &message);
                if -(torsion * k) != r {
                    continue;
                }
                let mut signature = [0; 64];
                signature[..32].copy_from_slice(r.compress().as_bytes());
                signature[32..].copy_from_slice((k * secret).as_bytes());
                let plain = Signature::from_bytes(&signature);
                assert!(dalek.verify(&message, &plain).is_ok());
                assert!(dalek.verify_strict(&message, &plain).is_err());
                assert_eq!(ours.verify(&message, &signature), Err(VerifyError::BadSignature));
                met.insert(r.compress().to_bytes());
            }
        }
    }
    assert_eq!(met.len(), 8, "every point of small order was tried");
}

#[test]
fn an_r_that_is_not_canonical_or_no_point_is_refused() {
    let key = SigningKey::from_seed([1; 32]);
    let good = key.sign(b"message");
    assert_eq!(key.public().verify(b"message", &good), Ok(()));
    // y = p + 1 stands for the identity in a second spelling; y = 2 is on no point.
    for head in [[0xee, 0xff, 0x7f], [2, 0, 0]] {
        let mut signature = good;
        signature[..32].fill(head[1]);
        (signature[0], signature[31]) = (head[0], head[2]);
        assert_eq!(key.public().verify(b"message", &signature), Err(VerifyError::BadSignature));
    }
}
