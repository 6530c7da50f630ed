//! What a partner may ask for, by what the delegation names.

use comity_wire::mesh_json::Datetime;

use super::{ControlAct, Engagement, PartnerDuty, PartnerReason};

/// What something takes, when somebody other than the operator asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// One of these duties.
    OneOf(&'static [PartnerDuty]),
    /// Any duty at all.
    AnyDuty,
    /// What stays with the operator.
    Reserved(ControlAct),
}

/// Why a partner's request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActReason {
    /// The delegation does not count now.
    #[error("the delegation does not count: {0}")]
    Delegation(PartnerReason),
    /// No partner may do it, whatever the delegation says.
    #[error("{0} stays with the operator")]
    Reserved(ControlAct),
    /// The delegation names none of the duties that it takes.
    #[error("no duty is delegated that covers this")]
    NotDelegated,
}

impl ActReason {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Delegation(_) => "mesh.partner_delegation_refused",
            Self::Reserved(_) => "mesh.partner_act_reserved",
            Self::NotDelegated => "mesh.partner_duty_not_delegated",
        }
    }
}

impl Engagement<'_> {
    /// Checks whether the partner may do what takes `requirement`, `at` that time.
    ///
    /// # Errors
    ///
    /// [`ActReason`]: first whether the delegation counts, then whether it is enough.
    pub fn permits(&self, requirement: Requirement, at: Datetime) -> Result<(), ActReason> {
        self.verify(at).map_err(ActReason::Delegation)?;
        let has = |duty: &PartnerDuty| {
            self.delegation.duties.iter().any(|delegated| delegated == duty.as_str())
        };
        match requirement {
            Requirement::Reserved(act) => Err(ActReason::Reserved(act)),
            Requirement::AnyDuty => Ok(()),
            Requirement::OneOf(duties) if duties.iter().any(has) => Ok(()),
            Requirement::OneOf(_) => Err(ActReason::NotDelegated),
        }
    }
}

#[cfg(test)]
mod tests {
    use comity_sign::SigningKey;
    use comity_wire::mesh_json::Datetime;

    use super::{ActReason, Requirement};
    use crate::keys::{MeshKey, SignedObject as _};
    use crate::managing_partner::{
        ControlAct, DelegationEnd, Engagement, NoteReason, NoteRefusal, PartnerAcceptance,
        PartnerDelegation, PartnerDuty, PartnerReason,
    };

    fn key(number: u8) -> SigningKey {
        SigningKey::from_seed([number; 32])
    }

    fn at() -> Datetime {
        Datetime::parse("2026-01-01T00:00:00Z").unwrap()
    }

    fn delegation() -> PartnerDelegation {
        let mut delegation = PartnerDelegation {
            object_type: PartnerDelegation::OBJECT_TYPE.to_owned(),
            delegation_id: "d".to_owned(),
            sovereign_id: "alpha".to_owned(),
            partner_id: "helper".to_owned(),
            partner_public_key: MeshKey::from(key(9).public()).to_string(),
            duties: vec!["bundle_assembly".to_owned()],
            issued_at: at(),
            valid_from: at(),
            expires_at: at().plus(1000),
            issued_by: "op".to_owned(),
            signature: None,
        };
        delegation.sign(&key(1), "op");
        delegation
    }

    fn end() -> DelegationEnd {
        let mut end = DelegationEnd {
            object_type: DelegationEnd::OBJECT_TYPE.to_owned(),
            end_id: "e".to_owned(),
            sovereign_id: "alpha".to_owned(),
            delegation_id: "d".to_owned(),
            ended_at: at().plus(10),
            last_note_sequence: 0,
            reason: String::new(),
            issued_by: "op".to_owned(),
            signature: None,
        };
        end.sign(&key(1), "op");
        end
    }

