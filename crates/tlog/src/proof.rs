//! Checking inclusion and consistency proofs, by the algorithms of RFC 9162 §2.1.3.2 and §2.1.4.2.
//!
//! A proof is a list of hashes without positions: which side each goes to follows from the sizes. How many
//! there must be follows from the sizes too, and is checked before anything is hashed.

use comity_wire::Digest;

use crate::hash::{empty_root, node_hash};

/// Why a proof was not made or not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The leaf is not in a tree of that size.
    #[error("leaf {index} is not in a tree of size {size}")]
    IndexOutOfRange {
        /// 0-based position of the leaf.
        index: u64,
        /// Number of leaves.
        size: u64,
    },
    /// The tree at hand is smaller than the one asked about.
    #[error("a tree of size {size} was asked for, {available} leaves are there")]
    BeyondTree {
        /// Number of leaves asked for.
        size: u64,
        /// Number of leaves there are.
        available: u64,
    },
    /// The new tree is smaller than the old one.
    #[error("a log cannot shrink from size {old} to {new}")]
    Shrinks {
        /// Old number of leaves.
        old: u64,
        /// New number of leaves.
        new: u64,
    },
    /// The path is not as long as the sizes call for.
    #[error("path has {given} hashes, the sizes call for {expected}")]
    WrongLength {
        /// Hashes that the sizes call for.
        expected: usize,
        /// Hashes given.
        given: usize,
    },
    /// The path leads from the leaf (or the old tree) to another root.
    #[error("path leads to root {computed}, expected {expected}")]
    RootMismatch {
        /// Root that the path leads to.
        computed: Digest,
        /// Root it should have led to.
        expected: Digest,
    },
    /// The path does not contain the old tree.
    #[error("path contains an old tree with root {computed}, expected {expected}")]
    OldRootMismatch {
        /// Old root that the path leads to.
        computed: Digest,
        /// Old root it should have led to.
        expected: Digest,
    },
}

impl ProofError {
    /// Stable code for machines; [`Display`](std::fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::IndexOutOfRange { .. } => "tlog.index_out_of_range",
            Self::BeyondTree { .. } => "tlog.beyond_tree",
            Self::Shrinks { .. } => "tlog.shrinks",
            Self::WrongLength { .. } => "tlog.wrong_length",
            Self::RootMismatch { .. } => "tlog.root_mismatch",
            Self::OldRootMismatch { .. } => "tlog.old_root_mismatch",
        }
    }
}

/// Checks that `leaf` (a [leaf hash](crate::leaf_hash)) is entry `index` of the tree with `size` entries
/// and this `root`. `path` runs from leaf to root. `O(log n)` hashes (RFC 9162 §2.1.3.2).
///
/// # Errors
///
/// [`ProofError::IndexOutOfRange`], [`ProofError::WrongLength`], [`ProofError::RootMismatch`].
pub fn verify_inclusion(
    leaf: &Digest,
    index: u64,
    size: u64,
    path: &[Digest],
    root: &Digest,
) -> Result<(), ProofError> {
    if size <= index {
        return Err(ProofError::IndexOutOfRange { index, size });
    }
    let (inner, border) = path_shape(index, size);
    has_length(path, inner + border)?;
    let mut position = Position { node: index, last: size - 1 };
    let mut hash = *leaf;
    for sibling in path {
        hash = match position.climb() {
            Side::Left => node_hash(sibling, &hash),
            Side::Right => node_hash(&hash, sibling),
        };
    }
    leads_to(hash, *root)
}

/// Checks that the tree `(new_size, new_root)` begins with the tree `(old_size, old_root)`. `O(log n)`
/// hashes (RFC 9162 §2.1.4.2). The path is empty when the sizes are equal or the old tree is empty.
///
/// # Errors
///
/// [`ProofError::Shrinks`], [`ProofError::WrongLength`], [`ProofError::OldRootMismatch`],
/// [`ProofError::RootMismatch`].
pub fn verify_consistency(
    old_size: u64,
    old_root: &Digest,
    new_size: u64,
    new_root: &Digest,
    path: &[Digest],
) -> Result<(), ProofError> {
    if new_size < old_size {
        return Err(ProofError::Shrinks { old: old_size, new: new_size });
    }
    if old_size == 0 || old_size == new_size {
        has_length(path, 0)?;
        contains_old(if old_size == 0 { empty_root() } else { *new_root }, *old_root)?;
        return if new_size == 0 { leads_to(empty_root(), *new_root) } else { Ok(()) };
    }
    // The largest subtree that ends where the old tree ends; it is the whole old tree when that is complete.
    let height = old_size.trailing_zeros();
    let is_complete = old_size.is_power_of_two();
    let (inner, border) = path_shape(old_size - 1, new_size);
    has_length(path, inner + border + usize::from(!is_complete) - height as usize)?;
    let (shared, rest) = match path {
        [first, rest @ ..] if !is_complete => (*first, rest),
        _ => (*old_root, path),
    };
    let mut position = Position { node: (old_size - 1) >> height, last: (new_size - 1) >> height };
    let (mut old_hash, mut new_hash) = (shared, shared);
    for sibling in rest {
        match position.climb() {
            Side::Left => {
                old_hash = node_hash(sibling, &old_hash);
                new_hash = node_hash(sibling, &new_hash);
            }
            Side::Right => new_hash = node_hash(&new_hash, sibling),
        }
    }
    contains_old(old_hash, *old_root)?;
    leads_to(new_hash, *new_root)
}

/// Length of the path of leaf `index` at `size`, in two parts: up to where it joins the right edge of the
/// tree, and along that edge.
fn path_shape(index: u64, size: u64) -> (usize, usize) {
    let inner = u64::BITS - (index ^ (size - 1)).leading_zeros();
    let border = index.checked_shr(inner).unwrap_or(0).count_ones();
    (inner as usize, border as usize)
}

/// Where a sibling stands.
enum Side {
    Left,
    Right,
}

/// A node and the last node of its level, climbing the tree sibling by sibling.
struct Position {
    node: u64,
    last: u64,
}

impl Position {
    /// Says on which side the next sibling stands, and climbs to the parent of both. A node on the right
    /// edge without a sibling is its own parent: those levels are skipped.
    const fn climb(&mut self) -> Side {
        let side =
            if self.node % 2 == 1 || self.node == self.last { Side::Left } else { Side::Right };
        if matches!(side, Side::Left) && self.node != 0 {
            let skipped = self.node.trailing_zeros();
            self.node >>= skipped;
            self.last >>= skipped;
        }
        self.node >>= 1;
        self.last >>= 1;
        side
    }
}

const fn has_length(path: &[Digest], expected: usize) -> Result<(), ProofError> {
    if path.len() == expected {
        Ok(())
    } else {
        Err(ProofError::WrongLength { expected, given: path.len() })
    }
}

fn leads_to(computed: Digest, expected: Digest) -> Result<(), ProofError> {
    if computed == expected { Ok(()) } else { Err(ProofError::RootMismatch { computed, expected }) }
}

fn contains_old(computed: Digest, expected: Digest) -> Result<(), ProofError> {
    if computed == expected {
        Ok(())
    } else {
        Err(ProofError::OldRootMismatch { computed, expected })
    }
}
