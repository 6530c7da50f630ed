//! The facts of this room, with everything a verifier needs to recompute them.

mod guard;
mod machine;

use comity_constitution::{Nano, RiskTier};
use comity_wire::{KeyId, StatementId};
use serde::{Deserialize, Serialize};

pub use guard::{Decayed, Endorsed, Released, Suspended};
pub use machine::{
    DecommissionCause, Decommissioned, LineageDeclared, MaliceAlleged, RecertificationMeasured,
    RecertificationRequested, Recertified,
};

comity_wire::facts! {
    /// Statements about trust, in the record of the actor's sovereign.
    pub enum TrustFact {
        /// An actor's trust was recomputed for one mission, at the close of an epoch.
        Updated(Updated) = "comity:trust/updated/v1",
        /// Whole days of decay were taken from an account.
        Decayed(Decayed) = "comity:trust/decayed/v1",
        /// A person vouches for a held update, a measurement or an allegation; by their own key.
        Endorsed(Endorsed) = "comity:trust/endorsed/v1",
        /// A held update is applied, on the word of people.
        Released(Released) = "comity:trust/released/v1",
        /// A held update was not released in time.
        Suspended(Suspended) = "comity:trust/suspended/v1",
        /// A quarantined machine is to be certified again.
        RecertificationRequested(RecertificationRequested) =
            "comity:trust/recertification_requested/v1",
        /// What its benchmark gave.
        RecertificationMeasured(RecertificationMeasured) =
            "comity:trust/recertification_measured/v1",
        /// The machine is on probation.
        Recertified(Recertified) = "comity:trust/recertified/v1",
        /// A machine is said to have acted with malice; by the authority or a person.
        MaliceAlleged(MaliceAlleged) = "comity:trust/malice_alleged/v1",
        /// A machine has ended.
        Decommissioned(Decommissioned) = "comity:trust/decommissioned/v1",
        /// A machine is another one under a new key; by the authority or that key.
        LineageDeclared(LineageDeclared) = "comity:trust/lineage_declared/v1",
    }
}

/// In which part an actor took part in a mission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Did the work.
    Worker,
    /// Judged it.
    Reviewer,
}

/// How a review compares with what was finally decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alignment {
    /// Declined to decide.
    Abstain,
    /// Approved what was accepted.
    CorrectApprove,
    /// Rejected what was refused.
    CorrectReject,
    /// Approved what was refused.
    WrongApprove,
    /// Rejected what was accepted.
    WrongReject,
}

/// What the sovereign claims about one contribution; each part can be checked against the cited
/// mission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// Whether the mission's result was accepted.
    pub accepted: bool,
    /// How this review compares with the outcome; present exactly for reviewers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alignment: Option<Alignment>,
    /// Sum of the trust of the reviewers who approved; zero for reviewers.
    pub approving: Nano,
    /// Sum of the trust of the reviewers who did not abstain; zero for reviewers.
    pub deciding: Nano,
    /// Declared change of a machine's environment since its last verified work, 0..=1.
    pub env_drift: Nano,
    /// Evidence items delivered.
    pub evidence: u64,
    /// Minor failures.
    pub minor: u32,
    /// The evidence of trust that stands behind a gain. Evidence of work does not belong here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof_of_trust: Option<StatementId>,
    /// Risk tier of the mission.
    pub risk_tier: RiskTier,
    /// Part taken.
    pub role: Role,
    /// Severe failures.
    pub severe: u32,
}

/// What the rules derived from the work, the account and the date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Derived {
    /// Decay of a dormant person.
    pub dormancy: Nano,
    /// Effort.
    pub e: Nano,
    /// Quality.
    pub q: Nano,
    /// Reliability, before this mission.
    pub r: Nano,
    /// Days since a machine's last verified work, in units of 1e-9 days.
    pub staleness: Nano,
    /// Positive change already made in this epoch.
    pub used: Nano,
    /// Volume, before this mission.
    pub v: Nano,
}

/// One trust update, complete: the ledger recomputes every field and compares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Updated {
    /// Whose trust.
    pub actor: KeyId,
    /// Trust after.
    pub after: Nano,
    /// Trust before.
    pub before: Nano,
    /// Highest trust allowed.
    pub cap: Nano,
    /// What time and drift cost.
    pub decay: Nano,
    /// The epoch that closes with this update: seconds since 1970 divided by the epoch's length.
    pub epoch: u64,
    /// What the work earned.
    pub gain: Nano,
    /// Whether quality reached the gate.
    pub gate_passed: bool,
    /// Whether the delta guard holds the update.
    pub held: bool,
    /// What the rules derived.
    pub inputs: Derived,
    /// The mission, by the id of its draft.
    pub mission: StatementId,
    /// What the failures cost.
    pub penalty: Nano,
    /// Trust before the guard.
    pub proposed: Nano,
    /// Whether the machine has no trust left.
    pub quarantined: bool,
    /// Weighted score.
    pub score: Nano,
    /// What is claimed about the contribution.
    pub work: Work,
}
