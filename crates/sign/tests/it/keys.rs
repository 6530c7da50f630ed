use comity_sign::{KeyError, MlDsaPublicKey, MlDsaSigningKey, PublicKey, SigningKey, VerifyError};
use comity_wire::KeyId;
use proptest::prelude::*;

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
    assert_eq!(key.public().verify(b"message", &signature), Err(VerifyError::BadSignature));
}

#[test]
fn a_key_survives_its_name_and_other_codecs_are_refused() {
    let key = SigningKey::from_seed([1; 32]).public();
    assert_eq!(PublicKey::from_key_id(&key.key_id()), Ok(key));
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

    #[test]
    fn no_name_makes_a_key_reader_panic(text in "did:key:z[1-9A-HJ-NP-Za-km-z]{1,80}") {
        let id = KeyId::parse(&text).unwrap();
        let _ = (PublicKey::from_key_id(&id), MlDsaPublicKey::from_key_id(&id));
    }
}
