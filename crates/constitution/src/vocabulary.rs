//! The closed words of the constitution: risk tiers, domain types, method types, kinds of actor.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How much harm a mission can do, and so how much review it needs (blueprint §4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RiskTier {
    /// Low: one reviewer.
    R0,
    /// Moderate: two reviewers of different model families.
    R1,
    /// High: five reviewers over regions and organisations, and a human gate.
    R2,
    /// Constitutional: human chambers only, never a reviewer quorum.
    R3,
}

impl RiskTier {
    /// Every tier, lowest first.
    pub const ALL: [Self; 4] = [Self::R0, Self::R1, Self::R2, Self::R3];

    /// The wire name, for example `R1`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::R0 => "R0",
            Self::R1 => "R1",
            Self::R2 => "R2",
            Self::R3 => "R3",
        }
    }

    /// The tier with this wire name, or none.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.name() == name)
    }
}

impl fmt::Display for RiskTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What kind of question a task asks (blueprint §4.3, hard policy 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DomainType {
    /// Factual: evidence can settle it.
    Objective,
    /// Value-laden: only people can settle it.
    Normative,
    /// Both: the normative part goes to people.
    Mixed,
}

impl DomainType {
    /// Every domain type.
    pub const ALL: [Self; 3] = [Self::Objective, Self::Normative, Self::Mixed];

    /// The wire name, for example `objective`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Objective => "objective",
            Self::Normative => "normative",
            Self::Mixed => "mixed",
        }
    }

    /// The domain type with this wire name, or none.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|domain| domain.name() == name)
    }

    /// True when machine consensus alone may never close it (invariant 21 of the threat model).
    pub const fn needs_people(self) -> bool {
        matches!(self, Self::Normative | Self::Mixed)
    }
}

impl fmt::Display for DomainType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How a reviewer comes to a judgement; the canonical set of blueprint §4.3, hard policy 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MethodType {
    /// A model reasons over the evidence.
    ReasoningModel,
    /// A model reasons over retrieved sources.
    RetrievalAugmented,
    /// A fixed program computes the answer.
    RuleBasedDeterministic,
    /// A person decides.
    HumanReviewer,
}

impl MethodType {
    /// Every method type.
    pub const ALL: [Self; 4] = [
        Self::ReasoningModel,
        Self::RetrievalAugmented,
        Self::RuleBasedDeterministic,
        Self::HumanReviewer,
    ];

    /// The wire name, for example `rule_based_deterministic`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReasoningModel => "reasoning_model",
            Self::RetrievalAugmented => "retrieval_augmented",
            Self::RuleBasedDeterministic => "rule_based_deterministic",
            Self::HumanReviewer => "human_reviewer",
        }
    }

    /// The method type with this wire name, or none. Case and spelling are exact.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

impl fmt::Display for MethodType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Who acts: the two kinds of trust follow different rules (blueprint §4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person: trust has a positive floor and a cap from the population.
    Human,
    /// A machine: trust may fall to zero, which quarantines it.
    Machine,
}

impl ActorKind {
    /// The wire name, `human` or `machine`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Machine => "machine",
        }
    }
}

impl fmt::Display for ActorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests;
