use std::collections::BTreeMap;

use comity_sign::SigningKey;
use comity_wire::mesh_json::{Datetime, Value, parse};

use super::*;
use crate::identity::{GenesisBlock, NetworkAuthority, PolicyManifestRef};
use crate::keys::{MeshKey, SignedObject as _};
use crate::recognition::{RecognitionTreaty, RecognitionTreatyScope};
use crate::revocation::SovereignRevocationFeed;
use crate::schema::Field as _;

fn at() -> Datetime {
    Datetime::parse("2026-06-01T12:00:00Z").unwrap()
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32])
}

fn public(seed: u8) -> String {
    MeshKey::from(key(seed).public()).to_string()
}

fn genesis() -> GenesisBlock {
    let mut genesis = GenesisBlock {
        network_name: "A".into(),
        network_version: "v1".into(),
        root_public_key: public(1),
        network_authority: NetworkAuthority {
            public_key: public(2),
            valid_from: at().plus(-3600),
            valid_to: at().plus(86_400),
        },
        allowed_crypto_suites: vec![],
        allowed_transports: vec![],
        policy_manifest: PolicyManifestRef { hash: "sha256:00".into(), url: None },
        bootstrap_anchors: vec![],
        signatures: vec![],
    };
    genesis.sign(&key(1), "root");
    genesis
}

fn treaty(issuer: &str) -> RecognitionTreaty {
    let mut treaty = RecognitionTreaty {
        treaty_id: "t1".into(),
        issuer_sovereign_id: issuer.into(),
        subject_sovereign_id: "B".into(),
        subject_public_keys: vec![public(3)],
        scope: RecognitionTreatyScope::default(),
        status: crate::attestation::Status::Active,
        issued_at: at().plus(-60),
        valid_from: at().plus(-60),
        expires_at: at().plus(3600),
        issued_by: "na".into(),
        metadata: BTreeMap::new(),
        signatures: vec![],
    };
    treaty.sign(&key(2), "na");
    treaty
}

fn revocations() -> SovereignRevocationFeed {
    let mut feed = SovereignRevocationFeed {
        feed_id: "f1".into(),
        issuer_sovereign_id: "A".into(),
        sequence: 3,
        issued_at: at(),
        revoked_attestation_ids: vec![],
        revocation_reasons: BTreeMap::new(),
        issued_by: "na".into(),
        signatures: vec![],
    };
    feed.sign(&key(2), "na");
    feed
}

fn metadata() -> Value {
    let authority = genesis().network_authority.write();
    Value::from([
        ("sovereign_id", Value::from("A")),
        ("network_version", Value::from("v1")),
        ("endpoint", Value::from("http://a")),
        ("root_public_key", Value::from(public(1))),
        ("network_authority", authority),
    ])
}

fn bundle() -> Value {
    let healthy = Value::from([("status", Value::from("ok"))]);
    let connectome = Value::from([
        ("summary", Value::from([("active_edge_count", Value::from(1_u64))])),
        ("active_treaties", Value::List(vec![treaty("A").write()])),
    ]);
    assemble(BundleParts {
        endpoint: "http://a/".into(),
        created_at: at(),
        sovereign_metadata: metadata(),
        genesis: genesis().write(),
        recognition_policy: Fetched::NotConfigured,
        revocation_feed: Fetched::Ok(revocations().write()),
        connectome,
        healthz: healthy.clone(),
        readyz: healthy,
    })
}

/// The bundle with something else at the place that the members lead to.
fn with(mut bundle: Value, path: &[&str], new: Value) -> Value {
    let mut place = &mut bundle;
    for name in path {
        let Value::Map(members) = place else { panic!("no object above {name}") };
        place = members.entry((*name).to_owned()).or_insert(Value::Null);
    }
    *place = new;
    bundle
}

fn without(mut bundle: Value, name: &str) -> Value {
    if let Value::Map(members) = &mut bundle {
        members.remove(name);
    }
    bundle
}

fn live() -> LiveMaterial {
    LiveMaterial {
        endpoint: Some("http://a".into()),
        sovereign_metadata: metadata(),
        genesis: genesis().write(),
    }
}

