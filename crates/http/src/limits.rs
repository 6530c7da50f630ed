//! Limits of the HTTP interface, each with its unit and its reason.

/// Largest body, in bytes: what fits into one entry of the record.
pub const BODY_BYTES_MAX: usize = 1 << 20;

/// Largest head of a request with what is read behind it, in bytes.
pub const HEAD_BYTES_MAX: usize = 64 << 10;

/// Longest wait for the head of a request, in seconds: also how long an idle connection stays.
pub const HEAD_WAIT_S: u64 = 10;

/// Longest wait for a body, in seconds: a megabyte over a slow line.
pub const BODY_WAIT_S: u64 = 15;

/// Longest time that an answer waits for its reader, in seconds: megabytes over a slow line. Then the connection ends.
pub const SEND_WAIT_S: u64 = 60;

/// Most connections at once, a count: beyond it the next one waits to be accepted.
pub const CONNECTIONS_MAX: usize = 900;

/// How long requests under way get to end when the server stops, in seconds.
pub const STOP_WAIT_S: u64 = 5;

/// Longest `X-Request-ID` that is taken over, in bytes.
pub const REQUEST_ID_BYTES_MAX: usize = 128;

/// Requests by operators, per minute and address: what the protocol says.
pub const ADMIN_PER_MINUTE: usize = 30;

/// Requests to join, per minute and address: what the protocol says.
pub const JOIN_PER_MINUTE: usize = 10;

/// Wrong invites, per minute and address, before joining is refused: what the reference does.
pub const BAD_INVITE_PER_MINUTE: usize = 3;

/// Registrations of agents, per minute and address: what the reference does.
pub const REGISTRY_PER_MINUTE: usize = 30;

/// Heartbeats and renewals, per minute and address: each is a write.
pub const NODE_PER_MINUTE: usize = 600;

/// Checks of trust objects of one kind, per minute and address: what the protocol says.
pub const TRUST_CHECKS_PER_MINUTE: usize = 60;

/// Readings of the licence to use data, per minute and address: what the protocol says.
pub const DATA_LICENSE_PER_MINUTE: usize = 120;

/// Refusals of public requests that are recorded, per minute: the rest is counted.
pub const NOTES_PER_MINUTE: usize = 60;

/// Most addresses whose rates are remembered, a count.
pub const ADDRESSES_MAX: usize = 10_000;

/// Most entries of the record in one answer, a count.
pub const AUDIT_ENTRIES_MAX: u64 = 500;

/// Most good signatures that are remembered, a count: 32 bytes each, a few megabytes with their tree.
pub const SIGNATURES_MAX: usize = 32_768;

/// How often it is looked whether a list is old, in seconds.
pub const REISSUE_EVERY_S: u64 = 60;

/// How long proxies may keep a signed list, in seconds: a revocation must not wait longer.
pub const LIST_MAX_AGE_S: u64 = 5;

/// How long nothing is accepted after the system could not accept, in milliseconds: it is out of descriptors, or the client
/// has gone, and asking again at once would only burn time.
pub const ACCEPT_PAUSE_MS: u64 = 20;
