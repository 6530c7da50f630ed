//! Sovereigns, their actors, and the treaties between them: the Genesis Mesh protocol, and the directory of those who use
//! it in their records.
//!
//! The protocol's objects live in a module each; a record carries them in their own form inside a statement. Nothing here
//! opens a socket, reads a clock or touches a disk: callers hand over statements whose signatures were checked, with a
//! [`Stamp`] that says who signed them and when.
//!
//! ```text
//!            issue (A)                         revoke (A)
//!  nothing ───────────▶ A recognises B ──────────────────────▶ ended        and the same for B, on its own
//! ```
//!
//! # Invariants
//!
//! 1. A key is admitted once in the whole world, as root, authority or actor, whatever its name.
//! 2. Only a sovereign's authority key speaks for it; only its root key founds it.
//! 3. Only who issued a treaty revokes it, once.
//! 4. What a treaty covers depends on dates and on the actor's past, never on when somebody asks.
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
pub mod routing;
pub mod schema;
pub mod token;
mod treaty;

pub use directory::{Actor, Directory, FAMILY_HUMAN, NAME_BYTES_MAX, ROLES_MAX, Sovereign, Stamp};
pub use error::{MeshError, TreatyError};
pub use facts::{
    ActorAdmitted, ActorKind, Genesis, MeshFact, Role, Scope, TreatyIssued, TreatyRevoked,
};
pub use treaty::{Treaty, TreatyEnd, read_treaty, subject_of, treaty_text};
