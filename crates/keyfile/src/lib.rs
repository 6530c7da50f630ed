//! Key files: the seeds of one sovereign, under a passphrase, in a file that only its owner reads.
//!
//! A key file is a stock age file (age-encryption.org/v1, binary, one scrypt recipient), so
//! `age --decrypt FILE` opens it with the same passphrase when this program is not at hand. Nothing
//! here signs, derives public keys, or asks for a passphrase. Inside is a small text, one line each,
//! roles sorted, every line ended by LF:
//!
//! ```text
//! comity-keyfile/v1
//! name Example Lab
//! key authority 8f0c…  (64 lower-case hexadecimal digits: a 32-byte seed)
//! key root 11d4…
//! ```
//!
//! # Invariants
//!
//! 1. A file is there complete and durable or not at all, and an existing one is never replaced.
//! 2. A file that group or others may touch is refused before its passphrase is tried.
//! 3. One text per bundle: whatever [`save`] would not write is refused by [`load`].
//! 4. A hostile file costs at most [`WORK_FACTOR_MAX`] and [`FILE_BYTES_MAX`].
//! 5. Seeds and texts are wiped when dropped, and `Debug` does not show them.
//!
//! # What it does not do
//!
//! The passphrase is the caller's to wipe, and what age holds while it works is age's. A wrong
//! passphrase cannot be told from a header whose encrypted key was changed: both are
//! [`KeyfileError::WrongPassphrase`].
//!
//! # Where the rules come from
//!
//! DESIGN §6 rule 8 (encrypted at rest, 0600), C2SP `age.md` for the file.

mod bundle;
mod error;
mod file;
mod payload;

pub use bundle::{KeyBundle, NAME_BYTES_MAX, ROLE_BYTES_MAX, ROLES_MAX};
pub use error::KeyfileError;
pub use file::{FILE_BYTES_MAX, WORK_FACTOR_DEFAULT, WORK_FACTOR_MAX, load, save};
