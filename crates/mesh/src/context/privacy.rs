//! Messages that say less about their sender: coarse times, padded lengths, no headers of one's own.
//!
//! # Invariants
//!
//! 1. Padding only adds zero bytes; nothing is cut off.
//! 2. Headers that the protocol needs are always kept.
//!
//! # Source
//!
//! The reference's communication privacy layer. That an envelope can be verified, and that blocks are bounded, is ours.

use std::collections::BTreeMap;

use comity_sign::SigningKey;
use comity_wire::mesh_json::Datetime;
use comity_wire::{Time, sha256};

use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::oversight::Real;
use crate::schema::{SchemaError, Settle};
use crate::{objects, reasons};

/// Largest block that messages are padded to, in bytes.
pub const BLOCK_BYTES_MAX: u64 = 1 << 20;

/// Headers that the protocol needs.
const NEEDED_HEADERS: [&str; 3] = ["gm-version", "gm-sovereign", "gm-message-id"];

const MICROS: i64 = 1_000_000;

objects! {
    /// How a sovereign's messages are made alike.
    pub struct CommunicationPrivacyProfile signed_by signature, settled {
        /// Its id.
        profile_id: String,
        /// Whose messages.
        sovereign_id: String,
        /// Whether headers of one's own go.
        strip_custom_headers: bool = true,
        /// Whether times are made coarse.
        normalize_timestamps: bool = true,
        /// To multiples of so many seconds, from 1.
        timestamp_bucket_seconds: u64 = 5,
        /// Whether messages are padded.
        normalize_message_length: bool = true,
        /// To multiples of so many bytes, from 1 to [`BLOCK_BYTES_MAX`].
        message_length_block_bytes: u64 = 256,
        /// Whether routing metadata goes.
        strip_routing_metadata: bool = true,
        /// Headers that stay.
        allowed_header_keys: Vec<String> = Vec::new(),
        /// By the sovereign.
        signature: Option<Signature> = None,
    }

    /// What is left to see of a message.
    pub struct MetadataEnvelope signed_by signature {
        /// Its id.
        envelope_id: String,
        /// Who sends.
        sender_sovereign_id: String,
        /// SHA-256 of the padded message.
        payload_hash: String,
        /// Its length in bytes.
        normalized_length: u64,
        /// When, coarsely.
        bucketed_timestamp: Datetime,
        /// Headers that stayed.
        retained_headers: BTreeMap<String, String> = BTreeMap::new(),
        /// The profile.
        privacy_profile_id: String,
        /// By the sender.
        signature: Option<Signature> = None,
    }

    /// What was changed about a message. For its sender alone.
    pub struct PrivacyAuditRecord {
        /// Its id.
        audit_id: String,
        /// The envelope.
        envelope_id: String,
        /// Length before, in bytes.
        original_length: u64,
        /// Length after.
        normalized_length: u64,
        /// Time before.
        original_timestamp: Datetime,
        /// Time after.
        bucketed_timestamp: Datetime,
        /// How many headers went.
        headers_stripped: u64,
        /// By how much the time changed, in seconds.
        timestamp_shifted_seconds: Real,
        /// How many bytes were added.
        length_padded_bytes: u64,
        /// When all this was done.
        applied_at: Datetime,
    }
}

reasons! {
    /// Why an envelope is refused.
    pub enum EnvelopeReason {
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// The signature is by no key of the sender.
        InvalidSignature = "invalid_signature",
        /// The message is longer or shorter.
        LengthMismatch = "length_mismatch",
        /// It is another message.
        PayloadMismatch = "payload_mismatch",
    }
}

/// A message on its way out.
#[derive(Clone, Copy, Debug)]
pub struct Outbound<'a> {
    /// What it says.
    pub payload: &'a [u8],
    /// Its headers.
    pub headers: &'a BTreeMap<String, String>,
    /// When it is sent.
    pub dispatched_at: Datetime,
    /// Who sends.
    pub sender_sovereign_id: &'a str,
}

/// Ids for what is made.
#[derive(Clone, Debug)]
pub struct EnvelopeIds {
    /// Of the envelope.
    pub envelope_id: String,
    /// Of the audit record.
    pub audit_id: String,
}

/// A message that is ready to go.
#[derive(Clone, Debug, PartialEq)]
pub struct Normalized {
    /// What is seen of it.
    pub envelope: MetadataEnvelope,
    /// The padded message.
    pub payload: Vec<u8>,
    /// What was changed.
    pub audit: PrivacyAuditRecord,
}

