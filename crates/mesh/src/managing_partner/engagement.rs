//! Judging delegations, ends and notes.

use comity_wire::mesh_json::Datetime;

use super::{
    AssistanceNote, ControlAct, DelegationEnd, EndReason, NoteReason, NoteRefusal,
    PartnerAcceptance, PartnerDelegation, PartnerDuty, PartnerReason,
};
use crate::keys::{MeshKey, SignatureCheck, SignedObject as _};
use crate::operator::words::is_future;

/// Everything by which somebody judges a partner.
#[derive(Clone, Copy, Debug)]
pub struct Engagement<'a> {
    /// Whose operator delegates.
    pub sovereign_id: &'a str,
    /// Root, authority and operator keys of the sovereign, from elsewhere.
    pub operator_keys: &'a [MeshKey],
    /// The delegation.
    pub delegation: &'a PartnerDelegation,
    /// Ends that were received, in any order; those that do not verify are ignored.
    pub ends: &'a [DelegationEnd],
}

impl Engagement<'_> {
    /// Checks whether the partner may act `at` that time.
    ///
    /// # Errors
    ///
    /// [`PartnerReason`], the first that applies.
    pub fn verify(&self, at: Datetime) -> Result<(), PartnerReason> {
        self.delegation.verify(self.sovereign_id, self.operator_keys)?;
        if !self.delegation.covers(at) {
            return Err(PartnerReason::OutsideValidityWindow);
        }
        if self.ends().any(|end| end.ended_at.instant() <= at.instant()) {
            return Err(PartnerReason::Ended);
        }
        Ok(())
    }

    /// Checks a note: that the partner of this delegation says, `at` the latest, to have done a delegated duty in time.
    ///
    /// # Errors
    ///
    /// [`NoteRefusal`], the first that applies.
    pub fn verify_note(&self, note: &AssistanceNote, at: Datetime) -> Result<(), NoteRefusal> {
        let delegation = self.delegation;
        let checked = delegation.verify(self.sovereign_id, self.operator_keys);
        checked.map_err(NoteRefusal::Delegation)?;
        self.place_note(note, at).map_err(NoteRefusal::Note)?;
        match note.check_signatures(&[self.partner_key()?]) {
            SignatureCheck::Missing => Err(NoteRefusal::Note(NoteReason::MissingSignature)),
            SignatureCheck::Invalid => Err(NoteRefusal::Note(NoteReason::InvalidSignature)),
            SignatureCheck::Valid => Ok(()),
        }
    }

    /// Checks that the partner of this delegation took it on, `at` the latest. The text of the delegation must be the same, and
    /// the time one at which the partner might act.
    ///
    /// # Errors
    ///
    /// [`NoteRefusal`], the first that applies; an acceptance has the reasons of a note.
    pub fn verify_acceptance(
        &self,
        acceptance: &PartnerAcceptance,
        at: Datetime,
    ) -> Result<(), NoteRefusal> {
        let delegation = self.delegation;
        self.verify(acceptance.accepted_at).map_err(NoteRefusal::Delegation)?;
        if acceptance.delegation_id != delegation.delegation_id
            || acceptance.delegation_digest != delegation.digest()
        {
            return Err(NoteRefusal::Note(NoteReason::WrongDelegation));
        }
        if acceptance.partner_id != delegation.partner_id {
            return Err(NoteRefusal::Note(NoteReason::WrongPartner));
        }
        if is_future(acceptance.accepted_at, at) {
            return Err(NoteRefusal::Note(NoteReason::IssuedInFuture));
        }
        match acceptance.check_signatures(&[self.partner_key()?]) {
            SignatureCheck::Missing => Err(NoteRefusal::Note(NoteReason::MissingSignature)),
            SignatureCheck::Invalid => Err(NoteRefusal::Note(NoteReason::InvalidSignature)),
            SignatureCheck::Valid => Ok(()),
        }
    }

    /// The key that the delegation names.
    fn partner_key(&self) -> Result<MeshKey, NoteRefusal> {
        let key = MeshKey::parse(&self.delegation.partner_public_key);
        key.map_err(|_| NoteRefusal::Delegation(PartnerReason::BadPartnerKey))
    }

    fn place_note(&self, note: &AssistanceNote, at: Datetime) -> Result<(), NoteReason> {
        let delegation = self.delegation;
        if note.delegation_id != delegation.delegation_id
            || note.delegation_digest != delegation.digest()
        {
            return Err(NoteReason::WrongDelegation);
        }
        if note.partner_id != delegation.partner_id {
            return Err(NoteReason::WrongPartner);
        }
        if !delegation.duties.contains(&note.duty) {
            return Err(NoteReason::DutyNotDelegated);
        }
        if is_future(note.done_at, at) {
            return Err(NoteReason::IssuedInFuture);
        }
        if !delegation.covers(note.done_at) {
            return Err(NoteReason::OutsideDelegation);
        }
        let is_after = |end: &DelegationEnd| {
            end.ended_at.instant() <= note.done_at.instant()
                || end.last_note_sequence < note.sequence
        };
        if self.ends().any(is_after) { Err(NoteReason::AfterEnd) } else { Ok(()) }
    }

    /// The ends that count.
    fn ends(&self) -> impl Iterator<Item = &DelegationEnd> {
        let (id, keys) = (self.delegation.delegation_id.as_str(), self.operator_keys);
        self.ends.iter().filter(move |end| end.verify(self.sovereign_id, id, keys).is_ok())
    }
}

