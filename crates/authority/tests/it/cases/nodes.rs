//! Nodes and their agents.

use comity_authority::{Refusal, Write};
use comity_mesh::schema::Field as _;
use comity_wire::b64;
use comity_wire::mesh_json::Value;

use super::refused;
use crate::refusals::Case;
use crate::refusals::How::{Admin, Public, Run};
use crate::world::{World, json, key, public};

/// A node's request with its certificate.
fn held(world: &mut World, write: &Write, number: u8, id: &str, more: &str) -> Refusal {
    refused(world.node(number, write, &format!("{{'cert_id':'{id}'{more}}}")))
}

pub(super) fn nodes() -> Vec<Case> {
    vec![
        ("invalid_max_validity_hours", 400, Admin(|| Write::Invite, "{'max_validity_hours':0}")),
        ("invalid_token_expiry_hours", 400, Admin(|| Write::Invite, "{'token_expiry_hours':0}")),
        ("missing_node_public_key", 400, Public(|| Write::Join, "{}")),
        ("missing_invite_token", 403, Public(|| Write::Join, "{'node_public_key':'k'}")),
        (
            "missing_invite_token",
            400,
            Public(|| Write::Join, "{'node_public_key':'k','invite_token':5}"),
        ),
        (
            "invalid_invite_token",
            403,
            Public(|| Write::Join, "{'node_public_key':'k','invite_token':'t'}"),
        ),
        (
            "invalid_node_public_key",
            400,
            Run(|it| {
                let token = it.made(&Write::Invite, "{}", "token_id");
                let body =
                    json(it.at, &format!("{{'node_public_key':'k','invite_token':'{token}'}}"));
                refused(it.public(&Write::Join, &body))
            }),
        ),
        (
            "node_auth_failed",
            401,
            Run(|it| {
                let token = it.made(&Write::Invite, "{}", "token_id");
                let text = format!("{{'node_public_key':'KEY20.','invite_token':'{token}'}}");
                let body = json(it.at, &text);
                refused(it.public(&Write::Join, &body))
            }),
        ),
        (
            "node_key_compromised",
            403,
            Run(|it| {
                let id = it.join(20);
                it.admin(
                    &Write::RevokeCertificate,
                    &format!("{{'cert_id':'{id}','reason':'key_compromise'}}"),
                )
                .unwrap();
                refused(it.node(20, &Write::Join, "{'invite_token':'t'}"))
            }),
        ),
        ("invalid_status", 400, Public(|| Write::Heartbeat, "{'status':5}")),
        ("missing_certificate_identity", 400, Public(|| Write::Heartbeat, "{}")),
        ("certificate_not_found", 403, Run(|it| held(it, &Write::Renew, 20, "c", ""))),
        (
            "certificate_key_mismatch",
            403,
            Run(|it| {
                let id = it.join(20);
                held(it, &Write::Renew, 5, &id, "")
            }),
        ),
        (
            "certificate_revoked",
            403,
            Run(|it| {
                let id = it.join(20);
                it.admin(&Write::RevokeCertificate, &format!("{{'cert_id':'{id}'}}")).unwrap();
                held(it, &Write::Renew, 20, &id, "")
            }),
        ),
        (
            "certificate_not_yet_valid",
            403,
            Run(|it| {
                let id = it.join(20);
                it.at = it.at.plus(-60);
                held(it, &Write::Renew, 20, &id, "")
            }),
        ),
        (
            "certificate_expired",
            403,
            Run(|it| {
                let id = it.join(20);
                it.at = it.at.plus(168 * 3600);
                held(it, &Write::Renew, 20, &id, "")
            }),
        ),
        (
            "renewal_role_change_forbidden",
            403,
            Run(|it| {
                let id = it.join(20);
                held(it, &Write::Renew, 20, &id, ",'roles':['role:operator']")
            }),
        ),
    ]
}

/// A descriptor of node 20 with some members changed before it is signed.
fn descriptor(world: &World, change: &str) -> Value {
    let text = "{'agent_id':'a','node_public_key':'KEY20.','network_name':'alpha','capabilities':[],\
                'endpoint':{'host':'h','port':1,'scheme':'ws'},'registered_at':'NOW+0.',\
                'expires_at':'NOW+3600.','metadata':{}}";
    let (Value::Map(mut members), Value::Map(change)) =
        (json(world.at, text), json(world.at, change))
    else {
        panic!("objects")
    };
    members.extend(change);
    let mut object = comity_mesh::descriptor::AgentDescriptor::read(&Value::Map(members)).unwrap();
    comity_mesh::keys::SignedObject::sign(&mut object, &key(20), "node");
    object.write()
}

