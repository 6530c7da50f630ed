//! Every limit of this room, with its unit and its reason.

/// Largest tree size accepted in a checkpoint, in entries: sizes are signed 64-bit in the Go reference.
pub const SIZE_MAX: u64 = i64::MAX as u64;

/// Longest signed note accepted, in bytes: 16 signatures of nearly 5 kB in base64 (C2SP `signed-note` asks
/// that so many be accepted), with room to spare.
pub const NOTE_BYTES_MAX: usize = 128 * 1024;

/// Most signature lines in one note: four times what C2SP asks for.
pub const SIGNATURES_MAX: usize = 64;

/// Longest key name or origin, in bytes: the length that C2SP cosignatures can carry.
pub const NAME_BYTES_MAX: usize = 255;

/// Longest verifier key text, in bytes: name, two pluses, eight digits and 44 characters of base64.
pub const VKEY_BYTES_MAX: usize = NAME_BYTES_MAX + 2 + 8 + 44;

/// Longest inclusion or consistency path, in hashes: one per level of a tree of 2^63 entries, plus one.
pub const PATH_HASHES_MAX: usize = 64;

/// Hashes in a full tile, and entries in a full bundle (C2SP `tlog-tiles`): eight levels of the tree.
pub const TILE_WIDTH: u16 = 256;

/// Longest piece of foreign text repeated in an error, in bytes.
pub const QUOTE_BYTES_MAX: usize = 80;
