use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn parse(mut schema: Value) -> Result<Schema, SchemaError> {
    if let Some(members) = schema.as_object_mut() {
        members.entry("$schema").or_insert_with(|| json!(DIALECT));
    }
    Schema::parse(&serde_json::to_vec(&schema).unwrap())
}

fn object(properties: &Value, required: &Value) -> Value {
    json!({
        "type": "object", "additionalProperties": false,
        "properties": properties, "required": required,
    })
}

#[test]
fn each_keyword_of_the_subset_is_obeyed() {
    let cases = [
        (json!({"type": "boolean"}), vec![json!(true)], vec![json!(0), json!("true")]),
        (json!({"type": "boolean", "const": true}), vec![json!(true)], vec![json!(false)]),
        (
            json!({"type": "integer", "minimum": -1, "maximum": 2}),
            vec![json!(-1), json!(2)],
            vec![json!(-2), json!(3), json!(0.5), json!("1"), json!(u64::MAX)],
        ),
        (json!({"type": "integer", "enum": [1, 4]}), vec![json!(4)], vec![json!(2)]),
        (
            json!({"type": "string", "minLength": 1, "maxLength": 2}),
            vec![json!("\u{e9}"), json!("\u{e9}\u{e9}")],
            vec![json!(""), json!("\u{e9}\u{e9}\u{e9}"), json!(1)],
        ),
        (json!({"type": "string", "enum": ["a", "b"]}), vec![json!("b")], vec![json!("c")]),
        (
            json!({"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2}),
            vec![json!([1]), json!([1, 2])],
            vec![json!([]), json!([1, 2, 3]), json!(["1"]), json!({})],
        ),
        (
            object(&json!({"a": {"type": "integer"}, "b": {"type": "integer"}}), &json!(["a"])),
            vec![json!({"a": 1}), json!({"a": 1, "b": 2})],
            vec![json!({"b": 1}), json!({"a": 1, "c": 2}), json!({"a": "1"}), json!([])],
        ),
    ];
    for (schema, good, bad) in cases {
        let parsed = parse(schema.clone()).unwrap();
        for document in good {
            assert_eq!(parsed.validate(&document), Ok(()), "{schema} {document}");
        }
        for document in bad {
            assert!(parsed.validate(&document).is_err(), "{schema} {document}");
        }
    }
}

#[test]
fn the_broken_rule_and_its_place_are_named() {
    let element = object(&json!({"a/b": {"type": "integer", "maximum": 9}}), &json!(["a/b"]));
    let schema = parse(json!({"type": "array", "items": element, "maxItems": 3})).unwrap();
    let check = |document| schema.validate(&document).unwrap_err();
    let at = |at: &str| at.to_owned();
    let too_large = SchemaError::Value { at: at("/1/a~1b"), keyword: "maximum" };
    assert_eq!(check(json!([{"a/b": 1}, {"a/b": 10}])), too_large);
    assert_eq!(check(json!([{}])), SchemaError::Missing { at: at("/0/a~1b") });
    assert_eq!(check(json!([{"c": 1}])), SchemaError::Unknown { at: at("/0/c") });
    assert_eq!(check(json!(7)), SchemaError::Type { at: at("") });
}

#[test]
fn nothing_outside_the_subset_is_ignored() {
    let cases = [
        (json!({"type": "number"}), "mycel.schema_keyword_value"),
        (json!({"type": ["string", "integer"]}), "mycel.schema_keyword_value"),
        (json!({"enum": [1]}), "mycel.schema_keyword_missing"),
        (json!({"type": "string", "format": "date"}), "mycel.schema_keyword"),
        (json!({"type": "string", "minimum": 1}), "mycel.schema_keyword"),
        (json!({"type": "string", "pattern": "^a$"}), "mycel.schema_keyword_value"),
        (json!({"type": "string", "maxLength": -1}), "mycel.schema_keyword_value"),
        (json!({"type": "string", "minLength": 3, "maxLength": 2}), "mycel.schema_keyword_value"),
        (json!({"type": "string", "enum": []}), "mycel.schema_keyword_value"),
        (json!({"type": "string", "enum": [1]}), "mycel.schema_keyword_value"),
        (json!({"type": "string", "enum": ["a"], "const": "a"}), "mycel.schema_keyword_value"),
        (json!({"type": "string", "title": 1}), "mycel.schema_keyword_value"),
        (json!({"type": "integer", "minimum": 2, "maximum": 1}), "mycel.schema_keyword_value"),
        (json!({"type": "integer", "multipleOf": 2}), "mycel.schema_keyword"),
        (json!({"type": "array", "items": {"type": "integer"}}), "mycel.schema_keyword_missing"),
        (json!({"type": "array", "maxItems": 1}), "mycel.schema_keyword_missing"),
        (json!({"type": "array", "items": true, "maxItems": 1}), "mycel.schema_type"),
        (
            json!({"type": "object", "properties": {}, "required": []}),
            "mycel.schema_keyword_missing",
        ),
        (object(&json!({}), &json!(["a"])), "mycel.schema_keyword_value"),
        (json!({"$ref": "#/x", "type": "string"}), "mycel.schema_keyword"),
        (json!({"$schema": "http://json-schema.org/draft-07/schema#"}), "mycel.schema_dialect"),
        (json!(true), "mycel.schema_dialect"),
    ];
    for (schema, code) in cases {
        assert_eq!(parse(schema.clone()).unwrap_err().code(), code, "{schema}");
    }
    let inner = object(&json!({"a": {"$schema": DIALECT, "type": "integer"}}), &json!([]));
    assert_eq!(parse(inner).unwrap_err().code(), "mycel.schema_keyword");
    let twice = format!(r#"{{"$schema":"{DIALECT}","type":"string","type":"string"}}"#);
    assert_eq!(Schema::parse(twice.as_bytes()).unwrap_err().code(), "mycel.schema_json");
}

#[test]
fn depth_is_limited() {
    let nested = |levels: usize| {
        let wrap = |inner, _| json!({"type": "array", "maxItems": 1, "items": inner});
        (1..levels).fold(json!({"type": "integer"}), wrap)
    };
    parse(nested(DEPTH_MAX)).unwrap();
    assert_eq!(parse(nested(DEPTH_MAX + 1)), Err(SchemaError::Depth));
}

#[test]
fn every_pattern_is_its_regular_expression() {
    let cases: [(&str, &[&str], &[&str]); 5] = [
        (
            "^-?(0|[1-9][0-9]*)(\\.[0-9]{1,6})?$",
            &["0", "-0", "12", "-1.5", "0.000001"],
            &["", "-", "01", "1.", ".5", "1.0000000", "+1", "1e3", "1.5.5", "--1"],
        ),
        (
            "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
            &["2026-01-01T00:00:00Z"],
            &[
                "2026-01-01T00:00:00z",
                "2026-01-01",
                "2026-01-01T00:00:00.0Z",
                "2026-01-01T00:00:0\u{e9}Z",
            ],
        ),
        (
            "^did:key:z[1-9A-HJ-NP-Za-km-z]+$",
            &["did:key:z6Mk"],
            &["did:key:z", "did:key:z0", "did:key:zI", "did:web:z6", "did:key:z6 "],
        ),
        ("^[a-z][a-z0-9_]*$", &["a", "a_1"], &["", "1a", "_a", "aA", "\u{e9}"]),
        (
            "^[0-9a-f]{32}$",
            &["0123456789abcdef0123456789abcdef"],
            &["", "0123456789ABCDEF0123456789abcdef"],
        ),
    ];
    for (pattern, good, bad) in cases {
        let schema = parse(json!({"type": "string", "pattern": pattern})).unwrap();
        for text in good {
            assert_eq!(schema.validate(&json!(text)), Ok(()), "{pattern} {text}");
        }
        for text in bad {
            assert!(schema.validate(&json!(text)).is_err(), "{pattern} {text}");
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Schema::parse(&bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let _ = parse(json!({"type": text, "pattern": text, "enum": [text]}));
    }
}
