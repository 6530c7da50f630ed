//! The managing partner: somebody who helps an operator, within a list, until the operator says otherwise.
//!
//! ```text
//! operator ── PartnerDelegation (duties, window, partner's key) ──▶ partner
//! partner  ── PartnerAcceptance (delegation's hash) ──▶ the authority, which then takes the partner's requests
//! partner  ── AssistanceNote (duty, what was done, delegation's hash) ──▶ whoever wants to know who did it
//! operator ── DelegationEnd (from when, up to which note) ──▶ the partner's notes no longer count
//! ```
//!
//! # Invariants
//!
//! 1. A delegation names duties of a closed list. Signing treaties, attestations, revocations or feeds and holding root,
//!    authority or operator keys are not in it, and are refused by name.
//! 2. The partner's key is none of the operator's keys: what the partner signs never counts as the operator's.
//! 3. A note is bound to one delegation by its hash, and proves nothing but that the partner says so.
//! 4. Only the operator's signature ends a delegation; the partner's consent is not asked.
//! 5. What a partner may ask an authority for follows from the delegated duties; what needs a [`ControlAct`] never does.
//!
//! # Source
//!
//! RFC-008 *Managing partner*. The reference has the role in prose, and notes of assistance as free text.

mod acts;
mod engagement;

use comity_wire::Digest;
use comity_wire::mesh_json::Datetime;

use crate::keys::Signature;
use crate::operator::words::{ensure, tagged};
use crate::schema::{SchemaError, Settle};
use crate::{objects, reasons};

pub use acts::{ActReason, Requirement};
pub use engagement::Engagement;

reasons! {
    /// What a partner may be asked to do. There is nothing else.
    pub enum PartnerDuty {
        /// Run the machines that public endpoints are on.
        Endpoints = "public_endpoints",
        /// Look after names and certificates of these endpoints.
        Dns = "dns",
        /// Write and follow runbooks.
        Runbooks = "runbooks",
        /// Check continuity and report.
        ContinuityChecks = "continuity_checks",
        /// Assemble trust bundles from public material.
        BundleAssembly = "bundle_assembly",
        /// Keep encrypted backups.
        Backups = "backups",
        /// Accompany a new operator.
        Onboarding = "onboarding",
        /// Put packages for clients together; the operator signs them.
        ClientPackaging = "client_packaging",
        /// Talk to others on the operator's behalf, without binding it.
        Coordination = "coordination",
    }
}

reasons! {
    /// What stays with the operator, whatever a delegation says.
    pub enum ControlAct {
        /// Sign, renew or replace treaties.
        SignTreaties = "sign_treaties",
        /// Sign attestations or certificates.
        SignAttestations = "sign_attestations",
        /// Revoke, or sign a feed or a revocation list.
        SignRevocations = "sign_revocations",
        /// Sign heartbeats and notices of absence.
        SignHeartbeats = "sign_heartbeats",
        /// Change the policy.
        SignPolicy = "sign_policy",
        /// Hold the root key.
        HoldRootKey = "hold_root_key",
        /// Hold the authority's key.
        HoldAuthorityKey = "hold_authority_key",
        /// Hold an operator key.
        HoldOperatorKey = "hold_operator_key",
        /// Pass duties on.
        Delegate = "delegate",
    }
}

impl PartnerDuty {
    /// The duty of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|duty| duty.as_str() == text)
    }
}

impl ControlAct {
    /// The act of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|act| act.as_str() == text)
    }
}

objects! {
    /// "They manage this for us, and no more": signed by the operator.
    pub struct PartnerDelegation signed_by signature, settled {
        /// [`PartnerDelegation::OBJECT_TYPE`].
        object_type: String,
        /// Its id.
        delegation_id: String,
        /// Whose operator delegates.
        sovereign_id: String,
        /// Who helps.
        partner_id: String,
        /// The key that signs notes, base64. Nothing else is signed with it.
        partner_public_key: String,
        /// Names of [`PartnerDuty`], sorted, each once.
        duties: Vec<String>,
        /// When it was signed.
        issued_at: Datetime,
        /// First instant.
        valid_from: Datetime,
        /// First instant after it.
        expires_at: Datetime,
        /// The operator's name for the signing key.
        issued_by: String,
        /// By an operator key.
        signature: Option<Signature> = None,
    }

    /// "No longer": signed by the operator, and by nobody else.
    pub struct DelegationEnd signed_by signature, settled {
        /// [`DelegationEnd::OBJECT_TYPE`].
        object_type: String,
        /// Its id.
        end_id: String,
        /// Whose operator speaks.
        sovereign_id: String,
        /// What ends.
        delegation_id: String,
        /// From when on.
        ended_at: Datetime,
        /// Sequence of the last note that the operator acknowledges; later ones are dated back.
        last_note_sequence: u64 = 0,
        /// Why, for people.
        reason: String = String::new(),
        /// The operator's name for the signing key.
        issued_by: String,
        /// By an operator key.
        signature: Option<Signature> = None,
    }

    /// "These are our terms, and this is our key": signed by the partner. The delegation counts without it; an authority takes
    /// requests of the partner only with it.
    pub struct PartnerAcceptance signed_by signature, settled {
        /// [`PartnerAcceptance::OBJECT_TYPE`].
        object_type: String,
        /// Which delegation.
        delegation_id: String,
        /// SHA-256 of the delegation's signed bytes.
        delegation_digest: Digest,
        /// Who accepts.
        partner_id: String,
        /// When.
        accepted_at: Datetime,
        /// By the partner's key.
        signature: Option<Signature> = None,
    }

    /// "We helped with this": signed by the partner.
    pub struct AssistanceNote signed_by signature, settled {
        /// [`AssistanceNote::OBJECT_TYPE`].
        object_type: String,
        /// Its id.
        note_id: String,
        /// Under which delegation.
        delegation_id: String,
        /// SHA-256 of the delegation's signed bytes.
        delegation_digest: Digest,
        /// Who helped.
        partner_id: String,
        /// 1 for the first note under this delegation, then one more each time.
        sequence: u64,
        /// Name of a [`PartnerDuty`].
        duty: String,
        /// When.
        done_at: Datetime,
        /// What was done, for people.
        summary: String,
        /// SHA-256 of what shows it.
        evidence_sha256: Option<Digest> = None,
        /// By the partner's key.
        signature: Option<Signature> = None,
    }
}

