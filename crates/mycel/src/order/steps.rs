//! The checks behind each transition: is it this order, this attempt, this money, this party, in time?

use comity_wire::{SovereignId, StatementId, Time};

use super::{Accepted, OrderError, OrderEvent, OrderState, PlacedOrder};
use crate::facts::{
    EscrowFunded, EscrowRefunded, EscrowReleased, EvidenceCommitted, OutcomeClaimed,
};

impl PlacedOrder {
    pub(super) fn fund(
        &self,
        event: &OrderEvent,
        body: &EscrowFunded,
    ) -> Result<OrderState, OrderError> {
        entitled(self.terms.ledger, event)?;
        self.in_time(event.at)?;
        self.is_this_order(body.order)?;
        is_party("payer", self.buyer, body.from)?;
        self.is_reward(body.amount, &body.asset)?;
        Ok(OrderState::Funded)
    }

    pub(super) fn commit(
        &self,
        event: &OrderEvent,
        body: &EvidenceCommitted,
    ) -> Result<OrderState, OrderError> {
        entitled(self.terms.seller, event)?;
        self.in_time(event.at)?;
        self.is_this_order(body.order)?;
        if self.terms.attempts_max <= self.attempt {
            return Err(OrderError::AttemptsUsedUp { max: self.terms.attempts_max });
        }
        is_attempt(self.attempt.saturating_add(1), body.attempt)?;
        if body.mip != self.terms.mip {
            return Err(OrderError::OtherMip { expected: self.terms.mip, given: body.mip });
        }
        if body.rows == 0 {
            return Err(OrderError::NoRows);
        }
        if !body.window.covers(&self.terms.span) {
            return Err(OrderError::SpanNotCovered { span: self.terms.span, window: body.window });
        }
        let (expected, given) = (self.terms.beacon.len(), body.beacon.len());
        if expected != given {
            return Err(OrderError::BeaconCount { expected, given });
        }
        Ok(OrderState::Committed { commitment: event.id })
    }

    pub(super) fn claim(
        &self,
        event: &OrderEvent,
        commitment: StatementId,
        body: &OutcomeClaimed,
    ) -> Result<OrderState, OrderError> {
        entitled(self.terms.seller, event)?;
        self.in_time(event.at)?;
        self.is_this_order(body.order)?;
        is_attempt(self.attempt, body.attempt)?;
        is_commitment(commitment, body.commitment)?;
        Ok(OrderState::Claimed { commitment, claim: event.id, nullifier: body.nullifier })
    }

    pub(super) fn release(
        &self,
        event: &OrderEvent,
        accepted: &Accepted,
        body: &EscrowReleased,
    ) -> Result<OrderState, OrderError> {
        entitled(self.terms.ledger, event)?;
        self.is_this_order(body.order)?;
        is_party("payee", self.terms.seller, body.to)?;
        self.is_reward(body.amount, &body.asset)?;
        if body.completed != accepted.completed {
            let (expected, given) = (accepted.completed, body.completed);
            return Err(OrderError::OtherCompletion { expected, given });
        }
        if let OrderState::ChallengeWindow { until, .. } = self.state
            && event.at <= until
        {
            return Err(OrderError::TooEarly { after: until, at: event.at });
        }
        Ok(OrderState::Released)
    }

    pub(super) fn refund(
        &self,
        event: &OrderEvent,
        body: &EscrowRefunded,
    ) -> Result<OrderState, OrderError> {
        entitled(self.terms.ledger, event)?;
        self.is_this_order(body.order)?;
        is_party("payee", self.buyer, body.to)?;
        self.is_reward(body.amount, &body.asset)?;
        let Some((reason, after)) = self.refundable() else {
            return Err(self.refusal(&self.state, &event.act));
        };
        if body.reason != reason {
            return Err(OrderError::OtherReason { expected: reason, given: body.reason });
        }
        if let Some(after) = after
            && event.at <= after
        {
            return Err(OrderError::TooEarly { after, at: event.at });
        }
        Ok(OrderState::Refunded { reason })
    }

    pub(super) fn in_time(&self, at: Time) -> Result<(), OrderError> {
        let deadline = self.terms.deadline;
        if deadline < at { Err(OrderError::AfterDeadline { deadline, at }) } else { Ok(()) }
    }

    pub(super) fn is_this_order(&self, given: StatementId) -> Result<(), OrderError> {
        if given == self.id {
            Ok(())
        } else {
            Err(OrderError::OtherOrder { expected: self.id, given })
        }
    }

    pub(super) fn is_reward(&self, amount: u64, asset: &str) -> Result<(), OrderError> {
        let reward = &self.terms.reward;
        if reward.amount != amount {
            return Err(OrderError::OtherAmount { expected: reward.amount, given: amount });
        }
        if reward.asset != asset {
            return Err(OrderError::OtherAsset { expected: reward.asset.clone() });
        }
        Ok(())
    }
}

pub(super) fn entitled(who: SovereignId, event: &OrderEvent) -> Result<(), OrderError> {
    if event.by == who {
        Ok(())
    } else {
        Err(OrderError::NotEntitled { by: event.by, event: event.act.verb() })
    }
}

pub(super) fn is_party(
    role: &'static str,
    expected: SovereignId,
    given: SovereignId,
) -> Result<(), OrderError> {
    if expected == given { Ok(()) } else { Err(OrderError::OtherParty { role, expected, given }) }
}

pub(super) const fn is_attempt(expected: u64, given: u64) -> Result<(), OrderError> {
    if expected == given { Ok(()) } else { Err(OrderError::OtherAttempt { expected, given }) }
}

pub(super) fn is_commitment(expected: StatementId, given: StatementId) -> Result<(), OrderError> {
    if expected == given { Ok(()) } else { Err(OrderError::OtherCommitment { expected, given }) }
}

pub(super) fn not_after(until: Time, at: Time) -> Result<(), OrderError> {
    if until < at { Err(OrderError::TooLate { until, at }) } else { Ok(()) }
}
