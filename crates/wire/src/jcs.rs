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
    // What has its members in order is canonical as serde writes it, and there is one such form only.
    if let Ok(bytes) = serde_json::to_vec(value)
        && check(&bytes).is_ok()
    {
        return Ok(bytes);
    }
    let bytes = serde_json_canonicalizer::to_vec(value)
        .map_err(|_| WireError::Malformed { what: "value" })?;
    check(&bytes)?;
    Ok(bytes)
}

/// Reads canonical bytes into `T`; anything not canonical is refused before `T` is tried, and so is
/// whatever `T` would not be written as.
pub fn from_slice<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, WireError> {
    check(bytes)?;
    let value = serde_json::from_slice(bytes).map_err(|error| shape::<T>(&error))?;
    let mut written = Tally::default();
    let is_written = serde_json::to_writer(&mut written, &value).is_ok();
    if is_written && written == Tally::of(bytes) {
        Ok(value)
    } else {
        Err(WireError::NotCanonical { at: 0, what: "another form of the same value" })
    }
}

/// Bytes and opened lists of a document: enough to tell the forms apart that serde takes for one value.
///
/// It reads a struct from a list, an absent member from `null`, and a unit variant from an object that
/// holds `null`. The first has a list too many; in a document without it, the other two have bytes too
/// many. The order of members changes neither count, so nothing needs to be sorted or kept.
#[derive(Default, PartialEq, Eq)]
struct Tally {
    bytes: usize,
    lists: usize,
}

impl Tally {
    fn of(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.len(),
            lists: bytes.iter().map(|byte| usize::from(*byte == b'[')).sum(),
        }
    }
}

impl std::io::Write for Tally {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let more = Self::of(bytes);
        self.bytes += more.bytes;
        self.lists += more.lists;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Names the type that did not fit and the place, without echoing input.
pub(crate) fn shape<T>(error: &serde_json::Error) -> WireError {
    let name = std::any::type_name::<T>();
    let what = name.rsplit("::").next().unwrap_or(name);
    WireError::Shape { what, line: error.line(), column: error.column() }
}
