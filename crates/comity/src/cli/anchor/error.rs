//! Files that are not what an anchor needs.

use std::path::PathBuf;

/// Why an input cannot be used. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// A file without an account's key.
    #[error("no key of an account: 64 hexadecimal digits, or an age file")]
    NoKey,
    /// A file that is in none of the forms that are read.
    #[error("{} is neither the bytes themselves nor hexadecimal nor base64", path.display())]
    NotEncoded {
        /// The file.
        path: PathBuf,
    },
    /// A document that is no receipt.
    #[error("no receipt of an anchor: {message}")]
    NotAReceipt {
        /// What is wrong with it.
        message: String,
    },
    /// A receipt that no chain can be asked about.
    #[error("the receipt is of the stand-in, which is no chain")]
    StandIn,
}

impl InputError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoKey => "comity.anchor_no_key",
            Self::NotEncoded { .. } => "comity.anchor_not_encoded",
            Self::NotAReceipt { .. } => "comity.anchor_not_a_receipt",
            Self::StandIn => "comity.anchor_stand_in",
        }
    }
}
