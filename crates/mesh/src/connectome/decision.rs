//! Decisions: what a path, the scope of its treaties, imported revocations and coming expiries add up to.
//!
//! The reference warns about every treaty that has any expiry risk at all, and `low` is one; so it never allows anything that
//! an authority exports. Here `low` and `none` are no reason to warn, and a role is not granted by a treaty that the export
//! does not carry. [`DecisionRules::Reference`] decides as the reference does, for comparing the two.

use std::collections::BTreeSet;

use comity_wire::mesh_json::{Datetime, Value};

use super::graph::{ActiveTreaty, Edge, RecognitionGraph, RevokedAttestation};
use super::path::TrustPath;
use crate::recognition::RecognitionTreatyScope;
use crate::schema::Field as _;

/// What to do, from harmless to forbidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrustVerdict {
    /// Go ahead.
    Allow,
    /// Go ahead and look at it.
    Warn,
    /// Ask a person.
    Escalate,
    /// Do not.
    Block,
}

impl TrustVerdict {
    /// The verdict's name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Escalate => "escalate",
            Self::Block => "block",
        }
    }

    /// A signal of this weight, on the wire.
    pub const fn severity(self) -> &'static str {
        match self {
            Self::Allow => "info",
            Self::Warn | Self::Escalate | Self::Block => self.as_str(),
        }
    }
}

/// One thing that was noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustSignal {
    /// Its name.
    pub code: &'static str,
    /// What it alone would lead to.
    pub severity: TrustVerdict,
    /// In words.
    pub detail: String,
}

/// Whose rules decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecisionRules {
    /// Ours.
    Strict,
    /// Those of the reference, its always-warning verdict included.
    Reference,
}

/// The roles that a treaty grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleScope {
    /// Every role.
    Any,
    /// These.
    Only(Vec<String>),
    /// Nobody knows, since the treaty is not there.
    Unknown,
}

/// Where a decision finds what is not on the path.
pub trait TrustFacts {
    /// The roles that a treaty grants.
    fn roles(&self, treaty_id: &str) -> RoleScope;

    /// The imported revocations by these sovereigns, in the order of the export.
    fn revocations(&self, issuers: &BTreeSet<&str>) -> Vec<&RevokedAttestation>;
}

/// A decision with everything that it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct TrustDecision<'g> {
    /// The path, or why there is none.
    pub path: TrustPath<'g>,
    /// What to do.
    pub verdict: TrustVerdict,
    /// Why: the code of the weightiest signal, the first of equals.
    pub reason: &'static str,
    /// The roles that were asked for.
    pub requested_roles: Vec<String>,
    /// Everything that was noticed.
    pub signals: Vec<TrustSignal>,
    /// When.
    pub evaluated_at: Datetime,
}

impl RoleScope {
    /// What a treaty's JSON grants: no list or an empty one grants every role, and what is no list of roles grants none.
    pub fn of(treaty: &Value) -> Self {
        let roles = treaty.get("scope").and_then(|scope| scope.get("allowed_roles"));
        match roles {
            None | Some(Value::Null) => Self::Any,
            Some(Value::List(roles)) if roles.is_empty() => Self::Any,
            Some(roles) => Self::Only(Vec::read(roles).unwrap_or_default()),
        }
    }

    fn grants(&self, role: &str, rules: DecisionRules) -> bool {
        match self {
            Self::Any => true,
            Self::Only(roles) => roles.iter().any(|known| known == role),
            Self::Unknown => rules == DecisionRules::Reference,
        }
    }
}

impl From<&RecognitionTreatyScope> for RoleScope {
    fn from(scope: &RecognitionTreatyScope) -> Self {
        match scope.allowed_roles.as_slice() {
            [] => Self::Any,
            roles => Self::Only(roles.to_vec()),
        }
    }
}

impl TrustFacts for RecognitionGraph {
    fn roles(&self, treaty_id: &str) -> RoleScope {
        let known = self.active_treaties.iter().rfind(|treaty| treaty.id() == Some(treaty_id));
        known.map_or(RoleScope::Unknown, ActiveTreaty::roles)
    }

    fn revocations(&self, issuers: &BTreeSet<&str>) -> Vec<&RevokedAttestation> {
        let is_theirs =
            |it: &&RevokedAttestation| issuers.contains(it.issuer_sovereign_id.as_str());
        self.revoked_attestations().filter(is_theirs).collect()
    }
}

impl RecognitionGraph {
    /// What `from` should do about `to`, which asks for these roles.
    pub fn decide(
        &self,
        from: &str,
        to: &str,
        requested_roles: Vec<String>,
        rules: DecisionRules,
        at: Datetime,
    ) -> TrustDecision<'_> {
        TrustDecision::of(self.explain(from, to), self, requested_roles, rules, at)
    }
}

