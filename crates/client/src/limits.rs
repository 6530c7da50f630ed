//! Limits of the client, each with its unit and its reason.

/// Largest answer that is read, in bytes: a genesis, a treaty or a path is a few thousand.
pub const ANSWER_BYTES_MAX: u64 = 1 << 20;

/// Largest bundle, list, graph or feed that is read, in bytes: 20,000 treaties, or 200,000 revoked attestations.
pub const BUNDLE_BYTES_MAX: u64 = 16 << 20;

/// How long connecting may take, TLS included, in seconds.
pub const CONNECT_S_MAX: u64 = 5;

/// How long one request may take from its first to its last byte, in seconds.
pub const REQUEST_S_MAX: u64 = 20;

/// Longest address of an authority, in bytes.
pub const ENDPOINT_BYTES_MAX: usize = 512;

/// Longest id that is put into a path, in bytes.
pub const ID_BYTES_MAX: usize = 256;

/// Most characters of an authority's words that are shown, a count.
pub const SAID_CHARS_MAX: usize = 200;

/// Largest file that holds an operator's key, in bytes: comments and 44 characters.
pub const KEY_BYTES_MAX: u64 = 4 << 10;
