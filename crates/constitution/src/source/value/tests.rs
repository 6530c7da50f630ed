use comity_wire::WireError;

use super::{BadNumber, Value};
use crate::nano::Nano;

fn parse(text: &str) -> Result<Value, WireError> {
    Value::parse(text.as_bytes(), 1 << 20)
}

fn nano(text: &str) -> Result<Nano, BadNumber> {
    parse(text).unwrap().as_number().unwrap().to_nano()
}

#[test]
fn numbers_have_their_exact_value_however_they_are_spelled() {
    for (text, units) in [
        ("0.70", 700_000_000),
        ("7e-1", 700_000_000),
        ("70E-2", 700_000_000),
        ("0.000000001", 1),
        ("-0", 0),
        ("0.0e999999999999", 0),
        ("-2.5", -2_500_000_000),
        ("9000000000", 9_000_000_000_000_000_000),
        ("1e+3", 1_000_000_000_000),
    ] {
        assert_eq!(nano(text), Ok(Nano::new(units)), "{text}");
    }
}

#[test]
fn numbers_without_an_exact_value_are_named() {
    for (text, fault) in [
        ("NaN", BadNumber::NotFinite),
        ("-Infinity", BadNumber::NotFinite),
        ("0.0000000001", BadNumber::TooFine),
        ("0.70000000000000000000000000000000000001", BadNumber::TooFine),
        ("1e-99999999999999999999", BadNumber::TooFine),
        ("1e99999999999999999999", BadNumber::TooLarge),
        ("1e400", BadNumber::TooLarge),
        ("10000000000", BadNumber::TooLarge),
    ] {
        assert_eq!(nano(text), Err(fault), "{text}");
    }
    let count = |text: &str| parse(text).unwrap().as_number().unwrap().to_count();
    assert_eq!(count("3"), Ok(3));
    for text in ["3.0", "3e0", "0.5"] {
        assert_eq!(count(text), Err(BadNumber::NotACount), "{text}");
    }
    assert_eq!(count("123456789012345678901234567890"), Err(BadNumber::TooLarge));
    assert_eq!(count("NaN"), Err(BadNumber::NotFinite));
    assert_eq!(super::number::nano("01"), Err(BadNumber::NotANumber));
    for code in [BadNumber::NotFinite, BadNumber::NotANumber].map(|fault| fault.code()) {
        assert!(code.starts_with("constitution.number_"));
    }
}

#[test]
fn repeated_members_are_kept_and_the_last_is_what_readers_see() {
    let value = parse(r#"{"a": 1, "a": NaN, "b": [true, null, "x\u00e9"]}"#).unwrap();
    assert_eq!(value.members().len(), 3);
    assert_eq!(value.get("a").unwrap().as_number().unwrap().as_str(), "NaN");
    assert_eq!(value.brief(100), "{\"a\":1,\"a\":NaN,\"b\":[true,null,\"x\u{e9}\"]}");
    assert_eq!(value.brief(4), "{\"a\"...");
}

#[test]
fn what_is_not_json_is_refused_with_its_place() {
    for text in [
        "",
        "{",
        "[1,]",
        "{\"a\" 1}",
        "\"\\q\"",
        "\"a",
        "01",
        "1.",
        "1e",
        "-",
        "nul",
        "1 2",
        "\"\u{1}\"",
    ] {
        assert!(matches!(parse(text), Err(WireError::Syntax { .. })), "{text}");
    }
    let deep = "[".repeat(100_000);
    assert!(matches!(parse(&deep), Err(WireError::TooDeep { .. })));
    assert!(matches!(Value::parse(b"\xff", 9), Err(WireError::NotUnicode { at: 0 })));
    assert!(matches!(Value::parse(b"1234", 3), Err(WireError::TooLong { .. })));
}
