//! Who asks: signed headers of operators, signed bodies of nodes.
//!
//! # What an operator signs
//!
//! *Version 2* is for this authority's own clients and always accepted. The header `X-Admin-Version` is `2`, and the
//! signature is over the canonical JSON of
//!
//! ```text
//! {"body_sha256": hexadecimal SHA-256 of the body as it is sent, of nothing if there is none,
//!  "host": the Host header, "key_id": X-Admin-Key-Id, "method": "POST", "nonce": X-Admin-Nonce,
//!  "path": path and query as they are sent, "purpose": "comity-admin-v2", "timestamp": X-Admin-Timestamp}
//! ```
//!
//! so it fits one request to one authority. Without that header it is one of the reference's two. From 1.0.2 on its tools
//! sign the canonical JSON of
//!
//! ```text
//! {"audience": the authority's key, "body": the parsed body, "key_id": X-Admin-Key-Id, "method": "POST",
//!  "nonce": X-Admin-Nonce, "path": the path, "query": {name: [values]}, "timestamp": X-Admin-Timestamp, "v": 2}
//! ```
//!
//! which fits one request to one authority too, and is always accepted. *Version 1* is canonical JSON of `{body, key_id,
//! nonce, timestamp}`. It fits every path, so it is accepted only where the authority is told to.
//!
//! # Invariants
//!
//! 1. A nonce is used up once per key, also across a restart, and only by a request whose signature is right.
//! 2. A path or query that can be read in two ways (with `%` or `+`) is in no signature of the reference's second form.
//! 3. A request is refused unless its time is within [`REQUEST_AGE_S_MAX`] and says its offset.

use std::collections::BTreeMap;

use comity_mesh::keys::MeshKey;
use comity_wire::mesh_json::{Datetime, Value, canonical};
use comity_wire::sha256;

use crate::fields::Body;
use crate::limits::{NONCE_BYTES_MAX, NONCES_MAX, REQUEST_AGE_S_MAX};
use crate::{Authority, Call, Refusal};

const MICROS: i64 = 1_000_000;

/// A nonce that a verified request brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fresh {
    /// Whose it is.
    pub(crate) scope: String,
    /// The nonce.
    pub(crate) nonce: String,
}

/// The headers of an operator's request, each empty if it is absent or repeated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AdminHeaders<'a> {
    /// `X-Admin-Version`.
    pub version: &'a str,
    /// `X-Admin-Key-Id`.
    pub key_id: &'a str,
    /// `X-Admin-Timestamp`.
    pub timestamp: &'a str,
    /// `X-Admin-Nonce`.
    pub nonce: &'a str,
    /// `X-Admin-Signature`.
    pub signature: &'a str,
}

/// What an operator signs in version 2.
pub fn admin_v2_bytes(
    method: &str,
    path: &str,
    host: &str,
    body: &[u8],
    headers: &AdminHeaders<'_>,
) -> Vec<u8> {
    canonical(&Value::from([
        ("body_sha256", Value::from(sha256(body).to_string())),
        ("host", Value::from(host)),
        ("key_id", Value::from(headers.key_id)),
        ("method", Value::from(method)),
        ("nonce", Value::from(headers.nonce)),
        ("path", Value::from(path)),
        ("purpose", Value::from("comity-admin-v2")),
        ("timestamp", Value::from(headers.timestamp)),
    ]))
}

/// What an operator signs with the reference's tools from 1.0.2 on, for the authority with the key `audience`; `None` where
/// path or query are not what they say letter by letter.
pub fn admin_bound_bytes(
    method: &str,
    path: &str,
    audience: &str,
    body: &Value,
    headers: &AdminHeaders<'_>,
) -> Option<Vec<u8>> {
    if path.contains(['%', '+']) {
        return None;
    }
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut values: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        values.entry(name.to_owned()).or_default().push(Value::from(value));
    }
    let query = values.into_iter().map(|(name, values)| (name, Value::List(values))).collect();
    Some(canonical(&Value::from([
        ("audience", Value::from(audience)),
        ("body", body.clone()),
        ("key_id", Value::from(headers.key_id)),
        ("method", Value::from(method)),
        ("nonce", Value::from(headers.nonce)),
        ("path", Value::from(path)),
        ("query", Value::Map(query)),
        ("timestamp", Value::from(headers.timestamp)),
        ("v", Value::from(2_u64)),
    ])))
}

/// What an operator signs in version 1, the reference's.
pub fn admin_v1_bytes(body: &Body, headers: &AdminHeaders<'_>) -> Vec<u8> {
    canonical(&Value::from([
        ("body", body.to_value()),
        ("key_id", Value::from(headers.key_id)),
        ("nonce", Value::from(headers.nonce)),
        ("timestamp", Value::from(headers.timestamp)),
    ]))
}

