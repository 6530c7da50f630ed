//! Whether a bundle is consistent: in itself, and with what its sovereign publishes now.

use comity_wire::mesh_json::Value;

use super::python::{is_truthy, or, repr};
use super::{BUNDLE_TYPE, BUNDLE_VERSION, summary};
use crate::schema::Field as _;

/// Parts of member names that only private material has.
const PRIVATE_NAMES: [&str; 8] = [
    "private_key",
    "operator_private_key",
    "na_private_key",
    "bearer",
    "credential",
    "password",
    "secret",
    "token",
];
/// What files with private keys say about themselves.
const PRIVATE_TEXT: &str = "private key";

/// What is wrong with a bundle, and what is odd about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validation {
    /// Reasons to refuse it.
    pub errors: Vec<String>,
    /// Reasons to look at it.
    pub warnings: Vec<String>,
}

/// What a sovereign publishes now.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveMaterial {
    /// Where it was asked.
    pub endpoint: Option<String>,
    /// `/sovereign.json`.
    pub sovereign_metadata: Value,
    /// `/genesis`.
    pub genesis: Value,
}

impl Validation {
    /// As it is printed.
    pub fn to_value(&self) -> Value {
        Value::from([("errors", self.errors.write()), ("warnings", self.warnings.write())])
    }
}

/// Checks shape and consistency, with the messages of the reference. Signatures are another matter.
pub fn validate(bundle: &Value, live: Option<&LiveMaterial>) -> Validation {
    let mut found = Validation::default();
    for (name, wanted) in [("bundle_type", BUNDLE_TYPE), ("bundle_version", BUNDLE_VERSION)] {
        let value = bundle.get(name).unwrap_or(&Value::Null);
        if value.as_str() != Some(wanted) {
            found.errors.push(format!("unsupported {name}: {}", repr(value)));
        }
    }
    for name in ["created_at", "source_endpoint", "sovereign_metadata", "genesis"] {
        if bundle.get(name).is_none() {
            found.errors.push(format!("missing required field: {name}"));
        }
    }
    let metadata = object(bundle, "sovereign_metadata", &mut found.errors);
    let genesis = object(bundle, "genesis", &mut found.errors);
    if let (Some(metadata), Some(genesis)) = (metadata, genesis) {
        identity(metadata, genesis, &mut found.errors);
    }
    if has_private_name(bundle) {
        let error = "bundle contains private key, token, bearer, or credential-shaped fields";
        found.errors.push(error.to_owned());
    }
    if has_private_text(bundle) {
        found.errors.push("bundle contains the text of a private key".to_owned());
    }
    policy(bundle, &mut found);
    feed(bundle, &mut found.errors);
    if let Some(live) = live {
        parity(bundle, live, &mut found.errors);
    }
    found
}

/// Whether anything in a bundle is private: by the name of a member, or by what a text says that it is.
pub fn has_private_material(bundle: &Value) -> bool {
    has_private_name(bundle) || has_private_text(bundle)
}

/// A member that must be an object; none if it is empty.
fn object<'b>(bundle: &'b Value, name: &str, errors: &mut Vec<String>) -> Option<&'b Value> {
    let value = bundle.get(name)?;
    if value.members().is_none() {
        errors.push(format!("{name} must be an object"));
        return None;
    }
    Some(value).filter(|value| is_truthy(value))
}

/// Both documents name the same sovereign and the same authority.
fn identity(metadata: &Value, genesis: &Value, errors: &mut Vec<String>) {
    let given = |value: Option<&Value>| value.filter(|it| is_truthy(it)).cloned();
    let pairs = [
        (
            ("sovereign_metadata.sovereign_id", given(metadata.get("sovereign_id"))),
            ("genesis.network_name", given(genesis.get("network_name"))),
            "sovereign_metadata.sovereign_id differs from genesis.network_name",
        ),
        (
            ("sovereign_metadata.network_authority.public_key", given(authority_key(metadata))),
            ("genesis.network_authority.public_key", given(authority_key(genesis))),
            "sovereign_metadata NA public key differs from genesis NA public key",
        ),
    ];
    for ((name, value), (other_name, other), difference) in pairs {
        for (name, value) in [(name, &value), (other_name, &other)] {
            if value.is_none() {
                errors.push(format!("{name} is required"));
            }
        }
        if value.is_some() && other.is_some() && value != other {
            errors.push(difference.to_owned());
        }
    }
}

