//! Limits of the authority, each with its unit and its reason.

/// Oldest and newest timestamp of a signed request, in seconds from now: what the protocol says.
pub const REQUEST_AGE_S_MAX: i64 = 300;

/// How long a nonce is remembered, in seconds: twice the age that a request may have, so that no request outlives its nonce.
pub const NONCE_KEEP_S: i64 = 600;

/// Longest nonce, in bytes: 32 random bytes in hexadecimal, and room.
pub const NONCE_BYTES_MAX: usize = 128;

/// Most nonces that are remembered, a count: beyond it requests wait, memory does not grow.
pub const NONCES_MAX: usize = 100_000;

/// Longest validity that is granted, in hours: ten years.
pub const VALIDITY_HOURS_MAX: u64 = 87_660;

/// Longest id, reason or status, in bytes: a DNS name or a sentence.
pub const TEXT_BYTES_MAX: usize = 1024;

/// Most roles, keys, services or ports in one object, a count.
pub const LIST_ITEMS_MAX: usize = 256;

/// Largest frame of the record, in bytes: what the store takes.
pub const FRAME_BYTES_MAX: usize = 1 << 20;

/// How long a signed list stands before it is signed again, in seconds: half its life. Its content changes at once.
pub const LIST_REFRESH_S: i64 = 43_200;

/// How long a signed list may be relied upon, in seconds: a day, as in the reference.
pub const LIST_LIFE_S: i64 = 86_400;

/// Most authorities in the atlas beside this one, a count: each brings up to one entry of the record into memory.
pub const ATLAS_PEERS_MAX: usize = 64;

/// How long the atlas stands before it is made again, in seconds: its own part says when it was made.
pub const ATLAS_LIVES_S: i64 = 60;

/// How long the dashboard stands before it is made again, in seconds: it counts hours.
pub const DASHBOARD_LIVES_S: i64 = 5;

/// Most agents in the registry, a count.
pub const AGENTS_MAX: usize = 10_000;

/// Most sequences of heartbeats, and of notices, that are kept, a count: a month of daily ones.
pub const SEQUENCES_KEPT: usize = 32;

/// Most reports of checks that are kept, a count: the newest are of interest.
pub const REPORTS_KEPT: usize = 16;

/// Most notes of one partner that are kept, a count.
pub const NOTES_KEPT: usize = 64;

/// Most delegations that are not over, a count: beyond it none is granted, and those that are over are forgotten first.
pub const PARTNERS_MAX: usize = 64;

/// Longest id of a delegation, in bytes: it travels in a header.
pub const DELEGATION_ID_BYTES_MAX: usize = 100;

/// Age until which an imported feed is fresh, in whole hours: what the reference's dashboard says.
pub const FEED_FRESH_HOURS: u64 = 24;

/// Age until which an imported feed is to be watched, in whole hours, before it is stale: what the reference's dashboard says.
pub const FEED_WATCH_HOURS: u64 = 72;

/// Most recent changes on the dashboard, a count: as many as the reference shows.
pub const RECENT_CHANGES_MAX: usize = 8;

/// Age after which a node that sent no heartbeat is not listed, in seconds.
pub const HEARTBEAT_AGE_S_MAX: i64 = 300;

/// Most capabilities in one commitment, a count: a tree of so many is hashed in some milliseconds.
pub const CAPABILITIES_MAX: usize = 10_000;
