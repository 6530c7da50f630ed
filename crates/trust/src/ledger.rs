//! The running account of every actor's trust in one sovereign's record.

use std::collections::{BTreeMap, BTreeSet};

use comity_constitution::{ActorKind, Nano};
use comity_wire::{KeyId, StatementId, Time};

use crate::{
    error::TrustError,
    facts::{Derived, Role, Updated, Work},
    grading::History,
    limits,
    policy::Policy,
    population::Population,
    update::{Inputs, Outcome, update},
};

/// One actor's trust and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    kind: ActorKind,
    trust: Nano,
    since: Time,
    history: History,
    used: Nano,
    used_in: u64,
}

impl Account {
    /// Person or machine.
    pub const fn kind(&self) -> ActorKind {
        self.kind
    }

    /// Trust after the last update, without the decay since then.
    pub const fn trust(&self) -> Nano {
        self.trust
    }

    /// Date of the last update, or of the admission.
    pub const fn since(&self) -> Time {
        self.since
    }

    /// Contributions so far.
    pub const fn history(&self) -> &History {
        &self.history
    }

    /// True for a machine without trust: no privileged routing until it is certified again.
    pub fn is_quarantined(&self) -> bool {
        self.kind == ActorKind::Machine && self.trust <= Nano::ZERO
    }

    /// Positive change made in `epoch`.
    const fn used(&self, epoch: u64) -> Nano {
        if self.used_in == epoch { self.used } else { Nano::ZERO }
    }
}

/// Trust of all actors of one sovereign: a fold over admissions and updates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    accounts: BTreeMap<KeyId, Account>,
    updated: BTreeSet<(KeyId, StatementId)>,
    /// Latest epoch with updates, and the people as they stood before its first update.
    epoch: Option<(u64, Population)>,
    people: Population,
}

impl Ledger {
    /// A ledger without actors.
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens an account at the baseline of its kind.
    ///
    /// # Errors
    ///
    /// [`TrustError::AlreadyAdmitted`]: a key starts once, whatever name it comes under.
    pub fn admit(
        &mut self,
        policy: &Policy,
        actor: KeyId,
        kind: ActorKind,
        at: Time,
    ) -> Result<(), TrustError> {
        if self.accounts.contains_key(&actor) {
            return Err(TrustError::AlreadyAdmitted { actor });
        }
        let trust = policy.rules.of(kind).baseline;
        if kind == ActorKind::Human {
            self.people.add(trust);
        }
        let history = History::default();
        let account = Account { kind, trust, since: at, history, used: Nano::ZERO, used_in: 0 };
        self.accounts.insert(actor, account);
        Ok(())
    }

    /// The account of an actor.
    pub fn account(&self, actor: &KeyId) -> Option<&Account> {
        self.accounts.get(actor)
    }

    /// Every account, in byte order of the key.
    pub fn accounts(&self) -> impl Iterator<Item = (&KeyId, &Account)> {
        self.accounts.iter()
    }

    /// True if this mission has already changed this actor's trust.
    pub fn is_updated(&self, actor: &KeyId, mission: StatementId) -> bool {
        self.updated.contains(&(actor.clone(), mission))
    }

    /// An actor's trust at a later date: the account less the decay that its next update would
    /// take. For routing and eligibility; changes nothing.
    pub fn trust_at(&self, policy: &Policy, actor: &KeyId, at: Time) -> Option<Nano> {
        let account = self.accounts.get(actor)?;
        let idle_s = u64::try_from(at.unix().saturating_sub(account.since.unix())).unwrap_or(0);
        let decay = match account.kind {
            ActorKind::Human => policy.dormancy(idle_s),
            ActorKind::Machine => policy.rules.lambda_age.times(policy.staleness(idle_s)),
        };
        Some(account.trust.minus(decay).max(policy.rules.of(account.kind).floor))
    }

    /// The update that the rules give for a contribution: what the sovereign signs.
    ///
    /// # Errors
    ///
    /// Every variant but [`TrustError::Differs`] and [`TrustError::AlreadyAdmitted`].
    pub fn propose(
        &self,
        policy: &Policy,
        actor: &KeyId,
        mission: StatementId,
        epoch: u64,
        work: Work,
        at: Time,
    ) -> Result<Updated, TrustError> {
        let Some(account) = self.accounts.get(actor) else {
            return Err(TrustError::UnknownActor { actor: actor.clone() });
        };
        if self.is_updated(actor, mission) {
            return Err(TrustError::AlreadyUpdated { actor: actor.clone(), mission });
        }
        if account.is_quarantined() {
            return Err(TrustError::Quarantined { actor: actor.clone() });
        }
        self.check_epoch(policy, epoch, at)?;
        check_work(&work)?;
        let Ok(idle_s) = u64::try_from(at.unix().saturating_sub(account.since.unix())) else {
            return Err(TrustError::TimeRegressed { at, since: account.since });
        };
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

    /// Recomputes an update and, if every number agrees, makes it.
    ///
    /// `at` is the date of the statement that carries the update. On error nothing has changed.
    ///
    /// # Errors
    ///
    /// As [`Self::propose`], and [`TrustError::Differs`] for the first field that disagrees.
    pub fn apply(
        &mut self,
        policy: &Policy,
        claimed: &Updated,
        at: Time,
    ) -> Result<(), TrustError> {
        let Updated { actor, mission, epoch, work, .. } = claimed;
        let computed = self.propose(policy, actor, *mission, *epoch, work.clone(), at)?;
        compare(claimed, &computed)?;

        let population = self.population(*epoch);
        let Some(account) = self.accounts.get_mut(actor) else {
            return Err(TrustError::UnknownActor { actor: actor.clone() });
        };
        let rise = computed.after.minus(account.trust).max(Nano::ZERO);
        account.used = account.used(*epoch).plus(rise);
        account.used_in = *epoch;
        account.history.record(&policy.grading, work);
        account.since = at;
        if account.kind == ActorKind::Human {
            self.people.change(account.trust, computed.after);
        }
        account.trust = computed.after;
        self.updated.insert((actor.clone(), *mission));
        self.epoch = Some((*epoch, population));
        Ok(())
    }

    /// The people as they stood before the first update of `epoch`.
    fn population(&self, epoch: u64) -> Population {
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
    let (dormancy, staleness) = match account.kind {
        ActorKind::Human => (policy.dormancy(idle_s), Nano::ZERO),
        ActorKind::Machine => (Nano::ZERO, policy.staleness(idle_s)),
    };
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
