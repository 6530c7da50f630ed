//! Limits of the node. Each is a bound on memory or on patience.

/// Most entries in one message, a count: about a megabyte of envelopes.
pub const ENTRIES_PER_MESSAGE_MAX: usize = 512;

/// How long an unanswered question waits before it is asked again, in milliseconds of the monotonic clock.
pub const ASK_AGAIN_MS: u64 = 500;

/// Most actions in one step, a count: a step that wants more has a duty that does not notice it is done.
pub const ACTS_PER_STEP_MAX: usize = 10_000;

/// How often the records of others are asked for news without a reason, in milliseconds of the monotonic clock: an
/// announcement may be lost, and a record that has come to rest announces nothing more.
pub const POLL_MS: u64 = 10_000;
