//! What is checked when an agent acts: freshness of revocation, what the agent is made of, what data it may use.

use comity_wire::mesh_json::Value;

use super::{CaseError, Keys, suite_time};
use crate::data_usage::{DataAccessIntent, DataDemand, DataLicensePolicy, DataUsageReason};
use crate::freshness::{FreshnessDemand, FreshnessProof, FreshnessReason};
use crate::keys::{MeshKey, Signature};
use crate::model::{
    AttestationPolicy, ModelAttestation, ModelDemand, ModelReason, tool_manifest_hash,
};
use crate::schema::{Field, SchemaError, member, members};

/// The verdict on a freshness proof.
pub(super) fn verify_freshness(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    freshness(input, required(input, "required_sequence")?)
}

/// The same for a proof by itself, which somebody holds who demands no particular number of the feed.
pub(super) fn freshness_suite(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    freshness(input, member(members(input)?, "required_sequence", Some(0))?)
}

fn freshness(input: &Value, required_sequence: u64) -> Result<Value, CaseError> {
    let proof: FreshnessProof = required(input, "proof")?;
    let issuer_keys = keys_of(input, "issuer_public_keys")?;
    let demand = FreshnessDemand { issuer_keys: &issuer_keys, feed: None, required_sequence };
    let verdict = proof.verify(&demand, required(input, "at_time")?);
    Ok(Value::from([
        ("valid", Value::from(verdict.is_ok())),
        ("reason", Value::from(verdict.map_or_else(FreshnessReason::as_str, |()| "valid"))),
    ]))
}

/// The verdict on a model attestation, and the hash of the tools in the input.
pub(super) fn verify_model(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let attestation: ModelAttestation = required(input, "attestation")?;
    let mut policy: AttestationPolicy = required(input, "policy")?;
    let agent_keys = keys_of(input, "agent_public_keys")?;
    let operator_keys = policy_keys(input, "operator_public_keys", &mut policy.signature)?;
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
pub(super) fn verify_data_usage(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let intent: DataAccessIntent = required(input, "intent")?;
    let mut policy: DataLicensePolicy = required(input, "policy")?;
    let agent_keys = keys_of(input, "agent_public_keys")?;
    let licensor_keys = policy_keys(input, "licensor_public_keys", &mut policy.signature)?;
    let demand = DataDemand {
        policy: &policy,
        agent_keys: &agent_keys,
        licensor_keys: licensor_keys.as_deref(),
    };
    let at = suite_time(input)?;
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

/// The keys that a policy must be signed with. A policy is the verifier's own document, so its signature counts for
/// nothing unless the input names whose it must be.
fn policy_keys(
    input: &Value,
    name: &str,
    signature: &mut Option<Signature>,
) -> Result<Option<Vec<MeshKey>>, CaseError> {
    if input.get(name).is_some() {
        return keys_of(input, name).map(Some);
    }
    *signature = None;
    Ok(None)
}
