//! Updates: proposed, recomputed, applied or held.

use comity_constitution::{ActorKind, Nano, RiskTier};
use comity_wire::{KeyId, StatementId, Time};

use super::relief::Contribution;
use super::{Incident, IncidentState, Ledger, Stamp, in_service, not_before};
use crate::{
    account::{Account, Standing},
    error::TrustError,
    facts::{Derived, Role, Updated, Work},
    limits,
    policy::Policy,
    population::Population,
    update::{Inputs, Outcome, update},
};

/// A mission that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The mission, by the id of its draft.
    pub mission: StatementId,
    /// When it ended.
    pub at: Time,
}

impl Ledger {
    /// The update that the rules give for a contribution: what the sovereign signs.
    ///
    /// # Errors
    ///
    /// Why nothing can be computed; never [`TrustError::Differs`].
    pub fn propose(
        &self,
        policy: &Policy,
        actor: &KeyId,
        ended: Ended,
        epoch: u64,
        work: Work,
        at: Time,
    ) -> Result<Updated, TrustError> {
        let mission = ended.mission;
        let account = self.known(actor)?;
        if self.is_updated(actor, mission) {
            return Err(TrustError::AlreadyUpdated { actor: actor.clone(), mission });
        }
        in_service(account, policy, actor, at)?;
        if let Some(restored) = account.life.restored
            && ended.at < restored
        {
            let actor = actor.clone();
            return Err(TrustError::EndedBefore { actor, mission, ended: ended.at, restored });
        }
        self.check_epoch(policy, epoch, at)?;
        check_work(&work)?;
        not_before(account, at)?;
        let idle_s = account.idle_s(at).unwrap_or(0);
        let inputs = derive(policy, account, epoch, &work, idle_s);
        let outcome = update(
            &policy.rules,
            &Inputs {
                kind: account.kind,
                trust: account.trust,
                q: inputs.q,
                r: inputs.r,
                v: inputs.v,
                e: inputs.e,
                proof_of_trust: work.proof_of_trust.is_some(),
                severe: work.severe,
                minor: work.minor,
                dormancy: inputs.dormancy,
                staleness: inputs.staleness,
                env_drift: work.env_drift,
                population: self.population(epoch),
                used: inputs.used,
            },
        );
        Ok(fact(actor, mission, epoch, account.trust, work, inputs, &outcome))
    }

    /// Recomputes an update and, if every number agrees, makes it: applied, or held with an incident.
    ///
    /// `stamp` is that of the statement that carries the update, `ended` the end of its mission.
    /// On error nothing has changed.
    ///
    /// # Errors
    ///
    /// As [`Self::propose`], and [`TrustError::Differs`] for the first field that disagrees.
    pub fn apply(
        &mut self,
        policy: &Policy,
        stamp: Stamp,
        ended: Time,
        claimed: &Updated,
    ) -> Result<(), TrustError> {
        let Updated { actor, mission, epoch, work, .. } = claimed;
        let ended = Ended { mission: *mission, at: ended };
        let computed = self.propose(policy, actor, ended, *epoch, work.clone(), stamp.at)?;
        compare(claimed, &computed)?;
        let kind = self.known(actor)?.kind;

        let population = self.population(*epoch);
        let contribution = Contribution::of(policy, stamp.id, &computed);
        self.updated.insert((actor.clone(), *mission), contribution);
        self.epoch = Some((*epoch, population));
        self.set_trust(actor, computed.after, stamp.at);
        if let Some(account) = self.accounts.get_mut(actor) {
            account.history.record(&policy.grading, work);
            if !computed.held {
                let rise = computed.after.minus(computed.before).max(Nano::ZERO);
                account.used = account.used(*epoch).plus(rise);
                account.used_in = *epoch;
                // A held update takes no decay either, so the clock of decay goes on.
                account.active = stamp.at;
                account.days = 0;
            }
        }
        if computed.held {
            self.incidents.insert(stamp.id, incident(policy, kind, stamp, &computed));
        }
        if computed.quarantined {
            self.fall(policy, actor, stamp, stamp.at);
        } else {
            self.count_probation(actor, stamp, &computed);
        }
        Ok(())
    }

    /// One task of probation less, for accepted and proven work of low risk.
    fn count_probation(&mut self, actor: &KeyId, stamp: Stamp, updated: &Updated) {
        let work = &updated.work;
        let counts = work.accepted
            && work.role == Role::Worker
            && work.risk_tier == RiskTier::R0
            && work.proof_of_trust.is_some()
            && updated.gate_passed;
        let standing = self.accounts.get(actor).map(|account| account.life.standing());
        if let (true, Some(Standing::Probation { left })) = (counts, standing) {
            let standing = match left.saturating_sub(1) {
                0 => Standing::Active,
                left => Standing::Probation { left },
            };
            self.mark(actor, stamp, stamp.at, standing, false);
        }
    }

    /// The people as they stood before the first update of `epoch`.
    pub(super) fn population(&self, epoch: u64) -> Population {
        match self.epoch {
            Some((current, before)) if current == epoch => before,
            Some(_) | None => self.people,
        }
    }

    /// Epochs never go back, and fit the date: see [`limits::EPOCH_LAG_MAX`].
    fn check_epoch(&self, policy: &Policy, epoch: u64, at: Time) -> Result<(), TrustError> {
        if let Some((current, _)) = self.epoch
            && epoch < current
        {
            return Err(TrustError::EpochPast { epoch, current });
        }
        let dated = u64::try_from(at.unix()).unwrap_or(0) / policy.epoch_s().max(1);
        let lag = dated.checked_sub(epoch);
        if lag.is_some_and(|lag| lag <= limits::EPOCH_LAG_MAX) {
            Ok(())
        } else {
            Err(TrustError::EpochNotDated { epoch, dated })
        }
    }
}

