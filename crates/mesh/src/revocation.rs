//! Revocation feeds: which of its attestations a sovereign has taken back.
//!
//! # Invariants
//!
//! 1. The list is sorted by code point and holds each id once; a reason is about a listed id.
//! 2. A feed counts only if its sequence is above the last one taken from the same issuer.
//! 3. [`FeedPromise`] rides beside a feed and is signed for itself: the feed's own signed bytes are the same with it and
//!    without it.
//!
//! # Source
//!
//! The reference's `models/sovereign.py` and `trust/treaty.py`. The promise is an addition of this implementation: a feed
//! by itself does not say when the next one is due, so one that is withheld looks like one that is current.

use std::collections::BTreeMap;

use comity_sign::SigningKey;
use comity_wire::mesh_json::{Datetime, Value};

use crate::keys::{MeshKey, Signature, SignatureCheck, SignatureMemo, SignedObject as _};
use crate::schema::{self, Field, SchemaError, Settle};
use crate::{objects, reasons};

objects! {
    /// What a sovereign has taken back, as a numbered list.
    pub struct SovereignRevocationFeed signed_by signatures, settled {
        /// Its id.
        feed_id: String,
        /// Whose list it is.
        issuer_sovereign_id: String,
        /// Its number; the next list has a higher one.
        sequence: u64,
        /// When it was made.
        issued_at: Datetime,
        /// Attestations that no longer count.
        revoked_attestation_ids: Vec<String> = Vec::new(),
        /// Why, by id; not every id has a reason.
        revocation_reasons: BTreeMap<String, String> = BTreeMap::new(),
        /// The issuer's name for its key.
        issued_by: String,
        /// By the issuer's authority.
        signatures: Vec<Signature> = Vec::new(),
    }

    /// An issuer's word on when the feed after this one comes at the latest.
    pub struct FeedPromise signed_by signature {
        /// SHA-256 of the feed's signed bytes, hexadecimal.
        feed_digest: String,
        /// When the next feed is there, at the latest.
        next_update: Datetime,
        /// By the issuer's authority.
        signature: Option<Signature> = None,
    }
}

/// The member of a feed's JSON in which the promise rides. Others drop it unread.
const PROMISE: &str = "comity_promise";

/// A feed as it is published here: with a promise, if its issuer makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedFeed {
    /// The feed.
    pub feed: SovereignRevocationFeed,
    /// The promise.
    pub promise: Option<FeedPromise>,
}

reasons! {
    /// Why a feed is refused.
    pub enum FeedReason {
        /// Another issuer was expected.
        WrongIssuer = "wrong_issuer",
        /// Not newer than what is known.
        StaleSequence = "stale_sequence",
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// No signature is by a key of the issuer.
        InvalidSignature = "invalid_signature",
        /// The promise beside it is about another feed, or not by the issuer.
        InvalidPromise = "invalid_promise",
        /// The next feed was due before.
        Overdue = "feed_overdue",
    }
}

/// What a feed is checked against.
#[derive(Clone, Copy, Debug)]
pub struct FeedCheck<'a> {
    /// Keys that may have signed it.
    pub issuer_keys: &'a [MeshKey],
    /// Whose it must be, if that is known.
    pub expected_issuer: Option<&'a str>,
    /// The last sequence taken from that issuer.
    pub last_sequence: Option<u64>,
}

impl Settle for SovereignRevocationFeed {
    fn settle(mut self) -> Result<Self, SchemaError> {
        self.revoked_attestation_ids.sort_unstable();
        self.revoked_attestation_ids.dedup();
        let has_id = |id: &String| self.revoked_attestation_ids.binary_search(id).is_ok();
        if !self.revocation_reasons.keys().all(has_id) {
            return Err(
                SchemaError::expected("reasons for listed ids").within("revocation_reasons")
            );
        }
        Ok(self)
    }
}

