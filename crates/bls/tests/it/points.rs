//! Decoding: one form each, of the right order, not infinity.

use comity_bls::{
    CommitteeKey, DecodeError, GroupKey, Index, KeyEpoch, Member, MemberKey, MemberSecret,
    PartialSignature, Quorum, SecretShare, ThresholdSignature,
};

use crate::support::{index, ten_of_fifteen};

/// The compressed form of some point with the x-coordinate `x`, if there is one.
fn with_x<const N: usize>(x: u8) -> [u8; N] {
    let mut bytes = [0; N];
    bytes[0] = 0x80;
    bytes[N - 1] = x;
    bytes
}

#[test]
fn points_of_other_orders_and_no_points_are_told_apart() {
    let mut codes = std::collections::BTreeSet::new();
    for x in 1..=60 {
        codes.insert(GroupKey::from_bytes(&with_x::<48>(x)).unwrap_err().code());
        codes.insert(ThresholdSignature::from_bytes(&with_x::<96>(x)).unwrap_err().code());
    }
    let expected = ["bls.not_a_point", "bls.not_in_subgroup"];
    assert!(codes.iter().eq(&expected), "{codes:?}");
    // Both groups have points of both kinds among these.
    let kinds = |refused: &dyn Fn(u8) -> DecodeError| {
        let found: Vec<_> = (1..=60).map(refused).collect();
        found.contains(&DecodeError::NotAPoint) && found.contains(&DecodeError::NotInSubgroup)
    };
    assert!(kinds(&|x| GroupKey::from_bytes(&with_x::<48>(x)).unwrap_err()));
    assert!(kinds(&|x| ThresholdSignature::from_bytes(&with_x::<96>(x)).unwrap_err()));
}

#[test]
fn infinity_is_refused_in_every_spelling() {
    let mut zero = [0; 48];
    zero[0] = 0xc0;
    assert_eq!(GroupKey::from_bytes(&zero), Err(DecodeError::Infinity));
    assert_eq!(MemberKey::from_bytes(&zero), Err(DecodeError::Infinity));
    let mut other = zero;
    other[0] = 0xe0;
    assert_eq!(GroupKey::from_bytes(&other), Err(DecodeError::NotAPoint));
    other = zero;
    other[47] = 1;
    assert_eq!(GroupKey::from_bytes(&other), Err(DecodeError::NotAPoint));
    let mut zero = [0; 96];
    zero[0] = 0xc0;
    assert_eq!(ThresholdSignature::from_bytes(&zero), Err(DecodeError::Infinity));
}

#[test]
fn an_x_that_is_not_reduced_and_uncompressed_forms_are_refused() {
    // The prime itself, which would be another spelling of zero.
    let prime = "9a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab";
    let prime = comity_wire::hex::decode(prime).unwrap();
    assert_eq!(GroupKey::from_bytes(&prime), Err(DecodeError::NotAPoint));
    let key = ten_of_fifteen().0.group().to_bytes();
    let mut plain = key;
    plain[0] &= 0x7f;
    assert_eq!(GroupKey::from_bytes(&plain), Err(DecodeError::NotAPoint));
    for length in [0, 47, 49, 96] {
        let bytes = vec![0x80; length];
        let expected = DecodeError::WrongLength { expected: 48, found: length };
        assert_eq!(GroupKey::from_bytes(&bytes), Err(expected));
    }
    assert_eq!(GroupKey::from_bytes(&key).unwrap().to_bytes(), key);
}

#[test]
fn secrets_are_scalars_from_one_to_the_order() {
    let order = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";
    let order: [u8; 32] = comity_wire::hex::decode_array(order).unwrap();
    let mut last = order;
    last[31] = 0;
    let share = |scalar: &[u8; 32]| SecretShare::from_bytes(KeyEpoch(0), index(1), scalar);
    assert_eq!(share(&[0; 32]).unwrap_err(), DecodeError::BadScalar);
    assert_eq!(share(&order).unwrap_err(), DecodeError::BadScalar);
    assert_eq!(share(&[0xff; 32]).unwrap_err(), DecodeError::BadScalar);
    assert_eq!(share(&last).unwrap().expose(), last);
}

