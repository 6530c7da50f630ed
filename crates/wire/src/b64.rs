//! Standard base64 with padding, canonical only: trailing bits must be zero.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::WireError;

/// Appends the base64 of `bytes` to `out`.
pub(crate) fn encode_into(bytes: &[u8], out: &mut String) {
    STANDARD.encode_string(bytes, out);
}

/// Reads canonical base64.
pub(crate) fn decode(text: &[u8]) -> Result<Vec<u8>, WireError> {
    STANDARD.decode(text).map_err(|_| WireError::Malformed { what: "base64" })
}
