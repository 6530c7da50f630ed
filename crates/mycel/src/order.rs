//! The order: from placing to the last coin. One pure function, [`PlacedOrder::apply`].
//!
//! ```text
//!  Open ─fund─▶ Funded ─commit─▶ Committed ─claim─▶ Claimed ─accept─▶ ChallengeWindow ─release─▶ Released
//!   │             │ ▲                                  │                 │ dispute       ▲
//! cancel       cancel└───commit──── Rejected ◀─reject──┘                 ▼               │ not upheld
//!   ▼             ▼      (attempts left)│                             Disputed ─resolve─▶ Resolved
//!  Cancelled ─refund─▶ Refunded ◀───────┴── last attempt, deadline ──────┴─ unanswered ──┘ upheld
//! ```
//!
//! "Accepted" in `spec/mycel.md` D.5 is the instant at which the challenge window opens, not a place to
//! rest. Events are verified facts: this module trusts who, when and what they say, and checks whether
//! that is due. It holds no money; see [`crate::ledger`].
//!
//! # Invariants
//!
//! 1. Every `(state, act)` pair is a transition or a named refusal; a refusal changes nothing.
//! 2. Funded money is released or refunded exactly once, never both.
//! 3. Money is never stuck: in every state that holds money there is a date from which the ledger keeper
//!    can settle without anybody else's help ([`PlacedOrder::due`]), whoever vanishes.
//! 4. Nothing is released before the challenge window has passed without a dispute, or a dispute was
//!    decided for the seller.
//!
//! # Where the rules come from
//!
//! `spec/mycel.md` D.4, D.5, E.1 tests 3, 4 and 16.

mod error;
mod review;
mod steps;
mod terms;

use comity_wire::{Digest, SovereignId, StatementId, Time};
use steps::{entitled, not_after};

pub use error::OrderError;
pub use review::Report;
pub use terms::{
    ATTEMPTS_MAX, AUDIT_LEAVES_MAX, BEACON_MAX, CHALLENGE_WINDOW_S_MAX, LIFE_S_MAX,
    TITLE_BYTES_MAX, TermsError, WORD_BYTES_MAX,
};

use crate::facts::{
    DisputeResolved, EscrowFunded, EscrowRefunded, EscrowReleased, EvidenceCommitted, Order,
    OutcomeClaimed, RefundReason,
};
use crate::ledger::Step;
use crate::predicate::Predicate;

/// How long a reviewer house has to decide a dispute before the money goes back, in seconds: a week,
/// so that a re-execution and a weekend fit.
pub const DISPUTE_ANSWER_S: i64 = 7 * 86_400;

/// An order with its terms, which never change, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedOrder {
    id: StatementId,
    buyer: SovereignId,
    terms: Order,
    predicate: Predicate,
    attempt: u64,
    at: Time,
    state: OrderState,
}

/// Where an order stands. Exhaustive on purpose: adding a state must break every `match`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderState {
    /// Placed; no money yet.
    Open,
    /// The reward is in escrow.
    Funded,
    /// The seller has committed to its evidence.
    Committed {
        /// The commitment.
        commitment: StatementId,
    },
    /// The seller has claimed the outcome; reviewers are at work.
    Claimed {
        /// The commitment it rests on.
        commitment: StatementId,
        /// The claim.
        claim: StatementId,
        /// The claim's single-use key.
        nullifier: Digest,
    },
    /// The claim was rejected; another attempt may follow.
    Rejected,
    /// The claim was accepted; the buyer may still dispute.
    ChallengeWindow {
        /// What was accepted.
        accepted: Accepted,
        /// Last instant of the window, inclusive.
        until: Time,
    },
    /// The buyer disputes; the reviewer house verifies again.
    Disputed {
        /// What was accepted.
        accepted: Accepted,
        /// Last instant at which a decision counts, inclusive.
        until: Time,
    },
    /// The dispute is decided; the money is due.
    Resolved {
        /// What was accepted.
        accepted: Accepted,
        /// Whether the buyer was right.
        is_upheld: bool,
    },
    /// Taken back by the buyer.
    Cancelled {
        /// Whether there is money to return.
        is_funded: bool,
    },
    /// Paid. Final.
    Released,
    /// Paid back. Final.
    Refunded {
        /// Why.
        reason: RefundReason,
    },
}

