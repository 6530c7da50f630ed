//! Why a statement about a case was refused.

use comity_wire::{Digest, KeyId, StatementId, Time};

use crate::{chamber::ChamberRefusal, sortition::DrawError};

/// A named refusal. The case is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AppealRefusal {
    /// There is no such case.
    #[error("{id} opened no case")]
    UnknownCase {
        /// The statement named.
        id: StatementId,
    },
    /// The same complaint was or is heard.
    #[error("case {id} is about the same statement on the same ground")]
    HeardAlready {
        /// That case.
        id: StatementId,
    },
    /// The charter in force is not at hand.
    #[error("charter {hash} is not known")]
    CharterUnknown {
        /// Its hash.
        hash: Digest,
    },
    /// Clerks' acts are the authority's.
    #[error("only the authority may state this")]
    NotAuthority,
    /// Only active, verified people complain; the authority may raise an incident.
    #[error("{key} is not an active, verified person of the record")]
    NotPerson {
        /// The signer.
        key: KeyId,
    },
    /// Nobody, too many, somebody twice, a stranger, or the one who complains.
    #[error(
        "{count} respondents: there are 1 to {max}, distinct actors of the record, not the signer"
    )]
    Respondents {
        /// Respondents named.
        count: usize,
        /// Most respondents.
        max: usize,
    },
    /// Evidence is disclosed, each piece once.
    #[error("{count} pieces of evidence: there are {min} to {max}, each new")]
    Evidence {
        /// Pieces given.
        count: usize,
        /// Least number.
        min: usize,
        /// Greatest number in a case.
        max: usize,
    },
    /// The signer is no party that may say this now.
    #[error("{key} is not a party that may say this")]
    NotParty {
        /// The signer.
        key: KeyId,
    },
    /// One answer each.
    #[error("{key} has responded already")]
    RespondedTwice {
        /// The signer.
        key: KeyId,
    },
    /// The statement does not exist in this stage of a case.
    #[error("a case that is {stage} does not take {what}")]
    WrongStage {
        /// Stage of the case.
        stage: &'static str,
        /// What came.
        what: &'static str,
    },
    /// Those who are complained about still have time.
    #[error("responses are open until {until}, it is {at}")]
    ResponsesOpen {
        /// Last moment.
        until: Time,
        /// Date given.
        at: Time,
    },
    /// The window is over.
    #[error("the window closed at {until}, it is {at}")]
    TooLate {
        /// Last moment.
        until: Time,
        /// Date given.
        at: Time,
    },
    /// The pool or its round.
    #[error(transparent)]
    Chamber(#[from] ChamberRefusal),
    /// The pool is not the one that follows from the record.
    #[error("the pool has the root {root}, stated was {stated}")]
    OtherPool {
        /// Recomputed.
        root: Digest,
        /// Stated.
        stated: Digest,
    },
    /// Another pool would be a second draw.
    #[error("a panel is called and can still be drawn")]
    PanelPending,
    /// No epoch has closed over the pool yet, or it closed too late for the round.
    #[error("no epoch has closed over the pool in time")]
    NotAnnounced,
    /// The round of the beacon is not published.
    #[error("round {round} of the beacon is not published")]
    BeaconMissing {
        /// The round.
        round: u64,
    },
    /// The draw failed closed.
    #[error(transparent)]
    Draw(#[from] DrawError),
    /// The panel is not the one that was drawn.
    #[error("the panel is not the one that the beacon drew")]
    OtherPanel,
    /// The decision is for another panel.
    #[error("the decision names another panel")]
    OtherSeating,
    /// Only panellists decide.
    #[error("{key} does not sit on the panel")]
    NotPanellist {
        /// The signer.
        key: KeyId,
    },
    /// A panellist decides once.
    #[error("{key} has decided already")]
    DecidedTwice {
        /// The signer.
        key: KeyId,
    },
    /// A decision has reasons, in words.
    #[error("a written reason has 1 to {max} bytes and is not blank, it has {len}")]
    Reason {
        /// Bytes given.
        len: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// Panellists still have time.
    #[error("the panel deliberates until {until}, it is {at}")]
    Deliberating {
        /// Last moment.
        until: Time,
        /// Date given.
        at: Time,
    },
    /// The count is not the one that follows from the decisions.
    #[error("{upholding} uphold and {dismissing} dismiss, stated was otherwise")]
    OtherCount {
        /// Who uphold.
        upholding: u32,
        /// Who dismiss.
        dismissing: u32,
    },
    /// A case is appealed once.
    #[error("the case was appealed already")]
    AppealedTwice,
}

impl AppealRefusal {
    /// Stable code for machines; `Display` is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownCase { .. } => "constitution.appeal_unknown",
            Self::HeardAlready { .. } => "constitution.appeal_heard_already",
            Self::CharterUnknown { .. } => "constitution.appeal_charter_unknown",
            Self::NotAuthority => "constitution.appeal_not_authority",
            Self::NotPerson { .. } => "constitution.appeal_not_person",
            Self::Respondents { .. } => "constitution.appeal_respondents",
            Self::Evidence { .. } => "constitution.appeal_evidence",
            Self::NotParty { .. } => "constitution.appeal_not_party",
            Self::RespondedTwice { .. } => "constitution.appeal_responded_twice",
            Self::WrongStage { .. } => "constitution.appeal_wrong_stage",
            Self::ResponsesOpen { .. } => "constitution.appeal_responses_open",
            Self::TooLate { .. } => "constitution.appeal_too_late",
            Self::Chamber(error) => error.code(),
            Self::OtherPool { .. } => "constitution.appeal_other_pool",
            Self::PanelPending => "constitution.appeal_panel_pending",
            Self::NotAnnounced => "constitution.appeal_not_announced",
            Self::BeaconMissing { .. } => "constitution.appeal_beacon_missing",
            Self::Draw(error) => error.code(),
            Self::OtherPanel => "constitution.appeal_other_panel",
            Self::OtherSeating => "constitution.appeal_other_seating",
            Self::NotPanellist { .. } => "constitution.appeal_not_panellist",
            Self::DecidedTwice { .. } => "constitution.appeal_decided_twice",
            Self::Reason { .. } => "constitution.appeal_reason",
            Self::Deliberating { .. } => "constitution.appeal_deliberating",
            Self::OtherCount { .. } => "constitution.appeal_other_count",
            Self::AppealedTwice => "constitution.appeal_appealed_twice",
        }
    }
}
