//! Why the server does not start, or stops.

use std::io::ErrorKind;

use comity_authority::{FoldError, FoundError};
use comity_store::StoreError;

/// Why the server does not start, or stops.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The authority's papers do not hold.
    #[error(transparent)]
    Found(#[from] FoundError),
    /// The record is not this authority's, or was changed.
    #[error(transparent)]
    Fold(#[from] FoldError),
    /// The record cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {kind}")]
    Listen {
        /// The address.
        address: String,
        /// What the system says.
        kind: ErrorKind,
    },
    /// The system gives no threads, no signals or no randomness.
    #[error("cannot {doing}: {kind}")]
    System {
        /// What was tried.
        doing: &'static str,
        /// What the system says.
        kind: ErrorKind,
    },
}

impl ServeError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Found(error) => error.code(),
            Self::Fold(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Listen { .. } => "http.cannot_listen",
            Self::System { .. } => "http.system",
        }
    }

    /// Says what was tried when the system refused.
    pub(crate) fn system(doing: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |error| Self::System { doing, kind: error.kind() }
    }
}
