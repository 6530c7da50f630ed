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

crate::facts! {
    /// One fact.
    pub enum TestFact {
        /// Something was weighed.
        Weighed(Weighed) = "comity:test/weighed/v1",
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
