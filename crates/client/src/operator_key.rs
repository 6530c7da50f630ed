//! Key files of operators: comments that begin with `#`, and a seed in base64.

use comity_mesh::keys::key_text;
use comity_sign::SigningKey;
use comity_wire::b64;
use zeroize::Zeroizing;

use crate::ClientError;

/// Reads the text of a key file. Lines may break the base64 anywhere.
///
/// # Errors
///
/// [`ClientError::BadOperatorKey`] unless it is 32 bytes.
pub fn parse(text: &str) -> Result<SigningKey, ClientError> {
    let joined = Zeroizing::new(key_text(text));
    let seed = b64::decode(joined.as_bytes()).map_err(|_| ClientError::BadOperatorKey)?;
    let seed = Zeroizing::new(seed);
    let seed = <[u8; 32]>::try_from(seed.as_slice()).map_err(|_| ClientError::BadOperatorKey)?;
    Ok(SigningKey::from_seed(seed))
}

#[cfg(test)]
mod tests;
