//! Who asks, and what authorities issue.

use comity_authority::{Refusal, Write};

use super::{BETA, refused};
use crate::refusals::Case;
use crate::refusals::How::{Admin, Public, Run};
use crate::world::World;

pub(super) fn asking() -> Vec<Case> {
    let asked: fn(&mut World) -> Refusal = |world| {
        let mut late = World::unfounded("alpha", 1, 2);
        std::mem::swap(world, &mut late);
        refused(world.na.policy())
    };
    vec![
        ("service_not_ready", 503, Run(asked)),
        ("invalid_json", 400, Run(|it| refused(it.raw(&Write::Invite, b"{")))),
        ("invalid_json_object", 400, Run(|it| refused(it.raw(&Write::Invite, b"[]")))),
        ("admin_auth_failed", 401, Public(|| Write::Invite, "{}")),
        (
            "record_entry_too_large",
            413,
            Run(|it| {
                let long = "x".repeat(1 << 20);
                let text = format!(
                    "{{'subject_id':'d','roles':['role:client'],'claims':{{'x':'{long}'}}}}"
                );
                refused(it.admin(&Write::IssueAttestation, &text))
            }),
        ),
        (
            "authority_out_of_office",
            503,
            Run(|it| {
                it.at = it.at.plus(86_400 * 31);
                refused(it.admin(&Write::IssueTreaty, BETA))
            }),
        ),
    ]
}

pub(super) fn issuing() -> Vec<Case> {
    let treaty: fn() -> Write = || Write::IssueTreaty;
    let member: fn() -> Write = || Write::IssueAttestation;
    let policy: fn() -> Write = || Write::PublishPolicy;
    let recognition: fn() -> Write = || Write::SetRecognitionPolicy;
    vec![
        ("invalid_role", 400, Admin(|| Write::Invite, "{'roles':['king']}")),
        ("invalid_reason", 400, Admin(|| Write::RevokeTreaty("t".into()), "{'reason':5}")),
        ("invalid_issuer_sovereign_id", 400, Admin(treaty, "{'issuer_sovereign_id':5}")),
        ("foreign_issuer", 400, Admin(treaty, "{'issuer_sovereign_id':'beta'}")),
        ("missing_treaty_subject", 400, Admin(treaty, "{}")),
        ("empty_subject_public_keys", 400, Admin(treaty, "{'subject_sovereign_id':'b'}")),
        (
            "invalid_subject_public_keys",
            400,
            Admin(treaty, "{'subject_sovereign_id':'b','subject_public_keys':['?']}"),
        ),
        (
            "invalid_treaty_scope",
            422,
            Admin(
                treaty,
                "{'subject_sovereign_id':'b','subject_public_keys':['KEY12.'],'scope':1}",
            ),
        ),
        (
            "invalid_validity_hours",
            400,
            Admin(
                treaty,
                "{'subject_sovereign_id':'b','subject_public_keys':['KEY12.'],'validity_hours':0}",
            ),
        ),
        (
            "invalid_metadata",
            400,
            Admin(
                treaty,
                "{'subject_sovereign_id':'b','subject_public_keys':['KEY12.'],'metadata':1}",
            ),
        ),
        ("treaty_not_found", 404, Admin(|| Write::RevokeTreaty("t".into()), "{}")),
        ("missing_attestation_subject", 400, Admin(member, "{}")),
        (
            "invalid_subject_public_key",
            400,
            Admin(member, "{'subject_id':'d','roles':['role:client'],'subject_public_key':1}"),
        ),
        (
            "invalid_claims",
            400,
            Admin(member, "{'subject_id':'d','roles':['role:client'],'claims':1}"),
        ),
        ("attestation_not_found", 404, Admin(|| Write::RevokeAttestation("a".into()), "{}")),
        ("invalid_recognition_policy", 422, Admin(recognition, "{}")),
        ("invalid_policy_id", 400, Admin(policy, "{'policy_id':5}")),
        (
            "policy_exists",
            409,
            Run(|it| {
                it.admin(&Write::PublishPolicy, "{'policy_id':'p'}").unwrap();
                refused(it.admin(&Write::PublishPolicy, "{'policy_id':'p'}"))
            }),
        ),
        ("invalid_routing", 422, Admin(policy, "{'routing':1}")),
        ("invalid_min_client_version", 400, Admin(policy, "{'min_client_version':1}")),
        ("invalid_allowed_services", 400, Admin(policy, "{'allowed_services':1}")),
        ("invalid_allowed_ports", 400, Admin(policy, "{'allowed_ports':[0]}")),
        ("missing_policy_id", 400, Admin(|| Write::RestorePolicy, "{}")),
        ("policy_not_found", 404, Admin(|| Write::RestorePolicy, "{'policy_id':'p'}")),
        ("missing_cert_id", 400, Admin(|| Write::RevokeCertificate, "{}")),
        (
            "invalid_revocation_reason",
            400,
            Admin(|| Write::RevokeCertificate, "{'cert_id':'c','reason':'bored'}"),
        ),
        ("certificate_not_found", 404, Admin(|| Write::RevokeCertificate, "{'cert_id':'c'}")),
        ("recognition_policy_not_configured", 404, Run(|it| refused(it.na.recognition_policy()))),
        ("feed_not_published", 404, Run(|it| refused(it.na.feed(Some("beta"))))),
        (
            "missing_trust_path_parameters",
            400,
            Run(|it| {
                refused(it.na.explain(
                    &mut comity_mesh::connectome::Scratch::new(),
                    Some("a"),
                    None,
                ))
            }),
        ),
    ]
}
