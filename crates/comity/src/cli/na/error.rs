//! What the commands of the network authority cannot use.

use std::path::PathBuf;

/// An argument or a file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NaError {
    /// Not `NAME=KEY`.
    #[error("`{given}` names no operator key")]
    BadOperator {
        /// What was given, shortened.
        given: String,
    },
    /// Not a plain key file.
    #[error("{} is no key file", path.display())]
    BadKeyFile {
        /// The file.
        path: PathBuf,
    },
    /// Not the settings of an authority, or no genesis.
    #[error("{}: {message}", path.display())]
    BadSettings {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
}

impl NaError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadOperator { .. } => "comity.na_bad_operator",
            Self::BadKeyFile { .. } => "comity.na_bad_key_file",
            Self::BadSettings { .. } => "comity.na_bad_settings",
        }
    }
}
