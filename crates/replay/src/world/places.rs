//! Where every statement stands. The one map that is asked several times per statement and is as large as all records
//! together, so a hash map; it cannot be walked, so its order can reach nothing.

#![expect(clippy::disallowed_types, reason = "only `get` and `insert` are let out")]

use std::collections::HashMap;

use comity_wire::StatementId;

use super::Place;

#[derive(Clone, Debug, Default)]
pub(super) struct Places(HashMap<StatementId, Place>);

impl Places {
    pub(super) fn get(&self, id: StatementId) -> Option<Place> {
        self.0.get(&id).copied()
    }

    pub(super) fn insert(&mut self, id: StatementId, place: Place) {
        self.0.insert(id, place);
    }
}
