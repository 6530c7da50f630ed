//! Why the ledger refused.

use comity_constitution::{Nano, phase::Phase};
use comity_wire::{KeyId, StatementId, Time};

/// Why an admission or an update was refused. The ledger is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// The key already has an account: no second start, no reset.
    #[error("{actor} already has a trust account")]
    AlreadyAdmitted {
        /// The key.
        actor: KeyId,
    },
    /// Nobody with this key has been admitted.
    #[error("{actor} has no trust account")]
    UnknownActor {
        /// The key.
        actor: KeyId,
    },
    /// This mission has already changed this actor's trust.
    #[error("{actor} was already updated for mission {mission}")]
    AlreadyUpdated {
        /// The key.
        actor: KeyId,
        /// The mission.
        mission: StatementId,
    },
    /// A machine without trust gains or loses nothing until it is certified again.
    #[error("{actor} is quarantined")]
    Quarantined {
        /// The key.
        actor: KeyId,
    },
    /// The update belongs to an epoch before one that already has updates.
    #[error("update is for epoch {epoch}, the ledger is at epoch {current}")]
    EpochPast {
        /// Epoch of the update.
        epoch: u64,
        /// Latest epoch with updates.
        current: u64,
    },
    /// The epoch does not fit the date of the update.
    #[error("update for epoch {epoch} is dated in epoch {dated}, only it or the next may close it")]
    EpochNotDated {
        /// Epoch of the update.
        epoch: u64,
        /// Epoch of the date.
        dated: u64,
    },
    /// The update is dated before the actor's last one.
    #[error("update is dated {at}, the account stands at {since}")]
    TimeRegressed {
        /// Date of the update.
        at: Time,
        /// Date of the account.
        since: Time,
    },
    /// A worker with an alignment, or a reviewer without one or with a consensus.
    #[error("a {role} is graded by {expected}")]
    RoleMismatch {
        /// Claimed role.
        role: &'static str,
        /// What must be present, and nothing else.
        expected: &'static str,
    },
    /// A claimed number lies outside its range.
    #[error("{name} is {got}, it must be from 0 to {max}")]
    OutOfRange {
        /// Field of the claim.
        name: &'static str,
        /// Value given.
        got: i64,
        /// Greatest value.
        max: i64,
    },
    /// A claimed result is not what the rules give.
    #[error("{field} is claimed as {claimed}, recomputed as {computed}")]
    Differs {
        /// Field of the update.
        field: &'static str,
        /// Value claimed; flags count as 0 and 1e-9.
        claimed: Nano,
        /// Value recomputed.
        computed: Nano,
    },
    /// The mission ended before the machine was certified again: old work does not help it back.
    #[error("mission {mission} ended at {ended}, before {actor} was certified again at {restored}")]
    EndedBefore {
        /// The key.
        actor: KeyId,
        /// The mission.
        mission: StatementId,
        /// When the mission ended.
        ended: Time,
        /// When the machine's probation began.
        restored: Time,
    },
    /// No whole day of decay has passed that has not been taken.
    #[error("no whole day of decay of {actor} is due at {at}")]
    NothingDue {
        /// The key.
        actor: KeyId,
        /// Date asked for.
        at: Time,
    },
    /// Machines that have ended stay so.
    #[error("{actor} is decommissioned")]
    Decommissioned {
        /// The key.
        actor: KeyId,
    },
    /// Only machines are certified, decommissioned or have a lineage.
    #[error("{actor} is a person")]
    NotAMachine {
        /// The key.
        actor: KeyId,
    },
    /// Only a machine without trust is certified again.
    #[error("{actor} is {standing}, not quarantined")]
    NotQuarantined {
        /// The key.
        actor: KeyId,
        /// How it stands.
        standing: &'static str,
    },
    /// No such request, measurement, allegation or held update is open.
    #[error("{id} is no open {what}")]
    NotOpen {
        /// What it should be.
        what: &'static str,
        /// The statement that was named.
        id: StatementId,
    },
    /// Too late for what must be done before a deadline.
    #[error("dated {at}, the deadline was {deadline}")]
    DeadlinePast {
        /// The deadline.
        deadline: Time,
        /// The date.
        at: Time,
    },
    /// Too early for what follows from a deadline.
    #[error("dated {at}, it can be stated after {deadline}")]
    DeadlineAhead {
        /// The deadline.
        deadline: Time,
        /// The date.
        at: Time,
    },
    /// Machines vouch for nobody.
    #[error("{by} is a machine and cannot vouch")]
    EndorserNotHuman {
        /// Who vouches.
        by: KeyId,
    },
    /// Who vouches must have the trust of a voter.
    #[error("{by} has trust {trust}, {min} is needed to vouch")]
    EndorserTrust {
        /// Who vouches.
        by: KeyId,
        /// Trust at the date.
        trust: Nano,
        /// Least trust.
        min: Nano,
    },
    /// Who vouches must have nothing to do with it.
    #[error("{by} cannot vouch: {why}")]
    EndorserInvolved {
        /// Who vouches.
        by: KeyId,
        /// How they are involved.
        why: &'static str,
    },
    /// One person vouches once.
    #[error("{by} vouches twice for {about}")]
    EndorsedTwice {
        /// Who vouches.
        by: KeyId,
        /// For what.
        about: StatementId,
    },
    /// The statement that is named is no endorsement of this.
    #[error("{id} is no endorsement of {about}")]
    NotAnEndorsement {
        /// The statement that was named.
        id: StatementId,
        /// What must be vouched for.
        about: StatementId,
    },
    /// Not enough people, regions or organisations.
    #[error("{got} {what} vouch, {min} are needed")]
    QuorumShort {
        /// What is counted.
        what: &'static str,
        /// How many there are.
        got: u64,
        /// How many there must be.
        min: u64,
    },
    /// There is no quorum in G0: what is held waits for G1.
    #[error("nothing is released or suspended in {phase}")]
    NoQuorum {
        /// The phase.
        phase: Phase,
    },
    /// A benchmark of too few cases.
    #[error("the benchmark has {cases} cases, {min} are needed")]
    BenchmarkShort {
        /// Cases.
        cases: u64,
        /// Least number.
        min: u64,
    },
    /// The request has a result already.
    #[error("request {request} has been measured")]
    Measured {
        /// The request.
        request: StatementId,
    },
    /// An allegation says why.
    #[error("an allegation needs a reason of 1 to {max} bytes, it has {len}")]
    Reason {
        /// Bytes given.
        len: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// A machine has one lineage, and not a circular one.
    #[error("{machine} cannot be declared a successor: {why}")]
    Lineage {
        /// The machine.
        machine: KeyId,
        /// Why.
        why: &'static str,
    },
}

