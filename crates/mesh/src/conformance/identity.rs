//! Canonical forms, and signatures over them.

use comity_wire::mesh_json::{Value, canonical};
use comity_wire::{b64, sha256};

use super::{CaseError, Keys, recognition};
use crate::identity::{GenesisBlock, SovereignIdentity};
use crate::keys::SignedObject as _;
use crate::schema::{Field as _, Object};

/// The bytes of an object that are signed, their hash, and key `a`'s signature over them.
pub(super) fn canonical_form(input: &Value, keys: &Keys) -> Result<Value, CaseError> {
    let json = input.get("json").ok_or(CaseError::Other("no json"))?;
    let bytes = match input.get("model").and_then(Value::as_str) {
        Some(SovereignIdentity::NAME) => canonical(&SovereignIdentity::read(json)?.write()),
        Some(GenesisBlock::NAME) => GenesisBlock::read(json)?.signed_bytes(),
        Some(other) => recognition::signed_bytes(other, json)?,
        None => return Err(CaseError::Other("no model")),
    };
    Ok(Value::from([
        ("sha256", Value::from(sha256(&bytes).to_string())),
        ("signature_b64_key_a", Value::from(b64::encode(&keys.get("a")?.sign(&bytes)))),
        ("canonical_json", Value::from(String::from_utf8_lossy(&bytes).into_owned())),
    ]))
}
