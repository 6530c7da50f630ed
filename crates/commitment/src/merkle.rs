//! The Merkle tree over an epoch's records.
//!
//! ```text
//!  leaf   SHA-256(canonical JSON of the record)            begins with "{", so never with 0x01
//!  order  (event_type, event_id, event_timestamp, actor_id), compared as UTF-8 bytes
//!  node   SHA-256(0x01 ‖ left[32] ‖ right[32])
//!  odd    the last node of a level rises unchanged, and is never paired with itself
//!  empty  SHA-256("")
//! ```
//!
//! # Deviations
//!
//! The blueprint and the constitution fix leaf and order only. The rest is RFC 6962 §2.1 but for
//! its leaf prefix: pairing an odd node with itself, as the reference does, gives the same root to
//! two different lists.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::OnceLock;

use comity_tlog::{ProofError, Tree, node_hash, verify_inclusion};
use comity_wire::{Digest, sha256};
use serde::{Deserialize, Serialize};

use crate::{error::MerkleError, event::EventRecord};

/// Where a record stands: the four fields, compared in this order, byte by byte.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderKey {
    /// Kind of the event.
    pub event_type: String,
    /// Id of the event.
    pub event_id: String,
    /// Date of the event, as written.
    pub event_timestamp: String,
    /// Who acted.
    pub actor_id: String,
}

/// A record's place and hash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leaf {
    /// Where it stands.
    pub order: OrderKey,
    /// SHA-256 of its canonical JSON.
    pub hash: Digest,
}

/// A root together with the number of leaves it was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Root {
    /// Leaves under the root.
    pub count: u64,
    /// The root itself.
    pub hash: Digest,
}

/// A sorted, complete tree. It keeps every node, so that a proof is a look at each level.
#[derive(Clone, Debug, Default)]
pub struct EventTree {
    order: Vec<OrderKey>,
    leaves: Vec<Digest>,
    /// From the parents of the leaves to the root; none when there is no pair of leaves.
    above: Vec<Vec<Digest>>,
    /// Made when somebody first asks where a record stands.
    places: OnceLock<Places>,
}

/// Records by the first bits of a short hash of their keys, about one in each bucket.
#[derive(Clone, Debug)]
struct Places {
    /// Where each bucket begins in `records`, and the end of the last.
    starts: Vec<usize>,
    /// Indices; rising in each bucket, so that these are in the order of their keys.
    records: Vec<usize>,
}

impl PartialEq for EventTree {
    /// Everything else follows from places and leaves.
    fn eq(&self, other: &Self) -> bool {
        (&self.order, &self.leaves) == (&other.order, &other.leaves)
    }
}

impl Eq for EventTree {}

impl Places {
    fn of(order: &[OrderKey]) -> Self {
        let buckets = order.len().next_power_of_two();
        let mut places: Vec<(usize, usize)> =
            order.iter().map(|key| key.bucket(buckets)).zip(0..).collect();
        places.sort_unstable();
        let mut starts = vec![0; buckets + 1];
        let mut at = 0;
        for (bucket, start) in starts.iter_mut().enumerate() {
            at += places.iter().skip(at).take_while(|place| place.0 < bucket).count();
            *start = at;
        }
        Self { starts, records: places.into_iter().map(|(_, index)| index).collect() }
    }

    /// The records that may have the key.
    fn bucket(&self, key: &OrderKey) -> &[usize] {
        let bucket = key.bucket(self.starts.len() - 1);
        let range = self.starts.get(bucket).zip(self.starts.get(bucket + 1));
        range.and_then(|(start, end)| self.records.get(*start..*end)).unwrap_or_default()
    }
}

impl OrderKey {
    /// One of `buckets`, a power of two. Whoever fills one of them makes nothing slower than comparing texts is.
    fn bucket(&self, buckets: usize) -> usize {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        let hash = usize::try_from(hasher.finish() >> 32).unwrap_or(usize::MAX);
        hash & (buckets - 1)
    }
}

impl EventTree {
    /// Sorts the leaves and builds the tree.
    ///
    /// # Errors
    ///
    /// [`MerkleError::Duplicate`] if two leaves have the same place: an event happens once.
    pub fn new(mut leaves: Vec<Leaf>) -> Result<Self, MerkleError> {
        leaves.sort();
        let same = |pair: &&[Leaf]| matches!(pair, [a, b] if a.order == b.order);
        if let Some([leaf, ..]) = leaves.windows(2).find(same) {
            return Err(MerkleError::Duplicate { hash: leaf.hash });
        }
        let (order, leaves): (Vec<_>, Vec<_>) =
            leaves.into_iter().map(|leaf| (leaf.order, leaf.hash)).unzip();
        let mut above: Vec<Vec<Digest>> = Vec::new();
        let mut level = leaves.as_slice();
        while 1 < level.len() {
            above.push(parents(level));
            level = above.last().map_or(&[], Vec::as_slice);
        }
        Ok(Self { order, leaves, above, places: OnceLock::new() })
    }

