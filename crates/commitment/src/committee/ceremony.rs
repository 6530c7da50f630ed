//! From stated keys to a key that nobody holds.

mod clerk;

use std::{collections::BTreeSet, sync::Arc};

use comity_bls::ceremony::Event;
use comity_bls::{Ceremony, KeyEpoch, KeyRing, Member, Plan, Refusal, Statement, Term};
use comity_wire::{KeyId, StatementId, Time};

use super::{Committee, CommitteeError, CommitteeTerm, Rules, Stamp, after, bytes};
use crate::facts::{
    CommitteeComplained, CommitteeDealt, CommitteeKeyed, CommitteePlanned, DealingEnded, KeyBase,
    MemberKeyRevoked, MemberKeyStated,
};

/// A ceremony under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Running {
    plan: StatementId,
    began: Time,
    base: KeyBase,
    dealers: Vec<KeyId>,
    receivers: Vec<KeyId>,
    holders: Vec<Member>,
    dealt: BTreeSet<KeyId>,
    dealing_ended: Option<Time>,
    ceremony: Ceremony,
}

impl Running {
    pub(super) const fn state(&self) -> &'static str {
        self.ceremony.state()
    }

    /// When the phase that goes on may end, at the latest.
    fn phase_ends(&self, rules: &Rules<'_>) -> Time {
        let windows = rules.charter.committee();
        match self.dealing_ended {
            None => after(self.began, windows.dealing_s),
            Some(ended) => after(ended, windows.complaints_s),
        }
    }

    /// Whether nothing can come of it any more.
    fn has_failed(&self, at: Time, rules: &Rules<'_>) -> bool {
        let end =
            if self.dealing_ended.is_some() { Event::EndComplaints } else { Event::EndDealing };
        let too_few = matches!(self.ceremony.step(&end), Err(Refusal::TooFewDealers { .. }));
        too_few && self.phase_ends(rules) <= at
    }
}

impl Committee {
    /// An actor states its key.
    ///
    /// # Errors
    ///
    /// Bytes that are no key, a proof that does not verify, a key of somebody else, a revoked actor.
    pub fn state_key(&mut self, stamp: &Stamp, body: &MemberKeyStated) -> Checked {
        let actor = &stamp.signer;
        let member = Member::decode(&bytes(&body.member)?)?;
        if self.revoked.contains(actor) {
            return Err(CommitteeError::MemberRevoked { actor: actor.clone() });
        }
        let taken = self
            .stated
            .iter()
            .find(|(other, known)| *other != actor && known.key() == member.key());
        if let Some((other, _)) = taken {
            return Err(CommitteeError::KeyTaken { actor: other.clone() });
        }
        member.verify().map_err(|_| CommitteeError::BadProof { actor: actor.clone() })?;
        self.stated.insert(actor.clone(), member);
        Ok(())
    }

    /// A member's key is revoked, by itself or by the authority.
    ///
    /// # Errors
    ///
    /// Anybody else, or nothing to revoke.
    pub fn revoke(
        &mut self,
        stamp: &Stamp,
        by_authority: bool,
        body: &MemberKeyRevoked,
    ) -> Checked {
        let actor = &body.actor;
        if !by_authority && stamp.signer != *actor {
            let (signer, actor) = (stamp.signer.clone(), actor.clone());
            return Err(CommitteeError::NotTheirs { signer, actor });
        }
        if self.stated.remove(actor).is_none() {
            return Err(CommitteeError::NoMemberKey { actor: actor.clone() });
        }
        self.revoked.insert(actor.clone());
        Ok(())
    }

    /// A ceremony begins. One that can no longer end gives way to it.
    ///
    /// # Errors
    ///
    /// Another is under way, a member without a key, another size than that of the parameters, a
    /// number that is not the next, and what [`Plan`] refuses.
    pub fn plan(&mut self, stamp: &Stamp, body: &CommitteePlanned, rules: &Rules<'_>) -> Checked {
        if self.running.as_ref().is_some_and(|running| !running.has_failed(stamp.at, rules)) {
            return Err(CommitteeError::Running);
        }
        let wanted = rules.parameters.commitment();
        let (members, threshold) = (body.members.len(), body.threshold);
        if u64::from(threshold) != wanted.committee_t || members as u64 != wanted.committee_n {
            let (wanted_threshold, wanted) = (wanted.committee_t, wanted.committee_n);
            return Err(CommitteeError::OtherQuorum {
                threshold,
                members,
                wanted_threshold,
                wanted,
            });
        }
        let last = self.terms.last();
        let expected = last.map_or(0, |term| term.key.epoch().0) + 1;
        if body.key_epoch != expected {
            return Err(CommitteeError::OtherKeyEpoch { expected, found: body.key_epoch });
        }
        let holders = body.members.iter().map(|actor| self.member(actor).copied());
        let holders = holders.collect::<Result<Vec<_>, _>>()?;
        let (epoch, context) = (KeyEpoch(expected), stamp.id.digest());
        let (plan, dealers) = match body.base {
            KeyBase::Fresh => {
                (Plan::fresh(epoch, &context, &holders, threshold)?, body.members.clone())
            }
            KeyBase::Anew => {
                let now = rules.epoch_number(stamp.at);
                let newest = last.ok_or(CommitteeError::NoKey { epoch: now })?;
                let old = self.usable(newest.from, stamp.at)?;
                let from = (&old.key, old.holders.as_slice());
                let plan = Plan::anew(epoch, &context, from, &holders, threshold)?;
                (plan, old.members.clone())
            }
        };
        self.running = Some(Running {
            plan: stamp.id,
            began: stamp.at,
            base: body.base,
            dealers,
            receivers: body.members.clone(),
            holders,
            dealt: BTreeSet::new(),
            dealing_ended: None,
            ceremony: Ceremony::new(plan),
        });
        Ok(())
    }

