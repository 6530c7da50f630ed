//! The treaty state machine. One pure function, [`Treaty::apply`], holds every transition.

use std::collections::BTreeSet;

use comity_wire::{SovereignId, Time};

use crate::{Scope, TreatyError};

/// A treaty between two sovereigns: its terms, which never change, and its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Treaty {
    /// Who made the offer.
    pub by: SovereignId,
    /// Who may accept it.
    pub to: SovereignId,
    /// What it covers.
    pub scopes: BTreeSet<Scope>,
    /// First instant covered, inclusive.
    pub not_before: Time,
    /// Last instant covered, inclusive; also the last instant at which an acceptance counts.
    pub not_after: Time,
    /// Where it stands.
    pub state: TreatyState,
}

/// Where a treaty stands. Exhaustive on purpose: adding a state must break every `match`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreatyState {
    /// Offered; awaiting the other party.
    Proposed {
        /// Date of the offer.
        at: Time,
    },
    /// Both parties are bound.
    InForce {
        /// Date of the acceptance.
        since: Time,
    },
    /// Over, for good.
    Ended {
        /// What ended it.
        reason: EndReason,
        /// When.
        at: Time,
        /// Since when it had been in force, if it ever was: acts dated in between stay covered.
        since: Option<Time>,
    },
}

/// What ended a treaty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// The invited party said no.
    Rejected,
    /// A party left.
    Withdrawn,
}

/// Something a sovereign did about a treaty, already signed and verified. Carries its own date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreatyEvent {
    /// Who acts.
    pub by: SovereignId,
    /// Date of the act.
    pub at: Time,
    /// What is done.
    pub act: TreatyAct,
}

/// The acts a party can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreatyAct {
    /// The invited party accepts.
    Accept,
    /// The invited party declines.
    Reject,
    /// A party leaves.
    Withdraw,
}

impl Treaty {
    /// Folds one event into the treaty.
    ///
    /// Pure and total: every `(state, act)` pair is either a transition or a [`TreatyError`]; on
    /// error the caller still owns the old treaty.
    pub fn apply(&self, event: &TreatyEvent) -> Result<Self, TreatyError> {
        use TreatyAct::{Accept, Reject, Withdraw};
        use TreatyState::{Ended, InForce, Proposed};

        let TreatyEvent { by, at, act } = *event;
        let state = match (self.state, act) {
            // An offer is answered by the invited party, in time.
            (Proposed { at: offered }, Accept) => {
                entitled(by == self.to, event)?;
                not_before(offered, at)?;
                if self.not_after < at {
                    return Err(TreatyError::Expired { not_after: self.not_after, at });
                }
                InForce { since: at }
            }
            (Proposed { at: offered }, Reject) => {
                entitled(by == self.to, event)?;
                not_before(offered, at)?;
                Ended { reason: EndReason::Rejected, at, since: None }
            }
            // An unanswered offer can be taken back by whoever made it.
            (Proposed { at: offered }, Withdraw) => {
                entitled(by == self.by, event)?;
                not_before(offered, at)?;
                Ended { reason: EndReason::Withdrawn, at, since: None }
            }
            // Either bound party may leave.
            (InForce { since }, Withdraw) => {
                entitled(by == self.by || by == self.to, event)?;
                not_before(since, at)?;
                Ended { reason: EndReason::Withdrawn, at, since: Some(since) }
            }
            // Everything else is refused by name. No `_` arm: a new state lands here first.
            (InForce { .. } | Ended { .. }, Accept | Reject) | (Ended { .. }, Withdraw) => {
                return Err(TreatyError::NotInThisState {
                    state: self.state.name(),
                    event: act.verb(),
                });
            }
        };
        Ok(Self { state, ..self.clone() })
    }

    /// Whether an act within `scope`, dated `at`, is covered (invariant 4: dates only).
    ///
    /// # Errors
    ///
    /// [`TreatyError::OutOfScope`], `NotInForce`, `NotYet`, `Expired` or `Ended`, in this order.
    pub fn covers(&self, scope: Scope, at: Time) -> Result<(), TreatyError> {
        if !self.scopes.contains(&scope) {
            return Err(TreatyError::OutOfScope { scope });
        }
        let (since, ended) = match self.state {
            TreatyState::InForce { since } => (since, None),
            TreatyState::Ended { since: Some(since), at, .. } => (since, Some(at)),
            TreatyState::Proposed { .. } | TreatyState::Ended { since: None, .. } => {
                return Err(TreatyError::NotInForce { state: self.state.name() });
            }
        };
        let from = since.max(self.not_before);
        if at < from {
            return Err(TreatyError::NotYet { from, at });
        }
        if self.not_after < at {
            return Err(TreatyError::Expired { not_after: self.not_after, at });
        }
        match ended {
            Some(ended) if ended <= at => Err(TreatyError::Ended { ended, at }),
            Some(_) | None => Ok(()),
        }
    }
}

impl TreatyState {
    /// The state's name as messages show it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Proposed { .. } => "proposed",
            Self::InForce { .. } => "in force",
            Self::Ended { .. } => "ended",
        }
    }
}

impl TreatyAct {
    const fn verb(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Withdraw => "withdraw from",
        }
    }
}

fn entitled(is_entitled: bool, event: &TreatyEvent) -> Result<(), TreatyError> {
    let TreatyEvent { by, act, .. } = *event;
    if is_entitled { Ok(()) } else { Err(TreatyError::NotEntitled { by, event: act.verb() }) }
}

fn not_before(after: Time, at: Time) -> Result<(), TreatyError> {
    if at < after { Err(TreatyError::DatedBefore { after, at }) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
