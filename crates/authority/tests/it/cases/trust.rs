//! Objects of trust, licences, the atlas.

use comity_authority::Write;

use super::refused;
use crate::refusals::Case;
use crate::refusals::How::{Admin, Run};

pub(super) fn trust() -> Vec<Case> {
    let (evidence, offer, counter): (fn() -> Write, fn() -> Write, fn() -> Write) =
        (|| Write::IssueEvidence, || Write::Offer, || Write::Counter);
    let (accept, decide, commit): (fn() -> Write, fn() -> Write, fn() -> Write) =
        (|| Write::Accept, || Write::DecideBoundary, || Write::Commit);
    let (vote, assemble): (fn() -> Write, fn() -> Write) = (|| Write::Vote, || Write::Assemble);
    vec![
        ("missing_decision", 400, Admin(evidence, "{}")),
        ("invalid_decision", 400, Admin(evidence, "{'decision':{}}")),
        (
            "invalid_verdict",
            400,
            Admin(
                evidence,
                "{'decision':{'source_sovereign_id':'a','target_sovereign_id':'b','verdict':'perhaps'}}",
            ),
        ),
        (
            "invalid_graph_digest",
            400,
            Admin(
                evidence,
                "{'decision':{'source_sovereign_id':'a','target_sovereign_id':'b','verdict':'allow'},'graph_digest':5}",
            ),
        ),
        ("missing_offer_fields", 400, Admin(offer, "{}")),
        (
            "invalid_timestamps",
            400,
            Admin(
                offer,
                "{'responder_sovereign_id':'b','capabilities':['r'],'valid_from':'2026-01-01T00:00:00'}",
            ),
        ),
        (
            "invalid_timestamp_order",
            400,
            Admin(
                offer,
                "{'responder_sovereign_id':'b','capabilities':['r'],'valid_from':'NOW+0.','valid_until':'NOW+0.'}",
            ),
        ),
        (
            "invalid_scope",
            400,
            Admin(offer, concat!("{'responder_sovereign_id':'b','scope':5,", terms!(), "}")),
        ),
        (
            "offer_rejected",
            422,
            Admin(
                offer,
                concat!(
                    "{'responder_sovereign_id':'alpha','expires_at':'NOW+3600.',",
                    terms!(),
                    "}"
                ),
            ),
        ),
        ("missing_counter_fields", 400, Admin(counter, "{}")),
        ("invalid_offer", 400, Admin(counter, "{'offer':{}}")),
        (
            "counter_rejected",
            422,
            Admin(counter, concat!("{'offer':", offer!(), ",", terms!(), "}")),
        ),
        ("missing_accept_fields", 400, Admin(accept, "{'counter':{}}")),
        ("accept_rejected", 422, Admin(accept, concat!("{'offer':", offer!(), "}"))),
        ("missing_boundary_fields", 400, Admin(decide, "{}")),
        (
            "invalid_context",
            400,
            Admin(
                decide,
                concat!("{'requested_capability':'r','context':5,'agreement':", agreement!(), "}"),
            ),
        ),
        (
            "boundary_eval_failed",
            422,
            Admin(
                decide,
                concat!(
                    "{'requested_capability':'r','context':{'requester_sovereign_id':'x'},'agreement':",
                    agreement!(),
                    "}"
                ),
            ),
        ),
        ("missing_commit_fields", 400, Admin(commit, "{}")),
        (
            "commit_failed",
            422,
            Admin(commit, concat!("{'capabilities':['admin'],'agreement':", agreement!(), "}")),
        ),
        ("nullifier_failed", 422, Admin(|| Write::Nullify, concat!("{'proof':", shown!(), "}"))),
        ("missing_vote_fields", 400, Admin(vote, "{}")),
        ("invalid_justification", 400, Admin(vote, "{'justification_proof':{}}")),
        (
            "invalid_vote_type",
            400,
            Admin(vote, concat!("{'vote':'yes','justification_proof':", justification!(), "}")),
        ),
        (
            "vote_failed",
            422,
            Admin(vote, concat!("{'vote':true,'justification_proof':", justification!(), "}")),
        ),
        ("missing_proof_fields", 400, Admin(assemble, "{}")),
        (
            "proof_assembly_failed",
            422,
            Admin(
                assemble,
                concat!(
                    "{'votes':[],'required_threshold':1,'validator_sovereign_ids':[],'justification_proof':",
                    justification!(),
                    "}"
                ),
            ),
        ),
    ]
}

pub(super) fn data_and_atlas() -> Vec<Case> {
    let (license, intend): (fn() -> Write, fn() -> Write) =
        (|| Write::LicenseData, || Write::IntendAccess);
    let (see, archive): (fn() -> Write, fn() -> Write) = (|| Write::SeePeer, || Write::ArchivePeer);
    vec![
        ("missing_policy_fields", 400, Admin(license, "{}")),
        (
            "invalid_prohibited_classification_tags",
            400,
            Admin(license, concat!("{", licence!(), ",'prohibited_classification_tags':5}")),
        ),
        (
            "invalid_volume",
            400,
            Admin(license, concat!("{", licence!(), ",'max_volume_bytes_per_session':-1}")),
        ),
        ("missing_intent_fields", 400, Admin(intend, "{}")),
        ("invalid_source", 400, Admin(intend, "{'sources':[{}]}")),
        ("invalid_decision_id", 400, Admin(intend, concat!("{", intent!(), ",'decision_id':5}"))),
        ("missing_atlas_peer_fields", 400, Admin(see, "{}")),
        (
            "invalid_endpoint",
            400,
            Admin(see, "{'sovereign_id':'b','endpoint':'x','fetched_at':'NOW+0.','graph':{}}"),
        ),
        (
            "atlas_own_graph",
            400,
            Admin(
                see,
                "{'sovereign_id':'alpha','endpoint':'http://a','fetched_at':'NOW+0.','graph':{}}",
            ),
        ),
        (
            "atlas_snapshot_ahead",
            400,
            Admin(
                see,
                "{'sovereign_id':'b','endpoint':'http://a','fetched_at':'NOW+3600.','graph':{}}",
            ),
        ),
        (
            "invalid_recognition_graph",
            422,
            Admin(
                see,
                "{'sovereign_id':'b','endpoint':'http://a','fetched_at':'NOW+0.','graph':5}",
            ),
        ),
        (
            "atlas_snapshot_superseded",
            409,
            Run(|it| {
                it.admin(&Write::SeePeer, concat!("{", part!(), "}")).unwrap();
                refused(it.admin(&Write::SeePeer, concat!("{", part!(), "}")))
            }),
        ),
        (
            "atlas_full",
            503,
            Run(|it| {
                for number in 0..comity_authority::limits::ATLAS_PEERS_MAX {
                    let text = format!(
                        "{{'sovereign_id':'s{number}','endpoint':'http://a','fetched_at':'NOW+0.','graph':{{}}}}"
                    );
                    it.admin(&Write::SeePeer, &text).unwrap();
                }
                refused(it.admin(&Write::SeePeer, concat!("{", part!(), "}")))
            }),
        ),
        ("atlas_peer_not_found", 404, Admin(archive, "{'sovereign_id':'b'}")),
    ]
}