impl PartnerDelegation {
    /// Checks what the delegation says and who signed it; not whether it is in force.
    ///
    /// # Errors
    ///
    /// [`PartnerReason`], the first that applies.
    pub fn verify(
        &self,
        sovereign_id: &str,
        operator_keys: &[MeshKey],
    ) -> Result<(), PartnerReason> {
        if self.sovereign_id != sovereign_id {
            return Err(PartnerReason::WrongSovereign);
        }
        if self.duties.iter().any(|duty| ControlAct::parse(duty).is_some()) {
            return Err(PartnerReason::ForbiddenDuty);
        }
        if self.duties.iter().any(|duty| PartnerDuty::parse(duty).is_none()) {
            return Err(PartnerReason::UnknownDuty);
        }
        if self.duties.is_empty() {
            return Err(PartnerReason::NoDuties);
        }
        MeshKey::parse(&self.partner_public_key).map_err(|_| PartnerReason::BadPartnerKey)?;
        if operator_keys.iter().any(|key| key.to_string() == self.partner_public_key) {
            return Err(PartnerReason::PartnerHoldsOperatorKey);
        }
        match self.check_signatures(operator_keys) {
            SignatureCheck::Missing => Err(PartnerReason::MissingSignature),
            SignatureCheck::Invalid => Err(PartnerReason::InvalidSignature),
            SignatureCheck::Valid => Ok(()),
        }
    }

    /// Whether that instant lies in its window.
    pub const fn covers(&self, at: Datetime) -> bool {
        self.valid_from.instant() <= at.instant() && at.instant() < self.expires_at.instant()
    }
}

impl DelegationEnd {
    /// Checks that the operator ends that delegation.
    ///
    /// # Errors
    ///
    /// [`EndReason`], the first that applies.
    pub fn verify(
        &self,
        sovereign_id: &str,
        delegation_id: &str,
        operator_keys: &[MeshKey],
    ) -> Result<(), EndReason> {
        if self.sovereign_id != sovereign_id {
            return Err(EndReason::WrongSovereign);
        }
        if self.delegation_id != delegation_id {
            return Err(EndReason::WrongDelegation);
        }
        match self.check_signatures(operator_keys) {
            SignatureCheck::Missing => Err(EndReason::MissingSignature),
            SignatureCheck::Invalid => Err(EndReason::InvalidSignature),
            SignatureCheck::Valid => Ok(()),
        }
    }
}
