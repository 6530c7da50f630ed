//! Epochs, their four Merkle roots, the commitment chain and the commit-reveal beacon.
//!
//! An epoch's statements are sorted into four streams; each stream has a Merkle root; the four
//! roots, the previous commitment and a few circumstances make one commitment record of ten
//! fields, whose hash the next one names. The threshold committee certifies it, and it is anchored on
//! a chain when the schedule says so. Nobody signs here and nothing is published: what members and
//! chains have said comes in as facts and is verified.
//!
//! ```text
//!  statements ─▶ EventRecord ─▶ EpochRecords ─close─▶ EpochClosed ─▶ Chain
//!                                  │  mission, trust, governance, review: EventTree each
//!                                  └──▶ Proof: this record is leaf i of n under that root
//!
//!  committee: keys ─▶ certified, beacon of each epoch        anchors: items ─▶ windows ─▶ L2, L1
//!
//!  beacon:  commit ─▶ commit ─▶ … ─▶ seal ─▶ reveal ─▶ reveal ─▶ value ─▶ draw, rank
//! ```
//!
//! # Invariants
//!
//! 1. The same records in any order of arrival give the same root.
//! 2. A proof names its leaf count, and holds only under a root committed with that count.
//! 3. A chain accepts a commitment only after its predecessor, in a later epoch.
//! 4. The beacon's value is fixed when the round is sealed; nothing later changes it, and it is not
//!    known before every contributor has revealed.
//! 5. A refusal changes nothing.
//!
//! # Where the rules come from
//!
//! Genesis blueprint §6; leaf rule, order and the ten fields from the trust constitution; node rule
//! RFC 6962 §2.1 (see [`merkle`] for what the blueprint leaves open).

pub mod anchor;
pub mod beacon;
mod chain;
mod commitment;
pub mod committee;
pub mod conformance;
mod epoch;
mod error;
mod event;
mod facts;
pub mod merkle;
pub mod schedule;

pub use anchor::{
    AnchorError, AnchorView, Anchors, ConstitutionState, Item, ItemKind, WindowProof,
};
pub use chain::{Chain, Head};
/// What kind of thing a certificate is about.
pub use comity_bls::Kind as CertificateKind;
pub use commitment::{COMMITMENT_VERSION, Commitment, EpochId};
pub use committee::{
    CertifiedDigest, Committee, CommitteeError, CommitteeTerm, PublishedBeacon, Rules, Stamp,
};
pub use epoch::{Circumstances, EpochRecords};
pub use error::{BeaconError, CommitmentError, MerkleError};
pub use event::{EventRecord, Stream};
pub use facts::{
    Anchored, BeaconCommitted, BeaconPublished, BeaconRevealed, Block, Certified, ChainRef,
    CommitmentFact, CommitteeComplained, CommitteeDealt, CommitteeKeyed, CommitteePlanned, Counts,
    DealingEnded, EpochClosed, KeyBase, Layer, MemberKeyRevoked, MemberKeyStated, Window,
};
pub use merkle::{EventTree, OrderKey, Proof, Root};
pub use schedule::{Due, LifecycleEvent};
