use comity_mesh::identity::GenesisReason;
use comity_mesh::keys::SignedObject as _;
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::Value;

use super::{Identity, Reviewed};
use crate::memory::{ALPHA, BETA, Memory, at};
use crate::{ClientError, Remote};

fn changed(mut document: Value, name: &str, value: Value) -> Value {
    if let Value::Map(members) = &mut document {
        members.insert(name.to_owned(), value);
    }
    document
}

fn check(genesis: Value, document: Value) -> Result<Identity, ClientError> {
    Identity::check(ALPHA.url(""), genesis, document, None, at())
}

#[test]
fn documents_that_agree_make_an_identity() {
    let mut memory = Memory::default();
    ALPHA.answer(&mut memory);
    let endpoint = ALPHA.endpoint();
    let root = ALPHA.genesis().root_public_key;
    let identity = Identity::read(&Remote::new(&endpoint, &memory), Some(&root), at()).unwrap();
    assert_eq!(identity.sovereign_id, "alpha");
    assert_eq!(identity.authority.to_string(), ALPHA.authority_key());
    assert_eq!(memory.log(), ["GET /genesis", "GET /sovereign.json"]);
    let summary = identity.summary();
    assert_eq!(summary.get("na_public_key_prefix").and_then(Value::as_str).unwrap().len(), 24);
}

#[test]
fn a_genesis_must_be_signed_by_its_root_and_in_office() {
    let mut unsigned = ALPHA.genesis();
    unsigned.signatures.clear();
    let mut forged = unsigned.clone();
    forged.sign(&BETA.root(), "root");
    for (genesis, expected) in
        [(unsigned, GenesisReason::MissingSignature), (forged, GenesisReason::InvalidSignature)]
    {
        let refused = check(genesis.write(), ALPHA.document()).unwrap_err();
        assert_eq!(
            refused,
            ClientError::Genesis { sovereign: "alpha".to_owned(), reason: expected }
        );
    }
    let late = Identity::check(
        ALPHA.url(""),
        ALPHA.genesis().write(),
        ALPHA.document(),
        None,
        at().plus(86_401),
    );
    assert_eq!(late.unwrap_err().code(), "client.genesis_refused");
}

#[test]
fn documents_that_contradict_each_other_are_refused_by_member() {
    let other_authority = BETA.genesis().network_authority.write();
    for (member, value, expected) in [
        ("sovereign_id", Value::from("beta"), "sovereign_id"),
        ("network_authority", other_authority, "authority key"),
        ("root_public_key", Value::from(BETA.genesis().root_public_key), "root key"),
    ] {
        let document = changed(ALPHA.document(), member, value);
        let refused = check(ALPHA.genesis().write(), document).unwrap_err();
        assert!(
            matches!(&refused, ClientError::Inconsistent { member, .. } if *member == expected),
            "{refused:?}"
        );
    }
}

#[test]
fn another_root_key_than_the_expected_one_is_refused() {
    let expected = BETA.genesis().root_public_key;
    let (genesis, document) = (ALPHA.genesis().write(), ALPHA.document());
    let refused = Identity::check(ALPHA.url(""), genesis, document, Some(&expected), at());
    assert_eq!(refused.unwrap_err().code(), "client.other_root");
}

#[test]
fn documents_of_another_shape_are_refused() {
    let wrong = check(Value::from([]), ALPHA.document()).unwrap_err();
    assert!(matches!(wrong, ClientError::WrongShape { what: "a genesis", .. }));
    let wrong = check(ALPHA.genesis().write(), Value::from(vec![1_u64])).unwrap_err();
    assert!(matches!(wrong, ClientError::WrongShape { what: "an identity document", .. }));
}

#[test]
fn a_review_names_what_each_route_said() {
    let mut memory = Memory::default();
    ALPHA.answer(&mut memory);
    let endpoint = ALPHA.endpoint();
    let review = |memory: &Memory| Reviewed::read(&Remote::new(&endpoint, memory), None, at());
    let policy = |review: &Reviewed| review.checks.get("recognition_policy").cloned().unwrap();
    let found = review(&memory).unwrap();
    assert_eq!(policy(&found), Value::from([("status", Value::from("not_configured"))]));

    let route = format!("GET {}", ALPHA.url("/recognition-policy"));
    let issuers = Value::from(vec![Value::from("secret detail")]);
    let body = Value::from([
        ("local_sovereign_id", Value::from("alpha")),
        ("recognized_issuers", issuers),
    ]);
    memory.answer(&route, 200, &body);
    let seen = policy(&review(&memory).unwrap());
    assert_eq!(seen.get("recognized_issuer_count"), Some(&Value::from(1_u64)));
    assert!(seen.get("recognized_issuers").is_none());

    memory.answer(&route, 500, &Value::Null);
    let seen = policy(&review(&memory).unwrap());
    assert_eq!(seen.get("status").and_then(Value::as_str), Some("unavailable"));

    memory.answer(&format!("GET {}", ALPHA.url("/readyz")), 503, &Value::Null);
    assert_eq!(review(&memory).unwrap_err().code(), "client.at_fault");
}
