//! The gates that every request passes, and what a further gate is.

use comity_wire::mesh_json::{Datetime, Value};

use super::ContextRecord;
use super::engine::FreshnessRule;
use super::text::repr_list;
use crate::agreement::{AgreementRecord, AgreementTerms};
use crate::delegation::DelegatedAgreementRecord;
use crate::freshness::{FreshnessDemand, FreshnessProof};

/// What an agreement or delegation lets its parties ask of each other.
#[derive(Clone, Copy, Debug)]
pub struct Agreed<'a> {
    /// Id of the agreement or delegation.
    pub agreement_id: &'a str,
    /// Its two parties.
    pub parties: [&'a str; 2],
    /// What may be asked for.
    pub capabilities: &'a [String],
    /// From here on, inclusive.
    pub valid_from: Datetime,
    /// Until here, inclusive.
    pub valid_until: Datetime,
    /// How far the revocation feed must have come.
    pub freshness_commitment: u64,
}

impl<'a> From<&'a AgreementRecord> for Agreed<'a> {
    /// The agreement is verified by the caller.
    fn from(agreement: &'a AgreementRecord) -> Self {
        let parties = [&*agreement.offerer_sovereign_id, &*agreement.responder_sovereign_id];
        Self::new(&agreement.agreement_id, parties, &agreement.agreed_terms)
    }
}

impl<'a> From<&'a DelegatedAgreementRecord> for Agreed<'a> {
    /// The chain that the delegation ends is verified by the caller.
    fn from(delegation: &'a DelegatedAgreementRecord) -> Self {
        let parties = [&*delegation.delegator_sovereign_id, &*delegation.delegate_sovereign_id];
        Self::new(&delegation.delegation_id, parties, &delegation.delegated_terms)
    }
}

impl<'a> Agreed<'a> {
    fn new(agreement_id: &'a str, parties: [&'a str; 2], terms: &'a AgreementTerms) -> Self {
        Self {
            agreement_id,
            parties,
            capabilities: &terms.capabilities,
            valid_from: terms.valid_from,
            valid_until: terms.valid_until,
            freshness_commitment: terms.freshness_commitment,
        }
    }
}

/// What a gate says about a claim of somebody else.
pub(crate) const NOT_THE_REQUESTER: &str = "agent_mismatch";

/// A further gate that an operator puts up.
pub trait Gate {
    /// Its name, which decisions and traces carry.
    fn name(&self) -> &str;

    /// Why the request passes.
    ///
    /// # Errors
    ///
    /// Why it does not.
    fn check(
        &self,
        context: &ContextRecord,
        agreed: &Agreed<'_>,
        at: Datetime,
    ) -> Result<String, String>;
}

/// What is built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BuiltIn {
    Capability,
    Window,
    Freshness,
    Proof,
}

impl BuiltIn {
    /// Those that come before the further gates.
    pub(super) const FIRST: [Self; 3] = [Self::Capability, Self::Window, Self::Freshness];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Capability => "capability_check",
            Self::Window => "validity_window",
            Self::Freshness => "freshness_check",
            Self::Proof => "freshness_proof",
        }
    }

    /// The name that traces give its kind.
    pub(super) const fn kind(self) -> &'static str {
        match self {
            Self::Capability => "CapabilityGate",
            Self::Window => "ValidityWindowGate",
            Self::Freshness => "FreshnessGate",
            Self::Proof => "FreshnessProofGate",
        }
    }

    /// The words of a decision that fails here.
    pub(super) const fn denial(self) -> &'static str {
        match self {
            Self::Capability => "capability out of scope",
            Self::Window => "outside validity window",
            Self::Freshness | Self::Proof => "insufficient freshness",
        }
    }
}

pub(super) fn capability(context: &ContextRecord, agreed: &Agreed<'_>) -> Result<String, String> {
    let asked = &context.requested_capability;
    if agreed.capabilities.contains(asked) {
        return Ok(format!("capability '{asked}' is in agreed scope"));
    }
    let agreed = repr_list(agreed.capabilities);
    Err(format!("capability '{asked}' not in agreed scope {agreed}"))
}

/// The request's own time must lie in the window, and the decision must not come after it.
pub(super) fn window(
    context: &ContextRecord,
    agreed: &Agreed<'_>,
    at: Datetime,
) -> Result<String, String> {
    let asked = context.requested_at.isoformat();
    let (from, until) = (agreed.valid_from.isoformat(), agreed.valid_until.isoformat());
    if context.requested_at.instant() < agreed.valid_from.instant() {
        return Err(format!("request at {asked} is before valid_from {from}"));
    }
    if agreed.valid_until.instant() < context.requested_at.instant() {
        return Err(format!("request at {asked} is after valid_until {until}"));
    }
    if agreed.valid_until.instant() < at.instant() {
        return Err(format!("decision at {} is after valid_until {until}", at.isoformat()));
    }
    Ok(format!("request at {asked} is within [{from}, {until}]"))
}

pub(super) fn freshness(context: &ContextRecord, agreed: &Agreed<'_>) -> Result<String, String> {
    let (seen, needed) = (context.context_freshness_seq, agreed.freshness_commitment);
    if needed <= seen {
        Ok(format!("freshness seq {seen} >= commitment {needed}"))
    } else {
        Err(format!("freshness seq {seen} < commitment {needed}"))
    }
}

pub(super) fn proof(
    proof: Option<&FreshnessProof>,
    rule: &FreshnessRule<'_>,
    agreed: &Agreed<'_>,
    at: Datetime,
) -> Result<String, String> {
    let Some(proof) = proof else {
        return Err("freshness_proof required but not provided".to_owned());
    };
    let demand = FreshnessDemand {
        issuer_keys: rule.issuer_keys,
        feed: rule.feed,
        required_sequence: agreed.freshness_commitment,
    };
    match proof.verify(&demand, at) {
        Ok(()) => Ok(format!(
            "freshness proof valid: seq={} >= commitment={}, valid_until={}",
            proof.feed_sequence,
            agreed.freshness_commitment,
            proof.proof_valid_until.isoformat()
        )),
        Err(reason) => Err(format!("freshness proof {reason}: {}", proof.proof_id)),
    }
}

/// What a gate looked at, for the trace.
pub(super) fn inputs(
    gate: BuiltIn,
    context: &ContextRecord,
    agreed: &Agreed<'_>,
    proof: Option<&FreshnessProof>,
) -> Value {
    let time = |at: Datetime| Value::from(at.isoformat());
    let commitment = ("freshness_commitment", Value::from(agreed.freshness_commitment));
    match gate {
        BuiltIn::Capability => Value::from([
            ("requested_capability", Value::from(context.requested_capability.as_str())),
            ("capabilities", Value::from(agreed.capabilities.to_vec())),
        ]),
        BuiltIn::Window => Value::from([
            ("requested_at", time(context.requested_at)),
            ("valid_from", time(agreed.valid_from)),
            ("valid_until", time(agreed.valid_until)),
        ]),
        BuiltIn::Freshness => Value::from([
            ("context_freshness_seq", Value::from(context.context_freshness_seq)),
            commitment,
        ]),
        BuiltIn::Proof => match proof {
            None => Value::from([("proof_present", Value::from(false)), commitment]),
            Some(proof) => Value::from([
                ("proof_present", Value::from(true)),
                ("proof_id", Value::from(proof.proof_id.as_str())),
                ("feed_sequence", Value::from(proof.feed_sequence)),
                ("proof_valid_until", time(proof.proof_valid_until)),
                commitment,
            ]),
        },
    }
}
