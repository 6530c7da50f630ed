//! Consensus: so many of the named validators approve a decision, each over its own signature.
//!
//! ```text
//! ValidatorVote (validator 1) ──┐
//! ValidatorVote (validator 2) ──┼─ assemble ──▶ ConsensusProof ──▶ EphemeralExecutionIdentity, for two minutes
//! ValidatorVote (validator 3) ──┘   (assembler signs the votes with their signatures)
//! ```
//!
//! # Invariants
//!
//! 1. A vote counts if its validator signed it, with a key that the verifier knows, for this very decision.
//! 2. A validator has one vote, and a key has one validator.
//! 3. Nothing is approved by nobody: the threshold is at least 1.
//! 4. Votes that look copied from one another are no consensus ([`CascadeRule`]). No floats: a score on the threshold, or
//!    within a float's error of it, is decided by the exact numbers.
//!
//! # Source
//!
//! The reference's consensus; chapter *Mesh objects* in the book. 1 to 3 are ours.

mod cascade;
mod gate;
mod identity;

use std::collections::{BTreeMap, BTreeSet};

use comity_sign::SigningKey;
use comity_wire::mesh_json::Datetime;

pub use cascade::{CascadeAssessment, CascadeRule, PPM};
pub use gate::ConsensusGate;
pub use identity::{
    EPHEMERAL_LIFE_SECONDS, EphemeralExecutionIdentity, EphemeralReason, EphemeralUse,
};
pub use limits::VOTES_MAX;

use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::{objects, reasons};

mod limits {
    /// Votes in one proof of consensus at most, so that scores fit in 128 bits and a proof is checked in a tenth of a second.
    pub const VOTES_MAX: usize = 1024;
}

/// How long a proof holds unless somebody says otherwise, in seconds: as long as the reference's.
pub const CONSENSUS_LIFE_SECONDS: i64 = 300;

objects! {
    /// One validator's vote on a decision, signed by it.
    pub struct ValidatorVote signed_by signature {
        /// Its id.
        vote_id: String,
        /// The justification that was voted on.
        proof_id: String,
        /// The decision that this justifies.
        decision_id: String,
        /// Who votes.
        validator_sovereign_id: String,
        /// Whether it approves.
        vote: bool,
        /// Why.
        reason: Option<String> = None,
        /// When.
        voted_at: Datetime,
        /// Digest of what the validator looked at.
        context_digest: Option<String> = None,
        /// By the validator.
        signature: Option<Signature> = None,
    }

    /// Votes that reach a threshold, signed by who put them together.
    pub struct ConsensusProof signed_by signature {
        /// Its id.
        consensus_id: String,
        /// The justification that was voted on.
        proof_id: String,
        /// The decision that this justifies.
        decision_id: String,
        /// Approvals needed.
        required_threshold: u64,
        /// Who may vote.
        validator_sovereign_ids: Vec<String>,
        /// The votes, with their signatures.
        votes: Vec<ValidatorVote> = Vec::new(),
        /// When it was put together.
        reached_at: Datetime,
        /// From here on it counts no longer.
        expires_at: Datetime,
        /// Digest of the assembler's assessment of the votes. Nothing is derived from it.
        cascade_assessment_digest: Option<String> = None,
        /// By the assembler.
        signature: Option<Signature> = None,
    }
}

reasons! {
    /// Why a proof is refused. Down to `expired` as in the reference, but for `too_many_votes`.
    pub enum ConsensusReason {
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// The signature is not by a key of the assembler.
        InvalidAssemblerSignature = "invalid_assembler_signature",
        /// It is about another justification.
        ProofIdMismatch = "proof_id_mismatch",
        /// There are more votes than anybody checks.
        TooManyVotes = "too_many_votes",
        /// A vote's signature is not by the key of its validator.
        InvalidVoteSignature = "invalid_vote_signature",
        /// Somebody approves who is not a validator.
        VoteNotInValidatorSet = "vote_not_in_validator_set",
        /// There are too few approvals.
        ThresholdNotMet = "threshold_not_met",
        /// An approval does not say what it looked at.
        MissingContextDigest = "missing_context_digest",
        /// The approvals look copied.
        CascadeDetected = "cascade_detected",
        /// It counts no longer.
        Expired = "expired",
        /// The threshold is 0.
        ThresholdZero = "threshold_zero",
        /// Nobody signed a vote.
        UnsignedVote = "unsigned_vote",
        /// No key of a vote's validator is known.
        UnknownValidatorKey = "unknown_validator_key",
        /// A vote is about another justification or decision.
        VoteForOtherProof = "vote_for_other_proof",
        /// A validator has two votes.
        RepeatedVote = "repeated_vote",
        /// Two validators have one key.
        SharedValidatorKey = "shared_validator_key",
    }
}

/// What a proof is checked with.
#[derive(Clone, Copy, Debug)]
pub struct ConsensusCheck<'a> {
    /// Keys of the validators, by sovereign id.
    pub validator_keys: &'a BTreeMap<String, MeshKey>,
    /// Keys of the assembler.
    pub assembler_keys: &'a [MeshKey],
    /// The justification that it should be about, if that is known.
    pub justification_proof_id: Option<&'a str>,
    /// When votes look copied.
    pub cascade: CascadeRule,
    /// Now.
    pub at: Datetime,
}

