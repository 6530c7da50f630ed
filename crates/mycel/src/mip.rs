//! MIPs: what an outcome means, as a package that anybody can check and nobody can change.
//!
//! A package is a manifest and the files that it names by hash: three closed JSON schemas, one
//! deterministic verifier, and test vectors that the verifier must answer as stated. Its id is the hash of
//! the manifest's bytes; the name is for people. Nothing here runs a verifier (that is the runner's room)
//! or fetches a file: callers bring bytes.
//!
//! ```text
//!  manifest.json (canonical) ── sha256 ──▶ id, named by orders, claims and reports
//!     ├─ evidence_schema   what a record in a vault looks like
//!     ├─ claim_schema      what the claimant's private result looks like
//!     ├─ report_schema     what the verifier answers
//!     ├─ verifier          core wasm, ABI 1, with its fuel and memory
//!     └─ vectors           at least 3 to accept and 3 to refuse, each with its code
//! ```
//!
//! # Invariants
//!
//! 1. A loaded [`Package`] is complete: every file that the manifest names is there with its hash, and no
//!    other file is.
//! 2. Equal ids mean equal packages, byte for byte.
//! 3. A report is only read through its package's schema, which is closed.
//!
//! # Where the rules come from
//!
//! `spec/mycel.md` D.3 (manifest, ABI 1) and D.4 (reports). Name trees follow RFC 6838.

mod abi;
mod embedded;
mod error;
mod manifest;
mod package;
mod report;
mod vector;

#[cfg(test)]
mod tests;

pub use abi::{
    Alarm, Detection, REPORT_BYTES_MAX, Row, Verification, decode_alarms, encode_alarms,
    encode_rows, encode_spans,
};
pub use embedded::{band_watch, fault_watch};
pub use error::{AbiError, MipError};
pub use manifest::{
    Expect, FileHash, Manifest, Mapping, Privacy, Tree, VectorEntry, Verifier, VerifierKind,
};
pub use package::{
    CLAIM_SCHEMA, EVIDENCE_SCHEMA, MANIFEST, Package, REPORT_SCHEMA, VERIFIER, limits,
};
pub use report::Report;
pub use vector::{Vector, VectorInput};
