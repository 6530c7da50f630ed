//! Managing partners: who asks, whether they may, and how delegations begin and end.

use comity_mesh::keys::MeshKey;
use comity_mesh::managing_partner::{
    ActReason, AssistanceNote, DelegationEnd, Engagement, NoteRefusal, PartnerAcceptance,
    PartnerDelegation,
};
use comity_wire::mesh_json::{Datetime, Value};

use super::OperatorWrite;
use super::decide::{object, refuse};
use super::event::{PartnerAccepted, PartnerEnded, PartnerGranted, PartnerNoted};
use super::state::Partner;
use crate::decide::{Asker, Done};
use crate::limits::{DELEGATION_ID_BYTES_MAX, PARTNERS_MAX};
use crate::{Authority, Body, Call, Refusal, Write};

/// How the key id of a partner begins; the id of its delegation follows.
const PARTNER: &str = "partner:";

/// Why a partner's request is refused before its delegation is looked at.
const NOT_ACCEPTED: &str = "not_accepted";

impl Authority {
    /// The key that headers name, and the scope of its nonces.
    pub(crate) fn admin_key(&self, key_id: &str) -> Option<(MeshKey, String)> {
        if let Some(key) = self.config.operators.get(key_id) {
            return Some((key.clone(), format!("admin:{key_id}")));
        }
        let partner = self.partner(key_id)?;
        let key = MeshKey::parse(&partner.delegation.partner_public_key).ok()?;
        Some((key, key_id.to_owned()))
    }

    /// The partner whose headers were checked; `None` if it was an operator.
    pub(super) fn asking_partner(&self, asker: &Asker) -> Option<&Partner> {
        asker.fresh.as_ref().and_then(|fresh| self.partner(&fresh.scope))
    }

    /// The partner of a key id or a scope.
    fn partner(&self, name: &str) -> Option<&Partner> {
        self.state.operators.partners.get(name.strip_prefix(PARTNER)?)
    }

    /// Refuses what a partner may not ask for. An operator may ask for everything.
    pub(crate) fn permit(&self, write: &Write, asker: &Asker, at: Datetime) -> Result<(), Refusal> {
        let (Some(requirement), Some(partner)) = (write.requirement(), self.asking_partner(asker))
        else {
            return Ok(());
        };
        let keys = self.own_keys();
        let is_accepting = *write == Write::Operator(OperatorWrite::AcceptPartner);
        match self.engagement(partner, &keys).permits(requirement, at) {
            Err(ActReason::Delegation(reason)) => Err(refuse_delegation(reason.as_str())),
            Ok(()) | Err(_) if partner.acceptance.is_none() && !is_accepting => {
                Err(refuse_delegation(NOT_ACCEPTED))
            }
            permitted => permitted.map_err(refuse_act),
        }
    }

    /// Every key that is the sovereign's: none may be a partner's.
    pub(super) fn own_keys(&self) -> Vec<MeshKey> {
        let mut keys = self.operator_keys();
        keys.push(self.own_key.clone());
        keys.extend(MeshKey::parse(&self.config.genesis.root_public_key));
        keys
    }

