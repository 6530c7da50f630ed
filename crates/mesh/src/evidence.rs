//! Trust evidence: what a sovereign found when it looked whether to trust another one, signed so that others can check it.
//!
//! Evidence is tied to the recognition graph that it was found in by the graph's digest. It travels alone, or inside
//! offers, agreements and delegations as an object of its own.
//!
//! # Source
//!
//! The reference's `TrustEvidence`; chapter *Mesh objects* in the book.

use std::collections::BTreeMap;

use comity_sign::SigningKey;
use comity_wire::Digest;
use comity_wire::mesh_json::{Datetime, Value};

use crate::connectome::{TrustDecision, TrustVerdict};
use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::schema::{Field as _, SchemaError};
use crate::{objects, reasons};

objects! {
    /// A signed finding about the trust of one sovereign in another.
    pub struct TrustEvidence signed_by signatures {
        /// Its id.
        evidence_id: String,
        /// Who signed it.
        issuer_sovereign_id: String,
        /// Whose trust was looked at; the issuer as a rule.
        source_sovereign_id: String,
        /// In whom.
        target_sovereign_id: String,
        /// `allow`, `warn`, `escalate` or `block`.
        verdict: String,
        /// Code of the main reason.
        reason: String,
        /// Roles that were checked against the treaties' scopes.
        requested_roles: Vec<String> = Vec::new(),
        /// Whether there is a path of treaties.
        trusted: bool,
        /// Treaties on that path.
        hop_count: u64,
        /// What was noticed: `code`, `severity` and `detail` each.
        signals: Vec<BTreeMap<String, String>> = Vec::new(),
        /// Digest of the graph that was looked at. Compared as text.
        graph_digest: String,
        /// When it was looked at. Text, and kept as it was written.
        evaluated_at: String,
        /// When it was signed.
        issued_at: Datetime,
        /// The issuer's name for the key.
        issued_by: String,
        /// Anything.
        metadata: BTreeMap<String, Value> = BTreeMap::new(),
        /// By the issuer.
        signatures: Vec<Signature> = Vec::new(),
    }
}

reasons! {
    /// Why trust evidence is refused.
    pub enum EvidenceReason {
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// No signature is by a key of the issuer.
        InvalidSignature = "invalid_signature",
        /// It was found in another graph.
        GraphDigestMismatch = "graph_digest_mismatch",
    }
}

objects! {
    /// What was found, before anybody signs it. It reads what a decision is published as.
    pub struct Finding {
        /// Whose trust was looked at.
        source_sovereign_id: String,
        /// In whom.
        target_sovereign_id: String,
        /// `allow`, `warn`, `escalate` or `block`.
        verdict: String,
        /// Code of the main reason.
        reason: String = String::new(),
        /// Roles that were asked for.
        requested_roles: Vec<String> = Vec::new(),
        /// Whether there is a path of treaties.
        trusted: bool = false,
        /// Treaties on that path.
        hop_count: u64 = 0,
        /// `code`, `severity` and `detail` each.
        signals: Vec<BTreeMap<String, String>> = Vec::new(),
        /// Digest of the graph that was looked at.
        graph_digest: String = String::new(),
        /// When it was looked at; text, as in the evidence.
        evaluated_at: String = String::new(),
    }
}

impl Finding {
    /// What a decision found in the graph of that digest.
    ///
    /// # Errors
    ///
    /// [`SchemaError`] if the decision were published as something else than it is read as, which a test rules out.
    pub fn of(decision: &TrustDecision<'_>, graph: Digest) -> Result<Self, SchemaError> {
        Ok(Self { graph_digest: graph.to_string(), ..Self::read(&decision.to_value())? })
    }
}

impl TrustEvidence {
    /// Signs a finding as `issuer`, at `issued_at`, under the key id `issued_by`.
    pub fn issue(
        finding: Finding,
        evidence_id: String,
        issuer: &str,
        issued_at: Datetime,
        secret: &SigningKey,
        issued_by: &str,
    ) -> Self {
        let mut evidence = Self {
            evidence_id,
            issuer_sovereign_id: issuer.to_owned(),
            source_sovereign_id: finding.source_sovereign_id,
            target_sovereign_id: finding.target_sovereign_id,
            verdict: finding.verdict,
            reason: finding.reason,
            requested_roles: finding.requested_roles,
            trusted: finding.trusted,
            hop_count: finding.hop_count,
            signals: finding.signals,
            graph_digest: finding.graph_digest,
            evaluated_at: finding.evaluated_at,
            issued_at,
            issued_by: issued_by.to_owned(),
            metadata: BTreeMap::new(),
            signatures: Vec::new(),
        };
        evidence.sign(secret, issued_by);
        evidence
    }

    /// Checks that a key of the issuer signed it, and that it is about the expected graph, if one is expected.
    ///
    /// # Errors
    ///
    /// [`EvidenceReason`], the first that applies.
    pub fn verify(
        &self,
        issuer_keys: &[MeshKey],
        expected_graph_digest: Option<&str>,
    ) -> Result<(), EvidenceReason> {
        match self.check_signatures(issuer_keys) {
            SignatureCheck::Missing => return Err(EvidenceReason::MissingSignature),
            SignatureCheck::Invalid => return Err(EvidenceReason::InvalidSignature),
            SignatureCheck::Valid => {}
        }
        match expected_graph_digest {
            Some(expected) if expected != self.graph_digest => {
                Err(EvidenceReason::GraphDigestMismatch)
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The evidence as agreements and delegations carry it.
    pub fn embed(&self) -> BTreeMap<String, Value> {
        self.write().members().cloned().unwrap_or_default()
    }

    /// Reads evidence out of an agreement or a delegation.
    ///
    /// # Errors
    ///
    /// [`SchemaError`] if it is none.
    pub fn embedded(members: &BTreeMap<String, Value>) -> Result<Self, SchemaError> {
        Self::read(&Value::Map(members.clone()))
    }
}

/// Whether embedded evidence says that there is no trust.
pub(crate) fn blocks(members: &BTreeMap<String, Value>) -> bool {
    members.get("verdict").and_then(Value::as_str) == Some(TrustVerdict::Block.as_str())
}

#[cfg(test)]
mod tests;
