//! A machine without trust: quarantine, recertification, probation, the end.

use comity_constitution::charter::ReleaseQuorum;
use comity_constitution::{ActorKind, Nano};
use comity_wire::{KeyId, StatementId, Time};

use super::{Ledger, Stamp, not_before};
use crate::{
    account::{Mark, Recertification, Standing, later},
    error::TrustError,
    facts::{
        DecommissionCause, Decommissioned, MaliceAlleged, RecertificationMeasured,
        RecertificationRequested, Recertified,
    },
    limits,
    policy::Policy,
};

/// A statement about a machine that others refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// It is to be certified again.
    Requested,
    /// Its benchmark passed.
    Measured,
    /// It acted with malice.
    Alleged,
}

impl Ledger {
    /// A quarantined machine is to be certified again. A later request replaces an earlier one.
    ///
    /// # Errors
    ///
    /// [`TrustError::NotQuarantined`] and [`TrustError::Decommissioned`] for how it stands.
    pub fn request_recertification(
        &mut self,
        policy: &Policy,
        stamp: Stamp,
        requested: &RecertificationRequested,
    ) -> Result<(), TrustError> {
        let machine = &requested.machine;
        let since = self.require_quarantined(policy, machine, stamp.at)?;
        self.claims.insert(stamp.id, (Claim::Requested, machine.clone()));
        if let Some(account) = self.accounts.get_mut(machine) {
            account.life.recertification =
                Some(Recertification { request: stamp.id, measured: None });
        }
        if self.known(machine)?.life.standing() != (Standing::Quarantined { since }) {
            self.spend(machine, stamp, since);
        }
        Ok(())
    }

    /// What the benchmark of a request gave. A result below a bound is a failure; too many of them
    /// within the window end the machine in the same step.
    ///
    /// # Errors
    ///
    /// [`TrustError::NotOpen`] for another request than the machine's last, [`TrustError::Measured`]
    /// for a second result, [`TrustError::BenchmarkShort`] and [`TrustError::OutOfRange`] for the
    /// counts.
    pub fn measure(
        &mut self,
        policy: &Policy,
        stamp: Stamp,
        measured: &RecertificationMeasured,
    ) -> Result<(), TrustError> {
        let RecertificationMeasured { cases, correct, reproduced, request, severe, .. } = *measured;
        let not_open = TrustError::NotOpen { what: "request", id: request };
        let Some((Claim::Requested, machine)) = self.claims.get(&request).cloned() else {
            return Err(not_open);
        };
        self.require_quarantined(policy, &machine, stamp.at)?;
        match self.known(&machine)?.life.recertification {
            Some(open) if open.request == request && open.measured.is_none() => {}
            Some(open) if open.request == request => return Err(TrustError::Measured { request }),
            Some(_) | None => return Err(not_open),
        }
        let bounds = &policy.machines;
        if cases < bounds.benchmark_cases_min {
            return Err(TrustError::BenchmarkShort { cases, min: bounds.benchmark_cases_min });
        }
        let wide = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        for (name, got, max) in [
            ("cases", cases, limits::CASES_MAX),
            ("correct", correct, cases),
            ("reproduced", reproduced, cases),
            ("severe", severe, cases),
        ] {
            if max < got {
                return Err(TrustError::OutOfRange { name, got: wide(got), max: wide(max) });
            }
        }
        let passes = is_at_least(correct, cases, bounds.correctness_min)
            && is_at_least(reproduced, cases, bounds.reproducibility_min)
            && is_at_most(severe, cases, bounds.severe_errors_max);
        if passes {
            self.claims.insert(stamp.id, (Claim::Measured, machine.clone()));
        }
        if let Some(account) = self.accounts.get_mut(&machine) {
            account.life.recertification =
                passes.then_some(Recertification { request, measured: Some(stamp.id) });
        }
        if !passes {
            self.fail(policy, &machine, stamp);
        }
        Ok(())
    }

