//! What happens to a phase, and what follows from it.

use comity_wire::{Digest, KeyId, Time};

use crate::{commitment_tier::CommitmentTier, phase::Phase, stage::Stage};

/// Something that happened, with its date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhaseEvent {
    /// When.
    pub at: Time,
    /// What.
    pub act: Act,
}

/// What happened. Acts with a `by` were signed by that key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Time passed and nothing else: whatever is due happens.
    Passed,
    /// The number of verified people with trust at or above the floor; machines never count.
    Counted {
        /// People.
        humans: u64,
    },
    /// The founder asks for the extension of G0 and publishes a status report.
    Extended {
        /// Signer.
        by: KeyId,
        /// Hash of the report.
        report: Digest,
    },
    /// The founder signed something else: the clock of inactivity starts anew.
    Signed {
        /// Signer.
        by: KeyId,
    },
    /// The founder took a provisional decision.
    Decided {
        /// Signer.
        by: KeyId,
        /// Hash of the decision.
        decision: Digest,
    },
    /// The founder rejects a proposal.
    Vetoed {
        /// Signer.
        by: KeyId,
        /// Hash of the proposal.
        amendment: Digest,
        /// Where the proposal stands.
        stage: Stage,
    },
    /// A proposal chamber of G1 voted on a provisional decision. One vote is held.
    Voted {
        /// Hash of the decision.
        decision: Digest,
        /// Yes ballots.
        yes: u32,
        /// All ballots.
        cast: u32,
    },
    /// First Light was reached.
    FirstLight,
}

impl Act {
    /// Verb for messages.
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::Passed => "let time pass",
            Self::Counted { .. } => "count people",
            Self::Extended { .. } => "extend",
            Self::Signed { .. } => "sign as founder",
            Self::Decided { .. } => "decide provisionally",
            Self::Vetoed { .. } => "veto",
            Self::Voted { .. } => "vote on a provisional decision",
            Self::FirstLight => "reach first light",
        }
    }
}

/// What a step changed, in order. Whoever keeps the record anchors and undoes accordingly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A phase began.
    PhaseEntered {
        /// The phase.
        phase: Phase,
        /// When.
        at: Time,
    },
    /// A commitment tier began.
    TierEntered {
        /// The tier.
        tier: CommitmentTier,
        /// When.
        at: Time,
    },
    /// The founder's veto ended.
    VetoEnded {
        /// Why.
        why: VetoEnd,
        /// When.
        at: Time,
    },
    /// All authority of the founder ended for want of signed actions.
    FounderDissolved {
        /// When.
        at: Time,
    },
    /// A proposal was rejected by the founder.
    AmendmentRejected {
        /// Hash of the proposal.
        amendment: Digest,
    },
    /// A decision of G0 is no longer provisional.
    DecisionRatified {
        /// Hash of the decision.
        decision: Digest,
    },
    /// A decision of G0 is void, and its effects are to be undone.
    DecisionReversed {
        /// Hash of the decision.
        decision: Digest,
        /// When.
        at: Time,
    },
    /// G0 ran out: the constitution failed closed.
    Expired {
        /// When.
        at: Time,
    },
}

/// Why the founder's veto ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VetoEnd {
    /// The chambers of G1 exist.
    Chambers,
    /// First Light was reached.
    FirstLight,
    /// The founder signed nothing for too long.
    Inactivity,
}
