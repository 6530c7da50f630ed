//! The tree itself: [`Frontier`] when only the root matters, [`Tree`] when proofs are wanted.
//!
//! ```text
//!  level 2            n(2,0)                 n(level, index) is the root of the complete subtree over
//!                   ┌───┴───┐                entries index·2^level .. (index+1)·2^level
//!  level 1       n(1,0)  n(1,1)  n(1,2)
//!                ┌─┴─┐   ┌─┴─┐   ┌─┴─┐
//!  level 0       0   1   2   3   4   5   6   the frontier of size 7 is n(2,0), n(1,2), 6
//! ```
//!
//! # Invariants
//!
//! 1. `Tree::root(n)` and `Frontier::root` after `n` appends are the Merkle Tree Hash of RFC 6962 §2.1.
//! 2. A path or proof costs `O(log n)` hashes: at most one side branch is ragged, all others are stored.

use comity_wire::Digest;

use crate::hash::{empty_root, node_hash};
use crate::proof::ProofError;

/// The right edge of a tree: one hash per set bit of its size, largest subtree first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    edge: Vec<Digest>,
}

impl Frontier {
    /// The empty tree.
    pub const fn new() -> Self {
        Self { size: 0, edge: Vec::new() }
    }

    /// Number of leaves.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf by its [leaf hash](crate::leaf_hash). Amortised one hash.
    pub fn append(&mut self, leaf: Digest) {
        let mut hash = leaf;
        // A binary counter: every trailing one bit of the old size is a subtree to merge with.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.edge.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.edge.push(hash);
        self.size += 1;
    }

    /// Merkle Tree Hash of all leaves so far. `O(log n)` hashes.
    pub fn root(&self) -> Digest {
        fold_edge(self.edge.iter().copied())
    }
}

impl Extend<Digest> for Frontier {
    fn extend<I: IntoIterator<Item = Digest>>(&mut self, leaves: I) {
        leaves.into_iter().for_each(|leaf| self.append(leaf));
    }
}

impl FromIterator<Digest> for Frontier {
    fn from_iter<I: IntoIterator<Item = Digest>>(leaves: I) -> Self {
        let mut frontier = Self::new();
        frontier.extend(leaves);
        frontier
    }
}

/// Joins subtrees of decreasing size, given from left to right.
fn fold_edge(edge: impl DoubleEndedIterator<Item = Digest>) -> Digest {
    edge.rev().reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(empty_root)
}

/// A source of complete-subtree hashes: a [`Tree`] in memory, or [tiles](crate::TileReader).
pub(crate) trait Nodes {
    /// Why a node could not be given.
    type Error: From<ProofError>;

    /// Root of the complete subtree over entries `index·2^level .. (index+1)·2^level`.
    fn node(&mut self, level: u32, index: u64) -> Result<Digest, Self::Error>;

    /// Number of leaves that the source covers.
    fn available(&self) -> u64;

    /// Merkle Tree Hash over `start..end`, where `start` is a multiple of the largest power of two that is
    /// smaller than `end - start` or the range is the whole tree.
    fn range(&mut self, start: u64, end: u64) -> Result<Digest, Self::Error> {
        let mut edge = Vec::new();
        let mut at = start;
        while at < end {
            let level = (end - at).ilog2();
            edge.push(self.node(level, at >> level)?);
            at += 1 << level;
        }
        Ok(fold_edge(edge.into_iter()))
    }

    /// Merkle Tree Hash of the first `size` leaves.
    fn root_at(&mut self, size: u64) -> Result<Digest, Self::Error> {
        let available = self.available();
        if available < size {
            return Err(ProofError::BeyondTree { size, available }.into());
        }
        self.range(0, size)
    }

    /// PATH(index, D[size]) of RFC 6962 §2.1.1, leaf to root.
    fn inclusion_path(&mut self, index: u64, size: u64) -> Result<Vec<Digest>, Self::Error> {
        let available = self.available();
        if available < size {
            return Err(ProofError::BeyondTree { size, available }.into());
        }
        if size <= index {
            return Err(ProofError::IndexOutOfRange { index, size }.into());
        }
        let mut path = Vec::new();
        let (mut start, mut end) = (0, size);
        while 1 < end - start {
            let middle = start + split(end - start);
            if index < middle {
                path.push(self.range(middle, end)?);
                end = middle;
            } else {
                path.push(self.range(start, middle)?);
                start = middle;
            }
        }
        path.reverse();
        Ok(path)
    }

