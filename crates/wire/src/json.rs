//! JSON from outside: parameter files, vectors, label files. Any I-JSON (RFC 7493) is read, and any value
//! has a canonical form (RFC 8785, floats included), but duplicate members, lone surrogates, `NaN`,
//! integers beyond 2^53 - 1 and depth bombs are refused by name.

use serde_json::Value;

use crate::scan::{Form, scan};
use crate::{WireError, limits};

/// Reads one document of at most [`limits::JSON_BYTES_MAX`] bytes.
pub fn parse(bytes: &[u8]) -> Result<Value, WireError> {
    if limits::JSON_BYTES_MAX < bytes.len() {
        return Err(WireError::TooLong {
            what: "JSON document",
            len: bytes.len(),
            max: limits::JSON_BYTES_MAX,
        });
    }
    scan(bytes, Form::Outside)?;
    serde_json::from_slice(bytes).map_err(|error| crate::jcs::shape::<Value>(&error))
}

/// The RFC 8785 bytes of `value`.
pub fn canonicalize(value: &Value) -> Result<Vec<u8>, WireError> {
    serde_json_canonicalizer::to_vec(value).map_err(|_| WireError::Malformed { what: "value" })
}
