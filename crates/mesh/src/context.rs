//! What reaches an agent and what leaves it: integrity of its context, and privacy of its messages.
//!
//! ```text
//! final context  =  committed base  +  declared segments      (record signed before, checked after)
//! ```
//!
//! # Invariants
//!
//! 1. The base of a final context is the committed one: same system prompt, and its messages and tool results come first.
//! 2. What was not declared, or is longer than declared, is a violation.
//!
//! # Source
//!
//! The reference's context-injection defence. It compares the system prompt alone and never what a segment is; the reasons
//! from `base_hash_mismatch` on are ours.

pub mod privacy;

use std::fmt::Display;

use comity_sign::SigningKey;
use comity_wire::Digest;
use comity_wire::mesh_json::{Datetime, canonical};

use crate::boundary::{Agreed, ContextRecord, Gate, NOT_THE_REQUESTER};
use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::schema::{Field as _, SchemaError, Settle};
use crate::{objects, reasons};

/// How long a record is good, if nobody says otherwise.
pub const RECORD_SECONDS: i64 = 600;

objects! {
    /// The context of an agent at one moment, as hashes.
    pub struct ContextTree {
        /// SHA-256 of the system prompt.
        system_prompt_hash: String,
        /// Turns so far.
        turn_count: u64,
        /// SHA-256 of each message.
        message_hashes: Vec<String>,
        /// SHA-256 of each tool result.
        tool_result_hashes: Vec<String>,
        /// About how many tokens all of it has.
        total_token_estimate: u64,
    }

    /// Something that may come to the context later.
    pub struct ContextAppendSegment {
        /// Its id.
        segment_id: String,
        /// What it is.
        segment_type: String,
        /// Where it comes from.
        source_id: String,
        /// At most so many tokens.
        max_tokens: u64,
        /// SHA-256 that shows where it comes from.
        provenance_digest: String,
        /// How many tokens it had.
        actual_tokens: Option<u64> = None,
        /// By its source.
        signature: Option<Signature> = None,
    }

    /// What an agent's context is before it acts, and what may come to it.
    pub struct ContextIntegrityRecord signed_by signature, settled {
        /// Its id.
        record_id: String,
        /// Whose context.
        agent_sovereign_id: String,
        /// The decision that it acts under.
        decision_id: String,
        /// The context.
        base_context: ContextTree,
        /// [`ContextTree::hash`] of it; filled in if empty.
        committed_base_context_hash: String = String::new(),
        /// What may come.
        declared_append_segments: Vec<ContextAppendSegment> = Vec::new(),
        /// At most so many tokens in the end.
        max_total_tokens: u64,
        /// When.
        committed_at: Datetime,
        /// Until here, inclusive.
        expires_at: Datetime,
        /// By the agent.
        signature: Option<Signature> = None,
    }

    /// A violation as it is kept.
    pub struct ContextViolationReport {
        /// Its id.
        report_id: String,
        /// The record.
        record_id: String,
        /// Whose context.
        agent_sovereign_id: String,
        /// When it was noticed.
        detected_at: Datetime,
        /// A [`ContextReason`].
        violation_type: String,
        /// What was committed to.
        committed_value: String,
        /// What was found.
        observed_value: String,
        /// `block`.
        severity: String,
    }
}

reasons! {
    /// Why a final context is refused.
    pub enum ContextReason {
        /// Nobody signed the record.
        MissingSignature = "missing_signature",
        /// The signature is by no key of the agent.
        InvalidSignature = "invalid_signature",
        /// The record has run out.
        Expired = "expired",
        /// Another system prompt.
        BaseContextTampered = "base_context_tampered",
        /// A segment that was not declared.
        UndeclaredSegment = "undeclared_segment",
        /// A segment is longer than declared.
        SegmentTokenExceeded = "segment_token_exceeded",
        /// The context is longer than declared.
        TotalTokenExceeded = "total_token_exceeded",
        /// The record's hash is not that of its context.
        BaseHashMismatch = "base_hash_mismatch",
        /// Messages or tool results of the base are gone or changed.
        BaseHistoryTampered = "base_history_tampered",
        /// A segment has another kind, source or provenance than declared.
        SegmentAltered = "segment_altered",
        /// A segment came twice.
        SegmentRepeated = "segment_repeated",
    }
}

/// Why a context is refused, with what was committed to and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextViolation {
    /// Why.
    pub reason: ContextReason,
    /// What was committed to.
    pub committed: String,
    /// What was found.
    pub observed: String,
}

/// What a record is held against.
#[derive(Clone, Copy, Debug)]
pub struct ContextDemand<'a> {
    /// The context in the end.
    pub final_context: &'a ContextTree,
    /// What came.
    pub observed: &'a [ContextAppendSegment],
    /// Keys of the agent.
    pub agent_keys: &'a [MeshKey],
}

impl ContextTree {
    /// SHA-256 of the canonical form.
    pub fn hash(&self) -> Digest {
        comity_wire::sha256(&canonical(&self.write()))
    }

    fn continues(&self, base: &Self) -> bool {
        self.message_hashes.starts_with(&base.message_hashes)
            && self.tool_result_hashes.starts_with(&base.tool_result_hashes)
            && base.turn_count <= self.turn_count
    }
}

impl Settle for ContextIntegrityRecord {
    fn settle(mut self) -> Result<Self, SchemaError> {
        if self.committed_base_context_hash.is_empty() {
            self.committed_base_context_hash = self.base_context.hash().to_string();
        }
        Ok(self)
    }
}

