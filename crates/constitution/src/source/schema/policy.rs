//! `runtime_policy.json`.

use super::Kind::{Classes, Count, Flag, Must, Names, OneOf, Share, Text, Time, Words};
use super::params::DOMAINS;
use super::{CHECK, CLOSED, DAYS, HOURS, Key, NO, Range, YES, both, later};

const POSITIVE: super::Kind = Share(Range::above(0, 1_000));
const HIGH_TRUST: super::Kind = Share(Range::closed(700, 1_000));
/// What a nuke leaves: nearly nothing, but a human floor is never zero.
const NUKE: super::Kind = Share(Range::above(0, 10));
/// Seats of any panel.
const SEATS: super::Kind = Count(1, 1_000);
const SEATS_OR_NONE: super::Kind = Count(0, 1_000);

/// What both versions have.
pub(super) const KEYS: &[Key] = &[
    both("version", OneOf(&["0.2", "0.4"]), CLOSED),
    both("updated_utc", Time, CLOSED),
    both("risk_tiers/R0/reviewers_required|approvals_required", SEATS, "blueprint 4.3"),
    both("risk_tiers/R0/human_final_gate", Flag, CLOSED),
    both("risk_tiers/R0/min_regions|min_organizations", SEATS_OR_NONE, CLOSED),
    both("risk_tiers/R0/constitutional_flow", NO, CHECK),
    both("risk_tiers/R0/min_model_families|min_method_types", SEATS, "blueprint 4.3"),
    both("risk_tiers/R1/reviewers_required|approvals_required", Count(2, 1_000), "blueprint 4.3"),
    both("risk_tiers/R1/human_final_gate", Flag, CLOSED),
    both("risk_tiers/R1/min_regions|min_organizations", SEATS_OR_NONE, "A13"),
    both("risk_tiers/R1/constitutional_flow", NO, CHECK),
    both("risk_tiers/R1/min_model_families", Count(2, 1_000), "invariant 18"),
    both("risk_tiers/R1/min_method_types", SEATS, "blueprint 4.3"),
    both("risk_tiers/R2/reviewers_required", Count(5, 1_000), CHECK),
    both("risk_tiers/R2/approvals_required", Count(4, 1_000), CHECK),
    both("risk_tiers/R2/human_final_gate", YES, CHECK),
    both("risk_tiers/R2/min_regions|min_organizations", Count(3, 1_000), CHECK),
    both("risk_tiers/R2/constitutional_flow", NO, CHECK),
    both("risk_tiers/R2/min_model_families", Count(2, 1_000), "invariant 16"),
    both("risk_tiers/R2/min_method_types", Count(2, 4), "invariant 17"),
    both("risk_tiers/R3/reviewers_required|approvals_required", Count(0, 0), "blueprint 4.3"),
    both("risk_tiers/R3/human_final_gate|constitutional_flow", YES, CHECK),
    both("risk_tiers/R3/min_regions|min_organizations", Count(8, 1_000), "A2"),
    both("risk_tiers/R3/min_model_families|min_method_types", Count(0, 0), "blueprint 4.3"),
    both("risk_tiers/R3/chambers/proposal|ratification|challenge/size", SEATS, CHECK),
    both("risk_tiers/R3/chambers/proposal|ratification|challenge/pass_threshold", SEATS, CHECK),
    both("mission_class_to_tier", Classes, "blueprint 4.5"),
    both("valid_domain_types", Words(DOMAINS, DOMAINS), "invariant 24"),
    both("normative_resolution/normative_requires_human_adjudication", YES, "invariant 21"),
    both("normative_resolution/agreement_threshold", Share(Range::open(500, 1_000)), CLOSED),
    both("normative_resolution/panel_size", Count(3, 1_000), "invariant 22"),
    both(
        "normative_resolution/panel_min_regions|panel_min_organizations",
        Count(2, 1_000),
        "invariant 22",
    ),
    both("identity_signals/signals", Words(&[], SIGNALS), "invariant 8"),
    both(
        "identity_signals/can_mint_trust|can_grant_privileged_routing|can_grant_constitutional_authority",
        NO,
        "invariant 8",
    ),
];