#[test]
fn a_bundle_of_published_documents_is_valid_and_imported_without_trust() {
    let bundle = bundle();
    assert_eq!(validate(&bundle, Some(&live())), Validation::default());
    let report = signature_report(&bundle, at());
    let kinds: Vec<&str> = report.iter().map(|item| item.kind.as_str()).collect();
    assert_eq!(kinds, ["genesis", "network_authority", "recognition_treaty", "revocation_feed"]);
    assert!(report.iter().all(|item| item.result == Ok(())), "{report:?}");
    let receipt = import(&bundle, "a.json", Some(&live()), at()).unwrap();
    assert_eq!(receipt.get("trust_granted"), Some(&Value::from(false)));
    assert_eq!(receipt.get("bundle_hash"), Some(&Value::from(bundle_hash(&bundle))));
    assert_eq!(receipt.get("signatures").unwrap().items().len(), 4);
    let summary = summary(&bundle);
    assert_eq!(summary.get("endpoint"), Some(&Value::from("http://a")));
    assert_eq!(summary.get("revocation_feed_sequence"), Some(&Value::from(3_u64)));
    assert_eq!(summary.get("active_treaty_count"), Some(&Value::from(1_u64)));
    let print = key_fingerprint(&public(2));
    assert_eq!(summary.get("na_public_key_fingerprint"), Some(&Value::from(print)));
}

#[test]
fn every_message_has_a_bundle_that_earns_it() {
    let text = |text: &str| Value::from(text);
    let ok = |payload: Value| Value::from([("status", Value::from("ok")), ("payload", payload)]);
    let authority_key = ["sovereign_metadata", "network_authority", "public_key"];
    let private = "bundle contains private key, token, bearer, or credential-shaped fields";
    let cases: Vec<(Value, &str)> = vec![
        (with(bundle(), &["bundle_type"], text("it's")), "unsupported bundle_type: \"it's\""),
        (without(bundle(), "bundle_version"), "unsupported bundle_version: None"),
        (with(bundle(), &["bundle_version"], 2_u64.write()), "unsupported bundle_version: 2"),
        (without(bundle(), "created_at"), "missing required field: created_at"),
        (with(bundle(), &["genesis"], text("g")), "genesis must be an object"),
        (
            with(bundle(), &["sovereign_metadata", "sovereign_id"], text("")),
            "sovereign_metadata.sovereign_id is required",
        ),
        (
            with(bundle(), &["genesis", "network_name"], Value::Null),
            "genesis.network_name is required",
        ),
        (
            with(bundle(), &["sovereign_metadata", "sovereign_id"], text("X")),
            "sovereign_metadata.sovereign_id differs from genesis.network_name",
        ),
        (
            with(bundle(), &authority_key, Value::Null),
            "sovereign_metadata.network_authority.public_key is required",
        ),
        (
            with(bundle(), &["genesis", "network_authority", "public_key"], text("")),
            "genesis.network_authority.public_key is required",
        ),
        (
            with(bundle(), &authority_key, text("other")),
            "sovereign_metadata NA public key differs from genesis NA public key",
        ),
        (with(bundle(), &["connectome", "summary", "API_Token"], text("x")), private),
        (
            with(bundle(), &["note"], text("# Ed25519 Private Key\nAAAA")),
            "bundle contains the text of a private key",
        ),
        (
            with(bundle(), &["recognition_policy"], ok(text("x"))),
            "recognition_policy status is ok but payload is missing",
        ),
        (
            with(bundle(), &["revocation_feed"], ok(Value::Null)),
            "revocation_feed status is ok but payload is missing",
        ),
        (
            with(bundle(), &["revocation_feed", "payload", "issuer_sovereign_id"], text("B")),
            "revocation_feed issuer_sovereign_id differs from bundle sovereign_id",
        ),
    ];
    for (bundle, message) in cases {
        let found = validate(&bundle, None);
        assert!(found.errors.iter().any(|error| error == message), "{message}: {found:?}");
        let error = import(&bundle, "a.json", None, at()).unwrap_err();
        assert_eq!(error.code(), "mesh.bundle_invalid");
    }
    let policy = ok(Value::from([("local_sovereign_id", text("B"))]));
    let odd = validate(&with(bundle(), &["recognition_policy"], policy), None);
    assert_eq!(odd.errors, Vec::<String>::new());
    assert_eq!(
        odd.warnings,
        ["recognition policy local_sovereign_id differs from bundle sovereign_id"]
    );
}

#[test]
fn a_bundle_of_another_sovereign_is_not_the_one_that_answers() {
    let other = LiveMaterial {
        endpoint: Some("http://b".into()),
        sovereign_metadata: Value::from([("sovereign_id", Value::from("B"))]),
        genesis: Value::Null,
    };
    assert_eq!(
        validate(&bundle(), Some(&other)).errors,
        [
            "bundle sovereign_id differs from live endpoint sovereign_id",
            "bundle NA public key differs from live endpoint NA public key",
            "bundle source_endpoint differs from live endpoint",
        ]
    );
}

