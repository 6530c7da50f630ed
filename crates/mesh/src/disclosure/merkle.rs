//! The tree behind a commitment.

use comity_wire::{Digest, sha256, sha256_concat};

use super::{DisclosureError, MerklePathNode};

/// A tree over a set of capabilities, all levels of it.
#[derive(Clone, Debug)]
pub struct CapabilityTree {
    /// In the order of the leaves.
    capabilities: Vec<String>,
    /// The leaves, padded; then one level after the other.
    levels: Vec<Vec<Digest>>,
    root: Digest,
}

impl CapabilityTree {
    /// Builds the tree. The order in which capabilities are given does not matter.
    ///
    /// # Errors
    ///
    /// [`DisclosureError::NoCapabilities`] if there are none.
    pub fn new(capabilities: &[String]) -> Result<Self, DisclosureError> {
        if capabilities.is_empty() {
            return Err(DisclosureError::NoCapabilities);
        }
        let mut capabilities = capabilities.to_vec();
        capabilities.sort_unstable();
        let mut level: Vec<Digest> = capabilities.iter().map(|it| leaf(it)).collect();
        level.resize(level.len().next_power_of_two(), leaf(""));
        let mut levels = Vec::new();
        loop {
            if let [root] = *level {
                return Ok(Self { capabilities, levels, root });
            }
            let above = level.chunks_exact(2).filter_map(|pair| match pair {
                [left, right] => Some(node(left, right)),
                _ => None,
            });
            let above = above.collect();
            levels.push(std::mem::replace(&mut level, above));
        }
    }

    /// Its root.
    pub const fn root(&self) -> Digest {
        self.root
    }

    /// How many capabilities it has.
    pub fn count(&self) -> u64 {
        self.capabilities.len() as u64
    }

    /// From the leaf of `capability` to the root; `None` if it is not one of them.
    pub fn path(&self, capability: &str) -> Option<Vec<MerklePathNode>> {
        let mut at = self.capabilities.partition_point(|it| it.as_str() < capability);
        if self.capabilities.get(at)? != capability {
            return None;
        }
        let step = |level: &Vec<Digest>| {
            let sibling = level.get(at ^ 1)?.to_string();
            let is_left = at & 1 == 1;
            at >>= 1;
            Some(MerklePathNode { sibling_hash: sibling, is_left })
        };
        self.levels.iter().map(step).collect()
    }
}

/// The leaf of a capability.
pub(super) fn leaf(capability: &str) -> Digest {
    sha256(capability.as_bytes())
}

fn node(left: &Digest, right: &Digest) -> Digest {
    sha256_concat(&[left.as_bytes(), right.as_bytes()])
}

/// Levels below the root of a tree with `count` capabilities; `None` if there are none.
pub(super) fn levels(count: u64) -> Option<usize> {
    let last = count.checked_sub(1)?;
    usize::try_from(u64::BITS - last.leading_zeros()).ok()
}

/// The root that a path leads to; `None` if a sibling is not 32 bytes in hexadecimal digits.
pub(super) fn root_of(leaf: Digest, path: &[MerklePathNode]) -> Option<Digest> {
    path.iter().try_fold(leaf, |current, step| {
        let sibling: Digest = step.sibling_hash.parse().ok()?;
        Some(if step.is_left { node(&sibling, &current) } else { node(&current, &sibling) })
    })
}
