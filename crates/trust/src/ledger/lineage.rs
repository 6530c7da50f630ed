//! A machine under a new key is the machine it was: it cannot leave a bad standing behind.
//!
//! A lineage is declared before the first work, or shown later. Declared in time, the successor of a
//! machine that has ended may ask for recertification, with the longer probation; shown later, it has
//! ended too. Within one record the keys of a lineage fall and end together, unless it is time
//! alone that ends one.

use std::collections::BTreeSet;

use comity_constitution::Nano;
use comity_wire::{KeyId, StatementId, Time};

use super::{Ledger, Stamp, not_before};
use crate::{
    account::{Account, Mark, Standing},
    error::TrustError,
    facts::LineageDeclared,
    policy::Policy,
};

/// What a predecessor passes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ancestry {
    /// How it stands.
    pub standing: Standing,
    /// Dates of its failures.
    pub failures: Vec<Time>,
    /// Its trust, as far as it is known where the successor is.
    pub trust: Nano,
}

impl Ledger {
    /// What a machine passes on to a successor in the same record.
    ///
    /// # Errors
    ///
    /// [`TrustError::UnknownActor`] and [`TrustError::NotAMachine`].
    pub fn ancestry(
        &self,
        policy: &Policy,
        machine: &KeyId,
        at: Time,
    ) -> Result<Ancestry, TrustError> {
        let account = self.known_machine(machine)?;
        let trust = self.trust_at(policy, machine, at).unwrap_or(Nano::ZERO);
        let failures = account.failures(&|_| true);
        Ok(Ancestry { standing: account.standing_at(policy, at), failures, trust })
    }

    /// What a machine passes on to a successor in another record, which has only seen some of the
    /// marks. Its trust is not known there: the successor begins as from probation at best.
    ///
    /// # Errors
    ///
    /// [`TrustError::UnknownActor`] and [`TrustError::NotAMachine`].
    pub fn ancestry_abroad(
        &self,
        policy: &Policy,
        machine: &KeyId,
        is_past: &dyn Fn(StatementId) -> bool,
    ) -> Result<Ancestry, TrustError> {
        let account = self.known_machine(machine)?;
        Ok(Ancestry {
            standing: account.standing_after(is_past),
            failures: account.failures(is_past),
            trust: policy.machines.probation_trust,
        })
    }

    /// Ties a machine to the one that it was.
    ///
    /// # Errors
    ///
    /// [`TrustError::Lineage`] for a second or circular lineage.
    pub fn declare_lineage(
        &mut self,
        policy: &Policy,
        stamp: Stamp,
        declared: &LineageDeclared,
        ancestry: &Ancestry,
    ) -> Result<(), TrustError> {
        let LineageDeclared { machine, predecessor } = declared;
        let account = self.known_machine(machine)?;
        not_before(account, stamp.at)?;
        let refuse = |why| Err(TrustError::Lineage { machine: machine.clone(), why });
        if account.life.predecessor.is_some() {
            return refuse("it has a lineage already");
        }
        if self.family(machine).contains(predecessor) {
            return refuse("they are of one lineage already");
        }
        let line = self.family(machine);
        let inherited = match ancestry.standing {
            // Declared in time: quarantined and not ended, so that people can let it begin again.
            Standing::Decommissioned { .. } if self.are_untouched(&line) => {
                Standing::Quarantined { since: stamp.at }
            }
            Standing::Probation { left } => {
                Standing::Probation { left: left.max(policy.machines.lineage_probation_tasks) }
            }
            standing @ (Standing::Active
            | Standing::Quarantined { .. }
            | Standing::Decommissioned { .. }) => standing,
        };
        let own = account.standing_at(policy, stamp.at);
        for key in &line {
            self.inherit(policy, stamp, key, inherited, ancestry);
        }
        if let Some(account) = self.accounts.get_mut(machine) {
            account.life.predecessor = Some(predecessor.clone());
        }
        if let Some(account) = self.accounts.get_mut(predecessor) {
            account.life.successors.push(machine.clone());
        }
        // It works the other way round too: the old key is the same machine.
        match own {
            Standing::Quarantined { since } => self.sink(machine, stamp, since),
            Standing::Decommissioned { since } => self.end(machine, stamp, since),
            Standing::Active | Standing::Probation { .. } => {}
        }
        Ok(())
    }

    fn are_untouched(&self, machines: &BTreeSet<KeyId>) -> bool {
        let is_untouched = |key| self.accounts.get(key).is_some_and(Account::is_untouched);
        machines.iter().all(is_untouched)
    }

    /// One key takes over what its predecessor passes on: the worse standing, the lower trust, the failures.
    fn inherit(
        &mut self,
        policy: &Policy,
        stamp: Stamp,
        key: &KeyId,
        inherited: Standing,
        ancestry: &Ancestry,
    ) {
        let Some(account) = self.accounts.get_mut(key) else { return };
        let before = account.life.standing();
        if !matches!(ancestry.standing, Standing::Decommissioned { .. }) {
            let failed = ancestry.failures.iter();
            let mark =
                |at: &Time| Mark { id: stamp.id, at: *at, standing: before, is_failure: true };
            account.life.marks.extend(failed.map(mark));
        }
        let standing = account.standing_at(policy, stamp.at).worse(inherited);
        if let Standing::Probation { .. } = standing {
            account.life.restored = account.life.restored.max(Some(stamp.at));
        }
        let trust = match standing {
            Standing::Active | Standing::Probation { .. } => account.trust.min(ancestry.trust),
            Standing::Quarantined { .. } | Standing::Decommissioned { .. } => Nano::ZERO,
        };
        self.set_trust(key, trust, stamp.at);
        if standing != before {
            self.mark(key, stamp, stamp.at, standing, false);
        }
    }

    /// The machines of one lineage in this record, the named one first among equals.
    pub(super) fn family(&self, machine: &KeyId) -> BTreeSet<KeyId> {
        let mut family = BTreeSet::new();
        let mut next = vec![machine];
        while let Some(key) = next.pop() {
            if let Some(account) = self.accounts.get(key)
                && family.insert(key.clone())
            {
                next.extend(&account.life.predecessor);
                next.extend(&account.life.successors);
            }
        }
        family
    }
}
