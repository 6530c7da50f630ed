use comity_wire::mesh_json::parse;

use super::*;
use crate::conformance::suite_key;
use crate::schema::Field as _;

fn at(time: &str) -> Datetime {
    Datetime::parse(&format!("2026-01-01T{time}Z")).unwrap()
}

fn key(name: &str) -> MeshKey {
    suite_key(name).unwrap().public().into()
}

fn attestation(token_id: Option<&str>) -> ModelAttestation {
    let made_of = Configuration {
        model_id: "m",
        model_version_tag: "1",
        system_prompt: "be kind",
        tool_ids: &["search".into(), "calendar".into()],
        token_id,
    };
    let secret = suite_key("b").unwrap();
    ModelAttestation::issue("t".into(), "b".into(), &made_of, at("12:00:00"), &secret)
}

/// A policy of `a`, signed by whom.
fn policy(signer: &str, change: fn(&mut AttestationPolicy)) -> AttestationPolicy {
    let mut policy = AttestationPolicy {
        policy_id: "p".into(),
        operator_sovereign_id: "a".into(),
        allowed_model_ids: vec!["m".into()],
        allowed_system_prompt_hashes: vec![sha256(b"be kind").to_string()],
        allowed_tool_manifest_hashes: vec![
            tool_manifest_hash(&["calendar".into(), "search".into()]).to_string(),
        ],
        require_bound_token: false,
        valid_from: at("11:00:00"),
        valid_until: at("12:04:00"),
        signature: None,
    };
    change(&mut policy);
    policy.sign(&suite_key(signer).unwrap(), signer);
    policy
}

fn verify(
    attestation: &ModelAttestation,
    policy: &AttestationPolicy,
    time: &str,
) -> Result<(), ModelReason> {
    let (agent_keys, operator_keys) = ([key("b")], [key("a")]);
    let demand =
        ModelDemand { policy, agent_keys: &agent_keys, operator_keys: Some(&operator_keys) };
    attestation.verify(&demand, at(time))
}

#[test]
fn what_the_policy_lists_may_act() {
    assert_eq!(verify(&attestation(None), &policy("a", |_| ()), "12:00:00"), Ok(()));
    let open = policy("a", |policy| {
        policy.allowed_model_ids.clear();
        policy.allowed_system_prompt_hashes.clear();
        policy.allowed_tool_manifest_hashes.clear();
        policy.require_bound_token = true;
    });
    assert_eq!(verify(&attestation(Some("t")), &open, "12:00:00"), Ok(()));
}

#[test]
fn every_reason_is_given() {
    for reason in ModelReason::ALL {
        let (mut said, mut held, mut time) = (attestation(None), policy("a", |_| ()), "12:00:00");
        match reason {
            ModelReason::MissingSignature => said.signature = None,
            ModelReason::InvalidSignature => said.model_id = "other".into(),
            ModelReason::Expired => time = "12:05:01",
            ModelReason::ModelNotPermitted => {
                held = policy("a", |policy| policy.allowed_model_ids = vec!["n".into()]);
            }
            ModelReason::SystemPromptNotPermitted => {
                held =
                    policy("a", |policy| policy.allowed_system_prompt_hashes = vec![String::new()]);
            }
            ModelReason::ToolManifestNotPermitted => {
                held =
                    policy("a", |policy| policy.allowed_tool_manifest_hashes = vec![String::new()]);
            }
            ModelReason::TokenBindingRequired => {
                held = policy("a", |policy| policy.require_bound_token = true);
            }
            ModelReason::PolicyMissingSignature => held.signature = None,
            ModelReason::PolicyInvalidSignature => held = policy("c", |_| ()),
            ModelReason::PolicyOutsideValidityWindow => time = "12:04:01",
            ModelReason::NotYetValid => time = "11:54:59",
        }
        assert_eq!(verify(&said, &held, time), Err(*reason), "{reason}");
    }
}

#[test]
fn a_signed_policy_counts_only_under_a_known_key() {
    let mut policy = policy("a", |_| ());
    let (agent_keys, noon) = ([key("b")], at("12:00:00"));
    let verify = |policy: &AttestationPolicy| {
        let demand = ModelDemand { policy, agent_keys: &agent_keys, operator_keys: None };
        attestation(None).verify(&demand, noon)
    };
    assert_eq!(verify(&policy), Err(ModelReason::PolicyInvalidSignature));
    policy.signature = None;
    assert_eq!(verify(&policy), Ok(()), "the caller's own");
}

#[test]
fn a_tool_manifest_carries_its_own_hash() {
    let read = |text: &str| ToolManifest::read(&parse(text.as_bytes()).unwrap());
    let manifest = read(r#"{"tool_ids":["b","a"]}"#).unwrap();
    assert_eq!(manifest.manifest_hash, sha256(br#"["a","b"]"#).to_string());
    assert_eq!(manifest.tool_ids, ["b", "a"]);
    assert_eq!(ToolManifest::read(&manifest.write()), Ok(manifest));
    let error = read(r#"{"tool_ids":["b","a"],"manifest_hash":"00"}"#).unwrap_err();
    assert_eq!(error.path, "manifest_hash");
}
