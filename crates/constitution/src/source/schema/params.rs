//! `constitutional_params.json`.

use super::Kind::{Count, Flag, Must, OneOf, Share, ShareText, Text, Time, Words};
use super::{CHECK, CLOSED, DAYS, HOURS, Key, Range, YES, both, later};

const UNIT: super::Kind = Share(Range::closed(0, 1_000));
const POSITIVE: super::Kind = Share(Range::above(0, 1_000));
const INSIDE: super::Kind = Share(Range::open(0, 1_000));
/// Seats of a chamber; its majority is a relation.
const SEATS: super::Kind = Count(1, 1_000);
/// People at which a phase or a tier ends: more than that are no bound.
const PEOPLE: super::Kind = Count(1, 1_000_000);
const METHODS: &[&str] =
    &["reasoning_model", "retrieval_augmented", "rule_based_deterministic", "human_reviewer"];
pub(super) const DOMAINS: &[&str] = &["objective", "normative", "mixed"];

/// What both versions have.
pub(super) const KEYS: &[Key] = &[
    both("version", OneOf(&["0.3", "0.4"]), CLOSED),
    both("updated_utc", Time, CLOSED),
    both("constitutional_voting/w_H_const", Share(Range::closed(1_000, 1_000)), CHECK),
    both("constitutional_voting/w_M_const", Share(Range::closed(0, 0)), "invariant 1"),
    both("trust_weights/w_Q", Share(Range::closed(700, 1_000)), CHECK),
    both("trust_weights/w_R", UNIT, CLOSED),
    both("trust_weights/w_V", Share(Range::closed(0, 100)), CHECK),
    both("quality_gates/Q_min_H|Q_min_M", POSITIVE, "invariant 2"),
    both("trust_floors/T_floor_H_positive", YES, CHECK),
    both("trust_floors/T_floor_M", Share(Range::closed(0, 0)), CHECK),
    both("eligibility/tau_vote|tau_prop", INSIDE, CHECK),
    both("fast_elevation/delta_fast", INSIDE, CHECK),
    both("machine_recertification/RECERT_CORRECTNESS_MIN", Share(Range::closed(900, 1_000)), CHECK),
    both("machine_recertification/RECERT_SEVERE_ERR_MAX", Share(Range::closed(0, 10)), CHECK),
    both("machine_recertification/RECERT_REPRO_MIN", Share(Range::closed(950, 1_000)), CHECK),
    both("machine_recertification/RECERT_REVIEW_SIGS", Count(5, 1_000), CHECK),
    both("machine_recertification/RECERT_PROBATION_TASKS", Count(1, 1_000_000), CHECK),
    both("machine_decommission/M_ZERO_DECOMMISSION_DAYS", DAYS, CHECK),
    both("machine_decommission/M_RECERT_FAIL_MAX", Count(1, 1_000), CHECK),
    both("machine_decommission/M_RECERT_FAIL_WINDOW_DAYS", DAYS, CHECK),
    both("full_constitution/chambers/proposal|ratification|challenge/size", SEATS, CHECK),
    both("full_constitution/chambers/proposal|ratification|challenge/pass_threshold", SEATS, CHECK),
    both("full_constitution/geo/R_min", SEATS, CHECK),
    both("full_constitution/geo/c_max", POSITIVE, CHECK),
    both("full_constitution/fast_elevation/q_h", Count(30, 1_000), "blueprint 4.2"),
    both("full_constitution/fast_elevation/r_h|o_h", Count(3, 1_000), "blueprint 4.2"),
    both("genesis/G0_MAX_DAYS|G0_EXTENSION_DAYS|G1_MAX_DAYS", DAYS, "invariant 10"),
    both("genesis/G0_RATIFICATION_WINDOW_DAYS", Count(90, 90), "invariant 12"),
    both(
        "genesis/phase_thresholds/G0_max_humans|G1_max_humans|G2_max_humans",
        PEOPLE,
        "invariant 9",
    ),
    both("genesis/G1_chambers/proposal|ratification|challenge/size", SEATS, CHECK),
    both("genesis/G1_chambers/proposal|ratification|challenge/pass_threshold", SEATS, CHECK),
    both("genesis/G1_geo/R_min", SEATS, CHECK),
    both("genesis/G1_geo/c_max", POSITIVE, CHECK),
    both("genesis/G1_fast_elevation/q_h|r_h|o_h", SEATS, CHECK),
    both("genesis/G2_chambers/proposal|ratification|challenge/size", SEATS, CHECK),
    both("genesis/G2_chambers/proposal|ratification|challenge/pass_threshold", SEATS, CHECK),
    both("genesis/G2_geo/R_min", SEATS, CHECK),
    both("genesis/G2_geo/c_max", POSITIVE, CHECK),
    both("genesis/G2_fast_elevation/q_h|r_h|o_h", SEATS, CHECK),
    both("commitment_tiers/EPOCH_HOURS", HOURS, CHECK),
    both("commitment_tiers/C0_L1_anchor_interval_hours|C1_L1_anchor_interval_hours", HOURS, CHECK),
    both("commitment_tiers/C0_max_humans|C1_max_humans", PEOPLE, CLOSED),
    both("commitment_committee/n|t", SEATS, CHECK),
    both("key_management/KEY_ROTATION_DAYS", Count(1, 365), CHECK),
    both("reviewer_heterogeneity/H_R2_MODEL_FAMILIES", Count(2, 1_000), CHECK),
    both("reviewer_heterogeneity/H_R2_METHOD_TYPES", Count(2, 4), CHECK),
    both("reviewer_heterogeneity/valid_method_types", Words(METHODS, METHODS), "invariant 20"),
    both(
        "normative_resolution/NORMATIVE_AGREEMENT_THRESHOLD",
        Share(Range::open(500, 1_000)),
        CLOSED,
    ),
    both("normative_resolution/NORMATIVE_PANEL_SIZE", Count(3, 1_000), "invariant 22"),
    both("normative_resolution/NORMATIVE_PANEL_REGIONS", Count(2, 1_000), "invariant 22"),
    both("normative_resolution/NORMATIVE_PANEL_ORGS", Count(2, 1_000), "invariant 22"),
    both("normative_resolution/valid_domain_types", Words(DOMAINS, DOMAINS), "invariant 24"),
];