impl<'g> TrustDecision<'g> {
    /// What a path, and what is known beside it, add up to.
    pub fn of(
        path: TrustPath<'g>,
        facts: &dyn TrustFacts,
        requested_roles: Vec<String>,
        rules: DecisionRules,
        at: Datetime,
    ) -> Self {
        let mut signals = Vec::new();
        if path.is_trusted() {
            signals.extend(scope_signal(&path.path, facts, &requested_roles, rules));
            signals.extend(revocation_signals(&path.path, facts));
            signals.extend(path.path.iter().filter_map(|edge| expiry_signal(edge, rules)));
            if signals.is_empty() {
                signals.push(TrustSignal {
                    code: path.reason.as_str(),
                    severity: TrustVerdict::Allow,
                    detail: format!("active recognition path with {} hop(s)", path.hop_count()),
                });
            }
        } else {
            signals.push(TrustSignal {
                code: path.reason.as_str(),
                severity: TrustVerdict::Block,
                detail: "no active recognition path between sovereigns".to_owned(),
            });
        }
        let top = signals.iter().rev().max_by_key(|signal| signal.severity);
        let (verdict, reason) =
            top.map_or((TrustVerdict::Block, path.reason.as_str()), |top| (top.severity, top.code));
        Self { path, verdict, reason, requested_roles, signals, evaluated_at: at }
    }

    /// The decision as it is published.
    pub fn to_value(&self) -> Value {
        let signal = |signal: &TrustSignal| {
            Value::from([
                ("code", Value::from(signal.code)),
                ("severity", Value::from(signal.severity.severity())),
                ("detail", Value::from(signal.detail.as_str())),
            ])
        };
        let path = self.path.path.iter().map(|edge| edge.write()).collect();
        Value::from([
            ("source_sovereign_id", Value::from(self.path.from.as_str())),
            ("target_sovereign_id", Value::from(self.path.to.as_str())),
            ("verdict", Value::from(self.verdict.as_str())),
            ("reason", Value::from(self.reason)),
            ("requested_roles", self.requested_roles.write()),
            ("trusted", Value::from(self.path.is_trusted())),
            ("trust_path", Value::List(path)),
            ("hop_count", Value::from(self.path.hop_count())),
            ("signals", Value::List(self.signals.iter().map(signal).collect())),
            ("evaluated_at", Value::from(utc(self.evaluated_at))),
        ])
    }
}

/// The roles that some treaty on the path does not grant.
fn scope_signal(
    path: &[&Edge],
    facts: &dyn TrustFacts,
    requested: &[String],
    rules: DecisionRules,
) -> Option<TrustSignal> {
    if requested.is_empty() {
        return None;
    }
    let scopes: Vec<RoleScope> = path.iter().map(|edge| facts.roles(&edge.treaty_id)).collect();
    let is_granted = |role: &str| scopes.iter().all(|scope| scope.grants(role, rules));
    let missing: BTreeSet<&str> =
        requested.iter().map(String::as_str).filter(|role| !is_granted(role)).collect();
    let names: Vec<&str> = missing.into_iter().collect();
    (!names.is_empty()).then(|| TrustSignal {
        code: "scope_not_in_treaty",
        severity: TrustVerdict::Block,
        detail: format!("roles not granted across the full path: {}", names.join(", ")),
    })
}

/// One per revocation by somebody on the path.
fn revocation_signals(path: &[&Edge], facts: &dyn TrustFacts) -> Vec<TrustSignal> {
    let ends = path.iter().flat_map(|edge| [edge.from.as_str(), edge.to.as_str()]);
    let on_path: BTreeSet<&str> = ends.filter(|id| !id.is_empty()).collect();
    let signal = |it: &RevokedAttestation| TrustSignal {
        code: "recognition_under_revocation_pressure",
        severity: TrustVerdict::Escalate,
        detail: format!(
            "revocation feed {} seq {} targets {} on the trust path",
            it.feed_id, it.sequence, it.issuer_sovereign_id
        ),
    };
    facts.revocations(&on_path).into_iter().map(signal).collect()
}

fn expiry_signal(edge: &Edge, rules: DecisionRules) -> Option<TrustSignal> {
    let risk = edge.expiry_risk.as_str();
    let is_risky = match rules {
        DecisionRules::Strict => matches!(risk, "medium" | "high"),
        DecisionRules::Reference => !risk.is_empty(),
    };
    (edge.lifecycle_state == "expiring_soon" || is_risky).then(|| TrustSignal {
        code: "treaty_expiring_soon",
        severity: TrustVerdict::Warn,
        detail: format!(
            "treaty {} ({} -> {}) expires {}",
            edge.treaty_id, edge.from, edge.to, edge.expires_at
        ),
    })
}

/// A time in UTC, as the reference prints times outside signed objects.
fn utc(at: Datetime) -> String {
    let second = Datetime::from(at.to_time()).to_string();
    let second = second.strip_suffix('Z').unwrap_or(&second);
    match at.instant().rem_euclid(1_000_000) {
        0 => format!("{second}+00:00"),
        micros => format!("{second}.{micros:06}+00:00"),
    }
}