impl Settle for CommunicationPrivacyProfile {
    fn settle(self) -> Result<Self, SchemaError> {
        if self.timestamp_bucket_seconds == 0 {
            let error = SchemaError::expected("seconds from 1");
            return Err(error.within("timestamp_bucket_seconds"));
        }
        if !(1..=BLOCK_BYTES_MAX).contains(&self.message_length_block_bytes) {
            let error = SchemaError::expected("bytes from 1 to 1048576");
            return Err(error.within("message_length_block_bytes"));
        }
        Ok(self)
    }
}

/// The last multiple of so many seconds since 1970 that is not after `at`, in UTC; `at` itself for no seconds.
pub fn bucket(at: Datetime, seconds: u64) -> Datetime {
    let Some(size) = i64::try_from(seconds).ok().filter(|size| 0 < *size) else { return at };
    let second = at.instant().div_euclid(MICROS);
    Time::from_unix(second.div_euclid(size).saturating_mul(size)).into()
}

/// The message with zero bytes up to the next multiple of a block of at most [`BLOCK_BYTES_MAX`] bytes.
pub fn pad(payload: &[u8], block_bytes: u64) -> Vec<u8> {
    let block = usize::try_from(block_bytes.clamp(1, BLOCK_BYTES_MAX)).unwrap_or(1);
    let mut padded = payload.to_vec();
    padded.resize(payload.len().next_multiple_of(block), 0);
    padded
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

impl CommunicationPrivacyProfile {
    /// The headers that would go.
    pub fn stripped<'a>(&self, headers: &'a BTreeMap<String, String>) -> Vec<&'a str> {
        let goes = |name: &&str| {
            self.strip_custom_headers
                && !NEEDED_HEADERS.contains(name)
                && !self.allowed_header_keys.iter().any(|allowed| allowed == name)
        };
        headers.keys().map(String::as_str).filter(goes).collect()
    }

    /// Makes a message like others, signed under the sender's name.
    pub fn apply(
        &self,
        message: &Outbound<'_>,
        ids: EnvelopeIds,
        at: Datetime,
        secret: &SigningKey,
    ) -> Normalized {
        let stripped = self.stripped(message.headers);
        let stays = |name: &String| !stripped.contains(&name.as_str());
        let sent = message.dispatched_at;
        let bucketed = if self.normalize_timestamps {
            bucket(sent, self.timestamp_bucket_seconds)
        } else {
            sent
        };
        let payload = if self.normalize_message_length {
            pad(message.payload, self.message_length_block_bytes)
        } else {
            message.payload.to_vec()
        };
        let (before, after) = (count(message.payload.len()), count(payload.len()));
        let mut envelope = MetadataEnvelope {
            envelope_id: ids.envelope_id.clone(),
            sender_sovereign_id: message.sender_sovereign_id.to_owned(),
            payload_hash: sha256(&payload).to_string(),
            normalized_length: after,
            bucketed_timestamp: bucketed,
            retained_headers: message
                .headers
                .iter()
                .filter(|(name, _)| stays(name))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            privacy_profile_id: self.profile_id.clone(),
            signature: None,
        };
        envelope.sign(secret, message.sender_sovereign_id);
        let audit = PrivacyAuditRecord {
            audit_id: ids.audit_id,
            envelope_id: ids.envelope_id,
            original_length: before,
            normalized_length: after,
            original_timestamp: sent,
            bucketed_timestamp: bucketed,
            headers_stripped: count(stripped.len()),
            timestamp_shifted_seconds: Real::from_micros(
                sent.instant().abs_diff(bucketed.instant()),
            ),
            length_padded_bytes: after.saturating_sub(before),
            applied_at: at,
        };
        Normalized { envelope, payload, audit }
    }
}

impl MetadataEnvelope {
    /// Checks that the sender signed it and that it belongs to this padded message.
    ///
    /// # Errors
    ///
    /// [`EnvelopeReason`], the first that applies.
    pub fn verify(&self, sender_keys: &[MeshKey], payload: &[u8]) -> Result<(), EnvelopeReason> {
        match self.check_signatures(sender_keys) {
            SignatureCheck::Missing => return Err(EnvelopeReason::MissingSignature),
            SignatureCheck::Invalid => return Err(EnvelopeReason::InvalidSignature),
            SignatureCheck::Valid => {}
        }
        if self.normalized_length != count(payload.len()) {
            return Err(EnvelopeReason::LengthMismatch);
        }
        if self.payload_hash == sha256(payload).to_string() {
            Ok(())
        } else {
            Err(EnvelopeReason::PayloadMismatch)
        }
    }
}

#[cfg(test)]
mod tests;
