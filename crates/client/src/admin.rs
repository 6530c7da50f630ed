//! What an operator signs, so that an authority does what it is asked.
//!
//! *Version 2* binds one request to one authority: method, path, host and the bytes of the body. *Version 1* is the
//! reference's: it signs the body and fits every path, so it is used only where the caller says so. Both sign the
//! canonical form of an object; the header `X-Admin-Version: 2` tells them apart.

use comity_authority::{AdminHeaders, admin_v2_bytes};
use comity_sign::SigningKey;
use comity_wire::b64;
use comity_wire::mesh_json::{Datetime, Value, canonical};

use crate::{ClientError, Request};

/// What the header `X-Admin-Version` has in version 2.
const V2: &str = "2";

/// Which headers an authority understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderVersion {
    /// The reference's.
    V1,
    /// Ours.
    V2,
}

/// Somebody whose key an authority knows.
#[derive(Clone, Debug)]
pub struct Operator {
    key_id: String,
    secret: SigningKey,
    version: HeaderVersion,
}

/// What makes one signature unlike every other: when, and a nonce that is used once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Now.
    pub at: Datetime,
    /// Random text.
    pub nonce: String,
}

impl Operator {
    /// An operator by the name that the authority has for the key.
    ///
    /// # Errors
    ///
    /// [`ClientError::BadKeyId`].
    pub fn new(
        key_id: &str,
        secret: SigningKey,
        version: HeaderVersion,
    ) -> Result<Self, ClientError> {
        let is_plain = key_id.bytes().all(|byte| byte.is_ascii_graphic());
        if key_id.is_empty() || 128 < key_id.len() || !is_plain {
            return Err(ClientError::BadKeyId);
        }
        Ok(Self { key_id: key_id.to_owned(), secret, version })
    }

    /// Adds the headers that authorise `request`, whose body is `body`.
    pub(crate) fn authorise(&self, request: &mut Request, body: &Value, stamp: &Stamp) {
        let timestamp = stamp.at.isoformat();
        let bytes = match self.version {
            HeaderVersion::V1 => self.v1_bytes(body, &timestamp, &stamp.nonce),
            HeaderVersion::V2 => self.v2_bytes(request, &timestamp, &stamp.nonce),
        };
        let signature = b64::encode(&self.secret.sign(&bytes));
        if self.version == HeaderVersion::V2 {
            request.headers.push(("X-Admin-Version", V2.to_owned()));
        }
        request.headers.extend([
            ("X-Admin-Key-Id", self.key_id.clone()),
            ("X-Admin-Timestamp", timestamp),
            ("X-Admin-Nonce", stamp.nonce.clone()),
            ("X-Admin-Signature", signature),
        ]);
    }

    fn v1_bytes(&self, body: &Value, timestamp: &str, nonce: &str) -> Vec<u8> {
        canonical(&Value::from([
            ("body", body.clone()),
            ("key_id", Value::from(self.key_id.as_str())),
            ("nonce", Value::from(nonce)),
            ("timestamp", Value::from(timestamp)),
        ]))
    }

    fn v2_bytes(&self, request: &Request, timestamp: &str, nonce: &str) -> Vec<u8> {
        let body = request.body.as_deref().unwrap_or_default();
        let (method, path, host) = (request.method.as_str(), &request.path, &request.host);
        let headers = AdminHeaders {
            version: V2,
            key_id: &self.key_id,
            timestamp,
            nonce,
            ..AdminHeaders::default()
        };
        admin_v2_bytes(method, path, host, body, &headers)
    }
}

#[cfg(test)]
mod tests;