impl SovereignRevocationFeed {
    /// Signs a draft. Its own signatures are dropped; the new one's key id is `issued_by`.
    ///
    /// # Errors
    ///
    /// [`SchemaError`] for a reason about an id that is not listed.
    pub fn issue(mut self, secret: &SigningKey) -> Result<Self, SchemaError> {
        self.signatures.clear();
        let mut issued = self.settle()?;
        let key_id = issued.issued_by.clone();
        issued.sign(secret, &key_id);
        Ok(issued)
    }

    /// Whether an attestation is on the list.
    pub fn revokes(&self, attestation_id: &str) -> bool {
        let ids = &self.revoked_attestation_ids;
        ids.binary_search_by(|id| id.as_str().cmp(attestation_id)).is_ok()
    }

    /// How many attestations are on the list.
    pub const fn revoked_count(&self) -> usize {
        self.revoked_attestation_ids.len()
    }

    /// Checks it.
    ///
    /// # Errors
    ///
    /// [`FeedReason`], the first that applies.
    pub fn verify(&self, check: &FeedCheck<'_>) -> Result<(), FeedReason> {
        self.verify_with(check, None)
    }

    /// As [`Self::verify`], with signatures that are known to be good.
    ///
    /// # Errors
    ///
    /// [`FeedReason`], the first that applies.
    pub fn verify_with(
        &self,
        check: &FeedCheck<'_>,
        memo: Option<&dyn SignatureMemo>,
    ) -> Result<(), FeedReason> {
        if check.expected_issuer.is_some_and(|expected| expected != self.issuer_sovereign_id) {
            return Err(FeedReason::WrongIssuer);
        }
        if check.last_sequence.is_some_and(|last| self.sequence <= last) {
            return Err(FeedReason::StaleSequence);
        }
        match self.check_signatures_with(check.issuer_keys, memo) {
            SignatureCheck::Missing => Err(FeedReason::MissingSignature),
            SignatureCheck::Invalid => Err(FeedReason::InvalidSignature),
            SignatureCheck::Valid => Ok(()),
        }
    }

    /// Promises when the next feed comes, and publishes both.
    pub fn promise(self, next_update: Datetime, secret: &SigningKey) -> PublishedFeed {
        let feed_digest = self.digest().to_string();
        let mut promise = FeedPromise { feed_digest, next_update, signature: None };
        promise.sign(secret, &self.issued_by);
        PublishedFeed { feed: self, promise: Some(promise) }
    }
}

impl PublishedFeed {
    /// Checks the feed, and that it is not overdue `at` that time. Without a promise only the feed is checked.
    ///
    /// # Errors
    ///
    /// [`FeedReason`], the first that applies.
    pub fn verify(&self, check: &FeedCheck<'_>, at: Datetime) -> Result<(), FeedReason> {
        self.verify_with(check, at, None)
    }

    /// As [`Self::verify`], with signatures that are known to be good.
    ///
    /// # Errors
    ///
    /// [`FeedReason`], the first that applies.
    pub fn verify_with(
        &self,
        check: &FeedCheck<'_>,
        at: Datetime,
        memo: Option<&dyn SignatureMemo>,
    ) -> Result<(), FeedReason> {
        self.feed.verify_with(check, memo)?;
        let Some(promise) = &self.promise else { return Ok(()) };
        if promise.feed_digest != self.feed.digest().to_string()
            || promise.check_signatures_with(check.issuer_keys, memo) != SignatureCheck::Valid
        {
            return Err(FeedReason::InvalidPromise);
        }
        if promise.next_update.instant() < at.instant() {
            return Err(FeedReason::Overdue);
        }
        Ok(())
    }
}

impl Field for PublishedFeed {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        let feed = SovereignRevocationFeed::read(value)?;
        let promise = schema::member(schema::members(value)?, PROMISE, Some(None))?;
        Ok(Self { feed, promise })
    }

    fn write(&self) -> Value {
        let mut value = self.feed.write();
        if let (Value::Map(members), Some(promise)) = (&mut value, &self.promise) {
            members.insert(PROMISE.to_owned(), promise.write());
        }
        value
    }
}

#[cfg(test)]
mod tests;
