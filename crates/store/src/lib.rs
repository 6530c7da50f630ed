//! The durable log of one sovereign's record: frames in, sequence numbers out, nothing lost.
//!
//! A frame is an opaque run of bytes (the node stores one envelope in each). The log numbers frames
//! from 0 without gaps, so a frame's number is also its leaf index in the record's tree. Nothing
//! here knows what a frame means, signs anything, or serves anything.
//!
//! ```text
//!  producers ──submit──▶ bounded queue ──▶ one thread: write, fsync ──▶ numbers, only then
//!                                             │
//!  [file header][batch][batch][batch]···[batch]▏  append-only; a batch is there whole or not at all
//! ```
//!
//! # Invariants
//!
//! 1. A number is handed out only after an fsync that covers its frame.
//! 2. A batch is atomic: after a crash all of its frames are there, or none.
//! 3. A changed byte in an acknowledged frame is refused with its place, and the file stays untouched.
//! 4. Only bytes that no fsync ever covered are cut off on open, and the cut is reported.
//! 5. After a failed fsync nothing more is written through this handle, and the fsync is not retried.
//! 6. One writer: a second opener, in this or another process, is refused by name.
//!
//! How 3 and 4 are told apart is written down in `src/scan.rs`, the bytes in `src/format.rs`.
//!
//! # Why not a key-value store
//!
//! A log of opaque frames needs exactly three things: append, fsync, scan. A B-tree store (redb was
//! the candidate) writes every page of a path for each commit, and hides what we must report: the
//! position of a flipped byte, and how much of the tail never reached the disk. Here both are part
//! of the format.
//!
//! # What it cannot tell
//!
//! A file cut at the end of a batch, or inside its last one, looks like a crash, and checksums do
//! not stop somebody who may write the file. Both are caught one level up: the record's signed
//! checkpoint names its size and root.
//!
//! # Where the rules come from
//!
//! DESIGN §6 rule 5 (acknowledged means durable) and rule 9 (limits). Numbers in the file are
//! big-endian; sizes and positions are bytes.

mod disk;
mod error;
mod format;
mod group;
mod limits;
mod log;
mod reader;
mod scan;
mod window;

pub use error::{Part, StoreError};
pub use group::{GroupCommit, Submitter, Ticket};
pub use limits::{BATCH_BYTES_MAX, BATCH_FRAMES_MAX, FRAME_BYTES_MAX, QUEUE_REQUESTS_MAX};
pub use log::{Log, Recovery};
pub use reader::{Frame, Frames, Reader};
