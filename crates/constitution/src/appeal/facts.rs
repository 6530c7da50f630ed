//! What is stated about a case. Parties and panellists sign for themselves; the clerk is the authority.

use comity_wire::{Digest, KeyId, StatementId};
use serde::{Deserialize, Serialize};

use super::Relief;

comity_wire::facts! {
    /// Statements about appeals and disputes.
    pub enum AppealFact {
        /// Somebody complains about a statement. By a person, or by the authority for an incident.
        Opened(Opened) = "comity:constitution/appeal_opened/v1",
        /// Somebody who is complained about answers. By that one.
        Responded(Responded) = "comity:constitution/appeal_responded/v1",
        /// Who may be drawn, and by which round. By the authority.
        PanelCalled(PanelCalled) = "comity:constitution/appeal_panel_called/v1",
        /// The panel that was drawn. By the authority.
        PanelSeated(PanelSeated) = "comity:constitution/appeal_panel_seated/v1",
        /// A panellist decides. By the panellist.
        Decided(Decided) = "comity:constitution/appeal_decided/v1",
        /// What the panel decided. By the authority.
        Closed(Closed) = "comity:constitution/appeal_closed/v1",
        /// A party wants a fresh panel. By the party.
        Appealed(Appealed) = "comity:constitution/appeal_appealed/v1",
    }
}

/// Why somebody complains: a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// A held gain of trust was earned and should be released.
    DeltaEarned,
    /// A held gain of trust was not earned and should be dropped.
    DeltaUnearned,
    /// A quarantine should end: the machine may be recertified.
    QuarantineUnfounded,
    /// A reviewer had a conflict of interest.
    ReviewerConflict,
    /// Evidence is not what it was said to be.
    EvidenceInvalid,
    /// An identity was verified or refused wrongly.
    IdentityMisjudged,
    /// The procedure was not followed.
    ProcedureBroken,
}

impl Ground {
    /// Every ground.
    pub const ALL: [Self; 7] = [
        Self::DeltaEarned,
        Self::DeltaUnearned,
        Self::QuarantineUnfounded,
        Self::ReviewerConflict,
        Self::EvidenceInvalid,
        Self::IdentityMisjudged,
        Self::ProcedureBroken,
    ];

    /// The name in files and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DeltaEarned => "delta_earned",
            Self::DeltaUnearned => "delta_unearned",
            Self::QuarantineUnfounded => "quarantine_unfounded",
            Self::ReviewerConflict => "reviewer_conflict",
            Self::EvidenceInvalid => "evidence_invalid",
            Self::IdentityMisjudged => "identity_misjudged",
            Self::ProcedureBroken => "procedure_broken",
        }
    }

    /// What an upheld complaint on this ground asks of others.
    pub const fn relief(self) -> Relief {
        match self {
            Self::DeltaEarned => Relief::ReleaseDelta,
            Self::DeltaUnearned => Relief::DropDelta,
            Self::QuarantineUnfounded => Relief::OpenRecertification,
            Self::ReviewerConflict
            | Self::EvidenceInvalid
            | Self::IdentityMisjudged
            | Self::ProcedureBroken => Relief::SetAside,
        }
    }
}

/// A complaint, with everything that it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    /// Hashes of what is disclosed, one at least.
    pub evidence: Vec<Digest>,
    /// Why.
    pub ground: Ground,
    /// Those who are complained about, one at least.
    pub respondents: Vec<KeyId>,
    /// The statement that it is about.
    pub subject: StatementId,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Responded {
    /// The case.
    pub case: StatementId,
    /// Hashes of what is disclosed.
    pub evidence: Vec<Digest>,
    /// Hash of the answer's text.
    pub text: Digest,
}

/// A pool and the round that draws from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelCalled {
    /// The case.
    pub case: StatementId,
    /// Round of the beacon; not known yet.
    pub round: u64,
    /// Root of the snapshot.
    pub snapshot: Digest,
}

/// A panel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelSeated {
    /// The case.
    pub case: StatementId,
    /// Its members, in the order in which they were drawn.
    pub members: Vec<KeyId>,
}

/// What a panellist, or a panel, finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// The complaint holds.
    Upheld,
    /// It does not; everything stays as it is.
    Dismissed,
}

/// Why a panellist decided so: a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The evidence shows what is complained about.
    EvidenceSupports,
    /// The evidence does not show it.
    EvidenceInsufficient,
    /// A rule was applied as it should be.
    RuleFollowed,
    /// A rule was applied wrongly.
    RuleMisapplied,
    /// It is not for a panel to decide.
    OutOfScope,
}

/// A panellist's decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    /// The case.
    pub case: StatementId,
    /// Why, from the list.
    pub code: Code,
    /// What is found.
    pub finding: Finding,
    /// Why, in words; dissents are as public as any.
    pub reason: String,
    /// The statement that seated the panel.
    pub seated: StatementId,
}

/// The count of a panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    /// The case.
    pub case: StatementId,
    /// Who found that it does not hold.
    pub dismissing: u32,
    /// What follows.
    pub finding: Finding,
    /// Who found that it holds.
    pub upholding: u32,
}

/// A party's wish for a fresh panel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appealed {
    /// The case.
    pub case: StatementId,
    /// Hashes of what is disclosed on top.
    pub evidence: Vec<Digest>,
    /// Hash of the reasons.
    pub text: Digest,
}