/// An accepted claim: what a release rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The statement that completed the mission.
    pub completed: StatementId,
    /// The claim.
    pub claim: StatementId,
    /// The accepting reports.
    pub reports: Vec<StatementId>,
    /// Strongest class among them.
    pub assurance: crate::facts::Assurance,
    /// The claim's single-use key.
    pub nullifier: Digest,
}

/// Something that happened to an order, signed and verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderEvent {
    /// Who states it.
    pub by: SovereignId,
    /// The statement's id.
    pub id: StatementId,
    /// Its date.
    pub at: Time,
    /// What it does.
    pub act: OrderAct,
}

/// What can happen to an order, and whose statement it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderAct {
    /// Ledger keeper: the reward is held.
    Fund(EscrowFunded),
    /// Seller: evidence is committed.
    Commit(EvidenceCommitted),
    /// Seller: the outcome is claimed.
    Claim(OutcomeClaimed),
    /// Seller's record: the mission completed. All reports on the claim travel with it.
    Accept(Vec<Report>),
    /// Seller's record: the mission was sent back or rejected.
    Reject,
    /// Buyer: taken back.
    Cancel,
    /// Buyer: disputed.
    Dispute,
    /// Reviewer house: decided, on a second verification.
    Resolve(DisputeResolved, Box<Report>),
    /// Ledger keeper: paid.
    Release(EscrowReleased),
    /// Ledger keeper: paid back.
    Refund(EscrowRefunded),
}

/// What the ledger keeper can do now, without anybody else's help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// Pay the seller.
    Release(EscrowReleased),
    /// Pay the buyer back.
    Refund(EscrowRefunded),
}

impl PlacedOrder {
    /// Takes a placed order up, if its terms make sense.
    pub fn place(
        id: StatementId,
        buyer: SovereignId,
        at: Time,
        terms: Order,
    ) -> Result<Self, TermsError> {
        let predicate = terms::check(buyer, at, &terms)?;
        Ok(Self { id, buyer, terms, predicate, attempt: 0, at, state: OrderState::Open })
    }

    /// Folds one event in. Pure and total; on refusal the caller still owns the old order.
    pub fn apply(&self, event: &OrderEvent) -> Result<Self, OrderError> {
        use OrderAct as Act;
        use OrderState as S;

        if event.at < self.at {
            return Err(OrderError::DatedBefore { after: self.at, at: event.at });
        }
        let mut attempt = self.attempt;
        let state = match (&self.state, &event.act) {
            (S::Open, Act::Fund(body)) => self.fund(event, body)?,
            (S::Funded | S::Rejected, Act::Commit(body)) => {
                attempt = self.attempt.saturating_add(1);
                self.commit(event, body)?
            }
            (S::Committed { commitment }, Act::Claim(body)) => {
                self.claim(event, *commitment, body)?
            }
            (S::Claimed { commitment, claim, nullifier }, Act::Accept(reports)) => {
                entitled(self.terms.seller, event)?;
                self.in_time(event.at)?;
                let accepted = self.judge(event.id, *commitment, *claim, *nullifier, reports)?;
                S::ChallengeWindow { accepted, until: event.at.plus(self.challenge_s()) }
            }
            (S::Claimed { .. }, Act::Reject) => {
                entitled(self.terms.seller, event)?;
                S::Rejected
            }
            (S::Open | S::Funded, Act::Cancel) => {
                entitled(self.buyer, event)?;
                S::Cancelled { is_funded: self.state == S::Funded }
            }
            (S::ChallengeWindow { accepted, until }, Act::Dispute) => {
                entitled(self.buyer, event)?;
                not_after(*until, event.at)?;
                S::Disputed { accepted: accepted.clone(), until: event.at.plus(DISPUTE_ANSWER_S) }
            }
            (S::Disputed { accepted, until }, Act::Resolve(body, report)) => {
                entitled(self.terms.reviewer_house, event)?;
                not_after(*until, event.at)?;
                self.judge_again(accepted, body, report)?;
                S::Resolved { accepted: accepted.clone(), is_upheld: body.upheld }
            }
            (
                S::ChallengeWindow { accepted, .. } | S::Resolved { accepted, is_upheld: false },
                Act::Release(body),
            ) => self.release(event, accepted, body)?,
            (
                S::Funded
                | S::Committed { .. }
                | S::Claimed { .. }
                | S::Rejected
                | S::Disputed { .. }
                | S::Resolved { is_upheld: true, .. }
                | S::Cancelled { is_funded: true },
                Act::Refund(body),
            ) => self.refund(event, body)?,
            // The one catch-all of this crate: of 110 pairs few are transitions, and a state or act
            // added later is refused until a rule above names it. `refundable` and `payable` have
            // none, so that no new state can hold money without a way out.
            (state, act) => return Err(self.refusal(state, act)),
        };
        Ok(Self { state, attempt, at: event.at, ..self.clone() })
    }

