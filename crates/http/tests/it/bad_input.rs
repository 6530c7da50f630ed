//! Whatever is sent: an answer below 500, an entry in the record, and nothing changed.

use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Value, canonical, parse};

use crate::client::send;
use crate::fixture::{Na, nonce, public};

const POSTS: [&str; 29] = [
    "/recognition-treaties/verify",
    "/attestations/verify",
    "/attestations/verify-with-treaty",
    "/join",
    "/heartbeat",
    "/renew",
    "/agents",
    "/admin/invite",
    "/admin/revoke",
    "/admin/policy",
    "/admin/policy/rollback",
    "/admin/attestations",
    "/admin/attestations/none/revoke",
    "/admin/recognition-policy",
    "/admin/recognition-treaties",
    "/admin/recognition-treaties/none/revoke",
    "/admin/sovereign-revocation-feeds/import",
    "/operator/heartbeats",
    "/operator/offline-notices",
    "/operator/check-reports",
    "/operator/onboarding",
    "/admin/assets",
    "/admin/partners",
    "/admin/partners/none/end",
    "/partner/acceptances",
    "/partner/notes",
    "/admin/recognition-treaties/%00/revoke",
    "/admin/recognition-treaties/%ff/revoke",
    "/admin/recognition-treaties/..%2F..%2Fadmin/revoke",
];

