//! Checks of endpoints and continuity, as data: what was looked at, when, and what came of it.

use comity_wire::Digest;
use comity_wire::mesh_json::Datetime;

use super::words::{closed, ensure, is_future, tagged};
use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::schema::{SchemaError, Settle};
use crate::{objects, reasons};

closed! {
    /// What can be looked at.
    pub enum CheckKind expects "a kind of check" {
        /// The process is alive.
        Healthz = "healthz",
        /// It can serve.
        Readyz = "readyz",
        /// The genesis, and its signature.
        Genesis = "genesis",
        /// The identity document, and that it fits the genesis.
        Identity = "identity",
        /// The revocation feed, its signature and its age.
        RevocationFeed = "revocation_feed",
        /// The recognition graph.
        RecognitionGraph = "recognition_graph",
        /// The trust bundle, item by item.
        TrustBundle = "trust_bundle",
        /// The certificate of the endpoint.
        Tls = "tls",
        /// Heartbeats and notices.
        Continuity = "continuity",
        /// A backup, restored for a trial.
        Backup = "backup",
    }
}

closed! {
    /// What came of it.
    pub enum CheckResult expects "a result of a check" {
        /// As it should be.
        Passed = "passed",
        /// Not as it should be.
        Failed = "failed",
        /// There was no answer.
        Unreachable = "unreachable",
        /// It was not looked at.
        Skipped = "skipped",
    }
}

objects! {
    /// One look.
    pub struct Check {
        /// At what.
        kind: CheckKind,
        /// Address, or name of the thing.
        target: String,
        /// When.
        checked_at: Datetime,
        /// What came of it.
        result: CheckResult,
        /// A reason code, or a word for people.
        detail: String = String::new(),
        /// SHA-256 of the answer's bytes.
        body_sha256: Option<Digest> = None,
    }

    /// What somebody looked at, signed by whoever looked.
    pub struct CheckReport signed_by signature, settled {
        /// [`CheckReport::OBJECT_TYPE`].
        object_type: String,
        /// Its id.
        report_id: String,
        /// At whom.
        sovereign_id: String,
        /// Who looked: the operator, a partner, or anybody.
        checked_by: String,
        /// When it was signed.
        issued_at: Datetime,
        /// Look by look.
        checks: Vec<Check>,
        /// By the key of whoever looked.
        signature: Option<Signature> = None,
    }
}

impl CheckReport {
    /// Tag of the object.
    pub const OBJECT_TYPE: &'static str = "comity.check-report/v1";
}

impl Settle for CheckReport {
    fn settle(self) -> Result<Self, SchemaError> {
        tagged(&self.object_type, Self::OBJECT_TYPE)?;
        ensure(!self.checks.is_empty(), "checks", "one or more")?;
        Ok(self)
    }
}

reasons! {
    /// Why a report is refused.
    pub enum CheckReason {
        /// It is about another sovereign.
        WrongSovereign = "wrong_sovereign",
        /// It is dated ahead of the clock.
        IssuedInFuture = "issued_in_future",
        /// It reports a look later than itself.
        CheckAfterReport = "check_after_report",
        /// An answer was judged whose hash is not there.
        MissingBodyDigest = "missing_body_digest",
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// The signature is not by a given key.
        InvalidSignature = "invalid_signature",
    }
}

impl CheckReport {
    /// Checks a report. `keys` are those of whoever may have looked.
    ///
    /// # Errors
    ///
    /// [`CheckReason`], the first that applies.
    pub fn verify(
        &self,
        sovereign_id: &str,
        keys: &[MeshKey],
        at: Datetime,
    ) -> Result<(), CheckReason> {
        if self.sovereign_id != sovereign_id {
            return Err(CheckReason::WrongSovereign);
        }
        if is_future(self.issued_at, at) {
            return Err(CheckReason::IssuedInFuture);
        }
        let issued = self.issued_at.instant();
        if self.checks.iter().any(|check| issued < check.checked_at.instant()) {
            return Err(CheckReason::CheckAfterReport);
        }
        if self.checks.iter().any(|check| check.needs_body() && check.body_sha256.is_none()) {
            return Err(CheckReason::MissingBodyDigest);
        }
        match self.check_signatures(keys) {
            SignatureCheck::Missing => Err(CheckReason::MissingSignature),
            SignatureCheck::Invalid => Err(CheckReason::InvalidSignature),
            SignatureCheck::Valid => Ok(()),
        }
    }

    /// How many looks had that result.
    pub fn count(&self, result: CheckResult) -> usize {
        self.checks.iter().filter(|check| check.result == result).count()
    }

    /// Whether something was looked at and all of it is as it should be; what was skipped does not count.
    pub fn is_good(&self) -> bool {
        let bad = self.count(CheckResult::Failed) + self.count(CheckResult::Unreachable);
        0 < self.count(CheckResult::Passed) && bad == 0
    }
}

impl Check {
    /// Whether the result speaks of a document that others should be able to name.
    const fn needs_body(&self) -> bool {
        let is_document = match self.kind {
            CheckKind::Genesis
            | CheckKind::Identity
            | CheckKind::RevocationFeed
            | CheckKind::RecognitionGraph
            | CheckKind::TrustBundle
            | CheckKind::Continuity => true,
            CheckKind::Healthz | CheckKind::Readyz | CheckKind::Tls | CheckKind::Backup => false,
        };
        is_document && matches!(self.result, CheckResult::Passed)
    }
}
