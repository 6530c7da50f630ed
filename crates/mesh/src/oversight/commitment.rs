//! From a proposal to a commitment, and what a commitment must show.

use comity_sign::SigningKey;
use comity_wire::mesh_json::Datetime;

use super::{
    APPROVAL_SECONDS, Action, COMMITMENT_SECONDS, DualSignedCommitment, Escalation,
    HumanApprovalRequest, HumanApprovalResponse, HumanOversightPolicy,
};
use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::reasons;

reasons! {
    /// Why a commitment is refused. Those from `request_missing` on are ours.
    pub enum CommitmentReason {
        /// The agent did not sign.
        MissingAgentSignature = "missing_agent_signature",
        /// The person did not sign.
        MissingHumanSignature = "missing_human_signature",
        /// It is about another request or response.
        RequestResponseMismatch = "request_response_mismatch",
        /// The agent's signature is by no key of the agent.
        InvalidAgentSignature = "invalid_agent_signature",
        /// The person's signature is by no key of the person.
        InvalidHumanSignature = "invalid_human_signature",
        /// It has run out.
        Expired = "expired",
        /// The agent signed the request, and that was not shown.
        RequestMissing = "request_missing",
        /// Agent and person signed with the same key.
        PartiesShareKey = "parties_share_key",
        /// The agent asked for something else, or another agent did.
        ActionMismatch = "action_mismatch",
        /// The person's answer came after the request had run out.
        ApprovedTooLate = "approved_too_late",
        /// The person said no.
        NotApproved = "not_approved",
    }
}

/// What a commitment is held against.
#[derive(Clone, Copy, Debug)]
pub struct CommitmentDemand<'a> {
    /// Keys of the agent.
    pub agent_keys: &'a [MeshKey],
    /// Keys of the person.
    pub human_keys: &'a [MeshKey],
    /// The request.
    pub request: Option<&'a HumanApprovalRequest>,
    /// The person's response.
    pub response: Option<&'a HumanApprovalResponse>,
}

/// Why nothing is asked, or nothing approved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OversightError {
    /// No person is needed.
    #[error("the action does not need a person")]
    Automatic,
    /// The policy forbids it.
    #[error("the policy blocks the action: {}", reasons.join("; "))]
    Blocked {
        /// Why.
        reasons: Vec<String>,
    },
    /// The request is for another policy.
    #[error("the request is under policy {requested}, not under {given}")]
    OtherPolicy {
        /// What it names.
        requested: String,
        /// What it was to be answered under.
        given: String,
    },
    /// The request has run out.
    #[error("the request ran out at {expired_at}")]
    RequestExpired {
        /// When.
        expired_at: Datetime,
    },
}

impl OversightError {
    /// Stable code for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Automatic => "mesh.oversight_automatic",
            Self::Blocked { .. } => "mesh.oversight_blocked",
            Self::OtherPolicy { .. } => "mesh.oversight_other_policy",
            Self::RequestExpired { .. } => "mesh.oversight_request_expired",
        }
    }
}

/// An action for which a person is asked.
#[derive(Clone, Debug)]
pub struct Proposal<'a> {
    /// Id of the request.
    pub request_id: String,
    /// The action.
    pub action: Action<'a>,
}

/// A person's answer.
#[derive(Clone, Debug)]
pub struct Approval {
    /// Id of the response.
    pub response_id: String,
    /// Id of the commitment.
    pub commitment_id: String,
    /// In words.
    pub note: Option<String>,
}

/// Asks the person of a policy, signed by the agent.
///
/// # Errors
///
/// [`OversightError`] if no person is needed, or none can help.
pub fn propose(
    policy: &HumanOversightPolicy,
    proposal: Proposal<'_>,
    at: Datetime,
    (secret, key_id): (&SigningKey, &str),
) -> Result<HumanApprovalRequest, OversightError> {
    let evaluation = policy.evaluate(&proposal.action, at);
    let reasons = evaluation.escalation_reasons;
    match evaluation.result {
        Escalation::Automatic => return Err(OversightError::Automatic),
        Escalation::Block => return Err(OversightError::Blocked { reasons }),
        Escalation::HumanApprove => {}
    }
    let mut request = HumanApprovalRequest {
        request_id: proposal.request_id,
        policy_id: policy.policy_id.clone(),
        requesting_sovereign_id: proposal.action.requesting_sovereign_id.to_owned(),
        proposed_action: proposal.action.proposed.clone(),
        escalation_level: Escalation::HumanApprove,
        escalation_reasons: reasons,
        requested_at: at,
        expires_at: at.plus(APPROVAL_SECONDS),
        agent_signature: None,
    };
    request.sign(secret, key_id);
    Ok(request)
}