impl PartnerDelegation {
    /// Tag of the object.
    pub const OBJECT_TYPE: &'static str = "comity.partner-delegation/v1";
}

impl DelegationEnd {
    /// Tag of the object.
    pub const OBJECT_TYPE: &'static str = "comity.partner-delegation-end/v1";
}

impl PartnerAcceptance {
    /// Tag of the object.
    pub const OBJECT_TYPE: &'static str = "comity.partner-acceptance/v1";
}

impl AssistanceNote {
    /// Tag of the object.
    pub const OBJECT_TYPE: &'static str = "comity.assistance-note/v1";
}

impl Settle for PartnerDelegation {
    fn settle(mut self) -> Result<Self, SchemaError> {
        tagged(&self.object_type, Self::OBJECT_TYPE)?;
        ensure(
            self.valid_from.instant() < self.expires_at.instant(),
            "expires_at",
            "a datetime after valid_from",
        )?;
        self.duties.sort_unstable();
        self.duties.dedup();
        Ok(self)
    }
}

impl Settle for DelegationEnd {
    fn settle(self) -> Result<Self, SchemaError> {
        tagged(&self.object_type, Self::OBJECT_TYPE)?;
        Ok(self)
    }
}

impl Settle for PartnerAcceptance {
    fn settle(self) -> Result<Self, SchemaError> {
        tagged(&self.object_type, Self::OBJECT_TYPE)?;
        Ok(self)
    }
}

impl Settle for AssistanceNote {
    fn settle(self) -> Result<Self, SchemaError> {
        tagged(&self.object_type, Self::OBJECT_TYPE)?;
        ensure(0 < self.sequence, "sequence", "1 or more")?;
        Ok(self)
    }
}

reasons! {
    /// Why a delegation does not count.
    pub enum PartnerReason {
        /// Another sovereign's operator delegates.
        WrongSovereign = "wrong_sovereign",
        /// It gives away what stays with the operator.
        ForbiddenDuty = "forbidden_duty",
        /// It names what nobody knows.
        UnknownDuty = "unknown_duty",
        /// It names nothing.
        NoDuties = "no_duties",
        /// The partner's key is no key.
        BadPartnerKey = "bad_partner_key",
        /// The partner's key is one of the operator's.
        PartnerHoldsOperatorKey = "partner_holds_operator_key",
        /// It has not begun, or has run out.
        OutsideValidityWindow = "outside_validity_window",
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// The signature is not by an operator key.
        InvalidSignature = "invalid_signature",
        /// The operator ended it.
        Ended = "ended",
    }
}

reasons! {
    /// Why the end of a delegation does not count.
    pub enum EndReason {
        /// Another sovereign's operator speaks.
        WrongSovereign = "wrong_sovereign",
        /// Another delegation ends.
        WrongDelegation = "wrong_delegation",
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// The signature is not by an operator key; the partner's does not count.
        InvalidSignature = "invalid_signature",
    }
}

reasons! {
    /// Why a note does not count.
    pub enum NoteReason {
        /// It names another delegation, or another text of it.
        WrongDelegation = "wrong_delegation",
        /// Somebody else helped.
        WrongPartner = "wrong_partner",
        /// The delegation does not name that duty.
        DutyNotDelegated = "duty_not_delegated",
        /// It is dated ahead of the clock.
        IssuedInFuture = "issued_in_future",
        /// It was done before the delegation began or after it ran out.
        OutsideDelegation = "outside_delegation",
        /// It was done after the operator ended the delegation, or is none of the notes that the operator acknowledges.
        AfterEnd = "after_end",
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// The signature is not by the partner's key.
        InvalidSignature = "invalid_signature",
    }
}

/// Why a note is refused: for the delegation's sake or for its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteRefusal {
    /// The delegation does not count.
    #[error("delegation_{0}")]
    Delegation(PartnerReason),
    /// The note does not.
    #[error("{0}")]
    Note(NoteReason),
}

impl NoteRefusal {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Delegation(_) => "mesh.note_delegation_refused",
            Self::Note(_) => "mesh.note_refused",
        }
    }
}
