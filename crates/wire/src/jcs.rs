//! The travelling form: RFC 8785 canonical JSON with integers only (magnitude at most 2^53 - 1) and at
//! most [`limits::TRAVEL_DEPTH_MAX`](crate::limits::TRAVEL_DEPTH_MAX) levels.
//!
//! Quantities travel as decimal strings ([`crate::Quantity`]), so that no reader needs floats to check a
//! hash.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::WireError;
use crate::scan::{Form, scan};

/// Accepts exactly the byte strings that [`to_vec`] can produce. One pass, no allocation for ASCII names.
pub fn check(bytes: &[u8]) -> Result<(), WireError> {
    scan(bytes, Form::Travelling)
}

/// The canonical bytes of `value`. Refuses what must not travel: floats, large integers, deep nesting.
pub fn to_vec<T: Serialize>(value: &T) -> Result<Vec<u8>, WireError> {
    let bytes = serde_json_canonicalizer::to_vec(value)
        .map_err(|_| WireError::Malformed { what: "value" })?;
    check(&bytes)?;
    Ok(bytes)
}

/// Reads canonical bytes into `T`; anything not canonical is refused before `T` is tried.
pub fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WireError> {
    check(bytes)?;
    serde_json::from_slice(bytes).map_err(|error| shape::<T>(&error))
}

/// Names the type that did not fit and the place, without echoing input.
pub(crate) fn shape<T>(error: &serde_json::Error) -> WireError {
    let name = std::any::type_name::<T>();
    let what = name.rsplit("::").next().unwrap_or(name);
    WireError::Shape { what, line: error.line(), column: error.column() }
}
