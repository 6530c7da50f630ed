//! How an agreement comes about: offer, counter, acceptance, second signature.
//!
//! A step refuses what the other party could not have meant. Whether the other party's signature is good is a question of
//! its own, [`CapabilityOffer::verify`] and [`CapabilityCounter::verify`], because it needs that party's keys.

use comity_sign::SigningKey;
use comity_wire::mesh_json::Datetime;

use super::{AgreementRecord, AgreementTerms, CapabilityCounter, CapabilityOffer};
use crate::evidence::{TrustEvidence, blocks};
use crate::keys::{MeshKey, SignatureCheck, SignedObject as _};

/// Why a step towards an agreement is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AgreementError {
    /// A counter names a capability that the offer does not name.
    #[error("`{capability}` was not asked for")]
    ScopeExceeded {
        /// The first such capability.
        capability: String,
    },
    /// The offerer's own evidence says that there is no trust.
    #[error("the offerer's evidence says `block`")]
    Blocked,
    /// The answer comes too late.
    #[error("offer expired at {expires_at}, it is answered at {at}")]
    OfferExpired {
        /// Last instant for an answer.
        expires_at: Datetime,
        /// Time of the answer.
        at: Datetime,
    },
    /// A counter or a record does not belong to the offer.
    #[error("`{member}` is not that of the offer")]
    NotOfThisOffer {
        /// The member that differs.
        member: &'static str,
    },
    /// The evidence is not about the two parties.
    #[error("evidence is about the trust of `{source_sovereign}` in `{target_sovereign}`")]
    OtherEvidence {
        /// Whose trust it is about.
        source_sovereign: String,
        /// In whom.
        target_sovereign: String,
    },
    /// The other party did not sign.
    #[error("no signature by a key of {party}")]
    BadSignature {
        /// The offerer or the responder.
        party: &'static str,
    },
}

impl AgreementError {
    /// Stable code for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ScopeExceeded { .. } => "mesh.agreement_scope_exceeded",
            Self::Blocked => "mesh.agreement_blocked",
            Self::OfferExpired { .. } => "mesh.agreement_offer_expired",
            Self::NotOfThisOffer { .. } => "mesh.agreement_not_of_this_offer",
            Self::OtherEvidence { .. } => "mesh.agreement_other_evidence",
            Self::BadSignature { .. } => "mesh.agreement_bad_signature",
        }
    }
}

impl CapabilityOffer {
    /// Signs a draft as the offerer.
    ///
    /// # Errors
    ///
    /// [`AgreementError::OtherEvidence`] unless `evidence` is about the offerer's trust in the responder. It takes the
    /// place of the draft's evidence and graph digest.
    pub fn issue(
        mut draft: Self,
        evidence: &TrustEvidence,
        secret: &SigningKey,
        key_id: &str,
    ) -> Result<Self, AgreementError> {
        about(evidence, &draft.offerer_sovereign_id, &draft.responder_sovereign_id)?;
        draft.graph_digest.clone_from(&evidence.graph_digest);
        draft.offerer_evidence = evidence.embed();
        draft.signatures = Vec::new();
        draft.sign(secret, key_id);
        Ok(draft)
    }

    /// Checks that the offerer signed it and that it can still be answered `at` that time.
    ///
    /// # Errors
    ///
    /// [`AgreementError::BadSignature`] or [`AgreementError::OfferExpired`].
    pub fn verify(&self, offerer_keys: &[MeshKey], at: Datetime) -> Result<(), AgreementError> {
        if self.check_signatures(offerer_keys) != SignatureCheck::Valid {
            return Err(AgreementError::BadSignature { party: "the offerer" });
        }
        self.check_time(at)
    }

    /// Answers with other terms, as the responder.
    ///
    /// # Errors
    ///
    /// [`AgreementError`] if the terms go beyond the offer, the offer is blocked or too old, or the evidence is not about
    /// the responder's trust in the offerer.
    pub fn counter(
        &self,
        terms: AgreementTerms,
        evidence: &TrustEvidence,
        at: Datetime,
        secret: &SigningKey,
        key_id: &str,
    ) -> Result<CapabilityCounter, AgreementError> {
        check_scope(&terms, &self.requested_terms)?;
        self.check_answer(evidence, at)?;
        let mut counter = CapabilityCounter {
            offer_id: self.offer_id.clone(),
            offerer_sovereign_id: self.offerer_sovereign_id.clone(),
            responder_sovereign_id: self.responder_sovereign_id.clone(),
            agreed_terms: terms,
            offerer_evidence: self.offerer_evidence.clone(),
            responder_evidence: evidence.embed(),
            graph_digest: self.graph_digest.clone(),
            expires_at: self.expires_at,
            signatures: Vec::new(),
        };
        counter.sign(secret, key_id);
        Ok(counter)
    }

