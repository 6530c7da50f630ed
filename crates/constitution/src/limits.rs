//! Limits of what this room reads from outside.

/// Most candidates in one pool: sixteen million people, a power of two so that a place takes 24 bits.
pub const POOL_MAX: usize = 1 << 24;
/// Most seats of one chamber.
pub const SEATS_MAX: u32 = 10_000;
/// Most candidates that a vector file may ask to be generated, so that a short file costs little.
pub const GENERATED_MAX: u64 = 1_000_000;
/// Most provisional decisions of a founder; one chamber has ninety days to vote on all of them.
pub const PROVISIONAL_DECISIONS_MAX: usize = 1_000;

/// Most pieces of evidence in a case, a count: each is a hash in a statement, and several statements share them.
pub const APPEAL_EVIDENCE_MAX: usize = 64;

/// Longest written reason of a panellist, in bytes: it stands in the statement itself, which has a few thousand.
pub const APPEAL_REASON_BYTES_MAX: usize = 2_000;

/// Most actors that one complaint is about, a count: they must fit into the statement that names them.
pub const APPEAL_RESPONDENTS_MAX: usize = 16;
