//! Use of data under a licence: what an agent means to read, what it read, and what of that the licence does not cover.
//!
//! ```text
//! DataLicensePolicy   licensor → licensee: sources, kinds of access, volume, tags that are out of bounds
//! DataAccessIntent    agent, before: these sources, in these ways, about this much
//! DataAccessRecord    agent, after: what it came to
//! ```
//!
//! # Invariants
//!
//! 1. An unsigned or wrongly signed claim yields one violation; a signed one yields all that apply.
//! 2. A licence without sources covers none; a licence without kinds of access covers reading.
//! 3. The list of violations is empty exactly if the access is covered.
//!
//! # Source
//!
//! The reference's data usage layer. That the licence's own signature and licensee count, and that a record is held against
//! its intent, is ours.

mod check;

use comity_sign::SigningKey;
use comity_wire::mesh_json::Datetime;

use crate::keys::{MeshKey, Signature, SignedObject as _};
use crate::{objects, reasons};

use check::{Access, or, unsigned, violations};

/// How long an intent is good, if nobody says otherwise.
pub const INTENT_SECONDS: i64 = 300;

/// The kind of access that a licence covers if it names none.
const DEFAULT_ACCESS: &str = "read";

objects! {
    /// A source of data.
    pub struct DataSourceDescriptor {
        /// Its id.
        source_id: String,
        /// `personal`, `proprietary`, `public`, `synthetic` or another kind.
        source_type: String,
        /// Whose it is.
        owner_sovereign_id: String,
        /// What is in it.
        classification_tags: Vec<String> = Vec::new(),
    }

    /// What a licensor lets a licensee do.
    pub struct DataLicensePolicy signed_by signature {
        /// Its id.
        policy_id: String,
        /// Who licenses.
        licensor_sovereign_id: String,
        /// Who may.
        licensee_sovereign_id: String,
        /// Sources; none covers none.
        allowed_source_ids: Vec<String> = Vec::new(),
        /// Kinds of access; none covers `read`.
        allowed_access_types: Vec<String> = Vec::new(),
        /// Most bytes in one session.
        max_volume_bytes_per_session: Option<u64> = None,
        /// Sources with one of these tags are out of bounds.
        prohibited_classification_tags: Vec<String> = Vec::new(),
        /// From here on, inclusive.
        valid_from: Datetime,
        /// Until here, inclusive.
        valid_until: Datetime,
        /// By the licensor.
        signature: Option<Signature> = None,
    }

    /// What an agent means to access.
    pub struct DataAccessIntent signed_by signature {
        /// Its id.
        intent_id: String,
        /// Who.
        agent_sovereign_id: String,
        /// Under which decision.
        decision_id: String,
        /// Which sources.
        declared_sources: Vec<DataSourceDescriptor>,
        /// In which ways.
        declared_access_types: Vec<String>,
        /// How much, in bytes.
        estimated_volume_bytes: Option<u64> = None,
        /// When it was said.
        declared_at: Datetime,
        /// Until here, inclusive.
        expires_at: Datetime,
        /// By the agent.
        signature: Option<Signature> = None,
    }

    /// What an agent accessed.
    pub struct DataAccessRecord signed_by signature {
        /// Its id.
        record_id: String,
        /// The intent that it fulfils.
        intent_id: String,
        /// Who.
        agent_sovereign_id: String,
        /// Under which decision.
        decision_id: String,
        /// Which sources.
        accessed_sources: Vec<DataSourceDescriptor>,
        /// In which ways.
        access_types_used: Vec<String>,
        /// How much, in bytes.
        actual_volume_bytes: Option<u64> = None,
        /// From when.
        accessed_at: Datetime,
        /// Until when.
        completed_at: Option<Datetime> = None,
        /// By the agent.
        signature: Option<Signature> = None,
    }

    /// A violation as it is kept.
    pub struct DataUsageViolation {
        /// Its id.
        violation_id: String,
        /// The intent.
        intent_id: Option<String> = None,
        /// The record.
        record_id: Option<String> = None,
        /// Who.
        agent_sovereign_id: String,
        /// A [`DataUsageReason`].
        violation_type: String,
        /// In words.
        detail: String,
        /// When it was noticed.
        detected_at: Datetime,
    }
}

