//! Who may act on a consensus: a short-lived grant to one bearer.

use comity_sign::SigningKey;
use comity_wire::mesh_json::Datetime;

use super::ConsensusProof;
use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::{objects, reasons};

/// How long such an identity holds unless somebody says otherwise, in seconds: as long as the reference's.
pub const EPHEMERAL_LIFE_SECONDS: i64 = 120;

objects! {
    /// A grant to act on a consensus, signed by who issued it.
    pub struct EphemeralExecutionIdentity signed_by signature {
        /// Its id.
        identity_id: String,
        /// The consensus.
        consensus_id: String,
        /// The decision behind that.
        decision_id: String,
        /// Who may act.
        bearer_sovereign_id: String,
        /// When it was signed.
        issued_at: Datetime,
        /// From here on it counts no longer.
        expires_at: Datetime,
        /// What the bearer may do.
        allowed_capabilities: Vec<String>,
        /// By the issuer.
        signature: Option<Signature> = None,
    }
}

reasons! {
    /// Why such an identity does not cover a use. As in the reference, but for the last.
    pub enum EphemeralReason {
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// The signature is not by a key of the issuer.
        InvalidSignature = "invalid_signature",
        /// It is somebody else's.
        BearerMismatch = "bearer_mismatch",
        /// It allows other capabilities.
        CapabilityNotGranted = "capability_not_granted",
        /// It is from another consensus.
        ConsensusIdMismatch = "consensus_id_mismatch",
        /// It counts no longer.
        Expired = "expired",
        /// It is from this consensus, but for another decision.
        DecisionIdMismatch = "decision_id_mismatch",
    }
}

/// A use that somebody asks for.
#[derive(Clone, Copy, Debug)]
pub struct EphemeralUse<'a> {
    /// What for.
    pub capability: &'a str,
    /// Who.
    pub bearer_sovereign_id: &'a str,
    /// When.
    pub at: Datetime,
}

impl EphemeralExecutionIdentity {
    /// Lets `bearer` act on a consensus, which is checked elsewhere, for `life_seconds`.
    pub fn issue(
        consensus: &ConsensusProof,
        identity_id: String,
        (bearer, capabilities): (&str, &[String]),
        (issued_at, life_seconds): (Datetime, i64),
        secret: &SigningKey,
        key_id: &str,
    ) -> Self {
        let mut identity = Self {
            identity_id,
            consensus_id: consensus.consensus_id.clone(),
            decision_id: consensus.decision_id.clone(),
            bearer_sovereign_id: bearer.to_owned(),
            issued_at,
            expires_at: issued_at.plus(life_seconds),
            allowed_capabilities: capabilities.to_vec(),
            signature: None,
        };
        identity.sign(secret, key_id);
        identity
    }

    /// Checks that it covers a use, and that it is from `consensus`, if that is at hand.
    ///
    /// # Errors
    ///
    /// [`EphemeralReason`], the first that applies.
    pub fn verify(
        &self,
        issuer_keys: &[MeshKey],
        consensus: Option<&ConsensusProof>,
        usage: EphemeralUse<'_>,
    ) -> Result<(), EphemeralReason> {
        match self.check_signatures(issuer_keys) {
            SignatureCheck::Missing => return Err(EphemeralReason::MissingSignature),
            SignatureCheck::Invalid => return Err(EphemeralReason::InvalidSignature),
            SignatureCheck::Valid => {}
        }
        if self.bearer_sovereign_id != usage.bearer_sovereign_id {
            return Err(EphemeralReason::BearerMismatch);
        }
        if !self.allowed_capabilities.iter().any(|capability| capability == usage.capability) {
            return Err(EphemeralReason::CapabilityNotGranted);
        }
        if consensus.is_some_and(|consensus| consensus.consensus_id != self.consensus_id) {
            return Err(EphemeralReason::ConsensusIdMismatch);
        }
        if self.expires_at.instant() <= usage.at.instant() {
            return Err(EphemeralReason::Expired);
        }
        if consensus.is_some_and(|consensus| consensus.decision_id != self.decision_id) {
            return Err(EphemeralReason::DecisionIdMismatch);
        }
        Ok(())
    }
}
