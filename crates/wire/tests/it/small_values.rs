use comity_wire::{
    Decimal, Digest, KeyId, Quantity, Time, hex, jcs, sha256, sha256_concat, sha256_seeded,
    sha256_seeded_heads,
};
use proptest::prelude::*;

#[test]
fn a_digest_has_one_spelling() {
    let digest = sha256(b"");
    let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(digest.to_string(), text);
    assert_eq!(text.parse::<Digest>().unwrap(), digest);
    for bad in [&text[1..], &text.to_uppercase(), "", &format!("{text}0"), &text.replace('e', "g")]
    {
        assert!(bad.parse::<Digest>().is_err(), "{bad}");
    }
}

#[test]
fn a_time_has_one_spelling() {
    for good in [
        "1970-01-01T00:00:00Z",
        "2000-02-29T23:59:59Z",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ] {
        assert_eq!(Time::parse(good).unwrap().to_string(), good);
    }
    assert_eq!(Time::parse("2026-11-20T00:00:00Z").unwrap().unix(), 1_795_132_800);
    for bad in [
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-10T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:60Z",
        "2026-01-01t00:00:00Z",
        "2026-01-01T00:00:00+00:00",
        "2026-01-01T00:00:00.0Z",
        "2026-1-1T00:00:00Z",
        "",
        "2026-01-01",
    ] {
        assert!(Time::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_decimal_has_one_spelling() {
    for good in ["0", "1", "-1", "0.5", "-0.5", "34212", "73.967322"] {
        assert_eq!(Decimal::parse(good).unwrap().as_str(), good);
    }
    for bad in [
        "", "-", "-0", "+1", "01", "1.", ".5", "1.50", "1e3", "1,5", "NaN", "0x1", "--1", "-0.0",
        "1.0",
    ] {
        assert!(Decimal::parse(bad).is_err(), "{bad}");
    }
    assert_eq!(Decimal::parse("73.967322").unwrap().to_scaled(6), Some(73_967_322));
    assert_eq!(Decimal::parse("73.967322").unwrap().to_scaled(5), None);
    assert_eq!(Decimal::from_scaled(-500_000, 6).as_str(), "-0.5");
}

#[test]
fn a_quantity_travels_with_its_unit() {
    let quantity = Quantity { u: "Wh".into(), v: Decimal::parse("34212").unwrap() };
    assert_eq!(jcs::to_vec(&quantity).unwrap(), br#"{"u":"Wh","v":"34212"}"#);
    assert!(jcs::from_slice::<Quantity>(br#"{"u":"Wh","v":"34212.0"}"#).is_err());
    assert!(jcs::from_slice::<Quantity>(br#"{"u":"Wh","v":34212}"#).is_err());
}

#[test]
fn a_key_id_is_a_did_key_in_base58() {
    assert!(KeyId::parse("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK").is_ok());
    for bad in [
        "did:key:z",
        "did:key:f00",
        "did:web:example",
        "did:key:z0",
        "did:key:zIl",
        "did:key:z6Mk\"",
    ] {
        assert!(KeyId::parse(bad).is_err(), "{bad}");
    }
}

proptest! {
    #[test]
    fn every_second_of_ten_thousand_years_survives_its_text(
        seconds in Time::MIN.unix()..=Time::MAX.unix(),
    ) {
        let time = Time::from_unix(seconds);
        prop_assert_eq!(Time::parse(&time.to_string()).unwrap(), time);
    }

    #[test]
    fn scaled_integers_survive_their_decimal(value in any::<i64>(), digits in 0_u32..9) {
        let decimal = Decimal::from_scaled(value, digits);
        prop_assert_eq!(decimal.to_scaled(digits), Some(value));
        prop_assert_eq!(Decimal::parse(decimal.as_str()).unwrap(), decimal);
    }

    #[test]
    fn hex_survives(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        prop_assert_eq!(hex::decode(&hex::encode(&bytes)).unwrap(), bytes);
    }

    #[test]
    fn no_text_makes_a_small_parser_panic(text in any::<String>()) {
        let _ = (Time::parse(&text), Decimal::parse(&text), KeyId::parse(&text), hex::decode(&text), text.parse::<Digest>());
    }
}

#[test]
fn a_seeded_hash_is_the_hash_of_seed_and_tail_whatever_their_length() {
    let seed = sha256(b"seed");
    let tail: Vec<u8> = (0..200).collect();
    for len in 0..tail.len() {
        let tail = &tail[..len];
        assert_eq!(sha256_seeded(&seed, tail), sha256_concat(&[seed.as_bytes(), tail]), "{len}");
    }
}

#[test]
fn seeded_heads_begin_the_seeded_hashes_in_order() {
    let seed = sha256(b"seed");
    let bytes: Vec<u8> = (0..200).collect();
    // Lengths jump about, so that no block finds the padding that it needs; counts are around whole batches.
    for count in [0, 1, 15, 16, 17, 31, 32, 33, 200] {
        let tails: Vec<&[u8]> = (0..count).map(|index| &bytes[..index * 37 % 101]).collect();
        let expected: Vec<u64> = tails
            .iter()
            .map(|tail| sha256_concat(&[seed.as_bytes(), tail]))
            .map(|hash| u64::from_be_bytes(hash.as_bytes()[..8].try_into().unwrap()))
            .collect();
        assert_eq!(sha256_seeded_heads(&seed, tails), expected, "{count}");
    }
}
