//! Agreements: two sovereigns say, over both their signatures, which capabilities one grants the other, and until when.
//!
//! ```text
//! offerer                          responder
//! CapabilityOffer ───────────────▶ accept ──▶ AgreementRecord, signed by the responder ──▶ cosign (offerer)
//!                                  counter ─▶ CapabilityCounter ──▶ accept (offerer): signed by both
//! ```
//!
//! A counter and a record sign the same seven members, so the responder's signature moves from the one into the other.
//!
//! # Invariants
//!
//! 1. An agreement needs two signatures by two different keys.
//! 2. A counter never names a capability that the offer does not name.
//! 3. What is not signed (the record's id, its `established_at` and `expires_at`) never lengthens what is signed.
//!
//! # Source
//!
//! The reference's agreements; chapter *Mesh objects* in the book. Invariants 1 and 3 are ours.

mod flow;

use std::collections::BTreeMap;

use comity_wire::mesh_json::{Datetime, Value, canonical};
use comity_wire::sha256;

pub use flow::AgreementError;

use crate::boundary::Agreed;
use crate::evidence::{TrustEvidence, blocks};
use crate::keys::{MeshKey, Signature, SignedObject};
use crate::schema::Field as _;
use crate::{objects, reasons};

objects! {
    /// What is agreed on.
    pub struct AgreementTerms {
        /// Capabilities, compared as text.
        capabilities: Vec<String> = Vec::new(),
        /// Anything.
        scope: BTreeMap<String, Value> = BTreeMap::new(),
        /// From here on, inclusive.
        valid_from: Datetime,
        /// Until here, inclusive.
        valid_until: Datetime,
        /// Sequence of the revocation feed that the responder has seen at least.
        freshness_commitment: u64 = 0,
    }

    /// What the offerer would like, signed by it.
    pub struct CapabilityOffer signed_by signatures {
        /// Its id.
        offer_id: String,
        /// Who asks.
        offerer_sovereign_id: String,
        /// Who answers.
        responder_sovereign_id: String,
        /// What is asked for.
        requested_terms: AgreementTerms,
        /// Digest of the offerer's graph.
        graph_digest: String,
        /// Evidence of the offerer's trust in the responder.
        offerer_evidence: BTreeMap<String, Value>,
        /// Last instant for an answer.
        expires_at: Datetime,
        /// When it was made.
        created_at: Datetime,
        /// By the offerer.
        signatures: Vec<Signature> = Vec::new(),
    }

    /// What the responder would grant instead, signed by it.
    pub struct CapabilityCounter signed_by signatures over [
        "agreed_terms", "graph_digest", "offer_id", "offerer_evidence", "offerer_sovereign_id",
        "responder_evidence", "responder_sovereign_id",
    ] {
        /// The offer that it answers.
        offer_id: String,
        /// Who asked.
        offerer_sovereign_id: String,
        /// Who answers.
        responder_sovereign_id: String,
        /// What it grants.
        agreed_terms: AgreementTerms,
        /// As in the offer.
        offerer_evidence: BTreeMap<String, Value>,
        /// Evidence of the responder's trust in the offerer.
        responder_evidence: BTreeMap<String, Value>,
        /// As in the offer.
        graph_digest: String,
        /// As in the offer.
        expires_at: Datetime,
        /// By the responder.
        signatures: Vec<Signature> = Vec::new(),
    }

    /// What both agreed on, signed by both.
    pub struct AgreementRecord signed_by signatures over [
        "agreed_terms", "graph_digest", "offer_id", "offerer_evidence", "offerer_sovereign_id",
        "responder_evidence", "responder_sovereign_id",
    ] {
        /// Its id. Not signed.
        agreement_id: String,
        /// The offer that it began with.
        offer_id: String,
        /// Who asked.
        offerer_sovereign_id: String,
        /// Who granted.
        responder_sovereign_id: String,
        /// What was agreed on.
        agreed_terms: AgreementTerms,
        /// Evidence of the offerer's trust in the responder.
        offerer_evidence: BTreeMap<String, Value>,
        /// Evidence of the responder's trust in the offerer.
        responder_evidence: BTreeMap<String, Value>,
        /// Digest of the offerer's graph.
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
    /// Why an agreement is refused. Down to `graph_digest_mismatch` as in the reference.
    pub enum AgreementReason {
        /// Nobody signed it.
        MissingOffererSignature = "missing_offerer_signature",
        /// No signature is by a key of the offerer.
        InvalidOffererSignature = "invalid_offerer_signature",
        /// There is one signature, and it is not by a key of the responder.
        MissingResponderSignature = "missing_responder_signature",
        /// No signature is by a key of the responder.
        InvalidResponderSignature = "invalid_responder_signature",
        /// It was made over another graph.
        GraphDigestMismatch = "graph_digest_mismatch",
        /// One key signed for both.
        OneKeyForBoth = "one_key_for_both",
        /// The terms do not hold yet.
        NotYetValid = "not_yet_valid",
        /// The terms, or the record, hold no longer.
        Expired = "expired",
        /// The offerer's evidence is not evidence, not by the offerer, or not about the two.
        OffererEvidenceInvalid = "offerer_evidence_invalid",
        /// The responder's evidence is not evidence, not by the responder, or not about the two.
        ResponderEvidenceInvalid = "responder_evidence_invalid",
        /// The offerer found no trust.
        OffererEvidenceBlocks = "offerer_evidence_blocks",
        /// The responder found no trust.
        ResponderEvidenceBlocks = "responder_evidence_blocks",
    }
}

/// The keys of the two parties.
#[derive(Clone, Copy, Debug)]
pub struct PartyKeys<'a> {
    /// Of who asked.
    pub offerer: &'a [MeshKey],
    /// Of who granted.
    pub responder: &'a [MeshKey],
}

