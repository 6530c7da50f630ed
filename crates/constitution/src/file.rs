//! The shape of a parameter file: plain data, unchecked.
//!
//! Every struct is closed: a field that is not named here is refused. Fractions are [`Nano`]
//! (integers, units of 1e-9). What each field means is in [`crate::reference`]; what must hold
//! between them is in [`crate::relations`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    nano::Nano,
    vocabulary::{ActorKind, RiskTier},
};

/// A whole parameter file, before any relation has been checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterFile {
    /// Epochs, anchors, committee.
    pub commitment: CommitmentParameters,
    /// Effort minima.
    pub effort: EffortParameters,
    /// Trust needed to vote and to propose.
    pub eligibility: EligibilityParameters,
    /// Windows of constitutional procedures.
    pub governance: GovernanceParameters,
    /// Mission class to risk tier. A class that is not here cannot be executed.
    pub mission_classes: BTreeMap<String, RiskTier>,
    /// A short name for people, 1 to 64 bytes.
    pub name: String,
    /// Panels for value-laden questions.
    pub normative: NormativeParameters,
    /// How the quality of work and of reviews is graded.
    pub quality: QualityParameters,
    /// Review topology per risk tier.
    pub tiers: ByTier<TierPolicy>,
    /// Trust arithmetic.
    pub trust: TrustParameters,
    /// Version of this shape; only 1 exists.
    pub version: u64,
    /// Weight of a ballot.
    pub voting: VotingParameters,
}

/// One value per risk tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByTier<T> {
    /// Low risk.
    #[serde(rename = "R0")]
    pub r0: T,
    /// Moderate risk.
    #[serde(rename = "R1")]
    pub r1: T,
    /// High risk.
    #[serde(rename = "R2")]
    pub r2: T,
    /// Constitutional.
    #[serde(rename = "R3")]
    pub r3: T,
}

impl<T> ByTier<T> {
    /// The value of one tier.
    pub const fn of(&self, tier: RiskTier) -> &T {
        match tier {
            RiskTier::R0 => &self.r0,
            RiskTier::R1 => &self.r1,
            RiskTier::R2 => &self.r2,
            RiskTier::R3 => &self.r3,
        }
    }
}

/// Review topology of one risk tier (blueprint §4.3). Counts are of distinct values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierPolicy {
    /// Approvals needed to integrate.
    pub approvals_required: u64,
    /// True for the tier that only human chambers may decide.
    pub constitutional: bool,
    /// Whether completion needs a person's approval.
    pub human_final_gate: bool,
    /// Distinct method types among the reviewers.
    pub min_method_types: u64,
    /// Distinct model families among the reviewers.
    pub min_model_families: u64,
    /// Distinct organisations among the reviewers.
    pub min_organisations: u64,
    /// Distinct regions among the reviewers.
    pub min_regions: u64,
    /// Reviewers to assign.
    pub reviewers_required: u64,
}

/// Trust arithmetic (blueprint §4.1, §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustParameters {
    /// Positive change per actor and epoch above which an update is held.
    pub delta_fast: Nano,
    /// Rules for people.
    pub human: HumanTrust,
    /// Rules for machines.
    pub machine: MachineTrust,
    /// Approved contributions at which volume reaches one half.
    pub volume_half: u64,
    /// Weights of the score.
    pub weights: ScoreWeights,
}

/// Weights of quality, reliability, volume and effort in the score; they sum to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreWeights {
    /// Effort.
    pub e: Nano,
    /// Quality.
    pub q: Nano,
    /// Reliability.
    pub r: Nano,
    /// Volume.
    pub v: Nano,
}

/// Trust of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HumanTrust {
    /// Gain per unit of score.
    pub alpha: Nano,
    /// Trust at admission.
    pub baseline: Nano,
    /// Penalty per severe failure.
    pub beta: Nano,
    /// Standard deviations above the mean that the cap allows (`k_H`).
    pub cap_k: Nano,
    /// Verified people below which the cap is `trust_max`, since a few values have no spread.
    pub cap_population_min: u64,
    /// Largest increase of one update.
    pub delta_max: Nano,
    /// Days without activity before dormancy starts.
    pub dormancy_grace_days: u64,
    /// Decay per dormant day.
    pub dormancy_per_day: Nano,
    /// Trust never falls below this.
    pub floor: Nano,
    /// Penalty per minor failure.
    pub gamma: Nano,
    /// Quality below which nothing is gained.
    pub quality_min: Nano,
    /// Absolute cap (`T_abs_max_H`).
    pub trust_max: Nano,
    /// Largest gain of one update.
    pub u_max: Nano,
}

/// Trust of machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MachineTrust {
    /// Gain per unit of score.
    pub alpha: Nano,
    /// Trust at admission.
    pub baseline: Nano,
    /// Penalty per severe failure.
    pub beta: Nano,
    /// Largest increase of one update.
    pub delta_max: Nano,
    /// Lowest trust; exactly zero.
    pub floor: Nano,
    /// Penalty per minor failure.
    pub gamma: Nano,
    /// Decay per day since the last verified work.
    pub lambda_age: Nano,
    /// Decay per unit of declared change of environment.
    pub lambda_drift: Nano,
    /// Quality below which nothing is gained.
    pub quality_min: Nano,
    /// Absolute cap (`T_abs_max_M`).
    pub trust_max: Nano,
    /// Largest gain of one update.
    pub u_max: Nano,
}

