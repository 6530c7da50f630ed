//! What a sovereign's machine keeps when its power fails.

use std::collections::BTreeMap;

use comity_node::Witnessed;
use comity_sign::Claim;
use comity_tlog::{Tree, leaf_hash};
use comity_wire::{Digest, SovereignId, Statement, StatementId, sha256};

use crate::violation::Violation;

/// A durable record and the witness's memory.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    envelopes: Vec<Vec<u8>>,
    statements: Vec<Statement>,
    places: BTreeMap<StatementId, usize>,
    tree: Tree,
    witnessed: BTreeMap<SovereignId, Witnessed>,
}

impl Disk {
    /// Makes an envelope durable and returns its statement.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<&Statement, Violation> {
        let claim = Claim::<Statement>::decode(bytes)
            .map_err(|error| Violation::new("own statements decode", error))?;
        let place = self.envelopes.len();
        if self.places.insert(claim.id(), place).is_some() {
            return Err(Violation::new("no statement twice", claim.id()));
        }
        self.tree.append(leaf_hash(sha256(bytes).as_bytes()));
        self.envelopes.push(bytes.to_vec());
        self.statements.push(claim.claimed().clone());
        self.statements.last().ok_or_else(|| Violation::new("own statements decode", place))
    }

    /// Remembers a cosigned checkpoint; a witness never goes back and never signs two roots for one size.
    pub(crate) fn witness(&mut self, seen: Witnessed) -> Result<(), Violation> {
        if let Some(before) = self.witnessed.get(&seen.record) {
            let is_other = seen.size == before.size && seen.root != before.root;
            if seen.size < before.size || is_other {
                return Err(Violation::new(
                    "a witness keeps to what it cosigned",
                    format!("{before:?} then {seen:?}"),
                ));
            }
        }
        self.witnessed.insert(seen.record, seen);
        Ok(())
    }

    pub(crate) fn envelopes(&self) -> &[Vec<u8>] {
        &self.envelopes
    }

    pub(crate) fn len(&self) -> u64 {
        self.envelopes.len() as u64
    }

    /// The root of the first `size` entries, if there are as many.
    pub(crate) fn root_at(&self, size: u64) -> Option<Digest> {
        self.tree.root_at(size).ok()
    }

    pub(crate) fn statement(&self, id: StatementId) -> Option<&Statement> {
        self.statements.get(*self.places.get(&id)?)
    }

    pub(crate) fn holds(&self, id: StatementId) -> bool {
        self.places.contains_key(&id)
    }

    pub(crate) fn witnessed(&self) -> impl Iterator<Item = Witnessed> {
        self.witnessed.values().copied()
    }

    pub(crate) fn witnessed_of(&self, record: SovereignId) -> Option<Witnessed> {
        self.witnessed.get(&record).copied()
    }
}
