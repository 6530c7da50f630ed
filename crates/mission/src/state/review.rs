//! From the bundle through the review to rework or integration: who reviews, and when it counts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use comity_constitution::{Stage, TierPolicy};
use comity_wire::{Digest, StatementId};

use super::panel::{Panel, ReviewRecord, Turnover};
use super::phase::{Bundle, Output};
use super::roster::Roster;
use super::{History, Rules, check_text, seat};
use crate::MissionError;
use crate::diversity::{self, Shortfall};
use crate::draw;
use crate::event::Context;
use crate::facts::{
    Decision, EvidenceOfTrust, Integrated, Judgement, ReviewOpened, Reviewed, ReworkRequired,
};
use crate::limits::{REASON_BYTES_MAX, REVIEWERS_MAX};
use crate::profile::{Independence, ReviewerProfile};
use crate::undertaking::{chambers, check_drawn, check_named};

/// Where a review stands. Monotone: more reviews never turn `Passed` into `Failed` or back, so a
/// partial view of the reviews cannot contradict a fuller one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Enough approvals, from a diverse enough set.
    Passed,
    /// What approval still lacks.
    Open(Shortfall),
    /// Approval is out of reach even if everyone left approved.
    Failed(Shortfall),
}

impl Panel {
    /// Where the amendment stands, if chambers decide. One that cannot be found is not decided.
    pub(super) fn stage(&self, rules: &Rules<'_>) -> Option<Stage> {
        self.amendment.map(|_| rules.amendment.unwrap_or(Stage::Proposed))
    }

    /// Where the review stands, counting every decision so far.
    pub fn verdict(&self) -> Verdict {
        self.verdict_of(&self.reviews.values().map(|review| review.statement).collect())
    }

    /// Approvals needed: the tier's share of the set assigned, rounded up, so that assigning more
    /// reviewers than the tier's minimum does not dilute its rule (`2/2`, `>= 4/5`).
    pub fn approvals_needed(&self) -> u64 {
        let assigned = u64::try_from(self.assigned.len()).unwrap_or(u64::MAX);
        let TierPolicy { reviewers_required, approvals_required, .. } = self.scope().policy;
        assigned
            .saturating_mul(approvals_required)
            .checked_add(reviewers_required.saturating_sub(1))
            .and_then(|sum| sum.checked_div(reviewers_required))
            .map_or(assigned, |share| share.max(approvals_required))
    }

    /// Where the review stands if only these reviews are counted.
    fn verdict_of(&self, counted: &BTreeSet<StatementId>) -> Verdict {
        let decision_of = |reviewer: &ReviewerProfile| {
            let review = self.reviews.get(reviewer.key())?;
            counted.contains(&review.statement).then_some(review.decision)
        };
        let (need, policy) = (self.approvals_needed(), &self.scope().policy);
        let assigned = || self.assigned.values();
        let approving = assigned().filter(|r| decision_of(r) == Some(Decision::Approve));
        let reachable =
            assigned().filter(|r| matches!(decision_of(r), None | Some(Decision::Approve)));
        if let Err(short) = diversity::check(reachable, need, policy) {
            return Verdict::Failed(short);
        }
        match diversity::check(approving, need, policy) {
            Ok(()) => Verdict::Passed,
            Err(short) => Verdict::Open(short),
        }
    }

    fn verdict_of_listed(&self, listed: &[StatementId]) -> Result<Verdict, MissionError> {
        let mut counted = BTreeSet::new();
        for id in listed {
            if !self.reviews.values().any(|review| review.statement == *id) {
                return Err(MissionError::Unknown { what: "review", id: *id });
            }
            if !counted.insert(*id) {
                return Err(MissionError::ListedTwice { id: *id });
            }
        }
        Ok(self.verdict_of(&counted))
    }
}

