//! The client's package: a signed summary of a sovereign, with the trust paths it rests on.

use std::collections::BTreeMap;

use comity_wire::mesh_json::{Datetime, Value, canonical};
use comity_wire::{Digest, sha256};

use super::words::{closed, ensure, is_future, tagged};
use crate::continuity::ContinuityStatus;
use crate::evidence::TrustEvidence;
use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::schema::{Field as _, SchemaError, Settle};
use crate::{objects, reasons};

/// Parts of member names that give private material away, in lower case: those that bundles are searched for.
const PRIVATE_NAMES: &[&str] =
    &["private_key", "bearer", "credential", "password", "secret", "token"];

/// Verdicts under which a path may be called trusted.
const GOOD_VERDICTS: &[&str] = &["allow", "warn"];

closed! {
    /// What a package can name by its hash.
    pub enum PackagedKind expects "a kind of packaged object" {
        /// The last heartbeat.
        Heartbeat = "heartbeat",
        /// A report of checks.
        CheckReport = "check_report",
        /// The recognition map.
        RecognitionMap = "recognition_map",
        /// The manifest of assets.
        AssetManifest = "asset_manifest",
        /// The last statement of the onboarding checklist.
        Onboarding = "onboarding",
        /// The delegation to a managing partner.
        PartnerDelegation = "partner_delegation",
        /// The trust bundle.
        TrustBundle = "trust_bundle",
        /// The head of a case file.
        CaseFile = "case_file",
    }
}

objects! {
    /// An object that goes with the package.
    pub struct PackagedObject {
        /// What it is.
        kind: PackagedKind,
        /// SHA-256 of its canonical bytes.
        sha256: Digest,
    }

    /// Trust evidence, as its issuer signed it.
    pub struct PackagedEvidence {
        /// SHA-256 of the canonical evidence with its signatures.
        sha256: Digest,
        /// The evidence: a [`TrustEvidence`].
        evidence: Value,
    }

    /// What a client gets, signed by the operator.
    pub struct ClientPackage signed_by signature, settled {
        /// [`ClientPackage::OBJECT_TYPE`].
        object_type: String,
        /// Its id.
        package_id: String,
        /// Whom it is about.
        sovereign_id: String,
        /// Whom it is for.
        client: String,
        /// Id of the managing partner that put it together; `null` if none did.
        prepared_by: Option<String> = None,
        /// When it was signed.
        issued_at: Datetime,
        /// First instant at which it no longer counts.
        expires_at: Datetime,
        /// In words.
        summary: String,
        /// What the package does not prove, in words; one thing or more.
        not_proven: Vec<String>,
        /// Whether others trust the sovereign. The evidence has to bear that out.
        trusted: bool,
        /// How the operator is doing.
        continuity: ContinuityStatus,
        /// What goes with it.
        objects: Vec<PackagedObject> = Vec::new(),
        /// Trust paths that others found.
        evidence: Vec<PackagedEvidence> = Vec::new(),
        /// The operator's name for the signing key.
        issued_by: String,
        /// By an operator key.
        signature: Option<Signature> = None,
    }
}

impl ClientPackage {
    /// Tag of the object.
    pub const OBJECT_TYPE: &'static str = "comity.client-package/v1";
}

impl Settle for ClientPackage {
    fn settle(self) -> Result<Self, SchemaError> {
        tagged(&self.object_type, Self::OBJECT_TYPE)?;
        ensure(!self.not_proven.is_empty(), "not_proven", "one thing or more")?;
        Ok(self)
    }
}

impl PackagedEvidence {
    /// Evidence with its hash.
    pub fn of(evidence: Value) -> Self {
        Self { sha256: sha256(&canonical(&evidence)), evidence }
    }
}

