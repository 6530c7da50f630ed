//! Freshness proofs: a server of revocation feeds says, for a few minutes, how far a feed had come.
//!
//! A proof is worth nothing by itself: it is good for one feed, up to one sequence, until it runs out. Nothing here reads a
//! clock.
//!
//! # Invariants
//!
//! 1. A proof is never good for a sequence above the one that it names.
//! 2. When the verifier says which feed it means, a proof of another feed is refused.
//!
//! # Source
//!
//! RFC-004 of the protocol, and what the reference does.

use comity_sign::SigningKey;
use comity_wire::mesh_json::Datetime;

use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::{objects, reasons};

/// How long a proof is good, if nobody says otherwise.
pub const PROOF_SECONDS: i64 = 300;

/// How far a maker's clock may be ahead of the verifier's, for objects that carry the time of their making.
pub const AHEAD_SECONDS_MAX: i64 = 300;

objects! {
    /// How far a revocation feed had come, and when.
    pub struct FreshnessProof signed_by signature {
        /// Its id.
        proof_id: String,
        /// Whose feed.
        feed_sovereign_id: String,
        /// The feed's sequence.
        feed_sequence: u64,
        /// SHA-256 of the feed, hexadecimal.
        feed_digest: String,
        /// When the feed was looked at.
        attested_at: Datetime,
        /// Until here, inclusive.
        proof_valid_until: Datetime,
        /// Who says so.
        issuer_sovereign_id: String,
        /// By the issuer.
        signature: Option<Signature> = None,
    }
}

reasons! {
    /// Why a freshness proof is refused.
    pub enum FreshnessReason {
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// The signature is by no key of the issuer.
        InvalidSignature = "invalid_signature",
        /// It has run out.
        Expired = "expired",
        /// The feed had not come that far.
        SequenceInsufficient = "sequence_insufficient",
        /// It is about another feed.
        WrongFeed = "wrong_feed",
        /// It was made in the future.
        NotYetValid = "not_yet_valid",
    }
}

/// What a proof has to show.
#[derive(Clone, Copy, Debug)]
pub struct FreshnessDemand<'a> {
    /// Keys of the issuer.
    pub issuer_keys: &'a [MeshKey],
    /// Whose feed; `None` takes any.
    pub feed: Option<&'a str>,
    /// How far the feed must have come.
    pub required_sequence: u64,
}

/// Where a feed stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedState {
    /// Whose feed.
    pub sovereign_id: String,
    /// Its sequence.
    pub sequence: u64,
    /// SHA-256 of it, hexadecimal.
    pub digest: String,
}

impl FreshnessProof {
    /// Says where `feed` stands `at` that time, good for [`PROOF_SECONDS`].
    pub fn issue(
        proof_id: String,
        feed: FeedState,
        issuer_sovereign_id: String,
        at: Datetime,
        (secret, key_id): (&SigningKey, &str),
    ) -> Self {
        let mut proof = Self {
            proof_id,
            feed_sovereign_id: feed.sovereign_id,
            feed_sequence: feed.sequence,
            feed_digest: feed.digest,
            attested_at: at,
            proof_valid_until: at.plus(PROOF_SECONDS),
            issuer_sovereign_id,
            signature: None,
        };
        proof.sign(secret, key_id);
        proof
    }

    /// Checks that it shows what is demanded, `at` that time.
    ///
    /// # Errors
    ///
    /// [`FreshnessReason`], the first that applies.
    pub fn verify(
        &self,
        demand: &FreshnessDemand<'_>,
        at: Datetime,
    ) -> Result<(), FreshnessReason> {
        match self.check_signatures(demand.issuer_keys) {
            SignatureCheck::Missing => return Err(FreshnessReason::MissingSignature),
            SignatureCheck::Invalid => return Err(FreshnessReason::InvalidSignature),
            SignatureCheck::Valid => {}
        }
        if self.proof_valid_until.instant() < at.instant() {
            return Err(FreshnessReason::Expired);
        }
        if self.feed_sequence < demand.required_sequence {
            return Err(FreshnessReason::SequenceInsufficient);
        }
        if demand.feed.is_some_and(|feed| feed != self.feed_sovereign_id) {
            return Err(FreshnessReason::WrongFeed);
        }
        if is_ahead(self.attested_at, at) {
            return Err(FreshnessReason::NotYetValid);
        }
        Ok(())
    }
}

/// Whether `made` lies further ahead of `at` than clocks may differ.
pub(crate) fn is_ahead(made: Datetime, at: Datetime) -> bool {
    at.plus(AHEAD_SECONDS_MAX).instant() < made.instant()
}

#[cfg(test)]
mod tests;
