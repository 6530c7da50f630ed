//! Transparency log: RFC 6962 tree, C2SP tiles, checkpoints, cosignatures, proofs.
//!
//! One record of one sovereign is one append-only list of 32-byte entries (SHA-256 of an envelope). This
//! room turns that list into bytes that anybody can check with tools that other people wrote. It opens no
//! file and no socket, reads no clock and draws no dice: times and keys are arguments. It does not know
//! what an envelope is.
//!
//! ```text
//!   entries ──▶ hash ──▶ tree ──▶ proof        what is in the log, and how to show it in log(n) hashes
//!                  └────▶ tile                 the same tree as static files
//!   root ──▶ note ──▶ checkpoint               "my log has this size and this root", signed by the log
//!                         └──▶ cosignature ──▶ witness     "I saw no other", signed by somebody else
//!                         └──▶ fork            two checkpoints that cannot both be true
//! ```
//!
//! # Invariants
//!
//! 1. Roots, paths and consistency proofs equal the recursive definitions of RFC 6962 §2.1 at every size.
//! 2. A proof is accepted only with exactly the length its sizes call for.
//! 3. Every object has one byte form: `decode` refuses whatever `encode` would not produce.
//! 4. A witness never signs two roots for one size, never a smaller size, never an unproven growth; a
//!    refusal changes nothing.
//! 5. A fork proof convinces somebody who has the log's public key and nothing else.
//!
//! # Sources
//!
//! RFC 6962 §2.1, RFC 9162 §2.1.3–2.1.4, C2SP `signed-note`, `tlog-checkpoint`, `tlog-tiles`,
//! `tlog-cosignature` and `tlog-witness`. The byte forms are drawn in `docs/src/spec/log.md`.

pub mod checkpoint;
pub mod cosignature;
pub mod fork;
pub mod hash;
pub mod limits;
pub mod note;
pub mod proof;
pub mod tile;
pub mod tree;
pub mod vkey;
pub mod witness;

pub use checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
pub use cosignature::{Cosignature, CosignatureError};
pub use fork::{ForkError, ForkProof, PrefixProof, Relation};
pub use hash::{empty_root, leaf_hash, node_hash};
pub use note::{Note, NoteError, NoteSignature};
pub use proof::{ProofError, verify_consistency, verify_inclusion};
pub use tile::{TileError, TileKind, TilePath, TileReader, export_tiles, import_tiles};
pub use tree::{Frontier, Tree};
pub use vkey::{KeyKind, Vkey, VkeyError};
pub use witness::{Seen, Witness, WitnessError};
