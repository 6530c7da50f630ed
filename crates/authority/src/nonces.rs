//! Nonces that were used, for as long as their request could come back.

use std::collections::BTreeMap;

use comity_wire::mesh_json::Datetime;

use crate::limits::NONCE_KEEP_S;

const MICROS: i64 = 1_000_000;

/// The nonces of the last [`NONCE_KEEP_S`] seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Nonces {
    /// Until when, by scope and nonce.
    known: BTreeMap<(String, String), i64>,
    /// The same, by time.
    queue: BTreeMap<(i64, u64), (String, String)>,
    count: u64,
}

impl Nonces {
    pub(crate) fn contains(&self, scope: &str, nonce: &str) -> bool {
        self.known.contains_key(&(scope.to_owned(), nonce.to_owned()))
    }

    pub(crate) fn len(&self) -> usize {
        self.known.len()
    }

    /// Remembers one.
    pub(crate) fn insert(&mut self, scope: &str, nonce: &str, at: Datetime) {
        let key = (scope.to_owned(), nonce.to_owned());
        let until = at.instant().saturating_add(NONCE_KEEP_S.saturating_mul(MICROS));
        self.count = self.count.saturating_add(1);
        self.queue.insert((until, self.count), key.clone());
        self.known.insert(key, until);
    }

    /// Forgets what is old.
    pub(crate) fn expire(&mut self, at: Datetime) {
        while let Some(entry) = self.queue.first_entry() {
            if at.instant() <= entry.key().0 {
                return;
            }
            let key = entry.remove();
            self.known.remove(&key);
        }
    }
}
