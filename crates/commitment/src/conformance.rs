//! Runs the conformance files that concern canonical JSON, Merkle trees and commitment records.
//!
//! The functions take a parsed file of the shape of `canonical_json.json`, `merkle.json` or `commitments.json`, with
//! any values and sizes. What cannot be read or is not known is a failed case that says so; nothing
//! is skipped.

mod canonical;
mod records;
mod trees;

pub use canonical::canonical_json;
pub use comity_constitution::conformance::CaseResult;
pub use records::commitments;
pub use trees::merkle;
