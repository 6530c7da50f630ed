//! Human oversight: which actions of an agent go ahead by themselves, which need a person, which never happen, and the
//! commitment that agent and person sign.
//!
//! ```text
//! action ─ 8 checks ─▶ automatic
//!                  ├─▶ human_approve ─▶ request (agent) ─▶ response (person) ─▶ commitment: agent's and person's signature
//!                  └─▶ block
//! ```
//!
//! # Invariants
//!
//! 1. The severest check decides: block before approval before automatic.
//! 2. A value that is no number, or one too large for a machine word, never slips under a threshold.
//! 3. One key never speaks for both agent and person.
//!
//! # Source
//!
//! The reference's human oversight. In its running code the agent signs the request, and that signature is copied into the
//! commitment; the person signs the commitment.

mod checks;
mod commitment;
mod real;

use std::collections::BTreeMap;

use comity_wire::mesh_json::{Datetime, Value};

use crate::keys::{Signature, SignedObject, without};
use crate::objects;
use crate::schema::{Field, SchemaError};

pub use checks::{Action, CheckOutcome, PolicyEvaluation};
pub use commitment::{
    Approval, CommitmentDemand, CommitmentReason, OversightError, Proposal, approve, propose,
    reject,
};
pub use real::{Real, compare};

/// How long a person has to answer, if nobody says otherwise.
pub const APPROVAL_SECONDS: i64 = 300;

/// How long a commitment is good, if nobody says otherwise.
pub const COMMITMENT_SECONDS: i64 = 600;

/// What becomes of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Escalation {
    /// It goes ahead.
    Automatic,
    /// A person decides.
    HumanApprove,
    /// It does not happen.
    Block,
}

impl Escalation {
    /// Its name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::HumanApprove => "human_approve",
            Self::Block => "block",
        }
    }
}

impl Field for Escalation {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        match value.as_str() {
            Some("automatic") => Ok(Self::Automatic),
            Some("human_approve") => Ok(Self::HumanApprove),
            Some("block") => Ok(Self::Block),
            _ => Err(SchemaError::expected("automatic, human_approve or block")),
        }
    }

    fn write(&self) -> Value {
        Value::from(self.as_str())
    }
}

/// Two integers, as a list.
impl Field for (u64, u64) {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        let [first, second] = value.items() else {
            return Err(SchemaError::expected("two integers"));
        };
        Ok((u64::read(first)?, u64::read(second)?))
    }

    fn write(&self) -> Value {
        Value::from(vec![self.0, self.1])
    }
}

objects! {
    /// Which actions need a person.
    pub struct HumanOversightPolicy signed_by signature {
        /// Its id.
        policy_id: String,
        /// The agreement that it governs.
        agreement_id: String,
        /// The person's sovereign.
        human_sovereign_id: String,
        /// Nothing else may be done.
        allowed_capabilities: Vec<String>,
        /// Others escalate; empty lets everybody.
        counterparty_allowlist: Vec<String> = Vec::new(),
        /// Larger values escalate.
        value_threshold: Option<Real> = None,
        /// From this hour, UTC, to before that one; other hours escalate.
        allowed_hours: Option<(u64, u64)> = None,
        /// So many actions in so many seconds; the next escalates.
        frequency_limit: Option<(u64, u64)> = None,
        /// When it was made.
        created_at: Datetime,
        /// By the operator.
        signature: Option<Signature> = None,
    }

    /// An agent asks a person.
    pub struct HumanApprovalRequest {
        /// Its id.
        request_id: String,
        /// The policy that wants a person.
        policy_id: String,
        /// Who asks.
        requesting_sovereign_id: String,
        /// What for.
        proposed_action: BTreeMap<String, Value>,
        /// `human_approve`.
        escalation_level: Escalation,
        /// Why a person is needed.
        escalation_reasons: Vec<String>,
        /// When.
        requested_at: Datetime,
        /// Until here, inclusive, a person can answer.
        expires_at: Datetime,
        /// By the agent.
        agent_signature: Option<Signature> = None,
    }

    /// A person answers.
    pub struct HumanApprovalResponse {
        /// Its id.
        response_id: String,
        /// The request.
        request_id: String,
        /// Who answers.
        human_sovereign_id: String,
        /// Whether the action may go ahead.
        approved: bool,
        /// When.
        responded_at: Datetime,
        /// In words.
        response_note: Option<String> = None,
        /// By the person.
        human_signature: Option<Signature> = None,
    }

    /// An action that an agent proposed and a person approved.
    pub struct DualSignedCommitment {
        /// Its id.
        commitment_id: String,
        /// The request.
        request_id: String,
        /// The response.
        response_id: String,
        /// The agreement.
        agreement_id: String,
        /// Who acts.
        acting_sovereign_id: String,
        /// Who approved.
        human_sovereign_id: String,
        /// What is done.
        proposed_action: BTreeMap<String, Value>,
        /// When it was approved.
        committed_at: Datetime,
        /// Until here, inclusive.
        expires_at: Datetime,
        /// By the agent, over the request.
        agent_signature: Option<Signature> = None,
        /// By the person, over this without both signatures.
        human_signature: Option<Signature> = None,
    }
}

impl SignedObject for HumanApprovalRequest {
    fn signatures(&self) -> &[Signature] {
        self.agent_signature.as_slice()
    }

    fn add_signature(&mut self, signature: Signature) {
        self.agent_signature = Some(signature);
    }

    fn signed_value(&self) -> Value {
        without(self.write(), "agent_signature")
    }
}

impl SignedObject for HumanApprovalResponse {
    fn signatures(&self) -> &[Signature] {
        self.human_signature.as_slice()
    }

    fn add_signature(&mut self, signature: Signature) {
        self.human_signature = Some(signature);
    }

    fn signed_value(&self) -> Value {
        without(self.write(), "human_signature")
    }
}

/// The person's signature is the one that is made and checked over the commitment.
impl SignedObject for DualSignedCommitment {
    fn signatures(&self) -> &[Signature] {
        self.human_signature.as_slice()
    }

    fn add_signature(&mut self, signature: Signature) {
        self.human_signature = Some(signature);
    }

    fn signed_value(&self) -> Value {
        without(without(self.write(), "human_signature"), "agent_signature")
    }
}

#[cfg(test)]
mod tests;