/// The authority's key in `/sovereign.json` or in a genesis.
pub(super) fn authority_key(document: &Value) -> Option<&Value> {
    document.get("network_authority")?.get("public_key")
}

/// What a part carries that is there according to its status; a payload that is no object is an error.
fn payload<'b>(bundle: &'b Value, name: &str, errors: &mut Vec<String>) -> Option<&'b Value> {
    let part = bundle.get(name)?;
    if part.get("status")?.as_str() != Some("ok") {
        return None;
    }
    let payload = part.get("payload").filter(|payload| payload.members().is_some());
    if payload.is_none() {
        errors.push(format!("{name} status is ok but payload is missing"));
    }
    payload
}

fn policy(bundle: &Value, found: &mut Validation) {
    let Some(payload) = payload(bundle, "recognition_policy", &mut found.errors) else { return };
    let local = payload.get("local_sovereign_id").filter(|local| **local != Value::Null);
    if local.is_some() && local != bundle.get("sovereign_id") {
        let warning = "recognition policy local_sovereign_id differs from bundle sovereign_id";
        found.warnings.push(warning.to_owned());
    }
}

fn feed(bundle: &Value, errors: &mut Vec<String>) {
    let Some(payload) = payload(bundle, "revocation_feed", errors) else { return };
    let of = |value: &Value, name: &str| value.get(name).cloned().unwrap_or(Value::Null);
    if of(payload, "issuer_sovereign_id") != of(bundle, "sovereign_id") {
        let error = "revocation_feed issuer_sovereign_id differs from bundle sovereign_id";
        errors.push(error.to_owned());
    }
}

/// The bundle speaks of the sovereign that answers now.
fn parity(bundle: &Value, live: &LiveMaterial, errors: &mut Vec<String>) {
    let ours = summary(bundle).get("sovereign_id").cloned().unwrap_or(Value::Null);
    let theirs = or(live.sovereign_metadata.get("sovereign_id"), live.genesis.get("network_name"));
    if ours != theirs {
        errors.push("bundle sovereign_id differs from live endpoint sovereign_id".to_owned());
    }
    let ours = bundle.get("sovereign_metadata").and_then(authority_key);
    if ours != authority_key(&live.sovereign_metadata) {
        errors.push("bundle NA public key differs from live endpoint NA public key".to_owned());
    }
    let source = bundle.get("source_endpoint").filter(|source| is_truthy(source));
    let endpoint = live.endpoint.as_deref().filter(|endpoint| !endpoint.is_empty());
    if source.zip(endpoint).is_some_and(|(source, live)| source.as_str() != Some(live)) {
        errors.push("bundle source_endpoint differs from live endpoint".to_owned());
    }
}

fn has_private_name(value: &Value) -> bool {
    let is_private = |name: &str| {
        let name = name.to_lowercase();
        PRIVATE_NAMES.iter().any(|private| name.contains(private))
    };
    match value {
        Value::Map(members) => {
            members.iter().any(|(name, value)| is_private(name) || has_private_name(value))
        }
        Value::List(items) => items.iter().any(has_private_name),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) => false,
    }
}

pub(crate) fn has_private_text(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.to_lowercase().contains(PRIVATE_TEXT),
        Value::Map(members) => members.values().any(has_private_text),
        Value::List(items) => items.iter().any(has_private_text),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => false,
    }
}