/// What the later version adds.
pub(super) const LATER: &[Key] = &[
    later("trust_weights/w_E", Share(Range::closed(0, 100)), CHECK),
    later("eligibility/constitutional_supermajority", Share(Range::above(500, 1_000)), CHECK),
    later("effort_thresholds/E_min_per_tier/R0|R1|R2|R3", UNIT, CHECK),
    later("effort_thresholds/E_suspicious_low", UNIT, CHECK),
    later("effort_thresholds/E_max_credit", POSITIVE, CHECK),
    later("genesis/founder_veto_active", Flag, CLOSED),
    later("genesis/founder_veto_expiry", OneOf(&["first_light", "G1"]), "invariant 11"),
    later("genesis/FOUNDER_INACTIVITY_THRESHOLD_DAYS", DAYS, CLOSED),
    later("genesis/founder_veto_allowed_statuses", Words(&[], EARLY), CHECK),
    later("amendment_lifecycle/chamber_voting_window_days", Count(1, 365), CHECK),
    later("amendment_lifecycle/chamber_org_diversity_min", Count(2, 1_000), CHECK),
    later("amendment_lifecycle/lapse_participation_threshold", POSITIVE, CHECK),
    later("immune_system/oversight_trust_min", Share(Range::closed(800, 1_000)), CHECK),
    later("immune_system/auto_response_max_severity", OneOf(&["low", "medium"]), CHECK),
    later("immune_system/overseer_selection", OneOf(&["randomised_domain_expert"]), CHECK),
    later("immune_system/resolution_feedback_window_days", DAYS, CHECK),
    later("immune_system/bootstrap_overseer_pool_max", Count(1, 10), CHECK),
    later("immune_system/bootstrap_sunset_organic_threshold", Count(1, 1_000_000), CHECK),
    later("immune_system/bootstrap_hard_expiry", OneOf(&["first_light"]), CHECK),
    later("quality_assessment/worker_weights/consensus|evidence|complexity", UNIT, CLOSED),
    later("quality_assessment/reviewer_weights/alignment|calibration", UNIT, CLOSED),
    later("quality_assessment/evidence_expectations/R0|R1|R2|R3", Count(1, 1_000), CLOSED),
    later(
        "quality_assessment/complexity_multipliers/R0|R1|R2|R3",
        Share(Range::above(0, 2_000)),
        CLOSED,
    ),
    later(
        "quality_assessment/reviewer_alignment_scores/correct_approve|correct_reject|abstain|wrong_approve|wrong_reject",
        UNIT,
        CLOSED,
    ),
    later("quality_assessment/calibration_min_history", Count(1, 100), CLOSED),
    later("quality_assessment/calibration_window_size", Count(1, 100), CLOSED),
    later("gcf_compute/GCF_COMPUTE_CEILING", ShareText(Range::above(0, 1_000)), CHECK),
    later("assembly/inactivity_expiry_days", DAYS, CLOSED),
    later("org_registry/attestation_count_required|verified_min_members", Count(1, 1_000), CLOSED),
    later("org_registry/verified_min_avg_trust", POSITIVE, CLOSED),
    later("domain_clearance/clearance_min_quorum|autonomous_min_quorum", Count(1, 1_000), CLOSED),
    later(
        "domain_clearance/clearance_min_domain_trust|autonomous_min_domain_trust|autonomous_min_machine_trust",
        POSITIVE,
        CLOSED,
    ),
    later("domain_clearance/clearance_expiry_days", DAYS, CLOSED),
    later("machine_agency/tier3_min_years_at_tier2", Count(1, 100), CLOSED),
    later("machine_agency/tier3_min_domain_trust", POSITIVE, CLOSED),
    later("machine_agency/tier3_class_min_expert_cohort", Count(1, 1_000), CLOSED),
    later("dynamic_equilibrium/MACHINE_WORK_DISCOUNT_DEFAULT", SHARE_TEXT, CLOSED),
    later("dynamic_equilibrium/EQUILIBRIUM_BASE_DIFFERENTIAL", SHARE_TEXT, CLOSED),
    later("dynamic_equilibrium/EQUILIBRIUM_SCALING_FACTOR", FACTOR_TEXT, CLOSED),
    later("dynamic_equilibrium/EQUILIBRIUM_INFLECTION_RATIO", FACTOR_TEXT, CLOSED),
    later("dynamic_equilibrium/REGISTRATION_CAPACITY_FACTOR", Count(1, 1_000), CLOSED),
    later(
        "dynamic_equilibrium/GCF_STEM_INFRASTRUCTURE_DISPOSITION|TIER3_EXIT_AUTOMATIC",
        Flag,
        CLOSED,
    ),
    later("stub_configuration/VOICE_VERIFICATION_MODE", OneOf(VOICE), CLOSED),
    later("stub_configuration/VOICE_VERIFICATION_MODE_OPTIONS", Words(VOICE, VOICE), CLOSED),
    later("stub_configuration/VOICE_VERIFICATION_TRIGGER", Text, CLOSED),
    later("stub_configuration/SIGNATURE_MODE", OneOf(SIGNATURE), CLOSED),
    later("stub_configuration/SIGNATURE_MODE_OPTIONS", Words(SIGNATURE, SIGNATURE), CLOSED),
    later("stub_configuration/SIGNATURE_MODE_TRIGGER", Text, CLOSED),
    later("stub_configuration/PERSISTENCE_BACKEND", OneOf(BACKEND), CLOSED),
    later("stub_configuration/PERSISTENCE_BACKEND_OPTIONS", Words(BACKEND, BACKEND), CLOSED),
    later("stub_configuration/PERSISTENCE_BACKEND_TRIGGER", Text, CLOSED),
    later("stub_configuration/FOUNDER_CONTINUITY_ENFORCEMENT", Flag, CLOSED),
    later("stub_configuration/FOUNDER_CONTINUITY_TRIGGER", Text, CLOSED),
    later("entrenched_provisions/GCF_CONTRIBUTION_RATE", ShareText(Range::closed(10, 10)), CHECK),
    later(
        "entrenched_provisions/TRUST_FLOOR_H_POSITIVE|NO_BUY_TRUST|MACHINE_VOTING_EXCLUSION",
        YES,
        CHECK,
    ),
    later("entrenched_provisions/PAYMENT_SOVEREIGNTY", Must(true), "A1"),
    later(
        "entrenched_provisions/entrenched_amendment_threshold",
        Share(Range::closed(800, 800)),
        CHECK,
    ),
    later(
        "entrenched_provisions/entrenched_participation_minimum",
        Share(Range::closed(500, 500)),
        CHECK,
    ),
    later("entrenched_provisions/entrenched_cooling_off_days", Count(90, 90), CHECK),
    later("entrenched_provisions/entrenched_confirmation_vote_required", YES, CHECK),
    later("entrenched_provisions/MINIMUM_INDEPENDENT_PAYMENT_RAILS", Count(2, 1_000), "A1"),
    later(
        "entrenched_provisions/MINIMUM_INDEPENDENT_PAYMENT_RAILS_AT_FIRST_LIGHT",
        Count(3, 1_000),
        "A1",
    ),
    later("entrenched_provisions/PAYMENT_RAIL_MIGRATION_DAYS", DAYS, CLOSED),
];

const SHARE_TEXT: super::Kind = ShareText(Range::closed(0, 1_000));
const FACTOR_TEXT: super::Kind = ShareText(Range::above(0, 100_000));
/// Before ratification is over: later, a veto would undo what chambers have passed.
const EARLY: &[&str] = &["proposed", "proposal_chamber_voting", "ratification_chamber_voting"];
const VOICE: &[&str] = &["stub", "live"];
const SIGNATURE: &[&str] = &["format_validation", "cryptographic"];
const BACKEND: &[&str] = &["json_flat", "sqlite", "postgresql"];
