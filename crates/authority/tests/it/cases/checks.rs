//! Checks of what somebody shows.

use comity_authority::{Authority, Write};
use comity_mesh::attestation::MembershipAttestation;
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::Value;

use super::{BETA, MEMBER, put, refused};
use crate::refusals::Case;
use crate::refusals::How::{Check, Run};

pub(super) fn checks() -> Vec<Case> {
    vec![
        ("invalid_recognition_treaty", 422, Check(Authority::verify_treaty, "{}")),
        (
            "invalid_expected_sovereign_id",
            400,
            Run(|it| {
                let treaty = it.admin(&Write::IssueTreaty, BETA).unwrap().body;
                let mut body = Value::from([("treaty", treaty)]);
                put(&mut body, "expected_issuer_sovereign_id", Value::from(1_u64));
                let bytes = comity_wire::mesh_json::canonical(&body);
                refused(it.na.verify_treaty(&comity_authority::Body::parse(&bytes).unwrap(), it.at))
            }),
        ),
        ("invalid_attestation_or_policy", 422, Check(Authority::verify_attestation, "{}")),
        (
            "missing_recognition_policy",
            400,
            Run(|it| {
                let made = it.admin(&Write::IssueAttestation, MEMBER).unwrap().body;
                let made = MembershipAttestation::read(&made).unwrap().write();
                let bytes =
                    comity_wire::mesh_json::canonical(&Value::from([("attestation", made)]));
                refused(
                    it.na
                        .verify_attestation(&comity_authority::Body::parse(&bytes).unwrap(), it.at),
                )
            }),
        ),
        ("invalid_attestation_or_treaty", 422, Check(Authority::verify_with_treaty, "{}")),
        (
            "invalid_treaty_issuer_public_keys",
            400,
            Run(|it| {
                let attestation = it.admin(&Write::IssueAttestation, MEMBER).unwrap().body;
                let treaty = it.admin(&Write::IssueTreaty, BETA).unwrap().body;
                let mut body = Value::from([("attestation", attestation), ("treaty", treaty)]);
                put(&mut body, "treaty_issuer_public_keys", Value::from(1_u64));
                let bytes = comity_wire::mesh_json::canonical(&body);
                refused(
                    it.na
                        .verify_with_treaty(&comity_authority::Body::parse(&bytes).unwrap(), it.at),
                )
            }),
        ),
        ("missing_evidence", 400, Check(Authority::verify_evidence, "{}")),
        ("invalid_evidence", 400, Check(Authority::verify_evidence, "{'evidence':{}}")),
        (
            "invalid_expected_graph_digest",
            400,
            Check(
                Authority::verify_evidence,
                concat!("{'evidence':", evidence!(), ",'expected_graph_digest':5}"),
            ),
        ),
        ("missing_agreement", 400, Check(Authority::verify_agreement, "{}")),
        ("invalid_agreement", 400, Check(Authority::verify_agreement, "{'agreement':{}}")),
        (
            "missing_public_keys",
            400,
            Check(Authority::verify_agreement, concat!("{'agreement':", agreement!(), "}")),
        ),
        (
            "invalid_public_keys",
            400,
            Check(
                Authority::verify_agreement,
                concat!("{'agreement':", agreement!(), ",'offerer_public_keys':['?']}"),
            ),
        ),
        (
            "invalid_operator_public_keys",
            400,
            Check(
                Authority::verify_boundary,
                concat!("{'decision':", decision!(), ",'operator_public_keys':['?']}"),
            ),
        ),
        (
            "invalid_freshness_public_keys",
            400,
            Check(
                Authority::verify_boundary,
                concat!("{'decision':", decision!(), ",'freshness_public_keys':['?']}"),
            ),
        ),
        ("missing_proof", 400, Check(Authority::verify_consensus, "{}")),
        ("invalid_proof", 400, Check(Authority::verify_consensus, "{'proof':{}}")),
        (
            "invalid_assembler_public_keys",
            400,
            Check(
                Authority::verify_consensus,
                concat!("{'proof':", consensus!(), ",'assembler_public_keys':['?']}"),
            ),
        ),
        (
            "invalid_proof_id",
            400,
            Check(
                Authority::verify_consensus,
                concat!("{'proof':", consensus!(), ",'justification_proof_id':5}"),
            ),
        ),
        (
            "invalid_validator_public_keys",
            400,
            Check(
                Authority::verify_consensus,
                concat!("{'proof':", consensus!(), ",'validator_public_keys':{'a':'?'}}"),
            ),
        ),
        ("missing_prove_fields", 400, Check(Authority::prove, "{}")),
        (
            "invalid_commitment",
            400,
            Check(Authority::prove, "{'capability':'r','capabilities':['r'],'commitment':{}}"),
        ),
        (
            "prove_failed",
            422,
            Check(
                Authority::prove,
                concat!(
                    "{'capability':'r','capabilities':['r'],'prover_sovereign_id':'b','commitment':",
                    commitment!(),
                    "}"
                ),
            ),
        ),
        ("missing_verify_fields", 400, Check(Authority::verify_disclosure, "{}")),
        ("invalid_input", 400, Check(Authority::verify_disclosure, "{'proof':{}}")),
        (
            "invalid_agent_public_keys",
            400,
            Check(
                Authority::verify_data_usage,
                "{'intent':{'intent_id':'i','agent_sovereign_id':'a','decision_id':'d','declared_sources':[],'declared_access_types':[],'declared_at':'NOW+0.','expires_at':'NOW+0.'},'policy':{'policy_id':'p','licensor_sovereign_id':'a','licensee_sovereign_id':'b','valid_from':'NOW+0.','valid_until':'NOW+0.'},'agent_public_keys':['?']}",
            ),
        ),
        ("no_policy", 404, Run(|it| refused(it.na.data_license()))),
    ]
}
