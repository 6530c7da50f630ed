//! What members and the clerk would state now about a ceremony, so that a node need not recompute it.

use comity_bls::ceremony::Event;
use comity_bls::{MemberSecret, Statement};
use comity_wire::{KeyId, StatementId, Time, b64};

use super::super::{Committee, Rules, bytes};
use crate::facts::{CommitteeComplained, CommitteeDealt, CommitteeKeyed, DealingEnded, KeyBase};

impl Committee {
    /// The statement that planned the ceremony under way.
    pub fn planned(&self) -> Option<StatementId> {
        self.running.as_ref().map(|running| running.plan)
    }

    /// Who may still deal.
    pub fn dealers_due(&self) -> impl Iterator<Item = &KeyId> {
        let running = self.running.iter().filter(|running| running.dealing_ended.is_none());
        running.flat_map(|running| {
            running.dealers.iter().filter(|dealer| !running.dealt.contains(*dealer))
        })
    }

    /// Who may complain.
    pub fn receivers(&self) -> &[KeyId] {
        let running = self.running.as_ref().filter(|running| running.dealing_ended.is_some());
        running.map_or(&[], |running| &running.receivers)
    }

    /// The dealing of the dealer with this secret. Everything random in it follows from `seed`, which nobody else knows.
    pub fn dealing_by(&self, secret: &MemberSecret, seed: &[u8; 32]) -> Option<CommitteeDealt> {
        let running = self.running.as_ref()?;
        let held = match running.base {
            KeyBase::Fresh => None,
            KeyBase::Anew => Some(self.terms.last()?.share(secret).ok()?),
        };
        let dealing = running.ceremony.plan().deal(secret, held.as_ref(), seed).ok()?;
        Some(CommitteeDealt { statement: b64::encode(&dealing.encode()) })
    }

    /// What the receiver with this secret has to complain about.
    pub fn complaints_by(&self, secret: &MemberSecret) -> Vec<CommitteeComplained> {
        let complaints = self.running.iter().flat_map(|it| it.ceremony.complaints(secret));
        let stated = |complaint: Statement| b64::encode(&complaint.encode());
        complaints.map(stated).map(|statement| CommitteeComplained { statement }).collect()
    }

    /// Whether a complaint would still be heard.
    pub fn hears(&self, complaint: &CommitteeComplained) -> bool {
        let said = bytes(&complaint.statement).ok().and_then(|it| Statement::decode(&it).ok());
        let heard = self.running.as_ref().zip(said);
        heard.is_some_and(|(running, said)| running.ceremony.step(&Event::Statement(said)).is_ok())
    }

    /// The end of dealing, if it may be stated at `at`.
    pub fn end_of_dealing(&self, at: Time, rules: &Rules<'_>) -> Option<DealingEnded> {
        let running = self.running.as_ref().filter(|running| running.dealing_ended.is_none())?;
        let is_over =
            running.dealers.len() <= running.dealt.len() || running.phase_ends(rules) <= at;
        let may_end = is_over && running.ceremony.step(&Event::EndDealing).is_ok();
        may_end.then_some(DealingEnded { plan: running.plan })
    }

    /// The key that was made, if it may be stated at `at`.
    pub fn key_made(&self, at: Time, rules: &Rules<'_>) -> Option<CommitteeKeyed> {
        let running = self.running.as_ref().filter(|running| running.dealing_ended.is_some())?;
        if at < running.phase_ends(rules) {
            return None;
        }
        let ended = running.ceremony.step(&Event::EndComplaints).ok()?;
        let key = b64::encode(&ended.outcome()?.key().encode());
        Some(CommitteeKeyed { key, plan: running.plan })
    }
}