impl TrustError {
    /// Stable code for machines; `Display` is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AlreadyAdmitted { .. } => "trust.already_admitted",
            Self::UnknownActor { .. } => "trust.unknown_actor",
            Self::AlreadyUpdated { .. } => "trust.already_updated",
            Self::Quarantined { .. } => "trust.quarantined",
            Self::EpochPast { .. } => "trust.epoch_past",
            Self::EpochNotDated { .. } => "trust.epoch_not_dated",
            Self::TimeRegressed { .. } => "trust.time_regressed",
            Self::RoleMismatch { .. } => "trust.role_mismatch",
            Self::OutOfRange { .. } => "trust.out_of_range",
            Self::Differs { .. } => "trust.differs",
            Self::EndedBefore { .. } => "trust.ended_before",
            Self::NothingDue { .. } => "trust.nothing_due",
            Self::Decommissioned { .. } => "trust.decommissioned",
            Self::NotAMachine { .. } => "trust.not_a_machine",
            Self::NotQuarantined { .. } => "trust.not_quarantined",
            Self::NotOpen { .. } => "trust.not_open",
            Self::DeadlinePast { .. } => "trust.deadline_past",
            Self::DeadlineAhead { .. } => "trust.deadline_ahead",
            Self::EndorserNotHuman { .. } => "trust.endorser_not_human",
            Self::EndorserTrust { .. } => "trust.endorser_trust",
            Self::EndorserInvolved { .. } => "trust.endorser_involved",
            Self::EndorsedTwice { .. } => "trust.endorsed_twice",
            Self::NotAnEndorsement { .. } => "trust.not_an_endorsement",
            Self::QuorumShort { .. } => "trust.quorum_short",
            Self::NoQuorum { .. } => "trust.no_quorum",
            Self::BenchmarkShort { .. } => "trust.benchmark_short",
            Self::Measured { .. } => "trust.measured",
            Self::Reason { .. } => "trust.reason",
            Self::Lineage { .. } => "trust.lineage",
        }
    }
}
