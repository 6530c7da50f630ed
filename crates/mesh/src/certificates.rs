//! What an authority signs for its own network: join certificates, service and policy manifests, and the list of
//! revoked certificates.
//!
//! ```text
//! invite (secret, once) ──redeemed by a node key──▶ join certificate ──revoked──▶ entry of the next list
//! ```
//!
//! # Invariants
//!
//! 1. Whatever is verified here is signed by the authority of the network, by any of the signatures on it.
//! 2. Certificates tolerate five minutes of skew on both sides, manifests and lists none.
//! 3. An invite is redeemed once, and before it expires.
//! 4. A list is followed by one with a higher sequence that holds every entry of the one before.
//!
//! # Source
//!
//! The reference's `models/{certificates,policy,revocation,enrollment}.py` and `node/peer_identity.py`.

mod invite;
mod policy;
mod revoked;

use comity_sign::SigningKey;
use comity_wire::mesh_json::Datetime;

pub use invite::{InviteReason, InviteSecret, InviteToken};
pub use policy::{PolicyManifest, PolicyReason, RoutingConfig};
pub use revoked::{CertificateRevocationList, CrlReason, RevocationReason, RevokedCertificate};

use crate::attestation::{IssueError, SKEW_SECONDS, check_roles, covers};
use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::schema::SchemaError;
use crate::{objects, reasons};

objects! {
    /// Lets a node into a network for some time.
    pub struct JoinCertificate signed_by signatures {
        /// Its id.
        cert_id: String,
        /// The node's key, base64.
        node_public_key: String,
        /// The network.
        network_name: String,
        /// What the node may be.
        roles: Vec<String> = Vec::new(),
        /// From here on, inclusive.
        issued_at: Datetime,
        /// Until here, inclusive.
        expires_at: Datetime,
        /// The authority's name for its key.
        issued_by: String,
        /// By the authority.
        signatures: Vec<Signature> = Vec::new(),
    }

    /// Vouches for a service and where it answers.
    pub struct ServiceManifest signed_by signatures {
        /// The service's name.
        service_name: String,
        /// The service's key, base64.
        service_key: String,
        /// Where it answers.
        endpoints: Vec<String>,
        /// From here on, inclusive.
        issued_at: Datetime,
        /// Until here, inclusive.
        valid_to: Datetime,
        /// The authority's name for its key.
        issued_by: String,
        /// By the authority.
        signatures: Vec<Signature> = Vec::new(),
    }
}

reasons! {
    /// Why a join certificate is refused.
    pub enum CertificateReason {
        /// It is for another network.
        NetworkMismatch = "network_mismatch",
        /// Too early or too late.
        OutsideValidityWindow = "outside_validity_window",
        /// It is on the list.
        Revoked = "certificate_revoked",
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// No signature is by the authority.
        InvalidSignature = "invalid_signature",
        /// The node's key is no key.
        BadNodeKey = "bad_node_key",
    }
}

reasons! {
    /// Why an authority does not act for the holder of a certificate that it issued itself. No skew: both clocks are its own.
    pub enum StandingReason {
        /// Its first instant is still to come.
        NotYetValid = "certificate_not_yet_valid",
        /// Its last instant is here or over.
        Expired = "certificate_expired",
    }
}

reasons! {
    /// Why a service manifest is refused.
    pub enum ServiceReason {
        /// Too early or too late.
        OutsideValidityWindow = "outside_validity_window",
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// No signature is by the authority.
        InvalidSignature = "invalid_signature",
        /// The service's key is no key.
        BadServiceKey = "bad_service_key",
    }
}

/// What a join certificate is checked against.
#[derive(Clone, Copy, Debug)]
pub struct CertificateCheck<'a> {
    /// The authority's key.
    pub authority: &'a MeshKey,
    /// The network.
    pub network_name: &'a str,
    /// The newest list that was verified, if there is one.
    pub revoked: Option<&'a CertificateRevocationList>,
    /// The time of the question.
    pub at: Datetime,
}

