//! Why a key file was refused.

use std::{io, path::PathBuf};

/// Why a key file could not be written or read. Only [`Io`](Self::Io) is worth a retry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyfileError {
    /// Something is there already; it was not touched.
    #[error("{path:?} exists already")]
    Exists {
        /// The path as given.
        path: PathBuf,
    },
    /// Group or others may read, write or execute the file.
    #[error("the key file is open to others (mode {mode:03o}, must be 600 or less)")]
    Permissions {
        /// Permission bits found.
        mode: u32,
    },
    /// Not an age file under a passphrase, or longer than any key file.
    #[error("not a key file")]
    NotAKeyFile,
    /// The passphrase does not open the file (or the encrypted key in its header was changed).
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// The passphrase is right and the file was changed or cut.
    #[error("the key file was changed after it was written")]
    Tampered,
    /// More scrypt work than allowed, asked for by the caller or by a file.
    #[error("scrypt work factor {found}, must be between 1 and {max}")]
    WorkFactor {
        /// Logarithm of the iterations asked for.
        found: u8,
        /// Largest allowed.
        max: u8,
    },
    /// The file opens, and holds something else than keys.
    #[error("the key file holds no keys (line {line})")]
    BadPayload {
        /// First line that is not right, counted from 1.
        line: usize,
    },
    /// A passphrase without a character protects nothing.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    /// The name is empty, too long, or not one clean line.
    #[error("a name is 1 to {max} bytes without control characters, got {len} bytes")]
    BadName {
        /// Bytes in the name.
        len: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// A role is not a short lower-case identifier.
    #[error("{role:?} is not a role")]
    BadRole {
        /// The role, shortened.
        role: String,
    },
    /// No keys, or too many.
    #[error("{count} keys, must be between 1 and {max}")]
    BadRoleCount {
        /// Keys in the bundle.
        count: usize,
        /// Keys allowed.
        max: usize,
    },
    /// The bundle has no key of this role.
    #[error("the key file has no key for {role:?}")]
    NoSuchRole {
        /// The role, shortened.
        role: String,
    },
    /// The system refused.
    #[error("cannot {action} the key file: {kind}")]
    Io {
        /// Verb of what was tried.
        action: &'static str,
        /// What the system said.
        kind: io::ErrorKind,
        /// The system's error number.
        os: Option<i32>,
    },
}

impl KeyfileError {
    /// Stable name for machines; `Display` is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Exists { .. } => "keyfile.exists",
            Self::Permissions { .. } => "keyfile.permissions",
            Self::NotAKeyFile => "keyfile.not_a_key_file",
            Self::WrongPassphrase => "keyfile.wrong_passphrase",
            Self::Tampered => "keyfile.tampered",
            Self::WorkFactor { .. } => "keyfile.work_factor",
            Self::BadPayload { .. } => "keyfile.bad_payload",
            Self::EmptyPassphrase => "keyfile.empty_passphrase",
            Self::BadName { .. } => "keyfile.bad_name",
            Self::BadRole { .. } => "keyfile.bad_role",
            Self::BadRoleCount { .. } => "keyfile.bad_role_count",
            Self::NoSuchRole { .. } => "keyfile.no_such_role",
            Self::Io { .. } => "keyfile.io",
        }
    }

    /// What a person can do about it, if there is something to do.
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Exists { .. } => Some("choose another path, or move the old file away first"),
            Self::Permissions { .. } => {
                Some("chmod 600 FILE; if others could read it, change its passphrase too")
            }
            Self::NotAKeyFile => Some("a key file is a binary age file, encrypted to a passphrase"),
            Self::WrongPassphrase => Some("the same passphrase must open it with `age --decrypt`"),
            Self::Tampered => Some("restore the file from a backup"),
            Self::WorkFactor { .. } => Some("re-encrypt it with stock age, or with a lower factor"),
            Self::BadPayload { .. }
            | Self::EmptyPassphrase
            | Self::BadName { .. }
            | Self::BadRole { .. }
            | Self::BadRoleCount { .. }
            | Self::NoSuchRole { .. }
            | Self::Io { .. } => None,
        }
    }

    /// Names what was being done when the system refused.
    pub(crate) fn io(action: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Io { action, kind: error.kind(), os: error.raw_os_error() }
    }
}
