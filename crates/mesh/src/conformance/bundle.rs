//! Trust bundles.

use comity_wire::mesh_json::Value;

use super::{CaseError, Keys};
use crate::bundle::{bundle_hash, summary, validate};
use crate::schema::Field as _;

/// What is wrong with a bundle, its hash and its summary.
pub(super) fn trust_bundle(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let bundle = input.get("bundle").ok_or(CaseError::Other("no bundle"))?;
    let validation = validate(bundle, None);
    Ok(Value::from([
        ("errors", validation.errors.write()),
        ("warnings", validation.warnings.write()),
        ("bundle_hash", Value::from(bundle_hash(bundle))),
        ("summary", summary(bundle)),
    ]))
}