    /// The mission completed by statement `completed` of the seller's record, on these reports.
    pub fn accept(
        &self,
        completed: StatementId,
        at: Time,
        reports: Vec<Report>,
    ) -> Result<Self, OrderError> {
        let by = self.terms.seller;
        self.apply(&OrderEvent { by, id: completed, at, act: OrderAct::Accept(reports) })
    }

    /// The mission was sent back or rejected by statement `id` of the seller's record.
    pub fn reject(&self, id: StatementId, at: Time) -> Result<Self, OrderError> {
        self.apply(&OrderEvent { by: self.terms.seller, id, at, act: OrderAct::Reject })
    }

    /// What the ledger keeper can do at `at` without anybody else's help (invariant 3).
    pub fn due(&self, at: Time) -> Option<Due> {
        let (to, reward) = (self.terms.seller, &self.terms.reward);
        if let Some(accepted) = self.payable(at) {
            return Some(Due::Release(EscrowReleased {
                order: self.id,
                to,
                amount: reward.amount,
                asset: reward.asset.clone(),
                completed: accepted.completed,
            }));
        }
        let (reason, after) = self.refundable()?;
        let is_due = after.is_none_or(|after| after < at);
        is_due.then(|| {
            Due::Refund(EscrowRefunded {
                order: self.id,
                to: self.buyer,
                amount: reward.amount,
                asset: reward.asset.clone(),
                reason,
            })
        })
    }

    /// The ledger step that an act stands for; `None` if it moves no money.
    pub fn ledger_step(&self, act: &OrderAct) -> Option<Step> {
        match act {
            OrderAct::Fund(body) => Some(Step::Fund {
                order: body.order,
                from: body.from,
                amount: body.amount,
                asset: body.asset.clone(),
            }),
            OrderAct::Release(body) => self.accepted().map(|accepted| Step::Release {
                order: body.order,
                to: body.to,
                amount: body.amount,
                asset: body.asset.clone(),
                reports: accepted.reports.clone(),
                nullifier: accepted.nullifier,
            }),
            OrderAct::Refund(body) => Some(Step::Refund {
                order: body.order,
                to: body.to,
                amount: body.amount,
                asset: body.asset.clone(),
            }),
            OrderAct::Commit(_)
            | OrderAct::Claim(_)
            | OrderAct::Accept(_)
            | OrderAct::Reject
            | OrderAct::Cancel
            | OrderAct::Dispute
            | OrderAct::Resolve(..) => None,
        }
    }

    /// The order's id.
    pub const fn id(&self) -> StatementId {
        self.id
    }

    /// Who placed it.
    pub const fn buyer(&self) -> SovereignId {
        self.buyer
    }

    /// Its terms.
    pub const fn terms(&self) -> &Order {
        &self.terms
    }

    /// Its acceptance rule, parsed.
    pub const fn predicate(&self) -> &Predicate {
        &self.predicate
    }

    /// Where it stands.
    pub const fn state(&self) -> &OrderState {
        &self.state
    }

    /// Commitments made so far; the current attempt's number.
    pub const fn attempt(&self) -> u64 {
        self.attempt
    }

    /// Date of the last event; nothing later may be dated before it.
    pub const fn at(&self) -> Time {
        self.at
    }

