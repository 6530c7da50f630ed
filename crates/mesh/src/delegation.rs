//! Delegations: a party of an agreement passes some of what was agreed on to somebody else, who may pass on some of that.
//!
//! ```text
//! AgreementRecord ◀──parent_id, parent_terms_digest── DelegatedAgreementRecord ◀── DelegatedAgreementRecord
//! offerer, responder                                  delegator, delegate
//! ```
//!
//! # Invariants
//!
//! 1. Every hop has the capabilities of its parent or fewer, and ends when its parent does or earlier, by what is signed.
//! 2. Only a party of the parent passes it on.
//! 3. Delegator and delegate sign with two different keys.
//!
//! # Source
//!
//! The reference's delegation chains; chapter *Mesh objects* in the book. In 1 the signed end, 2 and 3 are ours.

mod issue;

use std::collections::BTreeMap;

use comity_wire::mesh_json::{Datetime, Value};

pub use issue::DelegationError;

use crate::agreement::{
    AgreementRecord, AgreementTerms, InForce, PartyKeys, agreed, are_different, in_force,
    who_signed,
};
use crate::boundary::Agreed;
use crate::keys::{MeshKey, Signature, SignedObject as _};
use crate::{objects, reasons};

objects! {
    /// One hop of a chain, signed by who passes on and who receives.
    pub struct DelegatedAgreementRecord signed_by signatures over [
        "delegate_sovereign_id", "delegated_terms", "delegator_evidence", "delegator_sovereign_id",
        "graph_digest", "parent_id", "parent_kind", "parent_terms_digest",
    ] {
        /// Its id. Not signed.
        delegation_id: String,
        /// Id of the agreement or delegation that it is part of.
        parent_id: String,
        /// `agreement` or `delegation`.
        parent_kind: String,
        /// Digest of the parent's terms.
        parent_terms_digest: String,
        /// Who passes on.
        delegator_sovereign_id: String,
        /// Who receives.
        delegate_sovereign_id: String,
        /// What.
        delegated_terms: AgreementTerms,
        /// Evidence of the delegator's trust in the delegate.
        delegator_evidence: BTreeMap<String, Value>,
        /// Evidence of the delegate's trust in the delegator. Not signed: it comes with the second signature.
        delegate_evidence: BTreeMap<String, Value>,
        /// Digest of the delegator's graph.
        graph_digest: String,
        /// When it came about. Not signed.
        established_at: Datetime,
        /// Last instant. Not signed: the terms' own end counts too.
        expires_at: Datetime,
        /// By both.
        signatures: Vec<Signature> = Vec::new(),
    }
}

reasons! {
    /// Why a chain is refused. Down to `invalid_delegate_signature` as in the reference.
    pub enum ChainReason {
        /// There is no hop.
        EmptyChain = "empty_chain",
        /// The agreement at the root does not verify.
        RootAgreementInvalid = "root_agreement_invalid",
        /// A hop names another parent.
        ParentIdMismatch = "parent_id_mismatch",
        /// The parent has other terms than the hop says.
        TermsDigestMismatch = "terms_digest_mismatch",
        /// A capability that the parent does not have.
        ScopeEscalation = "scope_escalation",
        /// The hop ends later than its parent.
        ValidityEscalation = "validity_escalation",
        /// No key of the delegator is known.
        MissingDelegatorSignature = "missing_delegator_signature",
        /// No key of the delegate is known.
        MissingDelegateSignature = "missing_delegate_signature",
        /// No signature is by a key of the delegator.
        InvalidDelegatorSignature = "invalid_delegator_signature",
        /// No signature is by a key of the delegate.
        InvalidDelegateSignature = "invalid_delegate_signature",
        /// The parent is of another kind than the hop says.
        ParentKindMismatch = "parent_kind_mismatch",
        /// The delegator is no party of the parent.
        DelegatorNotParty = "delegator_not_party",
        /// The signed terms end later than those of the parent.
        TermsOutliveParent = "terms_outlive_parent",
        /// One key signed for delegator and delegate.
        OneKeyForBoth = "one_key_for_both",
        /// The agreement at the root is not in force.
        RootNotInForce = "root_not_in_force",
        /// A hop does not hold yet.
        NotYetValid = "not_yet_valid",
        /// A hop holds no longer.
        Expired = "expired",
    }
}

