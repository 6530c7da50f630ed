//! What a mission holds in each state. Each stage contains the one before it, so that nothing can be
//! under review without evidence, or at the gate without a review.

use std::collections::BTreeMap;
use std::sync::Arc;

use comity_constitution::{DomainType, NormativeParameters, RiskTier, TierPolicy};
use comity_wire::{Digest, KeyId, StatementId, Time};

use super::panel::Panel;
use crate::facts::{GateDecision, TaskId};
use crate::graph::TaskGraph;
use crate::profile::Party;

/// The states of blueprint §3. Exhaustive on purpose: adding a state must break every `match`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Owned, nothing else.
    Draft,
    /// Class, tier, domain and scope are set.
    Scoped {
        /// What is to be done.
        scope: Scope,
    },
    /// The task graph is set.
    Decomposed {
        /// How it is to be done.
        plan: Plan,
    },
    /// A worker is doing the tasks.
    InProgress {
        /// What is done so far.
        work: Work,
    },
    /// The bundle is complete; reviewers are to be drawn.
    EvidenceAttached {
        /// What is to be reviewed.
        bundle: Bundle,
    },
    /// Reviewers decide.
    UnderReview {
        /// Who decides, and what was decided so far.
        panel: Panel,
    },
    /// The review failed; the worker may correct the work.
    Rework {
        /// The failed review.
        panel: Panel,
    },
    /// The review passed and the output is assembled.
    Integrated {
        /// The output.
        output: Output,
    },
    /// The output waits for the final decision.
    FinalHumanGate {
        /// The output.
        output: Output,
        /// What a human decided, if one has.
        decision: Option<GateRecord>,
    },
    /// Over, for good.
    Completed {
        /// The output.
        output: Output,
        /// The human approval; `None` when the gate was automatic or chambers decided.
        decision: Option<GateRecord>,
    },
    /// Turned down at the gate; the mission may be planned anew.
    Rejected {
        /// The output that was turned down.
        output: Output,
    },
}

/// What is to be done, and under which rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Key of the constitution's class table.
    pub mission_class: String,
    /// At least as strict as the class demands.
    pub tier: RiskTier,
    /// The tier's rules as they were at scoping; they hold to the end.
    pub policy: TierPolicy,
    /// When people must judge, and how many; as it was at scoping, like the policy.
    pub normative: NormativeParameters,
    /// How long those who judge have to answer, in seconds; as it was at scoping.
    pub response_window_s: u64,
    /// Factual, value-laden, or both.
    pub domain_type: DomainType,
    /// In words.
    pub text: String,
}

/// How it is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What is to be done.
    pub scope: Scope,
    /// The tasks.
    pub graph: TaskGraph,
}

/// What the worker of an attempt has done so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// How it is to be done.
    pub plan: Arc<Plan>,
    /// Who works.
    pub worker: Party,
    /// Which attempt, from 1.
    pub attempt: u64,
    /// The steward's committed share of the draw; none with an order.
    pub share: Option<Digest>,
    /// Evidence of work by task.
    pub done: BTreeMap<TaskId, WorkRecord>,
}

/// Evidence of work for one task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkRecord {
    /// The `evidence_of_work` statement.
    pub statement: StatementId,
    /// Hash of what the task produced.
    pub artifact: Digest,
    /// Its single-use value.
    pub nonce: Digest,
    /// Date the worker gave it.
    pub at: Time,
}

/// A complete bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The work; every task is done.
    pub work: Work,
    /// The evidence commitment, if there is an order.
    pub commitment: Option<StatementId>,
    /// The claim under review; without an order, the statement that completed the bundle.
    pub claim: StatementId,
}

/// A reviewed and integrated output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The review that passed.
    pub panel: Panel,
    /// Hash of the mission's output.
    pub artifact: Digest,
}