impl ValidatorVote {
    /// Signs a draft under the validator's id.
    #[must_use]
    pub fn cast(mut draft: Self, secret: &SigningKey) -> Self {
        let key_id = draft.validator_sovereign_id.clone();
        draft.sign(secret, &key_id);
        draft
    }
}

impl ConsensusProof {
    /// Signs a draft, after everything that can be checked without the validators' keys. The assessment of the votes gets
    /// the id `assessment_id`, and its digest goes into the proof.
    ///
    /// # Errors
    ///
    /// [`ConsensusReason`]: what a verifier would refuse it for.
    pub fn assemble(
        mut draft: Self,
        rule: CascadeRule,
        assessment_id: &str,
        secret: &SigningKey,
        key_id: &str,
    ) -> Result<Self, ConsensusReason> {
        draft.check_size()?;
        draft.check_count()?;
        draft.check_cascade(rule)?;
        draft.check_ballots()?;
        let approvals: Vec<_> = draft.approvals().collect();
        let assessment = CascadeAssessment::of(&approvals, rule);
        let (consensus, at) = (&draft.consensus_id, draft.reached_at);
        draft.cascade_assessment_digest = Some(assessment.digest(assessment_id, consensus, at));
        draft.sign(secret, key_id);
        Ok(draft)
    }

    /// Checks the proof, and every vote in it.
    ///
    /// # Errors
    ///
    /// [`ConsensusReason`], the first that applies; what the reference refuses comes before what only we do.
    pub fn verify(&self, check: &ConsensusCheck<'_>) -> Result<(), ConsensusReason> {
        match self.check_signatures(check.assembler_keys) {
            SignatureCheck::Missing => return Err(ConsensusReason::MissingSignature),
            SignatureCheck::Invalid => return Err(ConsensusReason::InvalidAssemblerSignature),
            SignatureCheck::Valid => {}
        }
        if check.justification_proof_id.is_some_and(|expected| expected != self.proof_id) {
            return Err(ConsensusReason::ProofIdMismatch);
        }
        self.check_size()?;
        for vote in &self.votes {
            let Some(key) = check.validator_keys.get(&vote.validator_sovereign_id) else {
                continue;
            };
            if vote.check_signatures(std::slice::from_ref(key)) == SignatureCheck::Invalid {
                return Err(ConsensusReason::InvalidVoteSignature);
            }
        }
        self.check_count()?;
        self.check_cascade(check.cascade)?;
        if self.expires_at.instant() <= check.at.instant() {
            return Err(ConsensusReason::Expired);
        }
        self.check_ballots()?;
        self.check_validators(check.validator_keys)
    }

    /// The approvals of named validators.
    pub fn approvals(&self) -> impl Iterator<Item = &ValidatorVote> {
        let named: BTreeSet<_> = self.validator_sovereign_ids.iter().collect();
        self.votes.iter().filter(move |it| it.vote && named.contains(&it.validator_sovereign_id))
    }

    fn check_size(&self) -> Result<(), ConsensusReason> {
        if VOTES_MAX < self.votes.len() {
            return Err(ConsensusReason::TooManyVotes);
        }
        Ok(())
    }

    fn check_count(&self) -> Result<(), ConsensusReason> {
        let approving = self.votes.iter().filter(|vote| vote.vote).count();
        let named = self.approvals().count();
        if named < approving {
            return Err(ConsensusReason::VoteNotInValidatorSet);
        }
        if u64::try_from(named).is_ok_and(|named| named < self.required_threshold) {
            return Err(ConsensusReason::ThresholdNotMet);
        }
        Ok(())
    }

    fn check_cascade(&self, rule: CascadeRule) -> Result<(), ConsensusReason> {
        if self.approvals().any(|vote| vote.context_digest.is_none()) {
            return Err(ConsensusReason::MissingContextDigest);
        }
        let approvals: Vec<_> = self.approvals().collect();
        if CascadeAssessment::of(&approvals, rule).is_blocked {
            return Err(ConsensusReason::CascadeDetected);
        }
        Ok(())
    }

    /// What the reference does not check, and needs no keys.
    fn check_ballots(&self) -> Result<(), ConsensusReason> {
        if self.required_threshold == 0 {
            return Err(ConsensusReason::ThresholdZero);
        }
        let mut voted = BTreeSet::new();
        for vote in &self.votes {
            if vote.signature.is_none() {
                return Err(ConsensusReason::UnsignedVote);
            }
            if vote.proof_id != self.proof_id || vote.decision_id != self.decision_id {
                return Err(ConsensusReason::VoteForOtherProof);
            }
            if !voted.insert(&vote.validator_sovereign_id) {
                return Err(ConsensusReason::RepeatedVote);
            }
        }
        Ok(())
    }

    /// What the reference does not check of the validators' keys.
    fn check_validators(&self, keys: &BTreeMap<String, MeshKey>) -> Result<(), ConsensusReason> {
        let mut used = BTreeSet::new();
        for vote in &self.votes {
            let key = keys.get(&vote.validator_sovereign_id);
            let key = key.ok_or(ConsensusReason::UnknownValidatorKey)?;
            if !used.insert(key.to_string()) {
                return Err(ConsensusReason::SharedValidatorKey);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
