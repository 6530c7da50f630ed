//! What an operator signs, so that an authority does what it is asked.
//!
//! *Version 2* is ours and binds one request to one authority: method, path, host and the bytes of the body; the header
//! `X-Admin-Version: 2` says so. The reference's tools sign without it, in two ways. *Bound*, from 1.0.2 on: method, path,
//! query, body, and the authority's key as its audience. *Version 1*, before: the body alone, so that it fits every path. Both
//! are used only where the caller says so. All sign the canonical form of an object.

use comity_authority::{AdminHeaders, admin_bound_bytes, admin_v2_bytes};
use comity_sign::SigningKey;
use comity_wire::b64;
use comity_wire::mesh_json::{Datetime, Value, canonical};

use crate::{ClientError, Request};

/// What the header `X-Admin-Version` has in version 2.
const V2: &str = "2";

/// Which headers an authority understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderVersion {
    /// The reference's before 1.0.2.
    V1,
    /// The reference's from 1.0.2 on.
    Bound,
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

    /// Whether a signature names the authority's key.
    pub(crate) fn names_an_audience(&self) -> bool {
        self.version == HeaderVersion::Bound
    }

    /// Adds the headers that authorise `request`, whose body is `body`, to the authority with the key `audience`.
    ///
    /// # Errors
    ///
    /// [`ClientError::AmbiguousPath`].
    pub(crate) fn authorise(
        &self,
        request: &mut Request,
        body: &Value,
        audience: &str,
        stamp: &Stamp,
    ) -> Result<(), ClientError> {
        let timestamp = stamp.at.isoformat();
        let bytes = match self.version {
            HeaderVersion::V1 => self.v1_bytes(body, &timestamp, &stamp.nonce),
            HeaderVersion::Bound => {
                let headers = self.headers("", &timestamp, &stamp.nonce);
                let (method, path) = (request.method.as_str(), &request.path);
                admin_bound_bytes(method, path, audience, body, &headers)
                    .ok_or(ClientError::AmbiguousPath)?
            }
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
        Ok(())
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
        admin_v2_bytes(method, path, host, body, &self.headers(V2, timestamp, nonce))
    }

    fn headers<'a>(
        &'a self,
        version: &'a str,
        timestamp: &'a str,
        nonce: &'a str,
    ) -> AdminHeaders<'a> {
        AdminHeaders { version, key_id: &self.key_id, timestamp, nonce, signature: "" }
    }
}

#[cfg(test)]
mod tests;
