//! The one place of this crate where a clock is read.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use comity_wire::mesh_json::Datetime;

/// The wall clock, in microseconds, UTC.
pub(crate) fn now() -> Datetime {
    #[expect(clippy::disallowed_methods, reason = "the shell is where clocks are read")]
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Datetime::from_unix_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// The monotonic clock, for rates.
pub(crate) fn instant() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "the shell is where clocks are read")]
    Instant::now()
}
