//! Which file of rules is in force, and what put it there.

use comity_wire::Digest;

/// The files of one kind that were put in force, on top of each other.
///
/// What chambers or the founding put there stands. What the founder decided in G0 stands on what was
/// below it: when it is reversed, it goes with everything that only the founder put on top of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForce {
    first: Digest,
    later: Vec<Entry>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    hash: Digest,
    /// The decision of G0 that it rests on, until that is ratified.
    provisional: Option<Digest>,
}

impl InForce {
    pub(super) const fn new(first: Digest) -> Self {
        Self { first, later: Vec::new() }
    }

    /// Hash of the file in force.
    pub fn hash(&self) -> Digest {
        self.later.last().map_or(self.first, |entry| entry.hash)
    }

    /// Puts a file in force for good.
    pub(super) fn activate(&mut self, hash: Digest) {
        self.later.push(Entry { hash, provisional: None });
    }

    /// Puts a file in force as long as a decision stands.
    pub(super) fn decide(&mut self, hash: Digest, decision: Digest) {
        self.later.push(Entry { hash, provisional: Some(decision) });
    }

    /// The decision is no longer provisional.
    pub(super) fn ratify(&mut self, decision: Digest) {
        for entry in &mut self.later {
            if entry.provisional == Some(decision) {
                entry.provisional = None;
            }
        }
    }

    /// Undoes a decision.
    pub(super) fn reverse(&mut self, decision: Digest) {
        let mut is_falling = false;
        self.later.retain(|entry| {
            is_falling =
                entry.provisional.is_some() && (is_falling || entry.provisional == Some(decision));
            !is_falling
        });
    }
}
