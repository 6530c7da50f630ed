//! Partial signatures, and what becomes of them.

use comity_bls::{CombineError, KeyEpoch, PartialSignature, SecretShare, ThresholdSignature};
use proptest::prelude::*;

use crate::support::{evaluate, index, key, shared, sign, ten_of_fifteen, unhex};

#[test]
fn ten_of_fifteen_give_the_published_signature() {
    let (file, (key, shares)) = (shared(), ten_of_fifteen());
    let message = unhex(&file["message_hex"]);
    let expected = ThresholdSignature::from_bytes(&unhex(&file["combined_signature"])).unwrap();
    let partials = sign(&shares, &message);
    assert_eq!(key.combine(&message, &partials[..10]), Ok(expected));
    assert_eq!(key.combine(&message, &partials[5..]), Ok(expected));
    assert_eq!(key.combine(&message, &partials), Ok(expected));
    assert_eq!(key.group().verify(&message, &expected), Ok(()));
    assert_eq!(key.group().verify(b"other", &expected).unwrap_err().code(), "bls.bad_signature");
    for partial in &partials {
        assert_eq!(key.verify_partial(&message, partial), Ok(()));
    }
}

#[test]
fn too_few_and_duplicates_are_refused_by_name() {
    let (key, shares) = ten_of_fifteen();
    let mut partials = sign(&shares[..9], b"m");
    let refused = key.combine(b"m", &partials).unwrap_err();
    assert_eq!(refused, CombineError::TooFew { needed: 10, found: 9 });
    assert_eq!(refused.code(), "bls.too_few");
    partials.push(partials[3]);
    let refused = key.combine(b"m", &partials).unwrap_err();
    assert_eq!(refused, CombineError::Duplicate(index(4)));
    assert_eq!(refused.code(), "bls.duplicate");
    assert_eq!(key.combine(b"m", &[]).unwrap_err().code(), "bls.too_few");
}

#[test]
fn shares_that_do_not_exist_and_other_keys_are_refused_by_name() {
    let (key, shares) = ten_of_fifteen();
    let mut partials = sign(&shares[..10], b"m");
    let good = partials[9];
    partials[9] = PartialSignature::new(KeyEpoch(3), index(16), &good.point()).unwrap();
    let refused = key.combine(b"m", &partials).unwrap_err();
    assert_eq!(refused, CombineError::NoSuchShare { index: index(16), members: 15 });
    assert_eq!(refused.code(), "bls.no_such_share");
    partials[9] = PartialSignature::new(KeyEpoch(2), index(10), &good.point()).unwrap();
    let refused = key.combine(b"m", &partials).unwrap_err();
    assert_eq!(refused.code(), "bls.other_key_epoch");
    assert_eq!(key.verify_partial(b"m", &partials[9]), Err(refused));
}

#[test]
fn a_partial_signature_under_another_index_or_message_is_named() {
    let (key, shares) = ten_of_fifteen();
    let mut partials = sign(&shares[..10], b"m");
    partials[2] = PartialSignature::new(KeyEpoch(3), index(3), &partials[5].point()).unwrap();
    let refused = key.combine(b"m", &partials).unwrap_err();
    assert_eq!(refused, CombineError::BadPartial(index(3)));
    assert_eq!(refused.code(), "bls.bad_partial");
    partials[2] = shares[2].sign(b"n");
    assert_eq!(key.combine(b"m", &partials), Err(CombineError::BadPartial(index(3))));
    assert_eq!(key.verify_partial(b"m", &partials[2]), Err(CombineError::BadPartial(index(3))));
}

#[test]
fn one_liar_does_not_stop_those_who_are_enough_without_it() {
    let (key, shares) = ten_of_fifteen();
    let mut partials = sign(&shares[..11], b"m");
    let honest = key.combine(b"m", &partials).unwrap();
    partials[0] = shares[0].sign(b"lie");
    assert_eq!(key.combine(b"m", &partials), Ok(honest));
    partials[1] = shares[1].sign(b"lie");
    assert_eq!(key.combine(b"m", &partials), Err(CombineError::BadPartial(index(1))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Any threshold of any key; one less never.
    #[test]
    fn any_threshold_gives_the_same_signature_and_no_fewer_do(
        threshold in 1_u16..7,
        spare in 0_u16..5,
        seed: [u8; 31],
        order in Just((0..12_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let members = threshold + spare;
        let coefficients: Vec<[u8; 32]> = (0..threshold).map(|number| {
            let mut scalar = [1; 32];
            scalar[1..].copy_from_slice(&seed);
            scalar[0] = u8::try_from(number).unwrap();
            scalar[31] |= 1;
            scalar
        }).collect();
        let key = key(9, members, &coefficients);
        let shares: Vec<SecretShare> = (1..=members).map(|number| evaluate(&coefficients, number)).collect();
        let order: Vec<_> = order.into_iter().filter(|place| *place < usize::from(members)).collect();
        let chosen: Vec<_> =
            order.iter().take(threshold.into()).map(|place| shares[*place].sign(&seed)).collect();
        let first = sign(&shares[..usize::from(threshold)], &seed);
        prop_assert_eq!(key.combine(&seed, &chosen), key.combine(&seed, &first));
        prop_assert!(key.combine(&seed, &chosen).is_ok());
        let refused = key.combine(&seed, &chosen[1..]).unwrap_err();
        prop_assert_eq!(refused.code(), "bls.too_few");
        // Nor do they under a key that asks for one less.
        if 1 < threshold {
            let weaker = self::key(9, members, &coefficients[1..]);
            prop_assert!(weaker.combine(&seed, &chosen[1..]).is_err());
        }
    }
}
