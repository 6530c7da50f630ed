//! Within `constitutional_params.json`.

use super::{Relation, ascending, descending, majority, one_seat, relation, rising, same, whole};

const CHECK: &str = "check_invariants.py";
const CLOSED: &str = "closed here";

/// In the order of the file.
pub(super) const RELATIONS: &[Relation] = &[
    Relation {
        reads: &[
            "params/trust_weights/w_Q",
            "params/trust_weights/w_R",
            "params/trust_weights/w_V",
        ],
        says: "the weights must sum to 1",
        holds: whole,
        source: CHECK,
        is_founding_only: true,
    },
    relation(
        &[
            "params/trust_weights/w_Q",
            "params/trust_weights/w_R",
            "params/trust_weights/w_V",
            "params/trust_weights/w_E",
        ],
        "the weights must sum to 1",
        whole,
        CHECK,
    ),
    relation(
        &["params/quality_gates/Q_min_H", "params/quality_gates/Q_min_M"],
        "the machine gate must not be looser than the human gate",
        rising,
        CHECK,
    ),
    relation(
        &["params/eligibility/tau_vote", "params/eligibility/tau_prop"],
        "proposing must need more trust than voting",
        ascending,
        CHECK,
    ),
    relation(
        &[
            "params/eligibility/constitutional_supermajority",
            "params/entrenched_provisions/entrenched_amendment_threshold",
        ],
        "two names of one threshold must have one value",
        same,
        CLOSED,
    ),
    relation(
        &[
            "params/effort_thresholds/E_suspicious_low",
            "params/effort_thresholds/E_min_per_tier/R0",
            "params/effort_thresholds/E_min_per_tier/R1",
            "params/effort_thresholds/E_min_per_tier/R2",
            "params/effort_thresholds/E_min_per_tier/R3",
            "params/effort_thresholds/E_max_credit",
        ],
        "effort must not fall from the suspicious level over the tiers to the credit",
        rising,
        CHECK,
    ),
    relation(
        &[
            "params/full_constitution/chambers/proposal|ratification|challenge/pass_threshold",
            "params/full_constitution/chambers/proposal|ratification|challenge/size",
        ],
        "a chamber must pass by more than half of its seats, and not by more than it has",
        majority,
        CHECK,
    ),
    relation(
        &[
            "params/genesis/G1_chambers/proposal|ratification|challenge/pass_threshold",
            "params/genesis/G1_chambers/proposal|ratification|challenge/size",
        ],
        "a chamber must pass by more than half of its seats, and not by more than it has",
        majority,
        CHECK,
    ),
    relation(
        &[
            "params/genesis/G2_chambers/proposal|ratification|challenge/pass_threshold",
            "params/genesis/G2_chambers/proposal|ratification|challenge/size",
        ],
        "a chamber must pass by more than half of its seats, and not by more than it has",
        majority,
        CHECK,
    ),
    relation(
        &[
            "params/genesis/G1_chambers/proposal|ratification|challenge/size",
            "params/genesis/G2_chambers/proposal|ratification|challenge/size",
            "params/full_constitution/chambers/proposal|ratification|challenge/size",
        ],
        "chambers must not shrink from phase to phase",
        rising,
        CLOSED,
    ),
    relation(
        &[
            "params/genesis/G1_geo/R_min",
            "params/genesis/G2_geo/R_min",
            "params/full_constitution/geo/R_min",
        ],
        "each phase must ask for more regions",
        ascending,
        "invariant 15",
    ),
    relation(
        &[
            "params/genesis/G1_geo/c_max",
            "params/genesis/G2_geo/c_max",
            "params/full_constitution/geo/c_max",
        ],
        "each phase must allow a region less",
        descending,
        "invariant 15",
    ),
    relation(
        &[
            "params/genesis/G1_geo/R_min",
            "params/genesis/G1_chambers/proposal|ratification|challenge/size",
        ],
        "a chamber must have a seat for each region that it needs",
        rising,
        CLOSED,
    ),
    relation(
        &[
            "params/genesis/G2_geo/R_min",
            "params/genesis/G2_chambers/proposal|ratification|challenge/size",
        ],
        "a chamber must have a seat for each region that it needs",
        rising,
        CLOSED,
    ),
    relation(
        &[
            "params/full_constitution/geo/R_min",
            "params/full_constitution/chambers/proposal|ratification|challenge/size",
        ],
        "a chamber must have a seat for each region that it needs",
        rising,
        CLOSED,
    ),
    relation(
        &[
            "params/genesis/G1_geo/c_max",
            "params/genesis/G1_chambers/proposal|ratification|challenge/size",
        ],
        "a region's share of a chamber must be a seat at least",
        one_seat,
        CLOSED,
    ),
    relation(
        &[
            "params/genesis/G2_geo/c_max",
            "params/genesis/G2_chambers/proposal|ratification|challenge/size",
        ],
        "a region's share of a chamber must be a seat at least",
        one_seat,
        CLOSED,
    ),
    relation(
        &[
            "params/full_constitution/geo/c_max",
            "params/full_constitution/chambers/proposal|ratification|challenge/size",
        ],
        "a region's share of a chamber must be a seat at least",
        one_seat,
        CLOSED,
    ),
    relation(
        &["params/genesis/G1_fast_elevation/r_h|o_h", "params/genesis/G1_fast_elevation/q_h|q_h"],
        "signatures must be as many as the regions and organisations they span",
        rising,
        CLOSED,
    ),
    relation(
        &["params/genesis/G2_fast_elevation/r_h|o_h", "params/genesis/G2_fast_elevation/q_h|q_h"],
        "signatures must be as many as the regions and organisations they span",
        rising,
        CLOSED,
    ),
    relation(
        &[
            "params/full_constitution/fast_elevation/r_h|o_h",
            "params/full_constitution/fast_elevation/q_h|q_h",
        ],
        "signatures must be as many as the regions and organisations they span",
        rising,
        CLOSED,
    ),
    relation(
        &[
            "params/genesis/G1_fast_elevation/q_h|r_h|o_h",
            "params/genesis/G2_fast_elevation/q_h|r_h|o_h",
            "params/full_constitution/fast_elevation/q_h|r_h|o_h",
        ],
        "the quorum that releases a held gain must not fall from phase to phase",
        rising,
        "blueprint 4.2",
    ),
    relation(
        &[
            "params/genesis/phase_thresholds/G0_max_humans",
            "params/genesis/phase_thresholds/G1_max_humans",
            "params/genesis/phase_thresholds/G2_max_humans",
        ],
        "phase thresholds must strictly increase",
        ascending,
        "invariant 14",
    ),
    relation(
        &["params/genesis/G0_EXTENSION_DAYS", "params/genesis/G0_MAX_DAYS"],
        "an extension must not be longer than what it extends",
        rising,
        CLOSED,
    ),
    relation(
        &["params/genesis/G0_RATIFICATION_WINDOW_DAYS", "params/genesis/G1_MAX_DAYS"],
        "ratification must fit into the phase that ratifies",
        rising,
        CLOSED,
    ),
    relation(
        &[
            "params/commitment_tiers/C1_L1_anchor_interval_hours",
            "params/commitment_tiers/C0_L1_anchor_interval_hours",
        ],
        "C1 must anchor more often than C0",
        ascending,
        "invariant 27",
    ),
    relation(
        &[
            "params/commitment_tiers/EPOCH_HOURS",
            "params/commitment_tiers/C1_L1_anchor_interval_hours",
        ],
        "an epoch must not be longer than the time between anchors",
        rising,
        CLOSED,
    ),
    relation(
        &["params/commitment_tiers/C0_max_humans", "params/commitment_tiers/C1_max_humans"],
        "C0 must end before C1",
        ascending,
        "invariant 28",
    ),
    relation(
        &["params/commitment_committee/t", "params/commitment_committee/n"],
        "a certificate must need more than half of the committee, and not more than it has",
        majority,
        CHECK,
    ),
    relation(
        &[
            "params/normative_resolution/NORMATIVE_PANEL_REGIONS|NORMATIVE_PANEL_ORGS",
            "params/normative_resolution/NORMATIVE_PANEL_SIZE|NORMATIVE_PANEL_SIZE",
        ],
        "a panel must have a seat for each region and organisation that it needs",
        rising,
        CLOSED,
    ),
    relation(
        &[
            "params/amendment_lifecycle/chamber_org_diversity_min",
            "params/genesis/G1_chambers/proposal|ratification|challenge/size",
        ],
        "a chamber must have a seat for each organisation that it needs",
        rising,
        CLOSED,
    ),
    relation(
        &[
            "params/immune_system/bootstrap_overseer_pool_max",
            "params/immune_system/bootstrap_sunset_organic_threshold",
        ],
        "the organic pool must be larger than the one that it replaces",
        ascending,
        CHECK,
    ),
    relation(
        &[
            "params/quality_assessment/worker_weights/consensus",
            "params/quality_assessment/worker_weights/evidence",
            "params/quality_assessment/worker_weights/complexity",
        ],
        "the weights must sum to 1",
        whole,
        CLOSED,
    ),
    relation(
        &[
            "params/quality_assessment/reviewer_weights/alignment",
            "params/quality_assessment/reviewer_weights/calibration",
        ],
        "the weights must sum to 1",
        whole,
        CLOSED,
    ),
    relation(
        &[
            "params/quality_assessment/evidence_expectations|complexity_multipliers/R0",
            "params/quality_assessment/evidence_expectations|complexity_multipliers/R1",
            "params/quality_assessment/evidence_expectations|complexity_multipliers/R2",
            "params/quality_assessment/evidence_expectations|complexity_multipliers/R3",
        ],
        "a higher tier must not expect less",
        rising,
        CLOSED,
    ),
    relation(
        &[
            "params/quality_assessment/reviewer_alignment_scores/wrong_approve|wrong_reject",
            "params/quality_assessment/reviewer_alignment_scores/abstain|abstain",
            "params/quality_assessment/reviewer_alignment_scores/correct_approve|correct_reject",
        ],
        "wrong must not score above silence, nor silence above right",
        rising,
        CLOSED,
    ),
    relation(
        &[
            "params/quality_assessment/calibration_min_history",
            "params/quality_assessment/calibration_window_size",
        ],
        "calibration must see as many reviews as it needs",
        rising,
        CLOSED,
    ),
    relation(
        &[
            "params/domain_clearance/clearance_min_quorum|clearance_min_domain_trust",
            "params/domain_clearance/autonomous_min_quorum|autonomous_min_domain_trust",
        ],
        "autonomy must not need less than clearance",
        rising,
        CLOSED,
    ),
    relation(
        &[
            "params/entrenched_provisions/MINIMUM_INDEPENDENT_PAYMENT_RAILS",
            "params/entrenched_provisions/MINIMUM_INDEPENDENT_PAYMENT_RAILS_AT_FIRST_LIGHT",
        ],
        "First Light must not need fewer payment rails",
        rising,
        CLOSED,
    ),
];
