//! What shows that a step of onboarding was taken: documents that are fetched and verified, or given and checked.
//!
//! # Invariants
//!
//! 1. A step is shown by a document that was verified here, with keys that lead to the sovereign's root key or to the
//!    peer's. A backup is shown by whatever the operator has; nobody else can look at it.
//! 2. What is shown is returned as it is hashed.

use comity_mesh::bundle::{self, bundle_hash};
use comity_mesh::keys::{MeshKey, SignedObject as _};
use comity_mesh::operator::checks::{CheckKind, CheckReport, CheckResult};
use comity_mesh::operator::onboarding::OnboardingStep;
use comity_mesh::operator_proof::inspect;
use comity_mesh::recognition::RecognitionTreaty;
use comity_mesh::schema::Field as _;
use comity_sign::SigningKey;
use comity_wire::mesh_json::{Datetime, Value};

use crate::calls::{TreatyFilter, TreatyList};
use crate::endpoint_check::look;
use crate::operators::{Life, roster};
use crate::review::Identity;
use crate::workflow::check_treaty;
use crate::{ClientError, Remote, calls};

/// Why a step is not shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotShown {
    /// Nobody says where the other sovereign is.
    #[error("no other sovereign was named")]
    NeedsPeer,
    /// No proof was given.
    #[error("no proof was given")]
    NeedsProof,
    /// No bundle with a receipt was given.
    #[error("no bundle with somebody's receipt was given")]
    NeedsBundle,
    /// Nothing shows that a backup was restored.
    #[error("nothing shows that a backup was restored")]
    NeedsBackup,
    /// Root, authority and operators do not have keys of their own.
    #[error("root, authority and operators do not have keys of their own")]
    KeysNotApart,
    /// An endpoint is not as it should be.
    #[error("{kind}: {detail}")]
    Endpoint {
        /// Which look failed.
        kind: CheckKind,
        /// Why.
        detail: String,
    },
    /// There is no treaty in force.
    #[error("there is no treaty in force")]
    NoTreaty,
    /// The proof does not hold.
    #[error("the proof does not hold")]
    BadProof,
    /// The proof is about others.
    #[error("the proof is about others")]
    OtherProof,
    /// The bundle does not hold.
    #[error("the bundle does not hold")]
    BadBundle,
    /// The bundle is another sovereign's, or the receipt another bundle's.
    #[error("bundle, receipt and sovereign do not belong together")]
    OtherBundle,
    /// No heartbeat counts.
    #[error("no heartbeat counts")]
    NoHeartbeat,
    /// An authority could not be asked.
    #[error(transparent)]
    Asked(#[from] ClientError),
}

impl NotShown {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NeedsPeer => "client.step_needs_peer",
            Self::NeedsProof => "client.step_needs_proof",
            Self::NeedsBundle => "client.step_needs_bundle",
            Self::NeedsBackup => "client.step_needs_backup",
            Self::KeysNotApart => "client.step_keys_not_apart",
            Self::Endpoint { .. } => "client.step_endpoint",
            Self::NoTreaty => "client.step_no_treaty",
            Self::BadProof => "client.step_bad_proof",
            Self::OtherProof => "client.step_other_proof",
            Self::BadBundle => "client.step_bad_bundle",
            Self::OtherBundle => "client.step_other_bundle",
            Self::NoHeartbeat => "client.step_no_heartbeat",
            Self::Asked(error) => error.code(),
        }
    }
}

/// Documents that nobody publishes.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Whatever shows that a backup was restored.
    pub backup: Option<Value>,
    /// A proof of two operators.
    pub proof: Option<Value>,
    /// A trust bundle.
    pub bundle: Option<Value>,
    /// The receipt of somebody who imported it.
    pub receipt: Option<Value>,
}

/// Where to look.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The new operator's own authority.
    pub own: Remote<'a>,
    /// Who that is.
    pub identity: &'a Identity,
    /// An authority that should recognise it.
    pub peer: Option<Remote<'a>>,
    /// What was given.
    pub given: &'a Given,
    /// The operator's key, for the report about the endpoints, with its name.
    pub signer: (&'a SigningKey, &'a str),
    /// An id for that report.
    pub report_id: &'a str,
}

