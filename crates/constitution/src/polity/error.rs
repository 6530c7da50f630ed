//! Why a statement about a constitution was refused.

use comity_wire::{Digest, KeyId, StatementId, Time};

use crate::{amendment::AmendmentRefusal, phase::PhaseRefusal, vote::VoteRefusal};

/// Why a statement was refused. The constitution is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConstitutionRefusal {
    /// The phase does not allow it.
    #[error(transparent)]
    Phase(#[from] PhaseRefusal),
    /// The amendment does not allow it.
    #[error(transparent)]
    Amendment(#[from] AmendmentRefusal),
    /// The vote does not allow it.
    #[error(transparent)]
    Vote(#[from] VoteRefusal),
    /// The record has no constitution.
    #[error("the record has founded no constitution")]
    NotFounded,
    /// A record has one constitution.
    #[error("the record has a constitution already")]
    FoundedTwice,
    /// A clerk's statement by somebody else.
    #[error("only the authority of the record can state this")]
    NotAuthority,
    /// The authority cannot speak for people.
    #[error("a person must sign this, not the authority")]
    NotInPerson,
    /// No actor of this record, or a machine where a person is needed.
    #[error("{key} is no person of this record")]
    NotPerson {
        /// The key.
        key: KeyId,
    },
    /// No actor of this record.
    #[error("{key} is no actor of this record")]
    NotActor {
        /// The key.
        key: KeyId,
    },
    /// A file of rules that is not at hand.
    #[error("the charter or parameter file {hash} is not at hand")]
    FileUnknown {
        /// Its hash.
        hash: Digest,
    },
    /// An identity cannot be verified for the past, nor for longer than the charter says.
    #[error(
        "an identity can be verified until {latest} at most and beyond {at}, stated is {until}"
    )]
    IdentityUntil {
        /// Date of the statement.
        at: Time,
        /// Stated.
        until: Time,
        /// Latest end.
        latest: Time,
    },
    /// The person's leave is what it was.
    #[error("this changes nothing about the leave of the signer")]
    LeaveUnchanged,
    /// Neither a proposal nor a decision of G0.
    #[error("{id} is neither a proposal nor a decision")]
    UnknownQuestion {
        /// The statement named.
        id: StatementId,
    },
    /// The decision of G0 is settled: there is nothing to vote on.
    #[error("the decision is settled")]
    DecisionSettled,
    /// A founder cannot decide what is entrenched.
    #[error("an entrenched change needs chambers, a decision of the founder cannot make it")]
    EntrenchedDecision,
    /// One proposal at a time.
    #[error("the signer has a proposal on its way already: {id}")]
    ProposerBusy {
        /// That proposal.
        id: StatementId,
    },
    /// The same change is on its way.
    #[error("this change is on its way already: {id}")]
    ChangeOnItsWay {
        /// Its proposal.
        id: StatementId,
    },
}

impl ConstitutionRefusal {
    /// Stable code for machines; `Display` is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Phase(refusal) => refusal.code(),
            Self::Amendment(refusal) => refusal.code(),
            Self::Vote(refusal) => refusal.code(),
            Self::NotFounded => "constitution.not_founded",
            Self::FoundedTwice => "constitution.founded_twice",
            Self::NotAuthority => "constitution.not_authority",
            Self::NotInPerson => "constitution.not_in_person",
            Self::NotPerson { .. } => "constitution.not_person",
            Self::NotActor { .. } => "constitution.not_actor",
            Self::FileUnknown { .. } => "constitution.file_unknown",
            Self::IdentityUntil { .. } => "constitution.identity_until",
            Self::LeaveUnchanged => "constitution.leave_unchanged",
            Self::UnknownQuestion { .. } => "constitution.unknown_question",
            Self::DecisionSettled => "constitution.decision_settled",
            Self::EntrenchedDecision => "constitution.entrenched_decision",
            Self::ProposerBusy { .. } => "constitution.proposer_busy",
            Self::ChangeOnItsWay { .. } => "constitution.change_on_its_way",
        }
    }
}
