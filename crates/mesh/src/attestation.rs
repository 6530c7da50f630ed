//! Membership attestations: what a sovereign says about somebody who belongs to it, and the local policy that says
//! whose word counts.
//!
//! ```text
//! attestation ─┐
//!              ├─▶ issuer known? ▶ revoked here? ▶ status ▶ window ▶ roles ▶ signature ─▶ accepted
//! policy ──────┘
//! ```
//!
//! # Invariants
//!
//! 1. The first reason that applies is the answer, in the order of [`AttestationReason::ALL`].
//! 2. Only an active attestation is inside its window, whatever statuses a policy accepts.
//! 3. Text that is no key has signed nothing.
//! 4. What is issued here has roles that an authority may give, and keys that are keys.
//!
//! # Source
//!
//! Chapter *Canonical form of Mesh objects* in the book; the reference's `trust/attestation.py`.

use std::collections::BTreeMap;

use comity_sign::SigningKey;
use comity_wire::mesh_json::{Datetime, Value};

use crate::keys::{
    MeshKey, MeshKeyError, Signature, SignatureCheck, SignatureMemo, SignedObject as _,
};
use crate::schema::{SchemaError, Settle};
use crate::{objects, reasons};

/// Seconds that clocks of peers may differ.
pub(crate) const SKEW_SECONDS: i64 = 300;

/// How the roles begin that an authority may give.
pub const ROLE_PREFIXES: [&str; 5] =
    ["role:anchor", "role:bridge", "role:client", "role:operator", "role:service:"];

/// Declares a closed set of words.
macro_rules! words {
    (
        $(#[$meta:meta])*
        pub enum $name:ident expected $expected:literal {
            $( $(#[$word_meta:meta])* $word:ident = $text:literal, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $( $(#[$word_meta])* $word, )+
        }

        impl $name {
            /// Every word.
            pub const ALL: &'static [Self] = &[$(Self::$word),+];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $( Self::$word => $text, )+
                }
            }
        }

        impl $crate::schema::Field for $name {
            fn read(
                value: &::comity_wire::mesh_json::Value,
            ) -> ::core::result::Result<Self, $crate::schema::SchemaError> {
                let found = Self::ALL.iter().find(|word| value.as_str() == Some(word.as_str()));
                found.copied().ok_or($crate::schema::SchemaError::expected($expected))
            }

            fn write(&self) -> ::comity_wire::mesh_json::Value {
                ::comity_wire::mesh_json::Value::from(self.as_str())
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What the issuer thinks of an attestation or a treaty that it signed.
    pub enum Status expected "active, suspended or revoked" {
        /// It holds.
        Active = "active",
        /// It does not hold for now.
        Suspended = "suspended",
        /// It holds no more.
        Revoked = "revoked",
    }
}

objects! {
    /// A sovereign's word that somebody belongs to it, and in which roles.
    pub struct MembershipAttestation signed_by signatures, settled {
        /// Its id.
        attestation_id: String,
        /// Who says so.
        issuer_sovereign_id: String,
        /// About whom: a person, a program, a service.
        subject_id: String,
        /// The subject's key, base64, if one is named.
        subject_public_key: Option<String> = None,
        /// The roles.
        roles: Vec<String> = Vec::new(),
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
        /// Anything else that is said about the subject.
        claims: BTreeMap<String, Value> = BTreeMap::new(),
        /// By the issuer's authority.
        signatures: Vec<Signature> = Vec::new(),
    }

    /// One sovereign whose attestations count here.
    pub struct RecognizedIssuer, settled {
        /// Its id.
        sovereign_id: String,
        /// Its keys, base64; one at least.
        public_keys: Vec<String>,
        /// Roles it may give; none listed means any.
        allowed_roles: Vec<String> = Vec::new(),
        /// Statuses that are good enough.
        accepted_statuses: Vec<Status> = vec![Status::Active],
    }

    /// Whose attestations a sovereign accepts. Local and unsigned.
    pub struct RecognitionPolicy, settled {
        /// Whose policy it is.
        local_sovereign_id: String,
        /// Who is recognised.
        recognized_issuers: Vec<RecognizedIssuer> = Vec::new(),
        /// Attestations that do not count whoever signed them. Sorted, each once.
        revoked_attestation_ids: Vec<String> = Vec::new(),
    }
}

reasons! {
    /// Why an attestation is refused.
    pub enum AttestationReason {
        /// No policy entry for its issuer.
        UnknownIssuer = "unknown_issuer",
        /// Revoked, as far as is known here.
        LocallyRevoked = "locally_revoked",
        /// Its status is not good enough for the policy.
        BadStatus = "bad_status",
        /// Too early, too late, or not active.
        OutsideValidityWindow = "outside_validity_window",
        /// A role that this issuer may not give.
        RoleNotAllowed = "role_not_allowed",
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// No signature is by a key of the issuer.
        InvalidSignature = "invalid_signature",
    }
}

/// Why something is not issued.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// A role that no authority gives.
    #[error(
        "{role} is no role: one begins with role:anchor, role:bridge, role:client, role:operator or role:service:"
    )]
    InvalidRole {
        /// The role.
        role: String,
    },
    /// The subject has no id, or no role.
    #[error("a subject needs an id, and roles if it is a member")]
    MissingSubject,
    /// A subject without a key.
    #[error("a recognised sovereign needs a key")]
    MissingKey,
    /// No hours, or more than a hundred years of them.
    #[error("valid for {hours} hours")]
    BadHours {
        /// The hours.
        hours: u64,
    },
    /// The object names another key than the one that signs it.
    #[error("signed by another key than the one named")]
    OtherKey,
    /// A key that is none.
    #[error(transparent)]
    BadKey(#[from] MeshKeyError),
    /// A window that is none, or another rule of the object.
    #[error(transparent)]
    Schema(#[from] SchemaError),
}

impl IssueError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidRole { .. } => "mesh.invalid_role",
            Self::MissingSubject => "mesh.missing_subject",
            Self::BadHours { .. } => "mesh.bad_hours",
            Self::OtherKey => "mesh.other_key",
            Self::MissingKey => "mesh.missing_subject_key",
            Self::BadKey(error) => error.code(),
            Self::Schema(error) => error.code(),
        }
    }
}