/// Documents by a word for what they are.
type Shown = Vec<(&'static str, Value)>;

impl Sources<'_> {
    /// What shows that `step` was taken.
    ///
    /// # Errors
    ///
    /// [`NotShown`].
    pub fn show(&self, step: OnboardingStep, at: Datetime) -> Result<Shown, NotShown> {
        match step {
            OnboardingStep::KeysMade => self.keys(at),
            OnboardingStep::GenesisSigned => {
                Ok(vec![("genesis", self.identity.genesis_document.clone())])
            }
            OnboardingStep::EndpointsOpen => self.endpoints(at),
            OnboardingStep::BackupRestored => {
                let backup = self.given.backup.clone().ok_or(NotShown::NeedsBackup)?;
                Ok(vec![("backup", backup)])
            }
            OnboardingStep::TreatyGiven => {
                let treaty = self.treaty(&self.own, self.identity, None, at)?;
                Ok(vec![("treaty", treaty.write())])
            }
            OnboardingStep::TreatyReceived => self.received(at),
            OnboardingStep::RevocationProven => self.proof(),
            OnboardingStep::BundleExported => self.bundle(at),
            OnboardingStep::HeartbeatSent => {
                let life = Life::read(&self.own, self.identity, None, at)?;
                let continuity = life.assess(at);
                let latest = life.latest(&continuity).ok_or(NotShown::NoHeartbeat)?;
                Ok(vec![("heartbeat", latest.write())])
            }
        }
    }

    fn keys(&self, at: Datetime) -> Result<Shown, NotShown> {
        let (roster, keys) = roster(&self.own, self.identity, at)?;
        let genesis = &self.identity.genesis;
        let authority = &genesis.network_authority.public_key;
        let mut all: Vec<String> = keys.iter().map(MeshKey::to_string).collect();
        all.sort_unstable();
        all.dedup();
        let shared = all.contains(authority) || all.contains(&genesis.root_public_key);
        if shared || *authority == genesis.root_public_key {
            return Err(NotShown::KeysNotApart);
        }
        Ok(vec![("roster", roster.write())])
    }

    fn endpoints(&self, at: Datetime) -> Result<Shown, NotShown> {
        let mut checks = look(&self.own, None, at).checks;
        // Whether the operator is there is another step.
        checks.retain(|check| check.kind != CheckKind::Continuity);
        let bad = |check: &&comity_mesh::operator::checks::Check| {
            matches!(check.result, CheckResult::Failed | CheckResult::Unreachable)
        };
        if let Some(check) = checks.iter().find(bad) {
            return Err(NotShown::Endpoint { kind: check.kind, detail: check.detail.clone() });
        }
        let (secret, key_id) = self.signer;
        let mut report = CheckReport {
            object_type: CheckReport::OBJECT_TYPE.to_owned(),
            report_id: self.report_id.to_owned(),
            sovereign_id: self.identity.sovereign_id.clone(),
            checked_by: key_id.to_owned(),
            issued_at: at,
            checks,
            signature: None,
        };
        report.sign(secret, key_id);
        Ok(vec![("report", report.write())])
    }

    /// A treaty in force of `issuer`, about `subject` if one is named, with this sovereign's key then.
    fn treaty(
        &self,
        remote: &Remote<'_>,
        issuer: &Identity,
        subject: Option<&str>,
        at: Datetime,
    ) -> Result<RecognitionTreaty, NotShown> {
        let filter =
            TreatyFilter { issuer: Some(&issuer.sovereign_id), subject, status: Some("active") };
        let list: TreatyList =
            remote.read(&calls::treaties(remote.endpoint, filter), "treaties")?;
        let own_key = &self.identity.genesis.network_authority.public_key;
        let treaties = list.recognition_treaties.into_iter().map(|row| row.treaty);
        let mut in_force = treaties.filter(|treaty| {
            check_treaty(treaty, issuer, subject, at).is_ok()
                && (subject.is_none() || treaty.subject_public_keys.contains(own_key))
        });
        in_force.next().ok_or(NotShown::NoTreaty)
    }

    fn received(&self, at: Datetime) -> Result<Shown, NotShown> {
        let peer = self.peer.as_ref().ok_or(NotShown::NeedsPeer)?;
        let issuer = Identity::read(peer, None, at)?;
        let treaty = self.treaty(peer, &issuer, Some(&self.identity.sovereign_id), at)?;
        Ok(vec![("treaty", treaty.write()), ("peer-genesis", issuer.genesis_document)])
    }

    fn proof(&self) -> Result<Shown, NotShown> {
        let proof = self.given.proof.as_ref().ok_or(NotShown::NeedsProof)?;
        if !inspect(proof, None).errors.is_empty() {
            return Err(NotShown::BadProof);
        }
        let issuer = proof.get("issuer").and_then(|it| it.get("network_name"));
        if issuer.and_then(Value::as_str) != Some(self.identity.sovereign_id.as_str()) {
            return Err(NotShown::OtherProof);
        }
        Ok(vec![("proof", proof.clone())])
    }

    fn bundle(&self, at: Datetime) -> Result<Shown, NotShown> {
        let given = (self.given.bundle.as_ref(), self.given.receipt.as_ref());
        let (Some(bundle), Some(receipt)) = given else { return Err(NotShown::NeedsBundle) };
        bundle::import(bundle, "", None, at).map_err(|_| NotShown::BadBundle)?;
        let hash = receipt.get("bundle_hash").and_then(Value::as_str);
        let is_own = bundle.get("genesis") == Some(&self.identity.genesis_document);
        if hash != Some(bundle_hash(bundle).as_str()) || !is_own {
            return Err(NotShown::OtherBundle);
        }
        Ok(vec![("bundle", bundle.clone()), ("receipt", receipt.clone())])
    }
}

#[cfg(test)]
mod tests;
