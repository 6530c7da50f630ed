//! Why a step of an amendment was refused.

use comity_wire::{Digest, Time, WireError};

use crate::{nano::Nano, stage::Stage, vote::VoteRefusal};

/// Why a step was refused. The amendment is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AmendmentRefusal {
    /// One vote's own rules.
    #[error(transparent)]
    Vote(#[from] VoteRefusal),
    /// The decision cannot be written down.
    #[error("the decision cannot be written")]
    Wire(#[from] WireError),
    /// A file of the change is not at hand, or is not valid: nobody could check it.
    #[error("the {instrument} {hash} are not at hand")]
    FileUnknown {
        /// Which kind of file.
        instrument: &'static str,
        /// Its hash.
        hash: Digest,
    },
    /// Both files say the same.
    #[error("the proposed file changes nothing")]
    NothingChanges,
    /// A field that cannot be amended would change.
    #[error("the change touches what cannot be amended: {reason}")]
    Fixed {
        /// Why it cannot.
        reason: &'static str,
    },
    /// The file that the change replaces is not in force.
    #[error("the change replaces {from}, in force is {in_force}")]
    NotInForce {
        /// Hash in the proposal.
        from: Digest,
        /// Hash in force.
        in_force: Digest,
    },
    /// Machines neither propose nor sponsor.
    #[error("only a person can {act}")]
    NotHuman {
        /// Verb of the act.
        act: &'static str,
    },
    /// The signer is away, suspended, or not verified any more.
    #[error("the signer is not active with a verified identity")]
    NotActive,
    /// The signer's trust is too low.
    #[error("the signer's trust is {trust}, to {act} takes {needed}")]
    TooLittleTrust {
        /// Trust of the signer.
        trust: Nano,
        /// Trust needed.
        needed: Nano,
        /// Verb of the act.
        act: &'static str,
    },
    /// The amendment is over.
    #[error("the amendment is {stage}")]
    Ended {
        /// How it ended.
        stage: Stage,
    },
    /// The step does not belong to the stage.
    #[error("one cannot {act} an amendment that is {stage}")]
    WrongStage {
        /// Where the amendment stands.
        stage: Stage,
        /// Verb of the act.
        act: &'static str,
    },
    /// One signature each.
    #[error("the signer sponsors this proposal already")]
    SponsoredTwice,
    /// More sponsors would only shape the pool, since sponsors cannot be drawn.
    #[error("the proposal has the {needed} sponsors that it needs")]
    SponsorsComplete {
        /// Sponsors needed.
        needed: u64,
    },
    /// Too few sponsors for a vote.
    #[error("the proposal has {sponsors} sponsors, it needs {needed}")]
    TooFewSponsors {
        /// Sponsors so far.
        sponsors: u64,
        /// Sponsors needed.
        needed: u64,
    },
    /// Only the proposer can take a proposal back.
    #[error("only the proposer can withdraw")]
    NotProposer,
    /// Somebody has voted.
    #[error("somebody has voted, the proposal cannot be withdrawn")]
    BallotsCast,
    /// The challenge window or the cooling-off is not over.
    #[error("no chamber is called before {until} has passed")]
    TooEarly {
        /// Last moment of the wait.
        until: Time,
    },
    /// The decision is not the one that follows from the votes.
    #[error("the decision is {decided}, stated was {stated}")]
    OtherDecision {
        /// What follows from the votes.
        decided: Digest,
        /// Stated.
        stated: Digest,
    },
    /// No certificate over the decision.
    #[error("there is no certificate over the decision")]
    NotCertified,
    /// The anchor of the certificate is not final.
    #[error("the anchor of the certificate is not final")]
    NotFinal,
}

impl AmendmentRefusal {
    /// Stable code for machines; `Display` is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Vote(refusal) => refusal.code(),
            Self::Wire(_) => "constitution.amendment_wire",
            Self::FileUnknown { .. } => "constitution.amendment_file_unknown",
            Self::NothingChanges => "constitution.amendment_nothing_changes",
            Self::Fixed { .. } => "constitution.amendment_fixed",
            Self::NotInForce { .. } => "constitution.amendment_not_in_force",
            Self::NotHuman { .. } => "constitution.amendment_not_human",
            Self::NotActive => "constitution.amendment_not_active",
            Self::TooLittleTrust { .. } => "constitution.amendment_too_little_trust",
            Self::Ended { .. } => "constitution.amendment_ended",
            Self::WrongStage { .. } => "constitution.amendment_wrong_stage",
            Self::SponsoredTwice => "constitution.amendment_sponsored_twice",
            Self::SponsorsComplete { .. } => "constitution.amendment_sponsors_complete",
            Self::TooFewSponsors { .. } => "constitution.amendment_too_few_sponsors",
            Self::NotProposer => "constitution.amendment_not_proposer",
            Self::BallotsCast => "constitution.amendment_ballots_cast",
            Self::TooEarly { .. } => "constitution.amendment_too_early",
            Self::OtherDecision { .. } => "constitution.amendment_other_decision",
            Self::NotCertified => "constitution.amendment_not_certified",
            Self::NotFinal => "constitution.amendment_not_final",
        }
    }
}
