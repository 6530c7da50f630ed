//! The tree as static files (C2SP `tlog-tiles`): what a record exports and what anybody can serve.
//!
//! ```text
//!  tile/entries/<N>[.p/<W>]   256 × ( 00 20 ‖ entry[32] )           the entries, uint16 length before each
//!  tile/0/<N>[.p/<W>]         256 × leaf hash[32]
//!  tile/1/<N>[.p/<W>]         256 × root of a full tile/0[32]
//!  tile/2/<N>[.p/<W>]         256 × root of a full tile/1[32]       …
//! ```
//!
//! `<N>` is the tile's index in groups of three digits, all but the last marked with an `x`: 1234067 is
//! `x001/x234/067`. `.p/<W>` marks the one partial tile at the right edge of a level. A log of a given size
//! serves exactly one set of files, and an import accepts exactly that set.

mod files;
mod reader;

use std::fmt;
use std::str::FromStr;

use comity_wire::Digest;

pub use self::files::{export_tiles, import_tiles};
pub use self::reader::TileReader;
use crate::limits::TILE_WIDTH;
use crate::proof::ProofError;
use crate::tree::Frontier;

/// Levels of the tree that one tile spans: 2^8 = 256.
const TILE_HEIGHT: u32 = 8;
/// Bytes of a hash in a tile.
const HASH_BYTES: usize = 32;
/// Bytes of an entry in a bundle, with its prefix.
const BUNDLE_ENTRY_BYTES: usize = 34;

/// Why tiles were refused. The file at fault is always named.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TileError {
    /// The text is not the path of a tile.
    #[error("not a tile path")]
    BadPath,
    /// A tile that a log of this size serves is not there.
    #[error("{path} is missing")]
    Missing {
        /// The file that should be there.
        path: TilePath,
    },
    /// A file that a log of this size does not serve.
    #[error("{path} does not belong to a log of size {size}")]
    Unexpected {
        /// The file, cut to [`QUOTE_BYTES_MAX`](crate::limits::QUOTE_BYTES_MAX).
        path: String,
        /// Number of entries of the log.
        size: u64,
    },
    /// The file is not as long as its width calls for.
    #[error("{path} has {given} bytes, expected {expected}")]
    WrongLength {
        /// The file.
        path: TilePath,
        /// Bytes that its width calls for.
        expected: usize,
        /// Bytes it has.
        given: usize,
    },
    /// An entry whose length prefix is not 32.
    #[error("{path} says that entry {position} has {given} bytes, entries have 32")]
    EntryLength {
        /// The entry bundle.
        path: TilePath,
        /// 0-based position in the bundle.
        position: usize,
        /// Length that the prefix states, in bytes.
        given: u16,
    },
    /// A hash that does not follow from the entries.
    #[error("{path} has {given} at position {position}, the entries give {computed}")]
    WrongHash {
        /// The tile.
        path: TilePath,
        /// 0-based position in the tile.
        position: usize,
        /// Hash that follows from the entries.
        computed: Digest,
        /// Hash that stands there.
        given: Digest,
    },
    /// The proof asked for does not exist.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl TileError {
    /// Stable code for machines; [`Display`](fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadPath => "tlog.bad_tile_path",
            Self::Missing { .. } => "tlog.tile_missing",
            Self::Unexpected { .. } => "tlog.tile_unexpected",
            Self::WrongLength { .. } => "tlog.tile_wrong_length",
            Self::EntryLength { .. } => "tlog.tile_entry_length",
            Self::WrongHash { .. } => "tlog.tile_wrong_hash",
            Self::Proof(error) => error.code(),
        }
    }
}

/// What a tile holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TileKind {
    /// The entries themselves.
    Entries,
    /// Hashes of subtrees of `256^level` entries; level 0 holds leaf hashes.
    Hashes {
        /// Tile level, 0 to 7 (a log of 2^63 entries has no more).
        level: u8,
    },
}

/// Names one tile. Text form: `tile/<L>/<N>[.p/<W>]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TilePath {
    kind: TileKind,
    index: u64,
    width: u16,
}

