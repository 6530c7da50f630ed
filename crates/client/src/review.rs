//! Who answers at an address: genesis and identity document, checked against each other and against the root key.
//!
//! ```text
//! /genesis ──signed by its root? authority in office?──┐
//!                                                      ├─▶ same id, same keys ─▶ Identity
//! /sovereign.json ─────────────────────────────────────┘
//! ```
//!
//! A genesis vouches for itself, so an [`Identity`] says what a sovereign is, not that it is the one that was meant. For
//! that the caller compares the root key with one that came another way.

use comity_mesh::bundle::Fetched;
use comity_mesh::identity::GenesisBlock;
use comity_mesh::keys::MeshKey;
use comity_mesh::objects;
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, Value};

use crate::workflow::fetch;
use crate::{ClientError, Remote, calls};

objects! {
    /// The members of an identity document that are compared with the genesis.
    pub struct SovereignDocument {
        /// Its id.
        sovereign_id: String,
        /// The network's version.
        network_version: Option<String> = None,
        /// Who issues.
        network_authority: DocumentAuthority,
        /// Root key, base64.
        root_public_key: Option<String> = None,
    }

    /// The authority in an identity document.
    pub struct DocumentAuthority {
        /// Its key, base64.
        public_key: String,
    }
}

/// A sovereign whose documents hold.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Where it answered.
    pub endpoint: String,
    /// Its id.
    pub sovereign_id: String,
    /// Its genesis, verified.
    pub genesis: GenesisBlock,
    /// Its identity document, as it came.
    pub document: Value,
    /// The genesis, as it came.
    pub genesis_document: Value,
    /// The authority's key.
    pub authority: MeshKey,
}

/// A sovereign that was looked at more closely.
#[derive(Clone, Debug)]
pub struct Reviewed {
    /// Who it is.
    pub identity: Identity,
    /// What its routes said, by route.
    pub checks: Value,
    /// Its view of the recognition graph.
    pub connectome: Value,
}

impl Identity {
    /// Reads and checks who answers. `expected_root` is a root key that came another way.
    ///
    /// # Errors
    ///
    /// [`ClientError`] of the way, of the genesis, of the two documents against each other, or of the root key.
    pub fn read(
        remote: &Remote<'_>,
        expected_root: Option<&str>,
        at: Datetime,
    ) -> Result<Self, ClientError> {
        let genesis = remote.ask(&calls::document(remote.endpoint, "/genesis"))?;
        let document = remote.ask(&calls::document(remote.endpoint, "/sovereign.json"))?;
        Self::check(remote.endpoint.to_string(), genesis, document, expected_root, at)
    }

    /// Checks documents that were read before.
    ///
    /// # Errors
    ///
    /// As [`Self::read`].
    pub fn check(
        endpoint: String,
        genesis_document: Value,
        document: Value,
        expected_root: Option<&str>,
        at: Datetime,
    ) -> Result<Self, ClientError> {
        let genesis =
            GenesisBlock::read(&genesis_document).map_err(ClientError::wrong_shape("a genesis"))?;
        let facts = SovereignDocument::read(&document)
            .map_err(ClientError::wrong_shape("an identity document"))?;
        let sovereign_id = genesis.network_name.clone();
        if let Err(reason) = genesis.verify(at) {
            return Err(ClientError::Genesis { sovereign: printable(&sovereign_id), reason });
        }
        let authority = &genesis.network_authority.public_key;
        let root = &genesis.root_public_key;
        let document_root = facts.root_public_key.as_ref().unwrap_or(root);
        for (member, in_genesis, in_document) in [
            ("sovereign_id", &sovereign_id, &facts.sovereign_id),
            ("authority key", authority, &facts.network_authority.public_key),
            ("root key", root, document_root),
        ] {
            if in_genesis != in_document {
                let (genesis, document) = (printable(in_genesis), printable(in_document));
                return Err(ClientError::Inconsistent { member, genesis, document });
            }
        }
        if let Some(expected) = expected_root.filter(|expected| expected != root) {
            let (expected, found) = (printable(expected), printable(root));
            return Err(ClientError::OtherRoot { expected, found });
        }
        let authority = MeshKey::parse(authority)?;
        Ok(Self { endpoint, sovereign_id, genesis, document, genesis_document, authority })
    }