impl AgreementTerms {
    /// SHA-256 over the canonical form, as delegations name their parent's terms.
    pub fn digest(&self) -> String {
        sha256(&canonical(&self.write())).to_string()
    }

    /// The first capability that `wider` does not have, if any.
    pub fn beyond<'a>(&'a self, wider: &Self) -> Option<&'a str> {
        beyond(&self.capabilities, wider)
    }
}

/// The first of `capabilities` that `terms` do not have.
pub(crate) fn beyond<'a>(capabilities: &'a [String], terms: &AgreementTerms) -> Option<&'a str> {
    let granted: std::collections::BTreeSet<_> = terms.capabilities.iter().collect();
    capabilities.iter().find(|capability| !granted.contains(capability)).map(String::as_str)
}

impl AgreementRecord {
    /// What its parties may ask of each other, until the terms or the record end.
    pub fn agreed(&self) -> Agreed<'_> {
        let parties = [&self.offerer_sovereign_id, &self.responder_sovereign_id];
        agreed(&self.agreement_id, parties, &self.agreed_terms, self.expires_at)
    }

    /// Checks that both signed the terms, with different keys, and that they did so over the expected graph, if one is
    /// expected. Says nothing about time: see [`Self::verify_in_force`].
    ///
    /// # Errors
    ///
    /// [`AgreementReason`], the first that applies.
    pub fn verify(
        &self,
        keys: PartyKeys<'_>,
        expected_graph_digest: Option<&str>,
    ) -> Result<(), AgreementReason> {
        if self.signatures.is_empty() {
            return Err(AgreementReason::MissingOffererSignature);
        }
        let bytes = self.signed_bytes();
        let offerer = who_signed(&bytes, &self.signatures, keys.offerer);
        if offerer.is_empty() {
            return Err(AgreementReason::InvalidOffererSignature);
        }
        let responder = who_signed(&bytes, &self.signatures, keys.responder);
        if responder.is_empty() {
            return Err(if self.signatures.len() < 2 {
                AgreementReason::MissingResponderSignature
            } else {
                AgreementReason::InvalidResponderSignature
            });
        }
        if expected_graph_digest.is_some_and(|expected| expected != self.graph_digest) {
            return Err(AgreementReason::GraphDigestMismatch);
        }
        if are_different(&offerer, &responder) {
            Ok(())
        } else {
            Err(AgreementReason::OneKeyForBoth)
        }
    }

    /// [`Self::verify`], and: the terms hold `at` that time, and both parties' evidence is theirs and does not block.
    ///
    /// # Errors
    ///
    /// [`AgreementReason`], the first that applies.
    pub fn verify_in_force(
        &self,
        keys: PartyKeys<'_>,
        expected_graph_digest: Option<&str>,
        at: Datetime,
    ) -> Result<(), AgreementReason> {
        self.verify(keys, expected_graph_digest)?;
        match in_force(&self.agreed_terms, self.expires_at, at) {
            InForce::NotYet => return Err(AgreementReason::NotYetValid),
            InForce::Over => return Err(AgreementReason::Expired),
            InForce::Yes => {}
        }
        let (offerer, responder) = (&self.offerer_sovereign_id, &self.responder_sovereign_id);
        if !is_evidence(&self.offerer_evidence, keys.offerer, offerer, responder) {
            return Err(AgreementReason::OffererEvidenceInvalid);
        }
        if !is_evidence(&self.responder_evidence, keys.responder, responder, offerer) {
            return Err(AgreementReason::ResponderEvidenceInvalid);
        }
        if blocks(&self.offerer_evidence) {
            return Err(AgreementReason::OffererEvidenceBlocks);
        }
        if blocks(&self.responder_evidence) {
            return Err(AgreementReason::ResponderEvidenceBlocks);
        }
        Ok(())
    }
}

