//! Invocation tokens: a sovereign lets a bearer use some capabilities of an agreement, for minutes, so many times.
//!
//! Every use leaves a record, signed by the bearer and chained to the one before by its digest.
//!
//! ```text
//! agreement or delegation ──issue──▶ InvocationToken ◀──token_id── use 1 ◀──prev_use_digest── use 2
//! ```
//!
//! # Source
//!
//! The reference's invocation-bound capability tokens; chapter *Mesh objects* in the book. Checking a token against what
//! it was issued from, and the chain of uses, is ours.

mod uses;

use comity_sign::SigningKey;
use comity_wire::mesh_json::Datetime;

pub use uses::{InvocationUseRecord, UseReason, UseRefusal, verify_uses};

use crate::agreement::{AgreementRecord, AgreementTerms, beyond};
use crate::delegation::DelegatedAgreementRecord;
use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::schema::{SchemaError, Settle};
use crate::{objects, reasons};

/// How long a token holds unless somebody says otherwise, in seconds: as long as the reference's.
pub const TOKEN_LIFE_SECONDS: i64 = 300;

/// A constraint that the token is not used before an instant.
const NOT_BEFORE: &str = "not_before:";
/// A constraint that names the only bearer.
const PEER_SOVEREIGN: &str = "peer_sovereign:";

objects! {
    /// A grant to use capabilities, signed by who grants.
    pub struct InvocationToken signed_by signature, settled {
        /// Its id.
        token_id: String,
        /// When it was signed.
        issued_at: Datetime,
        /// Last instant.
        expires_at: Datetime,
        /// Who grants: the offerer of the agreement, or the delegator.
        issuer_sovereign_id: String,
        /// Who may use it.
        bearer_sovereign_id: String,
        /// The agreement behind it.
        agreement_id: String,
        /// The delegation behind it, if there is one.
        delegation_id: Option<String> = None,
        /// What it grants.
        capabilities: Vec<String> = Vec::new(),
        /// How many times; `null` for any number.
        max_invocations: Option<u64> = None,
        /// `not_before:` and a datetime, or `peer_sovereign:` and an id; others mean nothing here.
        policy_constraints: Vec<String> = Vec::new(),
        /// By the issuer.
        signature: Option<Signature> = None,
    }
}

impl Settle for InvocationToken {
    fn settle(self) -> Result<Self, SchemaError> {
        if self.max_invocations == Some(0) {
            return Err(SchemaError::expected("at least 1").within("max_invocations"));
        }
        Ok(self)
    }
}

reasons! {
    /// Why a token does not cover a use. As in the reference.
    pub enum TokenReason {
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// The signature is not by a key of the issuer.
        InvalidSignature = "invalid_signature",
        /// It is somebody else's.
        BearerMismatch = "bearer_mismatch",
        /// It held until earlier.
        Expired = "expired",
        /// It grants other capabilities.
        CapabilityNotGranted = "capability_not_granted",
        /// It was used as often as it may be.
        BudgetExhausted = "budget_exhausted",
        /// One of its constraints does not hold.
        PolicyViolated = "policy_violated",
    }
}

reasons! {
    /// Why a token is not covered by what it says it was issued from.
    pub enum TokenSourceReason {
        /// It names another agreement.
        AgreementMismatch = "agreement_mismatch",
        /// It names another delegation, or one where there is none.
        DelegationMismatch = "delegation_mismatch",
        /// Its issuer was not entitled to issue it.
        IssuerMismatch = "issuer_mismatch",
        /// It grants a capability that the issuer does not have.
        ScopeEscalation = "scope_escalation",
        /// It holds longer than what it was issued from.
        ValidityEscalation = "validity_escalation",
    }
}

/// What a token is issued from.
#[derive(Clone, Copy, Debug)]
pub struct TokenSource<'a> {
    /// The agreement.
    pub agreement: &'a AgreementRecord,
    /// What was passed on of it; `None` if the offerer of the agreement issues the token.
    pub delegation: Option<&'a DelegatedAgreementRecord>,
}

impl<'a> TokenSource<'a> {
    /// Who issues from it.
    pub fn issuer(self) -> &'a str {
        match self.delegation {
            Some(delegation) => &delegation.delegator_sovereign_id,
            None => &self.agreement.offerer_sovereign_id,
        }
    }

    /// What can be granted.
    pub fn terms(self) -> &'a AgreementTerms {
        match self.delegation {
            Some(delegation) => &delegation.delegated_terms,
            None => &self.agreement.agreed_terms,
        }
    }

    /// The earliest of the ends of everything behind the token, in microseconds.
    fn ends(self) -> i64 {
        let agreement = [self.agreement.expires_at, self.agreement.agreed_terms.valid_until];
        let delegation = self.delegation.map(|it| [it.expires_at, it.delegated_terms.valid_until]);
        let all = agreement.into_iter().chain(delegation.into_iter().flatten());
        all.map(Datetime::instant).min().unwrap_or(i64::MIN)
    }
}

/// What a token shall say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenGrant {
    /// Its id.
    pub token_id: String,
    /// Who may use it.
    pub bearer_sovereign_id: String,
    /// What it grants.
    pub capabilities: Vec<String>,
    /// How many times; `None` for any number.
    pub max_invocations: Option<u64>,
    /// Constraints.
    pub policy_constraints: Vec<String>,
    /// When it begins.
    pub issued_at: Datetime,
    /// How long it holds, in seconds.
    pub life_seconds: i64,
}

