//! Limits of the wire forms. Each is a hard refusal, not a hint.

/// Largest statement payload, in bytes: a proof must stay small enough to travel and to log anywhere
/// (`spec` D.0; larger attestations are refused by public logs in practice).
pub const PAYLOAD_BYTES_MAX: usize = 4096;

/// Largest DSSE envelope, in bytes: a full payload in base64 plus two hybrid signatures (ML-DSA-65 is
/// 3,309 bytes) and key ids, with headroom.
pub const ENVELOPE_BYTES_MAX: usize = 24_576;

/// Most signatures on one envelope, a count: one classical and one post-quantum.
pub const SIGNATURES_MAX: usize = 2;

/// Deepest nesting of arrays and objects in a travelling form, in levels.
pub const TRAVEL_DEPTH_MAX: usize = 16;

/// Deepest nesting accepted in JSON from outside, in levels.
pub const JSON_DEPTH_MAX: usize = 64;

/// Largest JSON document accepted from outside, in bytes (vector files are the largest).
pub const JSON_BYTES_MAX: usize = 64 << 20;

/// Largest integer magnitude in any JSON: 2^53 - 1, the I-JSON bound (RFC 7493 §2.2).
pub const INTEGER_MAX: i64 = (1 << 53) - 1;

/// Longest integer in a document of the Mesh, in characters: what Python reads without being told otherwise.
pub const MESH_INTEGER_DIGITS_MAX: usize = 4300;

/// Longest key id, in bytes: a `did:key` of an ML-DSA-65 key is the longest that may appear.
pub const KEY_ID_BYTES_MAX: usize = 4096;

/// Most citations in one statement, a count.
pub const CITES_MAX: usize = 32;

/// Longest `predicateType` or subject name, in bytes.
pub const NAME_BYTES_MAX: usize = 128;

/// Most digits of a decimal quantity, a count.
pub const DECIMAL_DIGITS_MAX: usize = 30;
