//! What anybody may read and check.

use comity_mesh::identity::GenesisBlock;
use comity_mesh::keys::MeshKey;
use comity_mesh::recognition::{RecognitionTreaty, TreatyCheck};
use comity_mesh::revocation::{FeedCheck, PublishedFeed};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::Value;

use crate::client::send;
use crate::fixture::{Na, now, public};

#[test]
fn identity_is_published() {
    let na = Na::start();
    assert_eq!(na.get("/healthz").text("status"), "ok");
    assert_eq!(na.get("/readyz").text("status"), "ready");
    let genesis = GenesisBlock::read(&na.get("/genesis").json()).unwrap();
    assert_eq!(genesis.verify(now()), Ok(()));
    let sovereign = na.get("/sovereign.json");
    assert_eq!(sovereign.text("sovereign_id"), "alpha");
    assert_eq!(sovereign.text("endpoint"), format!("http://{}", na.address));
    let forwarded = [("x-forwarded-proto", "https"), ("x-forwarded-host", "na.example, inner")];
    let seen = send(na.address, "GET", "/sovereign.json", &forwarded, &[]);
    assert_eq!(seen.text("endpoint"), "https://na.example");
    assert_eq!(na.get("/recognition-policy").code(), "recognition_policy_not_configured");
    for path in
        ["/metrics", "/api-reference", "/swagger.json", "/policy", "/crl", "/nodes", "/agents"]
    {
        assert_eq!(na.get(path).status, 200, "{path}");
    }
}

#[test]
fn every_answer_has_an_id_and_every_refusal_an_envelope() {
    let na = Na::start();
    let given = send(na.address, "GET", "/healthz", &[("x-request-id", "mine-1")], &[]);
    assert_eq!(given.header("x-request-id"), Some("mine-1"));
    assert!(na.get("/healthz").header("x-request-id").is_some());
    let absent = na.get("/no-such-thing");
    assert_eq!((absent.status, absent.code()), (404, "not_found".to_owned()));
    let wrong = na.post("/genesis", &Value::Null);
    assert_eq!((wrong.status, wrong.code()), (405, "method_not_allowed".to_owned()));
    let id = wrong.json().get("error").and_then(|error| error.get("request_id").cloned());
    assert_eq!(id.as_ref().and_then(Value::as_str), wrong.header("x-request-id"));
}

#[test]
fn treaties_are_issued_listed_checked_and_revoked() {
    let na = Na::start();
    let treaty = na.recognise("beta", &public(9));
    let id = treaty.get("treaty_id").and_then(Value::as_str).unwrap().to_owned();
    let object = RecognitionTreaty::read(&treaty).unwrap();
    let own = MeshKey::parse(&public(2)).unwrap();
    let check = TreatyCheck {
        issuer_keys: &[own],
        expected_issuer: Some("alpha"),
        expected_subject: Some("beta"),
        is_revoked: false,
        at: now(),
    };
    assert_eq!(object.verify(&check), Ok(()));

    let verify =
        || na.post("/recognition-treaties/verify", &Value::from([("treaty", treaty.clone())]));
    assert_eq!(verify().text("reason"), "accepted");
    let path = || na.get("/connectome/trust-path?from=alpha&to=beta");
    assert_eq!(path().text("reason"), "active_treaty_path");
    assert_eq!(
        na.get("/connectome/trust-path?source=beta&target=alpha").text("reason"),
        "no_active_treaty_path"
    );
    assert_eq!(na.get("/connectome/trust-path?from=alpha").code(), "missing_trust_path_parameters");
    let one = na.get(&format!("/recognition-treaties/{id}")).json();
    let state = one.get("lifecycle").and_then(|it| it.get("state")).and_then(Value::as_str);
    assert_eq!(state, Some("active"));
    let count =
        |query: &str| na.get(&format!("/recognition-treaties{query}")).json().get("count").cloned();
    assert_eq!(count("?subject_sovereign_id=beta&status=active"), Some(Value::from(1_u64)));
    assert_eq!(count("?subject_sovereign_id=gamma"), Some(Value::from(0_u64)));
    let before = na.get("/atlas.json").text("graph_digest");

    let reason = Value::from([("reason", Value::from("test over"))]);
    let revoked = na.admin("POST", &format!("/admin/recognition-treaties/{id}/revoke"), &reason);
    assert_eq!((revoked.status, revoked.text("status")), (200, "revoked".to_owned()));
    assert_eq!(path().text("reason"), "direct_treaty_revoked");
    assert_eq!(verify().text("reason"), "locally_revoked");
    assert_ne!(na.get("/atlas.json").text("graph_digest"), before);
    assert_eq!(count("?status=revoked"), Some(Value::from(1_u64)));
    let summary = na.get("/connectome.json").json();
    let edges = summary.get("summary").and_then(|it| it.get("revoked_edge_count").cloned());
    assert_eq!(edges, Some(Value::from(1_u64)));
}