/// Why and where a chain is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainRefusal {
    /// Why.
    pub reason: ChainReason,
    /// The hop, counted from 1; `None` if it is about the whole chain or its root.
    pub failed_at_hop: Option<usize>,
}

/// The keys that a chain is checked with.
#[derive(Clone, Copy, Debug)]
pub struct ChainKeys<'a> {
    /// Of the parties of the agreement.
    pub root: PartyKeys<'a>,
    /// Of delegators and delegates, by sovereign id.
    pub hops: &'a BTreeMap<String, Vec<MeshKey>>,
}

/// An agreement and what was passed on of it, hop by hop.
#[derive(Clone, Debug, PartialEq)]
pub struct DelegationChain {
    /// The agreement.
    pub root: AgreementRecord,
    /// The delegations, the first of them out of the agreement.
    pub hops: Vec<DelegatedAgreementRecord>,
}

/// What a delegation is part of.
#[derive(Clone, Copy, Debug)]
pub enum Parent<'a> {
    /// An agreement.
    Agreement(&'a AgreementRecord),
    /// A delegation.
    Delegation(&'a DelegatedAgreementRecord),
}

impl<'a> Parent<'a> {
    /// Its id.
    pub fn id(self) -> &'a str {
        match self {
            Self::Agreement(record) => &record.agreement_id,
            Self::Delegation(record) => &record.delegation_id,
        }
    }

    /// `agreement` or `delegation`.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Agreement(_) => "agreement",
            Self::Delegation(_) => "delegation",
        }
    }

    /// Its terms.
    pub const fn terms(self) -> &'a AgreementTerms {
        match self {
            Self::Agreement(record) => &record.agreed_terms,
            Self::Delegation(record) => &record.delegated_terms,
        }
    }

    /// Its last instant, as the record says it.
    pub const fn expires_at(self) -> Datetime {
        match self {
            Self::Agreement(record) => record.expires_at,
            Self::Delegation(record) => record.expires_at,
        }
    }

    /// Whether `sovereign` is one of its two parties.
    pub fn has_party(self, sovereign: &str) -> bool {
        match self {
            Self::Agreement(record) => {
                record.offerer_sovereign_id == sovereign
                    || record.responder_sovereign_id == sovereign
            }
            Self::Delegation(record) => {
                record.delegator_sovereign_id == sovereign
                    || record.delegate_sovereign_id == sovereign
            }
        }
    }
}

impl DelegatedAgreementRecord {
    /// What its parties may ask of each other, until the terms or the record end.
    pub fn agreed(&self) -> Agreed<'_> {
        let parties = [&self.delegator_sovereign_id, &self.delegate_sovereign_id];
        agreed(&self.delegation_id, parties, &self.delegated_terms, self.expires_at)
    }

    /// What the reference checks of one hop.
    fn check(
        &self,
        parent: Parent<'_>,
        keys: &BTreeMap<String, Vec<MeshKey>>,
    ) -> Result<(), ChainReason> {
        if self.parent_id != parent.id() {
            return Err(ChainReason::ParentIdMismatch);
        }
        if self.parent_terms_digest != parent.terms().digest() {
            return Err(ChainReason::TermsDigestMismatch);
        }
        if self.delegated_terms.beyond(parent.terms()).is_some() {
            return Err(ChainReason::ScopeEscalation);
        }
        if parent.expires_at().instant() < self.expires_at.instant() {
            return Err(ChainReason::ValidityEscalation);
        }
        let delegator = keys_of(keys, &self.delegator_sovereign_id);
        let delegate = keys_of(keys, &self.delegate_sovereign_id);
        if delegator.is_empty() {
            return Err(ChainReason::MissingDelegatorSignature);
        }
        if delegate.is_empty() {
            return Err(ChainReason::MissingDelegateSignature);
        }
        let bytes = self.signed_bytes();
        if who_signed(&bytes, &self.signatures, delegator).is_empty() {
            return Err(ChainReason::InvalidDelegatorSignature);
        }
        if who_signed(&bytes, &self.signatures, delegate).is_empty() {
            return Err(ChainReason::InvalidDelegateSignature);
        }
        Ok(())
    }

    /// What it does not check.
    fn check_authority(
        &self,
        parent: Parent<'_>,
        keys: &BTreeMap<String, Vec<MeshKey>>,
    ) -> Result<(), ChainReason> {
        if self.parent_kind != parent.kind() {
            return Err(ChainReason::ParentKindMismatch);
        }
        if !parent.has_party(&self.delegator_sovereign_id) {
            return Err(ChainReason::DelegatorNotParty);
        }
        let (own, parents) = (self.delegated_terms.valid_until, parent.terms().valid_until);
        if parents.instant() < own.instant() {
            return Err(ChainReason::TermsOutliveParent);
        }
        let bytes = self.signed_bytes();
        let signers = |sovereign| who_signed(&bytes, &self.signatures, keys_of(keys, sovereign));
        let delegator = signers(&self.delegator_sovereign_id);
        if are_different(&delegator, &signers(&self.delegate_sovereign_id)) {
            Ok(())
        } else {
            Err(ChainReason::OneKeyForBoth)
        }
    }
}

