//! From the start to the bundle: every task leaves evidence of work, in the order of the graph.
//!
//! Evidence of work proves that work occurred. It is required, and it never mints trust.

use std::collections::BTreeSet;

use super::History;
use super::phase::{Bundle, Work, WorkRecord};
use crate::MissionError;
use crate::event::Context;
use crate::facts::{EvidenceAttached, EvidenceOfWork};
use crate::undertaking::check_named;

/// One task is done.
pub(super) fn record(
    work: &Work,
    history: &mut History,
    context: &Context,
    body: &EvidenceOfWork,
) -> Result<Work, MissionError> {
    if context.signer != work.worker.key {
        let (signer, worker) = (context.signer.clone(), work.worker.key.clone());
        return Err(MissionError::NotTheWorker { signer, worker });
    }
    let task = work.plan.graph.task(&body.task).ok_or(MissionError::UnknownTask)?;
    if let Some(open) = task.depends_on.iter().find(|on| !work.done.contains_key(*on)) {
        let (task, depends_on) = (task.id.clone(), open.clone());
        return Err(MissionError::DependencyOpen { task, depends_on });
    }
    history.spend("nonce", body.nonce)?;
    let mut work = work.clone();
    let EvidenceOfWork { artifact, nonce, .. } = *body;
    let record = WorkRecord { statement: context.id, artifact, nonce, at: context.at };
    match work.done.insert(body.task.clone(), record) {
        None => Ok(work),
        Some(_) => Err(MissionError::WorkRepeated { task: body.task.clone() }),
    }
}

/// The bundle: the evidence of every task, no other, each once; and a claim that is new. Without an
/// order there is nobody to claim against: the bundle itself is what the reviewers judge.
pub(super) fn attach(
    work: &Work,
    history: &mut History,
    context: &Context,
    body: &EvidenceAttached,
    has_order: bool,
) -> Result<Bundle, MissionError> {
    check_named("commitment", body.commitment.is_some(), has_order)?;
    check_named("claim", body.claim.is_some(), has_order)?;
    let mut listed = BTreeSet::new();
    for id in &body.work {
        if !listed.insert(*id) {
            return Err(MissionError::ListedTwice { id: *id });
        }
        if !work.done.values().any(|record| record.statement == *id) {
            return Err(MissionError::Unknown { what: "evidence of work", id: *id });
        }
    }
    for task in work.plan.graph.order() {
        if !work.done.get(task).is_some_and(|record| listed.contains(&record.statement)) {
            return Err(MissionError::WorkMissing { task: task.clone() });
        }
    }
    let claim = body.claim.unwrap_or(context.id);
    history.spend("claim", claim.digest())?;
    Ok(Bundle { work: work.clone(), commitment: body.commitment, claim })
}
