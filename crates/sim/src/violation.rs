//! What the simulator reports when an invariant does not hold.

use std::fmt::Display;

/// An invariant that did not hold. For people: the seed repeats it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{invariant}: {detail}")]
pub struct Violation {
    /// Which invariant, in words.
    pub invariant: &'static str,
    /// What was seen instead.
    pub detail: String,
}

impl Violation {
    pub(crate) fn new(invariant: &'static str, detail: impl Display) -> Self {
        Self { invariant, detail: detail.to_string() }
    }
}
