//! Reading labelled windows: `{"<series file>": [["from", "to"], …]}`, or the list alone.
//!
//! Labels are the buyer's private knowledge of when something was wrong; only their salted hash
//! travels. Not a general JSON reader: any other shape is refused by name.

use comity_wire::{Time, WireError, json};
use serde_json::Value;

use crate::facts::Span;
use crate::series::parse_timestamp;

/// Largest file, in bytes: a thousand windows, written generously.
pub const WINDOWS_BYTES_MAX: usize = 256 * 1_024;
/// Most windows for one series.
pub const WINDOWS_MAX: usize = 1_024;

/// Why a windows file was refused. Windows count from 0, in file order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WindowsError {
    /// Larger than [`WINDOWS_BYTES_MAX`].
    #[error("windows file is {len} bytes, limit is {max}")]
    TooLarge {
        /// Bytes it has.
        len: usize,
        /// Bytes it may have.
        max: usize,
    },
    /// Not I-JSON.
    #[error("windows file: {0}")]
    Json(#[from] WireError),
    /// Neither a list nor an object of lists.
    #[error(
        "windows file must be a list of [from, to] pairs, or an object of such lists by file name"
    )]
    WrongShape,
    /// The file labels several series, none by this name.
    #[error("windows file labels {series} series, none under the name asked for")]
    UnknownSeries {
        /// Series it labels.
        series: usize,
    },
    /// No windows at all: then neither recall nor precision means anything.
    #[error("windows file has no windows")]
    Empty,
    /// More than [`WINDOWS_MAX`].
    #[error("{count} windows, limit is {max}")]
    TooMany {
        /// Windows given.
        count: usize,
        /// Windows allowed.
        max: usize,
    },
    /// A window is not a pair of timestamps.
    #[error("window {index} is not a pair of timestamps")]
    BadWindow {
        /// Which.
        index: usize,
    },
    /// A window that ends before it begins.
    #[error("window {index} runs from {from} to {to}")]
    Reversed {
        /// Which.
        index: usize,
        /// Its start.
        from: Time,
        /// Its end.
        to: Time,
    },
    /// Two windows out of order or overlapping.
    #[error("window {index} does not lie after the one before")]
    NotAfter {
        /// The later one.
        index: usize,
    },
}

impl WindowsError {
    /// Stable code for machines; [`Display`](std::fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "mycel.windows_too_large",
            Self::Json(error) => error.code(),
            Self::WrongShape => "mycel.windows_wrong_shape",
            Self::UnknownSeries { .. } => "mycel.windows_unknown_series",
            Self::Empty => "mycel.windows_empty",
            Self::TooMany { .. } => "mycel.windows_too_many",
            Self::BadWindow { .. } => "mycel.windows_bad_window",
            Self::Reversed { .. } => "mycel.windows_reversed",
            Self::NotAfter { .. } => "mycel.windows_not_after",
        }
    }
}

/// Reads the windows of `series` (a file name without folders). In an object with a single list, the
/// list is taken whatever its name.
///
/// The windows come back sorted, disjoint and none empty, or the file is refused.
pub fn read_windows(bytes: &[u8], series: &str) -> Result<Vec<Span>, WindowsError> {
    if WINDOWS_BYTES_MAX < bytes.len() {
        return Err(WindowsError::TooLarge { len: bytes.len(), max: WINDOWS_BYTES_MAX });
    }
    let document = json::parse(bytes)?;
    let list = match &document {
        Value::Array(list) => list,
        Value::Object(lists) => {
            let only = lists.values().next().filter(|_| lists.len() == 1);
            let found = lists.get(series).or(only);
            let unknown = WindowsError::UnknownSeries { series: lists.len() };
            found.ok_or(unknown)?.as_array().ok_or(WindowsError::WrongShape)?
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            return Err(WindowsError::WrongShape);
        }
    };
    if list.is_empty() {
        return Err(WindowsError::Empty);
    }
    if WINDOWS_MAX < list.len() {
        return Err(WindowsError::TooMany { count: list.len(), max: WINDOWS_MAX });
    }
    let mut windows: Vec<Span> = Vec::with_capacity(list.len());
    for (index, item) in list.iter().enumerate() {
        let window = window(item).ok_or(WindowsError::BadWindow { index })?;
        if window.is_empty() {
            return Err(WindowsError::Reversed { index, from: window.from, to: window.to });
        }
        if windows.last().is_some_and(|last| window.from < last.to) {
            return Err(WindowsError::NotAfter { index });
        }
        windows.push(window);
    }
    Ok(windows)
}

fn window(item: &Value) -> Option<Span> {
    let [from, to] = item.as_array()?.as_slice() else { return None };
    let time = |value: &Value| value.as_str().and_then(parse_timestamp);
    Some(Span { from: time(from)?, to: time(to)? })
}

#[cfg(test)]
mod tests;
