//! The statement bodies of this room. The list in [`MissionFact`] is its whole wire surface.
//!
//! Bodies are closed: an unknown, missing or misspelt field is refused by the decoder. Texts and ids
//! are checked by the rules that use them, so that a refusal can name what is wrong.

use core::fmt;

use comity_constitution::{DomainType, RiskTier};
use comity_wire::{Digest, KeyId, StatementId};
use serde::{Deserialize, Serialize};

mod panel;
mod work;

pub use panel::{
    Escalated, Judgement, PanelDecided, PanelOpened, Recused, ReviewerReplaced, ReviewerSilent,
};
pub use work::{EvidenceAttached, EvidenceOfWork, Started};

comity_wire::facts! {
    /// What can be said about a mission. Past participles: this is what a record holds.
    pub enum MissionFact {
        /// The mission exists and has an owner.
        Drafted(Drafted) = "comity:mission/drafted/v1",
        /// Its class, risk tier, domain and scope are set.
        Scoped(Scoped) = "comity:mission/scoped/v1",
        /// Its task graph is set.
        Decomposed(Decomposed) = "comity:mission/decomposed/v1",
        /// A worker starts an attempt.
        Started(Started) = "comity:mission/started/v1",
        /// The worker did a task. Proves that work occurred, nothing more.
        EvidenceOfWork(EvidenceOfWork) = "comity:mission/evidence_of_work/v1",
        /// The bundle of an attempt is complete.
        EvidenceAttached(EvidenceAttached) = "comity:mission/evidence_attached/v1",
        /// Reviewers are assigned.
        ReviewOpened(ReviewOpened) = "comity:mission/review_opened/v1",
        /// A reviewer decided.
        Reviewed(Reviewed) = "comity:mission/reviewed/v1",
        /// Somebody who may be drawn will not judge this mission.
        Recused(Recused) = "comity:mission/recused/v1",
        /// Somebody who was drawn has not answered in time.
        ReviewerSilent(ReviewerSilent) = "comity:mission/reviewer_silent/v1",
        /// The next one of the draw takes a seat.
        ReviewerReplaced(ReviewerReplaced) = "comity:mission/reviewer_replaced/v1",
        /// The owner asks for people.
        Escalated(Escalated) = "comity:mission/escalated/v1",
        /// People are drawn to judge what reviewers alone cannot close.
        PanelOpened(PanelOpened) = "comity:mission/panel_opened/v1",
        /// A panellist judged.
        PanelDecided(PanelDecided) = "comity:mission/panel_decided/v1",
        /// An approving reviewer vouches for a task's artifact. Only this can mint trust.
        EvidenceOfTrust(EvidenceOfTrust) = "comity:mission/evidence_of_trust/v1",
        /// The review failed.
        ReworkRequired(ReworkRequired) = "comity:mission/rework_required/v1",
        /// The review passed and the output is assembled.
        Integrated(Integrated) = "comity:mission/integrated/v1",
        /// The output waits at the final gate.
        GateOpened(GateOpened) = "comity:mission/gate_opened/v1",
        /// A human decided at the gate.
        GateDecided(GateDecided) = "comity:mission/gate_decided/v1",
        /// The mission is over.
        Completed(Completed) = "comity:mission/completed/v1",
        /// The output was turned down at the gate.
        Rejected(Rejected) = "comity:mission/rejected/v1",
    }
}

/// Name of a task inside its graph. Any text travels; [`TaskGraph`](crate::TaskGraph) says which
/// names are good.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskId(String);

impl TaskId {
    /// Wraps a name.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One task of a mission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// Unique in its graph: 1 to 64 printable ASCII bytes without spaces.
    pub id: TaskId,
    /// For people.
    pub title: String,
    /// Factual, value-laden, or both. Every task has one (blueprint §4.3).
    pub domain_type: DomainType,
    /// Tasks that must be done first.
    pub depends_on: Vec<TaskId>,
}

/// Body of `comity:mission/drafted/v1`. The statement's id becomes the mission's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drafted {
    /// Id of the order that asked for the work; absent if nobody did and the record works for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<StatementId>,
    /// For people.
    pub title: String,
    /// The human who owns the mission.
    pub owner: KeyId,
}

/// Body of `comity:mission/scoped/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scoped {
    /// The mission.
    pub mission: StatementId,
    /// A key of the constitution's class table.
    pub mission_class: String,
    /// At least as strict as the class demands.
    pub risk_tier: RiskTier,
    /// Factual, value-laden, or both.
    pub domain_type: DomainType,
    /// What is to be done and what is not.
    pub scope: String,
}

/// Body of `comity:mission/decomposed/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decomposed {
    /// The mission.
    pub mission: StatementId,
    /// The graph, in any order.
    pub tasks: Vec<Task>,
}

/// Body of `comity:mission/review_opened/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewOpened {
    /// The mission.
    pub mission: StatementId,
    /// The reviewers drawn; none where human chambers decide.
    pub reviewers: Vec<KeyId>,
    /// The beacon value they were drawn with; a new one for every attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beacon: Option<Digest>,
    /// Without an order: the share that `started` has committed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Digest>,
    /// Where human chambers decide: the proposal that puts the work before them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amendment: Option<StatementId>,
}

/// What a reviewer decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The claim holds.
    Approve,
    /// It does not, or the evidence is insufficient.
    Reject,
    /// The reviewer cannot say. Counts as not approving.
    Abstain,
}

