//! Threshold signatures of a committee over BLS12-381: one key that nobody holds, any `t` of `n` sign with it.
//!
//! ```text
//!  seeds ──▶ ceremony: dealings ──▶ complaints ──▶ CommitteeKey (public)   SecretShare (one for each member)
//!                 ▲                                    │        sign(message) ──▶ PartialSignature
//!                 └──── reshare: same key, new shares ─┤                                │ t of them
//!                                                      └── combine ◀────────────────────┘
//!                                                             └──▶ ThresholdSignature ──▶ Certificate, Beacon
//! ```
//!
//! Nothing here reads a clock, makes randomness or opens a socket: seeds and deadlines are arguments.
//!
//! # Invariants
//!
//! 1. Any `t` valid partial signatures of distinct shares give the same signature; fewer give none.
//! 2. Every point that is decoded is canonical, of prime order and not infinity.
//! 3. No two kinds of thing that are signed have one message: each begins with its own domain tag.
//! 4. The ceremony is a pure fold over public statements: whoever reads them gets the same key, and a refusal changes nothing.
//!
//! # Sources
//!
//! Blueprint §6; draft-irtf-cfrg-bls-signature-05 with keys in G1; RFC 9380; Feldman (1987) and Pedersen (1991) for the shared
//! key; drand's published schemes for the beacons of others.

pub mod beacon;
mod bytes;
pub mod ceremony;
pub mod certificate;
mod committee;
pub mod conformance;
pub mod drand;
mod error;
mod field;
pub mod limits;
mod member;
mod point;
mod proof;
pub mod ring;
mod share;

pub use beacon::{Beacon, Round};
pub use ceremony::{Ceremony, Event, Outcome, Plan, Refusal, Statement};
pub use certificate::{Certificate, CertificateError, Decision, Kind};
pub use committee::CommitteeKey;
pub use error::{BadSignature, CombineError, DecodeError};
pub use member::{Member, MemberKey, MemberSecret};
pub use point::{
    G1_BYTES, G2_BYTES, GroupKey, POSSESSION_DST, PublicShare, SIGNATURE_DST, ThresholdSignature,
};
pub use ring::{KeyRing, RingError, Term};
pub use share::{Index, KeyEpoch, PartialSignature, Quorum, SecretShare};
