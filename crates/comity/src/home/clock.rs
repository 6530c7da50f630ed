//! The one place where this program reads a clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use comity_node::Now;
use comity_wire::Time;
use comity_wire::mesh_json::Datetime;

/// The wall clock, in whole seconds; patience is not needed by a program that ends at once.
pub fn now() -> Now {
    let seconds = i64::try_from(since_1970().as_secs()).unwrap_or(i64::MAX);
    Now { wall: Time::from_unix(seconds), mono_ms: 0 }
}

/// The wall clock, in microseconds, as the protocol's objects carry it. Whole seconds would lie before what somebody else
/// has signed within this second.
pub fn moment() -> Datetime {
    Datetime::from_unix_micros(i64::try_from(since_1970().as_micros()).unwrap_or(i64::MAX))
}

fn since_1970() -> Duration {
    #[allow(clippy::disallowed_methods, reason = "the shell is where clocks are read")]
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests;