    /// Accepts it as it stands, as the responder. The record lacks the offerer's signature: see
    /// [`AgreementRecord::cosign`].
    ///
    /// # Errors
    ///
    /// [`AgreementError`] if the offer is blocked or too old, or the evidence is not about the responder's trust in the
    /// offerer.
    pub fn accept(
        &self,
        agreement_id: String,
        evidence: &TrustEvidence,
        at: Datetime,
        secret: &SigningKey,
        key_id: &str,
    ) -> Result<AgreementRecord, AgreementError> {
        self.check_answer(evidence, at)?;
        let mut record = AgreementRecord {
            agreement_id,
            offer_id: self.offer_id.clone(),
            offerer_sovereign_id: self.offerer_sovereign_id.clone(),
            responder_sovereign_id: self.responder_sovereign_id.clone(),
            agreed_terms: self.requested_terms.clone(),
            offerer_evidence: self.offerer_evidence.clone(),
            responder_evidence: evidence.embed(),
            graph_digest: self.graph_digest.clone(),
            established_at: at,
            expires_at: self.requested_terms.valid_until,
            signatures: Vec::new(),
        };
        record.sign(secret, key_id);
        Ok(record)
    }

    fn check_answer(&self, evidence: &TrustEvidence, at: Datetime) -> Result<(), AgreementError> {
        self.check_time(at)?;
        if blocks(&self.offerer_evidence) {
            return Err(AgreementError::Blocked);
        }
        about(evidence, &self.responder_sovereign_id, &self.offerer_sovereign_id)
    }

    fn check_time(&self, at: Datetime) -> Result<(), AgreementError> {
        let expires_at = self.expires_at;
        if expires_at.instant() < at.instant() {
            return Err(AgreementError::OfferExpired { expires_at, at });
        }
        Ok(())
    }
}

impl CapabilityCounter {
    /// Checks that the responder signed it.
    ///
    /// # Errors
    ///
    /// [`AgreementError::BadSignature`].
    pub fn verify(&self, responder_keys: &[MeshKey]) -> Result<(), AgreementError> {
        if self.check_signatures(responder_keys) == SignatureCheck::Valid {
            Ok(())
        } else {
            Err(AgreementError::BadSignature { party: "the responder" })
        }
    }

    /// Accepts it as the offerer of `offer`. The record has both signatures.
    ///
    /// # Errors
    ///
    /// [`AgreementError`] if the counter does not belong to the offer, goes beyond it, or comes after its time.
    pub fn accept(
        &self,
        offer: &CapabilityOffer,
        agreement_id: String,
        at: Datetime,
        secret: &SigningKey,
        key_id: &str,
    ) -> Result<AgreementRecord, AgreementError> {
        let members = [
            ("offer_id", self.offer_id == offer.offer_id),
            ("offerer_sovereign_id", self.offerer_sovereign_id == offer.offerer_sovereign_id),
            ("responder_sovereign_id", self.responder_sovereign_id == offer.responder_sovereign_id),
            ("graph_digest", self.graph_digest == offer.graph_digest),
            ("offerer_evidence", self.offerer_evidence == offer.offerer_evidence),
        ];
        all_of_this_offer(&members)?;
        check_scope(&self.agreed_terms, &offer.requested_terms)?;
        offer.check_time(at)?;
        let mut record = AgreementRecord {
            agreement_id,
            offer_id: self.offer_id.clone(),
            offerer_sovereign_id: self.offerer_sovereign_id.clone(),
            responder_sovereign_id: self.responder_sovereign_id.clone(),
            agreed_terms: self.agreed_terms.clone(),
            offerer_evidence: self.offerer_evidence.clone(),
            responder_evidence: self.responder_evidence.clone(),
            graph_digest: self.graph_digest.clone(),
            established_at: at,
            expires_at: self.agreed_terms.valid_until,
            signatures: self.signatures.clone(),
        };
        record.sign(secret, key_id);
        Ok(record)
    }
}

impl AgreementRecord {
    /// Adds the offerer's signature to a record that the responder made of `offer`.
    ///
    /// # Errors
    ///
    /// [`AgreementError::NotOfThisOffer`] if the record says anything that the offer did not.
    pub fn cosign(
        mut self,
        offer: &CapabilityOffer,
        secret: &SigningKey,
        key_id: &str,
    ) -> Result<Self, AgreementError> {
        let members = [
            ("offer_id", self.offer_id == offer.offer_id),
            ("offerer_sovereign_id", self.offerer_sovereign_id == offer.offerer_sovereign_id),
            ("responder_sovereign_id", self.responder_sovereign_id == offer.responder_sovereign_id),
            ("graph_digest", self.graph_digest == offer.graph_digest),
            ("offerer_evidence", self.offerer_evidence == offer.offerer_evidence),
            ("agreed_terms", self.agreed_terms == offer.requested_terms),
        ];
        all_of_this_offer(&members)?;
        self.sign(secret, key_id);
        Ok(self)
    }
}

fn all_of_this_offer(members: &[(&'static str, bool)]) -> Result<(), AgreementError> {
    match members.iter().find(|(_, is_same)| !is_same) {
        Some((member, _)) => Err(AgreementError::NotOfThisOffer { member }),
        None => Ok(()),
    }
}

fn check_scope(terms: &AgreementTerms, requested: &AgreementTerms) -> Result<(), AgreementError> {
    match terms.beyond(requested) {
        Some(capability) => {
            Err(AgreementError::ScopeExceeded { capability: capability.to_owned() })
        }
        None => Ok(()),
    }
}

fn about(evidence: &TrustEvidence, source: &str, target: &str) -> Result<(), AgreementError> {
    if evidence.source_sovereign_id == source && evidence.target_sovereign_id == target {
        return Ok(());
    }
    Err(AgreementError::OtherEvidence {
        source_sovereign: evidence.source_sovereign_id.clone(),
        target_sovereign: evidence.target_sovereign_id.clone(),
    })
}
