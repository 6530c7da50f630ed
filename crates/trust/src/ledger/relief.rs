//! What an upheld complaint changes: a gain comes or goes, a failure counts no longer, a word is struck.
//!
//! Nothing is taken back from the record. A panel's finding moves the account from the day on which it counts, by as much as
//! what it is about had moved it. Machines that are out of service stay so: only people and a benchmark bring one back,
//! and nothing brings back one that has ended.

use comity_constitution::appeal::Relief;
use comity_constitution::{ActorKind, Nano};
use comity_wire::{KeyId, StatementId, Time};

use super::{Incident, IncidentState, Ledger, Stamp, minting::decay_of_time};
use crate::{
    account::{Account, Mark, Standing},
    facts::Updated,
    grading::Deed,
    policy::Policy,
    update::cap_of,
};

/// What one mission did to one actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Contribution {
    by: StatementId,
    /// What the work moved, without the decay of time; nothing while it is held.
    moved: Nano,
    deed: Deed,
    is_aside: bool,
}

impl Contribution {
    pub(super) fn of(policy: &Policy, by: StatementId, made: &Updated) -> Self {
        let change = made.after.minus(made.before);
        let moved = if made.held { Nano::ZERO } else { change.plus(decay_of_time(policy, made)) };
        Self { by, moved, deed: Deed::of(&made.work), is_aside: false }
    }
}

impl Ledger {
    /// Whether a finding about this statement would change anything here at `at`.
    pub fn is_disputable(
        &self,
        policy: &Policy,
        subject: StatementId,
        relief: Relief,
        at: Time,
    ) -> bool {
        let state = self.incidents.get(&subject).map(|incident| incident.state);
        match relief {
            Relief::ReleaseDelta => {
                matches!(state, Some(IncidentState::Open | IncidentState::Suspended { .. }))
            }
            Relief::DropDelta => {
                matches!(state, Some(IncidentState::Open | IncidentState::Released { .. }))
            }
            Relief::OpenRecertification => {
                self.quarantined_by(policy, subject, at).next().is_some()
            }
            Relief::SetAside => {
                let is_open = |about| {
                    self.open_incident(about).is_ok()
                        || self.require_open_claim(policy, about, at).is_ok()
                };
                let word = self.endorsements.get(&subject);
                let stands = |key| !self.is_aside(&key);
                let is_applied =
                    state.is_none() && self.contribution_of(subject).is_some_and(stands);
                is_applied
                    || self.require_open_claim(policy, subject, at).is_ok()
                    || word.is_some_and(|word| is_open(word.about))
            }
        }
    }

    /// Takes what a panel has found about a statement. What has changed in the meantime so that nothing is left to do is left
    /// as it is.
    pub fn relieve(&mut self, policy: &Policy, stamp: Stamp, subject: StatementId, relief: Relief) {
        match relief {
            Relief::ReleaseDelta => self.release_found(policy, stamp, subject),
            Relief::DropDelta => self.drop_held(policy, stamp, subject),
            Relief::OpenRecertification => self.pardon(policy, stamp, subject),
            Relief::SetAside => {
                if let Some(key) = self.contribution_of(subject) {
                    self.undo(policy, stamp, &key);
                }
                self.endorsements.remove(&subject);
                self.strike_claim(subject);
            }
        }
    }

    /// A mission counts for nobody any more: what it moved is moved back, what is held of it is dropped.
    pub fn set_mission_aside(&mut self, policy: &Policy, stamp: Stamp, mission: StatementId) {
        let of_mission = |key: &&(KeyId, StatementId)| key.1 == mission;
        let keys: Vec<_> = self.updated.keys().filter(of_mission).cloned().collect();
        for key in keys {
            self.undo(policy, stamp, &key);
        }
        let of_mission = |found: &(&StatementId, &Incident)| found.1.mission == mission;
        let held: Vec<StatementId> =
            self.incidents.iter().filter(of_mission).map(|it| *it.0).collect();
        for id in held {
            self.drop_held(policy, stamp, id);
        }
    }

    fn release_found(&mut self, policy: &Policy, stamp: Stamp, held: StatementId) {
        let Some(incident) = self.incidents.get(&held) else { return };
        if let IncidentState::Released { .. } = incident.state {
            return;
        }
        let (actor, rise) = (incident.actor.clone(), incident.rise);
        let applied = self.shift(policy, stamp, &actor, rise);
        if let Some(incident) = self.incidents.get_mut(&held) {
            incident.applied = applied;
            incident.state = IncidentState::Released { by: stamp.id };
        }
    }

