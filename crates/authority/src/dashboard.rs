//! The dashboard: how the sovereign stands, in one document, with nothing in it that is not public.
//!
//! Members are the reference's. A feed counts as it was imported last; the reference goes on to count those before it, which
//! grow stale. Recent changes are what was done; what was refused is in the record.

use std::collections::{BTreeMap, VecDeque};

use comity_mesh::connectome::StoredTreaty;
use comity_mesh::recognition::{ExpiryRisk, LifecycleState};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, Value};

use crate::limits::{FEED_FRESH_HOURS, FEED_WATCH_HOURS, RECENT_CHANGES_MAX};
use crate::state::Imported;
use crate::{Authority, Event, Frame};

const HOUR_MICROS: i64 = 3_600_000_000;

/// A change is about trust if its name has one of these in it.
const TRUST_WORDS: [&str; 4] = ["recognition", "attestation", "revocation", "policy"];

/// A detail is left out if its name has one of these in it, or if it is the path that was asked for.
const PRIVATE_WORDS: [&str; 5] = ["private", "secret", "signature", "token", "path"];

const LINKS: [(&str, &str); 7] = [
    ("dashboard_json", "/dashboard.json"),
    ("connectome", "/connectome"),
    ("connectome_json", "/connectome.json"),
    ("recognition_treaties", "/recognition-treaties"),
    ("recognition_graph", "/recognition-graph"),
    ("api_reference", "/api-reference"),
    ("cli_reference", "/cli-reference"),
];

/// A kind of change: its name in the record, its title, the details that say the most about it.
type Known = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// What changes are called, and which details say the most about them, with a label each.
const CHANGES: [Known; 3] = [
    (
        "recognition_treaty_issued",
        "Treaty issued",
        &[
            ("Treaty", "treaty_id"),
            ("From", "issuer_sovereign_id"),
            ("To", "subject_sovereign_id"),
            ("Roles", "allowed_roles"),
        ],
    ),
    (
        "recognition_treaty_revoked",
        "Treaty revoked",
        &[("Treaty", "treaty_id"), ("Reason", "reason")],
    ),
    (
        "sovereign_revocation_feed_imported",
        "Revocation feed imported",
        &[
            ("Feed", "feed_id"),
            ("Issuer", "issuer_sovereign_id"),
            ("Sequence", "sequence"),
            ("Revoked IDs", "revoked_count"),
        ],
    ),
];

/// The last changes that are about trust.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Changes(VecDeque<Change>);

#[derive(Clone, Debug, PartialEq)]
struct Change {
    action: String,
    at: Datetime,
    details: BTreeMap<String, Value>,
}

impl Changes {
    /// Takes note of an entry of the record, if it is a change about trust.
    pub(crate) fn note(&mut self, frame: &Frame) {
        let changes = |event: &Event| !matches!(event, Event::NonceUsed(_));
        let is_change = frame.outcome == "done" && frame.events.iter().any(changes);
        if !is_change || !TRUST_WORDS.iter().any(|word| frame.action.contains(word)) {
            return;
        }
        let is_public = |name: &str| !PRIVATE_WORDS.iter().any(|word| name.contains(word));
        let details = frame.details.iter().filter(|(name, _)| is_public(name));
        let details = details.map(|(name, value)| (name.clone(), value.clone())).collect();
        if RECENT_CHANGES_MAX <= self.0.len() {
            self.0.pop_front();
        }
        self.0.push_back(Change { action: frame.action.clone(), at: frame.at, details });
    }
}

impl Change {
    fn write(&self) -> Value {
        Value::from([
            ("event_type", Value::from(self.action.as_str())),
            ("created_at", Value::from(self.at.isoformat())),
            ("created_at_display", display(self.at)),
            ("details", Value::Map(self.details.clone())),
            ("summary", self.summary()),
        ])
    }

    fn summary(&self) -> Value {
        let known = CHANGES.iter().find(|(action, _, _)| *action == self.action);
        let (title, wanted) = known
            .map_or((self.action.replace('_', " "), &[][..]), |(_, title, wanted)| {
                ((*title).to_owned(), *wanted)
            });
        let field = |label: String, value: &Value| {
            Value::from([("label", Value::from(label)), ("value", Value::from(short(value)))])
        };
        let wanted = wanted.iter().filter_map(|(label, name)| {
            let value = self.details.get(*name)?;
            let is_empty = matches!(value, Value::Null) || value.as_str() == Some("");
            (!is_empty).then(|| field((*label).to_owned(), value))
        });
        let mut fields: Vec<Value> = wanted.collect();
        if fields.is_empty() {
            fields = self.details.iter().map(|(name, value)| field(label(name), value)).collect();
        }
        let state = if self.action.contains("revoked") { "revoked" } else { "recorded" };
        Value::from([
            ("title", Value::from(title)),
            ("state", Value::from(state)),
            ("fields", Value::List(fields)),
        ])
    }
}