    #[test]
    fn a_partner_may_what_its_duties_cover_until_the_end() {
        let (delegation, ends, keys) = (delegation(), [end()], [MeshKey::from(key(1).public())]);
        let engagement = Engagement {
            sovereign_id: "alpha",
            operator_keys: &keys,
            delegation: &delegation,
            ends: &ends,
        };
        let permits = |requirement, seconds| engagement.permits(requirement, at().plus(seconds));
        let bundles = Requirement::OneOf(&[PartnerDuty::Backups, PartnerDuty::BundleAssembly]);
        let checks = Requirement::OneOf(&[PartnerDuty::ContinuityChecks]);
        assert_eq!(permits(bundles, 1), Ok(()));
        assert_eq!(permits(Requirement::AnyDuty, 1), Ok(()));
        assert_eq!(permits(checks, 1), Err(ActReason::NotDelegated));
        let treaties = Requirement::Reserved(ControlAct::SignTreaties);
        let reserved = permits(treaties, 1).unwrap_err();
        assert_eq!(reserved.code(), "mesh.partner_act_reserved");
        let ended = Err(ActReason::Delegation(PartnerReason::Ended));
        assert_eq!([permits(bundles, 10), permits(treaties, 10)], [ended, ended]);
        let outside = Err(ActReason::Delegation(PartnerReason::OutsideValidityWindow));
        assert_eq!(permits(bundles, -1), outside);
    }

    #[test]
    fn an_acceptance_is_refused_for_every_reason() {
        let (delegation, keys) = (delegation(), [MeshKey::from(key(1).public())]);
        let ends = [end()];
        let engagement = Engagement {
            sovereign_id: "alpha",
            operator_keys: &keys,
            delegation: &delegation,
            ends: &ends,
        };
        let accept = |signer: Option<u8>, change: fn(&mut PartnerAcceptance)| {
            let mut acceptance = PartnerAcceptance {
                object_type: PartnerAcceptance::OBJECT_TYPE.to_owned(),
                delegation_id: "d".to_owned(),
                delegation_digest: delegation.digest(),
                partner_id: "helper".to_owned(),
                accepted_at: at(),
                signature: None,
            };
            change(&mut acceptance);
            if let Some(number) = signer {
                acceptance.sign(&key(number), "helper");
            }
            engagement.verify_acceptance(&acceptance, at())
        };
        let note = |reason| Err(NoteRefusal::Note(reason));
        assert_eq!(accept(Some(9), |_| {}), Ok(()));
        let wrong = note(NoteReason::WrongDelegation);
        assert_eq!(accept(Some(9), |it| it.delegation_id = "x".to_owned()), wrong);
        assert_eq!(accept(Some(9), |it| it.delegation_digest = comity_wire::Digest::ZERO), wrong);
        assert_eq!(
            accept(Some(9), |it| it.partner_id = "other".to_owned()),
            note(NoteReason::WrongPartner)
        );
        assert_eq!(accept(None, |_| {}), note(NoteReason::MissingSignature));
        assert_eq!(accept(Some(1), |_| {}), note(NoteReason::InvalidSignature));
        let ended = Err(NoteRefusal::Delegation(PartnerReason::Ended));
        assert_eq!(accept(Some(9), |it| it.accepted_at = at().plus(10)), ended);
        let long = PartnerDelegation { expires_at: at().plus(9999), ..delegation.clone() };
        let mut long = PartnerDelegation { signature: None, ..long };
        long.sign(&key(1), "op");
        let mut early = PartnerAcceptance {
            object_type: PartnerAcceptance::OBJECT_TYPE.to_owned(),
            delegation_id: "d".to_owned(),
            delegation_digest: long.digest(),
            partner_id: "helper".to_owned(),
            accepted_at: at().plus(400),
            signature: None,
        };
        early.sign(&key(9), "helper");
        let engagement = Engagement { delegation: &long, ends: &[], ..engagement };
        let future = engagement.verify_acceptance(&early, at());
        assert_eq!(future, note(NoteReason::IssuedInFuture));
    }
}
