//! The eight checks of an oversight policy, always all of them, in this order.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use comity_wire::mesh_json::{Datetime, Value};

use super::real::compare;
use super::{Escalation, HumanOversightPolicy};
use crate::boundary::{repr, repr_value};
use crate::schema::Field as _;

const HOUR_MICROS: i64 = 3_600_000_000;

/// What one check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckOutcome {
    /// Nothing against it.
    Pass,
    /// A person must decide.
    Escalate,
    /// It must not happen.
    Block,
}

/// An action as the policy sees it.
#[derive(Clone, Copy, Debug)]
pub struct Action<'a> {
    /// What is to be done: `capability`, and perhaps `value`, `irreversible`, `novel_counterparty`.
    pub proposed: &'a BTreeMap<String, Value>,
    /// Who wants it.
    pub requesting_sovereign_id: &'a str,
    /// How many actions there were within the policy's seconds.
    pub recent_action_count: u64,
    /// Whether the caller noticed something odd.
    pub anomaly: bool,
}

/// What the checks came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyEvaluation {
    /// What becomes of the action.
    pub result: Escalation,
    /// Each check's name and outcome.
    pub checks: Vec<(&'static str, CheckOutcome)>,
    /// Why those that did not pass did not.
    pub escalation_reasons: Vec<String>,
}

impl CheckOutcome {
    /// Its name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Escalate => "escalate",
            Self::Block => "block",
        }
    }

    const fn severity(self) -> Escalation {
        match self {
            Self::Pass => Escalation::Automatic,
            Self::Escalate => Escalation::HumanApprove,
            Self::Block => Escalation::Block,
        }
    }
}

impl HumanOversightPolicy {
    /// What becomes of an action `at` that time. Whether the policy itself is signed is the caller's to check.
    pub fn evaluate(&self, action: &Action<'_>, at: Datetime) -> PolicyEvaluation {
        use CheckOutcome::{Block, Escalate};
        let tagged =
            |tag: &str, says: &str| is_true(action.proposed.get(tag)).then(|| says.to_owned());
        let found = [
            ("capability_scope", Block, self.out_of_scope(action)),
            ("counterparty_allowlist", Escalate, self.not_listed(action)),
            ("value_threshold", Escalate, self.over_threshold(action)),
            ("time_window", Escalate, self.outside_hours(at)),
            ("frequency_limit", Escalate, self.too_often(action)),
            (
                "irreversibility",
                Escalate,
                tagged("irreversible", "action is tagged as irreversible"),
            ),
            (
                "novel_counterparty",
                Escalate,
                tagged("novel_counterparty", "first interaction with this counterparty"),
            ),
            (
                "anomaly_flag",
                Block,
                action.anomaly.then(|| "anomaly flag raised by caller".to_owned()),
            ),
        ];
        let outcome = |outcome, reason: &Option<String>| {
            if reason.is_some() { outcome } else { CheckOutcome::Pass }
        };
        let checks: Vec<_> =
            found.iter().map(|(name, severe, reason)| (*name, outcome(*severe, reason))).collect();
        let severest = checks.iter().map(|(_, outcome)| outcome.severity()).max();
        PolicyEvaluation {
            result: severest.unwrap_or(Escalation::Block),
            checks,
            escalation_reasons: found.into_iter().filter_map(|(_, _, reason)| reason).collect(),
        }
    }

    fn out_of_scope(&self, action: &Action<'_>) -> Option<String> {
        let capability = action.proposed.get("capability");
        let text = capability.and_then(Value::as_str);
        let is_allowed =
            text.is_some_and(|text| self.allowed_capabilities.iter().any(|it| it == text));
        let says = || format!("capability {} not in policy allowed list", repr_value(capability));
        (!is_allowed).then(says)
    }

    fn not_listed(&self, action: &Action<'_>) -> Option<String> {
        let (list, requester) = (&self.counterparty_allowlist, action.requesting_sovereign_id);
        let is_listed = list.is_empty() || list.iter().any(|listed| listed == requester);
        let says = || format!("requester {} not in counterparty allowlist", repr(requester));
        (!is_listed).then(says)
    }

    /// An action without a value counts as 0. What is no number may be any, so it escalates.
    fn over_threshold(&self, action: &Action<'_>) -> Option<String> {
        let threshold = self.value_threshold.as_ref()?.write();
        let zero = Value::from(0_u64);
        let value = action.proposed.get("value").unwrap_or(&zero);
        let shown = repr_value(Some(value));
        match compare(value, &threshold) {
            None => Some(format!("action value {shown} is no number")),
            Some(Ordering::Greater) => {
                let threshold = repr_value(Some(&threshold));
                Some(format!("action value {shown} > threshold {threshold}"))
            }
            Some(Ordering::Less | Ordering::Equal) => None,
        }
    }

    fn outside_hours(&self, at: Datetime) -> Option<String> {
        let (start, end) = self.allowed_hours?;
        let hour = at.instant().div_euclid(HOUR_MICROS).rem_euclid(24).unsigned_abs();
        let is_within =
            if start < end { (start..end).contains(&hour) } else { start <= hour || hour < end };
        let says = || format!("request hour {hour} UTC outside allowed window [{start}, {end})");
        (!is_within).then(says)
    }

    fn too_often(&self, action: &Action<'_>) -> Option<String> {
        let (max, _) = self.frequency_limit?;
        let count = action.recent_action_count;
        (max <= count).then(|| format!("recent_action_count {count} >= limit {max}"))
    }
}

/// Whether a tag is set: anything but nothing, zero and the empty.
fn is_true(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::Bool(is_true)) => *is_true,
        Some(Value::Int(int)) => int.as_str() != "0",
        Some(Value::Float(float)) => 0.0 < float.abs(),
        Some(Value::Text(text)) => !text.is_empty(),
        Some(Value::List(items)) => !items.is_empty(),
        Some(Value::Map(members)) => !members.is_empty(),
    }
}
