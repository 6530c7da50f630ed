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

#[test]
fn a_leaf_made_side_by_side_is_that_of_the_record() {
    let id = StatementId::from_digest(sha256(b"statement"));
    let bodies = [
        "{}",
        "null",
        "-7",
        "[1,[2,{\"a\":true}]]",
        "{\"a\":{\"b\":[]},\"text\":\"\\u0001\\n \u{e9} \u{1f600}\"}",
    ];
    for body in bodies {
        let statement = statement("comity:mission/scoped/v1", body);
        assert!(statement.encode().is_ok(), "{body}");
        let slow = EventRecord::of_statement(id, &statement).unwrap().leaf().unwrap();
        assert_eq!(Noted::of(id, &statement).leaf(&statement.kind), slow, "{body}");
    }
}

#[test]
fn statements_are_ordered_as_their_records_are() {
    let mut noted = Vec::new();
    for number in 0_u8..=255 {
        let mut statement = statement("comity:mission/scoped/v1", "{}");
        let id = StatementId::from_digest(Digest::from_bytes([number % 16 * 17; 32]));
        // Years of one, two, three and four digits.
        statement.at = Time::from_unix(Time::MIN.unix() + i64::from(number) * 1_237_000_003);
        noted.push(Noted::of(id, &statement));
    }
    let mut leaves: Vec<Leaf> = noted.iter().map(|it| it.leaf("kind")).collect();
    noted.sort();
    leaves.sort();
    assert_eq!(noted.iter().map(|it| it.leaf("kind")).collect::<Vec<_>>(), leaves);
}

#[test]
fn a_body_that_is_not_canonical_has_no_record() {
    let id = StatementId::from_digest(sha256(b"statement"));
    let deep = format!("{}{}", "[".repeat(17), "]".repeat(17));
    for body in ["{\"b\":1,\"a\":2}", "[1, 2]", "1.5", "9007199254740992", &deep] {
        let statement = statement("comity:mission/scoped/v1", body);
        let record = EventRecord::of_statement(id, &statement).and_then(|record| record.leaf());
        assert!(record.is_err() && statement.encode().is_err(), "{body}");
    }
    let twice = statement("comity:mission/scoped/v1", "{\"a\":1,\"a\":1}");
    let code = EventRecord::of_statement(id, &twice).map_err(|error| error.code());
    assert_eq!(
        code.map(|_| ()),
        Err(CommitmentError::Wire(WireError::DuplicateKey { at: 0 }).code())
    );
}
