//! What makes a claim accepted, or a dispute decided: the reports, checked against the order.

use std::collections::{BTreeMap, BTreeSet};

use comity_wire::{Digest, SovereignId, StatementId};

use super::steps::is_commitment;
use super::{Accepted, OrderError, OrderState, PlacedOrder};
use crate::facts::{Assurance, DisputeResolved, Reported, Verdict};

/// A report with who stated it and its statement's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The statement's id.
    pub id: StatementId,
    /// The stating sovereign.
    pub by: SovereignId,
    /// What it says.
    pub body: Reported,
}

impl PlacedOrder {
    /// Whether the order would accept its claim on these reports, all of the current review.
    ///
    /// # Errors
    ///
    /// What accepting would be refused for; nothing else about the moment is asked.
    pub fn accepts(&self, reports: &[Report]) -> Result<(), OrderError> {
        match &self.state {
            OrderState::Claimed { commitment, claim, nullifier } => {
                self.judge(*claim, *commitment, *claim, *nullifier, reports).map(drop)
            }
            OrderState::Open
            | OrderState::Funded
            | OrderState::Committed { .. }
            | OrderState::Rejected
            | OrderState::ChallengeWindow { .. }
            | OrderState::Disputed { .. }
            | OrderState::Resolved { .. }
            | OrderState::Cancelled { .. }
            | OrderState::Released
            | OrderState::Refunded { .. } => Err(OrderError::NoAcceptingReport),
        }
    }

    /// Checks all reports on a claim and says what was accepted (`spec/mycel.md` D.4).
    ///
    /// Rejecting reports may be among them: how many of them a mission bears is its risk tier's
    /// business. What accepts must satisfy the order in every respect.
    pub(super) fn judge(
        &self,
        completed: StatementId,
        commitment: StatementId,
        claim: StatementId,
        nullifier: Digest,
        reports: &[Report],
    ) -> Result<Accepted, OrderError> {
        let mut reviewers = BTreeSet::new();
        for report in reports {
            self.is_on(claim, report)?;
            is_commitment(commitment, report.body.commitment)?;
            if !reviewers.insert(&report.body.reviewer) {
                return Err(OrderError::ReviewerTwice { reviewer: report.body.reviewer.clone() });
            }
        }
        let accepting: Vec<&Report> =
            reports.iter().filter(|report| report.body.verdict == Verdict::Accept).collect();
        for report in &accepting {
            if !self.satisfies(report)? {
                return Err(OrderError::PredicateFalse { report: report.id });
            }
        }
        agree(&accepting)?;
        let classes: BTreeSet<Assurance> =
            accepting.iter().map(|report| report.body.assurance).collect();
        let assurance = *classes.last().ok_or(OrderError::NoAcceptingReport)?;
        for class in &self.terms.assurance_min {
            if !classes.contains(class) {
                return Err(OrderError::AssuranceMissing { class: *class });
            }
        }
        let reports = accepting.iter().map(|report| report.id).collect();
        Ok(Accepted { completed, claim, reports, assurance, nullifier })
    }

    /// Checks the second verification that decides a dispute: another report on the same claim, at
    /// least as strong as the disputed ones, and saying what the decision says (D.5).
    pub(super) fn judge_again(
        &self,
        accepted: &Accepted,
        decision: &DisputeResolved,
        report: &Report,
    ) -> Result<(), OrderError> {
        self.is_this_order(decision.order)?;
        if decision.report != report.id || accepted.reports.contains(&report.id) {
            return Err(OrderError::NotASecondReport { report: report.id });
        }
        self.is_on(accepted.claim, report)?;
        if report.body.assurance < accepted.assurance {
            let (needed, given) = (accepted.assurance, report.body.assurance);
            return Err(OrderError::TooWeak { needed, given });
        }
        let holds = report.body.verdict == Verdict::Accept && self.satisfies(report)?;
        if decision.upheld == holds {
            return Err(OrderError::OtherDecision { expected: !holds, given: decision.upheld });
        }
        Ok(())
    }

    fn is_on(&self, claim: StatementId, report: &Report) -> Result<(), OrderError> {
        let Report { id, by, body } = report;
        if *by != self.terms.reviewer_house {
            let (expected, given) = (self.terms.reviewer_house, *by);
            return Err(OrderError::OtherHouse { expected, given, report: *id });
        }
        if body.claim != claim {
            return Err(OrderError::OtherClaim { expected: claim, given: body.claim, report: *id });
        }
        if body.mip != self.terms.mip {
            return Err(OrderError::OtherMip { expected: self.terms.mip, given: body.mip });
        }
        Ok(())
    }

    fn satisfies(&self, report: &Report) -> Result<bool, OrderError> {
        self.predicate
            .evaluate(&report.body.outputs)
            .map_err(|source| OrderError::Predicate { report: report.id, source })
    }
}

/// Whether all reports say the same wherever they say something about the same output.
fn agree(reports: &[&Report]) -> Result<(), OrderError> {
    let mut said: BTreeMap<&str, i64> = BTreeMap::new();
    for (field, right) in reports.iter().flat_map(|report| &report.body.outputs) {
        let left = *said.entry(field).or_insert(*right);
        if left != *right {
            return Err(OrderError::OutputsDiffer { field: field.clone(), left, right: *right });
        }
    }
    Ok(())
}
