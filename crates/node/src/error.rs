//! Why a node did not do what it was told.

use comity_replay::Refusal;
use comity_sign::VerifyError;
use comity_tlog::{CheckpointError, CosignatureError, NoteError, ProofError};
use comity_wire::WireError;

/// A named refusal. Nothing was recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NodeError {
    /// The statement has no place in the world.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Signature or form.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// Form.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// A checkpoint is not what it should be.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A signature line is not what it should be.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A cosignature is not what it should be.
    #[error(transparent)]
    Cosignature(#[from] CosignatureError),
    /// A key name is not one.
    #[error(transparent)]
    Vkey(#[from] comity_tlog::vkey::VkeyError),
    /// A root or path does not exist.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// A treaty cannot be issued like this.
    #[error("treaty: {0}")]
    Treaty(#[from] comity_mesh::attestation::IssueError),
    /// A record does not open with the genesis of its sovereign.
    #[error("the record does not open with its sovereign's genesis")]
    BadGenesis,
    /// A record's owner signed a root that its entries do not lead to.
    #[error("the record's owner signed a root at size {size} that its entries do not lead to")]
    Forked {
        /// Size of the contradicting checkpoint.
        size: u64,
    },
    /// The stored record is not one that this node's rules accept.
    #[error("own record is refused at index {index}: {refusal}")]
    OwnRecord {
        /// Index of the first refused entry.
        index: u64,
        /// Why.
        refusal: Box<Self>,
    },
    /// The node has no record yet.
    #[error("the sovereign has not been founded")]
    NotFounded,
    /// An actor's key is not here.
    #[error("no secret key for {key}")]
    NoSecret {
        /// The actor's key.
        key: comity_wire::KeyId,
    },
    /// The stored record has not been folded in again yet: foreign statements that it cites are still to come.
    #[error("{waiting} own statements still wait for the foreign ones that they cite")]
    NotCaughtUp {
        /// Statements waiting, a count.
        waiting: usize,
    },
    /// No human actor with the gate role lives in this node.
    #[error("no human with the gate role")]
    NoGate,
    /// The mission has no panel that could be spoken to.
    #[error("mission {mission} is not under review by such a panel")]
    NotUnderReview {
        /// The mission.
        mission: comity_wire::StatementId,
    },
    /// Nobody is at work on the mission.
    #[error("nobody is at work on mission {mission}")]
    NotUnderWay {
        /// The mission.
        mission: comity_wire::StatementId,
    },
    /// Nobody waits for this part of a signature.
    #[error("the committee does not have to sign {message} now")]
    PartUnwanted {
        /// What was signed.
        message: comity_wire::Digest,
    },
    /// A part of a signature is not one of a member.
    #[error(transparent)]
    Part(#[from] comity_bls::CombineError),
    /// Bytes of the committee are not what they should be.
    #[error(transparent)]
    PartForm(#[from] comity_bls::DecodeError),
    /// Somebody signed who is no actor of the record.
    #[error("{key} is no actor of this record")]
    NotByActor {
        /// The signer.
        key: comity_wire::KeyId,
    },
    /// A statement bears a date that has not come.
    #[error("the statement is dated {at}, it is {now}")]
    FromTheFuture {
        /// Its date.
        at: comity_wire::Time,
        /// The clock.
        now: comity_wire::Time,
    },
    /// The node did not come to rest.
    #[error("more than {max} acts in one step")]
    Restless {
        /// The limit.
        max: usize,
    },
}

impl NodeError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Verify(error) => error.code(),
            Self::Wire(error) => error.code(),
            Self::Checkpoint(error) => error.code(),
            Self::Note(error) => error.code(),
            Self::Cosignature(error) => error.code(),
            Self::Vkey(error) => error.code(),
            Self::Proof(error) => error.code(),
            Self::Treaty(error) => error.code(),
            Self::BadGenesis => "node.bad_genesis",
            Self::Forked { .. } => "node.forked",
            Self::OwnRecord { .. } => "node.own_record",
            Self::NotFounded => "node.not_founded",
            Self::NoSecret { .. } => "node.no_secret",
            Self::NotCaughtUp { .. } => "node.not_caught_up",
            Self::NoGate => "node.no_gate",
            Self::NotUnderReview { .. } => "node.not_under_review",
            Self::NotUnderWay { .. } => "node.not_under_way",
            Self::PartUnwanted { .. } => "node.part_unwanted",
            Self::Part(error) => error.code(),
            Self::PartForm(error) => error.code(),
            Self::NotByActor { .. } => "node.not_by_actor",
            Self::FromTheFuture { .. } => "node.from_the_future",
            Self::Restless { .. } => "node.restless",
        }
    }
}