/// What the report says of the kind of item, and what importing says.
fn reported(bundle: &Value, kind: ItemKind, at: Datetime) -> (&'static str, &'static str) {
    let report = signature_report(bundle, at);
    let item = report.iter().find(|item| item.kind == kind).unwrap();
    let imported = import(bundle, "a.json", None, at);
    (item.result.err().unwrap_or("valid"), imported.err().map_or("imported", |it| it.code()))
}

#[test]
fn every_item_is_checked_against_the_key_above_it() {
    let mut unsigned = genesis();
    unsigned.signatures.clear();
    let with_genesis = |genesis: &GenesisBlock| with(bundle(), &["genesis"], genesis.write());
    let with_treaty = |treaty: Value| {
        with(bundle(), &["connectome", "active_treaties"], Value::List(vec![treaty]))
    };
    let feed = |path: &str, new: Value| with(bundle(), &["revocation_feed", "payload", path], new);
    let mut forged = treaty("A");
    forged.treaty_id = "t2".into();
    let refused = "mesh.bundle_unsigned";
    for (bundle, kind, reason, code) in [
        (with_genesis(&unsigned), ItemKind::Genesis, "missing_signature", refused),
        (with_genesis(&unsigned), ItemKind::Authority, "genesis_not_verified", refused),
        (with_genesis(&unsigned), ItemKind::Treaty, "genesis_not_verified", refused),
        (with_genesis(&unsigned), ItemKind::Feed, "genesis_not_verified", refused),
        (
            with(bundle(), &["genesis", "signatures"], Value::Null),
            ItemKind::Genesis,
            "unreadable",
            refused,
        ),
        (with_treaty(Value::Null), ItemKind::Treaty, "unreadable", refused),
        (with_treaty(forged.write()), ItemKind::Treaty, "invalid_signature", refused),
        (with_treaty(treaty("B").write()), ItemKind::Treaty, "wrong_issuer", refused),
        (feed("sequence", 4_u64.write()), ItemKind::Feed, "invalid_signature", refused),
        (feed("feed_id", Value::Null), ItemKind::Feed, "unreadable", refused),
        (
            with(
                bundle(),
                &["sovereign_metadata", "network_authority", "public_key"],
                Value::from(public(9)),
            ),
            ItemKind::Authority,
            "authority_differs",
            "mesh.bundle_invalid",
        ),
    ] {
        assert_eq!(reported(&bundle, kind, at()), (reason, code), "{}", kind.as_str());
    }
    let past = at().plus(7200);
    assert_eq!(
        reported(&bundle(), ItemKind::Treaty, past),
        ("outside_validity_window", "imported")
    );
    let later = at().plus(90_000);
    assert_eq!(
        reported(&bundle(), ItemKind::Authority, later),
        ("outside_validity_window", refused)
    );
    assert_eq!(BundleReason::ALL.len(), 3);
}

#[test]
fn what_is_no_bundle_is_named() {
    let error = import(&Value::List(vec![]), "a.json", None, at()).unwrap_err();
    assert_eq!(error.code(), "mesh.bundle_not_an_object");
    let mut empty = bundle();
    for part in [Fetched::Unavailable("503".into()), Fetched::InvalidJson, Fetched::Skipped] {
        empty = with(empty, &["revocation_feed"], part.write());
        assert_eq!(validate(&empty, None), Validation::default());
        assert_eq!(signature_report(&empty, at()).len(), 3);
    }
    assert!(has_private_material(&parse(br#"[{"Bearer":1}]"#).unwrap()));
    assert!(!has_private_material(&bundle()));
}

#[test]
fn values_are_quoted_as_the_reference_quotes_them() {
    for (json, expected) in [
        (r#"["a",1,1.0,null,true,false]"#, "['a', 1, 1.0, None, True, False]"),
        (r#"{"k":{"a\"'":"\n\t\r\\"}}"#, r#"{'k': {'a"\'': '\n\t\r\\'}}"#),
        ("\"\\u0000\\u007f\\u00e9\"", "'\\x00\\x7f\u{e9}'"),
    ] {
        assert_eq!(python::repr(&parse(json.as_bytes()).unwrap()), expected);
    }
}