/// What a human decided at the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateRecord {
    /// The `gate_decided` statement.
    pub statement: StatementId,
    /// Who decided.
    pub by: KeyId,
    /// The decision.
    pub decision: GateDecision,
    /// Date the human gave it.
    pub at: Time,
}

impl Phase {
    /// The state's name, as in the blueprint but in words.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scoped { .. } => "scoped",
            Self::Decomposed { .. } => "decomposed",
            Self::InProgress { .. } => "in progress",
            Self::EvidenceAttached { .. } => "evidence attached",
            Self::UnderReview { .. } => "under review",
            Self::Rework { .. } => "in rework",
            Self::Integrated { .. } => "integrated",
            Self::FinalHumanGate { .. } => "at the final gate",
            Self::Completed { .. } => "completed",
            Self::Rejected { .. } => "rejected",
        }
    }

    /// Whether the mission is over. Only then may its order be settled and its work mint trust.
    pub const fn is_completed(&self) -> bool {
        matches!(self, Self::Completed { .. })
    }

    /// The integrated output, from integration on.
    pub const fn output(&self) -> Option<&Output> {
        match self {
            Self::Integrated { output }
            | Self::FinalHumanGate { output, .. }
            | Self::Completed { output, .. }
            | Self::Rejected { output } => Some(output),
            Self::Draft
            | Self::Scoped { .. }
            | Self::Decomposed { .. }
            | Self::InProgress { .. }
            | Self::EvidenceAttached { .. }
            | Self::UnderReview { .. }
            | Self::Rework { .. } => None,
        }
    }

    /// The latest review, from its opening on.
    pub fn panel(&self) -> Option<&Panel> {
        match self {
            Self::UnderReview { panel } | Self::Rework { panel } => Some(panel),
            Self::Integrated { .. }
            | Self::FinalHumanGate { .. }
            | Self::Completed { .. }
            | Self::Rejected { .. } => self.output().map(|output| &output.panel),
            Self::Draft
            | Self::Scoped { .. }
            | Self::Decomposed { .. }
            | Self::InProgress { .. }
            | Self::EvidenceAttached { .. } => None,
        }
    }

    /// The latest complete bundle.
    pub fn bundle(&self) -> Option<&Bundle> {
        if let Self::EvidenceAttached { bundle } = self {
            return Some(bundle);
        }
        self.panel().map(|panel| panel.bundle.as_ref())
    }

    /// The latest work, from the start of an attempt on.
    pub fn work(&self) -> Option<&Work> {
        if let Self::InProgress { work } = self {
            return Some(work);
        }
        self.bundle().map(|bundle| &bundle.work)
    }

    /// The plan, once there is one.
    pub fn plan(&self) -> Option<&Plan> {
        if let Self::Decomposed { plan } = self {
            return Some(plan);
        }
        self.work().map(|work| work.plan.as_ref())
    }

    /// The scope, once there is one.
    pub fn scope(&self) -> Option<&Scope> {
        if let Self::Scoped { scope } = self {
            return Some(scope);
        }
        self.plan().map(|plan| &plan.scope)
    }
}

impl Scope {
    /// Whether human chambers decide, and nobody else.
    pub fn is_constitutional(&self) -> bool {
        self.tier == RiskTier::R3 || self.policy.constitutional
    }
}

impl Bundle {
    /// What is to be done.
    pub fn scope(&self) -> &Scope {
        &self.work.plan.scope
    }
}

impl Work {
    /// The beacon value of this attempt of a mission without an order, once the share is shown.
    pub fn own_beacon(&self, mission: StatementId, share: &Digest) -> Digest {
        let nonces = self.done.values().map(|record| &record.nonce);
        crate::draw::beacon(mission, self.attempt, share, nonces)
    }
}

impl Output {
    /// What was to be done.
    pub fn scope(&self) -> &Scope {
        self.panel.scope()
    }

    pub(super) const fn with_panel(&self, panel: Panel) -> Self {
        Self { panel, artifact: self.artifact }
    }
}
