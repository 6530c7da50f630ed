//! Why a parameter file was refused.

use comity_wire::WireError;

use crate::{
    nano::Nano,
    vocabulary::{ActorKind, RiskTier},
};

/// The first thing wrong with a parameter file. Nothing takes effect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParameterError {
    /// Not canonical JSON of the closed shape.
    #[error("the parameter file is not readable")]
    Wire(#[from] WireError),
    /// More bytes than a parameter file may have.
    #[error("the parameter file has {len} bytes, at most {max} are read")]
    TooLong {
        /// Bytes given.
        len: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// A shape this release does not know.
    #[error("parameter file version {got} is unknown, this release reads {known}")]
    Version {
        /// Version given.
        got: u64,
        /// Version read.
        known: u64,
    },
    /// The name is empty, too long or not printable ASCII.
    #[error("the name must be 1 to {max} printable ASCII bytes, it has {len}")]
    Name {
        /// Bytes given.
        len: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// A fraction lies outside its range.
    #[error("{name} is {got}, it must be from {min} to {max}")]
    OutOfRange {
        /// Path of the parameter.
        name: &'static str,
        /// Value given.
        got: Nano,
        /// Least value.
        min: Nano,
        /// Greatest value.
        max: Nano,
    },
    /// A count or a duration lies outside its range.
    #[error("{name} is {got}, it must be from {min} to {max}")]
    CountOutOfRange {
        /// Path of the parameter.
        name: &'static str,
        /// Value given.
        got: u64,
        /// Least value.
        min: u64,
        /// Greatest value.
        max: u64,
    },
    /// Weights that must make a whole do not.
    #[error("the weights of {name} sum to {sum}, they must sum to {whole}")]
    WeightSum {
        /// Path of the group.
        name: &'static str,
        /// Sum given.
        sum: Nano,
        /// Sum required.
        whole: Nano,
    },
    /// A machine would count in constitutional votes (invariant 1).
    #[error("the constitutional weight of a machine is {got}, it must be zero")]
    MachineVote {
        /// Weight given.
        got: Nano,
    },
    /// The quality gate for machines is looser than the one for people.
    #[error("the machine quality gate {machine} is below the human gate {human}")]
    GateOrder {
        /// Gate for people.
        human: Nano,
        /// Gate for machines.
        machine: Nano,
    },
    /// Ordinary good work would be held by the delta guard.
    #[error("{kind} alpha {alpha} does not stay below delta_fast {delta_fast}")]
    GainReachesGuard {
        /// Whose rules.
        kind: ActorKind,
        /// Gain at a perfect score.
        alpha: Nano,
        /// Level of the guard.
        delta_fast: Nano,
    },
    /// Trust would be lost no faster than it is gained.
    #[error("{kind} beta {beta} is below twice alpha {alpha}")]
    LossTooSlow {
        /// Whose rules.
        kind: ActorKind,
        /// Penalty per severe failure.
        beta: Nano,
        /// Gain per unit of score.
        alpha: Nano,
    },
    /// A minor failure would cost more than a severe one.
    #[error("{kind} gamma {gamma} is above beta {beta}")]
    MinorAboveSevere {
        /// Whose rules.
        kind: ActorKind,
        /// Penalty per minor failure.
        gamma: Nano,
        /// Penalty per severe failure.
        beta: Nano,
    },
    /// The human floor is not positive (blueprint §4.1, hard rule 4).
    #[error("the human trust floor is {got}, it must be positive")]
    HumanFloor {
        /// Floor given.
        got: Nano,
    },
    /// The machine floor is not zero (blueprint §4.1, hard rule 5).
    #[error("the machine trust floor is {got}, it must be zero")]
    MachineFloor {
        /// Floor given.
        got: Nano,
    },
    /// Floor, baseline and cap are out of order.
    #[error("{kind} floor {floor}, baseline {baseline} and maximum {trust_max} are out of order")]
    BaselineOrder {
        /// Whose rules.
        kind: ActorKind,
        /// Lowest trust.
        floor: Nano,
        /// Trust at admission.
        baseline: Nano,
        /// Highest trust.
        trust_max: Nano,
    },
    /// Proposing would need no more trust than voting.
    #[error("tau_prop {tau_prop} is not above tau_vote {tau_vote}")]
    EligibilityOrder {
        /// Trust to propose.
        tau_prop: Nano,
        /// Trust to vote.
        tau_vote: Nano,
    },
    /// Nobody could ever propose.
    #[error("tau_prop {tau_prop} is above the highest human trust {trust_max}")]
    EligibilityUnreachable {
        /// Trust to propose.
        tau_prop: Nano,
        /// Highest trust.
        trust_max: Nano,
    },
    /// A minimum that must not fall with the tier does.
    #[error("{name} of {tier} is lower than that of the tier below")]
    TierOrder {
        /// The tier that is too weak.
        tier: RiskTier,
        /// Field that falls.
        name: &'static str,
    },
    /// A tier asks for less than the blueprint's minimum.
    #[error("{name} of {tier} is {got}, the least is {min}")]
    TierBelowMinimum {
        /// The tier.
        tier: RiskTier,
        /// Field that is too low.
        name: &'static str,
        /// Value given.
        got: u64,
        /// Least value.
        min: u64,
    },
    /// A tier asks for more approvals or more diversity than it has reviewers.
    #[error("{name} of {tier} is {got}, it has {reviewers} reviewers")]
    TierUnsatisfiable {
        /// The tier.
        tier: RiskTier,
        /// Field that cannot be met.
        name: &'static str,
        /// Value given.
        got: u64,
        /// Reviewers assigned.
        reviewers: u64,
    },
    /// Half of the reviewers or fewer could approve.
    #[error("{tier} needs {approvals} approvals of {reviewers} reviewers, that is no majority")]
    TierNoMajority {
        /// The tier.
        tier: RiskTier,
        /// Approvals needed.
        approvals: u64,
        /// Reviewers assigned.
        reviewers: u64,
    },
    /// A tier that must have a human gate has none.
    #[error("{tier} has no human final gate")]
    GateMissing {
        /// The tier.
        tier: RiskTier,
    },
    /// The constitutional mark is on the wrong tier, or R3 could be decided by reviewers.
    #[error("only R3 is constitutional, and no reviewer decides it: {tier} breaks this")]
    ConstitutionalTier {
        /// The tier.
        tier: RiskTier,
    },
    /// A mission class of the blueprint is missing.
    #[error("mission class {class} is not mapped to a tier")]
    ClassMissing {
        /// The class.
        class: &'static str,
    },
    /// A mission class of the blueprint is mapped below its tier.
    #[error("mission class {class} is mapped to {got}, its least tier is {min}")]
    ClassBelowMinimum {
        /// The class.
        class: &'static str,
        /// Tier given.
        got: RiskTier,
        /// Least tier.
        min: RiskTier,
    },
    /// A class name is not lower-case ASCII words joined by underscores.
    #[error("a mission class name must be 1 to {max} bytes of a-z, 0-9 and _, one has {len}")]
    ClassName {
        /// Bytes given.
        len: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// Review scores do not reward being right.
    #[error("alignment scores must fall from correct to abstain to wrong: {name} is {got}")]
    AlignmentOrder {
        /// Score out of order.
        name: &'static str,
        /// Value given.
        got: Nano,
    },
    /// The calibration window is shorter than the history it needs.
    #[error("the calibration window {window} is shorter than its minimum history {min}")]
    CalibrationWindow {
        /// Reviews looked at.
        window: u64,
        /// Reviews needed.
        min: u64,
    },
    /// Values of commitment tiers are out of order (invariants 27 and 28).
    #[error("{name}: {lower} must be below {upper}")]
    CommitmentOrder {
        /// What is compared.
        name: &'static str,
        /// Value that must be lower.
        lower: u64,
        /// Value that must be higher.
        upper: u64,
    },
    /// The committee threshold is no majority, or more than the committee.
    #[error("a committee of {n} cannot have the threshold {t}")]
    Committee {
        /// Members.
        n: u64,
        /// Threshold.
        t: u64,
    },
}

impl ParameterError {
    /// Stable code for machines; `Display` is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Wire(_) => "constitution.wire",
            Self::TooLong { .. } => "constitution.too_long",
            Self::Version { .. } => "constitution.version",
            Self::Name { .. } => "constitution.name",
            Self::OutOfRange { .. } => "constitution.out_of_range",
            Self::CountOutOfRange { .. } => "constitution.count_out_of_range",
            Self::WeightSum { .. } => "constitution.weight_sum",
            Self::MachineVote { .. } => "constitution.machine_vote",
            Self::GateOrder { .. } => "constitution.gate_order",
            Self::GainReachesGuard { .. } => "constitution.gain_reaches_guard",
            Self::LossTooSlow { .. } => "constitution.loss_too_slow",
            Self::MinorAboveSevere { .. } => "constitution.minor_above_severe",
            Self::HumanFloor { .. } => "constitution.human_floor",
            Self::MachineFloor { .. } => "constitution.machine_floor",
            Self::BaselineOrder { .. } => "constitution.baseline_order",
            Self::EligibilityOrder { .. } => "constitution.eligibility_order",
            Self::EligibilityUnreachable { .. } => "constitution.eligibility_unreachable",
            Self::TierOrder { .. } => "constitution.tier_order",
            Self::TierBelowMinimum { .. } => "constitution.tier_below_minimum",
            Self::TierUnsatisfiable { .. } => "constitution.tier_unsatisfiable",
            Self::TierNoMajority { .. } => "constitution.tier_no_majority",
            Self::GateMissing { .. } => "constitution.gate_missing",
            Self::ConstitutionalTier { .. } => "constitution.constitutional_tier",
            Self::ClassMissing { .. } => "constitution.class_missing",
            Self::ClassBelowMinimum { .. } => "constitution.class_below_minimum",
            Self::ClassName { .. } => "constitution.class_name",
            Self::AlignmentOrder { .. } => "constitution.alignment_order",
            Self::CalibrationWindow { .. } => "constitution.calibration_window",
            Self::CommitmentOrder { .. } => "constitution.commitment_order",
            Self::Committee { .. } => "constitution.committee",
        }
    }
}
