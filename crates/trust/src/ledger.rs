//! The running account of every actor's trust in one sovereign's record.
//!
//! ```text
//!  updated ─▶ recomputed ─┬─ within the guard ─▶ applied
//!                         └─ above it ─▶ held, an incident ─┬─ endorsed by a quorum ─▶ released
//!                                                          └─ not by the deadline ──▶ suspended
//!  a machine:  active ──trust 0──▶ quarantined ─▶ measured, endorsed ─▶ probation ─▶ active
//!                                      └── 180 days, 3 failures, malice ──▶ decommissioned
//! ```

mod decay;
mod guard;
mod lineage;
mod machine;
mod minting;
mod relief;

use std::collections::{BTreeMap, BTreeSet};

use comity_constitution::{ActorKind, Nano};
use comity_wire::{KeyId, StatementId, Time};

use crate::{
    account::{Account, Standing},
    error::TrustError,
    policy::Policy,
    population::Population,
};

pub use guard::{Endorser, Excluded, Governance, Incident, IncidentState};
pub use lineage::Ancestry;
pub use minting::Ended;

/// The statement that carries a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Its id.
    pub id: StatementId,
    /// Its date.
    pub at: Time,
}

/// Trust of all actors of one sovereign: a fold over admissions and facts of trust.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    accounts: BTreeMap<KeyId, Account>,
    /// What each mission did to each actor.
    updated: BTreeMap<(KeyId, StatementId), relief::Contribution>,
    /// Latest epoch with updates, and the people as they stood before its first update.
    epoch: Option<(u64, Population)>,
    people: Population,
    incidents: BTreeMap<StatementId, Incident>,
    /// Requests, measurements and allegations, with the machines that they are about.
    claims: BTreeMap<StatementId, (machine::Claim, KeyId)>,
    endorsements: BTreeMap<StatementId, guard::Endorsement>,
    endorsed: BTreeSet<(StatementId, KeyId)>,
    /// The last statement that ended a machine.
    last_end: Option<StatementId>,
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
        self.accounts.insert(actor, Account::new(kind, trust, at));
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
        self.updated.contains_key(&(actor.clone(), mission))
    }

    /// The last statement by which a machine ended, for whoever anchors that at once.
    pub const fn last_end(&self) -> Option<StatementId> {
        self.last_end
    }

    /// How an actor stands at a date; none for a stranger.
    pub fn standing(&self, policy: &Policy, actor: &KeyId, at: Time) -> Option<Standing> {
        self.accounts.get(actor).map(|account| account.standing_at(policy, at))
    }

    /// An actor's trust at a later date: the account less the decay that its next update would
    /// take. For routing and eligibility; changes nothing.
    pub fn trust_at(&self, policy: &Policy, actor: &KeyId, at: Time) -> Option<Nano> {
        let account = self.accounts.get(actor)?;
        let (dormancy, staleness) = account.decay_due(policy, account.idle_s(at).unwrap_or(0));
        let decay = dormancy.plus(policy.rules.lambda_age.times(staleness));
        Some(account.trust.minus(decay).max(policy.rules.of(account.kind).floor))
    }

    fn known(&self, actor: &KeyId) -> Result<&Account, TrustError> {
        self.accounts.get(actor).ok_or_else(|| TrustError::UnknownActor { actor: actor.clone() })
    }

    fn known_machine(&self, actor: &KeyId) -> Result<&Account, TrustError> {
        let account = self.known(actor)?;
        match account.kind {
            ActorKind::Machine => Ok(account),
            ActorKind::Human => Err(TrustError::NotAMachine { actor: actor.clone() }),
        }
    }

    /// Sets an actor's trust, and keeps the population in step.
    fn set_trust(&mut self, actor: &KeyId, trust: Nano, at: Time) {
        if let Some(account) = self.accounts.get_mut(actor) {
            if account.kind == ActorKind::Human {
                self.people.change(account.trust, trust);
            }
            account.trust = trust;
            account.since = account.since.max(at);
        }
    }
}

/// Refuses a date before the last change of an account.
fn not_before(account: &Account, at: Time) -> Result<(), TrustError> {
    if at < account.since {
        Err(TrustError::TimeRegressed { at, since: account.since })
    } else {
        Ok(())
    }
}

/// Refuses machines that may not gain or lose trust.
fn in_service(
    account: &Account,
    policy: &Policy,
    actor: &KeyId,
    at: Time,
) -> Result<(), TrustError> {
    match account.standing_at(policy, at) {
        Standing::Active | Standing::Probation { .. } => Ok(()),
        Standing::Quarantined { .. } => Err(TrustError::Quarantined { actor: actor.clone() }),
        Standing::Decommissioned { .. } => Err(TrustError::Decommissioned { actor: actor.clone() }),
    }
}