    /// What may be shown of it: no whole key but the root key, which people compare.
    pub fn summary(&self) -> Value {
        let authority = &self.genesis.network_authority;
        Value::from([
            ("endpoint", Value::from(self.endpoint.as_str())),
            ("sovereign_id", Value::from(self.sovereign_id.as_str())),
            ("network_version", Value::from(self.genesis.network_version.as_str())),
            ("root_public_key", Value::from(self.genesis.root_public_key.as_str())),
            ("na_public_key_prefix", Value::from(prefix(&authority.public_key))),
            ("na_valid_to", Value::from(authority.valid_to.isoformat())),
            ("policy_manifest", self.genesis.policy_manifest.write()),
        ])
    }
}

impl Reviewed {
    /// Reads and checks who answers, and asks whether it is well.
    ///
    /// # Errors
    ///
    /// As [`Identity::read`]; also if a route that every authority has does not answer.
    pub fn read(
        remote: &Remote<'_>,
        expected_root: Option<&str>,
        at: Datetime,
    ) -> Result<Self, ClientError> {
        let status = |route: &str| -> Result<Value, ClientError> {
            let answer = remote.ask(&calls::document(remote.endpoint, route))?;
            let status = answer.get("status").and_then(Value::as_str).unwrap_or("ok");
            Ok(Value::from([("status", Value::from(status))]))
        };
        let healthz = status("/healthz")?;
        let readyz = status("/readyz")?;
        let identity = Identity::read(remote, expected_root, at)?;
        let connectome = remote.ask(&calls::connectome(remote.endpoint))?;
        let summary = connectome.get("summary").cloned().unwrap_or_else(|| Value::from([]));
        let policy = fetch(remote, &calls::document(remote.endpoint, "/recognition-policy"));
        let ok = || Value::from([("status", Value::from("ok"))]);
        let checks = Value::from([
            ("healthz", healthz),
            ("readyz", readyz),
            ("genesis", ok()),
            ("sovereign_metadata", ok()),
            ("recognition_policy", policy_summary(&policy)),
            ("connectome", Value::from([("status", Value::from("ok")), ("summary", summary)])),
        ]);
        Ok(Self { identity, checks, connectome })
    }

    /// What goes into evidence.
    pub fn summary(&self) -> Value {
        let mut summary = self.identity.summary();
        if let Value::Map(members) = &mut summary {
            members.insert("checks".to_owned(), self.checks.clone());
        }
        summary
    }
}

/// The part of an optional policy that is no secret and no burden.
fn policy_summary(policy: &Fetched) -> Value {
    let status = |word: &str| ("status", Value::from(word));
    let payload = match policy {
        Fetched::Ok(payload) => payload,
        Fetched::NotConfigured => return Value::from([status("not_configured")]),
        Fetched::InvalidJson => return Value::from([status("invalid_json")]),
        Fetched::Skipped => return Value::from([status("skipped")]),
        Fetched::Unavailable(reason) => {
            return Value::from([status("unavailable"), ("reason", Value::from(reason.as_str()))]);
        }
    };
    let local = payload.get("local_sovereign_id").cloned().unwrap_or(Value::Null);
    let issuers = payload.get("recognized_issuers").map_or(&[][..], Value::items).len();
    let issuers = u64::try_from(issuers).unwrap_or(u64::MAX);
    Value::from([
        status("ok"),
        ("local_sovereign_id", local),
        ("recognized_issuer_count", Value::from(issuers)),
    ])
}

/// The first characters of a key: enough to tell it from others.
pub(crate) fn prefix(key: &str) -> String {
    key.chars().take(24).collect()
}

/// Text of others as it may stand in a message.
fn printable(text: &str) -> String {
    text.chars().take(80).map(|c| if c.is_control() { '?' } else { c }).collect()
}

#[cfg(test)]
mod tests;