/// Checks that an authority may give all of these roles.
///
/// # Errors
///
/// [`IssueError::InvalidRole`] with the first that it may not.
pub fn check_roles<S: AsRef<str>>(roles: &[S]) -> Result<(), IssueError> {
    let is_role = |role: &str| ROLE_PREFIXES.iter().any(|prefix| role.starts_with(prefix));
    match roles.iter().map(AsRef::as_ref).find(|role| !is_role(role)) {
        Some(role) => Err(IssueError::InvalidRole { role: role.to_owned() }),
        None => Ok(()),
    }
}

/// Whether `at` is from `from` to `to`, both inclusive, with leeway in seconds before and after.
pub(crate) const fn covers(from: Datetime, to: Datetime, leeway: (i64, i64), at: Datetime) -> bool {
    let (before, after) = leeway;
    let at = at.instant();
    from.instant() - before * 1_000_000 <= at && at <= to.instant() + after * 1_000_000
}

/// The rules about dates that attestations and treaties share.
pub(crate) const fn check_window(
    issued_at: Datetime,
    valid_from: Datetime,
    expires_at: Datetime,
) -> Result<(), SchemaError> {
    if expires_at.instant() <= valid_from.instant() {
        return Err(SchemaError::expected("expires_at after valid_from"));
    }
    if expires_at.instant() < issued_at.instant() {
        return Err(SchemaError::expected("issued_at not after expires_at"));
    }
    Ok(())
}

impl Settle for MembershipAttestation {
    fn settle(self) -> Result<Self, SchemaError> {
        check_window(self.issued_at, self.valid_from, self.expires_at)?;
        Ok(self)
    }
}

impl Settle for RecognizedIssuer {
    fn settle(self) -> Result<Self, SchemaError> {
        if self.public_keys.is_empty() {
            return Err(SchemaError::expected("at least one key").within("public_keys"));
        }
        Ok(self)
    }
}

