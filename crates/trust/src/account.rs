//! One actor's account: trust, what it rests on, and how a machine stands.

use comity_constitution::{ActorKind, Nano, RiskTier};
use comity_wire::{KeyId, StatementId, Time};

use crate::{
    grading::History,
    policy::{DAY_S, Policy},
};

/// What a machine may do. People always stand as [`Self::Active`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Everything that its roles allow.
    Active,
    /// Certified again: work of tier R0 only, until enough of it is done.
    Probation {
        /// Tasks left.
        left: u64,
    },
    /// Without trust: nothing, until it is certified again.
    Quarantined {
        /// Since when.
        since: Time,
    },
    /// Nothing, for ever.
    Decommissioned {
        /// Since when.
        since: Time,
    },
}

impl Standing {
    /// Whether a machine may work or review in a tier.
    pub fn allows(self, tier: RiskTier) -> bool {
        match self {
            Self::Active => true,
            Self::Probation { .. } => tier == RiskTier::R0,
            Self::Quarantined { .. } | Self::Decommissioned { .. } => false,
        }
    }

    /// The name that messages use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Probation { .. } => "on probation",
            Self::Quarantined { .. } => "quarantined",
            Self::Decommissioned { .. } => "decommissioned",
        }
    }

    /// How bad it is; the order in which a lineage passes it on.
    const fn rank(self) -> u8 {
        match self {
            Self::Active => 0,
            Self::Probation { .. } => 1,
            Self::Quarantined { .. } => 2,
            Self::Decommissioned { .. } => 3,
        }
    }

    /// The worse of two; of equal ones the earlier, or the longer.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        match (self, other) {
            (Self::Probation { left: a }, Self::Probation { left: b }) => {
                Self::Probation { left: a.max(b) }
            }
            (Self::Quarantined { since: a }, Self::Quarantined { since: b }) => {
                Self::Quarantined { since: a.min(b) }
            }
            (a, b) if a.rank() < b.rank() => b,
            (a, _) => a,
        }
    }
}

/// A change of a machine's standing, or a failure, and the statement that brought it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The statement.
    pub id: StatementId,
    /// When it counts from.
    pub at: Time,
    /// How the machine stands afterwards.
    pub standing: Standing,
    /// Whether it is a failed recertification.
    pub is_failure: bool,
}

/// A request for recertification, and its measurement once that has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Recertification {
    pub(crate) request: StatementId,
    pub(crate) measured: Option<StatementId>,
}

/// What a machine goes through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Life {
    /// How it was admitted: with a baseline of zero, quarantined.
    pub(crate) born: Standing,
    pub(crate) marks: Vec<Mark>,
    /// Statements whose failures do not count, each with the one that said so: marks themselves are never taken back.
    pub(crate) pardons: Vec<(StatementId, StatementId)>,
    pub(crate) recertification: Option<Recertification>,
    /// Start of the last probation: what ended before does not count any more.
    pub(crate) restored: Option<Time>,
    pub(crate) predecessor: Option<KeyId>,
    pub(crate) successors: Vec<KeyId>,
}

impl Life {
    pub(crate) fn standing(&self) -> Standing {
        self.marks.last().map_or(self.born, |mark| mark.standing)
    }
}

/// One actor's trust and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub(crate) kind: ActorKind,
    pub(crate) trust: Nano,
    /// Date of the last change of any kind.
    pub(crate) since: Time,
    /// From when decay is counted: the last update that was applied, or the admission.
    pub(crate) active: Time,
    /// Whole days of decay taken since.
    pub(crate) days: u64,
    pub(crate) history: History,
    pub(crate) used: Nano,
    pub(crate) used_in: u64,
    pub(crate) life: Life,
}

impl Account {
    pub(crate) fn new(kind: ActorKind, trust: Nano, at: Time) -> Self {
        Self {
            kind,
            trust,
            since: at,
            active: at,
            days: 0,
            history: History::default(),
            used: Nano::ZERO,
            used_in: 0,
            life: Life {
                born: if kind == ActorKind::Machine && trust <= Nano::ZERO {
                    Standing::Quarantined { since: at }
                } else {
                    Standing::Active
                },
                marks: Vec::new(),
                pardons: Vec::new(),
                recertification: None,
                restored: None,
                predecessor: None,
                successors: Vec::new(),
            },
        }
    }

    /// Person or machine.
    pub const fn kind(&self) -> ActorKind {
        self.kind
    }

