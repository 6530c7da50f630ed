//! What an agent is made of when it acts: model, system prompt and tools, said under its signature, and which of these an
//! operator lets act.
//!
//! Prompt and tools are named by their hashes; neither travels.
//!
//! # Invariants
//!
//! 1. The order in which tools are listed does not change the hash of a tool set.
//! 2. A policy that is signed, or whose keys are known, counts only under a valid signature.
//!
//! # Source
//!
//! The reference's logic attestation. That a policy's own signature and window count is ours.

use comity_sign::SigningKey;
use comity_wire::mesh_json::{Datetime, Value, canonical};
use comity_wire::{Digest, sha256};

use crate::freshness::is_ahead;
use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject};
use crate::schema::{SchemaError, Settle};
use crate::{objects, reasons};

/// How long an attestation is good, if nobody says otherwise.
pub const ATTESTATION_SECONDS: i64 = 300;

objects! {
    /// The tools that an agent can reach.
    pub struct ToolManifest, settled {
        /// Their ids.
        tool_ids: Vec<String>,
        /// [`tool_manifest_hash`] of them; filled in if empty.
        manifest_hash: String = String::new(),
    }

    /// What an agent is made of, in its own words.
    pub struct ModelAttestation signed_by signature {
        /// Its id.
        attestation_id: String,
        /// Who acts.
        agent_sovereign_id: String,
        /// The model.
        model_id: String,
        /// Which build of it.
        model_version_tag: String,
        /// SHA-256 of the system prompt, hexadecimal.
        system_prompt_hash: String,
        /// [`tool_manifest_hash`], hexadecimal.
        tool_manifest_hash: String,
        /// The invocation token that it is bound to.
        token_id: Option<String> = None,
        /// When it was said.
        attested_at: Datetime,
        /// Until here, inclusive.
        expires_at: Datetime,
        /// By the agent.
        signature: Option<Signature> = None,
    }

    /// What an operator lets act. An empty list lets everything.
    pub struct AttestationPolicy signed_by signature {
        /// Its id.
        policy_id: String,
        /// Whose policy.
        operator_sovereign_id: String,
        /// Models.
        allowed_model_ids: Vec<String> = Vec::new(),
        /// Hashes of system prompts.
        allowed_system_prompt_hashes: Vec<String> = Vec::new(),
        /// Hashes of tool sets.
        allowed_tool_manifest_hashes: Vec<String> = Vec::new(),
        /// Whether an attestation must name a token.
        require_bound_token: bool = false,
        /// From here on, inclusive.
        valid_from: Datetime,
        /// Until here, inclusive.
        valid_until: Datetime,
        /// By the operator.
        signature: Option<Signature> = None,
    }
}

reasons! {
    /// Why an attestation is refused. Those from `policy_missing_signature` on are ours.
    pub enum ModelReason {
        /// The agent did not sign it.
        MissingSignature = "missing_signature",
        /// The signature is by no key of the agent.
        InvalidSignature = "invalid_signature",
        /// It has run out.
        Expired = "expired",
        /// The policy does not list the model.
        ModelNotPermitted = "model_not_permitted",
        /// The policy does not list the system prompt.
        SystemPromptNotPermitted = "system_prompt_not_permitted",
        /// The policy does not list the tool set.
        ToolManifestNotPermitted = "tool_manifest_not_permitted",
        /// The policy wants a token, and none is named.
        TokenBindingRequired = "token_binding_required",
        /// The operator's keys are known, and nobody signed the policy.
        PolicyMissingSignature = "policy_missing_signature",
        /// The policy's signature is by no known key of the operator.
        PolicyInvalidSignature = "policy_invalid_signature",
        /// The policy is not in force.
        PolicyOutsideValidityWindow = "policy_outside_validity_window",
        /// It was made in the future.
        NotYetValid = "not_yet_valid",
    }
}

/// What an agent says it is.
#[derive(Clone, Copy, Debug)]
pub struct Configuration<'a> {
    /// The model.
    pub model_id: &'a str,
    /// Which build of it.
    pub model_version_tag: &'a str,
    /// The system prompt itself.
    pub system_prompt: &'a str,
    /// Ids of its tools, in any order.
    pub tool_ids: &'a [String],
    /// The token that it acts under.
    pub token_id: Option<&'a str>,
}

/// What an attestation is held against.
#[derive(Clone, Copy, Debug)]
pub struct ModelDemand<'a> {
    /// What may act.
    pub policy: &'a AttestationPolicy,
    /// Keys of the agent.
    pub agent_keys: &'a [MeshKey],
    /// Keys of the operator, if the policy came from elsewhere.
    pub operator_keys: Option<&'a [MeshKey]>,
}