reasons! {
    /// Why a package is refused.
    pub enum PackageReason {
        /// It is about another sovereign.
        WrongSovereign = "wrong_sovereign",
        /// It is dated ahead of the clock.
        IssuedInFuture = "issued_in_future",
        /// It has run out.
        Expired = "expired",
        /// It carries private material.
        PrivateMaterial = "private_material",
        /// There is no evidence in it.
        MissingEvidence = "missing_evidence",
        /// Evidence does not fit its hash.
        EvidenceDigestMismatch = "evidence_digest_mismatch",
        /// Evidence is no trust evidence.
        EvidenceUnreadable = "evidence_unreadable",
        /// Evidence is about somebody else.
        EvidenceWrongSubject = "evidence_wrong_subject",
        /// The sovereign vouches for itself.
        EvidenceFromSubject = "evidence_from_subject",
        /// The verifier has no keys of whoever issued the evidence.
        EvidenceUnknownIssuer = "evidence_unknown_issuer",
        /// No signature of the evidence is by its issuer.
        EvidenceInvalidSignature = "evidence_invalid_signature",
        /// The summary says more than the evidence does.
        SummaryContradictsEvidence = "summary_contradicts_evidence",
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// The signature is not by an operator key.
        InvalidSignature = "invalid_signature",
    }
}

impl ClientPackage {
    /// Checks a package `at` a time. `operator_keys` are the sovereign's, `issuers` the keys of those who may vouch for it.
    ///
    /// # Errors
    ///
    /// [`PackageReason`], the first that applies.
    pub fn verify(
        &self,
        sovereign_id: &str,
        operator_keys: &[MeshKey],
        issuers: &BTreeMap<String, Vec<MeshKey>>,
        at: Datetime,
    ) -> Result<(), PackageReason> {
        if self.sovereign_id != sovereign_id {
            return Err(PackageReason::WrongSovereign);
        }
        if is_future(self.issued_at, at) {
            return Err(PackageReason::IssuedInFuture);
        }
        if self.expires_at.instant() <= at.instant() {
            return Err(PackageReason::Expired);
        }
        if has_private_material(&self.write()) {
            return Err(PackageReason::PrivateMaterial);
        }
        if self.evidence.is_empty() {
            return Err(PackageReason::MissingEvidence);
        }
        for evidence in &self.evidence {
            let is_trusted = evidence.verify(sovereign_id, issuers)?;
            if self.trusted && !is_trusted {
                return Err(PackageReason::SummaryContradictsEvidence);
            }
        }
        match self.check_signatures(operator_keys) {
            SignatureCheck::Missing => Err(PackageReason::MissingSignature),
            SignatureCheck::Invalid => Err(PackageReason::InvalidSignature),
            SignatureCheck::Valid => Ok(()),
        }
    }
}

impl PackagedEvidence {
    /// Whether somebody else found that the sovereign is trusted.
    fn verify(
        &self,
        sovereign_id: &str,
        issuers: &BTreeMap<String, Vec<MeshKey>>,
    ) -> Result<bool, PackageReason> {
        if sha256(&canonical(&self.evidence)) != self.sha256 {
            return Err(PackageReason::EvidenceDigestMismatch);
        }
        let found = TrustEvidence::read(&self.evidence);
        let found = found.map_err(|_| PackageReason::EvidenceUnreadable)?;
        if found.target_sovereign_id != sovereign_id {
            return Err(PackageReason::EvidenceWrongSubject);
        }
        if found.issuer_sovereign_id == sovereign_id {
            return Err(PackageReason::EvidenceFromSubject);
        }
        let keys = issuers.get(&found.issuer_sovereign_id);
        let keys = keys.ok_or(PackageReason::EvidenceUnknownIssuer)?;
        found.verify(keys, None).map_err(|_| PackageReason::EvidenceInvalidSignature)?;
        Ok(found.trusted && GOOD_VERDICTS.contains(&&*found.verdict))
    }
}

/// Whether a member's name anywhere in a value gives private material away.
fn has_private_material(value: &Value) -> bool {
    match value {
        Value::Map(members) => members.iter().any(|(name, value)| {
            let name = name.to_lowercase();
            PRIVATE_NAMES.iter().any(|part| name.contains(part)) || has_private_material(value)
        }),
        Value::List(items) => items.iter().any(has_private_material),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) => false,
    }
}
