//! A machine under a new key is the machine it was: it cannot leave a bad standing behind.
//!
//! A lineage is declared before the first work, or shown later. Declared in time, the successor of a
//! machine that has ended may ask for recertification, with the longer probation; shown later, it has
//! ended too. Within one record the keys of a lineage fall and end together.

use std::collections::BTreeSet;

use comity_constitution::Nano;
use comity_wire::{KeyId, StatementId, Time};

use super::{Ledger, Stamp, not_before};
use crate::{
    account::{Mark, Standing},
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
        let failures = failures(account.marks().iter());
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
        let past = account.marks().iter().filter(|mark| is_past(mark.id));
        Ok(Ancestry {
            standing: account.standing_after(is_past),
            failures: failures(past),
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
        let own = account.standing_at(policy, stamp.at);
        let standing = own.worse(match ancestry.standing {
            // Declared in time: quarantined and not ended, so that people can let it begin again.
            Standing::Decommissioned { .. } if account.is_untouched() => {
                Standing::Quarantined { since: stamp.at }
            }
            Standing::Probation { left } => {
                Standing::Probation { left: left.max(policy.machines.lineage_probation_tasks) }
            }
            standing @ (Standing::Active
            | Standing::Quarantined { .. }
            | Standing::Decommissioned { .. }) => standing,
        });
        let passes_on_failures = !matches!(ancestry.standing, Standing::Decommissioned { .. });
        if let Some(account) = self.accounts.get_mut(machine) {
            account.life.predecessor = Some(predecessor.clone());
            if let Standing::Probation { .. } = standing {
                account.life.restored = account.life.restored.max(Some(stamp.at));
            }
            if passes_on_failures {
                let before = account.life.standing();
                let mark =
                    |at: &Time| Mark { id: stamp.id, at: *at, standing: before, is_failure: true };
                account.life.marks.extend(ancestry.failures.iter().map(mark));
            }
        }
        if let Some(account) = self.accounts.get_mut(predecessor) {
            account.life.successors.push(machine.clone());
        }
        let trust = match standing {
            Standing::Active | Standing::Probation { .. } => {
                self.known(machine)?.trust.min(ancestry.trust)
            }
            Standing::Quarantined { .. } | Standing::Decommissioned { .. } => Nano::ZERO,
        };
        self.set_trust(machine, trust, stamp.at);
        if standing != Standing::Active {
            self.mark(machine, stamp, stamp.at, standing, false);
        }
        Ok(())
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

fn failures<'a>(marks: impl Iterator<Item = &'a Mark>) -> Vec<Time> {
    marks.filter(|mark| mark.is_failure).map(|mark| mark.at).collect()
}