#[test]
fn feeds_have_real_numbers_and_are_the_same_for_everybody() {
    let na = Na::start();
    let feed = || PublishedFeed::read(&na.get("/sovereign-revocation-feed").json()).unwrap();
    assert_eq!((feed().feed.sequence, feed().feed.revoked_count()), (0, 0));
    let body = Value::from([
        ("subject_id", Value::from("agent-1")),
        ("roles", Value::List(vec![Value::from("role:client")])),
    ]);
    let issued = na.admin("POST", "/admin/attestations", &body);
    assert_eq!(issued.status, 201, "{issued:?}");
    let id = issued.text("attestation_id");
    let revoke = format!("/admin/attestations/{id}/revoke");
    for _ in 0..2 {
        let answer = na.admin("POST", &revoke, &Value::from([("reason", Value::from("left"))]));
        assert_eq!(answer.text("status"), "revoked");
    }
    let own = MeshKey::parse(&public(2)).unwrap();
    let check =
        FeedCheck { issuer_keys: &[own], expected_issuer: Some("alpha"), last_sequence: Some(0) };
    assert_eq!(feed().verify(&check, now()), Ok(()));
    assert_eq!((feed().feed.sequence, feed().feed.revokes(&id)), (1, true));
    let (one, two) = (na.get("/sovereign-revocation-feed"), na.get("/sovereign-revocation-feed"));
    assert_eq!(one.bytes, two.bytes);
    assert_eq!(one.header("x-sequence"), Some("1"));
    assert!(one.header("x-next-update").is_some());
    let foreign = na.get("/sovereign-revocation-feed?issuer_sovereign_id=beta");
    assert_eq!((foreign.status, foreign.code()), (404, "feed_not_published".to_owned()));
}

#[test]
fn two_sovereigns_exchange_trust_and_revocation() {
    let alpha = Na::start();
    let beta = Na::with(|options| {
        options.config.genesis = crate::fixture::genesis("beta", 5, 2);
    });
    let body = Value::from([
        ("subject_id", Value::from("agent-1")),
        ("roles", Value::List(vec![Value::from("role:service:x")])),
    ]);
    let attestation = beta.admin("POST", "/admin/attestations", &body).json();
    let treaty = alpha.recognise("beta", &public(2));
    let both = Value::from([("attestation", attestation.clone()), ("treaty", treaty)]);
    let verify = || alpha.post("/attestations/verify-with-treaty", &both).text("reason");
    assert_eq!(verify(), "accepted");

    let id = attestation.get("attestation_id").and_then(Value::as_str).unwrap();
    beta.admin("POST", &format!("/admin/attestations/{id}/revoke"), &Value::from([]));
    let feed = beta.get("/sovereign-revocation-feed").json();
    let import = || {
        let body = Value::from([("feed", feed.clone())]);
        alpha.admin("POST", "/admin/sovereign-revocation-feeds/import", &body)
    };
    assert_eq!(import().json().get("revoked_count"), Some(&Value::from(1_u64)));
    assert_eq!(verify(), "attestation_locally_revoked");
    let again = import();
    assert_eq!((again.status, again.code()), (409, "stale_sequence".to_owned()));
    let view = alpha.get("/connectome.json").json();
    let radius = view.get("revocation_blast_radius").unwrap().items();
    let affected = radius[0].get("affected_accepting_sovereigns").unwrap().items();
    assert_eq!(affected, [Value::from("alpha")]);
}

#[test]
fn evidence_is_signed_and_checked() {
    let na = Na::start();
    na.recognise("beta", &public(9));
    let decision = Value::from([
        ("source_sovereign_id", Value::from("alpha")),
        ("target_sovereign_id", Value::from("beta")),
        ("verdict", Value::from("allow")),
        ("reason", Value::from("active_treaty_path")),
        ("trusted", Value::from(true)),
        ("hop_count", Value::from(1_u64)),
    ]);
    let issue = |decision: Value| {
        na.admin("POST", "/admin/trust-evidence", &Value::from([("decision", decision)]))
    };
    let issued = issue(decision.clone());
    assert_eq!(issued.status, 201, "{issued:?}");
    let evidence = issued.json();
    let digest = issued.text("graph_digest");
    assert_eq!(digest, na.get("/atlas.json").text("graph_digest"));
    let verify = |expected: &str| {
        let body =
            [("evidence", evidence.clone()), ("expected_graph_digest", Value::from(expected))];
        na.post("/trust-evidence/verify", &Value::from(body)).text("reason")
    };
    assert_eq!(verify(&digest), "accepted");
    assert_eq!(verify("other"), "graph_digest_mismatch");
    let mut members = decision.members().unwrap().clone();
    members.insert("verdict".to_owned(), Value::from("perhaps"));
    assert_eq!(issue(Value::Map(members)).code(), "invalid_verdict");
    assert_eq!(issue(Value::Null).code(), "missing_decision");
}

#[test]
fn checks_of_trust_objects_name_what_is_missing_and_are_limited() {
    let na = Na::with(|options| options.rates.trust_checks = 2);
    let cases = [
        ("/agreements/verify", "agreement", "missing_agreement", "invalid_agreement"),
        ("/boundary/verify", "decision", "missing_decision", "invalid_decision"),
        ("/consensus/verify", "proof", "missing_proof", "invalid_proof"),
        ("/trust-evidence/verify", "evidence", "missing_evidence", "invalid_evidence"),
    ];
    for (path, name, missing, invalid) in cases {
        assert_eq!(na.post(path, &Value::from([])).code(), missing);
        let wrong = Value::from([(name, Value::from([("x", Value::Null)]))]);
        assert_eq!(na.post(path, &wrong).code(), invalid);
        assert_eq!(na.post(path, &wrong).code(), "rate_limit_exceeded");
    }
}
