use comity_wire::{WireError, jcs, json};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Names that exercise every ordering rule: ASCII, escapes, beyond the basic plane, private use.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c]{0,3}",
        Just("\u{e000}".to_owned()),
        Just("\u{1f600}".to_owned()),
        Just("\r".to_owned()),
        Just("\u{fb33}".to_owned()),
        any::<String>(),
    ]
}

fn travelling() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Value::from),
        name().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(name(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_we_write_two_other_writers_write_too(value in travelling()) {
        let ours = jcs::to_vec(&value).unwrap();
        prop_assert_eq!(&ours, &serde_jcs::to_vec(&value).unwrap());
        prop_assert_eq!(&ours, &json::canonicalize(&value).unwrap());
    }

    #[test]
    fn the_travelling_form_reads_back_and_is_unique(value in travelling()) {
        let bytes = jcs::to_vec(&value).unwrap();
        let read: Value = jcs::from_slice(&bytes).unwrap();
        prop_assert_eq!(&read, &value);
        let loose = serde_json::to_vec_pretty(&value).unwrap();
        prop_assert_eq!(json::parse(&loose).unwrap(), value);
        if loose != bytes {
            prop_assert!(jcs::check(&loose).is_err());
        }
    }

    #[test]
    fn a_changed_byte_is_refused_or_is_the_canonical_form_of_another_value(
        value in travelling(), at in any::<prop::sample::Index>(), bit in 0_u8..8,
    ) {
        let mut bytes = jcs::to_vec(&value).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if jcs::check(&bytes).is_ok() {
            let other: Value = jcs::from_slice(&bytes).unwrap();
            prop_assert_eq!(jcs::to_vec(&other).unwrap(), bytes);
        }
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = jcs::check(&bytes);
        let _ = json::parse(&bytes);
    }

    #[test]
    fn no_json_like_text_makes_a_reader_panic(text in "[\\[\\]{}\",:0-9eE+\\-.\\\\utrfnals ]{0,60}") {
        let strict = jcs::check(text.as_bytes());
        let outside = json::parse(text.as_bytes());
        if strict.is_ok() { prop_assert!(outside.is_ok(), "travelling but not outside: {}", text); }
        if let Ok(value) = outside { prop_assert!(serde_json::from_str::<Value>(&text).is_ok_and(|v| v == value)); }
    }
}

type Expected = Result<(), &'static str>;

#[test]
fn each_way_of_being_wrong_has_its_name() {
    let deep_travel = format!("{}1{}", "[".repeat(17), "]".repeat(17));
    let deep_outside = format!("{}1{}", "[".repeat(3000), "]".repeat(3000));
    let cases: &[(&str, Expected, Expected)] = &[
        ("{\"a\":1,\"b\":2}", Ok(()), Ok(())),
        ("{\"b\":1,\"a\":2}", Err("wire.not_canonical"), Ok(())),
        ("{\"a\":1,\"a\":2}", Err("wire.duplicate_key"), Err("wire.duplicate_key")),
        ("{\"a\":1,\"\\u0061\":2}", Err("wire.not_canonical"), Err("wire.duplicate_key")),
        ("{ \"a\":1}", Err("wire.syntax"), Ok(())),
        ("1.5", Err("wire.not_an_integer"), Ok(())),
        ("1e3", Err("wire.not_an_integer"), Ok(())),
        ("1e999", Err("wire.not_an_integer"), Err("wire.syntax")),
        ("-0", Err("wire.not_canonical"), Ok(())),
        ("01", Err("wire.syntax"), Err("wire.syntax")),
        ("9007199254740991", Ok(()), Ok(())),
        ("9007199254740992", Err("wire.integer_range"), Err("wire.integer_range")),
        ("-9007199254740992", Err("wire.integer_range"), Err("wire.integer_range")),
        ("NaN", Err("wire.syntax"), Err("wire.syntax")),
        ("\"\\ud800\"", Err("wire.not_canonical"), Err("wire.not_unicode")),
        ("\"\\ud83d\\ude00\"", Err("wire.not_canonical"), Ok(())),
        ("\"\\/\"", Err("wire.not_canonical"), Ok(())),
        ("\"\\u000f\"", Ok(()), Ok(())),
        ("\"\\u000F\"", Err("wire.not_canonical"), Ok(())),
        ("\"\\u000a\"", Err("wire.not_canonical"), Ok(())),
        ("\"\n\"", Err("wire.syntax"), Err("wire.syntax")),
        ("[1,]", Err("wire.syntax"), Err("wire.syntax")),
        ("", Err("wire.syntax"), Err("wire.syntax")),
        (&deep_travel, Err("wire.too_deep"), Ok(())),
        (&deep_outside, Err("wire.too_deep"), Err("wire.too_deep")),
    ];
    for (text, travelling, outside) in cases {
        let code = |error: WireError| error.code();
        assert_eq!(jcs::check(text.as_bytes()).map_err(code), *travelling, "travelling {text:.40}");
        assert_eq!(
            json::parse(text.as_bytes()).map(drop).map_err(code),
            *outside,
            "outside {text:.40}"
        );
    }
    assert!(matches!(json::parse(b"\"\xff\""), Err(WireError::NotUnicode { at: 1 })));
}

#[test]
fn the_typed_writer_refuses_what_must_not_travel() {
    assert!(matches!(jcs::to_vec(&json!({"x": 1.5})), Err(WireError::NotAnInteger { .. })));
    assert!(matches!(
        jcs::to_vec(&(1_u64 << 60)),
        Err(WireError::IntegerRange { .. } | WireError::NotAnInteger { .. })
    ));
}