/// A person says yes: the response, and the commitment with both signatures.
///
/// # Errors
///
/// [`OversightError`] if the request is under another policy or has run out.
pub fn approve(
    request: &HumanApprovalRequest,
    policy: &HumanOversightPolicy,
    approval: Approval,
    at: Datetime,
    (secret, key_id): (&SigningKey, &str),
) -> Result<(HumanApprovalResponse, DualSignedCommitment), OversightError> {
    let commitment_id = approval.commitment_id.clone();
    let response = respond(request, policy, approval, (true, at), (secret, key_id))?;
    let mut commitment = DualSignedCommitment {
        commitment_id,
        request_id: request.request_id.clone(),
        response_id: response.response_id.clone(),
        agreement_id: policy.agreement_id.clone(),
        acting_sovereign_id: request.requesting_sovereign_id.clone(),
        human_sovereign_id: policy.human_sovereign_id.clone(),
        proposed_action: request.proposed_action.clone(),
        committed_at: at,
        expires_at: at.plus(COMMITMENT_SECONDS),
        agent_signature: request.agent_signature.clone(),
        human_signature: None,
    };
    commitment.sign(secret, key_id);
    Ok((response, commitment))
}

/// A person says no. There is no commitment then, so its id in `approval` is not used.
///
/// # Errors
///
/// As [`approve`].
pub fn reject(
    request: &HumanApprovalRequest,
    policy: &HumanOversightPolicy,
    approval: Approval,
    at: Datetime,
    signer: (&SigningKey, &str),
) -> Result<HumanApprovalResponse, OversightError> {
    respond(request, policy, approval, (false, at), signer)
}

fn respond(
    request: &HumanApprovalRequest,
    policy: &HumanOversightPolicy,
    approval: Approval,
    (approved, at): (bool, Datetime),
    (secret, key_id): (&SigningKey, &str),
) -> Result<HumanApprovalResponse, OversightError> {
    if request.policy_id != policy.policy_id {
        return Err(OversightError::OtherPolicy {
            requested: request.policy_id.clone(),
            given: policy.policy_id.clone(),
        });
    }
    if request.expires_at.instant() < at.instant() {
        return Err(OversightError::RequestExpired { expired_at: request.expires_at });
    }
    let mut response = HumanApprovalResponse {
        response_id: approval.response_id,
        request_id: request.request_id.clone(),
        human_sovereign_id: policy.human_sovereign_id.clone(),
        approved,
        responded_at: at,
        response_note: approval.note,
        human_signature: None,
    };
    response.sign(secret, key_id);
    Ok(response)
}

impl DualSignedCommitment {
    /// Checks that the agent asked for the action and that the person approved it, and that it still holds `at` that time.
    ///
    /// # Errors
    ///
    /// [`CommitmentReason`], the first that applies.
    pub fn verify(
        &self,
        demand: &CommitmentDemand<'_>,
        at: Datetime,
    ) -> Result<(), CommitmentReason> {
        use CommitmentReason as Reason;
        let agent = self.agent_signature.as_ref().ok_or(Reason::MissingAgentSignature)?;
        let human = self.human_signature.as_ref().ok_or(Reason::MissingHumanSignature)?;
        if !self.is_of(demand) {
            return Err(Reason::RequestResponseMismatch);
        }
        let own_bytes = self.signed_bytes();
        let agent_bytes = demand.request.map(HumanApprovalRequest::signed_bytes);
        let agent_key =
            signer(demand.agent_keys, agent_bytes.as_ref().unwrap_or(&own_bytes), agent);
        if demand.request.is_some() && agent_key.is_none() {
            return Err(Reason::InvalidAgentSignature);
        }
        let response_is_genuine = demand.response.is_none_or(|response| {
            response.check_signatures(demand.human_keys) == SignatureCheck::Valid
        });
        let human_key = signer(demand.human_keys, &own_bytes, human)
            .filter(|_| response_is_genuine)
            .ok_or(Reason::InvalidHumanSignature)?;
        if self.expires_at.instant() < at.instant() {
            return Err(Reason::Expired);
        }
        let agent_key = agent_key.ok_or(Reason::RequestMissing)?;
        if agent_key.to_string() == human_key.to_string() {
            return Err(Reason::PartiesShareKey);
        }
        self.check_story(demand)
    }

    fn is_of(&self, demand: &CommitmentDemand<'_>) -> bool {
        demand.request.is_none_or(|request| request.request_id == self.request_id)
            && demand.response.is_none_or(|response| {
                response.request_id == self.request_id
                    && response.response_id == self.response_id
                    && response.human_sovereign_id == self.human_sovereign_id
            })
    }

    /// Whether request, response and commitment tell the same story.
    fn check_story(&self, demand: &CommitmentDemand<'_>) -> Result<(), CommitmentReason> {
        if let Some(request) = demand.request {
            let is_asked = request.proposed_action == self.proposed_action
                && request.requesting_sovereign_id == self.acting_sovereign_id;
            if !is_asked {
                return Err(CommitmentReason::ActionMismatch);
            }
            if request.expires_at.instant() < self.committed_at.instant() {
                return Err(CommitmentReason::ApprovedTooLate);
            }
        }
        if demand.response.is_some_and(|response| !response.approved) {
            return Err(CommitmentReason::NotApproved);
        }
        Ok(())
    }
}

/// The key that made a signature.
fn signer<'a>(keys: &'a [MeshKey], bytes: &[u8], signature: &Signature) -> Option<&'a MeshKey> {
    keys.iter().find(|key| key.has_signed(bytes, &signature.sig))
}
