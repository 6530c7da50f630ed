//! Overlay discovery: sovereigns announce where they can be reached, and peers pass that on.
//!
//! An announcement is signed by the key that it names, so it proves that the key's holder made it, and nothing about whose
//! key it is. The cache therefore ties a sovereign's id to the first key that claimed it, or to the one that a genesis
//! names, and keeps that tie when the announcement is long out of date.
//!
//! ```text
//! record ─▶ signed by its own key? ─▶ still valid? ─▶ id free, or this key's? ─▶ newer than what is there? ─▶ cache
//! ```
//!
//! # Invariants
//!
//! 1. What is in the cache was verified before it came in.
//! 2. A refused record changes nothing, whatever its sequence.
//! 3. A key does not take over an id that is tied to another key.
//! 4. The cache never grows above [`CACHE_RECORDS_MAX`].
//!
//! # Source
//!
//! The reference's `models/overlay_discovery.py` and `trust/overlay_discovery.py`. It caches records that do not verify, and
//! lets any key claim any id; invariants 1 and 3 differ from it.

use std::collections::BTreeMap;

use comity_sign::SigningKey;
use comity_wire::mesh_json::Datetime;

use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::schema::{SchemaError, Settle};
use crate::{objects, reasons};

/// Seconds that an announcement is good for, unless its maker says otherwise.
pub const RECORD_SECONDS: i64 = 24 * 3600;
/// Seconds that a feed is good for.
pub const FEED_SECONDS: i64 = 6 * 3600;
/// Hops after which a message is not passed on.
pub const HOPS_MAX: u64 = 5;
/// Sovereigns that a cache knows at most.
pub const CACHE_RECORDS_MAX: usize = 10_000;

objects! {
    /// Where a sovereign can be reached.
    pub struct OverlayDiscoveryRecord signed_by signature, settled {
        /// Its id.
        record_id: String,
        /// The sovereign.
        sovereign_id: String,
        /// The key that signs this, base64.
        na_public_key_b64: String,
        /// Where it answers, best first; one at least.
        endpoints: Vec<String>,
        /// Digest of its capability manifest.
        capabilities_hash: String,
        /// When this was made.
        announced_at: Datetime,
        /// Until here, inclusive.
        valid_until: Datetime,
        /// Its number, from 1 on; the next one has a higher.
        sequence_no: u64 = 1,
        /// By the key above.
        signature: Option<Signature> = None,
    }

    /// Records on their way from peer to peer.
    pub struct DiscoveryGossipMessage, settled {
        /// Its id.
        message_id: String,
        /// What is passed on.
        records: Vec<OverlayDiscoveryRecord>,
        /// Who sent it first.
        origin_sovereign_id: String,
        /// Peers that it has passed.
        hop_count: u64 = 0,
        /// Peers that it may pass.
        max_hops: u64 = HOPS_MAX,
        /// When it was sent.
        sent_at: Datetime,
    }

    /// Records that an operator vouches for having seen.
    pub struct DiscoveryFeed signed_by signature {
        /// Its id.
        feed_id: String,
        /// The operator.
        operator_sovereign_id: String,
        /// The records.
        entries: Vec<OverlayDiscoveryRecord>,
        /// When it was made.
        published_at: Datetime,
        /// Until here, inclusive.
        valid_until: Datetime,
        /// By the operator.
        signature: Option<Signature> = None,
    }
}

reasons! {
    /// Why a record or a feed is refused.
    pub enum OverlayReason {
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// It is not signed by the key it should be signed by, or that is no key.
        InvalidSignature = "invalid_signature",
        /// Its time is over.
        Expired = "expired",
        /// Another key holds the sovereign's id.
        SovereignIdTaken = "sovereign_id_taken",
        /// There is a newer one.
        Superseded = "superseded",
        /// There is another one of this number.
        SequenceReused = "sequence_reused",
        /// There is no room for another sovereign.
        CacheFull = "cache_full",
    }
}

/// What became of a record that was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverlayChange {
    /// The first of its sovereign.
    Added,
    /// Newer than what was there.
    Updated,
    /// It was there already.
    SeenAgain,
}

impl Settle for OverlayDiscoveryRecord {
    fn settle(self) -> Result<Self, SchemaError> {
        if self.endpoints.is_empty() {
            return Err(SchemaError::expected("one endpoint or more").within("endpoints"));
        }
        if self.sequence_no == 0 {
            return Err(SchemaError::expected("a number from 1 on").within("sequence_no"));
        }
        Ok(self)
    }
}

impl Settle for DiscoveryGossipMessage {
    fn settle(self) -> Result<Self, SchemaError> {
        if self.max_hops == 0 {
            return Err(SchemaError::expected("a number from 1 on").within("max_hops"));
        }
        Ok(self)
    }
}

impl OverlayDiscoveryRecord {
    /// Signs a draft with the key that it names; its signature's key id is the sovereign's id.
    ///
    /// # Errors
    ///
    /// [`SchemaError`] for no endpoint, sequence 0, or a draft that names another key.
    pub fn announce(self, secret: &SigningKey) -> Result<Self, SchemaError> {
        let mut record = self.settle()?;
        if record.na_public_key_b64 != MeshKey::from(secret.public()).to_string() {
            return Err(SchemaError::expected("the signer's key").within("na_public_key_b64"));
        }
        let key_id = record.sovereign_id.clone();
        record.sign(secret, &key_id);
        Ok(record)
    }