/// Why a token is not issued.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// A capability that the issuer does not have.
    #[error("`{capability}` is not there to be granted")]
    ScopeExceeded {
        /// The first such capability.
        capability: String,
    },
    /// A budget of no use.
    #[error("a token is for one use or more")]
    NoUses,
}

impl TokenError {
    /// Stable code for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ScopeExceeded { .. } => "mesh.token_scope_exceeded",
            Self::NoUses => "mesh.token_no_uses",
        }
    }
}

/// A use that somebody asks for.
#[derive(Clone, Copy, Debug)]
pub struct Invocation<'a> {
    /// What it uses.
    pub capability: &'a str,
    /// Who uses it.
    pub bearer_sovereign_id: &'a str,
    /// How often the token was used before.
    pub uses: usize,
    /// When.
    pub at: Datetime,
}

impl InvocationToken {
    /// Grants a part of `source` to a bearer.
    ///
    /// # Errors
    ///
    /// [`TokenError`] if the grant goes beyond the source or allows no use.
    pub fn issue(
        source: TokenSource<'_>,
        grant: TokenGrant,
        secret: &SigningKey,
        key_id: &str,
    ) -> Result<Self, TokenError> {
        if let Some(capability) = beyond(&grant.capabilities, source.terms()) {
            return Err(TokenError::ScopeExceeded { capability: capability.to_owned() });
        }
        if grant.max_invocations == Some(0) {
            return Err(TokenError::NoUses);
        }
        let mut token = Self {
            token_id: grant.token_id,
            issued_at: grant.issued_at,
            expires_at: grant.issued_at.plus(grant.life_seconds),
            issuer_sovereign_id: source.issuer().to_owned(),
            bearer_sovereign_id: grant.bearer_sovereign_id,
            agreement_id: source.agreement.agreement_id.clone(),
            delegation_id: source.delegation.map(|delegation| delegation.delegation_id.clone()),
            capabilities: grant.capabilities,
            max_invocations: grant.max_invocations,
            policy_constraints: grant.policy_constraints,
            signature: None,
        };
        token.sign(secret, key_id);
        Ok(token)
    }

    /// Checks that the token covers a use.
    ///
    /// # Errors
    ///
    /// [`TokenReason`], the first that applies.
    pub fn verify(
        &self,
        issuer_keys: &[MeshKey],
        invocation: Invocation<'_>,
    ) -> Result<(), TokenReason> {
        match self.check_signatures(issuer_keys) {
            SignatureCheck::Missing => return Err(TokenReason::MissingSignature),
            SignatureCheck::Invalid => return Err(TokenReason::InvalidSignature),
            SignatureCheck::Valid => {}
        }
        if self.bearer_sovereign_id != invocation.bearer_sovereign_id {
            return Err(TokenReason::BearerMismatch);
        }
        if self.expires_at.instant() < invocation.at.instant() {
            return Err(TokenReason::Expired);
        }
        if !self.capabilities.iter().any(|capability| capability == invocation.capability) {
            return Err(TokenReason::CapabilityNotGranted);
        }
        let uses = u64::try_from(invocation.uses).unwrap_or(u64::MAX);
        if self.max_invocations.is_some_and(|max| max <= uses) {
            return Err(TokenReason::BudgetExhausted);
        }
        if !self.policy_constraints.iter().all(|constraint| holds(constraint, invocation)) {
            return Err(TokenReason::PolicyViolated);
        }
        Ok(())
    }

    /// Checks that the issuer could grant this out of `source`, whose own signatures are checked elsewhere.
    ///
    /// # Errors
    ///
    /// [`TokenSourceReason`], the first that applies.
    pub fn verify_source(&self, source: TokenSource<'_>) -> Result<(), TokenSourceReason> {
        if self.agreement_id != source.agreement.agreement_id {
            return Err(TokenSourceReason::AgreementMismatch);
        }
        let delegation = source.delegation.map(|delegation| delegation.delegation_id.as_str());
        if self.delegation_id.as_deref() != delegation {
            return Err(TokenSourceReason::DelegationMismatch);
        }
        if self.issuer_sovereign_id != source.issuer() {
            return Err(TokenSourceReason::IssuerMismatch);
        }
        if beyond(&self.capabilities, source.terms()).is_some() {
            return Err(TokenSourceReason::ScopeEscalation);
        }
        if source.ends() < self.expires_at.instant() {
            return Err(TokenSourceReason::ValidityEscalation);
        }
        Ok(())
    }
}

/// Whether a constraint holds. A time that cannot be read does not; a constraint of another kind does.
fn holds(constraint: &str, invocation: Invocation<'_>) -> bool {
    if let Some(text) = constraint.strip_prefix(NOT_BEFORE) {
        // A bare number would be a date to `Datetime`, and is none to the reference.
        let is_date = text.as_bytes().get(4) == Some(&b'-');
        let from = Datetime::parse(text).ok().filter(|_| is_date);
        from.is_some_and(|from| from.instant() <= invocation.at.instant())
    } else if let Some(peer) = constraint.strip_prefix(PEER_SOVEREIGN) {
        peer == invocation.bearer_sovereign_id
    } else {
        true
    }
}

#[cfg(test)]
mod tests;