impl Authority {
    /// Changes whenever the dashboard does for another reason than the time.
    pub const fn dashboard_version(&self) -> u64 {
        self.graph_version().saturating_add(self.len())
    }

    /// `GET /dashboard.json`. Call [`Self::tick`] before, when it is due.
    pub fn dashboard(&self, is_ready: bool, at: Datetime) -> Value {
        let genesis = &self.config.genesis;
        let treaties: Vec<&StoredTreaty> = self.state.connectome.treaties().collect();
        let (summary, mut warnings) = treaty_summary(&treaties, at);
        let feeds: Vec<Value> =
            self.state.imports.iter().map(|(issuer, it)| feed(issuer, it, at)).collect();
        let feed_summary = feed_summary(&feeds, &mut warnings);
        let (active, tracked) = self.node_counts(at);
        let status = if is_ready { "ready" } else { "not_ready" };
        let changes = self.state.changes.0.iter().rev().map(Change::write).collect();
        let text = |text: &str| Value::from(text);
        Value::from([
            (
                "sovereign",
                Value::from([
                    ("id", text(&genesis.network_name)),
                    ("version", text(&genesis.network_version)),
                ]),
            ),
            ("readiness", Value::from([("status", text(status)), ("db_path", text("record"))])),
            (
                "nodes",
                Value::from([("active", Value::from(active)), ("tracked", Value::from(tracked))]),
            ),
            ("connectome_summary", self.recognition_graph().into_view().summary.write()),
            ("treaty_summary", summary),
            ("treaties", Value::List(treaty_rows(&treaties, at))),
            ("revocation_feed_summary", feed_summary),
            ("revocation_feeds", Value::List(feeds)),
            ("recent_changes", Value::List(changes)),
            ("warnings", warnings.write()),
            ("links", Value::from(LINKS.map(|(name, path)| (name, text(path))))),
        ])
    }
}

/// The treaties, those first that need somebody to look.
fn treaty_rows(treaties: &[&StoredTreaty], at: Datetime) -> Vec<Value> {
    let weight = |risk: ExpiryRisk| match risk {
        ExpiryRisk::High => 0,
        ExpiryRisk::Expired => 1,
        ExpiryRisk::Medium => 2,
        ExpiryRisk::Low => 3,
        ExpiryRisk::None => 9,
    };
    let row = |stored: &&StoredTreaty| {
        let (treaty, lifecycle) = (&stored.treaty, stored.lifecycle(at));
        let revoked_at = stored.revoked_at.map_or(Value::Null, |at| Value::from(at.isoformat()));
        let value = Value::from([
            ("treaty_id", Value::from(treaty.treaty_id.as_str())),
            ("issuer_sovereign_id", Value::from(treaty.issuer_sovereign_id.as_str())),
            ("subject_sovereign_id", Value::from(treaty.subject_sovereign_id.as_str())),
            ("status", Value::from(stored.status())),
            ("lifecycle_state", Value::from(lifecycle.state.as_str())),
            ("expiry_risk", Value::from(lifecycle.expiry_risk.as_str())),
            ("valid_from", Value::from(treaty.valid_from.isoformat())),
            ("expires_at", Value::from(treaty.expires_at.isoformat())),
            ("valid_from_display", display(treaty.valid_from)),
            ("expires_at_display", display(treaty.expires_at)),
            ("revoked_at", revoked_at),
            ("revocation_reason", stored.reason.as_deref().map_or(Value::Null, Value::from)),
        ]);
        ((weight(lifecycle.expiry_risk), treaty.expires_at.instant()), value)
    };
    let mut rows: Vec<_> = treaties.iter().map(row).collect();
    rows.sort_by_key(|(place, _)| *place);
    rows.into_iter().map(|(_, value)| value).collect()
}