/// SHA-256 over the canonical list of the sorted ids.
pub fn tool_manifest_hash(tool_ids: &[String]) -> Digest {
    let mut sorted = tool_ids.to_vec();
    sorted.sort_unstable();
    sha256(&canonical(&Value::from(sorted)))
}

impl Settle for ToolManifest {
    /// Fills in the hash; one that is not that of the tools is refused.
    fn settle(mut self) -> Result<Self, SchemaError> {
        let hash = tool_manifest_hash(&self.tool_ids).to_string();
        if self.manifest_hash.is_empty() {
            self.manifest_hash = hash;
        } else if self.manifest_hash != hash {
            return Err(SchemaError::expected("the hash of the tools").within("manifest_hash"));
        }
        Ok(self)
    }
}

impl ModelAttestation {
    /// Says what the agent is made of, good for [`ATTESTATION_SECONDS`], signed under the agent's name.
    pub fn issue(
        attestation_id: String,
        agent_sovereign_id: String,
        made_of: &Configuration<'_>,
        at: Datetime,
        secret: &SigningKey,
    ) -> Self {
        let mut attestation = Self {
            attestation_id,
            agent_sovereign_id,
            model_id: made_of.model_id.to_owned(),
            model_version_tag: made_of.model_version_tag.to_owned(),
            system_prompt_hash: sha256(made_of.system_prompt.as_bytes()).to_string(),
            tool_manifest_hash: tool_manifest_hash(made_of.tool_ids).to_string(),
            token_id: made_of.token_id.map(str::to_owned),
            attested_at: at,
            expires_at: at.plus(ATTESTATION_SECONDS),
            signature: None,
        };
        let key_id = attestation.agent_sovereign_id.clone();
        attestation.sign(secret, &key_id);
        attestation
    }

    /// Checks that the agent said so and that the policy lets it act, `at` that time.
    ///
    /// # Errors
    ///
    /// [`ModelReason`], the first that applies.
    pub fn verify(&self, demand: &ModelDemand<'_>, at: Datetime) -> Result<(), ModelReason> {
        match self.check_signatures(demand.agent_keys) {
            SignatureCheck::Missing => return Err(ModelReason::MissingSignature),
            SignatureCheck::Invalid => return Err(ModelReason::InvalidSignature),
            SignatureCheck::Valid => {}
        }
        if self.expires_at.instant() < at.instant() {
            return Err(ModelReason::Expired);
        }
        self.check_lists(demand.policy)?;
        demand.policy.verify(demand.operator_keys, at)?;
        if is_ahead(self.attested_at, at) {
            return Err(ModelReason::NotYetValid);
        }
        Ok(())
    }

    fn check_lists(&self, policy: &AttestationPolicy) -> Result<(), ModelReason> {
        let listed = |list: &[String], it: &String| list.is_empty() || list.contains(it);
        if !listed(&policy.allowed_model_ids, &self.model_id) {
            return Err(ModelReason::ModelNotPermitted);
        }
        if !listed(&policy.allowed_system_prompt_hashes, &self.system_prompt_hash) {
            return Err(ModelReason::SystemPromptNotPermitted);
        }
        if !listed(&policy.allowed_tool_manifest_hashes, &self.tool_manifest_hash) {
            return Err(ModelReason::ToolManifestNotPermitted);
        }
        if policy.require_bound_token && self.token_id.is_none() {
            return Err(ModelReason::TokenBindingRequired);
        }
        Ok(())
    }
}

impl AttestationPolicy {
    /// Checks the policy itself: its signature, if it has one or `operator_keys` are known, and its window.
    ///
    /// # Errors
    ///
    /// [`ModelReason`], one of the three about policies.
    pub fn verify(
        &self,
        operator_keys: Option<&[MeshKey]>,
        at: Datetime,
    ) -> Result<(), ModelReason> {
        match check_policy(self, operator_keys) {
            SignatureCheck::Missing => return Err(ModelReason::PolicyMissingSignature),
            SignatureCheck::Invalid => return Err(ModelReason::PolicyInvalidSignature),
            SignatureCheck::Valid => {}
        }
        let window = self.valid_from.instant()..=self.valid_until.instant();
        if window.contains(&at.instant()) {
            Ok(())
        } else {
            Err(ModelReason::PolicyOutsideValidityWindow)
        }
    }
}

/// The signature of a policy. An unsigned one whose maker has no known keys is the caller's own, and counts as it stands.
pub(crate) fn check_policy<T: SignedObject>(
    policy: &T,
    keys: Option<&[MeshKey]>,
) -> SignatureCheck {
    if keys.is_none() && policy.signatures().is_empty() {
        return SignatureCheck::Valid;
    }
    policy.check_signatures(keys.unwrap_or_default())
}

#[cfg(test)]
mod tests;