/// `hours` after `at`.
///
/// # Errors
///
/// [`IssueError::BadHours`] for none, or for more than a hundred years.
pub fn hours_after(at: Datetime, hours: u64) -> Result<Datetime, IssueError> {
    const HOURS_MAX: i64 = 876_600;
    let given = i64::try_from(hours).ok().filter(|hours| (1..=HOURS_MAX).contains(hours));
    given.map(|hours| at.plus(hours * 3600)).ok_or(IssueError::BadHours { hours })
}

impl JoinCertificate {
    /// Signs a draft. Its own signatures are dropped; the new one's key id is `issued_by`.
    ///
    /// # Errors
    ///
    /// [`IssueError`] if the roles, the key or the window would not do.
    pub fn issue(mut self, secret: &SigningKey) -> Result<Self, IssueError> {
        check_roles(&self.roles)?;
        MeshKey::parse(&self.node_public_key)?;
        if self.expires_at.instant() <= self.issued_at.instant() {
            return Err(SchemaError::expected("expires_at after issued_at").into());
        }
        self.signatures.clear();
        let key_id = self.issued_by.clone();
        self.sign(secret, &key_id);
        Ok(self)
    }

    /// Checks it, as a node checks another's.
    ///
    /// # Errors
    ///
    /// [`CertificateReason`], the first that applies.
    pub fn verify(&self, check: &CertificateCheck<'_>) -> Result<(), CertificateReason> {
        if self.network_name != check.network_name {
            return Err(CertificateReason::NetworkMismatch);
        }
        if !covers(self.issued_at, self.expires_at, (SKEW_SECONDS, SKEW_SECONDS), check.at) {
            return Err(CertificateReason::OutsideValidityWindow);
        }
        if check.revoked.is_some_and(|list| list.entry(&self.cert_id).is_some()) {
            return Err(CertificateReason::Revoked);
        }
        match self.check_signatures(std::slice::from_ref(check.authority)) {
            SignatureCheck::Missing => return Err(CertificateReason::MissingSignature),
            SignatureCheck::Invalid => return Err(CertificateReason::InvalidSignature),
            SignatureCheck::Valid => {}
        }
        MeshKey::parse(&self.node_public_key).map_err(|_| CertificateReason::BadNodeKey)?;
        Ok(())
    }

    /// Whether its issuer acts for its holder `at` that time.
    ///
    /// # Errors
    ///
    /// [`StandingReason`].
    pub const fn check_standing(&self, at: Datetime) -> Result<(), StandingReason> {
        if at.instant() < self.issued_at.instant() {
            Err(StandingReason::NotYetValid)
        } else if self.expires_at.instant() <= at.instant() {
            Err(StandingReason::Expired)
        } else {
            Ok(())
        }
    }
}

impl ServiceManifest {
    /// Signs a draft. Its own signatures are dropped; the new one's key id is `issued_by`.
    ///
    /// # Errors
    ///
    /// [`IssueError`] if the key or the window would not do.
    pub fn issue(mut self, secret: &SigningKey) -> Result<Self, IssueError> {
        MeshKey::parse(&self.service_key)?;
        if self.valid_to.instant() <= self.issued_at.instant() {
            return Err(SchemaError::expected("valid_to after issued_at").into());
        }
        self.signatures.clear();
        let key_id = self.issued_by.clone();
        self.sign(secret, &key_id);
        Ok(self)
    }

    /// Checks it.
    ///
    /// # Errors
    ///
    /// [`ServiceReason`], the first that applies.
    pub fn verify(&self, authority: &MeshKey, at: Datetime) -> Result<(), ServiceReason> {
        if !covers(self.issued_at, self.valid_to, (0, 0), at) {
            return Err(ServiceReason::OutsideValidityWindow);
        }
        match self.check_signatures(std::slice::from_ref(authority)) {
            SignatureCheck::Missing => return Err(ServiceReason::MissingSignature),
            SignatureCheck::Invalid => return Err(ServiceReason::InvalidSignature),
            SignatureCheck::Valid => {}
        }
        MeshKey::parse(&self.service_key).map_err(|_| ServiceReason::BadServiceKey)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
