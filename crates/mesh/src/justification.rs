//! Justification proofs: an operator signs which gates it applied, in which order, to what, and what they said.
//!
//! # Invariants
//!
//! 1. A trace ends at its first failed gate, and names it.
//! 2. A proof that is held against a decision agrees with it gate by gate.
//!
//! # Source
//!
//! The reference's justification proofs; it compares the number of gates only.

use std::collections::BTreeMap;

use comity_sign::SigningKey;
use comity_wire::mesh_json::{Datetime, Value};

use crate::boundary::{BoundaryDecision, GateResult};
use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::{objects, reasons};

objects! {
    /// One gate of a trace.
    pub struct GateTraceEntry {
        /// The gate.
        gate_name: String,
        /// Its kind.
        gate_type: String,
        /// When it was asked.
        evaluated_at: Datetime,
        /// What it looked at.
        inputs: BTreeMap<String, Value> = BTreeMap::new(),
        /// Whether the request passed.
        result: bool,
        /// Why, in words.
        reason: String,
        /// Anything.
        metadata: BTreeMap<String, Value> = BTreeMap::new(),
    }

    /// The gates that one decision came from.
    pub struct GateTrace {
        /// Its id.
        trace_id: String,
        /// The decision.
        decision_id: String,
        /// The agreement or delegation.
        agreement_id: String,
        /// Who decided.
        operator_sovereign_id: String,
        /// When.
        traced_at: Datetime,
        /// The gates, in the order in which they were asked.
        entries: Vec<GateTraceEntry> = Vec::new(),
        /// The gate that failed, if one did.
        short_circuited_at: Option<String> = None,
        /// Whether the request may go ahead.
        final_authorized: bool,
    }

    /// A trace, signed by who decided.
    pub struct JustificationProof signed_by signature {
        /// Its id.
        proof_id: String,
        /// The decision.
        decision_id: String,
        /// The gates.
        trace: GateTrace,
        /// When it was signed.
        proof_issued_at: Datetime,
        /// Who signed it.
        issuer_sovereign_id: String,
        /// By the issuer.
        signature: Option<Signature> = None,
    }
}

reasons! {
    /// Why a justification proof is refused. Those from `trace_entry_mismatch` on are ours.
    pub enum JustificationReason {
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// The signature is by no key of the issuer.
        InvalidSignature = "invalid_signature",
        /// Proof, trace and decision are not about the same decision.
        DecisionIdMismatch = "decision_id_mismatch",
        /// Trace and decision have not as many gates.
        TraceEntryCountMismatch = "trace_entry_count_mismatch",
        /// The gate at which the trace ends is not the one that failed.
        ShortCircuitInconsistent = "short_circuit_inconsistent",
        /// A gate of the trace is not the decision's.
        TraceEntryMismatch = "trace_entry_mismatch",
        /// Trace and decision came to different ends.
        FinalAuthorizedMismatch = "final_authorized_mismatch",
        /// Somebody else decided.
        IssuerMismatch = "issuer_mismatch",
    }
}

/// Why a trace cannot be signed as a decision's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the trace does not justify the decision: {0}")]
pub struct JustificationError(pub JustificationReason);

impl JustificationError {
    /// Stable code for machines.
    pub const fn code(&self) -> &'static str {
        "mesh.trace_refused"
    }
}

impl GateTraceEntry {
    fn is_of(&self, result: &GateResult) -> bool {
        self.gate_name == result.gate_name
            && self.result == result.passed
            && self.reason == result.detail
    }
}

impl GateTrace {
    /// The gate that failed, if the trace ends with one and none failed before.
    fn failed(&self) -> Result<Option<&str>, JustificationReason> {
        let mut failed = self.entries.iter().filter(|entry| !entry.result);
        match (failed.next(), failed.next()) {
            (None, _) => Ok(None),
            (Some(first), None) if self.entries.last() == Some(first) => Ok(Some(&first.gate_name)),
            (Some(_), _) => Err(JustificationReason::ShortCircuitInconsistent),
        }
    }

    /// Whether it agrees with itself.
    fn check(&self) -> Result<(), JustificationReason> {
        let failed = self.failed()?;
        if self.short_circuited_at.as_deref() != failed {
            return Err(JustificationReason::ShortCircuitInconsistent);
        }
        if self.final_authorized == failed.is_some() {
            return Err(JustificationReason::FinalAuthorizedMismatch);
        }
        Ok(())
    }
}

impl JustificationProof {
    /// Signs the trace of a decision.
    ///
    /// # Errors
    ///
    /// [`JustificationError`] if it is not the trace of that decision.
    pub fn issue(
        proof_id: String,
        trace: GateTrace,
        decision: &BoundaryDecision,
        at: Datetime,
        (secret, key_id): (&SigningKey, &str),
    ) -> Result<Self, JustificationError> {
        let mut proof = Self {
            proof_id,
            decision_id: decision.decision_id.clone(),
            issuer_sovereign_id: trace.operator_sovereign_id.clone(),
            trace,
            proof_issued_at: at,
            signature: None,
        };
        proof.check(Some(decision)).map_err(JustificationError)?;
        proof.sign(secret, key_id);
        Ok(proof)
    }

    /// Checks that the issuer signed it, that it agrees with itself and, if one is given, with the decision.
    ///
    /// # Errors
    ///
    /// [`JustificationReason`], the first that applies.
    pub fn verify(
        &self,
        issuer_keys: &[MeshKey],
        decision: Option<&BoundaryDecision>,
    ) -> Result<(), JustificationReason> {
        match self.check_signatures(issuer_keys) {
            SignatureCheck::Missing => Err(JustificationReason::MissingSignature),
            SignatureCheck::Invalid => Err(JustificationReason::InvalidSignature),
            SignatureCheck::Valid => self.check(decision),
        }
    }

    /// Checks that it agrees with itself, whoever signed it.
    ///
    /// # Errors
    ///
    /// [`JustificationReason`], the first that applies.
    pub fn check_itself(&self) -> Result<(), JustificationReason> {
        self.check(None)
    }

    fn check(&self, decision: Option<&BoundaryDecision>) -> Result<(), JustificationReason> {
        let trace = &self.trace;
        let is_other = |id: &String| *id != self.decision_id;
        if decision.is_some_and(|decision| is_other(&decision.decision_id)) {
            return Err(JustificationReason::DecisionIdMismatch);
        }
        if let Some(decision) = decision {
            if trace.entries.len() != decision.gate_results.len() {
                return Err(JustificationReason::TraceEntryCountMismatch);
            }
            if decision.authorized == trace.short_circuited_at.is_some() {
                return Err(JustificationReason::ShortCircuitInconsistent);
            }
        }
        if is_other(&trace.decision_id) {
            return Err(JustificationReason::DecisionIdMismatch);
        }
        trace.check()?;
        if let Some(decision) = decision {
            let mut pairs = trace.entries.iter().zip(&decision.gate_results);
            if !pairs.all(|(entry, result)| entry.is_of(result)) {
                return Err(JustificationReason::TraceEntryMismatch);
            }
            if trace.final_authorized != decision.authorized {
                return Err(JustificationReason::FinalAuthorizedMismatch);
            }
            if self.issuer_sovereign_id != decision.operator_sovereign_id {
                return Err(JustificationReason::IssuerMismatch);
            }
        }
        if self.issuer_sovereign_id == trace.operator_sovereign_id {
            Ok(())
        } else {
            Err(JustificationReason::IssuerMismatch)
        }
    }
}

#[cfg(test)]
mod tests;
