//! Why a statement has no place in the world.

use comity_commitment::{AnchorError, BeaconError, CommitmentError, CommitteeError};
use comity_constitution::{AppealRefusal, ConstitutionRefusal, RiskTier};
use comity_mesh::MeshError;
use comity_mission::{MissionError, RouteError};
use comity_mycel::claims::WindowError;
use comity_mycel::ledger::LedgerError;
use comity_mycel::order::{OrderError, TermsError};
use comity_sign::VerifyError;
use comity_trust::TrustError;
use comity_wire::{Digest, KeyId, SovereignId, StatementId, Time, WireError};

/// A named refusal. The world that refused is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Signature or form.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// The body is not what its kind demands.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// Identity and treaties.
    #[error(transparent)]
    Mesh(#[from] MeshError),
    /// The mission's own rules.
    #[error(transparent)]
    Mission(Box<MissionError>),
    /// The draw of reviewers.
    #[error(transparent)]
    Route(Box<RouteError>),
    /// Terms of an order.
    #[error(transparent)]
    Terms(Box<TermsError>),
    /// Moves of an order.
    #[error(transparent)]
    Order(Box<OrderError>),
    /// Money.
    #[error(transparent)]
    Ledger(Box<LedgerError>),
    /// Claimed windows.
    #[error(transparent)]
    Window(Box<WindowError>),
    /// Beacons.
    #[error(transparent)]
    Beacon(Box<BeaconError>),
    /// Trust arithmetic.
    #[error(transparent)]
    Trust(Box<TrustError>),
    /// Epochs.
    #[error(transparent)]
    Commitment(Box<CommitmentError>),
    /// The constitution's own rules.
    #[error(transparent)]
    Constitution(Box<ConstitutionRefusal>),
    /// Appeals and disputes.
    #[error(transparent)]
    Appeal(Box<AppealRefusal>),
    /// The threshold committee.
    #[error(transparent)]
    Committee(Box<CommitteeError>),
    /// Anchors.
    #[error(transparent)]
    Anchor(Box<AnchorError>),
    /// The kind is not one that this version knows.
    #[error("no rule for statements of this kind")]
    UnknownKind,
    /// The statement says that it belongs to another record.
    #[error("statement issued by {issuer} in the record of {record}")]
    WrongRecord {
        /// Record that it was found in.
        record: SovereignId,
        /// Sovereign that it names.
        issuer: SovereignId,
    },
    /// A record must open with the genesis that names it, and hold no second one.
    #[error("a genesis opens a record and stands nowhere else")]
    GenesisPlace,
    /// The signer is neither the record's authority nor one of its actors.
    #[error("{signer} may not speak in the record of {record}")]
    NotEntitled {
        /// Who signed.
        signer: KeyId,
        /// In whose record.
        record: SovereignId,
    },
    /// Only the authority may state this kind of fact.
    #[error("only the authority may state this, {signer} is an actor")]
    AuthorityOnly {
        /// Who signed.
        signer: KeyId,
    },
    /// The same statement again.
    #[error("statement {id} is in a record already")]
    Repeated {
        /// The statement.
        id: StatementId,
    },
    /// Dates in one record never go backwards.
    #[error("dated {at}, after a statement dated {last}")]
    TimeBackwards {
        /// Date of the latest statement before.
        last: Time,
        /// Date of this one.
        at: Time,
    },
    /// A cited statement is not held (yet).
    #[error("cites {cited}, which is not held")]
    CitationMissing {
        /// The statement that is missing.
        cited: StatementId,
    },
    /// The body depends on a statement that the header does not cite, so records could not be ordered.
    #[error("depends on {needed} without citing it")]
    NotCited {
        /// The statement that must be cited.
        needed: StatementId,
    },
    /// Two actors would review each other's work within one epoch.
    #[error("{reviewer} cannot review the work of {worker}, who reviews its own in the same epoch")]
    Reciprocal {
        /// The reviewer.
        reviewer: KeyId,
        /// Who did the work.
        worker: KeyId,
    },
    /// The phase of the record's constitution locks missions of this tier.
    #[error("missions of tier {tier} are locked in the present phase of the constitution")]
    TierLocked {
        /// The tier.
        tier: RiskTier,
    },
    /// A cited statement is dated later than the one that cites it, by more than clocks may differ.
    #[error("dated {at}, but cites a statement dated {cited}")]
    FromTheFuture {
        /// Date of the citing statement.
        at: Time,
        /// Date of the cited one.
        cited: Time,
    },
    /// The body names something that no statement has declared.
    #[error("{what} {id} is not known")]
    Unknown {
        /// Kind of thing.
        what: &'static str,
        /// Its id.
        id: StatementId,
    },
    /// A digest in the body is not the one that follows from the record.
    #[error("{what} is {found}, recomputed it is {expected}")]
    Mismatch {
        /// What was compared.
        what: &'static str,
        /// Recomputed.
        expected: Digest,
        /// Stated.
        found: Digest,
    },
    /// Two statements that must agree do not.
    #[error("{what} does not match what it refers to")]
    Disagrees {
        /// What was compared.
        what: &'static str,
    },
    /// A machine whose trust does not allow what it is named for.
    #[error("{actor} is {standing} and cannot work in tier {tier}")]
    Standing {
        /// The machine.
        actor: KeyId,
        /// How it stands.
        standing: &'static str,
        /// Tier of the mission.
        tier: RiskTier,
    },
    /// Somebody who is suspended is to have a part in what is decided.
    #[error("{actor} is {standing} and has no part in what is decided")]
    OutOfService {
        /// Who.
        actor: KeyId,
        /// How they stand.
        standing: &'static str,
    },
    /// A complaint that could change nothing: not about this, or not on this ground.
    #[error("a complaint about {subject} on the ground {ground} could change nothing")]
    NotAppealable {
        /// The statement that it is about.
        subject: StatementId,
        /// The ground.
        ground: &'static str,
    },
    /// A panel has found that a mission counts for nobody's trust.
    #[error("a panel has set mission {mission} aside, it moves nobody's trust")]
    SetAside {
        /// The mission.
        mission: StatementId,
    },
    /// An actor of another record is named whose admission this record has not cited.
    #[error("{actor} is an actor of {record}, whose admission is not cited")]
    NotSeen {
        /// Who is named.
        actor: KeyId,
        /// Where it was admitted.
        record: SovereignId,
    },
    /// Somebody speaks for whom they are not.
    #[error("{signer} may not state this about {about}")]
    NotTheirs {
        /// Who signed.
        signer: KeyId,
        /// Whom it is about.
        about: KeyId,
    },
    /// The record names parameters that are not given.
    #[error("parameters {hash} are not known")]
    ParametersUnknown {
        /// Hash that the genesis names.
        hash: Digest,
    },
}

