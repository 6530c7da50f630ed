//! What a licence has against an access.

use std::collections::BTreeSet;

use comity_wire::mesh_json::Datetime;

use super::{
    DEFAULT_ACCESS, DataAccessIntent, DataDemand, DataLicensePolicy, DataSourceDescriptor,
    DataUsageReason, Violation,
};
use crate::boundary::repr_list;
use crate::freshness::is_ahead;
use crate::keys::{MeshKey, SignatureCheck, SignedObject};
use crate::model::check_policy;

/// What is held against a licence.
pub(super) struct Access<'a> {
    pub(super) sources: &'a [DataSourceDescriptor],
    pub(super) kinds: &'a [String],
    pub(super) volume: Option<u64>,
}

/// The one violation of a claim that the agent did not sign.
pub(super) fn unsigned<T: SignedObject>(
    claim: &T,
    keys: &[MeshKey],
    what: &str,
) -> Option<Violation> {
    let how = match claim.check_signatures(keys) {
        SignatureCheck::Valid => return None,
        SignatureCheck::Missing => "Missing",
        SignatureCheck::Invalid => "Invalid",
    };
    let detail = format!("{how} {what} signature");
    Some(Violation { reason: DataUsageReason::IntentExceedsLicense, detail })
}

/// Everything that the licence has against an access, in the reference's order, then what we add.
pub(super) fn violations(
    intent: &DataAccessIntent,
    access: &Access<'_>,
    demand: &DataDemand<'_>,
    at: Datetime,
) -> Vec<Violation> {
    let policy = demand.policy;
    let mut found = Vec::new();
    let mut note = |reason, detail| found.push(Violation { reason, detail });
    if intent.expires_at.instant() < at.instant() {
        let detail = format!("Intent expired at {}", spoken(intent.expires_at));
        note(DataUsageReason::IntentExpired, detail);
    }
    if !(policy.valid_from.instant()..=policy.valid_until.instant()).contains(&at.instant()) {
        note(DataUsageReason::PolicyExpired, format!("Policy not valid at {}", spoken(at)));
    }
    for source in access.sources {
        let id = &source.source_id;
        if !policy.allowed_source_ids.contains(id) {
            let detail = format!("Source '{id}' not in allowed_source_ids");
            note(DataUsageReason::SourceNotLicensed, detail);
        }
        let tags: BTreeSet<&String> = source.classification_tags.iter().collect();
        let out = &policy.prohibited_classification_tags;
        let tags: Vec<&String> = tags.into_iter().filter(|tag| out.contains(tag)).collect();
        if !tags.is_empty() {
            let detail = format!("Source '{id}' has prohibited tags: {}", repr_list(&tags));
            note(DataUsageReason::ProhibitedClassification, detail);
        }
    }
    for kind in access.kinds {
        if !policy.covers(kind) {
            let detail = format!("Access type '{kind}' not in allowed_access_types");
            note(DataUsageReason::AccessTypeNotPermitted, detail);
        }
    }
    if let (Some(max), Some(volume)) = (policy.max_volume_bytes_per_session, access.volume)
        && max < volume
    {
        let detail = format!("Volume {volume} > max {max}");
        note(DataUsageReason::VolumeCapExceeded, detail);
    }
    policy.hold_against(intent, demand.licensor_keys, &mut found);
    if is_ahead(intent.declared_at, at) {
        let detail = format!("Intent declared at {}", spoken(intent.declared_at));
        found.push(Violation { reason: DataUsageReason::IntentNotYetValid, detail });
    }
    found
}

impl DataLicensePolicy {
    fn covers(&self, kind: &String) -> bool {
        if self.allowed_access_types.is_empty() {
            kind == DEFAULT_ACCESS
        } else {
            self.allowed_access_types.contains(kind)
        }
    }

    /// A licence that is signed, or whose keys are known, must be the agent's and signed by the licensor.
    fn hold_against(
        &self,
        intent: &DataAccessIntent,
        licensor_keys: Option<&[MeshKey]>,
        found: &mut Vec<Violation>,
    ) {
        let mut note = |reason, detail| found.push(Violation { reason, detail });
        let is_license = licensor_keys.is_some() || self.signature.is_some();
        if is_license && self.licensee_sovereign_id != intent.agent_sovereign_id {
            let detail = format!("Policy is for '{}'", self.licensee_sovereign_id);
            note(DataUsageReason::LicenseeMismatch, detail);
        }
        match check_policy(self, licensor_keys) {
            SignatureCheck::Missing => {
                let detail = "Missing policy signature".to_owned();
                note(DataUsageReason::PolicyMissingSignature, detail);
            }
            SignatureCheck::Invalid => {
                let detail = "Invalid policy signature".to_owned();
                note(DataUsageReason::PolicyInvalidSignature, detail);
            }
            SignatureCheck::Valid => {}
        }
    }
}

/// The list, or another one if it is empty.
pub(super) const fn or<'a, T>(list: &'a [T], other: &'a [T]) -> &'a [T] {
    if list.is_empty() { other } else { list }
}

/// A time as the reference's sentences show it.
fn spoken(at: Datetime) -> String {
    at.isoformat().replacen('T', " ", 1)
}
