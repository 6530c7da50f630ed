//! From the final gate to completion or rejection.
//!
//! Below high risk the gate opens by itself, unless a human with the gate role has spoken: a human
//! decision binds at every tier.

use super::phase::{GateRecord, Output};
use super::roster::Roster;
use super::{History, check_text};
use crate::MissionError;
use crate::event::Context;
use crate::facts::{Completed, Gate, GateDecided, GateDecision, Rejected};
use crate::limits::REASON_BYTES_MAX;
use crate::profile::Role;

/// A human with the gate role decides, once, with a written reason. Whoever has worked on the
/// mission or was ever assigned to review it is not independent of it.
pub(super) fn decide(
    decided: Option<&GateRecord>,
    history: &History,
    context: &Context,
    body: &GateDecided,
    roster: &Roster<'_>,
) -> Result<GateRecord, MissionError> {
    if let Some(record) = decided {
        return Err(MissionError::GateAlreadyDecided { by: record.by.clone() });
    }
    let human = roster.human(&context.signer, Role::Gate)?;
    let has_worked = history.workers.iter().any(|worker| worker.key == human.key);
    let has_judged =
        history.reviewers.contains(&human.key) || history.panellists.contains(&human.key);
    if has_worked || has_judged {
        return Err(MissionError::GateNotIndependent { key: human.key });
    }
    check_text("reason", &body.reason, REASON_BYTES_MAX)?;
    Ok(GateRecord { statement: context.id, by: human.key, decision: body.decision, at: context.at })
}

/// §3 operational rule: no high-risk mission is completed without human final approval.
pub(super) fn complete(
    output: &Output,
    decided: Option<&GateRecord>,
    body: &Completed,
) -> Result<(), MissionError> {
    let scope = output.scope();
    match (decided, body.gate, body.approval) {
        (None, _, _) if scope.policy.human_final_gate => {
            Err(MissionError::HumanApprovalRequired { tier: scope.tier })
        }
        (None, Gate::Automatic, None) => Ok(()),
        (Some(record), Gate::Human, Some(named)) if record.decision == GateDecision::Approve => {
            check_named(record, named)
        }
        (None | Some(_), Gate::Automatic | Gate::Human, None | Some(_)) => {
            Err(MissionError::GateMismatch)
        }
    }
}

/// Only a human's rejection turns an output down.
pub(super) fn reject(decided: Option<&GateRecord>, body: &Rejected) -> Result<(), MissionError> {
    match decided {
        Some(record) if record.decision == GateDecision::Reject => {
            check_named(record, body.approval)
        }
        Some(_) | None => Err(MissionError::GateMismatch),
    }
}

fn check_named(record: &GateRecord, named: comity_wire::StatementId) -> Result<(), MissionError> {
    if record.statement == named {
        Ok(())
    } else {
        Err(MissionError::Unknown { what: "gate decision", id: named })
    }
}
