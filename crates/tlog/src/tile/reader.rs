//! Roots and proofs from tiles.

use std::collections::BTreeMap;

use comity_wire::Digest;

use super::{TILE_HEIGHT, TileError, TileKind, TilePath, complete_root, hashes};
use crate::limits::TILE_WIDTH;
use crate::proof::ProofError;
use crate::tree::Nodes;

/// Makes roots and proofs from the tiles of a log, fetching few of them: a log of a million entries needs
/// three to five tiles per proof. What it makes is only as good as the tiles: verify it against a
/// checkpoint.
#[derive(Debug)]
pub struct TileReader<F> {
    size: u64,
    fetch: F,
    /// The last tile used on each level.
    kept: BTreeMap<u8, (TilePath, Vec<Digest>)>,
}

impl<F: FnMut(&TilePath) -> Option<Vec<u8>>> TileReader<F> {
    /// Reads the tiles of a log of `size` entries through `fetch`, which gives a file by its path. When a
    /// partial tile is gone, the full one is asked for instead.
    pub const fn new(size: u64, fetch: F) -> Self {
        Self { size, fetch, kept: BTreeMap::new() }
    }

    /// Leaf hash of entry `index`.
    ///
    /// # Errors
    ///
    /// [`TileError::Missing`], [`TileError::WrongLength`], or the [`ProofError`] that there is no such leaf.
    pub fn leaf(&mut self, index: u64) -> Result<Digest, TileError> {
        self.node(0, index)
    }

    /// Like [`Tree::root_at`](crate::Tree::root_at).
    ///
    /// # Errors
    ///
    /// [`TileError::Missing`], [`TileError::WrongLength`], or the [`ProofError`] of the tree.
    pub fn root_at(&mut self, size: u64) -> Result<Digest, TileError> {
        Nodes::root_at(self, size)
    }

    /// Like [`Tree::inclusion`](crate::Tree::inclusion).
    ///
    /// # Errors
    ///
    /// [`TileError::Missing`], [`TileError::WrongLength`], or the [`ProofError`] of the tree.
    pub fn inclusion(&mut self, index: u64, size: u64) -> Result<Vec<Digest>, TileError> {
        self.inclusion_path(index, size)
    }

    /// Like [`Tree::consistency`](crate::Tree::consistency).
    ///
    /// # Errors
    ///
    /// [`TileError::Missing`], [`TileError::WrongLength`], or the [`ProofError`] of the tree.
    pub fn consistency(&mut self, old: u64, new: u64) -> Result<Vec<Digest>, TileError> {
        self.consistency_path(old, new)
    }

    fn load(&mut self, path: TilePath) -> Result<Vec<Digest>, TileError> {
        let (found, bytes) = match (self.fetch)(&path) {
            Some(bytes) => (path, bytes),
            None if path.is_partial() => {
                let full = (self.fetch)(&path.full()).ok_or(TileError::Missing { path })?;
                (path.full(), full)
            }
            None => return Err(TileError::Missing { path }),
        };
        found.check_len(&bytes)?;
        Ok(hashes(&bytes).take(usize::from(path.width)).collect())
    }
}

impl<F: FnMut(&TilePath) -> Option<Vec<u8>>> Nodes for TileReader<F> {
    type Error = TileError;

    /// The node is the root over `2^(level mod 8)` neighbours in one tile.
    fn node(&mut self, level: u32, index: u64) -> Result<Digest, TileError> {
        let none = ProofError::IndexOutOfRange { index: index << level, size: self.size };
        let tile_level = u8::try_from(level / TILE_HEIGHT).map_err(|_| none.clone())?;
        let above = level % TILE_HEIGHT;
        let first = index << above;
        let kind = TileKind::Hashes { level: tile_level };
        let path =
            TilePath::at(kind, first / u64::from(TILE_WIDTH), self.size).ok_or(none.clone())?;
        if self.kept.get(&tile_level).is_none_or(|(kept, _)| *kept != path) {
            let tile = self.load(path)?;
            self.kept.insert(tile_level, (path, tile));
        }
        let start = usize::try_from(first % u64::from(TILE_WIDTH)).map_err(|_| none.clone())?;
        self.kept
            .get(&tile_level)
            .and_then(|(_, tile)| tile.get(start..start + (1 << above)))
            .map(complete_root)
            .ok_or_else(|| none.into())
    }

    fn available(&self) -> u64 {
        self.size
    }
}
