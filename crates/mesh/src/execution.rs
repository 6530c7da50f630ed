//! Execution evidence: what was done under a decision, each record bound to the one before it.
//!
//! ```text
//! BoundaryDecision ── record 1 ◀─ SHA-256 ── record 2 ◀─ SHA-256 ── record 3 …
//! ```
//!
//! # Invariants
//!
//! 1. Records are numbered 1, 2, 3 …; none can be taken out, put in, moved or changed unnoticed, except at the end.
//! 2. Every record is of the decision that the chain is about.
//!
//! # Source
//!
//! The reference's execution evidence. Invariant 2, and that a record falls into the decision's time, is ours.

use std::collections::BTreeMap;

use comity_sign::SigningKey;
use comity_wire::mesh_json::{Datetime, Value};

use crate::boundary::BoundaryDecision;
use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::schema::{Field, SchemaError, Settle};
use crate::{objects, reasons};

/// How an execution ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As wanted.
    Success,
    /// Not at all.
    Failure,
    /// In part.
    Partial,
}

objects! {
    /// One execution of a capability.
    pub struct ExecutionEvidence signed_by signature, settled {
        /// Its id.
        evidence_id: String,
        /// Its number under the decision, from 1.
        sequence_no: u64,
        /// The decision.
        decision_id: String,
        /// The request that was decided about.
        context_id: String,
        /// The agreement or delegation.
        agreement_id: String,
        /// Who executed.
        executor_sovereign_id: String,
        /// What.
        executed_capability: String,
        /// With which parameters.
        execution_parameters: BTreeMap<String, Value> = BTreeMap::new(),
        /// When.
        executed_at: Datetime,
        /// How it ended.
        outcome: Outcome,
        /// In words.
        outcome_detail: Option<String> = None,
        /// SHA-256 of the record before, hexadecimal; none for the first.
        prev_evidence_digest: Option<String> = None,
        /// By the executor.
        signature: Option<Signature> = None,
    }
}

reasons! {
    /// Why a chain of evidence is refused. Those from `decision_mismatch` on are ours.
    pub enum EvidenceReason {
        /// It has no record.
        EmptyChain = "empty_chain",
        /// A record's number is too low.
        SequenceOutOfOrder = "sequence_out_of_order",
        /// A record's number is too high.
        SequenceGap = "sequence_gap",
        /// Something else was executed.
        CapabilityMismatch = "capability_mismatch",
        /// The first record names one before it.
        ChainBreak = "chain_break",
        /// A record is not bound to the one before it.
        DigestMismatch = "digest_mismatch",
        /// Nobody signed a record.
        MissingSignature = "missing_signature",
        /// A signature is by no known key of the executor.
        InvalidSignature = "invalid_signature",
        /// Executed after the decision's freshness proof had run out.
        StaleFreshnessProof = "stale_freshness_proof",
        /// A record is of another decision.
        DecisionMismatch = "decision_mismatch",
        /// The decision did not authorise anything.
        NotAuthorized = "not_authorized",
        /// Executed before the decision was made or after it had run out.
        OutsideDecisionWindow = "outside_decision_window",
    }
}

/// Why a chain is refused, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvidenceFailure {
    /// Why.
    pub reason: EvidenceReason,
    /// The number that the record gives itself; none for an empty chain.
    pub failed_at_sequence: Option<u64>,
}

/// What a chain is held against.
#[derive(Clone, Copy, Debug)]
pub struct EvidenceDemand<'a> {
    /// The decision that the chain is about.
    pub decision_id: &'a str,
    /// Keys of each executor.
    pub executor_keys: &'a BTreeMap<String, Vec<MeshKey>>,
    /// What was to be executed; `None` takes anything.
    pub capability: Option<&'a str>,
    /// The decision itself, verified by the caller.
    pub decision: Option<&'a BoundaryDecision>,
}

/// What was executed.
#[derive(Clone, Debug)]
pub struct Execution {
    /// Id of the record.
    pub evidence_id: String,
    /// Who executed.
    pub executor_sovereign_id: String,
    /// What.
    pub capability: String,
    /// With which parameters.
    pub parameters: BTreeMap<String, Value>,
    /// When.
    pub at: Datetime,
    /// How it ended.
    pub outcome: Outcome,
    /// In words.
    pub detail: Option<String>,
}

impl Outcome {
    /// Its name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Partial => "partial",
        }
    }
}

impl Field for Outcome {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        match value.as_str() {
            Some("success") => Ok(Self::Success),
            Some("failure") => Ok(Self::Failure),
            Some("partial") => Ok(Self::Partial),
            _ => Err(SchemaError::expected("success, failure or partial")),
        }
    }

    fn write(&self) -> Value {
        Value::from(self.as_str())
    }
}