    /// By what a partner is judged.
    pub(super) fn engagement<'a>(
        &'a self,
        partner: &'a Partner,
        keys: &'a [MeshKey],
    ) -> Engagement<'a> {
        Engagement {
            sovereign_id: self.sovereign_id(),
            operator_keys: keys,
            delegation: &partner.delegation,
            ends: &partner.ends,
        }
    }

    /// Where a delegation stands: `in_force`, `granted`, or why it does not count.
    pub(super) fn partner_status(&self, partner: &Partner, at: Datetime) -> &'static str {
        match (self.engagement(partner, &self.own_keys()).verify(at), &partner.acceptance) {
            (Err(reason), _) => reason.as_str(),
            (Ok(()), None) => "granted",
            (Ok(()), Some(_)) => "in_force",
        }
    }

    pub(super) fn grant_partner(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        let delegation: PartnerDelegation = object(body, "delegation", "invalid_delegation")?;
        let id = delegation.delegation_id.clone();
        let code = "delegation_refused";
        let is_plain = (1..=DELEGATION_ID_BYTES_MAX).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        is_plain.then_some(()).ok_or_else(|| refuse(code, "bad_delegation_id"))?;
        delegation
            .verify(self.sovereign_id(), &self.own_keys())
            .map_err(|reason| refuse(code, reason.as_str()))?;
        if delegation.expires_at.instant() <= call.at.instant() {
            return Err(refuse(code, "outside_validity_window"));
        }
        let partners = &self.state.operators.partners;
        if partners.contains_key(&id) {
            return Err(Refusal::new(409, "delegation_exists", "There is a delegation of this id"));
        }
        let live = partners.values().filter(|partner| !partner.is_over(call.at));
        if PARTNERS_MAX <= live.count() {
            let message = "No more delegations are kept";
            return Err(Refusal::new(409, "too_many_delegations", message));
        }
        let answer = Value::from([
            ("id", Value::from(id.as_str())),
            ("key_id", Value::from(format!("{PARTNER}{id}"))),
        ]);
        let partner = delegation.partner_id.clone();
        let done = Done::created(answer, PartnerGranted { delegation }).noting("id", id);
        Ok(done.noting("partner_id", partner))
    }

    pub(super) fn accept_partner(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        let acceptance: PartnerAcceptance = object(body, "acceptance", "invalid_acceptance")?;
        let partner = self.known(&acceptance.delegation_id)?;
        let keys = self.own_keys();
        self.engagement(partner, &keys)
            .verify_acceptance(&acceptance, call.at)
            .map_err(|refusal| refuse("acceptance_refused", &refusal.to_string()))?;
        if partner.acceptance.is_some() {
            let message = "The delegation was accepted before";
            return Err(Refusal::new(409, "delegation_accepted", message));
        }
        let answer = [("id", Value::from(acceptance.delegation_id.as_str()))];
        let id = acceptance.delegation_id.clone();
        Ok(Done::created(Value::from(answer), PartnerAccepted { acceptance }).noting("id", id))
    }

    pub(super) fn partner_note(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        let note: AssistanceNote = object(body, "note", "invalid_note")?;
        let code = "note_refused";
        let partner = self.known(&note.delegation_id)?;
        let keys = self.own_keys();
        self.engagement(partner, &keys)
            .verify_note(&note, call.at)
            .map_err(|refusal: NoteRefusal| refuse(code, &refusal.to_string()))?;
        if note.sequence <= partner.last_note() {
            return Err(refuse(code, "stale_sequence"));
        }
        let answer = Value::from([
            ("id", Value::from(note.note_id.as_str())),
            ("sequence", Value::from(note.sequence)),
        ]);
        let duty = note.duty.clone();
        Ok(Done::created(answer, PartnerNoted { note }).noting("duty", duty))
    }

    pub(super) fn end_partner(&self, id: &str, body: &Body) -> Result<Done, Refusal> {
        let end: DelegationEnd = object(body, "end", "invalid_end")?;
        let partner = self.known(id)?;
        end.verify(self.sovereign_id(), id, &self.own_keys())
            .map_err(|reason| refuse("end_refused", reason.as_str()))?;
        let answer = Value::from([
            ("id", Value::from(id)),
            ("ended_at", Value::from(end.ended_at.to_string())),
        ]);
        let done = Done::ok(answer).noting("id", id).noting("reason", end.reason.as_str());
        // An earlier end may follow a later one; a repetition changes nothing.
        Ok(if partner.has_ended_by(&end) {
            done.noting("was_ended", true)
        } else {
            done.because(PartnerEnded { end })
        })
    }

    /// A delegation by its id.
    fn known(&self, id: &str) -> Result<&Partner, Refusal> {
        let absent = || Refusal::absent("delegation_not_found", "There is no such delegation");
        self.state.operators.partners.get(id).ok_or_else(absent)
    }
}

fn refuse_delegation(reason: &str) -> Refusal {
    let message = format!("the delegation does not count: {reason}");
    Refusal::forbidden("partner_delegation_refused", message).with("reason", reason)
}

fn refuse_act(reason: ActReason) -> Refusal {
    match reason {
        ActReason::Delegation(reason) => refuse_delegation(reason.as_str()),
        ActReason::Reserved(act) => {
            Refusal::forbidden("partner_act_reserved", reason.to_string()).with("act", act.as_str())
        }
        ActReason::NotDelegated => {
            Refusal::forbidden("partner_duty_not_delegated", reason.to_string())
        }
    }
}
