//! Recognition treaties: one sovereign, the issuer, accepts the attestations of another, the subject, within a scope.
//!
//! A treaty has one direction. Mutual recognition is two treaties. A treaty names the subject's keys, so that an
//! attestation can be checked with nothing but the treaty and the issuer's key:
//!
//! ```text
//! issuer's key ──signs──▶ treaty { subject, keys, roles, statuses } ──checks──▶ attestation of the subject
//! ```
//!
//! # Invariants
//!
//! 1. The first reason that applies is the answer, in the order of [`TreatyReason::ALL`]; a treaty's reasons come before
//!    the attestation's.
//! 2. Scope claims and metadata never change an answer.
//! 3. What a treaty's life has come to depends on the stored row and the time asked for, and on nothing else.
//!
//! # Source
//!
//! The reference's `trust/treaty.py` and `trust/treaty_lifecycle.py`.

mod lifecycle;
mod maintainer;

use std::collections::BTreeMap;

use comity_sign::SigningKey;
use comity_wire::mesh_json::{Datetime, Value};

pub use lifecycle::{ExpiryRisk, Lifecycle, LifecycleState};
pub use maintainer::{
    MAINTAINER_DELEGATED_ROLE, MAINTAINER_PROFILE, MAINTAINER_ROLE, MaintainerDemand,
    MaintainerReason,
};

use crate::attestation::{
    AttestationReason, Grant, IssueError, MembershipAttestation, SKEW_SECONDS, Status, check_roles,
    check_window, covers,
};
use crate::keys::{MeshKey, Signature, SignatureCheck, SignatureMemo, SignedObject as _};
use crate::schema::{SchemaError, Settle};
use crate::{objects, reasons};

objects! {
    /// What a treaty's issuer accepts from its subject.
    pub struct RecognitionTreatyScope {
        /// Roles that are accepted; none listed means any.
        allowed_roles: Vec<String> = Vec::new(),
        /// Statuses that are good enough.
        accepted_statuses: Vec<Status> = vec![Status::Active],
        /// Anything; no rule reads it.
        claims: BTreeMap<String, Value> = BTreeMap::new(),
    }

    /// A sovereign's signed promise to accept another's attestations.
    pub struct RecognitionTreaty signed_by signatures, settled {
        /// Its id.
        treaty_id: String,
        /// Who accepts.
        issuer_sovereign_id: String,
        /// Whose attestations are accepted.
        subject_sovereign_id: String,
        /// The subject's keys, base64; one at least.
        subject_public_keys: Vec<String>,
        /// What is accepted.
        scope: RecognitionTreatyScope = RecognitionTreatyScope::default(),
        /// What the issuer thinks of it.
        status: Status = Status::Active,
        /// When it was made.
        issued_at: Datetime,
        /// From here on, inclusive.
        valid_from: Datetime,
        /// Until here, inclusive.
        expires_at: Datetime,
        /// The issuer's name for its key.
        issued_by: String,
        /// Anything; no rule reads it.
        metadata: BTreeMap<String, Value> = BTreeMap::new(),
        /// By the issuer's authority.
        signatures: Vec<Signature> = Vec::new(),
    }
}

reasons! {
    /// Why a treaty is refused.
    pub enum TreatyReason {
        /// Another issuer was expected.
        WrongIssuer = "wrong_issuer",
        /// Another subject was expected.
        WrongSubject = "wrong_subject",
        /// Revoked, as far as is known here.
        LocallyRevoked = "locally_revoked",
        /// Suspended or revoked by what it says itself.
        BadStatus = "bad_status",
        /// Too early or too late.
        OutsideValidityWindow = "outside_validity_window",
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// No signature is by a key of the issuer.
        InvalidSignature = "invalid_signature",
    }
}

/// Why an attestation is refused under a treaty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TreatyAttestationReason {
    /// The treaty itself is refused.
    Treaty(TreatyReason),
    /// The treaty holds, the attestation does not.
    Attestation(AttestationReason),
}

