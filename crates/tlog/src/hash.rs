//! The three hashes of RFC 6962 §2.1. The first byte keeps leaves and nodes apart, so that no inner node
//! can be passed off as an entry.
//!
//! ```text
//!  empty tree   SHA-256()
//!  leaf         SHA-256(0x00 ‖ entry)
//!  node         SHA-256(0x01 ‖ left[32] ‖ right[32])
//! ```

use comity_wire::{Digest, sha256, sha256_concat};

/// Root of the tree without leaves: SHA-256 of the empty string.
pub fn empty_root() -> Digest {
    sha256(&[])
}

/// Hash of a leaf: `SHA-256(0x00 ‖ entry)`. The entry of a record is the 32-byte SHA-256 of an envelope.
pub fn leaf_hash(entry: &[u8]) -> Digest {
    sha256_concat(&[&[0x00], entry])
}

/// Hash of an inner node: `SHA-256(0x01 ‖ left ‖ right)`.
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    sha256_concat(&[&[0x01], left.as_bytes(), right.as_bytes()])
}
