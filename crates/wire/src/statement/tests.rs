#![allow(
    dead_code,
    unreachable_pub,
    reason = "the macro makes a public room of facts; here it is only tried out"
)]

use serde::{Deserialize, Serialize};

use super::*;

/// A body for tests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weighed {
    grams: u64,
}

/// A body with every kind of member that serde reads in more than one form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sorted {
    size: Size,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    weighed: Option<Weighed>,
}

/// A unit variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// Fits.
    Small,
}

crate::facts! {
    /// One fact.
    pub enum TestFact {
        /// Something was weighed.
        Weighed(Weighed) = "comity:test/weighed/v1",
        /// Something was sorted.
        Sorted(Sorted) = "comity:test/sorted/v1",
    }
}

fn statement() -> Statement {
    let fact = TestFact::from(Weighed { grams: 3 });
    Statement {
        kind: fact.kind().to_owned(),
        subject: Subject { name: "parcel".into(), sha256: sha256(b"parcel") },
        issuer: Some(SovereignId::from_digest(sha256(b"sovereign"))),
        signer: KeyId::parse("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK").unwrap(),
        at: Time::parse("2026-01-01T00:00:00Z").unwrap(),
        cites: vec![StatementId::from_digest(sha256(b"a")), StatementId::from_digest(sha256(b"b"))],
        body: fact.encode().unwrap(),
    }
}

#[test]
fn a_statement_survives_its_own_bytes() {
    let bytes = statement().encode().unwrap();
    let read = Statement::decode(&bytes).unwrap();
    assert_eq!(read.encode().unwrap(), bytes);
    assert_eq!(
        TestFact::decode(&read.kind, &read.body),
        Ok(Some(TestFact::Weighed(Weighed { grams: 3 })))
    );
    assert_eq!(TestFact::decode("comity:test/other/v1", &read.body), Ok(None));
}

#[test]
fn every_single_byte_change_is_refused_or_changes_the_id() {
    let bytes = statement().encode().unwrap();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            if let Ok(read) = Statement::decode(&changed) {
                assert_eq!(read.encode().unwrap(), changed, "byte {at} bit {bit} has two forms");
                assert_ne!(Statement::id_of(&changed), Statement::id_of(&bytes));
            }
        }
    }
}

#[test]
fn a_repeated_citation_is_refused() {
    let mut statement = statement();
    statement.cites.push(statement.cites[0]);
    assert_eq!(
        statement.encode(),
        Err(WireError::Malformed { what: "cites: one statement twice" })
    );
}

#[test]
fn a_body_with_an_unknown_member_is_refused() {
    let body = RawValue::from_string("{\"grams\":3,\"ounces\":1}".into()).unwrap();
    let refused = TestFact::decode("comity:test/weighed/v1", &body);
    assert!(matches!(refused, Err(WireError::Shape { what: "Weighed", .. })), "{refused:?}");
}

#[test]
fn a_statement_written_as_a_list_or_with_a_null_issuer_is_refused() {
    let text = String::from_utf8(statement().encode().unwrap()).unwrap();
    let issuer = format!("\"{}\"", statement().issuer.unwrap());
    let id = "0".repeat(64);
    let list = format!(
        "[\"https://in-toto.io/Statement/v1\",[\"2026-01-01T00:00:00Z\",{{}},[],\"{id}\",\"did:key:z6Mk\"],\
         \"comity:test/weighed/v1\",[[[\"{id}\"],\"parcel\"]]]"
    );
    for other in [list, text.replace(&issuer, "null")] {
        jcs::check(other.as_bytes()).unwrap();
        let error = Statement::decode(other.as_bytes()).unwrap_err();
        assert_eq!(error.code(), "wire.not_canonical", "{other}");
    }
}

#[test]
fn a_body_has_one_form_though_serde_reads_several() {
    let read = |body: &str| {
        let body = RawValue::from_string(body.to_owned()).unwrap();
        TestFact::decode("comity:test/sorted/v1", &body).map(|fact| fact.is_some())
    };
    assert_eq!(read(r#"{"size":"small"}"#), Ok(true));
    assert_eq!(read(r#"{"size":"small","weighed":{"grams":3}}"#), Ok(true));
    for other in [
        r#"["small",{"grams":3}]"#,
        r#"["small",null]"#,
        r#"{"size":"small","weighed":[3]}"#,
        r#"{"size":"small","weighed":null}"#,
        r#"{"size":{"small":null}}"#,
        r#"{"size":{"small":null},"weighed":[3]}"#,
    ] {
        let error = read(other).unwrap_err();
        assert_eq!(error.code(), "wire.not_canonical", "{other}");
    }
}