impl TreatyAttestationReason {
    /// The reason's name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Treaty(TreatyReason::WrongIssuer) => "treaty_wrong_issuer",
            Self::Treaty(TreatyReason::WrongSubject) => "treaty_wrong_subject",
            Self::Treaty(TreatyReason::LocallyRevoked) => "treaty_locally_revoked",
            Self::Treaty(TreatyReason::BadStatus) => "treaty_bad_status",
            Self::Treaty(TreatyReason::OutsideValidityWindow) => "treaty_outside_validity_window",
            Self::Treaty(TreatyReason::MissingSignature) => "treaty_missing_signature",
            Self::Treaty(TreatyReason::InvalidSignature) => "treaty_invalid_signature",
            Self::Attestation(AttestationReason::UnknownIssuer) => "attestation_unknown_issuer",
            Self::Attestation(AttestationReason::LocallyRevoked) => "attestation_locally_revoked",
            Self::Attestation(AttestationReason::BadStatus) => "attestation_bad_status",
            Self::Attestation(AttestationReason::OutsideValidityWindow) => {
                "attestation_outside_validity_window"
            }
            Self::Attestation(AttestationReason::RoleNotAllowed) => "attestation_role_not_allowed",
            Self::Attestation(AttestationReason::MissingSignature) => {
                "attestation_missing_signature"
            }
            Self::Attestation(AttestationReason::InvalidSignature) => {
                "attestation_invalid_signature"
            }
        }
    }
}

impl std::fmt::Display for TreatyAttestationReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a treaty is checked against.
#[derive(Clone, Copy, Debug)]
pub struct TreatyCheck<'a> {
    /// Keys that may have signed it.
    pub issuer_keys: &'a [MeshKey],
    /// Who must have issued it, if that is known.
    pub expected_issuer: Option<&'a str>,
    /// Whom it must recognise, if that is known.
    pub expected_subject: Option<&'a str>,
    /// Whether it is known here to be revoked.
    pub is_revoked: bool,
    /// The time of the question.
    pub at: Datetime,
}

impl<'a> TreatyCheck<'a> {
    /// Nothing is expected, nothing is known to be revoked.
    pub const fn new(issuer_keys: &'a [MeshKey], at: Datetime) -> Self {
        Self { issuer_keys, expected_issuer: None, expected_subject: None, is_revoked: false, at }
    }
}

impl Default for RecognitionTreatyScope {
    /// Any role, active members only.
    fn default() -> Self {
        Self {
            allowed_roles: Vec::new(),
            accepted_statuses: vec![Status::Active],
            claims: BTreeMap::new(),
        }
    }
}

impl RecognitionTreatyScope {
    /// Whether all of these roles are accepted.
    pub fn allows_roles<S: AsRef<str>>(&self, roles: &[S]) -> bool {
        let is_allowed = |role: &S| self.allowed_roles.iter().any(|known| known == role.as_ref());
        self.allowed_roles.is_empty() || roles.iter().all(is_allowed)
    }
}

impl Settle for RecognitionTreaty {
    fn settle(self) -> Result<Self, SchemaError> {
        if self.subject_public_keys.is_empty() {
            return Err(SchemaError::expected("at least one key").within("subject_public_keys"));
        }
        check_window(self.issued_at, self.valid_from, self.expires_at)?;
        Ok(self)
    }
}

impl RecognitionTreaty {
    /// Signs a draft. Its own signatures are dropped; the new one's key id is `issued_by`.
    ///
    /// # Errors
    ///
    /// [`IssueError`] if the subject, its keys, the roles or the window would not do.
    pub fn issue(mut self, secret: &SigningKey) -> Result<Self, IssueError> {
        if self.subject_sovereign_id.is_empty() {
            return Err(IssueError::MissingSubject);
        }
        if self.subject_public_keys.is_empty() {
            return Err(IssueError::MissingKey);
        }
        MeshKey::parse_all(&self.subject_public_keys)?;
        check_roles(&self.scope.allowed_roles)?;
        self.signatures.clear();
        let mut issued = self.settle()?;
        let key_id = issued.issued_by.clone();
        issued.sign(secret, &key_id);
        Ok(issued)
    }

