use super::*;

const START: &str = "2026-06-01T12:00:00Z";

fn at(text: &str) -> Datetime {
    Datetime::parse(text).unwrap()
}

fn secret(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32])
}

fn draft() -> SovereignRevocationFeed {
    SovereignRevocationFeed {
        feed_id: "f-1".into(),
        issuer_sovereign_id: "S-B".into(),
        sequence: 4,
        issued_at: at(START),
        revoked_attestation_ids: vec!["b".into(), "a".into(), "b".into()],
        revocation_reasons: BTreeMap::from([("a".into(), "left".into())]),
        issued_by: "na-b".into(),
        signatures: Vec::new(),
    }
}

fn feed() -> SovereignRevocationFeed {
    draft().issue(&secret(1)).unwrap()
}

fn keys() -> [MeshKey; 1] {
    [MeshKey::from(secret(1).public())]
}

fn check(issuer_keys: &[MeshKey]) -> FeedCheck<'_> {
    FeedCheck { issuer_keys, expected_issuer: Some("S-B"), last_sequence: Some(3) }
}

#[test]
fn ids_are_sorted_and_kept_once_before_anything_is_signed() {
    let feed = feed();
    assert_eq!(feed.revoked_attestation_ids, ["a", "b"]);
    assert_eq!(feed.revoked_count(), 2);
    assert!(feed.revokes("a") && !feed.revokes("c"));
    assert_eq!(feed.verify(&check(&keys())), Ok(()));
    let Value::Map(mut shuffled) = feed.write() else { unreachable!() };
    shuffled.insert("revoked_attestation_ids".into(), Value::from(vec!["b", "a", "a"]));
    assert_eq!(SovereignRevocationFeed::read(&Value::Map(shuffled)).unwrap(), feed);
}

#[test]
fn a_reason_for_an_id_that_is_not_listed_is_refused() {
    let mut draft = draft();
    draft.revocation_reasons.insert("c".into(), "left".into());
    assert_eq!(
        SovereignRevocationFeed::read(&draft.write()).unwrap_err().path,
        "revocation_reasons"
    );
    assert_eq!(draft.issue(&secret(1)).unwrap_err().code(), "mesh.schema");
}

#[test]
fn every_reason_to_refuse_a_feed_is_found() {
    let keys = keys();
    for reason in FeedReason::ALL {
        let mut given = feed().promise(at("2026-06-02T12:00:00Z"), &secret(1));
        let (mut check, mut time) = (check(&keys), "2026-06-02T12:00:00Z");
        assert_eq!(given.verify(&check, at(time)), Ok(()));
        match reason {
            FeedReason::WrongIssuer => check.expected_issuer = Some("S-A"),
            FeedReason::StaleSequence => check.last_sequence = Some(4),
            FeedReason::MissingSignature => given.feed.signatures.clear(),
            FeedReason::InvalidSignature => given.feed.sequence = 5,
            FeedReason::InvalidPromise => {
                given = feed().promise(at("2026-06-02T12:00:00Z"), &secret(2));
            }
            FeedReason::Overdue => time = "2026-06-02T12:00:00.000001Z",
        }
        assert_eq!(given.verify(&check, at(time)), Err(*reason));
    }
}

#[test]
fn a_promise_binds_one_feed_and_changes_nothing_that_was_signed() {
    let promised = feed().promise(at("2026-06-02T12:00:00Z"), &secret(1));
    let again = PublishedFeed::read(&promised.write()).unwrap();
    assert_eq!(again, promised);
    let plain = SovereignRevocationFeed::read(&promised.write()).unwrap();
    assert_eq!(plain.signed_bytes(), feed().signed_bytes());
    assert_eq!(plain.verify(&check(&keys())), Ok(()));
    let other = SovereignRevocationFeed { sequence: 5, ..draft() }.issue(&secret(1)).unwrap();
    let moved = PublishedFeed { feed: other, ..promised };
    let result = moved.verify(&check(&keys()), at(START));
    assert_eq!(result, Err(FeedReason::InvalidPromise));
    let bare = PublishedFeed { feed: feed(), promise: None };
    assert_eq!(bare.write(), feed().write());
    assert_eq!(bare.verify(&check(&keys()), at("2030-01-01")), Ok(()));
}