reasons! {
    /// Why an access is not covered. Those from `licensee_mismatch` on are ours.
    pub enum DataUsageReason {
        /// The claim is not signed by the agent.
        IntentExceedsLicense = "intent_exceeds_license",
        /// The intent has run out.
        IntentExpired = "intent_expired",
        /// The licence is not in force.
        PolicyExpired = "policy_expired",
        /// The licence does not list the source.
        SourceNotLicensed = "source_not_licensed",
        /// The source has a tag that is out of bounds.
        ProhibitedClassification = "prohibited_classification",
        /// The licence does not cover this kind of access.
        AccessTypeNotPermitted = "access_type_not_permitted",
        /// More than the licence covers in one session.
        VolumeCapExceeded = "volume_cap_exceeded",
        /// The licence is somebody else's.
        LicenseeMismatch = "licensee_mismatch",
        /// The licensor's keys are known, and nobody signed the licence.
        PolicyMissingSignature = "policy_missing_signature",
        /// The licence's signature is by no known key of the licensor.
        PolicyInvalidSignature = "policy_invalid_signature",
        /// The intent was made in the future.
        IntentNotYetValid = "intent_not_yet_valid",
        /// The record fulfils another intent.
        RecordMismatch = "record_mismatch",
        /// The intent did not name the source.
        SourceNotDeclared = "source_not_declared",
        /// The intent did not name this kind of access.
        AccessTypeNotDeclared = "access_type_not_declared",
    }
}

/// One way in which an access is not covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which.
    pub reason: DataUsageReason,
    /// In words.
    pub detail: String,
}

/// What an access is held against.
#[derive(Clone, Copy, Debug)]
pub struct DataDemand<'a> {
    /// The licence.
    pub policy: &'a DataLicensePolicy,
    /// Keys of the agent.
    pub agent_keys: &'a [MeshKey],
    /// Keys of the licensor, if the licence came from elsewhere.
    pub licensor_keys: Option<&'a [MeshKey]>,
}

impl DataAccessIntent {
    /// The violations of the intent, `at` that time; none if it is covered.
    pub fn verify(&self, demand: &DataDemand<'_>, at: Datetime) -> Vec<Violation> {
        if let Some(violation) = unsigned(self, demand.agent_keys, "intent") {
            return vec![violation];
        }
        let access = Access {
            sources: &self.declared_sources,
            kinds: &self.declared_access_types,
            volume: self.estimated_volume_bytes,
        };
        violations(self, &access, demand, at)
    }
}

impl DataAccessRecord {
    /// The violations of an access under `intent`, judged `at` that time, which is rightly [`Self::ended_at`].
    pub fn verify(
        &self,
        intent: &DataAccessIntent,
        demand: &DataDemand<'_>,
        at: Datetime,
    ) -> Vec<Violation> {
        let unsigned = unsigned(self, demand.agent_keys, "record")
            .or_else(|| unsigned(intent, demand.agent_keys, "intent"));
        if let Some(violation) = unsigned {
            return vec![violation];
        }
        // What the record leaves out is taken from the intent.
        let access = Access {
            sources: or(&self.accessed_sources, &intent.declared_sources),
            kinds: or(&self.access_types_used, &intent.declared_access_types),
            volume: self.actual_volume_bytes.or(intent.estimated_volume_bytes),
        };
        let mut found = violations(intent, &access, demand, at);
        self.hold_against(intent, &mut found);
        found
    }

    /// When the access ended, as far as it is known.
    pub fn ended_at(&self) -> Datetime {
        self.completed_at.unwrap_or(self.accessed_at)
    }

    fn hold_against(&self, intent: &DataAccessIntent, found: &mut Vec<Violation>) {
        let mut note = |reason, detail| found.push(Violation { reason, detail });
        let is_of_intent = self.intent_id == intent.intent_id
            && self.agent_sovereign_id == intent.agent_sovereign_id
            && self.decision_id == intent.decision_id;
        if !is_of_intent {
            let detail = format!("Record is not of intent '{}'", intent.intent_id);
            note(DataUsageReason::RecordMismatch, detail);
        }
        for source in &self.accessed_sources {
            if !intent.declared_sources.contains(source) {
                let detail = format!("Source '{}' was not declared", source.source_id);
                note(DataUsageReason::SourceNotDeclared, detail);
            }
        }
        for kind in &self.access_types_used {
            if !intent.declared_access_types.contains(kind) {
                let detail = format!("Access type '{kind}' was not declared");
                note(DataUsageReason::AccessTypeNotDeclared, detail);
            }
        }
    }
}

impl DataAccessIntent {
    /// Says what will be accessed, good for [`INTENT_SECONDS`] from `declared_at`, signed under the agent's name.
    #[must_use]
    pub fn declare(mut self, secret: &SigningKey) -> Self {
        self.expires_at = self.declared_at.plus(INTENT_SECONDS);
        self.signature = None;
        let key_id = self.agent_sovereign_id.clone();
        self.sign(secret, &key_id);
        self
    }

    /// A violation of this intent as it is kept.
    pub fn keep(
        &self,
        violation: &Violation,
        violation_id: String,
        at: Datetime,
    ) -> DataUsageViolation {
        DataUsageViolation {
            violation_id,
            intent_id: Some(self.intent_id.clone()),
            record_id: None,
            agent_sovereign_id: self.agent_sovereign_id.clone(),
            violation_type: violation.reason.to_string(),
            detail: violation.detail.clone(),
            detected_at: at,
        }
    }
}

#[cfg(test)]
mod tests;
