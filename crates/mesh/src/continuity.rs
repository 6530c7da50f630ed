//! Operator continuity: signed heartbeats, notices of absence given in advance, and what both come to at a time.
//!
//! ```text
//!                  every duty done in time      one is late            one is three times as late
//! heartbeats ────▶ healthy ──────────────────▶ watch ───────────────▶ stale
//! notices ───────▶ declared_offline, from one instant to another, or until the next heartbeat
//! ```
//!
//! A heartbeat says when each duty of RFC-007 was last done. A notice says that nobody will be there, and is signed before
//! it begins. [`assess`] turns what was received into a status; it decides nothing about trust, which stays with treaties
//! and feeds.
//!
//! # Invariants
//!
//! 1. The status is a function of its arguments: the same heartbeats and notices in any order give the same answer.
//! 2. What is not signed by the operator changes nothing but the list of findings.
//! 3. Two heartbeats of one sequence are reported, and neither counts.
//! 4. A notice covers no instant before it was signed, and no more than [`OFFLINE_SECONDS_MAX`].
//!
//! # Source
//!
//! RFC-007 *Operator continuity*. The reference has this as prose; ages of 24 and 72 hours are those of its dashboard.

mod duties;
mod status;

use comity_wire::Digest;
use comity_wire::mesh_json::Datetime;

use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::operator::words::{closed, ensure, is_future, tagged};
use crate::schema::{SchemaError, Settle};
use crate::{objects, reasons};

pub use duties::{DutyStanding, DutyState, standings};
pub use status::{Continuity, ContinuityStatus, Finding, FindingCode, Received, assess};

/// One day, in seconds.
pub const DAY_SECONDS: i64 = 86_400;

/// Longest absence that one notice may announce, in seconds: 90 days, about the longest interval between duties.
pub const OFFLINE_SECONDS_MAX: i64 = 90 * DAY_SECONDS;

/// Treaties are renewed with at least so much left, in seconds: 30 days.
pub const RENEWAL_SECONDS: i64 = 30 * DAY_SECONDS;

closed! {
    /// What an operator does again and again.
    pub enum Duty expects "a duty of RFC-007" {
        /// Look whether the public endpoints answer.
        Health = "health",
        /// Look at the recognition graph.
        Connectome = "connectome",
        /// Look which treaties end soon.
        TreatyExpiry = "treaty_expiry",
        /// Export the trust bundle anew.
        Bundle = "bundle",
        /// Attest, recognise, revoke, import, and see the attestation refused.
        Proof = "revocation_proof",
    }
}

impl Duty {
    /// How often it is due, in seconds.
    pub const fn interval_seconds(self) -> i64 {
        match self {
            Self::Health => DAY_SECONDS,
            Self::Connectome | Self::TreatyExpiry => 7 * DAY_SECONDS,
            Self::Bundle => 31 * DAY_SECONDS,
            Self::Proof => 92 * DAY_SECONDS,
        }
    }
}

objects! {
    /// When a duty was last done.
    pub struct DutyDone {
        /// Which.
        duty: Duty,
        /// When.
        done_at: Datetime,
        /// SHA-256 of what shows it, e.g. a report of checks or a bundle.
        evidence_sha256: Option<Digest> = None,
    }

    /// "Still here": what the operator did and when, signed by the operator.
    pub struct OperatorHeartbeat signed_by signature, settled {
        /// [`OperatorHeartbeat::OBJECT_TYPE`].
        object_type: String,
        /// Its id.
        heartbeat_id: String,
        /// Whose operator speaks.
        sovereign_id: String,
        /// 1 for the first, then one more each time.
        sequence: u64,
        /// When it was signed.
        issued_at: Datetime,
        /// Each duty at most once, in the order of [`Duty::ALL`].
        duties: Vec<DutyDone> = Vec::new(),
        /// When keys, treaties, policy or endpoints last changed; a bundle exported before that is behind.
        trust_changed_at: Option<Datetime> = None,
        /// When the first treaty that shall not lapse ends.
        next_treaty_expiry: Option<Datetime> = None,
        /// The operator's name for the signing key.
        issued_by: String,
        /// By an operator key.
        signature: Option<Signature> = None,
    }

    /// "Nobody will be there": announced before it begins, signed by the operator.
    pub struct OfflineNotice signed_by signature, settled {
        /// [`OfflineNotice::OBJECT_TYPE`].
        object_type: String,
        /// Its id.
        notice_id: String,
        /// Whose operator speaks.
        sovereign_id: String,
        /// 1 for the first, then one more each time.
        sequence: u64,
        /// When it was signed.
        issued_at: Datetime,
        /// First instant of the absence.
        from: Datetime,
        /// First instant after it.
        until: Datetime,
        /// Why, for people.
        reason: String,
        /// An earlier notice that no longer stands.
        replaces: Option<String> = None,
        /// The operator's name for the signing key.
        issued_by: String,
        /// By an operator key.
        signature: Option<Signature> = None,
    }
}

impl OperatorHeartbeat {
    /// Tag of the object.
    pub const OBJECT_TYPE: &'static str = "comity.operator-heartbeat/v1";
}

