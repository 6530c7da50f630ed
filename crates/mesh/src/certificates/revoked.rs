//! The list of revoked certificates.

use comity_sign::SigningKey;
use comity_wire::mesh_json::Datetime;

use crate::attestation::words;
use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::{objects, reasons};

/// Seconds from a list to the next one, at the latest.
const NEXT_UPDATE_SECONDS: i64 = 24 * 3600;

words! {
    /// Why an authority revokes a certificate. Lists of others may say anything.
    pub enum RevocationReason expected "a revocation reason" {
        /// The node's key is in other hands: it is never admitted again.
        KeyCompromise = "key_compromise",
        /// The node is gone.
        CessationOfOperation = "cessation_of_operation",
        /// Another certificate took its place.
        Superseded = "superseded",
        /// Not said.
        Unspecified = "unspecified",
    }
}

objects! {
    /// One certificate that was revoked.
    pub struct RevokedCertificate {
        /// The certificate's id.
        certificate_id: String,
        /// When.
        revoked_at: Datetime,
        /// Why.
        reason: String,
        /// The authority's name for its key.
        issuer: String,
    }

    /// Every certificate that an authority has revoked.
    pub struct CertificateRevocationList signed_by signatures {
        /// Its id.
        crl_id: String,
        /// Its number; the next list has a higher one.
        sequence: u64,
        /// When it was made.
        issued_at: Datetime,
        /// When the next one is there, at the latest.
        next_update: Datetime,
        /// The authority's name for its key.
        issuer: String,
        /// The certificates, in the order in which they were revoked.
        revoked_certificates: Vec<RevokedCertificate> = Vec::new(),
        /// By the authority.
        signatures: Vec<Signature> = Vec::new(),
    }
}

reasons! {
    /// Why a list is refused.
    pub enum CrlReason {
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// No signature is by the authority.
        InvalidSignature = "invalid_signature",
        /// Not newer than what is known.
        StaleSequence = "stale_sequence",
        /// The next list was due before.
        Overdue = "crl_overdue",
    }
}

impl CertificateRevocationList {
    /// The first list of an authority: number 0, nothing on it, unsigned.
    pub fn empty(crl_id: String, issuer: String, at: Datetime) -> Self {
        Self {
            crl_id,
            sequence: 0,
            issued_at: at,
            next_update: at.plus(NEXT_UPDATE_SECONDS),
            issuer,
            revoked_certificates: Vec::new(),
            signatures: Vec::new(),
        }
    }

    /// The unsigned list after this one, with one entry more and dated like it. `None` if the certificate is on this one.
    pub fn revoking(&self, crl_id: String, entry: RevokedCertificate) -> Option<Self> {
        if self.entry(&entry.certificate_id).is_some() {
            return None;
        }
        let mut next = self.reissued(crl_id, entry.revoked_at)?;
        next.revoked_certificates.push(entry);
        Some(next)
    }

    /// The unsigned list after this one with the same entries, for when this one falls due. `None` if numbers have run out.
    pub fn reissued(&self, crl_id: String, at: Datetime) -> Option<Self> {
        let mut next = Self::empty(crl_id, self.issuer.clone(), at);
        next.sequence = self.sequence.checked_add(1)?;
        next.revoked_certificates.clone_from(&self.revoked_certificates);
        Some(next)
    }

    /// Signs it. Its own signatures are dropped; the new one's key id is `issuer`.
    #[must_use]
    pub fn issue(mut self, secret: &SigningKey) -> Self {
        self.signatures.clear();
        let key_id = self.issuer.clone();
        self.sign(secret, &key_id);
        self
    }

    /// The entry of a certificate.
    pub fn entry(&self, cert_id: &str) -> Option<&RevokedCertificate> {
        self.revoked_certificates.iter().find(|entry| entry.certificate_id == cert_id)
    }

    /// Checks that the authority signed it and that it is newer than the last one taken. One that is overdue may still be
    /// the newest there is: see [`Self::check_due`].
    ///
    /// # Errors
    ///
    /// [`CrlReason`], the first that applies.
    pub fn verify(&self, authority: &MeshKey, last_sequence: Option<u64>) -> Result<(), CrlReason> {
        match self.check_signatures(std::slice::from_ref(authority)) {
            SignatureCheck::Missing => return Err(CrlReason::MissingSignature),
            SignatureCheck::Invalid => return Err(CrlReason::InvalidSignature),
            SignatureCheck::Valid => {}
        }
        if last_sequence.is_some_and(|last| self.sequence <= last) {
            return Err(CrlReason::StaleSequence);
        }
        Ok(())
    }

    /// Checks that no other list was due by then.
    ///
    /// # Errors
    ///
    /// [`CrlReason::Overdue`].
    pub const fn check_due(&self, at: Datetime) -> Result<(), CrlReason> {
        if self.next_update.instant() < at.instant() { Err(CrlReason::Overdue) } else { Ok(()) }
    }
}