    /// Whether it is active and `at` is inside its window, five minutes of skew on both sides included.
    pub fn is_valid(&self, at: Datetime) -> bool {
        self.status == Status::Active
            && covers(self.valid_from, self.expires_at, (SKEW_SECONDS, SKEW_SECONDS), at)
    }

    /// Checks it.
    ///
    /// # Errors
    ///
    /// [`TreatyReason`], the first that applies.
    pub fn verify(&self, check: &TreatyCheck<'_>) -> Result<(), TreatyReason> {
        self.verify_with(check, None)
    }

    /// As [`Self::verify`], with signatures that are known to be good.
    ///
    /// # Errors
    ///
    /// [`TreatyReason`], the first that applies.
    pub fn verify_with(
        &self,
        check: &TreatyCheck<'_>,
        memo: Option<&dyn SignatureMemo>,
    ) -> Result<(), TreatyReason> {
        let is_other = |expected: Option<&str>, given: &str| expected.is_some_and(|it| it != given);
        if is_other(check.expected_issuer, &self.issuer_sovereign_id) {
            return Err(TreatyReason::WrongIssuer);
        }
        if is_other(check.expected_subject, &self.subject_sovereign_id) {
            return Err(TreatyReason::WrongSubject);
        }
        if check.is_revoked {
            return Err(TreatyReason::LocallyRevoked);
        }
        if self.status != Status::Active {
            return Err(TreatyReason::BadStatus);
        }
        if !self.is_valid(check.at) {
            return Err(TreatyReason::OutsideValidityWindow);
        }
        match self.check_signatures_with(check.issuer_keys, memo) {
            SignatureCheck::Missing => Err(TreatyReason::MissingSignature),
            SignatureCheck::Invalid => Err(TreatyReason::InvalidSignature),
            SignatureCheck::Valid => Ok(()),
        }
    }

    /// Checks an attestation under this treaty, whose subject must be the attestation's issuer whatever `check` expects.
    /// `is_revoked` says whether the attestation is known here to be revoked.
    ///
    /// # Errors
    ///
    /// [`TreatyAttestationReason`], the first that applies.
    pub fn verify_attestation(
        &self,
        attestation: &MembershipAttestation,
        check: &TreatyCheck<'_>,
        is_revoked: bool,
    ) -> Result<(), TreatyAttestationReason> {
        self.verify_attestation_with(attestation, check, is_revoked, None)
    }

    /// As [`Self::verify_attestation`], with signatures that are known to be good.
    ///
    /// # Errors
    ///
    /// [`TreatyAttestationReason`], the first that applies.
    pub fn verify_attestation_with(
        &self,
        attestation: &MembershipAttestation,
        check: &TreatyCheck<'_>,
        is_revoked: bool,
        memo: Option<&dyn SignatureMemo>,
    ) -> Result<(), TreatyAttestationReason> {
        let expected_subject = Some(attestation.issuer_sovereign_id.as_str());
        self.verify_with(&TreatyCheck { expected_subject, ..*check }, memo)
            .map_err(TreatyAttestationReason::Treaty)?;
        let grant = Grant {
            sovereign_id: &self.subject_sovereign_id,
            keys: &self.subject_public_keys,
            roles: &self.scope.allowed_roles,
            statuses: &self.scope.accepted_statuses,
        };
        attestation
            .verify_granted(Some(grant), is_revoked, check.at, memo)
            .map_err(TreatyAttestationReason::Attestation)
    }
}

#[cfg(test)]
mod tests;