    /// Trust after the last change, without the decay since then.
    pub const fn trust(&self) -> Nano {
        self.trust
    }

    /// Date of the last change, or of the admission.
    pub const fn since(&self) -> Time {
        self.since
    }

    /// Contributions so far.
    pub const fn history(&self) -> &History {
        &self.history
    }

    /// The key that this machine had before, if it has declared one.
    pub const fn predecessor(&self) -> Option<&KeyId> {
        self.life.predecessor.as_ref()
    }

    /// Changes of a machine's standing, in the order of the record.
    pub fn marks(&self) -> &[Mark] {
        &self.life.marks
    }

    /// Dates of those failures that `is_past`, less the pardons that are.
    pub(crate) fn failures(&self, is_past: &dyn Fn(StatementId) -> bool) -> Vec<Time> {
        let is_pardoned = |failed: StatementId| {
            self.life.pardons.iter().any(|(by, about)| *about == failed && is_past(*by))
        };
        let counts = |mark: &&Mark| mark.is_failure && is_past(mark.id) && !is_pardoned(mark.id);
        self.life.marks.iter().filter(counts).map(|mark| mark.at).collect()
    }

    /// How the machine stood after those of its marks that `is_past`, which are a beginning of all of them.
    pub fn standing_after(&self, is_past: &dyn Fn(StatementId) -> bool) -> Standing {
        let past = self.life.marks.iter().rev().find(|mark| is_past(mark.id));
        past.map_or(self.life.born, |mark| mark.standing)
    }

    /// True for a machine that was without trust after the last change, or is decommissioned.
    pub fn is_quarantined(&self) -> bool {
        2 <= self.life.standing().rank()
    }

    /// True before any work and any change of standing: what is declared now is declared in time.
    pub(crate) fn is_untouched(&self) -> bool {
        self.history == History::default() && self.life.marks.is_empty()
    }

    /// How the machine stands at a date: what time alone does is counted.
    pub fn standing_at(&self, policy: &Policy, at: Time) -> Standing {
        let standing = match self.life.standing() {
            now @ (Standing::Active | Standing::Probation { .. }) => match self.zero_at(policy) {
                Some(since) if since <= at => Standing::Quarantined { since },
                Some(_) | None => now,
            },
            now @ (Standing::Quarantined { .. } | Standing::Decommissioned { .. }) => now,
        };
        let Standing::Quarantined { since } = standing else { return standing };
        let end = later(since, policy.machines.decommission_zero_s);
        if end < at { Standing::Decommissioned { since: end } } else { standing }
    }

    /// When decay alone takes the last of a machine's trust.
    pub(crate) fn zero_at(&self, policy: &Policy) -> Option<Time> {
        let per_day = policy.rules.lambda_age.get();
        if self.kind == ActorKind::Human || per_day <= 0 {
            return None;
        }
        let (trust, per_day) = (self.trust.get().max(0).unsigned_abs(), per_day.unsigned_abs());
        let days = self.days.saturating_add(trust.div_ceil(per_day));
        Some(later(self.active, days.saturating_mul(DAY_S)))
    }

    /// Positive change made in `epoch`.
    pub(crate) const fn used(&self, epoch: u64) -> Nano {
        if self.used_in == epoch { self.used } else { Nano::ZERO }
    }

    /// Seconds since decay is counted; none for a date before that.
    pub(crate) fn idle_s(&self, at: Time) -> Option<u64> {
        u64::try_from(at.unix().saturating_sub(self.active.unix())).ok()
    }

    /// A person's dormancy and a machine's staleness that have not been taken yet.
    pub(crate) fn decay_due(&self, policy: &Policy, idle_s: u64) -> (Nano, Nano) {
        let taken = |unit: Nano| Nano::saturating(i128::from(self.days) * i128::from(unit.get()));
        match self.kind {
            ActorKind::Human => {
                let dormancy = policy.dormancy(idle_s).minus(taken(policy.dormancy_per_day));
                (dormancy.max(Nano::ZERO), Nano::ZERO)
            }
            ActorKind::Machine => {
                let staleness = policy.staleness(idle_s).minus(taken(Nano::ONE));
                (Nano::ZERO, staleness.max(Nano::ZERO))
            }
        }
    }
}

/// A date so many seconds later, at most the last one there is.
pub(crate) fn later(at: Time, seconds: u64) -> Time {
    at.plus(i64::try_from(seconds).unwrap_or(i64::MAX))
}
