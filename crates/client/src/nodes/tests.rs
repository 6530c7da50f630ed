use std::collections::BTreeMap;

use comity_mesh::certificates::{CertificateReason, JoinCertificate};
use comity_mesh::descriptor::{AgentDescriptor, AgentEndpoint};
use comity_mesh::keys::MeshKey;
use comity_mesh::schema::Field as _;
use comity_sign::SigningKey;
use comity_wire::b64;
use comity_wire::mesh_json::{Value, canonical, parse};

use super::{InviteWish, Node};
use crate::memory::{ALPHA, BETA, Memory, World, at, operator, stamp};
use crate::review::Identity;
use crate::{ClientError, Remote};

fn node() -> Node {
    Node::new(SigningKey::from_seed([40; 32]))
}

fn certificate(world: &World, key: &str) -> JoinCertificate {
    let draft = JoinCertificate {
        cert_id: "cert-1".to_owned(),
        node_public_key: key.to_owned(),
        network_name: "alpha".to_owned(),
        roles: vec!["role:client".to_owned()],
        issued_at: at(),
        expires_at: at().plus(3600),
        issued_by: "na".to_owned(),
        signatures: Vec::new(),
    };
    draft.issue(&world.authority()).unwrap()
}

fn descriptor(key: &str) -> AgentDescriptor {
    AgentDescriptor {
        agent_id: "counter".to_owned(),
        node_public_key: key.to_owned(),
        network_name: "alpha".to_owned(),
        capabilities: vec!["count".to_owned()],
        endpoint: AgentEndpoint { host: "localhost".to_owned(), port: 1, scheme: "ws".to_owned() },
        registered_at: at(),
        expires_at: at().plus(600),
        metadata: BTreeMap::new(),
        signatures: Vec::new(),
    }
}

fn joined(answer: &JoinCertificate) -> (Result<JoinCertificate, ClientError>, Memory) {
    let mut memory = Memory::default();
    memory.answer(&format!("POST {}", ALPHA.url("/join")), 201, &answer.write());
    let (genesis, document) = (ALPHA.genesis().write(), ALPHA.document());
    let identity = Identity::check(ALPHA.url(""), genesis, document, None, at()).unwrap();
    let endpoint = ALPHA.endpoint();
    let result =
        Remote::new(&endpoint, &memory).join(&node(), ("token", 24), &identity, &stamp("n1"));
    (result, memory)
}

#[test]
fn a_node_signs_its_body_and_keeps_a_certificate_that_holds() {
    let good = certificate(&ALPHA, &node().public_key());
    let (result, memory) = joined(&good);
    assert_eq!(result.unwrap(), good);
    let asked = memory.asked.borrow();
    let Value::Map(mut body) = parse(asked[0].body.as_deref().unwrap()).unwrap() else { panic!() };
    let signature = body.remove("signature").unwrap();
    let key = MeshKey::parse(&node().public_key()).unwrap();
    assert!(key.has_signed(&canonical(&Value::Map(body.clone())), signature.as_str().unwrap()));
    assert_eq!(body["nonce"], Value::from("n1"));
    assert_eq!(body["invite_token"], Value::from("token"));
}

#[test]
fn a_certificate_of_another_or_for_another_is_refused() {
    let foreign = joined(&certificate(&BETA, &node().public_key())).0.unwrap_err();
    let reason = CertificateReason::InvalidSignature;
    assert_eq!(foreign, ClientError::BadCertificate { reason });
    assert_eq!(foreign.code(), "client.bad_certificate");
    let other = MeshKey::from(SigningKey::from_seed([41; 32]).public()).to_string();
    let answered = joined(&certificate(&ALPHA, &other)).0.unwrap_err();
    assert_eq!(answered.code(), "client.other_answer");
}

#[test]
fn descriptors_are_signed_before_anybody_is_asked() {
    let memory = Memory::default();
    let endpoint = ALPHA.endpoint();
    let remote = Remote::new(&endpoint, &memory);
    let foreign = MeshKey::from(SigningKey::from_seed([41; 32]).public()).to_string();
    let refused = remote.register(&node(), descriptor(&foreign)).unwrap_err();
    assert_eq!(refused.code(), "client.bad_descriptor");
    assert!(memory.log().is_empty());
    assert_eq!(
        remote.register(&node(), descriptor(&node().public_key())).unwrap_err().code(),
        "client.not_there"
    );
    assert_eq!(memory.log(), ["POST /agents"]);
}

#[test]
fn a_registry_is_listed_without_what_is_no_descriptor() {
    let signed =
        descriptor(&node().public_key()).issue(&SigningKey::from_seed([40; 32]), "n").unwrap();
    let agents = Value::List(vec![signed.write(), Value::from("nonsense")]);
    let mut memory = Memory::default();
    let url = format!("GET {}", ALPHA.url("/agents?capability=a%20b"));
    memory.answer(&url, 200, &Value::from([("agents", agents)]));
    let endpoint = ALPHA.endpoint();
    let (read, odd) = Remote::new(&endpoint, &memory).agents(Some("a b")).unwrap();
    assert_eq!((read, odd), (vec![signed], 1));
}

#[test]
fn invites_and_revocations_are_the_operators() {
    let mut memory = Memory::default();
    let invited =
        Value::from([("token_id", Value::from("t")), ("expires_at", Value::from("later"))]);
    memory.answer(&format!("POST {}", ALPHA.url("/admin/invite")), 201, &invited);
    let revoked = Value::from([("crl_sequence", Value::from(4_u64))]);
    memory.answer(&format!("POST {}", ALPHA.url("/admin/revoke")), 200, &revoked);
    let endpoint = ALPHA.endpoint();
    let remote = Remote::new(&endpoint, &memory);
    let wish = InviteWish { roles: vec![], max_validity_hours: 1, token_expiry_hours: 2 };
    assert_eq!(remote.invite(&wish, &operator(), &stamp("a")).unwrap().token_id, "t");
    let sequence = remote.revoke_certificate("c", "superseded", &operator(), &stamp("b"));
    assert_eq!(sequence, Ok(4));
    assert!(
        memory
            .asked
            .borrow()
            .iter()
            .all(|it| it.headers.iter().any(|(name, _)| *name == "X-Admin-Signature"))
    );
}

#[test]
fn a_node_signs_itself_off() {
    let mut memory = Memory::default();
    let key = node().public_key();
    let escaped = key.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let url = format!("DELETE {}", ALPHA.url(&format!("/agents/{escaped}")));
    memory.answer(&url, 200, &Value::from([("status", Value::from("deregistered"))]));
    let endpoint = ALPHA.endpoint();
    Remote::new(&endpoint, &memory).deregister(&node(), at()).unwrap();
    let asked = memory.asked.borrow();
    let body = parse(asked[0].body.as_deref().unwrap()).unwrap();
    let text = format!("delete-agent|v1|{key}|{}", at().isoformat());
    let signature = body.get("signature").and_then(Value::as_str).unwrap();
    assert!(MeshKey::parse(&key).unwrap().has_signed(text.as_bytes(), signature));
    assert!(b64::decode(signature.as_bytes()).is_ok());
}
