//! Boundary decisions: whether one request under an agreement may go ahead now, and why not.
//!
//! ```text
//! ContextRecord + agreement ──▶ capability_check ─▶ validity_window ─▶ freshness_check ─▶ further gates ─▶ freshness_proof
//!                                       └──────────────┴─ the first that fails ends it ─┴──────────────────────┘
//!                               ──▶ BoundaryDecision, signed by the operator, and the trace of the gates
//! ```
//!
//! # Invariants
//!
//! 1. A decision authorises only if every gate passed.
//! 2. A decision that authorises runs out no later than the agreement.
//! 3. A freshness proof gets into a decision only after it was checked.
//!
//! # Source
//!
//! The reference's relationship context. Invariants 2 and 3, and that request and agreement must belong together, are ours.

mod engine;
mod further;
mod gates;
mod text;

use std::collections::BTreeMap;

use comity_wire::mesh_json::{Datetime, Value};

use crate::freshness::FreshnessProof;
use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::{objects, reasons};

pub use engine::{Boundary, BoundaryError, DecisionIds, Evaluation, FreshnessRule, Request};
pub use further::{DataUsageGate, ModelGate};
pub(crate) use gates::NOT_THE_REQUESTER;
pub use gates::{Agreed, Gate};
pub(crate) use text::{repr, repr_list, repr_value};

/// How long a decision is good, if nobody says otherwise.
pub const DECISION_SECONDS: i64 = 300;

objects! {
    /// What one gate said.
    pub struct GateResult {
        /// The gate.
        gate_name: String,
        /// Whether it let the request pass.
        passed: bool,
        /// Why, in words.
        detail: String,
    }

    /// A request under an agreement, in the words of who makes it. Unsigned.
    pub struct ContextRecord {
        /// Its id.
        context_id: String,
        /// The agreement or delegation.
        agreement_id: String,
        /// `agreement` or `delegation`.
        parent_kind: String = "agreement".to_owned(),
        /// Who asks.
        requester_sovereign_id: String,
        /// Who is asked.
        provider_sovereign_id: String,
        /// For what.
        requested_capability: String,
        /// With which parameters.
        request_parameters: BTreeMap<String, Value> = BTreeMap::new(),
        /// When.
        requested_at: Datetime,
        /// The sequence of the revocation feed that the requester had seen.
        context_freshness_seq: u64 = 0,
    }

    /// What an operator decided about a request. The signature covers the freshness proof with its own signature.
    pub struct BoundaryDecision signed_by signature {
        /// Its id.
        decision_id: String,
        /// The request.
        context_id: String,
        /// The agreement or delegation.
        agreement_id: String,
        /// Whether the request may go ahead.
        authorized: bool,
        /// Why not, in words.
        denial_reason: Option<String> = None,
        /// What the gates said, up to the first that failed.
        gate_results: Vec<GateResult> = Vec::new(),
        /// When.
        decision_made_at: Datetime,
        /// Until here, inclusive.
        decision_valid_until: Datetime,
        /// Who decided.
        operator_sovereign_id: String,
        /// How fresh revocation was.
        freshness_proof: Option<FreshnessProof> = None,
        /// By the operator.
        signature: Option<Signature> = None,
    }
}

reasons! {
    /// Why a decision is refused, whatever it says.
    pub enum BoundaryReason {
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// It has run out.
        DecisionExpired = "decision_expired",
        /// The signature is by no key of the operator.
        InvalidSignature = "invalid_signature",
        /// The freshness proof is not signed by a key of its issuer.
        FreshnessProofInvalidSignature = "freshness_proof_invalid_signature",
        /// The freshness proof had run out when the decision was made.
        FreshnessProofExpired = "freshness_proof_expired",
        /// It authorises although a gate failed or a denial is given. Ours.
        GateResultsInconsistent = "gate_results_inconsistent",
    }
}

reasons! {
    /// What a genuine decision says.
    pub enum BoundaryOutcome {
        /// The request may go ahead.
        Authorized = "authorized",
        /// The agreement does not cover the capability.
        CapabilityOutOfScope = "unauthorized_capability_out_of_scope",
        /// The agreement is not in force.
        OutsideValidityWindow = "unauthorized_outside_validity_window",
        /// Revocation was not fresh enough.
        InsufficientFreshness = "unauthorized_insufficient_freshness",
        /// Another gate failed.
        GateFailure = "unauthorized_gate_failure",
    }
}

impl BoundaryDecision {
    /// Checks that the operator decided so and that it still holds `at` that time; with `proof_keys`, the freshness proof in
    /// it too, if there is one.
    ///
    /// # Errors
    ///
    /// [`BoundaryReason`], the first that applies.
    pub fn verify(
        &self,
        operator_keys: &[MeshKey],
        proof_keys: Option<&[MeshKey]>,
        at: Datetime,
    ) -> Result<BoundaryOutcome, BoundaryReason> {
        if self.signature.is_none() {
            return Err(BoundaryReason::MissingSignature);
        }
        if self.decision_valid_until.instant() < at.instant() {
            return Err(BoundaryReason::DecisionExpired);
        }
        if self.check_signatures(operator_keys) != SignatureCheck::Valid {
            return Err(BoundaryReason::InvalidSignature);
        }
        if let (Some(proof), Some(keys)) = (&self.freshness_proof, proof_keys) {
            if proof.check_signatures(keys) != SignatureCheck::Valid {
                return Err(BoundaryReason::FreshnessProofInvalidSignature);
            }
            if proof.proof_valid_until.instant() < self.decision_made_at.instant() {
                return Err(BoundaryReason::FreshnessProofExpired);
            }
        }
        let is_denied =
            self.denial_reason.is_some() || self.gate_results.iter().any(|gate| !gate.passed);
        if self.authorized && is_denied {
            return Err(BoundaryReason::GateResultsInconsistent);
        }
        Ok(self.outcome())
    }

    /// What it says, read from the words of the denial as the reference reads them, except that what a further gate said
    /// about itself is not searched.
    fn outcome(&self) -> BoundaryOutcome {
        let denial = self.denial_reason.as_deref().unwrap_or_default();
        let names = |word: &str| denial.contains(word);
        match () {
            () if self.authorized => BoundaryOutcome::Authorized,
            () if denial.starts_with("gate '") => BoundaryOutcome::GateFailure,
            () if names("capability") => BoundaryOutcome::CapabilityOutOfScope,
            () if names("validity") || names("window") => BoundaryOutcome::OutsideValidityWindow,
            () if names("freshness") => BoundaryOutcome::InsufficientFreshness,
            () => BoundaryOutcome::GateFailure,
        }
    }
}

#[cfg(test)]
mod tests;