impl Authority {
    /// Checks the headers of an operator, or of a partner; what a partner may ask for is checked behind it.
    pub(crate) fn check_admin(&self, call: &Call<'_>, body: &Body) -> Result<Fresh, Refusal> {
        let refuse = |reason: &'static str, message: &'static str| {
            Refusal::unauthorized("admin_auth_failed", message).with("reason", reason)
        };
        let headers = &call.admin;
        let all = [headers.key_id, headers.timestamp, headers.nonce, headers.signature];
        if all.iter().any(|header| header.is_empty()) {
            return Err(refuse("missing_headers", "Missing admin authentication headers"));
        }
        let Some((key, scope)) = self.admin_key(headers.key_id) else {
            return Err(refuse("unknown_key", "Unknown admin key"));
        };
        let is_bare = matches!(headers.version, "" | "1");
        let bytes = match headers.version {
            "2" if self.config.hosts.contains(call.host) => {
                Some(admin_v2_bytes(call.method, call.path, call.host, call.body, headers))
            }
            "2" => return Err(refuse("wrong_host", "This is no host of this authority")),
            "" => {
                let audience = &self.config.genesis.network_authority.public_key;
                admin_bound_bytes(call.method, call.path, audience, &body.to_value(), headers)
            }
            "1" => None,
            _ => return Err(refuse("unknown_version", "Unknown version of admin headers")),
        };
        let unbound = is_bare && self.config.accepts_admin_v1;
        let unbound = unbound.then(|| admin_v1_bytes(body, headers));
        let signed = Signed { timestamp: headers.timestamp, nonce: headers.nonce, scope };
        self.check_fresh(call.at, &signed).map_err(|(reason, message)| refuse(reason, message))?;
        let mut accepted = bytes.iter().chain(&unbound);
        if !accepted.any(|bytes| key.has_signed(bytes, headers.signature)) {
            return Err(if is_bare && unbound.is_none() {
                let message =
                    "Invalid admin signature, or one of version 1, which is not accepted here";
                refuse("version_not_accepted", message)
            } else {
                refuse("invalid_signature", "Invalid admin signature")
            });
        }
        Ok(Fresh { scope: signed.scope, nonce: headers.nonce.to_owned() })
    }

    /// Checks the signature in a node's body.
    pub(crate) fn check_node(
        &self,
        call: &Call<'_>,
        body: &Body,
        node_public_key: &str,
        scope: String,
    ) -> Result<Fresh, Refusal> {
        let refuse = |reason: &'static str, message: &'static str| {
            Refusal::unauthorized("node_auth_failed", message).with("reason", reason)
        };
        let key = MeshKey::parse(node_public_key).map_err(|_| {
            Refusal::bad("invalid_node_public_key", "node_public_key is no Ed25519 key in base64")
        })?;
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
        let (timestamp, nonce, signature) = (text("timestamp"), text("nonce"), text("signature"));
        if [timestamp, nonce, signature].iter().any(|it| it.is_empty()) {
            let message = "Missing authentication fields: signature, timestamp, and nonce required";
            return Err(refuse("missing_fields", message));
        }
        let signed = Signed { timestamp, nonce, scope };
        self.check_fresh(call.at, &signed).map_err(|(reason, message)| refuse(reason, message))?;
        if !key.has_signed(&canonical(&body.without("signature")), signature) {
            return Err(refuse("invalid_signature", "Invalid signature"));
        }
        Ok(Fresh { scope: signed.scope, nonce: nonce.to_owned() })
    }

    fn check_fresh(
        &self,
        now: Datetime,
        signed: &Signed<'_>,
    ) -> Result<(), (&'static str, &'static str)> {
        let at = Datetime::parse(signed.timestamp).ok().filter(|at| !at.is_naive());
        let at =
            at.ok_or(("invalid_timestamp", "The timestamp is no date and time with an offset"))?;
        let age = now.instant().saturating_sub(at.instant()).saturating_abs();
        if REQUEST_AGE_S_MAX.saturating_mul(MICROS) < age {
            return Err(("stale_timestamp", "The timestamp is too far from now"));
        }
        if NONCE_BYTES_MAX < signed.nonce.len() {
            return Err(("nonce_too_long", "The nonce is too long"));
        }
        if self.state.nonces.contains(&signed.scope, signed.nonce) {
            return Err(("nonce_replay", "The nonce was used already"));
        }
        if NONCES_MAX <= self.state.nonces.len() {
            return Err(("nonces_full", "Too many nonces are remembered, try again later"));
        }
        Ok(())
    }
}

struct Signed<'a> {
    timestamp: &'a str,
    nonce: &'a str,
    scope: String,
}
