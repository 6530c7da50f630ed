//! What each parameter means: the rows of the reference page.
//!
//! A test walks the founding file and this table together, so that neither can have a row that
//! the other lacks, and checks that the printed page is what [`table`] renders.

use std::fmt::Write as _;

use serde_json::Value;

use crate::{file::ParameterFile, nano::Nano};

/// One parameter, or one per tier or class where the path has a star.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Path in the file, joined by dots; `*` stands for any one name.
    pub path: &'static str,
    /// Unit; `nano` is a fraction in units of 1e-9.
    pub unit: &'static str,
    /// One line for people.
    pub meaning: &'static str,
    /// Where the value comes from.
    pub source: &'static str,
}

impl Row {
    /// True when this row describes the parameter at `path`.
    pub fn covers(&self, path: &str) -> bool {
        let (mut ours, mut theirs) = (self.path.split('.'), path.split('.'));
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) => return true,
                (Some(our), Some(their)) if our == "*" || our == their => {}
                (Some(_), Some(_) | None) | (None, Some(_)) => return false,
            }
        }
    }
}

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
    row("commitment.committee_n", "members", "size of the threshold committee", "founding files"),
    row(
        "commitment.committee_t",
        "signatures",
        "signatures that make a certificate; more than half",
        "founding files",
    ),
    row("commitment.epoch_s", "seconds", "length of an epoch; whole minutes", "blueprint §6"),
    row("effort.max_credit", "nano", "clamp of effort in the score", "later files"),
    row(
        "effort.min.*",
        "nano",
        "least effort of a contribution in this tier; never falls with the tier",
        "later files",
    ),
    row(
        "effort.suspicious_low",
        "nano",
        "effort below which a contribution is looked at",
        "later files",
    ),
    row(
        "eligibility.tau_prop",
        "nano",
        "trust needed to sponsor a proposal; above tau_vote",
        "founding files",
    ),
    row(
        "eligibility.tau_vote",
        "nano",
        "trust needed to vote and to sit in a chamber",
        "founding files",
    ),
    row(
        "governance.challenge_window_s",
        "seconds",
        "public window between ratification and challenge chamber",
        "open in the blueprint, set here",
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
        "blueprint §4.3",
    ),
    row(
        "normative.panel_organisations_min",
        "organisations",
        "distinct organisations on a normative panel",
        "founding files",
    ),
    row(
        "normative.panel_regions_min",
        "regions",
        "distinct regions on a normative panel",
        "founding files",
    ),
    row("normative.panel_size", "people", "people on a normative panel", "founding files"),
    row(
        "quality.alignment.abstain",
        "nano",
        "score of a review that declined to decide",
        "later files",
    ),
    row(
        "quality.alignment.correct_approve",
        "nano",
        "score of approving what was accepted",
        "later files",
    ),
    row(
        "quality.alignment.correct_reject",
        "nano",
        "score of rejecting what was refused",
        "later files",
    ),
    row(
        "quality.alignment.wrong_approve",
        "nano",
        "score of approving what was refused",
        "later files",
    ),
    row(
        "quality.alignment.wrong_reject",
        "nano",
        "score of rejecting what was accepted",
        "later files",
    ),
    row(
        "quality.calibration_min",
        "reviews",
        "reviews needed before calibration is measured",
        "later files",
    ),
    row("quality.calibration_prior", "nano", "calibration until then", "later files"),
    row(
        "quality.calibration_window",
        "reviews",
        "last reviews that calibration averages",
        "later files",
    ),
    row(
        "quality.complexity.*",
        "nano",
        "credit for the difficulty of this tier; never falls with the tier",
        "later files",
    ),
    row(
        "quality.evidence_expected.*",
        "items",
        "evidence items for full credit in this tier",
        "later files",
    ),
    row(
        "quality.reviewer.alignment",
        "nano",
        "weight of this review's score in a reviewer's quality",
        "later files",
    ),
    row(
        "quality.reviewer.calibration",
        "nano",
        "weight of recent reviews in a reviewer's quality",
        "later files",
    ),
    row(
        "quality.worker.complexity",
        "nano",
        "weight of difficulty in a worker's quality",
        "later files",
    ),
    row(
        "quality.worker.consensus",
        "nano",
        "weight of the reviewers' agreement in a worker's quality",
        "later files",
    ),
    row(
        "quality.worker.evidence",
        "nano",
        "weight of complete evidence in a worker's quality",
        "later files",
    ),
    row(
        "tiers.*.approvals_required",
        "reviewers",
        "approvals needed to integrate; a majority of the reviewers",
        "blueprint §4.3",
    ),
    row(
        "tiers.*.constitutional",
        "yes or no",
        "decided by human chambers only; true for R3 alone",
        "blueprint §4.3",
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
        "blueprint §4.3",
    ),
    row(
        "tiers.*.min_model_families",
        "families",
        "distinct model families among the reviewers",
        "blueprint §4.3",
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
        "blueprint §4.3",
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
        "open in the blueprint, set here",
    ),
    row(
        "trust.human.baseline",
        "nano",
        "trust at admission; from floor to trust_max",
        "open in the blueprint, set here",
    ),
    row(
        "trust.human.beta",
        "nano",
        "penalty per severe failure; at least twice alpha",
        "open in the blueprint, set here",
    ),
    row(
        "trust.human.cap_k",
        "nano",
        "standard deviations above the mean that the cap allows (k_H)",
        "open in the blueprint, set here",
    ),
    row(
        "trust.human.cap_population_min",
        "people",
        "people below which the cap is trust_max: equal newcomers have no spread, so the formula would freeze them",
        "this project",
    ),
    row(
        "trust.human.delta_max",
        "nano",
        "largest increase of one update",
        "open in the blueprint, set here",
    ),
    row(
        "trust.human.dormancy_grace_days",
        "days",
        "days without activity before dormancy starts",
        "open in the blueprint, set here",
    ),
    row(
        "trust.human.dormancy_per_day",
        "nano",
        "decay per dormant day; later gains bring it back",
        "open in the blueprint, set here",
    ),
    row(
        "trust.human.floor",
        "nano",
        "lowest trust of a person; positive",
        "blueprint §4.1, value set here",
    ),
    row(
        "trust.human.gamma",
        "nano",
        "penalty per minor failure; at most beta",
        "open in the blueprint, set here",
    ),
    row(
        "trust.human.quality_min",
        "nano",
        "quality below which nothing is gained",
        "founding files",
    ),
    row(
        "trust.human.trust_max",
        "nano",
        "absolute cap (T_abs_max_H)",
        "open in the blueprint, set here",
    ),
    row(
        "trust.human.u_max",
        "nano",
        "largest gain of one update",
        "open in the blueprint, set here",
    ),
    row(
        "trust.machine.alpha",
        "nano",
        "gain per unit of score; below delta_fast",
        "open in the blueprint, set here",
    ),
    row(
        "trust.machine.baseline",
        "nano",
        "trust at admission; zero would admit machines in quarantine",
        "open in the blueprint, set here",
    ),
    row(
        "trust.machine.beta",
        "nano",
        "penalty per severe failure; at least twice alpha",
        "open in the blueprint, set here",
    ),
    row(
        "trust.machine.delta_max",
        "nano",
        "largest increase of one update",
        "open in the blueprint, set here",
    ),
    row(
        "trust.machine.floor",
        "nano",
        "lowest trust of a machine; exactly zero, which quarantines it",
        "blueprint §4.1",
    ),
    row(
        "trust.machine.gamma",
        "nano",
        "penalty per minor failure; at most beta",
        "open in the blueprint, set here",
    ),
    row(
        "trust.machine.lambda_age",
        "nano",
        "decay per day since the last verified work",
        "open in the blueprint, set here",
    ),
    row(
        "trust.machine.lambda_drift",
        "nano",
        "decay per unit of declared change of environment",
        "open in the blueprint, set here",
    ),
    row(
        "trust.machine.quality_min",
        "nano",
        "quality below which nothing is gained; not below the human gate",
        "founding files",
    ),
    row(
        "trust.machine.trust_max",
        "nano",
        "absolute cap (T_abs_max_M)",
        "open in the blueprint, set here",
    ),
    row(
        "trust.machine.u_max",
        "nano",
        "largest gain of one update",
        "open in the blueprint, set here",
    ),
    row(
        "trust.volume_half",
        "contributions",
        "approved contributions at which volume is one half",
        "open in the blueprint, set here",
    ),
    row("trust.weights.e", "nano", "weight of effort; at most 0.1", "founding files: none"),
    row("trust.weights.q", "nano", "weight of quality; at least 0.7", "founding files"),
    row("trust.weights.r", "nano", "weight of reliability", "founding files"),
    row("trust.weights.v", "nano", "weight of volume; at most 0.1", "founding files"),
    row("version", "number", "version of the file's shape", "this project"),
    row(
        "voting.human",
        "nano",
        "weight of a person's ballot in constitutional votes; exactly one",
        "founding files",
    ),
    row(
        "voting.machine",
        "nano",
        "weight of a machine's ballot; exactly zero",
        "founding files, invariant 1",
    ),
];

/// Every leaf of a parameter file as `(path, value)`, in byte order of the path's parts.
pub fn leaves(file: &ParameterFile) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    if let Ok(value) = serde_json::to_value(file) {
        collect("", &value, &mut found);
    }
    found
}

fn collect(path: &str, value: &Value, found: &mut Vec<(String, Value)>) {
    let Some(object) = value.as_object() else {
        found.push((path.to_owned(), value.clone()));
        return;
    };
    for (name, inner) in object {
        let joined = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        collect(&joined, inner, found);
    }
}

/// The reference table as Markdown, one line per parameter.
pub fn table(file: &ParameterFile) -> String {
    let mut text = String::from("| parameter | value | unit | meaning | source |\n");
    text.push_str("|---|---|---|---|---|\n");
    for (path, value) in leaves(file) {
        let Some(row) = ROWS.iter().find(|row| row.covers(&path)) else { continue };
        let shown = match (row.unit, value.as_i64()) {
            ("nano", Some(units)) => Nano::new(units).to_string(),
            _ => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
        };
        let Row { unit, meaning, source, .. } = row;
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| `{path}` | {shown} | {unit} | {meaning} | {source} |");
    }
    text
}