impl OfflineNotice {
    /// Tag of the object.
    pub const OBJECT_TYPE: &'static str = "comity.offline-notice/v1";
}

impl Settle for OperatorHeartbeat {
    fn settle(mut self) -> Result<Self, SchemaError> {
        tagged(&self.object_type, Self::OBJECT_TYPE)?;
        ensure(0 < self.sequence, "sequence", "1 or more")?;
        self.duties.sort_by_key(|done| done.duty);
        let is_once = self.duties.is_sorted_by(|a, b| a.duty < b.duty);
        ensure(is_once, "duties", "each duty at most once")?;
        Ok(self)
    }
}

impl Settle for OfflineNotice {
    fn settle(self) -> Result<Self, SchemaError> {
        tagged(&self.object_type, Self::OBJECT_TYPE)?;
        ensure(0 < self.sequence, "sequence", "1 or more")?;
        Ok(self)
    }
}

reasons! {
    /// Why a heartbeat is refused.
    pub enum HeartbeatReason {
        /// It speaks for another sovereign.
        WrongSovereign = "wrong_sovereign",
        /// One of that sequence or a later one was accepted before.
        StaleSequence = "stale_sequence",
        /// It is dated ahead of the clock.
        IssuedInFuture = "issued_in_future",
        /// It reports a duty or a change later than itself.
        DutyAfterHeartbeat = "duty_after_heartbeat",
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// The signature is not by an operator key.
        InvalidSignature = "invalid_signature",
    }
}

reasons! {
    /// Why a notice of absence is refused.
    pub enum OfflineReason {
        /// It speaks for another sovereign.
        WrongSovereign = "wrong_sovereign",
        /// It is dated ahead of the clock.
        IssuedInFuture = "issued_in_future",
        /// It ends before it begins, or at once.
        EmptyWindow = "empty_window",
        /// It lasts longer than one notice may.
        WindowTooLong = "window_too_long",
        /// It was signed after the absence began.
        NotInAdvance = "not_in_advance",
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// The signature is not by an operator key.
        InvalidSignature = "invalid_signature",
    }
}

impl OperatorHeartbeat {
    /// Checks one heartbeat `at` a time. `min_sequence` is the highest sequence accepted so far.
    ///
    /// # Errors
    ///
    /// [`HeartbeatReason`], the first that applies.
    pub fn verify(
        &self,
        sovereign_id: &str,
        keys: &[MeshKey],
        min_sequence: Option<u64>,
        at: Datetime,
    ) -> Result<(), HeartbeatReason> {
        if self.sovereign_id != sovereign_id {
            return Err(HeartbeatReason::WrongSovereign);
        }
        if min_sequence.is_some_and(|min| self.sequence <= min) {
            return Err(HeartbeatReason::StaleSequence);
        }
        if is_future(self.issued_at, at) {
            return Err(HeartbeatReason::IssuedInFuture);
        }
        let done = self.duties.iter().map(|done| done.done_at).chain(self.trust_changed_at);
        if done.into_iter().any(|done| self.issued_at.instant() < done.instant()) {
            return Err(HeartbeatReason::DutyAfterHeartbeat);
        }
        match self.check_signatures(keys) {
            SignatureCheck::Missing => Err(HeartbeatReason::MissingSignature),
            SignatureCheck::Invalid => Err(HeartbeatReason::InvalidSignature),
            SignatureCheck::Valid => Ok(()),
        }
    }

    /// When a duty was last done.
    pub fn done_at(&self, duty: Duty) -> Option<Datetime> {
        self.duties.iter().find(|done| done.duty == duty).map(|done| done.done_at)
    }
}

impl OfflineNotice {
    /// Checks one notice `at` a time.
    ///
    /// # Errors
    ///
    /// [`OfflineReason`], the first that applies.
    pub fn verify(
        &self,
        sovereign_id: &str,
        keys: &[MeshKey],
        at: Datetime,
    ) -> Result<(), OfflineReason> {
        if self.sovereign_id != sovereign_id {
            return Err(OfflineReason::WrongSovereign);
        }
        if is_future(self.issued_at, at) {
            return Err(OfflineReason::IssuedInFuture);
        }
        if self.until.instant() <= self.from.instant() {
            return Err(OfflineReason::EmptyWindow);
        }
        if self.from.plus(OFFLINE_SECONDS_MAX).instant() < self.until.instant() {
            return Err(OfflineReason::WindowTooLong);
        }
        if self.from.instant() < self.issued_at.instant() {
            return Err(OfflineReason::NotInAdvance);
        }
        match self.check_signatures(keys) {
            SignatureCheck::Missing => Err(OfflineReason::MissingSignature),
            SignatureCheck::Invalid => Err(OfflineReason::InvalidSignature),
            SignatureCheck::Valid => Ok(()),
        }
    }

    /// Whether the absence covers that instant.
    pub const fn covers(&self, at: Datetime) -> bool {
        self.from.instant() <= at.instant() && at.instant() < self.until.instant()
    }
}
