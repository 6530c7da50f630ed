//! From the draft to the start of work, and the two ways back there.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::phase::{Plan, Scope, Work};
use super::roster::Roster;
use super::{History, Rules, check_text};
use crate::MissionError;
use crate::facts::{Decomposed, Scoped, Started};
use crate::graph::TaskGraph;
use crate::limits::{ATTEMPTS_MAX, CLASS_BYTES_MAX, SCOPE_BYTES_MAX};
use crate::profile::Role;
use crate::undertaking::check_named;

/// §4.5: an unmapped class is refused, a tier weaker than the mapped one is refused, a stricter one
/// is the owner's right. R3 has no reviewer topology at all: nobody can order what chambers decide.
pub(super) fn scope(
    body: &Scoped,
    rules: &Rules<'_>,
    has_order: bool,
) -> Result<Scope, MissionError> {
    let parameters = rules.parameters;
    check_text("mission_class", &body.mission_class, CLASS_BYTES_MAX)?;
    check_text("scope", &body.scope, SCOPE_BYTES_MAX)?;
    let mapped = parameters
        .tier_of(&body.mission_class)
        .ok_or_else(|| MissionError::UnmappedClass { class: body.mission_class.clone() })?;
    let tier = body.risk_tier;
    if tier < mapped {
        return Err(MissionError::TierTooWeak { requested: tier, mapped });
    }
    let scope = Scope {
        mission_class: body.mission_class.clone(),
        tier,
        policy: *parameters.tier(tier),
        normative: *parameters.normative(),
        response_window_s: rules.review.response_window_s,
        domain_type: body.domain_type,
        text: body.scope.clone(),
    };
    if has_order && scope.is_constitutional() {
        return Err(MissionError::HumanChambersOnly { tier });
    }
    Ok(scope)
}

/// §8 "task coordination": only a valid graph is activated.
pub(super) fn decompose(scope: &Scope, body: &Decomposed) -> Result<Plan, MissionError> {
    let graph = TaskGraph::new(body.tasks.clone())?;
    Ok(Plan { scope: scope.clone(), graph })
}

/// A worker starts the next attempt. Attempts count across rework and re-planning.
pub(super) fn start(
    plan: &Plan,
    history: &mut History,
    body: &Started,
    roster: &Roster<'_>,
    has_order: bool,
) -> Result<Work, MissionError> {
    let is_drawn = !has_order && !plan.scope.is_constitutional();
    check_named("share", body.share.is_some(), is_drawn)?;
    let attempt = history.attempts.saturating_add(1);
    if body.attempt != attempt {
        return Err(MissionError::AttemptOutOfOrder { expected: attempt, found: body.attempt });
    }
    if ATTEMPTS_MAX < attempt {
        return Err(MissionError::AttemptsExhausted { attempt, max: ATTEMPTS_MAX });
    }
    let worker = roster.party(&body.worker, Role::Worker)?;
    history.attempts = attempt;
    if !history.workers.contains(&worker) {
        history.workers.push(worker.clone());
    }
    let plan = Arc::new(plan.clone());
    Ok(Work { plan, worker, attempt, share: body.share, done: BTreeMap::new() })
}
