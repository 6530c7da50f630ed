//! Making a delegation: the delegator signs, then the delegate.

use std::collections::BTreeMap;

use comity_sign::SigningKey;
use comity_wire::mesh_json::Datetime;

use super::{DelegatedAgreementRecord, Parent};
use crate::agreement::AgreementTerms;
use crate::evidence::TrustEvidence;
use crate::keys::SignedObject as _;

/// Why a delegation is not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DelegationError {
    /// The delegator has nothing to pass on.
    #[error("`{delegator}` is no party of what it delegates")]
    NotParty {
        /// The delegator.
        delegator: String,
    },
    /// A capability that the parent does not have.
    #[error("`{capability}` is not there to be delegated")]
    ScopeExceeded {
        /// The first such capability.
        capability: String,
    },
    /// The terms end later than the parent.
    #[error("terms run until {valid_until}, their parent until {parent}")]
    OutlivesParent {
        /// Last instant of the terms.
        valid_until: Datetime,
        /// Last instant of the parent.
        parent: Datetime,
    },
}

impl DelegationError {
    /// Stable code for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotParty { .. } => "mesh.delegation_not_party",
            Self::ScopeExceeded { .. } => "mesh.delegation_scope_exceeded",
            Self::OutlivesParent { .. } => "mesh.delegation_outlives_parent",
        }
    }
}

impl DelegatedAgreementRecord {
    /// Passes on `terms` out of `parent`, from the source of `evidence` to its target. The delegate's signature is still
    /// to come: see [`Self::cosign`].
    ///
    /// # Errors
    ///
    /// [`DelegationError`] if the delegator is no party of the parent, or the terms go beyond it.
    pub fn issue(
        parent: Parent<'_>,
        delegation_id: String,
        terms: AgreementTerms,
        evidence: &TrustEvidence,
        established_at: Datetime,
        secret: &SigningKey,
        key_id: &str,
    ) -> Result<Self, DelegationError> {
        let delegator = &evidence.source_sovereign_id;
        if !parent.has_party(delegator) {
            return Err(DelegationError::NotParty { delegator: delegator.clone() });
        }
        if let Some(capability) = terms.beyond(parent.terms()) {
            return Err(DelegationError::ScopeExceeded { capability: capability.to_owned() });
        }
        let valid_until = terms.valid_until;
        let ends = [parent.expires_at(), parent.terms().valid_until];
        if let Some(&parent) = ends.iter().find(|end| end.instant() < valid_until.instant()) {
            return Err(DelegationError::OutlivesParent { valid_until, parent });
        }
        let mut record = Self {
            delegation_id,
            parent_id: parent.id().to_owned(),
            parent_kind: parent.kind().to_owned(),
            parent_terms_digest: parent.terms().digest(),
            delegator_sovereign_id: delegator.clone(),
            delegate_sovereign_id: evidence.target_sovereign_id.clone(),
            delegated_terms: terms,
            delegator_evidence: evidence.embed(),
            delegate_evidence: BTreeMap::new(),
            graph_digest: evidence.graph_digest.clone(),
            established_at,
            expires_at: valid_until,
            signatures: Vec::new(),
        };
        record.sign(secret, key_id);
        Ok(record)
    }

    /// Accepts it as the delegate.
    #[must_use]
    pub fn cosign(mut self, evidence: &TrustEvidence, secret: &SigningKey, key_id: &str) -> Self {
        self.delegate_evidence = evidence.embed();
        self.sign(secret, key_id);
        self
    }
}
