use comity_wire::{Digest, KeyId, StatementId, Subject, Time, WireError};
use serde_json::value::RawValue;

use super::*;

fn statement(kind: &str, body: &str) -> Statement {
    Statement {
        kind: kind.to_owned(),
        subject: Subject { name: "mission".to_owned(), sha256: Digest::ZERO },
        issuer: None,
        signer: KeyId::parse("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK").unwrap(),
        at: Time::from_unix(1_767_225_600),
        cites: Vec::new(),
        body: RawValue::from_string(body.to_owned()).unwrap(),
    }
}

fn both(statement: &Statement) -> [Result<Leaf, CommitmentError>; 2] {
    let id = StatementId::from_digest(sha256(b"statement"));
    let slow = EventRecord::of_statement(id, statement).and_then(|record| record.leaf());
    [leaf_of(id, statement), slow]
}

#[test]
fn a_leaf_made_side_by_side_is_that_of_the_record() {
    let bodies = [
        "{}",
        "null",
        "-7",
        "[1,[2,{\"a\":true}]]",
        "{\"a\":{\"b\":[]},\"text\":\"\\u0001\\n \u{e9} \u{1f600}\"}",
    ];
    for body in bodies {
        for kind in ["comity:mission/scoped/v1", "a \"quoted\" kind", "two\nlines", "\u{e9}\\"] {
            let [fast, slow] = both(&statement(kind, body));
            assert!(fast.is_ok(), "{kind} {body}");
            assert_eq!(fast, slow, "{kind} {body}");
        }
    }
}

#[test]
fn a_body_that_is_not_canonical_has_no_leaf_either_way() {
    let deep = format!("{}{}", "[".repeat(16), "]".repeat(16));
    let deeper = format!("[{deep}]");
    for body in ["{\"b\":1,\"a\":2}", "[1, 2]", "1.5", "9007199254740992", &deeper] {
        let [fast, slow] = both(&statement("comity:mission/scoped/v1", body));
        assert!(fast.is_err() && slow.is_err(), "{body}");
    }
    let [fast, slow] = both(&statement("comity:mission/scoped/v1", &deep));
    assert_eq!(fast.is_ok(), slow.is_ok());
    let wrong = Err(CommitmentError::Wire(WireError::DuplicateKey { at: 0 }));
    let [fast, _] = both(&statement("comity:mission/scoped/v1", "{\"a\":1,\"a\":1}"));
    assert_eq!(
        fast.map_err(|error| error.code()).map(|leaf| leaf.hash),
        wrong.map_err(|error: CommitmentError| error.code())
    );
}
