//! A sovereign's network authority: what it issues, revokes and recognises.
//!
//! ```text
//! request ──decide──▶ Decision { frame, answer }      reads the state, changes nothing
//!                        │
//!        made durable by the shell, then
//!                        ▼
//!                     apply ──▶ state                 also how the record is read at start
//! ```
//!
//! Nothing here opens a socket or a file, reads a clock or draws randomness: a [`Call`] brings the time, a fresh id, the
//! headers and the bytes. What is public and read-only is in [`views`](Authority) methods that take the time.
//!
//! # Invariants
//!
//! 1. The state changes only by frames, and a frame follows from the one before by hash and number.
//! 2. A refusal changes nothing, except that a request whose signature was right has used up its nonce.
//! 3. An authority exists only with a genesis that holds and with the key that this genesis names.
//! 4. It signs for its own sovereign only.
//! 5. No request, however malformed, ends in a panic or an internal error.
//!
//! # Source
//!
//! The reference's HTTP interface; DESIGN §6 rules 1, 3, 4, 5, 8. Differences are in the book.

mod atlas;
mod auth;
mod authority;
pub mod codes;
mod dashboard;
mod decide;
mod error;
mod event;
mod fields;
mod frame;
mod graph;
mod ids;
pub mod limits;
mod lists;
mod nonces;
mod operators;
mod refusal;
mod state;
mod trust;
mod verify;
mod views;
mod writes;

pub use auth::{AdminHeaders, admin_bound_bytes, admin_v1_bytes, admin_v2_bytes};
pub use authority::{Authority, Config};
pub use decide::{Answer, Call, Decision, Write};
pub use error::{FoldError, FoundError};
pub use event::{
    AgentRegistered, AgentRemoved, AtlasPeerArchived, AtlasPeerSeen, AttestationIssued,
    AttestationRevoked, CertificateIssued, CertificateRevoked, CrlReissued, DataLicenseSet, Event,
    FeedImported, FeedReissued, Founded, HeartbeatSeen, InviteMade, InviteUsed, NonceUsed,
    PolicyPublished, PolicyRestored, RecognitionPolicySet, TreatyIssued, TreatyRevoked,
};
pub use fields::Body;
pub use frame::{Entry, Frame};
pub use lists::SignedList;
pub use operators::OperatorWrite;
pub use operators::event::{
    AssetsPublished, CheckReportFiled, OfflineNoticeRecorded, OnboardingStepRecorded,
    OperatorHeartbeatRecorded, PartnerAccepted, PartnerEnded, PartnerGranted, PartnerNoted,
};
pub use refusal::Refusal;
pub use state::{Imported, Listed, Row};
pub use views::ListQuery;
