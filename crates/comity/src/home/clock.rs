//! The one place where this program reads a clock.

use std::time::{SystemTime, UNIX_EPOCH};

use comity_node::Now;
use comity_wire::Time;

/// The wall clock, in whole seconds; patience is not needed by a program that ends at once.
pub fn now() -> Now {
    #[allow(clippy::disallowed_methods, reason = "the shell is where clocks are read")]
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX));
    Now { wall: Time::from_unix(seconds), mono_ms: 0 }
}