#[test]
fn secrets_are_not_printed() {
    let mut share = SecretShare::from_bytes(KeyEpoch(1), index(2), &[7; 32]).unwrap();
    assert_eq!(format!("{share:?}"), "SecretShare { epoch: 1, index: 2, scalar: *** }");
    assert_eq!(format!("{:?}", MemberSecret::from_seed(&[7; 32])), "MemberSecret(***)");
    share.erase();
    assert_eq!(share.expose(), [0; 32]);
}

#[test]
fn indices_and_quorums_are_bounded() {
    assert_eq!(Index::new(0), Err(DecodeError::BadIndex(0)));
    assert!(Index::new(1024).is_ok());
    assert_eq!(Index::new(1025), Err(DecodeError::BadIndex(1025)));
    for (threshold, members) in [(0, 5), (6, 5), (1, 1025), (0, 0)] {
        let refused = DecodeError::BadQuorum { threshold, members };
        assert_eq!(Quorum::new(threshold, members), Err(refused));
    }
    assert!(Quorum::new(8, 15).unwrap().is_majority());
    assert!(
        !Quorum::new(7, 15).unwrap().is_majority() && !Quorum::new(7, 14).unwrap().is_majority()
    );
}

#[test]
fn what_is_encoded_is_decoded_and_nothing_else() {
    let (key, shares) = ten_of_fifteen();
    let partial = shares[4].sign(b"message");
    assert_eq!(PartialSignature::decode(&partial.encode()), Ok(partial));
    let mut zero = partial.encode();
    zero[8..10].fill(0);
    assert_eq!(PartialSignature::decode(&zero), Err(DecodeError::BadIndex(0)));
    let refused = PartialSignature::decode(&partial.encode()[1..]).unwrap_err();
    assert_eq!(refused.code(), "bls.wrong_length");

    let bytes = key.encode();
    assert_eq!(CommitteeKey::decode(&bytes).as_ref(), Ok(&key));
    for length in 0..bytes.len() {
        assert!(CommitteeKey::decode(&bytes[..length]).is_err(), "{length} bytes");
    }
    let more = [&bytes[..], &[0]].concat();
    assert_eq!(CommitteeKey::decode(&more).unwrap_err().code(), "bls.wrong_length");
    let mut other = bytes;
    other[0] ^= 1;
    assert_eq!(CommitteeKey::decode(&other).unwrap_err().code(), "bls.wrong_domain");

    let member = MemberSecret::from_seed(&[1; 32]).member();
    assert_eq!(Member::decode(&member.encode()), Ok(member));
}

#[test]
fn a_proof_of_possession_counts_for_its_key_alone() {
    let (one, two) = (MemberSecret::from_seed(&[1; 32]), MemberSecret::from_seed(&[2; 32]));
    assert_eq!(one.member().verify(), Ok(()));
    let mixed = [&one.key().to_bytes()[..], &two.member().encode()[48..]].concat();
    assert_eq!(Member::decode(&mixed).unwrap().verify().unwrap_err().code(), "bls.bad_signature");
    // A signature over the key is no proof of it: the two hash to different points.
    let share = SecretShare::from_bytes(KeyEpoch(0), index(1), &[5; 32]).unwrap();
    let key = share.public().to_bytes();
    let forged = [&key[..], &share.sign(&key).point()[..]].concat();
    assert!(Member::decode(&forged).unwrap().verify().is_err());
}

#[test]
fn coordinates_begin_with_the_compressed_form_less_its_flags() {
    let (key, shares) = ten_of_fifteen();
    let key = key.group();
    let signature = shares[0].sign(b"message").point();
    let signature = ThresholdSignature::from_bytes(&signature).unwrap();
    let (one, two) = (key.coordinates(), signature.coordinates());
    let mut first = (key.to_bytes(), signature.to_bytes());
    first.0[0] &= 0x1f;
    first.1[0] &= 0x1f;
    assert_eq!((&one[..48], &two[..96]), (&first.0[..], &first.1[..]));
    assert_ne!(one[48..], one[..48]);
}
