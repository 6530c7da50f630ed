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
use comity_wire::mesh_json::{Datetime, Value, canonical};
use comity_wire::sha256;

use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::schema::{Field as _, SchemaError};
use crate::{objects, reasons};

/// The verdict under which nothing is agreed.
pub const VERDICT_BLOCK: &str = "block";

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

/// What was found, before anybody signs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whose trust was looked at.
    pub source_sovereign_id: String,
    /// In whom.
    pub target_sovereign_id: String,
    /// `allow`, `warn`, `escalate` or `block`.
    pub verdict: String,
    /// Code of the main reason.
    pub reason: String,
    /// Roles that were asked for.
    pub requested_roles: Vec<String>,
    /// Whether there is a path of treaties.
    pub trusted: bool,
    /// Treaties on that path.
    pub hop_count: u64,
    /// `code`, `severity` and `detail` each.
    pub signals: Vec<BTreeMap<String, String>>,
    /// Digest of the graph that was looked at.
    pub graph_digest: String,
    /// When it was looked at.
    pub evaluated_at: Datetime,
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
            evaluated_at: finding.evaluated_at.isoformat(),
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
    members.get("verdict").and_then(Value::as_str) == Some(VERDICT_BLOCK)
}

/// The digest by which evidence names a recognition graph: SHA-256 over the canonical form of its whole export.
pub fn graph_digest(export: &Value) -> String {
    sha256(&canonical(export)).to_string()
}

#[cfg(test)]
mod tests;
