//! What has become of a treaty, as operators see it.

use comity_wire::mesh_json::{Datetime, Value};

use super::RecognitionTreaty;
use crate::attestation::{Status, words};

/// Hours before its end from which a treaty is about to expire.
const EXPIRING_HOURS: i64 = 72;
/// Hours before its end from which that is urgent.
const URGENT_HOURS: i64 = 24;

words! {
    /// Where a treaty stands.
    pub enum LifecycleState expected "a lifecycle state" {
        /// In force.
        Active = "active",
        /// In force for three more days at most.
        ExpiringSoon = "expiring_soon",
        /// Its time is over.
        Expired = "expired",
        /// Revoked.
        Revoked = "revoked",
        /// Revoked in favour of another treaty.
        Replaced = "replaced",
    }
}

words! {
    /// How close a treaty's end is.
    pub enum ExpiryRisk expected "an expiry risk" {
        /// It ended in another way.
        None = "none",
        /// More than three days off.
        Low = "low",
        /// Three days off or less.
        Medium = "medium",
        /// A day off or less.
        High = "high",
        /// Here.
        Expired = "expired",
    }
}

impl LifecycleState {
    /// Whether the treaty carries trust now.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Active | Self::ExpiringSoon)
    }
}

/// Where a stored treaty stands at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifecycle {
    /// The word for it.
    pub state: LifecycleState,
    /// How close the end is.
    pub expiry_risk: ExpiryRisk,
    /// Whole seconds left, 0 when over; `None` for a treaty that was revoked.
    pub seconds_until_expiry: Option<u64>,
    /// When it ends by itself.
    pub expires_at: Datetime,
    /// When it was revoked.
    pub revoked_at: Option<Datetime>,
    /// Why.
    pub revocation_reason: Option<String>,
    /// The treaty that came in its place.
    pub replacement_treaty_id: Option<String>,
}

impl RecognitionTreaty {
    /// Where the treaty stands `at` that time. `revoked_at` and `reason` are what the holder has stored beside it; a treaty
    /// that calls itself revoked is so without them.
    pub fn lifecycle(
        &self,
        revoked_at: Option<Datetime>,
        reason: Option<&str>,
        at: Datetime,
    ) -> Lifecycle {
        let is_revoked = revoked_at.is_some() || self.status == Status::Revoked;
        let replacement = reason.filter(|_| is_revoked).and_then(replacement);
        let seconds = (self.expires_at.instant() - at.instant()) / 1_000_000;
        let (state, expiry_risk) = if is_revoked && replacement.is_some() {
            (LifecycleState::Replaced, ExpiryRisk::None)
        } else if is_revoked {
            (LifecycleState::Revoked, ExpiryRisk::None)
        } else if seconds <= 0 {
            (LifecycleState::Expired, ExpiryRisk::Expired)
        } else if seconds <= URGENT_HOURS * 3600 {
            (LifecycleState::ExpiringSoon, ExpiryRisk::High)
        } else if seconds <= EXPIRING_HOURS * 3600 {
            (LifecycleState::ExpiringSoon, ExpiryRisk::Medium)
        } else {
            (LifecycleState::Active, ExpiryRisk::Low)
        };
        Lifecycle {
            state,
            expiry_risk,
            seconds_until_expiry: (!is_revoked).then(|| u64::try_from(seconds).unwrap_or(0)),
            expires_at: self.expires_at,
            revoked_at,
            revocation_reason: reason.map(str::to_owned),
            replacement_treaty_id: replacement.map(str::to_owned),
        }
    }
}

/// The id behind `replaced_by:` or `renewed_by:`.
fn replacement(reason: &str) -> Option<&str> {
    let id = reason.strip_prefix("replaced_by:").or_else(|| reason.strip_prefix("renewed_by:"))?;
    Some(id).filter(|id| !id.is_empty())
}

/// The object that goes beside a treaty in lists.
impl From<&Lifecycle> for Value {
    fn from(lifecycle: &Lifecycle) -> Self {
        let text = |text: &Option<String>| text.clone().map_or(Self::Null, Self::from);
        Self::from([
            ("state", Self::from(lifecycle.state.as_str())),
            ("expiry_risk", Self::from(lifecycle.expiry_risk.as_str())),
            ("seconds_until_expiry", lifecycle.seconds_until_expiry.map_or(Self::Null, Self::from)),
            ("expires_at", Self::from(lifecycle.expires_at.isoformat())),
            ("revoked_at", text(&lifecycle.revoked_at.map(Datetime::isoformat))),
            ("revocation_reason", text(&lifecycle.revocation_reason)),
            ("replacement_treaty_id", text(&lifecycle.replacement_treaty_id)),
        ])
    }
}