    fn drop_held(&mut self, policy: &Policy, stamp: Stamp, held: StatementId) {
        let Some(incident) = self.incidents.get_mut(&held) else { return };
        if let IncidentState::Suspended { .. } = incident.state {
            return;
        }
        incident.state = IncidentState::Suspended { by: stamp.id };
        let (actor, applied) = (incident.actor.clone(), std::mem::take(&mut incident.applied));
        self.shift(policy, stamp, &actor, Nano::ZERO.minus(applied));
    }

    /// Failures of the statement count no longer, and the time without trust counts from now.
    fn pardon(&mut self, policy: &Policy, stamp: Stamp, subject: StatementId) {
        let keys: Vec<KeyId> = self.quarantined_by(policy, subject, stamp.at).cloned().collect();
        for key in keys {
            if let Some(account) = self.accounts.get_mut(&key) {
                account.life.pardons.push((stamp.id, subject));
            }
            let standing = Standing::Quarantined { since: stamp.at };
            self.mark(&key, stamp, stamp.at, standing, false);
        }
    }

    fn undo(&mut self, policy: &Policy, stamp: Stamp, key: &(KeyId, StatementId)) {
        let Some(found) = self.updated.get_mut(key).filter(|found| !found.is_aside) else { return };
        found.is_aside = true;
        let Contribution { moved, deed, .. } = *found;
        if let Some(account) = self.accounts.get_mut(&key.0) {
            account.history.forget(&policy.grading, deed);
        }
        self.shift(policy, stamp, &key.0, Nano::ZERO.minus(moved));
    }

    /// Moves an actor's trust inside of floor and cap; by how much it moved. A cap that has fallen takes nothing here.
    fn shift(&mut self, policy: &Policy, stamp: Stamp, actor: &KeyId, by: Nano) -> Nano {
        let Some(account) = self.accounts.get(actor) else { return Nano::ZERO };
        match account.standing_at(policy, stamp.at) {
            Standing::Active | Standing::Probation { .. } => {}
            Standing::Quarantined { .. } | Standing::Decommissioned { .. } => return Nano::ZERO,
        }
        let (kind, before) = (account.kind, account.trust);
        let floor = policy.rules.of(kind).floor.min(before);
        let cap = cap_of(&policy.rules, kind, self.people).max(before);
        let after = before.plus(by).max(floor).min(cap);
        self.set_trust(actor, after, stamp.at);
        if kind == ActorKind::Machine && after <= Nano::ZERO {
            self.fall(policy, actor, stamp, stamp.at);
        }
        after.minus(before)
    }

    fn contribution_of(&self, subject: StatementId) -> Option<(KeyId, StatementId)> {
        self.updated.iter().find(|(_, found)| found.by == subject).map(|(key, _)| key.clone())
    }

    fn is_aside(&self, key: &(KeyId, StatementId)) -> bool {
        self.updated.get(key).is_some_and(|found| found.is_aside)
    }

    /// Machines that this statement quarantined, or found to have failed, and that are quarantined at `at`.
    fn quarantined_by(
        &self,
        policy: &Policy,
        subject: StatementId,
        at: Time,
    ) -> impl Iterator<Item = &KeyId> {
        let is_it = move |mark: &Mark| {
            mark.id == subject && matches!(mark.standing, Standing::Quarantined { .. })
        };
        let is_quarantined = move |account: &Account| {
            matches!(account.standing_at(policy, at), Standing::Quarantined { .. })
        };
        let found = self.accounts.iter().filter(move |(_, account)| {
            account.marks().iter().any(is_it) && is_quarantined(account)
        });
        found.map(|(key, _)| key)
    }

    /// A measurement or an allegation is void: nobody can vouch for it any more.
    fn strike_claim(&mut self, subject: StatementId) {
        let Some((_, machine)) = self.claims.remove(&subject) else { return };
        if let Some(account) = self.accounts.get_mut(&machine)
            && account.life.recertification.is_some_and(|open| open.measured == Some(subject))
        {
            account.life.recertification = None;
        }
    }
}