fn deep(levels: usize) -> Vec<u8> {
    [br#"{"treaty":"#.to_vec(), vec![b'['; levels], vec![b']'; levels], b"}".to_vec()].concat()
}

#[test]
fn bodies_that_are_no_json_change_nothing_anywhere() {
    let na = Na::with(|options| options.rates.notes = 10_000);
    na.recognise("beta", &public(9));
    let before = na.snapshot();
    let bodies: Vec<Vec<u8>> = vec![
        b"{".to_vec(),
        b"[]".to_vec(),
        b"null".to_vec(),
        b"1".to_vec(),
        b"\xff\xfe".to_vec(),
        br#"{"a":1,"a":2}"#.to_vec(),
        br#"{"treaty":NaN}"#.to_vec(),
        br#"{"treaty":1e999}"#.to_vec(),
        br#"{"treaty":"\ud800"}"#.to_vec(),
        deep(3000),
        vec![b'9'; 5000],
    ];
    for path in POSTS {
        for body in &bodies {
            let answers = [
                send(na.address, "POST", path, &[], body),
                na.admin_raw("POST", path, body, &nonce()),
            ];
            for answer in answers {
                assert!((400..500).contains(&answer.status), "{path} {answer:?}");
                assert!(!answer.code().is_empty());
            }
        }
    }
    assert_eq!(na.snapshot(), before);
    assert!(na.has_audited("invalid_json") && na.has_audited("invalid_json_object"));
}

#[test]
fn members_of_wrong_types_change_nothing() {
    let na = Na::with(|options| options.rates.notes = 10_000);
    let treaty = na.recognise("beta", &public(9));
    let before = na.snapshot();
    let names = [
        "treaty",
        "heartbeat",
        "notice",
        "report",
        "statement",
        "manifest",
        "delegation",
        "acceptance",
        "note",
        "end",
        "attestation",
        "feed",
        "recognition_policy",
        "subject_sovereign_id",
        "subject_public_keys",
        "scope",
        "validity_hours",
        "metadata",
        "subject_id",
        "roles",
        "claims",
        "subject_public_key",
        "reason",
        "cert_id",
        "policy_id",
        "allowed_ports",
        "routing",
        "token_expiry_hours",
        "issuer_public_keys",
        "node_public_key",
        "invite_token",
        "issuer_sovereign_id",
    ];
    let values = [
        Value::from(-1_i64),
        Value::Float(1.5),
        Value::from(true),
        Value::List(vec![Value::Null]),
        Value::from([("a", Value::Null)]),
        Value::from(""),
        Value::from("x".repeat(5000)),
    ];
    for path in POSTS.iter().filter(|path| **path != "/admin/invite" && **path != "/admin/policy") {
        for name in names {
            for value in &values {
                let body = Value::from([(name, value.clone())]);
                let answer = na.admin("POST", path, &body);
                assert!((400..500).contains(&answer.status), "{path} {name} {value:?} {answer:?}");
            }
        }
    }
    assert_eq!(na.snapshot(), before);
    drop(treaty);
}

/// A body that would be granted, with one member changed.
fn spoiled(body: &Value, name: &str, value: Value) -> Value {
    let mut members = body.members().unwrap().clone();
    members.insert(name.to_owned(), value);
    Value::Map(members)
}

#[test]
fn treaties_with_one_bad_member_are_refused_by_name() {
    let na = Na::start();
    let good = Value::from([
        ("subject_sovereign_id", Value::from("beta")),
        ("subject_public_keys", Value::List(vec![Value::from(public(9))])),
    ]);
    let keys = |key: &str| Value::List(vec![Value::from(key)]);
    let roles = Value::from([("allowed_roles", keys("researcher"))]);
    let cases = [
        ("subject_public_keys", keys("junk"), "invalid_subject_public_keys"),
        ("subject_public_keys", keys(&(public(9) + "\n")), "invalid_subject_public_keys"),
        (
            "subject_public_keys",
            keys(public(9).trim_end_matches('=')),
            "invalid_subject_public_keys",
        ),
        (
            "subject_public_keys",
            keys("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            "invalid_subject_public_keys",
        ),
        ("subject_public_keys", Value::List(Vec::new()), "empty_subject_public_keys"),
        ("subject_public_keys", Value::from(public(9)), "missing_treaty_subject"),
        ("subject_sovereign_id", Value::Null, "missing_treaty_subject"),
        ("validity_hours", Value::from(0_u64), "invalid_validity_hours"),
        ("validity_hours", Value::from(-1_i64), "invalid_validity_hours"),
        ("validity_hours", Value::from("24"), "invalid_validity_hours"),
        ("validity_hours", Value::Float(24.0), "invalid_validity_hours"),
        ("validity_hours", Value::from(u64::MAX), "invalid_validity_hours"),
        ("issuer_sovereign_id", Value::from("gamma"), "foreign_issuer"),
        ("scope", Value::from(true), "invalid_treaty_scope"),
        ("scope", roles, "invalid_role"),
        ("metadata", Value::from("x"), "invalid_metadata"),
    ];
    let before = na.snapshot();
    for (name, value, code) in cases {
        let answer = na.admin("POST", "/admin/recognition-treaties", &spoiled(&good, name, value));
        assert_eq!(answer.code(), code, "{name}");
        assert!(na.has_audited(code), "{code}");
    }
    assert_eq!(na.snapshot(), before);
}

#[test]
fn spoiled_treaties_are_not_accepted() {
    let na = Na::start();
    let treaty = na.recognise("beta", &public(9));
    let verify = |treaty: Value, more: &[(&str, Value)]| {
        let mut members = std::collections::BTreeMap::from([("treaty".to_owned(), treaty)]);
        members.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        na.post("/recognition-treaties/verify", &Value::Map(members))
    };
    let spoil = |name: &str, value: &str| verify(spoiled(&treaty, name, Value::from(value)), &[]);
    assert_eq!(spoil("subject_sovereign_id", "gamma").text("reason"), "invalid_signature");
    assert_eq!(spoil("expires_at", "not a date").code(), "invalid_recognition_treaty");
    assert_eq!(spoil("expires_at", "2026-01-01T25:00:00Z").code(), "invalid_recognition_treaty");
    assert_eq!(spoil("valid_from", "2026-01-01T00:00:00").status, 200);
    assert_eq!(spoil("valid_from", "2026-01-01T00:00:00").text("reason"), "invalid_signature");
    let key = |key: &str| [("issuer_public_keys", Value::List(vec![Value::from(key)]))];
    assert_eq!(verify(treaty.clone(), &key("junk")).code(), "invalid_issuer_public_keys");
    assert_eq!(verify(treaty.clone(), &key(&public(9))).text("reason"), "invalid_signature");
    assert_eq!(verify(treaty.clone(), &key(&public(2))).text("reason"), "accepted");
    let lenient = String::from_utf8(canonical(&treaty)).unwrap().replace("==\"", "==\\n\"");
    let lenient = verify(parse(lenient.as_bytes()).unwrap(), &[]);
    assert_eq!(lenient.text("reason"), "invalid_signature");
    assert!(na.has_audited("not_accepted"));
}

#[test]
fn feeds_of_strangers_and_forged_feeds_are_not_imported() {
    let na = Na::start();
    let stranger =
        Na::with(|options| options.config.genesis = crate::fixture::genesis("beta", 5, 2));
    let feed = stranger.get("/sovereign-revocation-feed").json();
    let import = |feed: Value, more: &[(&str, Value)]| {
        let mut members = std::collections::BTreeMap::from([("feed".to_owned(), feed)]);
        members.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        na.admin("POST", "/admin/sovereign-revocation-feeds/import", &Value::Map(members))
    };
    let before = na.snapshot();
    assert_eq!(import(feed.clone(), &[]).code(), "missing_issuer_public_keys");
    na.recognise("beta", &public(9));
    assert_eq!(import(feed.clone(), &[]).code(), "invalid_signature");
    let keys = ("issuer_public_keys", vec![public(2)].write());
    let other = ("expected_issuer_sovereign_id", Value::from("gamma"));
    assert_eq!(import(feed.clone(), &[keys.clone(), other]).code(), "wrong_issuer");
    let forged = spoiled(&feed, "sequence", Value::from(7_u64));
    assert_eq!(import(forged, std::slice::from_ref(&keys)).code(), "invalid_signature");
    let unsigned = spoiled(&feed, "signatures", Value::List(Vec::new()));
    assert_eq!(import(unsigned, &[keys]).code(), "missing_signature");
    let reason = Value::from([("x", Value::from("y"))]);
    assert_eq!(import(spoiled(&feed, "revocation_reasons", reason), &[]).status, 422);
    assert_eq!(na.snapshot()[6], before[6]);
    assert!(na.has_audited("wrong_issuer"));
}
