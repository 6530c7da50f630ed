//! Why an event was refused.

use comity_wire::Time;

use crate::{phase::Phase, stage::Stage};

/// Why an event was refused. The state is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PhaseRefusal {
    /// The event is dated before the last one.
    #[error("the event is dated {at}, the last one {last}")]
    BackInTime {
        /// Date of the last event.
        last: Time,
        /// Date given.
        at: Time,
    },
    /// G0 ran out; nothing is decided any more.
    #[error("the constitution failed closed at {at}")]
    Expired {
        /// The last moment of G0.
        at: Time,
    },
    /// The act does not exist in this phase.
    #[error("one cannot {act} in {phase}")]
    NotInThisPhase {
        /// Current phase.
        phase: Phase,
        /// Verb of the act.
        act: &'static str,
    },
    /// Somebody else than the founder signed.
    #[error("only the founder can {act}")]
    NotFounder {
        /// Verb of the act.
        act: &'static str,
    },
    /// The founder's authority is gone for want of signed actions.
    #[error("the founder's authority dissolved at {since}")]
    FounderDissolved {
        /// When.
        since: Time,
    },
    /// The extension was used.
    #[error("G0 was extended already, it can be extended once")]
    AlreadyExtended,
    /// The veto is gone.
    #[error("the founder's veto ended at {since}")]
    VetoEnded {
        /// When.
        since: Time,
    },
    /// The proposal is past the stages in which a veto is heard.
    #[error("a proposal that is {stage} cannot be vetoed")]
    VetoTooLate {
        /// Where the proposal stands.
        stage: Stage,
    },
    /// No such provisional decision.
    #[error("no such provisional decision")]
    UnknownDecision,
    /// The same decision twice.
    #[error("this decision was taken already")]
    DecisionTwice,
    /// The decision was ratified or reversed.
    #[error("this decision is settled")]
    DecisionSettled,
    /// More yes than ballots, or more ballots than seats.
    #[error("{yes} yes of {cast} ballots in a chamber of {seats} seats")]
    Tally {
        /// Yes ballots.
        yes: u32,
        /// All ballots.
        cast: u32,
        /// Seats.
        seats: u32,
    },
    /// First Light is reached once.
    #[error("first light was reached already, at {since}")]
    FirstLightTwice {
        /// When.
        since: Time,
    },
    /// More provisional decisions than are kept.
    #[error("at most {max} provisional decisions are kept")]
    TooManyDecisions {
        /// The limit.
        max: usize,
    },
}

impl PhaseRefusal {
    /// Stable code for machines; `Display` is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BackInTime { .. } => "constitution.phase_back_in_time",
            Self::Expired { .. } => "constitution.phase_expired",
            Self::NotInThisPhase { .. } => "constitution.phase_not_in_this_phase",
            Self::NotFounder { .. } => "constitution.phase_not_founder",
            Self::FounderDissolved { .. } => "constitution.phase_founder_dissolved",
            Self::AlreadyExtended => "constitution.phase_already_extended",
            Self::VetoEnded { .. } => "constitution.phase_veto_ended",
            Self::VetoTooLate { .. } => "constitution.phase_veto_too_late",
            Self::UnknownDecision => "constitution.phase_unknown_decision",
            Self::DecisionTwice => "constitution.phase_decision_twice",
            Self::DecisionSettled => "constitution.phase_decision_settled",
            Self::Tally { .. } => "constitution.phase_tally",
            Self::FirstLightTwice { .. } => "constitution.phase_first_light_twice",
            Self::TooManyDecisions { .. } => "constitution.phase_too_many_decisions",
        }
    }
}
