//! Where an amendment stands.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A stage of an amendment (blueprint §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Sponsored, no chamber votes yet.
    Proposed,
    /// The proposal chamber votes.
    ProposalChamberVoting,
    /// The ratification chamber votes.
    RatificationChamberVoting,
    /// Open to the public before the challenge chamber.
    ChallengeWindow,
    /// The challenge chamber votes.
    ChallengeChamberVoting,
    /// An entrenched change waits.
    CoolingOff,
    /// A fresh panel votes on an entrenched change.
    ConfirmationVote,
    /// Passed everything; waits for certificate and finality.
    Confirmed,
    /// In force.
    Activated,
    /// Voted down or vetoed.
    Rejected,
    /// Too few voted in time.
    Lapsed,
    /// Taken back by its proposer.
    Withdrawn,
    /// What it would change is no longer in force.
    Superseded,
}

impl Stage {
    /// In order.
    pub const ALL: [Self; 13] = [
        Self::Proposed,
        Self::ProposalChamberVoting,
        Self::RatificationChamberVoting,
        Self::ChallengeWindow,
        Self::ChallengeChamberVoting,
        Self::CoolingOff,
        Self::ConfirmationVote,
        Self::Confirmed,
        Self::Activated,
        Self::Rejected,
        Self::Lapsed,
        Self::Withdrawn,
        Self::Superseded,
    ];

    /// Whether it has ended without taking effect.
    pub const fn has_failed(self) -> bool {
        matches!(self, Self::Rejected | Self::Lapsed | Self::Withdrawn | Self::Superseded)
    }

    /// The name in files and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::ProposalChamberVoting => "proposal_chamber_voting",
            Self::RatificationChamberVoting => "ratification_chamber_voting",
            Self::ChallengeWindow => "challenge_window",
            Self::ChallengeChamberVoting => "challenge_chamber_voting",
            Self::CoolingOff => "cooling_off",
            Self::ConfirmationVote => "confirmation_vote",
            Self::Confirmed => "confirmed",
            Self::Activated => "activated",
            Self::Rejected => "rejected",
            Self::Lapsed => "lapsed",
            Self::Withdrawn => "withdrawn",
            Self::Superseded => "superseded",
        }
    }

    /// Whether a founder who still has a veto may use it here.
    pub const fn is_vetoable(self) -> bool {
        match self {
            Self::Proposed | Self::ProposalChamberVoting | Self::RatificationChamberVoting => true,
            Self::ChallengeWindow
            | Self::ChallengeChamberVoting
            | Self::CoolingOff
            | Self::ConfirmationVote
            | Self::Confirmed
            | Self::Activated
            | Self::Rejected
            | Self::Lapsed
            | Self::Withdrawn
            | Self::Superseded => false,
        }
    }

    /// Whether nothing leaves this stage.
    pub const fn is_end(self) -> bool {
        match self {
            Self::Activated
            | Self::Rejected
            | Self::Lapsed
            | Self::Withdrawn
            | Self::Superseded => true,
            Self::Proposed
            | Self::ProposalChamberVoting
            | Self::RatificationChamberVoting
            | Self::ChallengeWindow
            | Self::ChallengeChamberVoting
            | Self::CoolingOff
            | Self::ConfirmationVote
            | Self::Confirmed => false,
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