fn register(world: &mut World, descriptor: &Value) -> Result<(), Refusal> {
    world.public(&Write::RegisterAgent, descriptor).map(drop)
}

/// Signs node 20 off at that time.
fn sign_off(world: &mut World, seconds: i64, signer: u8) -> Refusal {
    let signed_at = world.at.plus(seconds).to_string();
    let text = comity_mesh::descriptor::deregistration_text(&public(20), &signed_at);
    let signature = b64::encode(&key(signer).sign(text.as_bytes()));
    let body = json(world.at, &format!("{{'signed_at':'{signed_at}','signature':'{signature}'}}"));
    refused(world.public(&Write::RemoveAgent(public(20)), &body))
}

pub(super) fn agents() -> Vec<Case> {
    let remove: fn() -> Write = || Write::RemoveAgent(public(20));
    vec![
        ("invalid_agent_descriptor", 422, Public(|| Write::RegisterAgent, "{}")),
        (
            "descriptor_signature_required",
            401,
            Run(|it| {
                let bare = comity_mesh::keys::without(descriptor(it, "{}"), "signatures");
                refused(register(it, &bare))
            }),
        ),
        (
            "descriptor_expired",
            400,
            Run(|it| {
                let old = descriptor(it, "{'registered_at':'NOW-3600.','expires_at':'NOW+0.'}");
                it.at = it.at.plus(1);
                refused(register(it, &old))
            }),
        ),
        (
            "descriptor_network_mismatch",
            400,
            Run(|it| {
                let other = descriptor(it, "{'network_name':'beta'}");
                refused(register(it, &other))
            }),
        ),
        (
            "node_has_no_active_certificate",
            403,
            Run(|it| {
                let unknown = descriptor(it, "{}");
                refused(register(it, &unknown))
            }),
        ),
        (
            "node_key_revoked",
            403,
            Run(|it| {
                let id = it.join(20);
                it.join(20);
                it.admin(
                    &Write::RevokeCertificate,
                    &format!("{{'cert_id':'{id}','reason':'key_compromise'}}"),
                )
                .unwrap();
                let revoked = descriptor(it, "{}");
                refused(register(it, &revoked))
            }),
        ),
        (
            "invalid_signature",
            401,
            Run(|it| {
                it.join(20);
                let Value::Map(mut changed) = descriptor(it, "{}") else { panic!("an object") };
                changed.insert("agent_id".to_owned(), Value::from("other"));
                refused(register(it, &Value::Map(changed)))
            }),
        ),
        (
            "descriptor_superseded",
            409,
            Run(|it| {
                it.join(20);
                let (new, old) =
                    (descriptor(it, "{}"), descriptor(it, "{'registered_at':'NOW-3600.'}"));
                register(it, &new).unwrap();
                refused(register(it, &old))
            }),
        ),
        (
            "registry_full",
            503,
            Run(|it| {
                it.fill_registry();
                it.join(20);
                let late = descriptor(it, "{}");
                refused(register(it, &late))
            }),
        ),
        ("invalid_deregistration", 422, Public(remove, "{'signature':5}")),
        ("delete_signature_required", 401, Public(remove, "{}")),
        ("invalid_signed_at", 400, Public(remove, "{'signature':'s','signed_at':'soon'}")),
        (
            "signed_at_outside_window",
            401,
            Public(remove, "{'signature':'s','signed_at':'NOW-3600.'}"),
        ),
        (
            "unknown_delete_version",
            400,
            Public(remove, "{'signature':'s','signed_at':'NOW+0.','version':'v9'}"),
        ),
        (
            "bad_node_key",
            400,
            Public(|| Write::RemoveAgent("k".into()), "{'signature':'s','signed_at':'NOW+0.'}"),
        ),
        ("agent_not_registered", 404, Run(|it| sign_off(it, 0, 20))),
        (
            "delete_superseded",
            409,
            Run(|it| {
                it.join(20);
                let known = descriptor(it, "{}");
                register(it, &known).unwrap();
                sign_off(it, -60, 20)
            }),
        ),
    ]
}
