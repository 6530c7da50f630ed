//! Bodies about who judges: recusal, silence, replacement, and the panel of people.

use comity_wire::{KeyId, StatementId};
use serde::{Deserialize, Serialize};

/// Body of `comity:mission/recused/v1`, signed by the reviewer or by its house.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recused {
    /// The mission.
    pub mission: StatementId,
    /// Who will not judge it, in any attempt.
    pub reviewer: KeyId,
    /// In words: which interest, which acquaintance.
    pub reason: String,
}

/// Body of `comity:mission/reviewer_silent/v1`, signed by the authority of the reviewer house. From
/// then on the house takes no decision of this reviewer on this claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewerSilent {
    /// The mission.
    pub mission: StatementId,
    /// The claim under review.
    pub claim: StatementId,
    /// The reviewer or panellist who has not answered.
    pub reviewer: KeyId,
}

/// Body of `comity:mission/reviewer_replaced/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewerReplaced {
    /// The mission.
    pub mission: StatementId,
    /// The claim under review.
    pub claim: StatementId,
    /// The reviewer or panellist who leaves.
    pub reviewer: KeyId,
    /// The next one that the same draw gives.
    pub replacement: KeyId,
    /// The `reviewer_silent` or `recused` statement that shows why.
    pub shown_by: StatementId,
}

/// Body of `comity:mission/escalated/v1`, signed by the mission's owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escalated {
    /// The mission.
    pub mission: StatementId,
    /// The claim under review.
    pub claim: StatementId,
    /// In words.
    pub reason: String,
}

/// Body of `comity:mission/panel_opened/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelOpened {
    /// The mission.
    pub mission: StatementId,
    /// The claim under review.
    pub claim: StatementId,
    /// The people drawn, with the beacon value that drew the reviewers.
    pub panellists: Vec<KeyId>,
}

/// What a panellist says. There is no abstaining: who cannot say is recused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// The output may be integrated.
    Approve,
    /// It may not.
    Reject,
}

/// Body of `comity:mission/panel_decided/v1`, signed by a panellist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelDecided {
    /// The mission.
    pub mission: StatementId,
    /// The claim under review.
    pub claim: StatementId,
    /// What the panellist says.
    pub judgement: Judgement,
    /// In words; a binding outcome is never without.
    pub reason: String,
}
