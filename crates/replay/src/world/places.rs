//! Where every statement stands. The one map that is asked several times per statement and is as large as all records
//! together, so a hash map; it is asked, never walked, and prints in the order of ids, so its own order reaches nothing.

#![expect(clippy::disallowed_types, reason = "nothing that depends on its order is let out")]

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use comity_wire::StatementId;

use super::Place;

#[derive(Clone, Default)]
pub(super) struct Places(HashMap<StatementId, Place>);

/// In the order of ids, so that two worlds of the same statements print alike.
impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sorted: BTreeMap<_, _> = self.0.iter().collect();
        f.debug_map().entries(sorted).finish()
    }
}

impl Places {
    pub(super) fn get(&self, id: StatementId) -> Option<Place> {
        self.0.get(&id).copied()
    }

    pub(super) fn insert(&mut self, id: StatementId, place: Place) {
        self.0.insert(id, place);
    }
}
