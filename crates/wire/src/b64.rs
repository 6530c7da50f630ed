//! Standard base64 with padding, canonical only: trailing bits must be zero.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::WireError;

/// Appends the base64 of `bytes` to `out`.
pub(crate) fn encode_into(bytes: &[u8], out: &mut String) {
    STANDARD.encode_string(bytes, out);
}

/// The base64 of `bytes`.
pub fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads canonical base64.
///
/// # Errors
///
/// [`WireError::Malformed`] for any other spelling of the same bytes, and for everything else.
pub fn decode(text: &[u8]) -> Result<Vec<u8>, WireError> {
    STANDARD.decode(text).map_err(|_| WireError::Malformed { what: "base64" })
}
