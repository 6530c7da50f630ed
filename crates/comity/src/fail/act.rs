//! What the verbs of actors and of a constitution refuse themselves, before a rule is asked.

use comity_wire::{Digest, StatementId};

use super::Exit;

/// Why nobody could speak, or nothing could be said. No record has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ActError {
    /// A name that cannot be the name of a key file.
    #[error("a name with a key here has 1 to {max} lower-case letters, digits and hyphens")]
    Name {
        /// Longest name, in bytes.
        max: usize,
    },
    /// The home holds no key of that name.
    #[error("the home holds no key of {name}")]
    NoKey {
        /// The name.
        name: String,
    },
    /// The record has admitted nobody of that name.
    #[error("the record has no actor named {name}")]
    NoActor {
        /// The name.
        name: String,
    },
    /// The fact is of no kind that somebody states by hand.
    #[error("no kind of fact that can be stated: {kind}")]
    Kind {
        /// What was given, shortened.
        kind: String,
    },
    /// The body is not one of its kind.
    #[error("the body is not one of {kind}: {message}")]
    Body {
        /// Its kind.
        kind: String,
        /// What is wrong with it, shortened.
        message: String,
    },
    /// Nothing of the kind has to be on a chain.
    #[error("{payload} is not due on that chain")]
    NotDue {
        /// What was published.
        payload: Digest,
    },
    /// A question or a case without members who could be heard now.
    #[error("nobody sits on {id}")]
    NobodySits {
        /// The question or the case.
        id: StatementId,
    },
}

impl ActError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Name { .. } => "comity.actor_name",
            Self::NoKey { .. } => "comity.no_actor_key",
            Self::NoActor { .. } => "comity.no_actor",
            Self::Kind { .. } => "comity.fact_kind",
            Self::Body { .. } => "comity.fact_body",
            Self::NotDue { .. } => "comity.anchor_not_due",
            Self::NobodySits { .. } => "comity.nobody_sits",
        }
    }

    /// The status that the program ends with.
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Name { .. }
            | Self::NoKey { .. }
            | Self::NoActor { .. }
            | Self::Kind { .. }
            | Self::Body { .. } => Exit::Unusable,
            Self::NotDue { .. } | Self::NobodySits { .. } => Exit::Refused,
        }
    }
}
