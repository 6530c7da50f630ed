//! Signatures that were found good, for all requests together.
//!
//! ```text
//! id ──first byte──▶ shard { recent, old }     recent full: old is forgotten, recent becomes old
//! ```
//!
//! What is asked for again moves from old to recent, so what is in use stays. Which ids meet in a shard decides nothing but
//! what is forgotten first.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use comity_mesh::keys::{SignatureId, SignatureMemo};

use crate::limits::SIGNATURES_MAX;

/// Shards, each with a lock of its own: more than there are cores that ask at once.
const SHARDS: usize = 16;

/// Most ids in one half of a shard.
const HALF: usize = SIGNATURES_MAX / SHARDS / 2;

/// Good signatures, at most [`SIGNATURES_MAX`].
#[derive(Debug, Default)]
pub(crate) struct Memo {
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Debug, Default)]
struct Shard {
    recent: BTreeSet<SignatureId>,
    old: BTreeSet<SignatureId>,
}

impl Shard {
    fn learn(&mut self, id: SignatureId) {
        if HALF <= self.recent.len() && !self.recent.contains(&id) {
            self.old = std::mem::take(&mut self.recent);
        }
        self.old.remove(&id);
        self.recent.insert(id);
    }
}

impl Memo {
    fn with<T>(&self, id: &SignatureId, run: impl FnOnce(&mut Shard) -> T) -> Option<T> {
        let [first, ..] = id.as_bytes();
        let shard = self.shards.get(usize::from(*first) % SHARDS)?;
        Some(run(&mut shard.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl SignatureMemo for Memo {
    fn knows(&self, id: &SignatureId) -> bool {
        let look = |shard: &mut Shard| {
            let is_old = shard.old.contains(id);
            if is_old {
                shard.learn(*id);
            }
            is_old || shard.recent.contains(id)
        };
        self.with(id, look).unwrap_or(false)
    }

    fn learn(&self, id: SignatureId) {
        self.with(&id, |shard| shard.learn(id));
    }
}

#[cfg(test)]
mod tests {
    use comity_mesh::keys::{SignatureId, SignatureMemo as _};

    use super::Memo;
    use crate::limits::SIGNATURES_MAX;

    fn id(number: usize) -> SignatureId {
        SignatureId::of(&[0; 32], &[0; 64], &number.to_le_bytes())
    }

    fn len(memo: &Memo) -> usize {
        let each = memo.shards.iter().map(|shard| shard.lock().unwrap());
        each.map(|shard| shard.recent.len() + shard.old.len()).sum()
    }

    #[test]
    fn what_is_learned_is_known_and_nothing_else() {
        let memo = Memo::default();
        assert!(!memo.knows(&id(1)));
        memo.learn(id(1));
        memo.learn(id(1));
        assert!(memo.knows(&id(1)) && !memo.knows(&id(2)));
        assert_eq!(len(&memo), 1);
    }

    #[test]
    fn a_memo_does_not_grow_and_keeps_what_is_asked_for() {
        let memo = Memo::default();
        memo.learn(id(0));
        for number in 1..SIGNATURES_MAX * 3 {
            memo.learn(id(number));
            assert!(number % 100 != 0 || memo.knows(&id(0)), "forgotten after {number}");
        }
        assert!(len(&memo) <= SIGNATURES_MAX, "{}", len(&memo));
        assert!(SIGNATURES_MAX / 4 < len(&memo), "{}", len(&memo));
        assert!(!memo.knows(&id(1)));
    }
}