impl Settle for RecognitionPolicy {
    fn settle(mut self) -> Result<Self, SchemaError> {
        self.revoked_attestation_ids.sort_unstable();
        self.revoked_attestation_ids.dedup();
        Ok(self)
    }
}

impl RecognitionPolicy {
    /// The entry for a sovereign; the first, if there are several.
    pub fn issuer(&self, sovereign_id: &str) -> Option<&RecognizedIssuer> {
        self.recognized_issuers.iter().find(|issuer| issuer.sovereign_id == sovereign_id)
    }
}

/// What a policy or a treaty grants an issuer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grant<'a> {
    pub(crate) sovereign_id: &'a str,
    pub(crate) keys: &'a [String],
    pub(crate) roles: &'a [String],
    pub(crate) statuses: &'a [Status],
}

impl RecognizedIssuer {
    fn grant(&self) -> Grant<'_> {
        Grant {
            sovereign_id: &self.sovereign_id,
            keys: &self.public_keys,
            roles: &self.allowed_roles,
            statuses: &self.accepted_statuses,
        }
    }
}

impl MembershipAttestation {
    /// Signs a draft. Its own signatures are dropped; the new one's key id is `issued_by`.
    ///
    /// # Errors
    ///
    /// [`IssueError`] if the subject, its roles, its key or the window would not do.
    pub fn issue(mut self, secret: &SigningKey) -> Result<Self, IssueError> {
        if self.subject_id.is_empty() || self.roles.is_empty() {
            return Err(IssueError::MissingSubject);
        }
        check_roles(&self.roles)?;
        if let Some(key) = &self.subject_public_key {
            MeshKey::parse(key)?;
        }
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

    /// Checks it against a policy. `is_revoked` says what else is known here: the issuer's own list, or an imported feed.
    ///
    /// # Errors
    ///
    /// [`AttestationReason`], the first that applies.
    pub fn verify(
        &self,
        policy: &RecognitionPolicy,
        is_revoked: bool,
        at: Datetime,
    ) -> Result<(), AttestationReason> {
        self.verify_with(policy, is_revoked, at, None)
    }

    /// As [`Self::verify`], with signatures that are known to be good.
    ///
    /// # Errors
    ///
    /// [`AttestationReason`], the first that applies.
    pub fn verify_with(
        &self,
        policy: &RecognitionPolicy,
        is_revoked: bool,
        at: Datetime,
        memo: Option<&dyn SignatureMemo>,
    ) -> Result<(), AttestationReason> {
        let issuer = policy.issuer(&self.issuer_sovereign_id);
        let is_revoked =
            is_revoked || policy.revoked_attestation_ids.contains(&self.attestation_id);
        self.verify_granted(issuer.map(RecognizedIssuer::grant), is_revoked, at, memo)
    }

    /// Checks it against what its issuer is granted.
    pub(crate) fn verify_granted(
        &self,
        grant: Option<Grant<'_>>,
        is_revoked: bool,
        at: Datetime,
        memo: Option<&dyn SignatureMemo>,
    ) -> Result<(), AttestationReason> {
        let grant = grant.filter(|grant| grant.sovereign_id == self.issuer_sovereign_id);
        let grant = grant.ok_or(AttestationReason::UnknownIssuer)?;
        if is_revoked {
            return Err(AttestationReason::LocallyRevoked);
        }
        if !grant.statuses.contains(&self.status) {
            return Err(AttestationReason::BadStatus);
        }
        if !self.is_valid(at) {
            return Err(AttestationReason::OutsideValidityWindow);
        }
        if !grant.roles.is_empty() && !self.roles.iter().all(|role| grant.roles.contains(role)) {
            return Err(AttestationReason::RoleNotAllowed);
        }
        let keys: Vec<_> = grant.keys.iter().filter_map(|key| MeshKey::parse(key).ok()).collect();
        match self.check_signatures_with(&keys, memo) {
            SignatureCheck::Missing => Err(AttestationReason::MissingSignature),
            SignatureCheck::Invalid => Err(AttestationReason::InvalidSignature),
            SignatureCheck::Valid => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
