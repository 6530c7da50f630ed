//! Trust bundles: what a sovereign publishes, in one JSON file that can be reviewed before anything is trusted.
//!
//! ```text
//! public documents ──assemble──▶ bundle ──validate──▶ errors, warnings      what the reference checks: shape, consistency
//!                                   ├─────signatures─▶ one line per item     what it does not: who signed what
//!                                   └─────import─────▶ receipt               evidence of a review; grants nothing
//! ```
//!
//! # Invariants
//!
//! 1. A bundle is read as it is: its hash is over all of its members, known or not.
//! 2. A bundle that carries private material is refused, wherever in it that is.
//! 3. Nothing in a bundle vouches for its own root key; the report says what follows from that key and no more.
//! 4. A receipt never grants trust, and there is none for a bundle with an error or a wrong signature.
//!
//! # Source
//!
//! The reference's `workflows/trust_bundle.py`, whose messages [`validate`] repeats.

mod python;
mod signatures;
mod validate;

use comity_wire::mesh_json::{Datetime, Value, canonical};
use comity_wire::sha256;

pub use signatures::{BundleItem, BundleReason, ItemKind, signature_report};
pub use validate::{LiveMaterial, Validation, has_private_material, validate};

pub(crate) use python::{is_truthy, or};
pub(crate) use validate::has_private_text;

/// What a bundle calls itself.
pub const BUNDLE_TYPE: &str = "genesis-mesh.trust-bundle";
/// The version that is read and written here.
pub const BUNDLE_VERSION: &str = "v1";

/// A document that need not be there.
#[derive(Clone, Debug, PartialEq)]
pub enum Fetched {
    /// It is there.
    Ok(Value),
    /// The authority has none.
    NotConfigured,
    /// It could not be had, for this reason.
    Unavailable(String),
    /// What came was no JSON.
    InvalidJson,
    /// Nobody asked.
    Skipped,
}

/// What a bundle is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct BundleParts {
    /// Where everything came from.
    pub endpoint: String,
    /// When.
    pub created_at: Datetime,
    /// `/sovereign.json`.
    pub sovereign_metadata: Value,
    /// `/genesis`.
    pub genesis: Value,
    /// `/recognition-policy`.
    pub recognition_policy: Fetched,
    /// `/sovereign-revocation-feed`.
    pub revocation_feed: Fetched,
    /// `/connectome.json`.
    pub connectome: Value,
    /// `/healthz`.
    pub healthz: Value,
    /// `/readyz`.
    pub readyz: Value,
}

/// Why a bundle is not imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// It is no object.
    #[error("a trust bundle is an object")]
    NotAnObject,
    /// It is not consistent in itself, or with what its sovereign publishes now.
    #[error("{} errors, the first: {}", errors.len(), errors.first().map_or("", String::as_str))]
    Invalid {
        /// What [`validate`] says.
        errors: Vec<String>,
    },
    /// Something in it is not signed by whom it should be.
    #[error("{kind} {id}: {reason}")]
    Unsigned {
        /// What kind of thing.
        kind: &'static str,
        /// Its id.
        id: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl BundleError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAnObject => "mesh.bundle_not_an_object",
            Self::Invalid { .. } => "mesh.bundle_invalid",
            Self::Unsigned { .. } => "mesh.bundle_unsigned",
        }
    }
}

impl Fetched {
    fn write(self) -> Value {
        let status = |status: &str| Value::from([("status", Value::from(status))]);
        match self {
            Self::Ok(payload) => Value::from([("status", Value::from("ok")), ("payload", payload)]),
            Self::NotConfigured => status("not_configured"),
            Self::Unavailable(reason) => Value::from([
                ("status", Value::from("unavailable")),
                ("reason", Value::from(reason)),
            ]),
            Self::InvalidJson => status("invalid_json"),
            Self::Skipped => status("skipped"),
        }
    }
}

/// Makes a bundle. What comes out may still be invalid: [`validate`] it before it is handed on.
pub fn assemble(parts: BundleParts) -> Value {
    let BundleParts { sovereign_metadata: metadata, genesis, connectome, .. } = &parts;
    let part = |name: &str, absent: Value| connectome.get(name).cloned().unwrap_or(absent);
    let nothing = || Value::List(Vec::new());
    let version = or(metadata.get("network_version"), genesis.get("network_version"));
    let check = |answer: &Value| answer.get("status").cloned().unwrap_or(Value::from("ok"));
    Value::from([
        ("bundle_type", Value::from(BUNDLE_TYPE)),
        ("bundle_version", Value::from(BUNDLE_VERSION)),
        ("created_at", Value::from(parts.created_at.isoformat())),
        ("source_endpoint", Value::from(parts.endpoint.trim_end_matches('/'))),
        ("sovereign_id", metadata.get("sovereign_id").cloned().unwrap_or(Value::Null)),
        ("network_version", version),
        (
            "connectome",
            Value::from([
                ("summary", part("summary", Value::from([]))),
                ("recognition_edges", part("recognition_edges", nothing())),
                ("active_treaties", part("active_treaties", nothing())),
                ("revoked_trust_material", part("revoked_trust_material", nothing())),
            ]),
        ),
        (
            "endpoint_checks",
            Value::from([("healthz", check(&parts.healthz)), ("readyz", check(&parts.readyz))]),
        ),
        ("sovereign_metadata", parts.sovereign_metadata),
        ("genesis", parts.genesis),
        ("recognition_policy", parts.recognition_policy.write()),
        ("revocation_feed", parts.revocation_feed.write()),
    ])
}

