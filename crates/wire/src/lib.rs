//! Canonical bytes: everything that travels between sovereigns has exactly one byte form, made and read here.
//!
//! Nothing here signs, opens a file, reads a clock or knows what a mission is. The layers, bottom up:
//!
//! ```text
//!  hex  ids  time  decimal            small values with one text form each
//!  scan ──▶ jcs   json                RFC 8785: the travelling form (integers only) and any I-JSON from outside
//!  scan ──▶ mesh_json                  the dialect that Genesis Mesh objects are signed in
//!  dsse                               envelope: payload + signatures, canonical JSON
//!  statement ──▶ facts!               in-toto Statement v1 with our uniform predicate header
//! ```
//!
//! # Invariants
//!
//! 1. `decode(encode(x)) == x`, and `decode` refuses every byte string that `encode` would not produce.
//! 2. No parser panics or recurses deeper than its named limit, whatever the input.
//! 3. Ids are plain SHA-256 of payload bytes, so `sha256sum` verifies them.
//!
//! # Sources
//!
//! RFC 8785 (JCS), RFC 7493 (I-JSON), DSSE 1.0, in-toto Statement v1.

pub mod b64;
pub mod decimal;
pub mod dsse;
mod error;
mod facts;
mod find;
pub mod hex;
mod ids;
pub mod jcs;
pub mod json;
pub mod limits;
pub mod mesh_json;
mod reader;
mod scan;
mod seeded;
mod statement;
mod time;

pub use decimal::{Decimal, Quantity};
pub use error::WireError;
pub use ids::{Digest, KeyId, SovereignId, StatementId, sha256, sha256_concat};
pub use seeded::{sha256_seeded, sha256_seeded_heads};
pub use statement::{Statement, Subject};
pub use time::Time;

/// What the [`facts!`] macro needs at its call site; not an interface.
#[doc(hidden)]
pub mod private {
    pub use serde_json::value::RawValue;
}
