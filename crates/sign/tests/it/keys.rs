use comity_sign::{KeyError, MlDsaPublicKey, MlDsaSigningKey, PublicKey, SigningKey, VerifyError};
use comity_wire::KeyId;
use curve25519_dalek::{EdwardsPoint, Scalar};
use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};
use proptest::prelude::*;
use sha2::{Digest as _, Sha512};

#[test]
fn the_first_vector_of_rfc_8032_holds() {
    let seed = comity_wire::hex::decode_array(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    );
    let key = SigningKey::from_seed(seed.unwrap());
    let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    assert_eq!(comity_wire::hex::encode(key.public().as_bytes()), public);
    let signature = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
    assert_eq!(comity_wire::hex::encode(&key.sign(b"")), signature);
    assert_eq!(key.public().verify(b"", &key.sign(b"")), Ok(()));
}

#[test]
fn small_order_and_non_canonical_keys_are_refused() {
    let mut identity = [0; 32];
    identity[0] = 1;
    // y = p + 1 encodes the identity a second time.
    let mut beyond = [0xff; 32];
    beyond[0] = 0xee;
    beyond[31] = 0x7f;
    // y = p - 1: a point of order two.
    let mut order_two = [0xff; 32];
    order_two[0] = 0xec;
    order_two[31] = 0x7f;
    for bytes in [[0; 32], identity, beyond, order_two, [0xff; 32]] {
        assert_eq!(PublicKey::from_bytes(&bytes), Err(KeyError::NotAPoint), "{bytes:02x?}");
    }
}