impl Refusal {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Verify(error) => error.code(),
            Self::Wire(error) => error.code(),
            Self::Mesh(error) => error.code(),
            Self::Mission(error) => error.code(),
            Self::Route(error) => error.code(),
            Self::Terms(error) => error.code(),
            Self::Order(error) => error.code(),
            Self::Ledger(error) => error.code(),
            Self::Window(error) => error.code(),
            Self::Beacon(error) => error.code(),
            Self::Trust(error) => error.code(),
            Self::Commitment(error) => error.code(),
            Self::Constitution(refusal) => refusal.code(),
            Self::Appeal(refusal) => refusal.code(),
            Self::Committee(error) => error.code(),
            Self::Anchor(error) => error.code(),
            Self::UnknownKind => "replay.unknown_kind",
            Self::WrongRecord { .. } => "replay.wrong_record",
            Self::GenesisPlace => "replay.genesis_place",
            Self::NotEntitled { .. } => "replay.not_entitled",
            Self::AuthorityOnly { .. } => "replay.authority_only",
            Self::Repeated { .. } => "replay.repeated",
            Self::TimeBackwards { .. } => "replay.time_backwards",
            Self::CitationMissing { .. } => "replay.citation_missing",
            Self::NotCited { .. } => "replay.not_cited",
            Self::Reciprocal { .. } => "replay.reciprocal_review",
            Self::TierLocked { .. } => "replay.tier_locked",
            Self::FromTheFuture { .. } => "replay.from_the_future",
            Self::Unknown { .. } => "replay.unknown",
            Self::Mismatch { .. } => "replay.mismatch",
            Self::Disagrees { .. } => "replay.disagrees",
            Self::Standing { .. } => "replay.standing",
            Self::OutOfService { .. } => "replay.out_of_service",
            Self::NotAppealable { .. } => "replay.not_appealable",
            Self::SetAside { .. } => "replay.set_aside",
            Self::NotSeen { .. } => "replay.not_seen",
            Self::NotTheirs { .. } => "replay.not_theirs",
            Self::ParametersUnknown { .. } => "replay.parameters_unknown",
        }
    }
}

macro_rules! boxed {
    ($($variant:ident($error:ty)),+ $(,)?) => {
        $(impl From<$error> for Refusal {
            fn from(error: $error) -> Self {
                Self::$variant(Box::new(error))
            }
        })+
    };
}

// Boxed, so that the answer of the fold stays small: it is returned for every statement.
boxed!(
    Mission(MissionError),
    Route(RouteError),
    Terms(TermsError),
    Order(OrderError),
    Ledger(LedgerError),
    Window(WindowError),
    Beacon(BeaconError),
    Trust(TrustError),
    Commitment(CommitmentError),
    Constitution(ConstitutionRefusal),
    Appeal(AppealRefusal),
    Committee(CommitteeError),
    Anchor(AnchorError),
);