fn refuse<T>(
    reason: ContextReason,
    committed: &dyn Display,
    observed: &dyn Display,
) -> Result<T, ContextViolation> {
    let (committed, observed) = (committed.to_string(), observed.to_string());
    Err(ContextViolation { reason, committed, observed })
}

impl ContextIntegrityRecord {
    /// Commits to the context from `committed_at` on, good for [`RECORD_SECONDS`], signed under the agent's name.
    #[must_use]
    pub fn commit(mut self, secret: &SigningKey) -> Self {
        self.committed_base_context_hash = self.base_context.hash().to_string();
        self.expires_at = self.committed_at.plus(RECORD_SECONDS);
        self.signature = None;
        let key_id = self.agent_sovereign_id.clone();
        self.sign(secret, &key_id);
        self
    }

    /// Checks that the final context is what was committed to, `at` that time.
    ///
    /// # Errors
    ///
    /// [`ContextViolation`], the first.
    pub fn verify(&self, demand: &ContextDemand<'_>, at: Datetime) -> Result<(), ContextViolation> {
        match self.check_signatures(demand.agent_keys) {
            SignatureCheck::Missing => {
                return refuse(ContextReason::MissingSignature, &"signature_present", &"missing");
            }
            SignatureCheck::Invalid => {
                return refuse(ContextReason::InvalidSignature, &"valid", &"invalid");
            }
            SignatureCheck::Valid => {}
        }
        if self.expires_at.instant() < at.instant() {
            return refuse(ContextReason::Expired, &self.expires_at.isoformat(), &at.isoformat());
        }
        let (base, end) = (&self.base_context, demand.final_context);
        if end.system_prompt_hash != base.system_prompt_hash {
            let (committed, observed) = (&base.system_prompt_hash, &end.system_prompt_hash);
            return refuse(ContextReason::BaseContextTampered, committed, observed);
        }
        self.check_lengths(demand)?;
        let hash = base.hash().to_string();
        if hash != self.committed_base_context_hash {
            let committed = &self.committed_base_context_hash;
            return refuse(ContextReason::BaseHashMismatch, committed, &hash);
        }
        if !end.continues(base) {
            return refuse(ContextReason::BaseHistoryTampered, &hash, &end.hash());
        }
        self.check_segments(demand.observed)
    }

    /// The declaration of a segment; of several with one id, the last.
    fn declared(&self, segment_id: &str) -> Option<&ContextAppendSegment> {
        self.declared_append_segments.iter().rev().find(|segment| segment.segment_id == segment_id)
    }

    fn check_lengths(&self, demand: &ContextDemand<'_>) -> Result<(), ContextViolation> {
        let undeclared =
            demand.observed.iter().find(|segment| self.declared(&segment.segment_id).is_none());
        if let Some(segment) = undeclared {
            return refuse(ContextReason::UndeclaredSegment, &"declared", &segment.segment_id);
        }
        for segment in demand.observed {
            let max = self.declared(&segment.segment_id).map(|declared| declared.max_tokens);
            if let (Some(max), Some(actual)) = (max, segment.actual_tokens)
                && max < actual
            {
                return refuse(ContextReason::SegmentTokenExceeded, &max, &actual);
            }
        }
        let (max, total) = (self.max_total_tokens, demand.final_context.total_token_estimate);
        if max < total {
            return refuse(ContextReason::TotalTokenExceeded, &max, &total);
        }
        Ok(())
    }

    fn check_segments(&self, observed: &[ContextAppendSegment]) -> Result<(), ContextViolation> {
        for (place, segment) in observed.iter().enumerate() {
            let id = &segment.segment_id;
            let what = |it: &ContextAppendSegment| {
                format!("{} {} {}", it.segment_type, it.source_id, it.provenance_digest)
            };
            let committed = self.declared(id).map(what).unwrap_or_default();
            if committed != what(segment) {
                return refuse(ContextReason::SegmentAltered, &committed, &what(segment));
            }
            if observed.iter().take(place).any(|earlier| earlier.segment_id == *id) {
                return refuse(ContextReason::SegmentRepeated, &"once", id);
            }
        }
        Ok(())
    }

    /// A violation of this record as it is kept.
    pub fn keep(
        &self,
        violation: &ContextViolation,
        report_id: String,
        at: Datetime,
    ) -> ContextViolationReport {
        ContextViolationReport {
            report_id,
            record_id: self.record_id.clone(),
            agent_sovereign_id: self.agent_sovereign_id.clone(),
            detected_at: at,
            violation_type: violation.reason.to_string(),
            committed_value: violation.committed.clone(),
            observed_value: violation.observed.clone(),
            severity: "block".to_owned(),
        }
    }
}

/// Passes if the requester's context is what it committed to.
#[derive(Clone, Copy, Debug)]
pub struct ContextGate<'a> {
    /// What the requester committed to.
    pub record: &'a ContextIntegrityRecord,
    /// What it is held against.
    pub demand: ContextDemand<'a>,
}

impl Gate for ContextGate<'_> {
    fn name(&self) -> &'static str {
        "context_injection"
    }

    fn check(
        &self,
        context: &ContextRecord,
        _: &Agreed<'_>,
        at: Datetime,
    ) -> Result<String, String> {
        let record = self.record;
        record.verify(&self.demand, at).map_err(|violation| violation.reason.to_string())?;
        if record.agent_sovereign_id != context.requester_sovereign_id {
            return Err(NOT_THE_REQUESTER.to_owned());
        }
        let id: String = record.record_id.chars().take(8).collect();
        Ok(format!("record '{id}' integrity verified"))
    }
}

#[cfg(test)]
mod tests;