    /// PROOF(old, D[new]) of RFC 6962 §2.1.2. Empty when `old` is 0 or `new`.
    fn consistency_path(&mut self, old: u64, new: u64) -> Result<Vec<Digest>, Self::Error> {
        let available = self.available();
        if available < new {
            return Err(ProofError::BeyondTree { size: new, available }.into());
        }
        if new < old {
            return Err(ProofError::Shrinks { old, new }.into());
        }
        let mut path = Vec::new();
        if old == 0 || old == new {
            return Ok(path);
        }
        let (mut start, mut end) = (0, new);
        while old != end {
            let middle = start + split(end - start);
            if old <= middle {
                path.push(self.range(middle, end)?);
                end = middle;
            } else {
                path.push(self.range(start, middle)?);
                start = middle;
            }
        }
        // The subtree that both trees share: the verifier knows it when it is the whole old tree.
        if start != 0 {
            path.push(self.range(start, end)?);
        }
        path.reverse();
        Ok(path)
    }
}

/// The largest power of two smaller than `width`, for widths of two and more.
const fn split(width: u64) -> u64 {
    1 << (width - 1).ilog2()
}

/// A tree with all its complete subtrees kept: 64 bytes per leaf.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    levels: Vec<Vec<Digest>>,
}

impl Tree {
    /// The empty tree.
    pub const fn new() -> Self {
        Self { levels: Vec::new() }
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// The leaf hashes, in order.
    pub fn leaves(&self) -> &[Digest] {
        self.levels.first().map_or(&[], Vec::as_slice)
    }

    /// Adds a leaf by its [leaf hash](crate::leaf_hash). Amortised one hash.
    pub fn append(&mut self, leaf: Digest) {
        let mut hash = leaf;
        for level in 0.. {
            if level == self.levels.len() {
                self.levels.push(Vec::new());
            }
            let Some(nodes) = self.levels.get_mut(level) else { return };
            nodes.push(hash);
            match nodes.as_slice() {
                [.., left, right] if nodes.len() % 2 == 0 => hash = node_hash(left, right),
                _ => return,
            }
        }
    }

    /// Merkle Tree Hash of all leaves. `O(log n)` hashes.
    pub fn root(&self) -> Digest {
        // The range ends at the tree's own size, so every node exists.
        self.root_at(self.size()).unwrap_or_else(|_| empty_root())
    }

    /// Merkle Tree Hash of the first `size` leaves. `O(log n)` hashes.
    ///
    /// # Errors
    ///
    /// [`ProofError::BeyondTree`] if the tree is smaller.
    pub fn root_at(&self, size: u64) -> Result<Digest, ProofError> {
        Nodes::root_at(&mut &*self, size)
    }

    /// Audit path of leaf `index` in the tree of the first `size` leaves, leaf to root (RFC 6962 §2.1.1).
    ///
    /// # Errors
    ///
    /// [`ProofError::BeyondTree`] if the tree is smaller, [`ProofError::IndexOutOfRange`] if there is no
    /// such leaf at that size.
    pub fn inclusion(&self, index: u64, size: u64) -> Result<Vec<Digest>, ProofError> {
        (&mut &*self).inclusion_path(index, size)
    }

    /// Consistency proof from the first `old` to the first `new` leaves (RFC 6962 §2.1.2). Empty when
    /// `old` is zero or `new`.
    ///
    /// # Errors
    ///
    /// [`ProofError::BeyondTree`] if the tree is smaller, [`ProofError::Shrinks`] if `new < old`.
    pub fn consistency(&self, old: u64, new: u64) -> Result<Vec<Digest>, ProofError> {
        (&mut &*self).consistency_path(old, new)
    }
}

impl Extend<Digest> for Tree {
    fn extend<I: IntoIterator<Item = Digest>>(&mut self, leaves: I) {
        leaves.into_iter().for_each(|leaf| self.append(leaf));
    }
}

impl FromIterator<Digest> for Tree {
    fn from_iter<I: IntoIterator<Item = Digest>>(leaves: I) -> Self {
        let mut tree = Self::new();
        tree.extend(leaves);
        tree
    }
}

impl Nodes for &Tree {
    type Error = ProofError;

    fn node(&mut self, level: u32, index: u64) -> Result<Digest, ProofError> {
        let at = |level: u32| self.levels.get(usize::try_from(level).ok()?);
        at(level)
            .and_then(|nodes| nodes.get(usize::try_from(index).ok()?).copied())
            .ok_or(ProofError::IndexOutOfRange { index: index << level, size: self.size() })
    }

    fn available(&self) -> u64 {
        self.size()
    }
}