/// The fields that people's and machines' rules share, for relations that hold for both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SharedTrust {
    pub(crate) kind: ActorKind,
    pub(crate) alpha: Nano,
    pub(crate) baseline: Nano,
    pub(crate) beta: Nano,
    pub(crate) delta_max: Nano,
    pub(crate) floor: Nano,
    pub(crate) gamma: Nano,
    pub(crate) quality_min: Nano,
    pub(crate) trust_max: Nano,
    pub(crate) u_max: Nano,
}

impl HumanTrust {
    pub(crate) const fn shared(&self) -> SharedTrust {
        SharedTrust {
            kind: ActorKind::Human,
            alpha: self.alpha,
            baseline: self.baseline,
            beta: self.beta,
            delta_max: self.delta_max,
            floor: self.floor,
            gamma: self.gamma,
            quality_min: self.quality_min,
            trust_max: self.trust_max,
            u_max: self.u_max,
        }
    }
}

impl MachineTrust {
    pub(crate) const fn shared(&self) -> SharedTrust {
        SharedTrust {
            kind: ActorKind::Machine,
            alpha: self.alpha,
            baseline: self.baseline,
            beta: self.beta,
            delta_max: self.delta_max,
            floor: self.floor,
            gamma: self.gamma,
            quality_min: self.quality_min,
            trust_max: self.trust_max,
            u_max: self.u_max,
        }
    }
}

/// How quality is graded (constitution, quality assessment).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QualityParameters {
    /// Score of a review, by how it compares with the outcome.
    pub alignment: AlignmentScores,
    /// Reviews needed before calibration is measured.
    pub calibration_min: u64,
    /// Calibration until then.
    pub calibration_prior: Nano,
    /// Last reviews that calibration looks at.
    pub calibration_window: u64,
    /// Credit for the difficulty of the tier.
    pub complexity: ByTier<Nano>,
    /// Evidence items expected for full credit.
    pub evidence_expected: ByTier<u64>,
    /// Weights for reviewers.
    pub reviewer: ReviewerWeights,
    /// Weights for workers.
    pub worker: WorkerWeights,
}

/// Parts of a worker's quality; they sum to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkerWeights {
    /// The tier's difficulty.
    pub complexity: Nano,
    /// Agreement of the reviewers, weighted by their trust.
    pub consensus: Nano,
    /// Completeness of the evidence.
    pub evidence: Nano,
}

/// Parts of a reviewer's quality; they sum to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewerWeights {
    /// This review against the outcome.
    pub alignment: Nano,
    /// The reviewer's recent reviews against theirs.
    pub calibration: Nano,
}

/// How well a review agreed with what was finally decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlignmentScores {
    /// Declined to decide.
    pub abstain: Nano,
    /// Approved what was accepted.
    pub correct_approve: Nano,
    /// Rejected what was refused.
    pub correct_reject: Nano,
    /// Approved what was refused.
    pub wrong_approve: Nano,
    /// Rejected what was accepted.
    pub wrong_reject: Nano,
}

/// Effort levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EffortParameters {
    /// Clamp of effort credit in the score.
    pub max_credit: Nano,
    /// Least effort per tier.
    pub min: ByTier<Nano>,
    /// Effort below which a contribution is looked at.
    pub suspicious_low: Nano,
}

/// Trust that constitutional rights need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EligibilityParameters {
    /// To sponsor a proposal.
    pub tau_prop: Nano,
    /// To vote and to sit in a chamber.
    pub tau_vote: Nano,
}

/// Weight of one ballot in constitutional votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VotingParameters {
    /// Of a person.
    pub human: Nano,
    /// Of a machine; exactly zero.
    pub machine: Nano,
}

/// Windows of constitutional procedures, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GovernanceParameters {
    /// Public challenge window between ratification and challenge chamber.
    pub challenge_window_s: u64,
}

/// Panels of people for normative and mixed questions (blueprint §4.3, hard policy 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NormativeParameters {
    /// Reviewer agreement below which people decide in any case.
    pub agreement_min: Nano,
    /// Distinct organisations on the panel.
    pub panel_organisations_min: u64,
    /// Distinct regions on the panel.
    pub panel_regions_min: u64,
    /// People on the panel.
    pub panel_size: u64,
}

/// Epochs, anchors and the committee (blueprint §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitmentParameters {
    /// Longest time between anchors in tier C0, in seconds.
    pub c0_anchor_s: u64,
    /// Verified humans at which C0 ends, exclusive.
    pub c0_humans_max: u64,
    /// Longest time between anchors in tier C1, in seconds.
    pub c1_anchor_s: u64,
    /// Verified humans at which C1 ends, exclusive.
    pub c1_humans_max: u64,
    /// Members of the threshold committee.
    pub committee_n: u64,
    /// Signatures that make a certificate.
    pub committee_t: u64,
    /// Length of an epoch, in seconds.
    pub epoch_s: u64,
}
