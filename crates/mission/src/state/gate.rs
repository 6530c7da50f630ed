//! From the final gate to completion or rejection.
//!
//! Below high risk the gate opens by itself, unless a human with the gate role has spoken: a human
//! decision binds at every tier. What human chambers decide no single human decides again: there the gate
//! waits until the amendment is in force.

use comity_constitution::Stage;

use super::phase::{GateRecord, Output};
use super::roster::Roster;
use super::{History, Rules, check_text};
use crate::MissionError;
use crate::event::Context;
use crate::facts::{Completed, Gate, GateDecided, GateDecision, Rejected};
use crate::limits::REASON_BYTES_MAX;
use crate::profile::Role;
use crate::undertaking::chambers;

/// A human with the gate role decides, once, with a written reason. Whoever has worked on the
/// mission or was ever assigned to review it is not independent of it.
pub(super) fn decide(
    output: &Output,
    decided: Option<&GateRecord>,
    history: &History,
    context: &Context,
    body: &GateDecided,
    roster: &Roster<'_>,
) -> Result<GateRecord, MissionError> {
    let scope = output.scope();
    if scope.is_constitutional() {
        return Err(MissionError::HumanChambersOnly { tier: scope.tier });
    }
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
    rules: &Rules<'_>,
) -> Result<(), MissionError> {
    let scope = output.scope();
    if let (Some(amendment), Some(stage)) = (output.panel.amendment, output.panel.stage(rules)) {
        chambers("be completed", stage, stage == Stage::Activated)?;
        let says_so = body.gate == Gate::Human && body.approval == Some(amendment);
        return if says_so { Ok(()) } else { Err(MissionError::GateMismatch) };
    }
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

/// Only a human's rejection turns an output down, or the end of the amendment that chambers had confirmed.
pub(super) fn reject(
    output: &Output,
    decided: Option<&GateRecord>,
    body: &Rejected,
    rules: &Rules<'_>,
) -> Result<(), MissionError> {
    if let (Some(amendment), Some(stage)) = (output.panel.amendment, output.panel.stage(rules)) {
        chambers("be rejected", stage, stage.has_failed())?;
        let says_so = body.approval == amendment;
        return if says_so { Ok(()) } else { Err(MissionError::GateMismatch) };
    }
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