/// §8 "independent review" and "reviewer heterogeneity gate". Whether these are the reviewers that
/// the beacon draws is checked where the pool is known: see [`verify_route`](crate::verify_route).
pub(super) fn open(
    bundle: &Bundle,
    history: &mut History,
    context: &Context,
    body: &ReviewOpened,
    independence: &Independence,
    roster: &Roster<'_>,
) -> Result<Panel, MissionError> {
    let scope = bundle.scope();
    let to_chambers = scope.is_constitutional();
    check_named("amendment", body.amendment.is_some(), to_chambers)?;
    check_named("beacon", body.beacon.is_some(), !to_chambers)?;
    if to_chambers && !body.reviewers.is_empty() {
        return Err(MissionError::HumanChambersOnly { tier: scope.tier });
    }
    let beacon = body.beacon.unwrap_or(Digest::ZERO);
    check_draw(bundle, body, beacon)?;
    let count = body.reviewers.len();
    if REVIEWERS_MAX < count {
        return Err(MissionError::TooManyReviewers { count, max: REVIEWERS_MAX });
    }
    let mut assigned = BTreeMap::new();
    for key in &body.reviewers {
        let reviewer = roster.reviewer(key)?;
        seat::check_independent(independence, &reviewer)?;
        if assigned.insert(key.clone(), reviewer).is_some() {
            return Err(MissionError::DuplicateReviewer { key: key.clone() });
        }
    }
    if let Some(amendment) = body.amendment {
        history.spend("amendment", amendment.digest())?;
    } else {
        let policy = &scope.policy;
        diversity::check(assigned.values(), policy.reviewers_required, policy)
            .map_err(MissionError::PanelTooWeak)?;
        history.spend("beacon", beacon)?;
    }
    history.reviewers.extend(assigned.keys().cloned());
    Ok(Panel {
        bundle: Arc::new(bundle.clone()),
        beacon,
        amendment: body.amendment,
        assigned,
        turnover: Turnover::new(context.id, context.at),
        reviews: BTreeMap::new(),
        vouched: BTreeMap::new(),
        escalated: None,
        people: None,
    })
}

/// Without an order: the share that is shown is the one committed to, and the beacon follows from it and
/// from what the worker gave.
fn check_draw(bundle: &Bundle, body: &ReviewOpened, beacon: Digest) -> Result<(), MissionError> {
    let Bundle { work, .. } = bundle;
    check_named("share", body.share.is_some(), work.share.is_some())?;
    let (Some(committed), Some(share)) = (work.share, body.share) else { return Ok(()) };
    let shown = draw::commit(body.mission, work.attempt, &share);
    check_drawn("share", committed, shown)?;
    Ok(check_drawn("beacon", work.own_beacon(body.mission, &share), beacon)?)
}

/// One reviewer decides, once, about the claim under review, on a report of its own; without an order
/// there is no package to run, and a written reason takes the report's place.
pub(super) fn record(
    panel: &Panel,
    history: &mut History,
    context: &Context,
    body: &Reviewed,
) -> Result<Panel, MissionError> {
    let reviewer = &context.signer;
    if !panel.assigned.contains_key(reviewer) {
        return Err(MissionError::NotAssigned { signer: reviewer.clone() });
    }
    if panel.reviews.contains_key(reviewer) {
        return Err(MissionError::AlreadyReviewed { reviewer: reviewer.clone() });
    }
    seat::check_may_speak(history, &panel.turnover, reviewer)?;
    seat::check_claim(panel, body.claim)?;
    let has_order = panel.bundle.commitment.is_some();
    check_named("report", body.report.is_some(), has_order)?;
    if body.decision != Decision::Approve || !body.reason.is_empty() || !has_order {
        check_text("reason", &body.reason, REASON_BYTES_MAX)?;
    }
    if let Some(report) = body.report {
        if report.digest() == Digest::ZERO {
            return Err(MissionError::ReportMissing);
        }
        history.spend("report", report.digest())?;
    }
    let mut panel = panel.clone();
    let review = ReviewRecord {
        statement: context.id,
        decision: body.decision,
        flag: body.flag,
        report: body.report,
        at: context.at,
    };
    panel.reviews.insert(reviewer.clone(), review);
    Ok(panel)
}