/// How many treaties stand where, and what there is to say about that.
fn treaty_summary(treaties: &[&StoredTreaty], at: Datetime) -> (Value, Vec<String>) {
    let states: Vec<LifecycleState> = treaties.iter().map(|it| it.lifecycle(at).state).collect();
    let count = |wanted: LifecycleState| states.iter().filter(|it| **it == wanted).count() as u64;
    let (expiring, expired) = (count(LifecycleState::ExpiringSoon), count(LifecycleState::Expired));
    let (revoked, replaced) = (count(LifecycleState::Revoked), count(LifecycleState::Replaced));
    let mut warnings = Vec::new();
    if expiring != 0 {
        warnings.push(format!("{expiring} treaty is expiring soon."));
    }
    if expired != 0 {
        warnings.push(format!("{expired} treaty is expired."));
    }
    if revoked != 0 || replaced != 0 {
        warnings.push("Historical revoked or replaced treaty material is present.".to_owned());
    }
    let summary = [
        ("total", treaties.len() as u64),
        ("active", count(LifecycleState::Active)),
        ("expiring_soon", expiring),
        ("expired", expired),
        ("revoked", revoked),
        ("replaced", replaced),
        ("warning_count", expiring.saturating_add(expired)),
    ];
    (Value::from(summary.map(|(name, count)| (name, Value::from(count)))), warnings)
}

/// The newest feed of a sovereign, with its age.
fn feed(issuer: &str, imported: &Imported, at: Datetime) -> Value {
    let age = at.instant().saturating_sub(imported.imported_at.instant()).max(0);
    let hours = u64::try_from(age / HOUR_MICROS).unwrap_or_default();
    let freshness = if hours <= FEED_FRESH_HOURS {
        "fresh"
    } else if hours <= FEED_WATCH_HOURS {
        "watch"
    } else {
        "stale"
    };
    Value::from([
        ("feed_id", Value::from(imported.feed_id.as_str())),
        ("issuer_sovereign_id", Value::from(issuer)),
        ("sequence", Value::from(imported.sequence)),
        ("revoked_count", Value::from(imported.revoked_count)),
        ("imported_at", Value::from(imported.imported_at.isoformat())),
        ("imported_at_display", display(imported.imported_at)),
        ("age_hours", Value::from(hours)),
        ("freshness", Value::from(freshness)),
    ])
}

/// How fresh the feeds are together, and what there is to say about that.
fn feed_summary(feeds: &[Value], warnings: &mut Vec<String>) -> Value {
    let is =
        |feed: &&Value, wanted: &str| feed.get("freshness").and_then(Value::as_str) == Some(wanted);
    let count = |wanted: &str| feeds.iter().filter(|feed| is(feed, wanted)).count() as u64;
    let (stale, watch) = (count("stale"), count("watch"));
    let freshness = match (feeds.len(), stale, watch) {
        (0, _, _) => "none",
        (_, 0, 0) => "fresh",
        (_, 0, _) => "watch",
        (_, _, _) => "stale",
    };
    if stale != 0 {
        warnings.push(format!("{stale} revocation feed looks stale."));
    }
    Value::from([
        ("count", Value::from(feeds.len() as u64)),
        ("freshness", Value::from(freshness)),
        ("stale_count", Value::from(stale)),
        ("watch_count", Value::from(watch)),
    ])
}

/// A time to look at, in UTC and to the minute.
fn display(at: Datetime) -> Value {
    let text = at.to_time().to_string();
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    Value::from(format!("{} {} UTC", part(0, 10), part(11, 16)))
}

/// A name to look at.
fn label(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_ascii_uppercase().to_string() + &letters.as_str().to_ascii_lowercase()
    })
}

/// A value to look at: long ones lose their middle or their end.
fn short(value: &Value) -> String {
    match value {
        Value::List(items) => items.iter().map(short).collect::<Vec<_>>().join(", "),
        Value::Bool(true) => "accepted".to_owned(),
        Value::Bool(false) => "rejected".to_owned(),
        Value::Text(text) => shorten(text),
        Value::Null | Value::Int(_) | Value::Float(_) | Value::Map(_) => {
            let written = comity_wire::mesh_json::canonical(value);
            shorten(&String::from_utf8_lossy(&written))
        }
    }
}

fn shorten(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let part = |from: usize, to: usize| letters.get(from..to).unwrap_or_default().iter();
    match letters.len() {
        28.. if text.contains('-') => {
            let end = letters.len();
            format!(
                "{}...{}",
                part(0, 8).collect::<String>(),
                part(end - 6, end).collect::<String>()
            )
        }
        43.. => format!("{}...", part(0, 36).collect::<String>()),
        _ => text.to_owned(),
    }
}