    /// People vouched for a measurement: the machine is on probation.
    ///
    /// # Errors
    ///
    /// [`TrustError::NotOpen`] unless this is the measurement of the machine's last request, and
    /// what a quorum needs.
    pub fn recertify(
        &mut self,
        policy: &Policy,
        stamp: Stamp,
        recertified: &Recertified,
    ) -> Result<(), TrustError> {
        let measured = recertified.measured;
        let machine = self.require_open_claim(policy, measured, stamp.at)?;
        let Some((Claim::Measured, _)) = self.claims.get(&measured) else {
            return Err(TrustError::NotOpen { what: "measurement", id: measured });
        };
        self.require_quarantined(policy, &machine, stamp.at)?;
        let quorum = people(policy);
        self.require_quorum(policy, measured, &recertified.endorsements, &quorum, stamp.at)?;
        let trust = policy.machines.probation_trust;
        self.set_trust(&machine, trust.min(policy.rules.machine.trust_max), stamp.at);
        let mut left = policy.machines.probation_tasks;
        if let Some(account) = self.accounts.get_mut(&machine) {
            account.active = stamp.at;
            account.days = 0;
            account.life.recertification = None;
            account.life.restored = Some(stamp.at);
            if account.life.predecessor.is_some() {
                left = policy.machines.lineage_probation_tasks;
            }
        }
        self.mark(&machine, stamp, stamp.at, Standing::Probation { left }, false);
        Ok(())
    }

    /// Somebody says that a machine has acted with malice.
    ///
    /// # Errors
    ///
    /// [`TrustError::Reason`] without words, [`TrustError::Decommissioned`] when it has ended.
    pub fn allege(
        &mut self,
        policy: &Policy,
        stamp: Stamp,
        alleged: &MaliceAlleged,
    ) -> Result<(), TrustError> {
        let account = self.known_machine(&alleged.machine)?;
        if let Standing::Decommissioned { .. } = account.standing_at(policy, stamp.at) {
            return Err(TrustError::Decommissioned { actor: alleged.machine.clone() });
        }
        let len = alleged.reason.len();
        if alleged.reason.trim().is_empty() || limits::REASON_BYTES_MAX < len {
            return Err(TrustError::Reason { len, max: limits::REASON_BYTES_MAX });
        }
        self.claims.insert(stamp.id, (Claim::Alleged, alleged.machine.clone()));
        Ok(())
    }

    /// A machine ends: too long without trust, or people vouched for an allegation.
    ///
    /// # Errors
    ///
    /// [`TrustError::Decommissioned`] a second time, [`TrustError::NotQuarantined`] and
    /// [`TrustError::DeadlineAhead`] before the time has passed, and what a quorum needs.
    pub fn decommission(
        &mut self,
        policy: &Policy,
        stamp: Stamp,
        ended: &Decommissioned,
    ) -> Result<(), TrustError> {
        let account = self.known_machine(&ended.machine)?;
        not_before(account, stamp.at)?;
        let actor = ended.machine.clone();
        if let Standing::Decommissioned { .. } = account.life.standing() {
            return Err(TrustError::Decommissioned { actor });
        }
        match &ended.cause {
            DecommissionCause::Zero => match account.standing_at(policy, stamp.at) {
                Standing::Decommissioned { since } => {
                    self.set_trust(&actor, Nano::ZERO, stamp.at);
                    self.mark(&actor, stamp, since, Standing::Decommissioned { since }, false);
                    return Ok(());
                }
                Standing::Quarantined { since } => {
                    let deadline = later(since, policy.machines.decommission_zero_s);
                    return Err(TrustError::DeadlineAhead { deadline, at: stamp.at });
                }
                standing @ (Standing::Active | Standing::Probation { .. }) => {
                    return Err(TrustError::NotQuarantined { actor, standing: standing.name() });
                }
            },
            DecommissionCause::Malice { alleged, endorsements } => {
                match self.claims.get(alleged) {
                    Some((Claim::Alleged, machine)) if *machine == actor => {}
                    _ => return Err(TrustError::NotOpen { what: "allegation", id: *alleged }),
                }
                let quorum = people(policy);
                self.require_quorum(policy, *alleged, endorsements, &quorum, stamp.at)?;
            }
        }
        self.end(&actor, stamp, stamp.at);
        Ok(())
    }

    /// The machine of a measurement or an allegation that people may still vouch for.
    pub(super) fn require_open_claim(
        &self,
        policy: &Policy,
        about: StatementId,
        at: Time,
    ) -> Result<KeyId, TrustError> {
        let not_open = TrustError::NotOpen { what: "matter to vouch for", id: about };
        let Some((claim, machine)) = self.claims.get(&about) else { return Err(not_open) };
        let account = self.known(machine)?;
        if let Standing::Decommissioned { .. } = account.standing_at(policy, at) {
            return Err(TrustError::Decommissioned { actor: machine.clone() });
        }
        let open = account.life.recertification.and_then(|open| open.measured);
        match claim {
            Claim::Alleged => Ok(machine.clone()),
            Claim::Measured if open == Some(about) => Ok(machine.clone()),
            Claim::Requested | Claim::Measured => Err(not_open),
        }
    }