    /// The tree of these records.
    ///
    /// # Errors
    ///
    /// As [`Self::new`], and [`MerkleError::Unhashable`] if a record has no canonical form.
    pub fn of_records(records: &[EventRecord]) -> Result<Self, MerkleError> {
        let leaf = |(index, record): (usize, &EventRecord)| {
            record.leaf().map_err(|_| MerkleError::Unhashable { index })
        };
        Self::new(records.iter().enumerate().map(leaf).collect::<Result<_, _>>()?)
    }

    /// Root and leaf count.
    pub fn root(&self) -> Root {
        let top = self.above.last().unwrap_or(&self.leaves);
        let hash = top.first().copied().unwrap_or_else(|| sha256(b""));
        Root { count: self.count(), hash }
    }

    fn count(&self) -> u64 {
        self.leaves.len() as u64
    }

    /// Leaf hashes, in order.
    pub fn leaves(&self) -> &[Digest] {
        &self.leaves
    }

    /// Where a record stands, if it is here.
    pub fn index_of(&self, order: &OrderKey) -> Option<u64> {
        let places = self.places.get_or_init(|| Places::of(&self.order));
        let bucket = places.bucket(order);
        let found = bucket.binary_search_by(|index| self.order.get(*index).cmp(&Some(order)));
        u64::try_from(*bucket.get(found.ok()?)?).ok()
    }

    /// The proof that leaf `index` is under the root.
    ///
    /// # Errors
    ///
    /// [`MerkleError::Proof`] if there is no such leaf.
    pub fn prove(&self, index: u64) -> Result<Proof, MerkleError> {
        let count = self.count();
        let outside = ProofError::IndexOutOfRange { index, size: count };
        let mut node = usize::try_from(index).map_err(|_| outside.clone())?;
        if self.leaves.len() <= node {
            return Err(outside.into());
        }
        let mut path = Vec::with_capacity(self.above.len());
        for level in std::iter::once(&self.leaves).chain(&self.above) {
            // Without a sibling it rises as it is; the root has none.
            path.extend(level.get(node ^ 1));
            node /= 2;
        }
        Ok(Proof { count, index, path })
    }
}

/// The level above: pairs hashed, an odd last node as it is.
fn parents(level: &[Digest]) -> Vec<Digest> {
    let (pairs, odd) = level.as_chunks();
    pairs.iter().map(|[left, right]| node_hash(left, right)).chain(odd.iter().copied()).collect()
}

/// Root of leaf hashes that are already in order.
pub fn root_of(leaves: &[Digest]) -> Root {
    let tree: Tree = leaves.iter().copied().collect();
    Root { count: tree.size(), hash: tree.root() }
}

/// That a leaf is at `index` among `count`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// Leaves under the root.
    pub count: u64,
    /// Place of the leaf, from 0.
    pub index: u64,
    /// Siblings from leaf to root.
    pub path: Vec<Digest>,
}

/// On which side of the path a sibling is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Before the running hash.
    Left,
    /// After it.
    Right,
}

impl Proof {
    /// Checks that `leaf` is under `root`, in the place and among the number that the proof names.
    ///
    /// # Errors
    ///
    /// [`MerkleError::Count`] if the root was committed with another number of leaves,
    /// [`MerkleError::Proof`] if the path does not lead to it.
    pub fn verify(&self, leaf: &Digest, root: &Root) -> Result<(), MerkleError> {
        if self.count != root.count {
            return Err(MerkleError::Count { got: self.count, expected: root.count });
        }
        verify_inclusion(leaf, self.index, self.count, &self.path, &root.hash)?;
        Ok(())
    }

    /// The side of each sibling, which place and count determine.
    pub fn sides(&self) -> Vec<Side> {
        let mut sides = Vec::new();
        let (mut node, mut last) = (self.index, self.count.saturating_sub(1));
        while 0 < last {
            if node % 2 == 1 {
                sides.push(Side::Left);
            } else if node < last {
                sides.push(Side::Right);
            }
            node /= 2;
            last /= 2;
        }
        sides
    }
}