/// An approving reviewer vouches for the artifact of one task, once.
pub(super) fn vouch(
    panel: &Panel,
    context: &Context,
    body: &EvidenceOfTrust,
) -> Result<Panel, MissionError> {
    let (signer, work) = (&context.signer, &panel.bundle.work);
    if !panel.assigned.contains_key(signer) {
        return Err(MissionError::NotAssigned { signer: signer.clone() });
    }
    if panel.turnover.silent.contains_key(signer) {
        return Err(MissionError::Silent { reviewer: signer.clone() });
    }
    let has_approved = panel.reviews.get(signer).is_some_and(|review| {
        review.decision == Decision::Approve && review.statement == body.review
    });
    if !has_approved {
        return Err(MissionError::NotApproved { signer: signer.clone(), review: body.review });
    }
    if body.worker != work.worker.key {
        let (worker, named) = (work.worker.key.clone(), body.worker.clone());
        return Err(MissionError::WrongWorker { worker, named });
    }
    let done = work.done.get(&body.task).ok_or(MissionError::UnknownTask)?;
    check_artifact(done.artifact, body.artifact)?;
    let mut panel = panel.clone();
    let slot = (signer.clone(), body.task.clone());
    if panel.vouched.insert(slot, context.id).is_some() {
        let (reviewer, task) = (signer.clone(), body.task.clone());
        return Err(MissionError::TrustRepeated { reviewer, task });
    }
    Ok(panel)
}

/// The review has failed: the listed reviews put approval out of reach, or the people turned the work
/// down, or the order refuses the reports that approve. Insufficient evidence takes this way too, as
/// rejections that say so.
pub(super) fn fail(
    panel: &Panel,
    body: &ReworkRequired,
    rules: &Rules<'_>,
) -> Result<(), MissionError> {
    if let Some(stage) = panel.stage(rules) {
        return Ok(chambers("require rework", stage, stage.has_failed())?);
    }
    let verdict = panel.verdict_of_listed(&body.reviews)?;
    let people = panel.people.as_ref().and_then(super::panel::People::outcome);
    match (verdict, people) {
        (Verdict::Failed(_), _) | (Verdict::Passed, Some(Judgement::Reject)) => Ok(()),
        (Verdict::Passed, _) if rules.order_refuses => Ok(()),
        (Verdict::Passed | Verdict::Open(_), _) => Err(MissionError::NotFailed),
    }
}

/// The review has passed: the listed reviews meet the tier's rule, the people have approved where
/// people must, or the chambers where they decide; and the output is what the final task produced.
pub(super) fn integrate(
    panel: &Panel,
    body: &Integrated,
    rules: &Rules<'_>,
) -> Result<Output, MissionError> {
    if let Some(stage) = panel.stage(rules) {
        let has_passed = matches!(stage, Stage::Confirmed | Stage::Activated);
        chambers("be integrated", stage, has_passed)?;
    } else {
        check_passed(panel, &body.reviews)?;
    }
    let last = panel.bundle.work.done.get(panel.plan().graph.final_task());
    let produced = last.ok_or(MissionError::UnknownTask)?;
    check_artifact(produced.artifact, body.artifact)?;
    Ok(Output { panel: panel.clone(), artifact: body.artifact })
}

fn check_passed(panel: &Panel, reviews: &[StatementId]) -> Result<(), MissionError> {
    match panel.verdict_of_listed(reviews)? {
        Verdict::Passed => {}
        Verdict::Open(short) | Verdict::Failed(short) => {
            return Err(MissionError::NotPassed(short));
        }
    }
    if let Some(needs) = panel.needs_people() {
        match panel.people.as_ref().and_then(super::panel::People::outcome) {
            Some(Judgement::Approve) => {}
            Some(Judgement::Reject) => return Err(MissionError::PanelRejected),
            None => return Err(MissionError::HumanAdjudicationRequired { needs }),
        }
    }
    Ok(())
}

fn check_artifact(expected: Digest, found: Digest) -> Result<(), MissionError> {
    if expected == found { Ok(()) } else { Err(MissionError::ArtifactMismatch { expected, found }) }
}