    /// Checks it by itself, and that it is not older than what is known.
    ///
    /// # Errors
    ///
    /// [`OverlayReason`], the first that applies.
    pub fn verify(&self, at: Datetime, known_sequence: Option<u64>) -> Result<(), OverlayReason> {
        let keys: Vec<MeshKey> = MeshKey::parse(&self.na_public_key_b64).into_iter().collect();
        signed(self.check_signatures(&keys))?;
        in_time(self.valid_until, at)?;
        if known_sequence.is_some_and(|known| self.sequence_no < known) {
            return Err(OverlayReason::Superseded);
        }
        Ok(())
    }
}

impl DiscoveryGossipMessage {
    /// Whether to pass it on. What the message allows counts only below [`HOPS_MAX`].
    pub fn is_forwarded(&self) -> bool {
        self.hop_count < self.max_hops.min(HOPS_MAX)
    }
}

impl DiscoveryFeed {
    /// Checks it against the operator's keys. Each record is checked when it is taken in.
    ///
    /// # Errors
    ///
    /// [`OverlayReason`], the first that applies.
    pub fn verify(&self, keys: &[MeshKey], at: Datetime) -> Result<(), OverlayReason> {
        signed(self.check_signatures(keys))?;
        in_time(self.valid_until, at)
    }
}

const fn signed(check: SignatureCheck) -> Result<(), OverlayReason> {
    match check {
        SignatureCheck::Missing => Err(OverlayReason::MissingSignature),
        SignatureCheck::Invalid => Err(OverlayReason::InvalidSignature),
        SignatureCheck::Valid => Ok(()),
    }
}

const fn in_time(until: Datetime, at: Datetime) -> Result<(), OverlayReason> {
    if until.instant() < at.instant() { Err(OverlayReason::Expired) } else { Ok(()) }
}

/// What is known about one sovereign.
#[derive(Clone, Debug, PartialEq)]
struct Known {
    /// The key that holds the id, base64.
    key: String,
    entry: Option<OverlayEntry>,
}

/// A verified record and when it was there.
#[derive(Clone, Debug, PartialEq)]
pub struct OverlayEntry {
    /// The record.
    pub record: OverlayDiscoveryRecord,
    /// When it came in.
    pub cached_at: Datetime,
    /// When it was seen last.
    pub last_seen_at: Datetime,
}

/// The sovereigns that can be reached, as far as is known here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OverlayCache {
    known: BTreeMap<String, Known>,
}

impl OverlayCache {
    /// Of nobody.
    pub const fn new() -> Self {
        Self { known: BTreeMap::new() }
    }

    /// Ties an id to the key that a genesis names. A record by another key goes.
    ///
    /// # Errors
    ///
    /// [`OverlayReason::CacheFull`].
    pub fn tie(&mut self, sovereign_id: &str, key: &MeshKey) -> Result<(), OverlayReason> {
        self.room_for(sovereign_id)?;
        let key = key.to_string();
        let known = self.known.remove(sovereign_id);
        let entry = known.filter(|known| known.key == key).and_then(|known| known.entry);
        self.known.insert(sovereign_id.to_owned(), Known { key, entry });
        Ok(())
    }

    /// Lets go of an id: the next key that claims it has it.
    pub fn release(&mut self, sovereign_id: &str) -> bool {
        self.known.remove(sovereign_id).is_some()
    }

    /// Takes a record in.
    ///
    /// # Errors
    ///
    /// [`OverlayReason`], the first that applies.
    pub fn offer(
        &mut self,
        record: &OverlayDiscoveryRecord,
        at: Datetime,
    ) -> Result<OverlayChange, OverlayReason> {
        record.verify(at, None)?;
        let known = self.known.get(&record.sovereign_id);
        if known.is_some_and(|known| known.key != record.na_public_key_b64) {
            return Err(OverlayReason::SovereignIdTaken);
        }
        let held = known.and_then(|known| known.entry.as_ref());
        let change = match held.map(|held| (held.record.sequence_no, held.record.digest())) {
            None => OverlayChange::Added,
            Some((sequence, _)) if sequence < record.sequence_no => OverlayChange::Updated,
            Some((sequence, _)) if record.sequence_no < sequence => {
                return Err(OverlayReason::Superseded);
            }
            Some((_, digest)) if digest != record.digest() => {
                return Err(OverlayReason::SequenceReused);
            }
            Some(_) => OverlayChange::SeenAgain,
        };
        self.room_for(&record.sovereign_id)?;
        let cached_at = match (change, held) {
            (OverlayChange::SeenAgain, Some(held)) => held.cached_at,
            _ => at,
        };
        let entry = OverlayEntry { record: record.clone(), cached_at, last_seen_at: at };
        let known = Known { key: record.na_public_key_b64.clone(), entry: Some(entry) };
        self.known.insert(record.sovereign_id.clone(), known);
        Ok(change)
    }

    /// Where a sovereign can be reached `at` that time.
    pub fn lookup(&self, sovereign_id: &str, at: Datetime) -> Option<&OverlayEntry> {
        let entry = self.known.get(sovereign_id)?.entry.as_ref()?;
        in_time(entry.record.valid_until, at).ok().map(|()| entry)
    }

    /// Everybody who can be reached `at` that time, by id.
    pub fn entries(&self, at: Datetime) -> impl Iterator<Item = &OverlayEntry> {
        let entries = self.known.values().filter_map(|known| known.entry.as_ref());
        entries.filter(move |entry| in_time(entry.record.valid_until, at).is_ok())
    }

    fn room_for(&self, sovereign_id: &str) -> Result<(), OverlayReason> {
        if CACHE_RECORDS_MAX <= self.known.len() && !self.known.contains_key(sovereign_id) {
            return Err(OverlayReason::CacheFull);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