/// The name of a bundle's exact content.
pub fn bundle_hash(bundle: &Value) -> String {
    format!("sha256:{}", sha256(&canonical(bundle)))
}

/// A key as people compare it: the beginning of the digest of its base64 text.
pub fn key_fingerprint(public_key: &str) -> String {
    let digest = sha256(public_key.as_bytes()).to_string();
    format!("sha256:{}", digest.get(..24).unwrap_or(&digest))
}

/// A bundle in a few lines.
pub fn summary(bundle: &Value) -> Value {
    let part = |name: &str| bundle.get(name).filter(|part| part.members().is_some());
    let (metadata, genesis) = (part("sovereign_metadata"), part("genesis"));
    let of = |part: Option<&Value>, name: &str| part.and_then(|part| part.get(name)).cloned();
    let either =
        |name: &str, other: &str| or(of(metadata, name).as_ref(), of(genesis, other).as_ref());
    let authority = of(metadata, "network_authority").unwrap_or(Value::Null);
    let window = |name: &str| authority.get(name).cloned().unwrap_or(Value::Null);
    let status = |name: &str| of(part(name), "status").unwrap_or(Value::from("missing"));
    let connectome = part("connectome");
    let counts = of(connectome, "summary").unwrap_or(Value::Null);
    let count = |name: &str| counts.get(name).cloned().unwrap_or(Value::from(0_u64));
    let treaties = of(connectome, "active_treaties").map_or(0, |it| it.items().len());
    let endpoint = or(bundle.get("source_endpoint"), of(metadata, "endpoint").as_ref());
    Value::from([
        ("sovereign_id", either("sovereign_id", "network_name")),
        ("endpoint", endpoint),
        ("network_version", either("network_version", "network_version")),
        ("na_public_key_fingerprint", fingerprint(&window("public_key"))),
        ("na_valid_from", window("valid_from")),
        ("na_valid_to", window("valid_to")),
        ("root_public_key_fingerprint", fingerprint(&either("root_public_key", "root_public_key"))),
        ("policy_manifest", either("policy_manifest", "policy_manifest")),
        ("recognition_policy_status", status("recognition_policy")),
        ("revocation_feed_status", status("revocation_feed")),
        ("revocation_feed_sequence", feed_sequence(part("revocation_feed"))),
        ("recognition_edge_count", count("recognition_edge_count")),
        ("active_edge_count", count("active_edge_count")),
        ("active_treaty_count", Value::from(treaties as u64)),
    ])
}

fn fingerprint(key: &Value) -> Value {
    if !is_truthy(key) {
        return Value::Null;
    }
    let text = key.as_str().map_or_else(|| python::repr(key), str::to_owned);
    Value::from(key_fingerprint(&text))
}

fn feed_sequence(feed: Option<&Value>) -> Value {
    let feed = feed.filter(|feed| feed.get("status") == Some(&Value::from("ok")));
    let sequence = feed.and_then(|feed| feed.get("payload")?.get("sequence"));
    sequence.filter(|it| matches!(it, Value::Int(_))).cloned().unwrap_or(Value::Null)
}

/// Reviews a bundle and writes down that it was reviewed. `bundle_path` is what the reviewer calls the file.
///
/// A treaty that is out of its window is reported and stops nothing: bundles outlive treaties.
///
/// # Errors
///
/// [`BundleError`] for whatever else is wrong with it.
pub fn import(
    bundle: &Value,
    bundle_path: &str,
    live: Option<&LiveMaterial>,
    at: Datetime,
) -> Result<Value, BundleError> {
    if bundle.members().is_none() {
        return Err(BundleError::NotAnObject);
    }
    let validation = validate(bundle, live);
    if !validation.errors.is_empty() {
        return Err(BundleError::Invalid { errors: validation.errors });
    }
    let items = signature_report(bundle, at);
    if let Some((item, reason)) = items.iter().find_map(|item| Some((item, item.refusal()?))) {
        let (kind, id) = (item.kind.as_str(), item.id.clone());
        return Err(BundleError::Unsigned { kind, id, reason });
    }
    Ok(Value::from([
        ("workflow", Value::from("trust-bundle-import")),
        ("created_at", Value::from(at.isoformat())),
        ("trust_granted", Value::from(false)),
        ("bundle_path", Value::from(bundle_path)),
        ("bundle_hash", Value::from(bundle_hash(bundle))),
        ("summary", summary(bundle)),
        ("validation", validation.to_value()),
        ("signatures", Value::List(items.iter().map(BundleItem::to_value).collect())),
        ("next_step", Value::from("issue a treaty; this receipt grants nothing")),
    ]))
}

#[cfg(test)]
mod tests;