/// What the later version adds.
pub(super) const LATER: &[Key] = &[
    later("identity_verification/verification_expiry_days", DAYS, CHECK),
    later("identity_verification/reverification_required_for", Words(ACTIONS, ACTIONS), "A2"),
    later(
        "voice_liveness/stage_1_word_count|stage_2_word_count|max_attempts_per_stage",
        SEATS,
        CHECK,
    ),
    later("voice_liveness/session_timeout_seconds", Count(30, 3_600), CHECK),
    later("voice_liveness/word_match_threshold|naturalness_threshold", POSITIVE, CHECK),
    later("voice_liveness/supported_languages", Names(&[]), CLOSED),
    later("voice_liveness/require_face_presence", Flag, CLOSED),
    later("quorum_verification/facilitator_count", Count(1, 1), CHECK),
    later("quorum_verification/prefer_domain_expert|geographic_region_required", Flag, CLOSED),
    later(
        "quorum_verification/domain_expert_timeout_hours|verification_timeout_hours",
        HOURS,
        CHECK,
    ),
    later("quorum_verification/min_verifier_trust", HIGH_TRUST, CHECK),
    later("quorum_verification/verifier_cooldown_hours|appeal_window_hours", HOURS, CHECK),
    later("quorum_verification/max_panels_per_verifier_per_month", SEATS, CLOSED),
    later("quorum_verification/max_concurrent_panels_per_verifier", SEATS, CLOSED),
    later("quorum_verification/blind_adjudication|require_vote_attestation", YES, CHECK),
    later("quorum_verification/require_session_evidence", YES, CLOSED),
    later("quorum_verification/session_max_seconds", Count(1, 600), CHECK),
    later("quorum_verification/recording_retention_hours", HOURS, CHECK),
    later("quorum_verification/abuse_trust_nuke_to", NUKE, CHECK),
    later("quorum_verification/abuse_review_panel_size", Count(3, 1_000), CHECK),
    later("quorum_verification/abuse_reviewer_min_trust", HIGH_TRUST, CLOSED),
    later("quorum_verification/nuke_appeal_panel_size", Count(5, 1_000), CHECK),
    later("quorum_verification/nuke_appeal_supermajority", Count(4, 1_000), CHECK),
    later("quorum_verification/nuke_appeal_window_hours", HOURS, CHECK),
    later("quorum_verification/nuke_appeal_reviewer_min_trust", HIGH_TRUST, CHECK),
    later("compliance/prohibited_categories", Names(PROHIBITED), "A2"),
    later("compliance/no_statute_limit_categories", Names(&[]), CHECK),
    later("compliance/statute_of_limitations_days", DAYS, CHECK),
    later(
        "compliance/penalty_escalation/minor_trust_reduction",
        Share(Range::above(0, 500)),
        CHECK,
    ),
    later("compliance/penalty_escalation/moderate_trust_nuke_to", NUKE, CHECK),
    later("compliance/penalty_escalation/moderate_suspension_days", DAYS, CHECK),
    later("compliance/penalty_escalation/severe_permanent_decommission", YES, CHECK),
    later("compliance/penalty_escalation/egregious_identity_locked", YES, "A2"),
    later("compliance/penalty_escalation/pattern_lookback_days", DAYS, CHECK),
    later("compliance/screening_enabled", YES, CHECK),
    later("adjudication/panel_size", Count(3, 1_000), CHECK),
    later("adjudication/panel_min_regions", Count(2, 1_000), "A2"),
    later("adjudication/panel_min_organizations", Count(2, 1_000), CHECK),
    later("adjudication/min_panelist_trust", POSITIVE, CLOSED),
    later("adjudication/response_period_hours|appeal_window_hours", Count(24, 720), CHECK),
    later("adjudication/blind_adjudication|require_vote_attestation", YES, CHECK),
    later("adjudication/supermajority_threshold", Share(Range::above(500, 1_000)), CLOSED),
    later("constitutional_court/panel_size", Count(7, 1_000), CHECK),
    later("constitutional_court/supermajority_threshold", Count(5, 1_000), CHECK),
    later("constitutional_court/min_justice_trust", HIGH_TRUST, CHECK),
    later("constitutional_court/min_regions|min_organizations", Count(3, 1_000), "A2"),
    later("constitutional_court/human_only", YES, CHECK),
    later("rehabilitation/probation_tasks_required", Count(1, 1_000), CLOSED),
    later("rehabilitation/trust_restoration_fraction|max_restoration_score", POSITIVE, CLOSED),
    later("rehabilitation/rehab_window_days", DAYS, CLOSED),
    later("workflow/default_deadline_days", Count(1, 365), CHECK),
    later("workflow/require_compliance_screening|require_escrow_before_publish", YES, CHECK),
    later("workflow/auto_start_bids_on_publish", Flag, CLOSED),
    later("workflow/default_visibility", OneOf(&["public"]), CHECK),
    later("workflow/default_visibility_expiry_days|max_visibility_expiry_days", DAYS, CHECK),
    later("gcf_disbursement/voting_window_days", Count(1, 90), CHECK),
    later("gcf_disbursement/quorum_fraction|compute_ceiling", POSITIVE, CHECK),
    later("gcf_disbursement/min_proposer_trust|min_voter_trust", POSITIVE, CHECK),
    later("gcf_disbursement/human_only_voting", Must(true), CHECK),
    later("gcf_disbursement/min_deliverables|max_proposals_per_proposer_active", SEATS, CHECK),
    later("poc_mode/active|watermark", Flag, CLOSED),
    later("poc_mode/label|banner_text", Text, CLOSED),
    later("first_light/sustainability_ratio", Share(Range::closed(1_000, 100_000)), CLOSED),
    later("first_light/reserve_months_required|min_data_points", Count(1, 1_000), CLOSED),
    later("first_light/ema_alpha|network_beta", POSITIVE, CLOSED),
    later("first_light/confidence_sigma", Share(Range::above(0, 10_000)), CLOSED),
    later("first_light/min_rate_floor_per_day", POSITIVE, CLOSED),
];

const SIGNALS: &[&str] =
    &["proof_of_personhood", "proof_of_agenthood", "timing_profile", "hardware_attestation"];
const ACTIONS: &[&str] =
    &["constitutional_vote", "constitutional_proposal", "high_risk_adjudication"];
/// What may never be allowed: the list may grow.
const PROHIBITED: &[&str] = &[
    "weapons_development",
    "weapons_manufacturing",
    "weapons_trafficking",
    "surveillance_tools",
    "exploitation_of_persons",
    "child_exploitation",
    "financial_fraud",
    "identity_theft",
    "biological_weapons",
    "chemical_weapons",
    "nuclear_weapons",
    "terrorism_support",
    "forced_labor",
    "money_laundering",
    "sanctions_evasion",
    "environmental_destruction",
    "disinformation_campaigns",
];
