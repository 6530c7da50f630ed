//! Sovereigns, their actors, and the treaties between them.
//!
//! This is the first, small form: enough for organisations to recognise each other, to admit the
//! people, programs and devices that act for them, and to agree on what they do together. The full
//! protocol (certificates, revocation, bundles, trust paths) replaces it later; what stays is the
//! meaning of "sovereign", "actor" and "treaty". Nothing here opens a socket, reads a clock,
//! verifies a signature or touches a disk: callers hand over facts whose signatures were checked,
//! with a [`Stamp`] that says who signed them and when.
//!
//! ```text
//!            accept               withdraw (either party)
//! Proposed ─────────▶ InForce ──────────────────────────▶ Ended
//!     │                                                     ▲
//!     └──────── reject (invited), withdraw (offerer) ───────┘
//! ```
//!
//! # Invariants
//!
//! 1. A key is admitted once in the whole world, as root, authority or actor, whatever its name.
//! 2. Only a sovereign's authority key speaks for it; only its root key founds it.
//! 3. `Ended` is absorbing; only the invited party answers an offer.
//! 4. What a treaty covers at a date depends on dates only, never on when somebody asks.
//! 5. A refused fact changes nothing.
//!
//! # Where the rules come from
//!
//! DESIGN §4 (words), §5 (how the systems meet), §6.1 (fail closed). Times are Unix seconds, UTC.

pub mod agreement;
pub mod atlas;
pub mod attestation;
pub mod boundary;
pub mod bundle;
pub mod case_file;
pub mod certificates;
pub mod conformance;
pub mod connectome;
pub mod consensus;
pub mod context;
pub mod continuity;
pub mod data_usage;
pub mod delegation;
pub mod descriptor;
mod directory;
pub mod disclosure;
mod error;
pub mod evidence;
pub mod execution;
mod facts;
pub mod freshness;
pub mod identity;
pub mod justification;
pub mod keys;
pub mod managing_partner;
pub mod model;
pub mod operator;
pub mod operator_proof;
pub mod overlay;
pub mod oversight;
pub mod recognition;
pub mod revocation;
pub mod schema;
pub mod token;
mod treaty;

pub use directory::{
    Actor, Directory, FAMILY_HUMAN, NAME_BYTES_MAX, ROLES_MAX, SCOPES_MAX, Sovereign, Stamp,
};
pub use error::{MeshError, TreatyError};
pub use facts::{
    ActorAdmitted, ActorKind, Genesis, MeshFact, Role, Scope, TreatyAccepted, TreatyOffered,
    TreatyRejected, TreatyWithdrawn,
};
pub use treaty::{EndReason, Treaty, TreatyAct, TreatyEvent, TreatyState};
