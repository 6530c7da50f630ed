//! Two records of one sovereign: the same, one the continuation of the other, or a lie.

use comity_tlog::fork::detect;
use comity_tlog::{ForkError, PrefixProof, Relation, SignedCheckpoint, Tree, leaf_hash};
use comity_wire::{Digest, SovereignId};

use super::fault::{Fault, Stop};
use super::record::{Book, hash_lines, refused};
use super::source::{Source, SourceError};
use crate::export::{CHECKPOINT, ENVELOPES};
use crate::report::{Check, Outcome};

/// How two records of one sovereign stand to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The sovereign.
    pub sovereign: SovereignId,
    /// Where the one checkpoint stands.
    pub first: String,
    /// Its size, in entries.
    pub first_size: u64,
    /// Where the other stands.
    pub second: String,
    /// Its size, in entries.
    pub second_size: u64,
    /// What follows from them.
    pub relationship: Relationship,
}

/// What two checkpoints of one log show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relationship {
    /// Same size, same root.
    Same,
    /// The larger begins with the smaller; proven.
    Extends,
    /// Both are signed and both cannot be true.
    Forked {
        /// Evidence that convinces whoever has the log's key: the one byte form of a fork proof, as text.
        evidence: String,
    },
    /// The larger record does not hold what its checkpoint says, so nothing follows from it.
    Undecided,
}

impl History {
    /// Whether the two can both be true, and that was shown.
    pub const fn is_consistent(&self) -> bool {
        matches!(self.relationship, Relationship::Same | Relationship::Extends)
    }

    /// What a report says about it.
    pub fn to_check(&self) -> Check {
        let (place, Self { first_size, second_size, .. }) =
            (format!("{} and {}", self.first, self.second), self);
        let outcome = match self.relationship {
            Relationship::Same => {
                Outcome::Passed { detail: format!("{place} are one history of {first_size}") }
            }
            Relationship::Extends => {
                let detail = format!("{place} are one history, {first_size} and {second_size}");
                Outcome::Passed { detail }
            }
            Relationship::Forked { .. } => {
                let (first, second) = (*first_size.min(second_size), *first_size.max(second_size));
                refused(place, &Fault::Equivocation { id: self.sovereign, first, second })
            }
            Relationship::Undecided => {
                Outcome::Skipped { because: format!("{place} could not be compared") }
            }
        };
        Check { name: "histories", folder: None, outcome }
    }
}

/// What is left of a record when it is compared: only what its log has signed counts.
pub(super) struct Trace<'a> {
    source: &'a dyn Source,
    label: String,
    envelopes: String,
    id: SovereignId,
    signed: SignedCheckpoint,
    entries: std::borrow::Cow<'a, [Digest]>,
}

/// The traces of an export's records, as places within it.
pub(super) fn borrowed<'a>(source: &'a dyn Source, books: &'a [Book]) -> Vec<Trace<'a>> {
    let trace = |book: &'a Book| {
        Some(Trace {
            source,
            label: book.path(CHECKPOINT),
            envelopes: book.path(ENVELOPES),
            id: book.id()?,
            signed: book.signed.clone()?,
            entries: book.entries.as_slice().into(),
        })
    };
    books.iter().filter_map(trace).collect()
}

/// The traces of an export's records, once the rest of them is no longer needed.
pub(super) fn traces<'a>(label: &str, source: &'a dyn Source, books: Vec<Book>) -> Vec<Trace<'a>> {
    let trace = |book: Book| {
        Some(Trace {
            source,
            label: format!("{label}/{}", book.path(CHECKPOINT)),
            envelopes: book.path(ENVELOPES),
            id: book.id()?,
            signed: book.signed?,
            entries: book.entries.into(),
        })
    };
    books.into_iter().filter_map(trace).collect()
}

/// Compares records of one sovereign in one export.
pub(super) fn within(traces: &[Trace<'_>]) -> Result<Vec<History>, SourceError> {
    let mut found = Vec::new();
    for (at, first) in traces.iter().enumerate() {
        let rest = traces.iter().skip(at + 1).filter(|second| second.id == first.id);
        for second in rest {
            found.push(compare(first, second)?);
        }
    }
    Ok(found)
}

/// Compares records of one sovereign in two exports.
pub(super) fn between(
    firsts: &[Trace<'_>],
    seconds: &[Trace<'_>],
) -> Result<Vec<History>, SourceError> {
    let mut found = Vec::new();
    for first in firsts {
        for second in seconds.iter().filter(|second| second.id == first.id) {
            found.push(compare(first, second)?);
        }
    }
    Ok(found)
}

fn compare(first: &Trace<'_>, second: &Trace<'_>) -> Result<History, SourceError> {
    let size = |trace: &Trace<'_>| trace.signed.checkpoint().size();
    let (first_size, second_size) = (size(first), size(second));
    let (small, large) = if first_size <= second_size { (first, second) } else { (second, first) };
    let prefix = if first_size == second_size { None } else { large.prefix(size(small))? };
    let relationship = match detect(&first.signed, &second.signed, prefix.as_ref()) {
        Ok(Relation::Same) => Relationship::Same,
        Ok(Relation::Extends) => Relationship::Extends,
        Ok(Relation::Forked(proof)) => {
            let evidence = String::from_utf8_lossy(&proof.encode()).into_owned();
            Relationship::Forked { evidence }
        }
        Ok(Relation::Unproven) | Err(_) => Relationship::Undecided,
    };
    Ok(History {
        sovereign: first.id,
        first: first.label.clone(),
        first_size,
        second: second.label.clone(),
        second_size,
        relationship,
    })
}

impl Trace<'_> {
    /// What this record's entries say about its first `size`; `None` if they do not lead to its own signed root.
    fn prefix(&self, size: u64) -> Result<Option<PrefixProof>, SourceError> {
        let checkpoint = self.signed.checkpoint();
        let mut entries = self.entries.clone();
        if entries.is_empty() {
            // The record was refused before its envelopes were hashed. Its log's signature still binds it.
            entries = match hash_lines(self.source, &self.envelopes, checkpoint.size()) {
                Ok(entries) => entries.into(),
                Err(Stop::Source(error)) => return Err(error),
                Err(Stop::Refused(..) | Stop::Skipped(_)) => return Ok(None),
            };
        }
        let tree: Tree = entries.iter().map(|entry| leaf_hash(entry.as_bytes())).collect();
        let is_signed = tree.size() == checkpoint.size() && tree.root() == checkpoint.root();
        if !is_signed {
            return Ok(None);
        }
        Ok(PrefixProof::from_tree(&tree, size, tree.size()).map_err(ForkError::from).ok())
    }
}
