//! What is checked when an agent acts: freshness of revocation, what the agent is made of, what data it may use.

use comity_wire::mesh_json::{Datetime, Value};

use super::{CaseError, Keys, SUITE_TIME};
use crate::data_usage::{DataAccessIntent, DataDemand, DataLicensePolicy, DataUsageReason};
use crate::freshness::{FreshnessDemand, FreshnessProof, FreshnessReason};
use crate::keys::MeshKey;
use crate::model::{
    AttestationPolicy, ModelAttestation, ModelDemand, ModelReason, tool_manifest_hash,
};
use crate::schema::{Field, SchemaError, member, members};

/// The verdict on a freshness proof.
pub(super) fn verify_freshness(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let proof: FreshnessProof = required(input, "proof")?;
    let issuer_keys = keys_of(input, "issuer_public_keys")?;
    let required_sequence = required(input, "required_sequence")?;
    let demand = FreshnessDemand { issuer_keys: &issuer_keys, feed: None, required_sequence };
    let verdict = proof.verify(&demand, required(input, "at_time")?);
    Ok(Value::from([
        ("valid", Value::from(verdict.is_ok())),
        ("reason", Value::from(verdict.map_or_else(FreshnessReason::as_str, |()| "valid"))),
    ]))
}

/// The verdict on a model attestation, and the hash of the tools in the input.
pub(super) fn verify_model(input: &Value, keys: &Keys) -> Result<Value, CaseError> {
    let attestation: ModelAttestation = required(input, "attestation")?;
    let policy: AttestationPolicy = required(input, "policy")?;
    let agent_keys = keys_of(input, "agent_public_keys")?;
    let operator_keys = policy.signature.is_some().then(|| all_of(keys));
    let demand = ModelDemand {
        policy: &policy,
        agent_keys: &agent_keys,
        operator_keys: operator_keys.as_deref(),
    };
    let verdict = attestation.verify(&demand, required(input, "at_time")?);
    let tool_ids: Vec<String> = member(members(input)?, "tool_ids", Some(Vec::new()))?;
    Ok(Value::from([
        ("valid", Value::from(verdict.is_ok())),
        ("reason", Value::from(verdict.map_or_else(ModelReason::as_str, |()| "valid"))),
        ("tool_manifest_hash", Value::from(tool_manifest_hash(&tool_ids).to_string())),
    ]))
}

/// The violations of an intent to use data.
pub(super) fn verify_data_usage(input: &Value, keys: &Keys) -> Result<Value, CaseError> {
    let intent: DataAccessIntent = required(input, "intent")?;
    let policy: DataLicensePolicy = required(input, "policy")?;
    let agent_keys = keys_of(input, "agent_public_keys")?;
    let licensor_keys = policy.signature.is_some().then(|| all_of(keys));
    let demand = DataDemand {
        policy: &policy,
        agent_keys: &agent_keys,
        licensor_keys: licensor_keys.as_deref(),
    };
    let at = match input.get("at_time") {
        Some(at) => Datetime::read(at)?,
        None => Datetime::read(&Value::from(SUITE_TIME))?,
    };
    let reasons: Vec<DataUsageReason> =
        intent.verify(&demand, at).into_iter().map(|violation| violation.reason).collect();
    let names: Vec<&str> = reasons.iter().map(|reason| reason.as_str()).collect();
    Ok(Value::from([
        ("valid", Value::from(reasons.is_empty())),
        ("violation_reason", names.first().map_or(Value::Null, |name| Value::from(*name))),
        ("violation_count", Value::from(u64::try_from(names.len()).unwrap_or(u64::MAX))),
        ("violation_types", Value::from(names)),
    ]))
}

fn required<T: Field>(input: &Value, name: &str) -> Result<T, SchemaError> {
    member(members(input)?, name, None)
}

/// The public keys in a member.
fn keys_of(input: &Value, name: &str) -> Result<Vec<MeshKey>, CaseError> {
    let texts: Vec<String> = required(input, name)?;
    MeshKey::parse_all(&texts).map_err(|_| CaseError::Other("a public key is none"))
}

/// Every key of the file: the input does not say which of them signs policies.
fn all_of(keys: &Keys) -> Vec<MeshKey> {
    keys.0.iter().map(|(_, key)| key.public().into()).collect()
}
