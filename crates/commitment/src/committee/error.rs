//! Why a statement about the committee was refused.

use comity_bls::ceremony::PlanError;
use comity_bls::{CertificateError, DecodeError, Refusal, RingError};
use comity_wire::{Digest, KeyId, StatementId, Time, WireError};

/// A named refusal. The committee is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommitteeError {
    /// Not canonical base64.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The bytes are not what they should be.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Nobody has shown that the key's secret is known.
    #[error("the proof of possession of {actor} does not verify")]
    BadProof {
        /// Whose key.
        actor: KeyId,
    },
    /// Two actors would have one vote.
    #[error("{actor} has stated the same key")]
    KeyTaken {
        /// Who stated it first.
        actor: KeyId,
    },
    /// Nobody has stated a key under this name.
    #[error("{actor} has stated no key")]
    NoMemberKey {
        /// The name.
        actor: KeyId,
    },
    /// The actor's key was revoked.
    #[error("the key of {actor} is revoked")]
    MemberRevoked {
        /// The actor.
        actor: KeyId,
    },
    /// Only the actor and the authority revoke a key.
    #[error("{signer} may not revoke the key of {actor}")]
    NotTheirs {
        /// Who signed.
        signer: KeyId,
        /// Whose key.
        actor: KeyId,
    },
    /// The parameters want another committee.
    #[error("{threshold} of {members} sign, the parameters want {wanted_threshold} of {wanted}")]
    OtherQuorum {
        /// Threshold given.
        threshold: u16,
        /// Members given.
        members: usize,
        /// Threshold of the parameters.
        wanted_threshold: u64,
        /// Members of the parameters.
        wanted: u64,
    },
    /// Keys are numbered without gaps.
    #[error("the next key has the number {expected}, not {found}")]
    OtherKeyEpoch {
        /// One more than the last.
        expected: u64,
        /// Number given.
        found: u64,
    },
    /// A ceremony that can still end is under way.
    #[error("another ceremony is under way")]
    Running,
    /// No ceremony is under way.
    #[error("no ceremony is under way")]
    NotRunning,
    /// The statement names another plan than the one under way.
    #[error("the ceremony under way is that of {expected}, not of {found}")]
    OtherPlan {
        /// The plan under way.
        expected: StatementId,
        /// The plan named.
        found: StatementId,
    },
    /// The plan cannot be carried out.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A complaint where a dealing belongs, or the other way round.
    #[error("the bytes are not those of {expected}")]
    OtherStatement {
        /// What the kind says.
        expected: &'static str,
    },
    /// Members speak for themselves.
    #[error("{signer} speaks for another member")]
    NotTheMember {
        /// Who signed.
        signer: KeyId,
    },
    /// The ceremony's own rules.
    #[error(transparent)]
    Ceremony(#[from] Refusal),
    /// A phase of the ceremony may not end yet.
    #[error("the phase lasts until {until}, it is {at}")]
    TooEarly {
        /// When it may end.
        until: Time,
        /// Date given.
        at: Time,
    },
    /// What the dealings make is another key.
    #[error("the dealings make another key than the one stated")]
    OtherKey,
    /// The key has no place in the ring.
    #[error(transparent)]
    Ring(#[from] RingError),
    /// No key certifies this epoch.
    #[error("no committee key certifies epoch {epoch}")]
    NoKey {
        /// The epoch.
        epoch: u64,
    },
    /// Rotation is overdue.
    #[error("the key certified until {until}, it is {at}")]
    KeyOverdue {
        /// Its last moment.
        until: Time,
        /// Date given.
        at: Time,
    },
    /// So many members are revoked that they could sign alone.
    #[error("{revoked} members of the key are revoked, {threshold} could sign alone")]
    KeyRevoked {
        /// Revoked members.
        revoked: usize,
        /// The threshold.
        threshold: u16,
    },
    /// The certificate does not hold.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// No epoch of this record has this commitment.
    #[error("no epoch {epoch} of this record has the commitment {digest}")]
    NoSuchCommitment {
        /// Epoch of the certificate.
        epoch: u64,
        /// Commitment of the certificate.
        digest: Digest,
    },
    /// A decision is certified when it is made.
    #[error("the certificate is for epoch {epoch}, it is epoch {now}")]
    StaleEpoch {
        /// Epoch of the certificate.
        epoch: u64,
        /// The current epoch.
        now: u64,
    },
    /// A handover names a key that is not the next one.
    #[error("{digest} is not the committee's next key")]
    NotTheNextKey {
        /// Digest of the certificate.
        digest: Digest,
    },
    /// To anchor a window is a decision.
    #[error("the certificate of a window is one of a decision")]
    NoDecision,
    /// A thing is certified once.
    #[error("{digest} is certified already")]
    CertifiedTwice {
        /// The digest.
        digest: Digest,
    },
    /// The round's epoch has not begun.
    #[error("round {round} belongs to an epoch after {now}")]
    RoundAhead {
        /// Round given.
        round: u64,
        /// The current epoch.
        now: u64,
    },
    /// Rounds only rise.
    #[error("round {round} does not come after {last}")]
    RoundNotAfter {
        /// Round given.
        round: u64,
        /// The last round.
        last: u64,
    },
    /// The signature is not the committee's.
    #[error("the beacon of round {round} is not the committee's")]
    BadBeacon {
        /// Round given.
        round: u64,
    },
}

impl CommitteeError {
    /// Stable code for machines; `Display` is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Wire(error) => error.code(),
            Self::Decode(error) => error.code(),
            Self::BadProof { .. } => "commitment.bad_proof",
            Self::KeyTaken { .. } => "commitment.key_taken",
            Self::NoMemberKey { .. } => "commitment.no_member_key",
            Self::MemberRevoked { .. } => "commitment.member_revoked",
            Self::NotTheirs { .. } => "commitment.not_theirs",
            Self::OtherQuorum { .. } => "commitment.other_quorum",
            Self::OtherKeyEpoch { .. } => "commitment.other_key_epoch",
            Self::Running => "commitment.ceremony_running",
            Self::NotRunning => "commitment.no_ceremony",
            Self::OtherPlan { .. } => "commitment.other_plan",
            Self::Plan(error) => error.code(),
            Self::OtherStatement { .. } => "commitment.other_statement",
            Self::NotTheMember { .. } => "commitment.not_the_member",
            Self::Ceremony(error) => error.code(),
            Self::TooEarly { .. } => "commitment.phase_too_early",
            Self::OtherKey => "commitment.other_key",
            Self::Ring(error) => error.code(),
            Self::NoKey { .. } => "commitment.no_key",
            Self::KeyOverdue { .. } => "commitment.key_overdue",
            Self::KeyRevoked { .. } => "commitment.key_revoked",
            Self::Certificate(error) => error.code(),
            Self::NoSuchCommitment { .. } => "commitment.no_such_commitment",
            Self::StaleEpoch { .. } => "commitment.stale_epoch",
            Self::NotTheNextKey { .. } => "commitment.not_the_next_key",
            Self::NoDecision => "commitment.no_decision",
            Self::CertifiedTwice { .. } => "commitment.certified_twice",
            Self::RoundAhead { .. } => "commitment.round_ahead",
            Self::RoundNotAfter { .. } => "commitment.round_not_after",
            Self::BadBeacon { .. } => "commitment.bad_beacon",
        }
    }
}