    /// Since when a machine is quarantined.
    fn require_quarantined(
        &self,
        policy: &Policy,
        machine: &KeyId,
        at: Time,
    ) -> Result<Time, TrustError> {
        let account = self.known_machine(machine)?;
        not_before(account, at)?;
        let actor = machine.clone();
        match account.standing_at(policy, at) {
            Standing::Quarantined { since } => Ok(since),
            Standing::Decommissioned { .. } => Err(TrustError::Decommissioned { actor }),
            standing @ (Standing::Active | Standing::Probation { .. }) => {
                Err(TrustError::NotQuarantined { actor, standing: standing.name() })
            }
        }
    }

    /// Time has taken a machine's trust. Its lineage stays: an old key that is no longer used does no harm.
    pub(super) fn spend(&mut self, machine: &KeyId, stamp: Stamp, since: Time) {
        self.set_trust(machine, Nano::ZERO, stamp.at);
        self.mark(machine, stamp, since, Standing::Quarantined { since }, false);
    }

    /// A machine is without trust, and so is everything of its lineage in this record. One that was
    /// on probation has failed.
    pub(super) fn fall(&mut self, policy: &Policy, machine: &KeyId, stamp: Stamp, since: Time) {
        let before = self.accounts.get(machine).map(|account| account.life.standing());
        self.sink(machine, stamp, since);
        if let Some(Standing::Probation { .. }) = before {
            self.fail(policy, machine, stamp);
        }
    }

    /// Everything of a machine's lineage in this record is without trust.
    pub(super) fn sink(&mut self, machine: &KeyId, stamp: Stamp, since: Time) {
        for key in self.family(machine) {
            let standing = self.accounts.get(&key).map(|account| account.life.standing());
            let Some(standing) = standing else { continue };
            self.set_trust(&key, Nano::ZERO, stamp.at);
            self.mark(&key, stamp, since, standing.worse(Standing::Quarantined { since }), false);
        }
    }

    /// A failure counts for the whole lineage.
    fn fail(&mut self, policy: &Policy, machine: &KeyId, stamp: Stamp) {
        let bounds = &policy.machines;
        let mut is_over = false;
        for key in self.family(machine) {
            let standing = self.accounts.get(&key).map(|account| account.life.standing());
            self.mark(&key, stamp, stamp.at, standing.unwrap_or(Standing::Active), true);
            let failures = self.accounts.get(&key).map(|account| account.failures(&|_| true));
            let counts = |at: &&Time| stamp.at <= later(**at, bounds.failures_window_s);
            let count = failures.unwrap_or_default().iter().filter(counts).count();
            is_over |= bounds.failures_max <= count as u64;
        }
        if is_over {
            self.end(machine, stamp, stamp.at);
        }
    }

    /// Ends a machine and everything of its lineage in this record.
    pub(super) fn end(&mut self, machine: &KeyId, stamp: Stamp, since: Time) {
        for key in self.family(machine) {
            self.set_trust(&key, Nano::ZERO, stamp.at);
            self.mark(&key, stamp, since, Standing::Decommissioned { since }, false);
        }
    }

    /// Notes a change of standing. Nothing follows upon the end.
    pub(super) fn mark(
        &mut self,
        machine: &KeyId,
        stamp: Stamp,
        at: Time,
        standing: Standing,
        is_failure: bool,
    ) {
        if let Some(account) = self.accounts.get_mut(machine)
            && account.kind == ActorKind::Machine
            && !matches!(account.life.standing(), Standing::Decommissioned { .. })
        {
            account.since = account.since.max(stamp.at);
            account.life.marks.push(Mark { id: stamp.id, at, standing, is_failure });
            if let Standing::Decommissioned { .. } = standing {
                self.last_end = Some(stamp.id);
            }
        }
    }
}

/// People who vouch for a machine: independent of each other and of its operator.
const fn people(policy: &Policy) -> ReleaseQuorum {
    let signatures_min = policy.machines.signatures_min;
    ReleaseQuorum { organisations_min: 1, regions_min: 1, signatures_min }
}

fn is_at_least(part: u64, whole: u64, share: Nano) -> bool {
    i128::from(share.get()) * i128::from(whole) <= i128::from(part) * i128::from(Nano::ONE.get())
}

fn is_at_most(part: u64, whole: u64, share: Nano) -> bool {
    i128::from(part) * i128::from(Nano::ONE.get()) <= i128::from(share.get()) * i128::from(whole)
}