#[test]
fn a_signature_has_one_byte_form() {
    let key = SigningKey::from_seed([7; 32]);
    let mut signature = key.sign(b"message");
    // Adding the group order to S gives the other solution that lax verifiers accept.
    let order = comity_wire::hex::decode(
        "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
    )
    .unwrap();
    let mut carry = 0_u16;
    for (byte, add) in signature[32..].iter_mut().zip(&order) {
        let sum = u16::from(*byte) + u16::from(*add) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    for public in [key.public(), warm(&key.public())] {
        assert_eq!(public.verify(b"message", &signature), Err(VerifyError::BadSignature));
        assert_eq!(public.verify(b"message", &key.sign(b"message")), Ok(()));
    }
}

/// A key that has checked so many signatures that it has a table.
fn warm(key: &PublicKey) -> PublicKey {
    for _ in 0..300 {
        assert!(key.verify(b"", &[9; 64]).is_err());
    }
    key.clone()
}

/// One encoding of a point of order 8; its multiples are all points of small order.
const ORDER_EIGHT: &str = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";

/// A message, and what a lax verifier takes for its signature.
type Forged = (Vec<u8>, [u8; 64]);

/// `R`, `S` with `R = [S]B - [k]A` for a small-order `R`, and the message: what lax verifiers accept. The key is the public
/// key of `seed` plus a point of order 8, so that every small-order `R` can be had.
fn with_small_r(seed: u8) -> (VerifyingKey, Vec<Forged>) {
    let eighth: [u8; 32] = comity_wire::hex::decode_array(ORDER_EIGHT).unwrap();
    let torsion = VerifyingKey::from_bytes(&eighth).unwrap().to_edwards();
    let secret = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
    let point = secret.verifying_key().to_edwards() + torsion;
    let key = VerifyingKey::from_bytes(&point.compress().0).unwrap();
    let (mut small, mut found) = (torsion, Vec::new());
    for _ in 0..8 {
        let r = small.compress().0;
        assert!(VerifyingKey::from_bytes(&r).unwrap().is_weak());
        // -[k]torsion is R for one message in eight.
        let forged = (0_u32..).find_map(|number| {
            let message = number.to_le_bytes().to_vec();
            let k = Sha512::digest([&r[..], key.as_bytes(), &message].concat());
            let a = secret.to_scalar();
            let mut s = a + -a;
            for byte in k.iter().rev() {
                for bit in (0..8).rev() {
                    s = s + s;
                    s = if byte >> bit & 1 == 1 { s + a } else { s };
                }
            }
            let mut signature = [0; 64];
            signature[..32].copy_from_slice(&r);
            signature[32..].copy_from_slice(&s.to_bytes());
            let is_it = key.verify(&message, &Signature::from_bytes(&signature)).is_ok();
            is_it.then_some((message, signature))
        });
        found.extend(forged);
        small += torsion;
    }
    (key, found)
}

#[test]
fn a_signature_with_a_small_order_r_is_refused_for_each_of_the_eight() {
    let (key, forged) = with_small_r(9);
    let ours = PublicKey::from_bytes(key.as_bytes()).unwrap();
    let points: std::collections::BTreeSet<&[u8]> =
        forged.iter().map(|(_, signature)| &signature[..32]).collect();
    assert_eq!(points.len(), 8);
    for (message, bytes) in &forged {
        let signature = Signature::from_bytes(bytes);
        assert!(key.verify(message, &signature).is_ok(), "the forgery is a good one");
        assert!(key.verify_strict(message, &signature).is_err());
        assert_eq!(ours.verify(message, bytes), Err(VerifyError::BadSignature));
        assert_eq!(warm(&ours).verify(message, bytes), Err(VerifyError::BadSignature));
    }
}

/// A key with a part of small order verifies under the equation without the cofactor, with a table and without.
#[test]
fn a_key_of_mixed_order_is_checked_as_the_library_does() {
    let (key, _) = with_small_r(3);
    let ours = PublicKey::from_bytes(key.as_bytes()).unwrap();
    let table = warm(&PublicKey::from_bytes(key.as_bytes()).unwrap());
    let secret = ed25519_dalek::SigningKey::from_bytes(&[3; 32]);
    let mut good = 0;
    for number in 0_u32..64 {
        // A signature whose hash covers the mixed key: right if the hash is a multiple of eight.
        let message = number.to_le_bytes();
        let r = Scalar::from(u64::from(number) + 1);
        let point = EdwardsPoint::mul_base(&r).compress();
        let hash = Sha512::digest([point.as_bytes(), key.as_bytes(), &message[..]].concat());
        let k = Scalar::from_bytes_mod_order_wide(&hash.into());
        let s = r + k * secret.to_scalar();
        let signature = Signature::from_components(point.to_bytes(), s.to_bytes());
        let strict = key.verify_strict(&message, &signature).is_ok();
        for public in [&ours, &table] {
            assert_eq!(public.verify(&message, &signature.to_bytes()).is_ok(), strict);
        }
        good += u32::from(strict);
    }
    assert!((1..64).contains(&good), "{good} of 64");
}

#[test]
fn every_encoding_of_a_y_that_is_not_reduced_is_refused() {
    for low in 0xed..=0xff_u8 {
        for high in [0x7f, 0xff] {
            let mut bytes = [0xff; 32];
            (bytes[0], bytes[31]) = (low, high);
            assert_eq!(PublicKey::from_bytes(&bytes), Err(KeyError::NotAPoint), "{bytes:02x?}");
        }
    }
}

#[test]
fn a_key_survives_its_name_and_other_codecs_are_refused() {
    let key = SigningKey::from_seed([1; 32]).public();
    assert_eq!(PublicKey::from_key_id(&key.key_id()), Ok(key.clone()));
    assert!(key.key_id().as_str().starts_with("did:key:z6Mk"));
    let post_quantum = MlDsaSigningKey::from_seed([1; 32]).public();
    assert_eq!(MlDsaPublicKey::from_key_id(&post_quantum.key_id()), Ok(post_quantum.clone()));
    assert_eq!(PublicKey::from_key_id(&post_quantum.key_id()), Err(KeyError::NotADidKey));
    assert_eq!(MlDsaPublicKey::from_key_id(&key.key_id()), Err(KeyError::NotADidKey));
}

#[test]
fn secrets_do_not_print() {
    let key = SigningKey::from_seed([0x5a; 32]);
    let text = format!("{key:?} {:?}", MlDsaSigningKey::from_seed([0x5a; 32]));
    assert!(!text.contains("5a5a") && !text.contains("90, 90"), "{text}");
}

proptest! {
    #[test]
    fn a_changed_message_or_signature_is_refused(
        seed in any::<[u8; 32]>(), message in prop::collection::vec(any::<u8>(), 1..80),
        at in any::<prop::sample::Index>(), bit in 0_u8..8,
    ) {
        let key = SigningKey::from_seed(seed);
        let signature = key.sign(&message);
        let mut changed = message.clone();
        changed[at.index(message.len())] ^= 1 << bit;
        prop_assert_eq!(key.public().verify(&changed, &signature), Err(VerifyError::BadSignature));
        let mut bent = signature;
        bent[at.index(64)] ^= 1 << bit;
        prop_assert_eq!(key.public().verify(&message, &bent), Err(VerifyError::BadSignature));
    }

    /// The library's strict check is the oracle: whatever the bytes, both say the same.
    #[test]
    fn strict_verification_is_the_librarys(
        seed in any::<[u8; 32]>(), message in prop::collection::vec(any::<u8>(), 0..80),
        how in 0_u8..6, noise in any::<[u8; 32]>(), at in any::<prop::sample::Index>(), bit in 0_u8..8,
    ) {
        let key = SigningKey::from_seed(seed);
        let oracle = VerifyingKey::from_bytes(key.public().as_bytes()).unwrap();
        let mut signature = key.sign(&message);
        match how {
            0 => {}
            1 => signature[at.index(64)] ^= 1 << bit,
            2 => signature[..32].copy_from_slice(&noise),
            3 => signature[32..].copy_from_slice(&noise),
            4 => signature[..32].copy_from_slice(&[0xff; 32]),
            _ => signature[63] |= 0xe0,
        }
        let strict = oracle.verify_strict(&message, &Signature::from_bytes(&signature)).is_ok();
        prop_assert_eq!(key.public().verify(&message, &signature).is_ok(), strict);
        prop_assert_eq!(warm(&key.public()).verify(&message, &signature).is_ok(), strict);
        prop_assert_eq!(strict, how == 0);
    }

    /// A key is accepted if the library reads it, it is not weak, and it is the encoding of its own point.
    #[test]
    fn accepted_keys_are_canonical_points_of_large_order(
        mut bytes in any::<[u8; 32]>(), low in any::<u8>(), fill in any::<bool>(), high in any::<u8>(),
    ) {
        if fill {
            bytes = [0xff; 32];
            (bytes[0], bytes[31]) = (low, high);
        }
        let is_good = VerifyingKey::from_bytes(&bytes).is_ok_and(|key| {
            !key.is_weak() && key.to_edwards().compress().as_bytes() == &bytes
        });
        prop_assert_eq!(PublicKey::from_bytes(&bytes).is_ok(), is_good);
    }

    #[test]
    fn no_name_makes_a_key_reader_panic(text in "did:key:z[1-9A-HJ-NP-Za-km-z]{1,80}") {
        let id = KeyId::parse(&text).unwrap();
        let _ = (PublicKey::from_key_id(&id), MlDsaPublicKey::from_key_id(&id));
    }
}