impl DelegationChain {
    /// The hops with what they are part of, counted from 1.
    fn links(&self) -> impl Iterator<Item = (usize, Parent<'_>, &DelegatedAgreementRecord)> {
        let parents = std::iter::once(Parent::Agreement(&self.root))
            .chain(self.hops.iter().map(Parent::Delegation));
        parents.zip(&self.hops).enumerate().map(|(at, (parent, hop))| (at + 1, parent, hop))
    }

    /// Checks the agreement and every hop. Says nothing about time: see [`Self::verify_in_force`].
    ///
    /// # Errors
    ///
    /// [`ChainRefusal`], the first that applies; what the reference refuses comes before what only we do.
    pub fn verify(&self, keys: ChainKeys<'_>) -> Result<(), ChainRefusal> {
        if self.hops.is_empty() {
            return Err(ChainRefusal { reason: ChainReason::EmptyChain, failed_at_hop: None });
        }
        if self.root.verify(keys.root, None).is_err() {
            let reason = ChainReason::RootAgreementInvalid;
            return Err(ChainRefusal { reason, failed_at_hop: None });
        }
        for (at, parent, hop) in self.links() {
            hop.check(parent, keys.hops).map_err(|reason| at_hop(reason, at))?;
        }
        for (at, parent, hop) in self.links() {
            hop.check_authority(parent, keys.hops).map_err(|reason| at_hop(reason, at))?;
        }
        Ok(())
    }

    /// [`Self::verify`], and: the agreement and every hop hold `at` that time.
    ///
    /// # Errors
    ///
    /// [`ChainRefusal`], the first that applies.
    pub fn verify_in_force(&self, keys: ChainKeys<'_>, at: Datetime) -> Result<(), ChainRefusal> {
        self.verify(keys)?;
        if self.root.verify_in_force(keys.root, None, at).is_err() {
            return Err(ChainRefusal { reason: ChainReason::RootNotInForce, failed_at_hop: None });
        }
        for (number, _, hop) in self.links() {
            let reason = match in_force(&hop.delegated_terms, hop.expires_at, at) {
                InForce::NotYet => ChainReason::NotYetValid,
                InForce::Over => ChainReason::Expired,
                InForce::Yes => continue,
            };
            return Err(at_hop(reason, number));
        }
        Ok(())
    }
}

fn keys_of<'a>(keys: &'a BTreeMap<String, Vec<MeshKey>>, sovereign: &str) -> &'a [MeshKey] {
    keys.get(sovereign).map(Vec::as_slice).unwrap_or_default()
}

const fn at_hop(reason: ChainReason, at: usize) -> ChainRefusal {
    ChainRefusal { reason, failed_at_hop: Some(at) }
}

#[cfg(test)]
mod tests;
