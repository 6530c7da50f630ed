//! The numbers that trust arithmetic needs, apart from how quality is graded.

use comity_constitution::{ActorKind, HumanTrust, MachineTrust, Nano, Parameters, ScoreWeights};

/// Rules of one kind of actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindRules {
    /// Gain per unit of score.
    pub alpha: Nano,
    /// Trust at admission.
    pub baseline: Nano,
    /// Penalty per severe failure.
    pub beta: Nano,
    /// Largest increase of one update.
    pub delta_max: Nano,
    /// Lowest trust.
    pub floor: Nano,
    /// Penalty per minor failure.
    pub gamma: Nano,
    /// Quality below which nothing is gained; quality equal to it passes.
    pub quality_min: Nano,
    /// Absolute cap.
    pub trust_max: Nano,
    /// Largest gain of one update.
    pub u_max: Nano,
}

/// Every number of the update formula (blueprint §4.1).
///
/// Any values give a defined result; only those that came through
/// [`comity_constitution::Parameters`] are known to satisfy the constitution's relations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Standard deviations above the mean that the human cap allows.
    pub cap_k: Nano,
    /// People below which the human cap is the absolute one; zero for the bare formula.
    pub cap_population_min: u64,
    /// Positive change per actor and epoch above which an update is held.
    pub delta_fast: Nano,
    /// Clamp of effort.
    pub effort_max: Nano,
    /// Rules of people.
    pub human: KindRules,
    /// Machine decay per day since the last verified work.
    pub lambda_age: Nano,
    /// Machine decay per unit of changed environment.
    pub lambda_drift: Nano,
    /// Rules of machines.
    pub machine: KindRules,
    /// Weights of the score.
    pub weights: ScoreWeights,
}

impl Rules {
    /// The rules of a parameter file.
    pub fn from_parameters(parameters: &Parameters) -> Self {
        let trust = parameters.trust();
        Self {
            cap_k: trust.human.cap_k,
            cap_population_min: trust.human.cap_population_min,
            delta_fast: trust.delta_fast,
            effort_max: parameters.effort().max_credit,
            human: KindRules::of_human(&trust.human),
            lambda_age: trust.machine.lambda_age,
            lambda_drift: trust.machine.lambda_drift,
            machine: KindRules::of_machine(&trust.machine),
            weights: trust.weights,
        }
    }

    /// The rules of one kind of actor.
    pub const fn of(&self, kind: ActorKind) -> &KindRules {
        match kind {
            ActorKind::Human => &self.human,
            ActorKind::Machine => &self.machine,
        }
    }
}

impl KindRules {
    const fn of_human(human: &HumanTrust) -> Self {
        Self {
            alpha: human.alpha,
            baseline: human.baseline,
            beta: human.beta,
            delta_max: human.delta_max,
            floor: human.floor,
            gamma: human.gamma,
            quality_min: human.quality_min,
            trust_max: human.trust_max,
            u_max: human.u_max,
        }
    }

    const fn of_machine(machine: &MachineTrust) -> Self {
        Self {
            alpha: machine.alpha,
            baseline: machine.baseline,
            beta: machine.beta,
            delta_max: machine.delta_max,
            floor: machine.floor,
            gamma: machine.gamma,
            quality_min: machine.quality_min,
            trust_max: machine.trust_max,
            u_max: machine.u_max,
        }
    }
}