    /// A dealer deals.
    ///
    /// # Errors
    ///
    /// No ceremony, a dealing of somebody else, and what [`Ceremony::step`] refuses.
    pub fn deal(&mut self, stamp: &Stamp, body: &CommitteeDealt) -> Checked {
        let statement = Statement::decode(&bytes(&body.statement)?)?;
        if !matches!(statement, Statement::Dealing(_)) {
            return Err(CommitteeError::OtherStatement { expected: "a dealing" });
        }
        let running = self.running.as_mut().ok_or(CommitteeError::NotRunning)?;
        is_by(stamp, &running.dealers, &statement)?;
        running.ceremony = running.ceremony.step(&Event::Statement(statement))?;
        running.dealt.insert(stamp.signer.clone());
        Ok(())
    }

    /// A receiver complains.
    ///
    /// # Errors
    ///
    /// As [`Self::deal`].
    pub fn complain(&mut self, stamp: &Stamp, body: &CommitteeComplained) -> Checked {
        let statement = Statement::decode(&bytes(&body.statement)?)?;
        if !matches!(statement, Statement::Complaint(_)) {
            return Err(CommitteeError::OtherStatement { expected: "a complaint" });
        }
        let running = self.running.as_mut().ok_or(CommitteeError::NotRunning)?;
        is_by(stamp, &running.receivers, &statement)?;
        running.ceremony = running.ceremony.step(&Event::Statement(statement))?;
        Ok(())
    }

    /// Dealing ends: when all have dealt, or when its time has passed.
    ///
    /// # Errors
    ///
    /// Another plan, too early, and what [`Ceremony::step`] refuses.
    pub fn end_dealing(
        &mut self,
        stamp: &Stamp,
        body: &DealingEnded,
        rules: &Rules<'_>,
    ) -> Checked {
        let running = self.under_way(body.plan)?;
        let ended = running.ceremony.step(&Event::EndDealing)?;
        let until = running.phase_ends(rules);
        if running.dealt.len() < running.dealers.len() && stamp.at < until {
            return Err(CommitteeError::TooEarly { until, at: stamp.at });
        }
        if let Some(running) = self.running.as_mut() {
            running.ceremony = ended;
            running.dealing_ended = Some(stamp.at);
        }
        Ok(())
    }

    /// Complaints end, and the committee has the key that is stated.
    ///
    /// # Errors
    ///
    /// Another plan, too early, what [`Ceremony::step`] refuses, another key than the dealings make.
    pub fn key(&mut self, stamp: &Stamp, body: &CommitteeKeyed, rules: &Rules<'_>) -> Checked {
        let running = self.under_way(body.plan)?;
        let ended = running.ceremony.step(&Event::EndComplaints)?;
        let until = running.phase_ends(rules);
        if stamp.at < until {
            return Err(CommitteeError::TooEarly { until, at: stamp.at });
        }
        let outcome = ended.outcome().ok_or(CommitteeError::NotRunning)?;
        let key = outcome.key().clone();
        if bytes(&body.key)? != key.encode() {
            return Err(CommitteeError::OtherKey);
        }
        let from = rules.epoch_number(stamp.at) + 1;
        let fresh_until = after(stamp.at, rules.charter.committee().key_rotation_s);
        let until = match (running.base, self.terms.last()) {
            (KeyBase::Anew, Some(old)) => old.until,
            (KeyBase::Anew | KeyBase::Fresh, _) => fresh_until,
        };
        let term = Term { key_epoch: key.epoch(), group: key.group(), from };
        let ring = match &self.ring {
            None => KeyRing::new(term),
            Some(ring) => ring.rotate(term)?,
        };
        let (members, holders) = (running.receivers.clone(), running.holders.clone());
        let statement = stamp.id;
        self.terms.push(CommitteeTerm {
            key,
            members,
            from,
            until,
            statement,
            holders,
            outcome: Arc::new(outcome.clone()),
        });
        self.ring = Some(ring);
        self.running = None;
        Ok(())
    }

    fn member(&self, actor: &KeyId) -> Result<&Member, CommitteeError> {
        if self.revoked.contains(actor) {
            return Err(CommitteeError::MemberRevoked { actor: actor.clone() });
        }
        self.stated.get(actor).ok_or_else(|| CommitteeError::NoMemberKey { actor: actor.clone() })
    }

    fn under_way(&self, found: StatementId) -> Result<&Running, CommitteeError> {
        let running = self.running.as_ref().ok_or(CommitteeError::NotRunning)?;
        if running.plan != found {
            return Err(CommitteeError::OtherPlan { expected: running.plan, found });
        }
        Ok(running)
    }
}

type Checked = Result<(), CommitteeError>;

/// Whether the author named inside is the one who signed outside.
fn is_by(stamp: &Stamp, actors: &[KeyId], statement: &Statement) -> Checked {
    let place = usize::from(statement.author().get()).checked_sub(1);
    let author = place.and_then(|place| actors.get(place));
    if author != Some(&stamp.signer) {
        return Err(CommitteeError::NotTheMember { signer: stamp.signer.clone() });
    }
    Ok(())
}