/// What waits: the rise as it would be without the decay of time, which the account's clock still takes.
fn incident(policy: &Policy, kind: ActorKind, stamp: Stamp, held: &Updated) -> Incident {
    let rise = held.proposed.minus(held.before).plus(decay_of_time(policy, held));
    Incident {
        actor: held.actor.clone(),
        mission: held.mission,
        rise: rise.min(policy.rules.of(kind).delta_max),
        opened: stamp.at,
        applied: Nano::ZERO,
        state: IncidentState::Open,
    }
}

/// The part of an update that time took, and not the work.
pub(super) fn decay_of_time(policy: &Policy, updated: &Updated) -> Nano {
    let Derived { dormancy, staleness, .. } = updated.inputs;
    dormancy.plus(policy.rules.lambda_age.times(staleness))
}

/// Grades the contribution against the account as it stood before.
fn derive(policy: &Policy, account: &Account, epoch: u64, work: &Work, idle_s: u64) -> Derived {
    let grading = &policy.grading;
    let tally = account.history.tally(work.role);
    let q = match work.alignment {
        None => {
            grading.worker_quality(work.risk_tier, work.approving, work.deciding, work.evidence)
        }
        Some(alignment) => grading.reviewer_quality(alignment, &account.history),
    };
    let (dormancy, staleness) = account.decay_due(policy, idle_s);
    Derived {
        dormancy,
        e: grading.effort(work.risk_tier, work.evidence),
        q,
        r: grading.reliability(tally),
        staleness,
        used: account.used(epoch),
        v: grading.volume(tally),
    }
}

fn fact(
    actor: &KeyId,
    mission: StatementId,
    epoch: u64,
    before: Nano,
    work: Work,
    inputs: Derived,
    outcome: &Outcome,
) -> Updated {
    Updated {
        actor: actor.clone(),
        after: outcome.after,
        before,
        cap: outcome.cap,
        decay: outcome.decay,
        epoch,
        gain: outcome.gain,
        gate_passed: outcome.gate_passed,
        held: outcome.held,
        inputs,
        mission,
        penalty: outcome.penalty,
        proposed: outcome.proposed,
        quarantined: outcome.quarantined,
        score: outcome.score,
        work,
    }
}

/// Refuses claims that are out of range or that mix the two roles.
fn check_work(work: &Work) -> Result<(), TrustError> {
    let range = |name, got: i64, max: i64| {
        if (0..=max).contains(&got) {
            Ok(())
        } else {
            Err(TrustError::OutOfRange { name, got, max })
        }
    };
    let wide = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let failures_max = i64::from(limits::FAILURES_MAX);
    range("severe", i64::from(work.severe), failures_max)?;
    range("minor", i64::from(work.minor), failures_max)?;
    range("evidence", wide(work.evidence), wide(limits::EVIDENCE_MAX))?;
    range("env_drift", work.env_drift.get(), Nano::ONE.get())?;
    range("deciding", work.deciding.get(), limits::CONSENSUS_MAX)?;
    range("approving", work.approving.get(), work.deciding.get())?;
    match (work.role, work.alignment) {
        (Role::Worker, None) => Ok(()),
        (Role::Reviewer, Some(_)) if work.deciding == Nano::ZERO => Ok(()),
        (Role::Worker, Some(_)) => {
            Err(TrustError::RoleMismatch { role: "worker", expected: "consensus" })
        }
        (Role::Reviewer, Some(_) | None) => {
            Err(TrustError::RoleMismatch { role: "reviewer", expected: "alignment" })
        }
    }
}

/// Reads one number of an update.
type Field = (&'static str, fn(&Updated) -> Nano);

/// Every number that the rules determine, in the order in which they determine them.
const NUMBERS: [Field; 15] = [
    ("inputs.dormancy", |fact| fact.inputs.dormancy),
    ("inputs.e", |fact| fact.inputs.e),
    ("inputs.q", |fact| fact.inputs.q),
    ("inputs.r", |fact| fact.inputs.r),
    ("inputs.staleness", |fact| fact.inputs.staleness),
    ("inputs.used", |fact| fact.inputs.used),
    ("inputs.v", |fact| fact.inputs.v),
    ("before", |fact| fact.before),
    ("score", |fact| fact.score),
    ("gain", |fact| fact.gain),
    ("penalty", |fact| fact.penalty),
    ("decay", |fact| fact.decay),
    ("cap", |fact| fact.cap),
    ("proposed", |fact| fact.proposed),
    ("after", |fact| fact.after),
];

/// Names the first field that is not what the rules give.
fn compare(claimed: &Updated, computed: &Updated) -> Result<(), TrustError> {
    let flag = |set: bool| if set { Nano::EPSILON } else { Nano::ZERO };
    let differs = |field, claimed, computed| {
        if claimed == computed {
            Ok(())
        } else {
            Err(TrustError::Differs { field, claimed, computed })
        }
    };
    for (field, read) in NUMBERS {
        differs(field, read(claimed), read(computed))?;
    }
    differs("gate_passed", flag(claimed.gate_passed), flag(computed.gate_passed))?;
    differs("held", flag(claimed.held), flag(computed.held))?;
    differs("quarantined", flag(claimed.quarantined), flag(computed.quarantined))
}
