//! Nodes join, live, renew, register agents, and are revoked.

use comity_mesh::certificates::{CertificateRevocationList, JoinCertificate};
use comity_mesh::descriptor::{AgentDescriptor, deregistration_text};
use comity_mesh::schema::Field as _;
use comity_wire::b64;
use comity_wire::mesh_json::{Value, canonical};

use crate::client::{Answer, send};
use crate::fixture::{Na, key, nonce, now, public};

/// A node's body with its signature.
fn signed(number: u8, members: &[(&str, Value)]) -> Value {
    let mut body: std::collections::BTreeMap<String, Value> =
        members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    body.insert("node_public_key".to_owned(), Value::from(public(number)));
    body.insert("timestamp".to_owned(), Value::from(now().to_string()));
    body.insert("nonce".to_owned(), Value::from(nonce()));
    let signature = b64::encode(&key(number).sign(&canonical(&Value::Map(body.clone()))));
    body.insert("signature".to_owned(), Value::from(signature));
    Value::Map(body)
}

fn invite(na: &Na) -> String {
    let body = Value::from([("roles", Value::List(vec![Value::from("role:service:x")]))]);
    na.admin("POST", "/admin/invite", &body).text("token_id")
}

fn join(na: &Na, number: u8) -> Answer {
    na.post("/join", &signed(number, &[("invite_token", Value::from(invite(na)))]))
}

fn descriptor(number: u8, capabilities: &[&str]) -> AgentDescriptor {
    let value = Value::from([
        ("agent_id", Value::from("agent-1")),
        ("node_public_key", Value::from(public(number))),
        ("network_name", Value::from("alpha")),
        ("capabilities", Value::List(capabilities.iter().map(|it| Value::from(*it)).collect())),
        (
            "endpoint",
            Value::from([("host", Value::from("localhost")), ("port", Value::from(1_u64))]),
        ),
        ("registered_at", Value::from(now())),
        ("expires_at", Value::from(now().plus(600))),
    ]);
    AgentDescriptor::read(&value).unwrap().issue(&key(number), "node").unwrap()
}

#[test]
fn an_invite_lets_one_node_in_once() {
    let na = Na::start();
    let token = invite(&na);
    let body = signed(20, &[("invite_token", Value::from(token.as_str()))]);
    let joined = na.post("/join", &body);
    assert_eq!(joined.status, 201, "{joined:?}");
    let certificate = JoinCertificate::read(&joined.json()).unwrap();
    assert_eq!(certificate.roles, ["role:service:x"]);
    let again = na.post("/join", &signed(21, &[("invite_token", Value::from(token.as_str()))]));
    assert_eq!((again.status, again.code()), (403, "invalid_invite_token".to_owned()));
    let bytes = std::fs::read(na.record()).unwrap();
    assert!(!bytes.windows(token.len()).any(|window| window == token.as_bytes()));
}

#[test]
fn nodes_live_and_renew_until_they_are_revoked() {
    let na = Na::start();
    let cert_id = join(&na, 20).text("cert_id");
    let with = |more: &[(&str, Value)]| {
        signed(20, &[&[("cert_id", Value::from(cert_id.as_str()))], more].concat())
    };
    let beat = na.post("/heartbeat", &with(&[("status", Value::from("well"))]));
    assert_eq!(beat.json().get("ack"), Some(&Value::from(true)));
    assert_eq!(na.get("/nodes").json().get("count"), Some(&Value::from(1_u64)));
    assert_eq!(na.post("/renew", &with(&[])).status, 201);
    let roles = Value::List(vec![Value::from("role:operator")]);
    assert_eq!(
        na.post("/renew", &with(&[("roles", roles)])).code(),
        "renewal_role_change_forbidden"
    );
    let replay = with(&[]);
    assert_eq!(na.post("/heartbeat", &replay).status, 200);
    assert_eq!(na.post("/heartbeat", &replay).code(), "node_auth_failed");
    assert_eq!(
        na.post("/heartbeat", &signed(21, &[("cert_id", Value::from(cert_id.as_str()))])).code(),
        "certificate_key_mismatch"
    );

    assert_eq!(na.post("/agents", &descriptor(20, &["a"]).write()).status, 200);
    let revoke = Value::from([
        ("cert_id", Value::from(cert_id.as_str())),
        ("reason", Value::from("key_compromise")),
    ]);
    for _ in 0..2 {
        let revoked = na.admin("POST", "/admin/revoke", &revoke).json();
        assert_eq!(revoked.get("crl_sequence"), Some(&Value::from(1_u64)));
    }
    let crl = CertificateRevocationList::read(&na.get("/crl").json()).unwrap();
    let own = comity_mesh::keys::MeshKey::parse(&public(2)).unwrap();
    assert_eq!(crl.verify(&own, Some(0)), Ok(()));
    assert!(crl.entry(&cert_id).is_some());
    assert_eq!(na.post("/heartbeat", &with(&[])).code(), "certificate_revoked");
    assert_eq!(na.get("/agents").json().get("count"), Some(&Value::from(0_u64)));
    assert_eq!(join(&na, 20).code(), "node_key_compromised");
}

#[test]
fn agents_are_found_by_exactly_their_capability() {
    let na = Na::start();
    assert_eq!(
        na.post("/agents", &descriptor(20, &["a"]).write()).code(),
        "node_has_no_active_certificate"
    );
    assert_eq!(join(&na, 20).status, 201);
    assert_eq!(na.post("/agents", &descriptor(20, &["find_x", "Plan"]).write()).status, 200);
    let count = |capability: &str| {
        na.get(&format!("/agents?capability={capability}")).json().get("count").cloned()
    };
    assert_eq!(count("find_x"), Some(Value::from(1_u64)));
    for wild in ["%25", "find%25", "find%5Fy", "_lan", "plan", "find_x%2CPlan", "f%25x"] {
        assert_eq!(count(wild), Some(Value::from(0_u64)), "{wild}");
    }
    let path = format!(
        "/agents/{}",
        public(20).replace('/', "%2F").replace('+', "%2B").replace('=', "%3D")
    );
    assert_eq!(na.get(&path).text("agent_id"), "agent-1");
    let at = now().to_string();
    let signature = b64::encode(&key(20).sign(deregistration_text(&public(20), &at).as_bytes()));
    let body = Value::from([("signature", Value::from(signature)), ("signed_at", Value::from(at))]);
    let delete = || send(na.address, "DELETE", &path, &[], &canonical(&body));
    assert_eq!(delete().text("status"), "deregistered");
    assert_eq!(delete().code(), "agent_not_registered");
    assert_eq!(na.get(&path).code(), "agent_not_registered");
}
