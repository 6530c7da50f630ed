//! What sets missions apart from those of an order: fields that are there or not, a draw of their own, and chambers.

use comity_constitution::Stage;
use comity_wire::Digest;

/// Why a mission of its sort cannot take an event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UndertakingError {
    /// A field that a mission of this sort does not have.
    #[error("{what} has no place in this mission")]
    Misplaced {
        /// Name of the field.
        what: &'static str,
    },
    /// A field that a mission of this sort cannot do without.
    #[error("{what} must be named")]
    Missing {
        /// Name of the field.
        what: &'static str,
    },
    /// What was shown is not what was committed to, or not what follows from it.
    #[error("{what} {found} was named, {expected} follows from what was committed to")]
    DrawMismatch {
        /// `share` or `beacon`.
        what: &'static str,
        /// What follows.
        expected: Digest,
        /// As named.
        found: Digest,
    },
    /// The chambers have decided otherwise, or not yet.
    #[error("the amendment is {}, so this mission cannot {event}", stage.name())]
    ChambersUndecided {
        /// Where the amendment stands.
        stage: Stage,
        /// Verb of the refused event.
        event: &'static str,
    },
}

impl UndertakingError {
    /// Stable code for machines; [`Display`](std::fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Misplaced { .. } => "mission.misplaced",
            Self::Missing { .. } => "mission.missing",
            Self::DrawMismatch { .. } => "mission.draw_mismatch",
            Self::ChambersUndecided { .. } => "mission.chambers_undecided",
        }
    }
}

/// A field that is there exactly when it is wanted.
pub(crate) const fn check_named(
    what: &'static str,
    is_named: bool,
    wanted: bool,
) -> Result<(), UndertakingError> {
    match (is_named, wanted) {
        (true, false) => Err(UndertakingError::Misplaced { what }),
        (false, true) => Err(UndertakingError::Missing { what }),
        (true, true) | (false, false) => Ok(()),
    }
}

/// What was shown is what follows from what was committed to.
pub(crate) fn check_drawn(
    what: &'static str,
    expected: Digest,
    found: Digest,
) -> Result<(), UndertakingError> {
    if expected == found {
        Ok(())
    } else {
        Err(UndertakingError::DrawMismatch { what, expected, found })
    }
}

/// What chambers decide waits for them.
pub(crate) const fn chambers(
    event: &'static str,
    stage: Stage,
    decided_so: bool,
) -> Result<(), UndertakingError> {
    if decided_so { Ok(()) } else { Err(UndertakingError::ChambersUndecided { stage, event }) }
}