    /// The accepted claim while its release is still open.
    pub const fn accepted(&self) -> Option<&Accepted> {
        match &self.state {
            OrderState::ChallengeWindow { accepted, .. }
            | OrderState::Disputed { accepted, .. }
            | OrderState::Resolved { accepted, .. } => Some(accepted),
            OrderState::Open
            | OrderState::Funded
            | OrderState::Committed { .. }
            | OrderState::Claimed { .. }
            | OrderState::Rejected
            | OrderState::Cancelled { .. }
            | OrderState::Released
            | OrderState::Refunded { .. } => None,
        }
    }

    /// What can be paid to the seller at `at`.
    fn payable(&self, at: Time) -> Option<&Accepted> {
        match &self.state {
            OrderState::ChallengeWindow { accepted, until } if *until < at => Some(accepted),
            OrderState::Resolved { accepted, is_upheld: false } => Some(accepted),
            OrderState::ChallengeWindow { .. }
            | OrderState::Resolved { .. }
            | OrderState::Open
            | OrderState::Funded
            | OrderState::Committed { .. }
            | OrderState::Claimed { .. }
            | OrderState::Rejected
            | OrderState::Disputed { .. }
            | OrderState::Cancelled { .. }
            | OrderState::Released
            | OrderState::Refunded { .. } => None,
        }
    }

    /// The one reason for which the money can go back in this state, and the instant after which.
    fn refundable(&self) -> Option<(RefundReason, Option<Time>)> {
        match &self.state {
            OrderState::Rejected if self.terms.attempts_max <= self.attempt => {
                Some((RefundReason::ClaimRejected, None))
            }
            OrderState::Funded
            | OrderState::Committed { .. }
            | OrderState::Claimed { .. }
            | OrderState::Rejected => Some((RefundReason::Deadline, Some(self.terms.deadline))),
            OrderState::Disputed { until, .. } => Some((RefundReason::Deadline, Some(*until))),
            OrderState::Resolved { is_upheld: true, .. } => {
                Some((RefundReason::DisputeUpheld, None))
            }
            OrderState::Cancelled { is_funded: true } => Some((RefundReason::Cancelled, None)),
            OrderState::Open
            | OrderState::ChallengeWindow { .. }
            | OrderState::Resolved { .. }
            | OrderState::Cancelled { .. }
            | OrderState::Released
            | OrderState::Refunded { .. } => None,
        }
    }

    fn challenge_s(&self) -> i64 {
        i64::try_from(self.terms.challenge_window_s).unwrap_or(i64::MAX)
    }

    /// The refusal of an act that does not exist in a state. A second escrow has a name of its own.
    fn refusal(&self, state: &OrderState, act: &OrderAct) -> OrderError {
        let was_funded = !matches!(state, OrderState::Cancelled { is_funded: false });
        if was_funded && matches!(act, OrderAct::Fund(_)) {
            return OrderError::AlreadyFunded { order: self.id };
        }
        OrderError::NotInThisState { state: state.name(), event: act.verb() }
    }
}

impl OrderState {
    /// The state's name as messages show it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Funded => "funded",
            Self::Committed { .. } => "committed",
            Self::Claimed { .. } => "claimed",
            Self::Rejected => "rejected",
            Self::ChallengeWindow { .. } => "accepted, in its challenge window",
            Self::Disputed { .. } => "disputed",
            Self::Resolved { .. } => "resolved",
            Self::Cancelled { .. } => "cancelled",
            Self::Released => "released",
            Self::Refunded { .. } => "refunded",
        }
    }

    /// Whether nothing can follow and no money is held.
    pub const fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Released | Self::Refunded { .. } | Self::Cancelled { is_funded: false }
        )
    }
}

impl OrderAct {
    /// The act as messages name it.
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::Fund(_) => "fund",
            Self::Commit(_) => "commit evidence to",
            Self::Claim(_) => "claim",
            Self::Accept(_) => "accept",
            Self::Reject => "reject",
            Self::Cancel => "cancel",
            Self::Dispute => "dispute",
            Self::Resolve(..) => "resolve",
            Self::Release(_) => "release",
            Self::Refund(_) => "refund",
        }
    }
}

#[cfg(test)]
mod tests;
