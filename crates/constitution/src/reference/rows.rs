//! The rows themselves.

use super::Row;

/// The parameter files of the seed's date.
const FOUNDING: &str = "founding files";
/// Parameter files of a later version, where the founding ones have no value.
const LATER: &str = "later files";
/// This project's choice.
const OPEN: &str = "open in the blueprint, set here";
/// The review topology.
const REVIEW: &str = "blueprint §4.3";

const fn row(
    path: &'static str,
    unit: &'static str,
    meaning: &'static str,
    source: &'static str,
) -> Row {
    Row { path, unit, meaning, source }
}

/// Every row, in byte order of the path.
pub const ROWS: &[Row] = &[
    row(
        "commitment.c0_anchor_s",
        "seconds",
        "longest time between chain anchors in tier C0",
        "blueprint §6",
    ),
    row(
        "commitment.c0_humans_max",
        "people",
        "verified people at which C0 ends, exclusive",
        "blueprint §6",
    ),
    row(
        "commitment.c1_anchor_s",
        "seconds",
        "longest time between chain anchors in tier C1; shorter than in C0",
        "blueprint §6",
    ),
    row(
        "commitment.c1_humans_max",
        "people",
        "verified people at which C1 ends, exclusive; above C0's",
        "blueprint §6",
    ),
    row("commitment.committee_n", "members", "size of the threshold committee", FOUNDING),
    row(
        "commitment.committee_t",
        "signatures",
        "signatures that make a certificate; more than half",
        FOUNDING,
    ),
    row("commitment.epoch_s", "seconds", "length of an epoch; whole minutes", "blueprint §6"),
    row("effort.max_credit", "nano", "clamp of effort in the score", LATER),
    row(
        "effort.min.*",
        "nano",
        "least effort of a contribution in this tier; never falls with the tier",
        LATER,
    ),
    row("effort.suspicious_low", "nano", "effort below which a contribution is looked at", LATER),
    row(
        "eligibility.tau_prop",
        "nano",
        "trust needed to sponsor a proposal; above tau_vote",
        FOUNDING,
    ),
    row("eligibility.tau_vote", "nano", "trust needed to vote and to sit in a chamber", FOUNDING),
    row(
        "governance.challenge_window_s",
        "seconds",
        "public window between ratification and challenge chamber",
        OPEN,
    ),
    row(
        "mission_classes.*",
        "tier",
        "risk tier of the class; a class that is not listed cannot be executed",
        "blueprint §4.5",
    ),
    row("name", "text", "name of the file for people", "this project"),
    row(
        "normative.agreement_min",
        "nano",
        "reviewer agreement below which people decide in any case",
        REVIEW,
    ),
    row(
        "normative.panel_organisations_min",
        "organisations",
        "distinct organisations on a normative panel",
        FOUNDING,
    ),
    row(
        "normative.panel_regions_min",
        "regions",
        "distinct regions on a normative panel",
        FOUNDING,
    ),
    row("normative.panel_size", "people", "people on a normative panel", FOUNDING),
    row("quality.alignment.abstain", "nano", "score of a review that declined to decide", LATER),
    row("quality.alignment.correct_approve", "nano", "score of approving what was accepted", LATER),
    row("quality.alignment.correct_reject", "nano", "score of rejecting what was refused", LATER),
    row("quality.alignment.wrong_approve", "nano", "score of approving what was refused", LATER),
    row("quality.alignment.wrong_reject", "nano", "score of rejecting what was accepted", LATER),
    row(
        "quality.calibration_min",
        "reviews",
        "reviews needed before calibration is measured",
        LATER,
    ),
    row("quality.calibration_prior", "nano", "calibration until then", LATER),
    row("quality.calibration_window", "reviews", "last reviews that calibration averages", LATER),
    row(
        "quality.complexity.*",
        "nano",
        "credit for the difficulty of this tier; never falls with the tier",
        LATER,
    ),
    row(
        "quality.evidence_expected.*",
        "items",
        "evidence items for full credit in this tier",
        LATER,
    ),
    row(
        "quality.reviewer.alignment",
        "nano",
        "weight of this review's score in a reviewer's quality",
        LATER,
    ),
    row(
        "quality.reviewer.calibration",
        "nano",
        "weight of recent reviews in a reviewer's quality",
        LATER,
    ),
    row("quality.worker.complexity", "nano", "weight of difficulty in a worker's quality", LATER),
    row(
        "quality.worker.consensus",
        "nano",
        "weight of the reviewers' agreement in a worker's quality",
        LATER,
    ),
    row(
        "quality.worker.evidence",
        "nano",
        "weight of complete evidence in a worker's quality",
        LATER,
    ),
    row(
        "tiers.*.approvals_required",
        "reviewers",
        "approvals needed to integrate; a majority of the reviewers",
        REVIEW,
    ),
    row(
        "tiers.*.constitutional",
        "yes or no",
        "decided by human chambers only; true for R3 alone",
        REVIEW,
    ),
    row(
        "tiers.*.human_final_gate",
        "yes or no",
        "completion needs a person's approval; true from R2 up",
        "blueprint §3, §4.3",
    ),
    row(
        "tiers.*.min_method_types",
        "method types",
        "distinct method types among the reviewers",
        REVIEW,
    ),
    row(
        "tiers.*.min_model_families",
        "families",
        "distinct model families among the reviewers",
        REVIEW,
    ),
    row(
        "tiers.*.min_organisations",
        "organisations",
        "distinct organisations among the reviewers",
        "blueprint §4.3, founding files",
    ),
    row(
        "tiers.*.min_regions",
        "regions",
        "distinct regions among the reviewers",
        "blueprint §4.3, founding files",
    ),
    row(
        "tiers.*.reviewers_required",
        "reviewers",
        "reviewers to assign; R3 has none, chambers decide",
        REVIEW,
    ),
    row(
        "trust.delta_fast",
        "nano",
        "positive change per actor and epoch above which an update is held",
        "blueprint §4.2",
    ),
    row(
        "trust.human.alpha",
        "nano",
        "gain per unit of score; below delta_fast, or good work would be held",
        OPEN,
    ),
    row("trust.human.baseline", "nano", "trust at admission; from floor to trust_max", OPEN),
    row("trust.human.beta", "nano", "penalty per severe failure; at least twice alpha", OPEN),
    row(
        "trust.human.cap_k",
        "nano",
        "standard deviations above the mean that the cap allows (k_H)",
        OPEN,
    ),
    row(
        "trust.human.cap_population_min",
        "people",
        "people below which the cap is trust_max: equal newcomers have no spread, so the formula would freeze them",
        "this project",
    ),
    row("trust.human.delta_max", "nano", "largest increase of one update", OPEN),
    row(
        "trust.human.dormancy_grace_days",
        "days",
        "days without activity before dormancy starts",
        OPEN,
    ),
    row(
        "trust.human.dormancy_per_day",
        "nano",
        "decay per dormant day; later gains bring it back",
        OPEN,
    ),
    row(
        "trust.human.floor",
        "nano",
        "lowest trust of a person; positive",
        "blueprint §4.1, value set here",
    ),
    row("trust.human.gamma", "nano", "penalty per minor failure; at most beta", OPEN),
    row("trust.human.quality_min", "nano", "quality below which nothing is gained", FOUNDING),
    row("trust.human.trust_max", "nano", "absolute cap (T_abs_max_H)", OPEN),
    row("trust.human.u_max", "nano", "largest gain of one update", OPEN),
    row("trust.machine.alpha", "nano", "gain per unit of score; below delta_fast", OPEN),
    row(
        "trust.machine.baseline",
        "nano",
        "trust at admission; zero would admit machines in quarantine",
        OPEN,
    ),
    row("trust.machine.beta", "nano", "penalty per severe failure; at least twice alpha", OPEN),
    row("trust.machine.delta_max", "nano", "largest increase of one update", OPEN),
    row(
        "trust.machine.floor",
        "nano",
        "lowest trust of a machine; exactly zero, which quarantines it",
        "blueprint §4.1",
    ),
    row("trust.machine.gamma", "nano", "penalty per minor failure; at most beta", OPEN),
    row("trust.machine.lambda_age", "nano", "decay per day since the last verified work", OPEN),
    row(
        "trust.machine.lambda_drift",
        "nano",
        "decay per unit of declared change of environment",
        OPEN,
    ),
    row(
        "trust.machine.quality_min",
        "nano",
        "quality below which nothing is gained; not below the human gate",
        FOUNDING,
    ),
    row("trust.machine.trust_max", "nano", "absolute cap (T_abs_max_M)", OPEN),
    row("trust.machine.u_max", "nano", "largest gain of one update", OPEN),
    row(
        "trust.volume_half",
        "contributions",
        "approved contributions at which volume is one half",
        OPEN,
    ),
    row("trust.weights.e", "nano", "weight of effort; at most 0.1", "founding files: none"),
    row("trust.weights.q", "nano", "weight of quality; at least 0.7", FOUNDING),
    row("trust.weights.r", "nano", "weight of reliability", FOUNDING),
    row("trust.weights.v", "nano", "weight of volume; at most 0.1", FOUNDING),
    row("version", "number", "version of the file's shape", "this project"),
    row(
        "voting.human",
        "nano",
        "weight of a person's ballot in constitutional votes; exactly one",
        FOUNDING,
    ),
    row(
        "voting.machine",
        "nano",
        "weight of a machine's ballot; exactly zero",
        "founding files, invariant 1",
    ),
];
