//! Within `runtime_policy.json`, and between it and the parameters.

use super::{Relation, ascending, majority, relation, rising, same};

const CHECK: &str = "check_invariants.py";
const CLOSED: &str = "closed here";
const AGREE: &str = "A13: sources that disagree";

/// In the order of the file, then what both files say.
pub(super) const RELATIONS: &[Relation] = &[
    relation(
        &[
            "policy/risk_tiers/R0|R1|R2/approvals_required",
            "policy/risk_tiers/R0|R1|R2/reviewers_required",
        ],
        "more than half of the reviewers must approve, and not more than there are",
        majority,
        CHECK,
    ),
    relation(
        &[
            "policy/risk_tiers/R0/min_regions|min_organizations|min_model_families|min_method_types",
            "policy/risk_tiers/R0/approvals_required|approvals_required|approvals_required|approvals_required",
        ],
        "those who approve must be as many as the kinds that they span",
        rising,
        "A5",
    ),
    relation(
        &[
            "policy/risk_tiers/R1/min_regions|min_organizations|min_model_families|min_method_types",
            "policy/risk_tiers/R1/approvals_required|approvals_required|approvals_required|approvals_required",
        ],
        "those who approve must be as many as the kinds that they span",
        rising,
        "A5",
    ),
    relation(
        &[
            "policy/risk_tiers/R2/min_regions|min_organizations|min_model_families|min_method_types",
            "policy/risk_tiers/R2/approvals_required|approvals_required|approvals_required|approvals_required",
        ],
        "those who approve must be as many as the kinds that they span",
        rising,
        "A5",
    ),
    relation(
        &[
            "policy/risk_tiers/R0/reviewers_required|approvals_required|min_regions|min_organizations|min_model_families|min_method_types",
            "policy/risk_tiers/R1/reviewers_required|approvals_required|min_regions|min_organizations|min_model_families|min_method_types",
            "policy/risk_tiers/R2/reviewers_required|approvals_required|min_regions|min_organizations|min_model_families|min_method_types",
        ],
        "a higher tier must not ask for less",
        rising,
        "blueprint 4.3",
    ),
    relation(
        &[
            "policy/risk_tiers/R3/chambers/proposal|ratification|challenge/pass_threshold",
            "policy/risk_tiers/R3/chambers/proposal|ratification|challenge/size",
        ],
        "a chamber must pass by more than half of its seats, and not by more than it has",
        majority,
        CHECK,
    ),
    relation(
        &[
            "policy/normative_resolution/panel_min_regions|panel_min_organizations",
            "policy/normative_resolution/panel_size|panel_size",
        ],
        "a panel must have a seat for each region and organisation that it needs",
        rising,
        CLOSED,
    ),
    relation(
        &["policy/voice_liveness/stage_1_word_count", "policy/voice_liveness/stage_2_word_count"],
        "the second stage must be longer than the first",
        ascending,
        CHECK,
    ),
    relation(
        &[
            "policy/quorum_verification/domain_expert_timeout_hours",
            "policy/quorum_verification/verification_timeout_hours",
        ],
        "the expert's time must end within the whole",
        rising,
        CLOSED,
    ),
    relation(
        &[
            "policy/quorum_verification/max_concurrent_panels_per_verifier",
            "policy/quorum_verification/max_panels_per_verifier_per_month",
        ],
        "panels at once must not be more than panels in a month",
        rising,
        CLOSED,
    ),
    relation(
        &[
            "policy/quorum_verification/appeal_window_hours|nuke_appeal_window_hours",
            "policy/quorum_verification/recording_retention_hours|recording_retention_hours",
        ],
        "recordings must be kept while an appeal is possible",
        rising,
        CHECK,
    ),
    relation(
        &[
            "policy/quorum_verification/abuse_review_panel_size",
            "policy/quorum_verification/nuke_appeal_panel_size",
        ],
        "an appeal must go to a larger panel",
        ascending,
        CHECK,
    ),
    relation(
        &[
            "policy/quorum_verification/nuke_appeal_supermajority",
            "policy/quorum_verification/nuke_appeal_panel_size",
        ],
        "a panel must decide by more than half of its seats, and not by more than it has",
        majority,
        CLOSED,
    ),
    relation(
        &[
            "policy/adjudication/panel_min_regions|panel_min_organizations",
            "policy/adjudication/panel_size|panel_size",
        ],
        "a panel must have a seat for each region and organisation that it needs",
        rising,
        CLOSED,
    ),
    relation(
        &[
            "policy/constitutional_court/supermajority_threshold",
            "policy/constitutional_court/panel_size",
        ],
        "a panel must decide by more than half of its seats, and not by more than it has",
        majority,
        CLOSED,
    ),
    relation(
        &[
            "policy/constitutional_court/min_regions|min_organizations",
            "policy/constitutional_court/panel_size|panel_size",
        ],
        "a panel must have a seat for each region and organisation that it needs",
        rising,
        CLOSED,
    ),
    relation(
        &[
            "policy/workflow/default_visibility_expiry_days",
            "policy/workflow/max_visibility_expiry_days",
        ],
        "the default must not be above the greatest",
        rising,
        CHECK,
    ),
    relation(
        &[
            "policy/risk_tiers/R3/chambers/proposal|ratification|challenge/size",
            "params/full_constitution/chambers/proposal|ratification|challenge/size",
        ],
        "both files must say the same of a chamber",
        same,
        AGREE,
    ),
    relation(
        &[
            "policy/risk_tiers/R3/chambers/proposal|ratification|challenge/pass_threshold",
            "params/full_constitution/chambers/proposal|ratification|challenge/pass_threshold",
        ],
        "both files must say the same of a chamber",
        same,
        AGREE,
    ),
    relation(
        &["params/full_constitution/geo/R_min", "policy/risk_tiers/R3/min_regions"],
        "the tier must span as many regions as the constitution asks for",
        rising,
        AGREE,
    ),
    relation(
        &[
            "params/reviewer_heterogeneity/H_R2_MODEL_FAMILIES|H_R2_METHOD_TYPES",
            "policy/risk_tiers/R2/min_model_families|min_method_types",
        ],
        "the tier must be as diverse as the constitution asks for",
        rising,
        AGREE,
    ),
    relation(
        &[
            "policy/normative_resolution/agreement_threshold|panel_size|panel_min_regions|panel_min_organizations",
            "params/normative_resolution/NORMATIVE_AGREEMENT_THRESHOLD|NORMATIVE_PANEL_SIZE|NORMATIVE_PANEL_REGIONS|NORMATIVE_PANEL_ORGS",
        ],
        "both files must say the same of the panel",
        same,
        AGREE,
    ),
    relation(
        &[
            "params/eligibility/tau_prop|tau_vote",
            "policy/gcf_disbursement/min_proposer_trust|min_voter_trust",
        ],
        "the fund must not ask for less trust than the constitution",
        rising,
        CHECK,
    ),
    relation(
        &["params/gcf_compute/GCF_COMPUTE_CEILING", "policy/gcf_disbursement/compute_ceiling"],
        "both files must say the same of the ceiling",
        same,
        CHECK,
    ),
];
