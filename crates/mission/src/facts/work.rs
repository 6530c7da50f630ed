//! Bodies about the work of one attempt.

use comity_wire::{Digest, KeyId, StatementId};
use serde::{Deserialize, Serialize};

use super::TaskId;

/// Body of `comity:mission/started/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Started {
    /// The mission.
    pub mission: StatementId,
    /// Who works.
    pub worker: KeyId,
    /// 1 for the first attempt, then one more each time, across rework and re-planning.
    pub attempt: u64,
    /// Without an order: commits to a share of the draw; see [`crate::draw`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Digest>,
}

/// Body of `comity:mission/evidence_of_work/v1`, signed by the worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceOfWork {
    /// The mission.
    pub mission: StatementId,
    /// The task that was done.
    pub task: TaskId,
    /// Hash of what the task produced.
    pub artifact: Digest,
    /// Never used before in this mission, so that evidence of one attempt is not evidence of the next.
    /// Without an order it is also the worker's share of the draw.
    pub nonce: Digest,
}

/// Body of `comity:mission/evidence_attached/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceAttached {
    /// The mission.
    pub mission: StatementId,
    /// The evidence of work of every task, in any order.
    pub work: Vec<StatementId>,
    /// With an order: the evidence commitment, made before any audit challenge existed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<StatementId>,
    /// With an order: the claim under review. Without one, this statement is the claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<StatementId>,
}