impl Settle for ExecutionEvidence {
    fn settle(self) -> Result<Self, SchemaError> {
        if self.sequence_no == 0 {
            return Err(SchemaError::expected("a number from 1").within("sequence_no"));
        }
        Ok(self)
    }
}

impl ExecutionEvidence {
    /// Records what was executed under a decision, after `prior`.
    pub fn record(
        decision: &BoundaryDecision,
        execution: Execution,
        prior: Option<&Self>,
        (secret, key_id): (&SigningKey, &str),
    ) -> Self {
        let mut record = Self {
            evidence_id: execution.evidence_id,
            sequence_no: prior.map_or(1, |prior| prior.sequence_no.saturating_add(1)),
            decision_id: decision.decision_id.clone(),
            context_id: decision.context_id.clone(),
            agreement_id: decision.agreement_id.clone(),
            executor_sovereign_id: execution.executor_sovereign_id,
            executed_capability: execution.capability,
            execution_parameters: execution.parameters,
            executed_at: execution.at,
            outcome: execution.outcome,
            outcome_detail: execution.detail,
            prev_evidence_digest: prior.map(|prior| prior.digest().to_string()),
            signature: None,
        };
        record.sign(secret, key_id);
        record
    }

    fn check_number(&self, prior: Option<&Self>) -> Result<(), EvidenceReason> {
        let next = prior.map_or(1, |prior| prior.sequence_no.saturating_add(1));
        match self.sequence_no.cmp(&next) {
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Less => Err(EvidenceReason::SequenceOutOfOrder),
            std::cmp::Ordering::Greater => Err(EvidenceReason::SequenceGap),
        }
    }

    fn check_link(&self, prior: Option<&Self>) -> Result<(), EvidenceReason> {
        match (prior, &self.prev_evidence_digest) {
            (None, None) => Ok(()),
            (None, Some(_)) => Err(EvidenceReason::ChainBreak),
            (Some(prior), Some(digest)) if *digest == prior.digest().to_string() => Ok(()),
            (Some(_), _) => Err(EvidenceReason::DigestMismatch),
        }
    }

    fn check(
        &self,
        prior: Option<&Self>,
        demand: &EvidenceDemand<'_>,
    ) -> Result<(), EvidenceReason> {
        self.check_number(prior)?;
        if demand.capability.is_some_and(|capability| capability != self.executed_capability) {
            return Err(EvidenceReason::CapabilityMismatch);
        }
        self.check_link(prior)?;
        let keys = demand.executor_keys.get(&self.executor_sovereign_id);
        match self.check_signatures(keys.map_or(&[], Vec::as_slice)) {
            SignatureCheck::Missing => return Err(EvidenceReason::MissingSignature),
            SignatureCheck::Invalid => return Err(EvidenceReason::InvalidSignature),
            SignatureCheck::Valid => {}
        }
        if let Some(decision) = demand.decision {
            self.check_decision(decision)?;
        }
        if self.decision_id == demand.decision_id {
            Ok(())
        } else {
            Err(EvidenceReason::DecisionMismatch)
        }
    }

    fn check_decision(&self, decision: &BoundaryDecision) -> Result<(), EvidenceReason> {
        let executed = self.executed_at.instant();
        let proof_until = decision.freshness_proof.as_ref().map(|proof| proof.proof_valid_until);
        if proof_until.is_some_and(|until| until.instant() < executed) {
            return Err(EvidenceReason::StaleFreshnessProof);
        }
        let is_of_decision = self.decision_id == decision.decision_id
            && self.context_id == decision.context_id
            && self.agreement_id == decision.agreement_id;
        if !is_of_decision {
            return Err(EvidenceReason::DecisionMismatch);
        }
        if !decision.authorized {
            return Err(EvidenceReason::NotAuthorized);
        }
        let made = decision.decision_made_at.instant();
        if (made..=decision.decision_valid_until.instant()).contains(&executed) {
            Ok(())
        } else {
            Err(EvidenceReason::OutsideDecisionWindow)
        }
    }
}

/// Checks a chain, record by record.
///
/// # Errors
///
/// [`EvidenceFailure`], the first.
pub fn verify_chain(
    records: &[ExecutionEvidence],
    demand: &EvidenceDemand<'_>,
) -> Result<(), EvidenceFailure> {
    if records.is_empty() {
        let reason = EvidenceReason::EmptyChain;
        return Err(EvidenceFailure { reason, failed_at_sequence: None });
    }
    let mut prior = None;
    for record in records {
        let failed_at_sequence = Some(record.sequence_no);
        record
            .check(prior, demand)
            .map_err(|reason| EvidenceFailure { reason, failed_at_sequence })?;
        prior = Some(record);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
