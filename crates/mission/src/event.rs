//! What a mission is told: a fact, and who said it, where and when.

use comity_wire::{KeyId, StatementId, Time};

use crate::facts::MissionFact;

/// What the statement around a fact says about it. Already verified by the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// Id of the statement.
    pub id: StatementId,
    /// Key that signed it.
    pub signer: KeyId,
    /// Date the signer gave it. Clocks of two records are not one clock, so it is compared in one place
    /// only: silence is dated by the house whose reviewer is silent.
    pub at: Time,
}

/// One verified statement about a mission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissionEvent {
    /// Who said it, and when.
    pub context: Context,
    /// What was said.
    pub fact: MissionFact,
}