/// What a reviewer asks for beyond its decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The question is one of values: people must answer it, whatever the votes.
    NeedsPeople,
}

/// Body of `comity:mission/reviewed/v1`, signed by an assigned reviewer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reviewed {
    /// The mission.
    pub mission: StatementId,
    /// The claim that was reviewed.
    pub claim: StatementId,
    /// The decision.
    pub decision: Decision,
    /// With an order: the verifier report it rests on; one reviewer's report, used once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<StatementId>,
    /// In words. May be empty only when approving on a report.
    pub reason: String,
    /// What the reviewer asks for beyond its decision, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<Flag>,
}

/// Body of `comity:mission/evidence_of_trust/v1`, signed by a reviewer who approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceOfTrust {
    /// The mission.
    pub mission: StatementId,
    /// The task vouched for.
    pub task: TaskId,
    /// Hash of what the task produced, as in the evidence of work.
    pub artifact: Digest,
    /// Who did the work.
    pub worker: KeyId,
    /// The signer's own approving review.
    pub review: StatementId,
}

/// Body of `comity:mission/rework_required/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReworkRequired {
    /// The mission.
    pub mission: StatementId,
    /// Reviews that together make approval unreachable.
    pub reviews: Vec<StatementId>,
}

/// Body of `comity:mission/integrated/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Integrated {
    /// The mission.
    pub mission: StatementId,
    /// Hash of the mission's output: the artifact of the graph's final task.
    pub artifact: Digest,
    /// Reviews that together pass the tier's rule.
    pub reviews: Vec<StatementId>,
}

/// Body of `comity:mission/gate_opened/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateOpened {
    /// The mission.
    pub mission: StatementId,
}

/// What a human decided at the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateDecision {
    /// Let it through.
    Approve,
    /// Turn it down; the mission is planned anew.
    Reject,
}

/// Body of `comity:mission/gate_decided/v1`, signed by a human with the gate role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateDecided {
    /// The mission.
    pub mission: StatementId,
    /// The decision.
    pub decision: GateDecision,
    /// In words; a binding outcome is never without.
    pub reason: String,
}

/// How the gate was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// The tier asks for no human, and none has decided.
    Automatic,
    /// A human approved.
    Human,
}

/// Body of `comity:mission/completed/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Completed {
    /// The mission.
    pub mission: StatementId,
    /// How the gate was passed.
    pub gate: Gate,
    /// The `gate_decided` statement, when a human passed it; the amendment, when chambers did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<StatementId>,
}

/// Body of `comity:mission/rejected/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rejected {
    /// The mission.
    pub mission: StatementId,
    /// The `gate_decided` statement that turned it down.
    pub approval: StatementId,
}

impl MissionFact {
    /// The mission a fact is about; `None` for `drafted`, whose statement *is* the mission's id.
    pub const fn mission(&self) -> Option<StatementId> {
        match self {
            Self::Drafted(_) => None,
            Self::Scoped(body) => Some(body.mission),
            Self::Decomposed(body) => Some(body.mission),
            Self::Started(body) => Some(body.mission),
            Self::EvidenceOfWork(body) => Some(body.mission),
            Self::EvidenceAttached(body) => Some(body.mission),
            Self::ReviewOpened(body) => Some(body.mission),
            Self::Reviewed(body) => Some(body.mission),
            Self::Recused(body) => Some(body.mission),
            Self::ReviewerSilent(body) => Some(body.mission),
            Self::ReviewerReplaced(body) => Some(body.mission),
            Self::Escalated(body) => Some(body.mission),
            Self::PanelOpened(body) => Some(body.mission),
            Self::PanelDecided(body) => Some(body.mission),
            Self::EvidenceOfTrust(body) => Some(body.mission),
            Self::ReworkRequired(body) => Some(body.mission),
            Self::Integrated(body) => Some(body.mission),
            Self::GateOpened(body) => Some(body.mission),
            Self::GateDecided(body) => Some(body.mission),
            Self::Completed(body) => Some(body.mission),
            Self::Rejected(body) => Some(body.mission),
        }
    }

    /// The words a refusal uses for this event, after "cannot".
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::Drafted(_) => "be drafted",
            Self::Scoped(_) => "be scoped",
            Self::Decomposed(_) => "be decomposed",
            Self::Started(_) => "be started",
            Self::EvidenceOfWork(_) => "take evidence of work",
            Self::EvidenceAttached(_) => "attach its evidence",
            Self::ReviewOpened(_) => "open its review",
            Self::Reviewed(_) => "be reviewed",
            Self::Recused(_) => "be left to others",
            Self::ReviewerSilent(_) => "wait for a silent reviewer",
            Self::ReviewerReplaced(_) => "replace a reviewer",
            Self::Escalated(_) => "be escalated",
            Self::PanelOpened(_) => "open its panel",
            Self::PanelDecided(_) => "be judged by its panel",
            Self::EvidenceOfTrust(_) => "take evidence of trust",
            Self::ReworkRequired(_) => "require rework",
            Self::Integrated(_) => "be integrated",
            Self::GateOpened(_) => "open its gate",
            Self::GateDecided(_) => "be decided at its gate",
            Self::Completed(_) => "be completed",
            Self::Rejected(_) => "be rejected",
        }
    }
}