/// Whether terms hold at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InForce {
    /// They begin later.
    NotYet,
    /// They do.
    Yes,
    /// They, or what carries them, ended earlier.
    Over,
}

/// Whether `terms`, carried by a record that ends at `expires_at`, hold `at` that time. Both ends are inclusive.
pub(crate) fn in_force(terms: &AgreementTerms, expires_at: Datetime, at: Datetime) -> InForce {
    let at = at.instant();
    if at < terms.valid_from.instant() {
        InForce::NotYet
    } else if terms.valid_until.instant() < at || expires_at.instant() < at {
        InForce::Over
    } else {
        InForce::Yes
    }
}

/// What a record lets its parties ask of each other.
pub(crate) fn agreed<'a>(
    id: &'a str,
    parties: [&'a String; 2],
    terms: &'a AgreementTerms,
    expires_at: Datetime,
) -> Agreed<'a> {
    let is_shorter = expires_at.instant() < terms.valid_until.instant();
    Agreed {
        agreement_id: id,
        parties: parties.map(String::as_str),
        capabilities: &terms.capabilities,
        valid_from: terms.valid_from,
        valid_until: if is_shorter { expires_at } else { terms.valid_until },
        freshness_commitment: terms.freshness_commitment,
    }
}

/// Those of `keys` that made one of the signatures.
pub(crate) fn who_signed<'a>(
    bytes: &[u8],
    signatures: &[Signature],
    keys: &'a [MeshKey],
) -> Vec<&'a MeshKey> {
    let has_signed =
        |key: &&MeshKey| signatures.iter().any(|signature| key.has_signed(bytes, &signature.sig));
    keys.iter().filter(has_signed).collect()
}

/// Whether two parties can be told apart by the keys that they signed with.
pub(crate) fn are_different(one: &[&MeshKey], other: &[&MeshKey]) -> bool {
    let other: Vec<_> = other.iter().map(ToString::to_string).collect();
    one.iter().any(|key| other.iter().any(|it| *it != key.to_string()))
}

/// Whether this is evidence of the trust of `source` in `target`, signed by a key of `source`.
fn is_evidence(
    members: &BTreeMap<String, Value>,
    keys: &[MeshKey],
    source: &str,
    target: &str,
) -> bool {
    TrustEvidence::embedded(members).is_ok_and(|evidence| {
        evidence.source_sovereign_id == source
            && evidence.target_sovereign_id == target
            && evidence.verify(keys, None).is_ok()
    })
}

#[cfg(test)]
pub(crate) mod tests;
