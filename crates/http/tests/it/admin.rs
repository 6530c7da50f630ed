//! Who may write: headers of both versions, nonces, times, hosts.

use comity_authority::{AdminHeaders, Body, admin_bound_bytes, admin_v2_bytes};
use comity_wire::b64;
use comity_wire::mesh_json::Value;

use crate::fixture::{Na, key, nonce, now, public};

const INVITE: &str = "/admin/invite";

fn reason(answer: &crate::client::Answer) -> String {
    let value = answer.json();
    let details = value.get("error").and_then(|error| error.get("details").cloned());
    let reason = details.as_ref().and_then(|details| details.get("reason")).and_then(Value::as_str);
    reason.unwrap_or_default().to_owned()
}

#[test]
fn version_1_is_refused_unless_configured() {
    let strict = Na::start();
    let refused = strict.admin_v1(INVITE, b"{}");
    assert_eq!((refused.status, reason(&refused)), (401, "version_not_accepted".to_owned()));
    assert!(strict.has_audited("admin_auth_failed"));
    let lenient = Na::with(|options| options.config.accepts_admin_v1 = true);
    assert_eq!(lenient.admin_v1(INVITE, b"{}").status, 201);
    assert_eq!(
        lenient.admin_v1(INVITE, br#"{"roles":["role:client"],"x":1.0,"y":"\u00e9"}"#).status,
        201
    );
    assert_eq!(lenient.admin("POST", INVITE, &Value::from([])).status, 201);
}

#[test]
fn a_nonce_is_good_once_also_after_a_restart() {
    let na = Na::start();
    let nonce = nonce();
    assert_eq!(na.admin_raw("POST", INVITE, b"{}", &nonce).status, 201);
    assert_eq!(reason(&na.admin_raw("POST", INVITE, b"{}", &nonce)), "nonce_replay");
    let na = na.restart();
    assert_eq!(reason(&na.admin_raw("POST", INVITE, b"{}", &nonce)), "nonce_replay");
}

#[test]
fn a_refused_request_uses_its_nonce_up() {
    let na = Na::start();
    let nonce = nonce();
    assert_eq!(
        na.admin_raw("POST", INVITE, br#"{"roles":["king"]}"#, &nonce).code(),
        "invalid_role"
    );
    assert_eq!(reason(&na.admin_raw("POST", INVITE, b"{}", &nonce)), "nonce_replay");
}

/// Headers that are right but for what `change` does, and the signature over them.
fn send(
    na: &Na,
    path: &str,
    body: &[u8],
    change: impl FnOnce(&mut Signed),
) -> crate::client::Answer {
    let mut it = Signed {
        version: "2".to_owned(),
        key_id: "op".to_owned(),
        timestamp: now().to_string(),
        nonce: nonce(),
        host: na.address.to_string(),
        path: path.to_owned(),
        method: "POST".to_owned(),
        body: body.to_vec(),
        signer: 3,
        signature: None,
    };
    change(&mut it);
    let headers = AdminHeaders {
        version: &it.version,
        key_id: &it.key_id,
        timestamp: &it.timestamp,
        nonce: &it.nonce,
        signature: "",
    };
    let bytes = admin_v2_bytes(&it.method, &it.path, &it.host, &it.body, &headers);
    let signature = it.signature.unwrap_or_else(|| b64::encode(&key(it.signer).sign(&bytes)));
    na.send_signed("POST", path, body, &AdminHeaders { signature: &signature, ..headers })
}

struct Signed {
    version: String,
    key_id: String,
    timestamp: String,
    nonce: String,
    host: String,
    path: String,
    method: String,
    body: Vec<u8>,
    signer: u8,
    signature: Option<String>,
}

#[test]
fn a_signature_fits_one_request_only() {
    let na = Na::start();
    assert_eq!(send(&na, INVITE, b"{}", |_| {}).status, 201);
    let cases: &[(&str, fn(&mut Signed))] = &[
        ("invalid_signature", |it| it.path = "/admin/revoke".to_owned()),
        ("invalid_signature", |it| it.path += "?x=1"),
        ("invalid_signature", |it| it.method = "DELETE".to_owned()),
        ("invalid_signature", |it| it.host = "other.example".to_owned()),
        ("invalid_signature", |it| it.body = b"{ }".to_vec()),
        ("invalid_signature", |it| it.signer = 4),
        ("invalid_signature", |it| it.signature = Some("not base64 !".to_owned())),
        ("invalid_signature", |it| it.signature = Some(b64::encode(&[0; 64]))),
        ("unknown_key", |it| it.key_id = "root".to_owned()),
        ("unknown_version", |it| it.version = "3".to_owned()),
        ("stale_timestamp", |it| it.timestamp = now().plus(-301).to_string()),
        ("stale_timestamp", |it| it.timestamp = now().plus(400).to_string()),
        ("invalid_timestamp", |it| it.timestamp = "2026-01-01T00:00:00".to_owned()),
        ("invalid_timestamp", |it| it.timestamp = "soon".to_owned()),
        ("nonce_too_long", |it| it.nonce = "n".repeat(129)),
        ("missing_headers", |it| it.nonce.clear()),
    ];
    let before = na.snapshot();
    for (wanted, change) in cases {
        let answer = send(&na, INVITE, b"{}", change);
        assert_eq!((answer.status, answer.code()), (401, "admin_auth_failed".to_owned()));
        assert_eq!(reason(&answer), *wanted);
    }
    assert_eq!(na.snapshot(), before);
}

#[test]
fn a_request_for_another_host_is_refused() {
    let na = Na::start();
    let (timestamp, nonce) = (now().to_string(), nonce());
    let headers = AdminHeaders {
        version: "2",
        key_id: "op",
        timestamp: &timestamp,
        nonce: &nonce,
        signature: "",
    };
    let bytes = admin_v2_bytes("POST", INVITE, "other.example", b"{}", &headers);
    let signature = b64::encode(&key(3).sign(&bytes));
    let all = [
        ("host", "other.example"),
        ("x-admin-version", "2"),
        ("x-admin-key-id", "op"),
        ("x-admin-timestamp", &timestamp),
        ("x-admin-nonce", &nonce),
        ("x-admin-signature", &signature),
    ];
    assert_eq!(reason(&crate::client::send(na.address, "POST", INVITE, &all, b"{}")), "wrong_host");
}

#[test]
fn operators_are_limited_per_minute() {
    let na = Na::with(|options| options.rates.admin = 2);
    let invite = || na.admin("POST", INVITE, &Value::from([])).status;
    assert_eq!([invite(), invite(), invite()], [201, 201, 429]);
}

#[test]
fn policies_are_published_listed_and_restored() {
    let na = Na::start();
    let first = na.get("/policy").text("policy_id");
    let body = Value::from([
        ("policy_id", Value::from("p2")),
        ("allowed_ports", Value::List(vec![Value::from(1_u64)])),
    ]);
    assert_eq!(na.admin("POST", "/admin/policy", &body).status, 201);
    assert_eq!(na.admin("POST", "/admin/policy", &body).code(), "policy_exists");
    assert_eq!(na.get("/policy").text("policy_id"), "p2");
    let back = Value::from([("policy_id", Value::from(first.as_str()))]);
    assert_eq!(na.admin("POST", "/admin/policy/rollback", &back).status, 200);
    assert_eq!(na.get("/policy").text("policy_id"), first);
    let unknown = Value::from([("policy_id", Value::from("p9"))]);
    assert_eq!(na.admin("POST", "/admin/policy/rollback", &unknown).code(), "policy_not_found");
    let history = na.admin("GET", "/admin/policy/history", &Value::Null).json();
    assert_eq!(history.get("versions").unwrap().items().len(), 2);
}

#[test]
fn a_recognition_policy_decides_about_attestations() {
    let na = Na::start();
    let body = Value::from([
        ("subject_id", Value::from("agent-1")),
        ("roles", Value::List(vec![Value::from("role:client")])),
    ]);
    let attestation = na.admin("POST", "/admin/attestations", &body).json();
    let verify =
        || na.post("/attestations/verify", &Value::from([("attestation", attestation.clone())]));
    assert_eq!(verify().code(), "missing_recognition_policy");
    let issuer = Value::from([
        ("sovereign_id", Value::from("alpha")),
        ("public_keys", Value::List(vec![Value::from(public(2))])),
    ]);
    let policy = Value::from([
        ("local_sovereign_id", Value::from("alpha")),
        ("recognized_issuers", Value::List(vec![issuer])),
    ]);
    let set = na.admin(
        "POST",
        "/admin/recognition-policy",
        &Value::from([("recognition_policy", policy)]),
    );
    assert_eq!(set.text("policy_id"), "recognition-alpha");
    assert_eq!(verify().text("reason"), "accepted");
    assert_eq!(na.get("/recognition-policy").text("local_sovereign_id"), "alpha");
    let id = attestation.get("attestation_id").and_then(Value::as_str).unwrap();
    na.admin("POST", &format!("/admin/attestations/{id}/revoke"), &Value::from([]));
    assert_eq!(verify().text("reason"), "locally_revoked");
}

#[test]
fn the_references_bound_signature_fits_one_request_only() {
    let na = Na::start();
    let body = br#"{"roles":["role:client"],"weight":1.0}"#;
    let sent = |to: &str, method: &str, path: &str, audience: &str, over: &[u8]| {
        let (timestamp, nonce) = (now().to_string(), nonce());
        let headers = AdminHeaders {
            version: "",
            key_id: "op",
            timestamp: &timestamp,
            nonce: &nonce,
            signature: "",
        };
        let over = Body::parse(over).unwrap().to_value();
        let bytes = admin_bound_bytes(method, path, audience, &over, &headers).unwrap();
        let signature = b64::encode(&key(3).sign(&bytes));
        let method = if to.starts_with("/admin/audit") { "GET" } else { "POST" };
        let body: &[u8] = if method == "GET" { b"" } else { body };
        na.send_signed(method, to, body, &AdminHeaders { signature: &signature, ..headers })
    };
    let own = public(2);
    assert_eq!(sent(INVITE, "POST", INVITE, &own, body).status, 201);
    let audit = "/admin/audit?from=0&limit=2";
    assert_eq!(sent(audit, "GET", audit, &own, b"{}").status, 200);
    let before = na.snapshot();
    for (to, method, path, audience, over) in [
        (INVITE, "DELETE", INVITE, &own, &body[..]),
        (INVITE, "POST", "/admin/revoke", &own, body),
        (INVITE, "POST", "/admin/invite?x=1", &own, body),
        (INVITE, "POST", INVITE, &public(3), body),
        (INVITE, "POST", INVITE, &own, b"{}"),
        (audit, "GET", "/admin/audit?from=0&limit=3", &own, b"{}"),
        ("/admin/audit?from=%30", "GET", "/admin/audit?from=0", &own, b"{}"),
    ] {
        let answer = sent(to, method, path, audience, over);
        assert_eq!((answer.status, answer.code()), (401, "admin_auth_failed".to_owned()), "{path}");
    }
    assert_eq!(na.snapshot(), before);
}
