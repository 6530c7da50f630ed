//! Every bound of this room: a name, a unit, a reason.

/// Tasks in one graph. A `decomposed` payload is at most 4096 bytes, which holds fewer still.
pub const TASKS_MAX: usize = 64;

/// Bytes of a task id. Ids are names for people, not content.
pub const TASK_ID_BYTES_MAX: usize = 64;

/// Bytes of a mission's or a task's title: two lines of a terminal.
pub const TITLE_BYTES_MAX: usize = 200;

/// Bytes of a mission's scope text, so that it fits a statement with room to spare.
pub const SCOPE_BYTES_MAX: usize = 1024;

/// Bytes of a written reason, for the same reason.
pub const REASON_BYTES_MAX: usize = 1024;

/// Bytes of a mission class: a key of the policy table.
pub const CLASS_BYTES_MAX: usize = 64;

/// Bytes of a declared model family, region or organisation, before canonicalisation.
pub const LABEL_BYTES_MAX: usize = 64;

/// Reviewers of one review. Three times the largest tier; bounds what one review costs to check.
pub const REVIEWERS_MAX: usize = 16;

/// Attempts of one mission. Bounds the one-time values it must remember; orders set lower limits.
pub const ATTEMPTS_MAX: u64 = 16;

/// Ids of a task cycle (or of stray tasks) that an error shows.
pub const TASKS_SHOWN_MAX: usize = 8;

/// Candidates in one reviewer draw. Above it, draw from a committed subset.
pub const POOL_MAX: usize = 4096;

/// Search steps of one reviewer draw, each a look at one candidate: the largest pool, looked at sixty
/// times. An ordinary draw looks at each candidate once per reviewer. Past the bound the draw is
/// refused by name rather than ended in silence.
pub const SEARCH_STEPS_MAX: u64 = 250_000;