impl TilePath {
    /// The tile number `index` of this kind in a log of `size` entries; `None` if there is none.
    pub fn at(kind: TileKind, index: u64, size: u64) -> Option<Self> {
        let first = index.checked_mul(TILE_WIDTH.into())?;
        let rest = units(kind, size).checked_sub(first)?;
        let width = u16::try_from(rest).map_or(TILE_WIDTH, |rest| rest.min(TILE_WIDTH));
        (0 < width).then_some(Self { kind, index, width })
    }

    /// What the tile holds.
    pub const fn kind(&self) -> TileKind {
        self.kind
    }

    /// 0-based number of the tile within its level.
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// Number of hashes or entries in it, 1 to 256.
    pub const fn width(&self) -> u16 {
        self.width
    }

    /// Whether it has fewer than 256.
    pub const fn is_partial(&self) -> bool {
        self.width < TILE_WIDTH
    }

    /// Whether a log of exactly `size` entries serves this file.
    pub fn belongs_to(&self, size: u64) -> bool {
        Self::at(self.kind, self.index, size) == Some(*self)
    }

    /// The same tile once it is full.
    #[must_use]
    const fn full(self) -> Self {
        Self { width: TILE_WIDTH, ..self }
    }

    /// Bytes of the file.
    const fn bytes(&self) -> usize {
        let unit = match self.kind {
            TileKind::Entries => BUNDLE_ENTRY_BYTES,
            TileKind::Hashes { .. } => HASH_BYTES,
        };
        self.width as usize * unit
    }

    /// Cheapest check first: the file is there and has the length its width calls for.
    fn check_len(self, bytes: &[u8]) -> Result<(), TileError> {
        if bytes.len() == self.bytes() {
            return Ok(());
        }
        Err(TileError::WrongLength { path: self, expected: self.bytes(), given: bytes.len() })
    }
}

/// Entries, or hashes at a tile level, that a log of `size` entries has.
fn units(kind: TileKind, size: u64) -> u64 {
    match kind {
        TileKind::Entries => size,
        TileKind::Hashes { level } => size.checked_shr(TILE_HEIGHT * u32::from(level)).unwrap_or(0),
    }
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Entries => f.write_str("tile/entries/")?,
            TileKind::Hashes { level } => write!(f, "tile/{level}/")?,
        }
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while 0 < rest {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for (place, group) in groups.iter().enumerate().rev() {
            match place {
                0 => write!(f, "{group:03}")?,
                _ => write!(f, "x{group:03}/")?,
            }
        }
        if self.is_partial() { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

impl FromStr for TilePath {
    type Err = TileError;

    fn from_str(text: &str) -> Result<Self, TileError> {
        // Read generously, then compare with the one way to write it.
        parse(text).filter(|path| path.to_string() == text).ok_or(TileError::BadPath)
    }
}

fn parse(text: &str) -> Option<TilePath> {
    let (level, rest) = text.strip_prefix("tile/")?.split_once('/')?;
    let kind = match level {
        "entries" => TileKind::Entries,
        number => TileKind::Hashes { level: number.parse().ok().filter(|level| *level < 8)? },
    };
    let (number, width) = match rest.split_once(".p/") {
        Some((number, width)) => (number, width.parse().ok().filter(|width| *width < TILE_WIDTH)?),
        None => (rest, TILE_WIDTH),
    };
    let index = number.split('/').try_fold(0_u64, |index, group| {
        let group: u64 = group.strip_prefix('x').unwrap_or(group).parse().ok()?;
        index.checked_mul(1000)?.checked_add(group)
    })?;
    (0 < width).then_some(TilePath { kind, index, width })
}

/// The tiles of one kind that a log of `size` entries serves, from left to right.
fn paths(kind: TileKind, size: u64) -> impl Iterator<Item = TilePath> {
    (0..).map_while(move |index| TilePath::at(kind, index, size))
}

/// Root over a power of two of hashes.
fn complete_root(hashes: &[Digest]) -> Digest {
    hashes.iter().copied().collect::<Frontier>().root()
}

/// The digests that stand in a tile.
fn hashes(bytes: &[u8]) -> impl Iterator<Item = Digest> {
    bytes.as_chunks().0.iter().copied().map(Digest::from_bytes)
}
