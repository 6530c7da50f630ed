//! Onboarding: a checklist of chained statements, one for each step that was taken.

use comity_wire::mesh_json::{Datetime, canonical};
use comity_wire::{Digest, sha256};

use super::words::{closed, ensure, is_future, tagged};
use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::schema::{Field as _, SchemaError, Settle};
use crate::{objects, reasons};

closed! {
    /// What a new operator does.
    pub enum OnboardingStep expects "a step of onboarding" {
        /// Made root, authority and operator keys, alone.
        KeysMade = "keys_made",
        /// Signed the genesis with the root key.
        GenesisSigned = "genesis_signed",
        /// Opened the public endpoints.
        EndpointsOpen = "endpoints_open",
        /// Restored a backup on a second machine, as a trial.
        BackupRestored = "backup_restored",
        /// Recognised another sovereign by treaty.
        TreatyGiven = "treaty_given",
        /// Was recognised by another sovereign.
        TreatyReceived = "treaty_received",
        /// Attested, revoked, and saw the attestation refused elsewhere.
        RevocationProven = "revocation_proven",
        /// Exported a trust bundle that others validated.
        BundleExported = "bundle_exported",
        /// Sent the first heartbeat.
        HeartbeatSent = "heartbeat_sent",
    }
}

objects! {
    /// One thing that shows that a step was taken.
    pub struct StepEvidence {
        /// What it is.
        name: String,
        /// SHA-256 of its bytes.
        sha256: Digest,
    }

    /// "This step is taken": signed by the operator.
    pub struct OnboardingStatement signed_by signature, settled {
        /// [`OnboardingStatement::OBJECT_TYPE`].
        object_type: String,
        /// Who comes aboard.
        sovereign_id: String,
        /// 1 for the first, then one more each time.
        sequence: u64,
        /// Which step.
        step: OnboardingStep,
        /// When it was taken.
        done_at: Datetime,
        /// Id of the managing partner who helped; `null` if nobody did.
        assisted_by: Option<String> = None,
        /// What shows it; one thing or more.
        evidence: Vec<StepEvidence>,
        /// Hash of the statement before; `null` in the first.
        prev_statement_digest: Option<Digest> = None,
        /// The operator's name for the signing key.
        issued_by: String,
        /// By an operator key.
        signature: Option<Signature> = None,
    }
}

impl OnboardingStatement {
    /// Tag of the object.
    pub const OBJECT_TYPE: &'static str = "comity.onboarding-statement/v1";

    /// What the next statement names: SHA-256 of all of this one.
    pub fn statement_digest(&self) -> Digest {
        sha256(&canonical(&self.write()))
    }
}

impl Settle for OnboardingStatement {
    fn settle(self) -> Result<Self, SchemaError> {
        tagged(&self.object_type, Self::OBJECT_TYPE)?;
        ensure(!self.evidence.is_empty(), "evidence", "one thing or more")?;
        Ok(self)
    }
}

reasons! {
    /// Why a checklist is refused.
    pub enum OnboardingReason {
        /// A statement is about another sovereign.
        WrongSovereign = "wrong_sovereign",
        /// Sequences do not count 1, 2, 3.
        SequenceGap = "sequence_gap",
        /// A statement does not name the hash of the one before.
        ChainBreak = "chain_break",
        /// A step is there twice.
        RepeatedStep = "repeated_step",
        /// A step comes before one that it needs.
        StepOutOfOrder = "step_out_of_order",
        /// A step was taken before the one in front of it.
        TimeWentBack = "time_went_back",
        /// A step is dated ahead of the clock.
        IssuedInFuture = "issued_in_future",
        /// A step is shown by nothing.
        MissingEvidence = "missing_evidence",
        /// Nobody signed a statement.
        MissingSignature = "missing_signature",
        /// A signature is not by an operator key.
        InvalidSignature = "invalid_signature",
    }
}

objects! {
    /// What is done and what is not.
    pub struct Checklist {
        /// Who comes aboard.
        sovereign_id: String,
        /// Steps taken, in the order taken.
        done: Vec<OnboardingStep>,
        /// Steps not taken, in the order of [`OnboardingStep::ALL`].
        missing: Vec<OnboardingStep>,
        /// Whether all are taken.
        complete: bool,
        /// Hash of the last statement.
        head: Option<Digest>,
    }
}

/// Checks a checklist from its first statement to its last. `keys` are the operator's, from elsewhere.
///
/// # Errors
///
/// [`OnboardingReason`]: the first of the first statement that is refused.
pub fn verify(
    sovereign_id: &str,
    statements: &[OnboardingStatement],
    keys: &[MeshKey],
    at: Datetime,
) -> Result<Checklist, OnboardingReason> {
    let mut done: Vec<OnboardingStep> = Vec::new();
    let mut last: Option<&OnboardingStatement> = None;
    for (position, statement) in (1_u64..).zip(statements) {
        place(sovereign_id, position, statement, last, &done)?;
        if is_future(statement.done_at, at) {
            return Err(OnboardingReason::IssuedInFuture);
        }
        if statement.evidence.is_empty() {
            return Err(OnboardingReason::MissingEvidence);
        }
        match statement.check_signatures(keys) {
            SignatureCheck::Missing => return Err(OnboardingReason::MissingSignature),
            SignatureCheck::Invalid => return Err(OnboardingReason::InvalidSignature),
            SignatureCheck::Valid => {}
        }
        done.push(statement.step);
        last = Some(statement);
    }
    let missing: Vec<_> =
        OnboardingStep::ALL.iter().copied().filter(|step| !done.contains(step)).collect();
    Ok(Checklist {
        sovereign_id: sovereign_id.to_owned(),
        complete: missing.is_empty(),
        done,
        missing,
        head: last.map(OnboardingStatement::statement_digest),
    })
}

fn place(
    sovereign_id: &str,
    position: u64,
    statement: &OnboardingStatement,
    last: Option<&OnboardingStatement>,
    done: &[OnboardingStep],
) -> Result<(), OnboardingReason> {
    if statement.sovereign_id != sovereign_id {
        return Err(OnboardingReason::WrongSovereign);
    }
    if statement.sequence != position {
        return Err(OnboardingReason::SequenceGap);
    }
    if statement.prev_statement_digest != last.map(OnboardingStatement::statement_digest) {
        return Err(OnboardingReason::ChainBreak);
    }
    if done.contains(&statement.step) {
        return Err(OnboardingReason::RepeatedStep);
    }
    if statement.step.needs().is_some_and(|needed| !done.contains(&needed)) {
        return Err(OnboardingReason::StepOutOfOrder);
    }
    if last.is_some_and(|last| statement.done_at.instant() < last.done_at.instant()) {
        return Err(OnboardingReason::TimeWentBack);
    }
    Ok(())
}

impl OnboardingStep {
    /// The step without which this one cannot be taken.
    pub const fn needs(self) -> Option<Self> {
        match self {
            Self::KeysMade => None,
            Self::GenesisSigned => Some(Self::KeysMade),
            Self::EndpointsOpen | Self::BackupRestored => Some(Self::GenesisSigned),
            Self::TreatyGiven | Self::TreatyReceived | Self::BundleExported => {
                Some(Self::EndpointsOpen)
            }
            Self::RevocationProven => Some(Self::TreatyReceived),
            Self::HeartbeatSent => Some(Self::EndpointsOpen),
        }
    }
}
