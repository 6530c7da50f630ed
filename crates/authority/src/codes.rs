//! Every code that a refusal may have, with its statuses: what clients branch on. A code is never reworded.
//!
//! [`Refusal`](crate::Refusal) takes only these, and each has a test that produces it.

/// Who refuses so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusedBy {
    /// The authority.
    Authority,
    /// The shell around it: routes, limits, the record.
    Shell,
}

/// A code, with a status that it comes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusalCode {
    /// The code.
    pub code: &'static str,
    /// The status of the answer.
    pub status: u16,
    /// Who refuses so.
    pub by: RefusedBy,
}

/// Lists codes by status.
macro_rules! codes {
    ($($by:ident $status:literal: $($code:literal)+;)+) => {
        /// Every code, once for each status.
        pub const CODES: &[RefusalCode] = &[$($(
            RefusalCode { code: $code, status: $status, by: RefusedBy::$by },
        )+)+];
    };
}

codes! {
    // Not accepted is a verdict: its status is for the record only.
    Shell 200: "not_accepted";
    Shell 400: "bad_request" "invalid_audit_range";
    Shell 404: "not_found";
    Shell 405: "method_not_allowed";
    Shell 408: "request_timeout";
    Shell 413: "payload_too_large";
    Shell 429: "rate_limit_exceeded";
    Authority 503: "service_not_ready" "authority_out_of_office" "registry_full" "atlas_full";
    Authority 413: "record_entry_too_large";
    // Who asks, and with what.
    Authority 401: "admin_auth_failed" "node_auth_failed" "descriptor_signature_required"
        "delete_signature_required" "signed_at_outside_window" "invalid_signature";
    Authority 403: "missing_invite_token" "invalid_invite_token" "node_key_compromised"
        "certificate_not_found" "certificate_key_mismatch" "certificate_revoked"
        "certificate_not_yet_valid" "certificate_expired" "renewal_role_change_forbidden"
        "node_has_no_active_certificate" "node_key_revoked" "partner_delegation_refused"
        "partner_act_reserved" "partner_duty_not_delegated";
    // What is not there, or is there already.
    Authority 404: "treaty_not_found" "attestation_not_found" "certificate_not_found"
        "policy_not_found" "recognition_policy_not_configured" "agent_not_registered"
        "feed_not_published" "no_policy" "atlas_peer_not_found" "delegation_not_found"
        "assets_not_published";
    Authority 409: "policy_exists" "stale_sequence" "descriptor_superseded" "delete_superseded"
        "atlas_snapshot_superseded" "heartbeat_refused" "notice_refused" "note_refused"
        "assets_refused" "delegation_exists" "delegation_accepted" "too_many_delegations";
    // What is missing or cannot be.
    Authority 400: "invalid_json" "invalid_json_object" "invalid_role" "invalid_reason"
        "invalid_issuer_sovereign_id" "foreign_issuer" "missing_treaty_subject"
        "empty_subject_public_keys" "invalid_subject_public_keys" "invalid_validity_hours"
        "invalid_metadata" "missing_attestation_subject" "invalid_subject_public_key"
        "invalid_claims" "invalid_policy_id" "invalid_issuer_public_keys"
        "missing_issuer_public_keys" "invalid_expected_issuer_sovereign_id" "wrong_issuer"
        "missing_signature" "invalid_signature" "invalid_promise" "feed_overdue"
        "invalid_max_validity_hours" "invalid_token_expiry_hours" "missing_node_public_key"
        "missing_invite_token" "invalid_node_public_key" "invalid_status"
        "missing_certificate_identity" "invalid_min_client_version" "invalid_allowed_services"
        "invalid_allowed_ports" "missing_policy_id" "missing_cert_id"
        "invalid_revocation_reason" "descriptor_expired" "descriptor_network_mismatch"
        "bad_node_key" "invalid_signed_at" "unknown_delete_version"
        "missing_trust_path_parameters" "invalid_expected_sovereign_id"
        "missing_recognition_policy" "invalid_treaty_issuer_public_keys" "invalid_asset_kind";
    Authority 400: "missing_evidence" "invalid_evidence" "invalid_expected_graph_digest"
        "missing_decision" "invalid_decision" "invalid_verdict" "invalid_graph_digest"
        "missing_agreement" "invalid_agreement" "invalid_public_keys" "missing_public_keys"
        "invalid_operator_public_keys" "invalid_freshness_public_keys" "missing_proof"
        "invalid_proof" "invalid_assembler_public_keys" "invalid_proof_id"
        "invalid_validator_public_keys" "missing_offer_fields" "invalid_timestamps"
        "invalid_timestamp_order" "invalid_scope" "missing_counter_fields" "invalid_offer"
        "missing_accept_fields" "missing_boundary_fields" "invalid_context"
        "missing_commit_fields" "missing_prove_fields" "invalid_commitment"
        "missing_verify_fields" "invalid_input" "missing_vote_fields" "invalid_vote_type"
        "invalid_justification" "missing_proof_fields" "missing_policy_fields"
        "invalid_prohibited_classification_tags" "invalid_volume" "missing_intent_fields"
        "invalid_source" "invalid_decision_id" "invalid_agent_public_keys"
        "missing_atlas_peer_fields" "invalid_endpoint" "atlas_own_graph" "atlas_snapshot_ahead";
    Authority 400: "heartbeat_refused" "notice_refused" "report_refused" "onboarding_refused"
        "assets_refused" "delegation_refused" "acceptance_refused" "note_refused" "end_refused";
    // What is no such object, or is understood and not done.
    Authority 422: "invalid_treaty_scope" "invalid_recognition_policy" "invalid_routing"
        "invalid_sovereign_revocation_feed" "invalid_agent_descriptor" "invalid_deregistration"
        "invalid_recognition_treaty" "invalid_attestation_or_policy"
        "invalid_attestation_or_treaty" "invalid_recognition_graph" "invalid_heartbeat"
        "invalid_notice" "invalid_report" "invalid_onboarding_statement"
        "invalid_asset_manifest" "invalid_delegation" "invalid_acceptance" "invalid_note"
        "invalid_end";
    Authority 422: "offer_rejected" "counter_rejected" "accept_rejected" "boundary_eval_failed"
        "commit_failed" "nullifier_failed" "prove_failed" "vote_failed" "proof_assembly_failed";
}

/// Whether a refusal may have that code.
pub(crate) fn is_known(code: &str) -> bool {
    CODES.iter().any(|known| known.code == code)
}
