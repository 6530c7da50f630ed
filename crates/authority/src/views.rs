//! What anybody may read.

use comity_mesh::attestation::MembershipAttestation;
use comity_mesh::connectome::StoredTreaty;
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, Value};

use crate::limits::HEARTBEAT_AGE_S_MAX;
use crate::state::{Certified, Row};
use crate::{Authority, Refusal};

const MICROS: i64 = 1_000_000;

/// Filters of a list; an empty one counts as none.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListQuery<'a> {
    /// Whose objects.
    pub issuer: Option<&'a str>,
    /// About whom.
    pub subject: Option<&'a str>,
    /// `active` or `revoked`.
    pub status: Option<&'a str>,
}

impl ListQuery<'_> {
    fn admits(&self, issuer: &str, subject: &str, status: &str) -> bool {
        let fits = |filter: Option<&str>, value: &str| {
            filter.is_none_or(|filter| filter.is_empty() || filter == value)
        };
        fits(self.issuer, issuer) && fits(self.subject, subject) && fits(self.status, status)
    }
}

/// When something was revoked, and why.
fn revocation(at: Option<Datetime>, reason: Option<&str>) -> [(&'static str, Value); 2] {
    [
        ("revoked_at", at.map_or(Value::Null, |at| Value::from(at.isoformat()))),
        ("revocation_reason", reason.map_or(Value::Null, Value::from)),
    ]
}

fn treaty_value(stored: &StoredTreaty, at: Datetime) -> Value {
    let [revoked_at, reason] = revocation(stored.revoked_at, stored.reason.as_deref());
    Value::from([
        ("treaty", stored.treaty.write()),
        ("status", Value::from(stored.status())),
        revoked_at,
        reason,
        ("lifecycle", Value::from(&stored.lifecycle(at))),
    ])
}

fn attestation_value(row: &Row<MembershipAttestation>) -> Value {
    let [revoked_at, reason] = revocation(row.revoked_at(), row.reason());
    let status = ("status", Value::from(row.status()));
    Value::from([("attestation", row.object.write()), status, revoked_at, reason])
}

/// A list with its length.
fn counted(name: &str, items: Vec<Value>) -> Value {
    Value::from([("count", Value::from(items.len() as u64)), (name, Value::List(items))])
}

impl Authority {
    /// `GET /genesis`.
    pub fn genesis(&self) -> Value {
        self.config.genesis.write()
    }

    /// `GET /sovereign.json`, as seen from `base`, a URL without a slash at its end.
    pub fn sovereign(&self, base: &str) -> Value {
        let genesis = &self.config.genesis;
        let authority = &genesis.network_authority;
        let text = |text: &String| Value::from(text.as_str());
        let at = |path: &str| Value::from(format!("{base}{path}"));
        Value::from([
            ("sovereign_id", text(&genesis.network_name)),
            ("network_name", text(&genesis.network_name)),
            ("network_version", text(&genesis.network_version)),
            ("endpoint", Value::from(base)),
            (
                "network_authority",
                Value::from([
                    ("public_key", text(&authority.public_key)),
                    ("valid_from", Value::from(authority.valid_from.isoformat())),
                    ("valid_to", Value::from(authority.valid_to.isoformat())),
                ]),
            ),
            ("root_public_key", text(&genesis.root_public_key)),
            ("policy_manifest", genesis.policy_manifest.write()),
            ("bootstrap_anchor_count", Value::from(genesis.bootstrap_anchors.len() as u64)),
            (
                "supported_surfaces",
                Value::from([
                    ("genesis", at("/genesis")),
                    ("recognition_treaties", at("/recognition-treaties")),
                    ("sovereign_revocation_feed", at("/sovereign-revocation-feed")),
                    ("connectome", at("/connectome.json")),
                    ("recognition_graph", at("/recognition-graph")),
                    ("atlas", at("/atlas.json")),
                    ("swagger", at("/swagger.json")),
                    ("api_reference", at("/api-reference")),
                    ("cli_reference", at("/cli-reference")),
                ]),
            ),
        ])
    }

    /// `GET /policy`: the policy in force.
    ///
    /// # Errors
    ///
    /// 503 before the record has begun.
    pub fn policy(&self) -> Result<Value, Refusal> {
        let version = self.state.policies.get(&self.state.policy);
        let none = || Refusal::new(503, "service_not_ready", "Service is not ready");
        version.map(|version| version.policy.write()).ok_or_else(none)
    }

    /// `GET /recognition-policy`.
    ///
    /// # Errors
    ///
    /// 404 `recognition_policy_not_configured`.
    pub fn recognition_policy(&self) -> Result<Value, Refusal> {
        let policy = self.state.recognition_policy.as_ref().map(|(_, policy)| policy.write());
        let message = "Recognition policy not configured";
        policy.ok_or_else(|| Refusal::absent("recognition_policy_not_configured", message))
    }

    /// `GET /recognition-treaties/{id}`.
    ///
    /// # Errors
    ///
    /// 404 `treaty_not_found`.
    pub fn treaty(&self, id: &str, at: Datetime) -> Result<Value, Refusal> {
        self.stored_treaty(id).map(|stored| treaty_value(stored, at))
    }

    /// A treaty that was issued here.
    pub(crate) fn stored_treaty(&self, id: &str) -> Result<&StoredTreaty, Refusal> {
        let absent = || Refusal::absent("treaty_not_found", "Recognition treaty not found");
        self.state.connectome.treaty(id).ok_or_else(absent)
    }

    /// `GET /recognition-treaties`.
    pub fn treaties(&self, query: &ListQuery<'_>, at: Datetime) -> Value {
        let wanted = self.state.connectome.treaties().filter(|stored| {
            let treaty = &stored.treaty;
            query.admits(&treaty.issuer_sovereign_id, &treaty.subject_sovereign_id, stored.status())
        });
        counted("recognition_treaties", wanted.map(|stored| treaty_value(stored, at)).collect())
    }

    /// `GET /attestations/{id}`.
    ///
    /// # Errors
    ///
    /// 404 `attestation_not_found`.
    pub fn attestation(&self, id: &str) -> Result<Value, Refusal> {
        let row = self.state.attestations.get(id);
        let absent = || Refusal::absent("attestation_not_found", "Attestation not found");
        row.map(attestation_value).ok_or_else(absent)
    }

    /// `GET /attestations`.
    pub fn attestations(&self, query: &ListQuery<'_>) -> Value {
        let order = self.state.attestation_order.iter();
        let rows = order.filter_map(|id| self.state.attestations.get(id));
        let wanted = rows.filter(|row| {
            let attestation = &row.object;
            query.admits(&attestation.issuer_sovereign_id, &attestation.subject_id, row.status())
        });
        counted("attestations", wanted.map(attestation_value).collect())
    }

    /// `GET /agents`: those with a capability, compared letter by letter; all of them without one.
    pub fn agents(&self, capability: Option<&str>, at: Datetime) -> Value {
        let capability = capability.filter(|capability| !capability.is_empty());
        let mut wanted: Vec<_> = self
            .state
            .agents
            .values()
            .filter_map(|slot| slot.get(at))
            .filter(|agent| {
                capability.is_none_or(|wanted| agent.capabilities.iter().any(|it| it == wanted))
            })
            .collect();
        wanted.sort_by_key(|agent| std::cmp::Reverse(agent.registered_at.instant()));
        let mut value =
            counted("agents", wanted.into_iter().map(comity_mesh::schema::Field::write).collect());
        if let Value::Map(members) = &mut value {
            members.insert("capability".to_owned(), capability.map_or(Value::Null, Value::from));
        }
        value
    }

    /// `GET /agents/{key}`.
    ///
    /// # Errors
    ///
    /// 404 `agent_not_registered`.
    pub fn agent(&self, node_public_key: &str, at: Datetime) -> Result<Value, Refusal> {
        let agent = self.state.agents.get(node_public_key).and_then(|slot| slot.get(at));
        let absent = || Refusal::absent("agent_not_registered", "agent not registered");
        agent.map(comity_mesh::schema::Field::write).ok_or_else(absent)
    }

    /// `GET /nodes`: nodes that were heard of within [`HEARTBEAT_AGE_S_MAX`].
    pub fn nodes(&self, at: Datetime) -> Value {
        let nodes = self.state.certificates.values().filter_map(|certified| {
            let value = node_value(certified, at)?;
            Some((certified.row.object.cert_id.clone(), value))
        });
        let nodes: std::collections::BTreeMap<_, _> = nodes.collect();
        let count = Value::from(nodes.len() as u64);
        Value::from([("count", count), ("nodes", Value::Map(nodes))])
    }

    /// Nodes that were heard of lately, and nodes that may take part.
    pub(crate) fn node_counts(&self, at: Datetime) -> (u64, u64) {
        let nodes = self.state.certificates.values();
        let tracked = nodes.filter(|it| it.row.revoked.is_none());
        tracked.fold((0, 0), |(active, tracked), it| {
            (active + u64::from(node_value(it, at).is_some()), tracked + 1)
        })
    }

    /// `GET /health`.
    pub fn health(&self) -> Value {
        let genesis = &self.config.genesis;
        Value::from([
            ("status", Value::from("healthy")),
            ("network", Value::from(genesis.network_name.as_str())),
            ("version", Value::from(genesis.network_version.as_str())),
        ])
    }

    /// Counts for monitoring, by the reference's names where it has one.
    pub fn counters(&self, at: Datetime) -> Vec<(&'static str, &'static str, u64)> {
        let state = &self.state;
        let count = |number: usize| number as u64;
        let nodes = state.certificates.values().filter(|it| node_value(it, at).is_some());
        vec![
            (
                "genesis_mesh_na_issued_certs_total",
                "Certificates issued",
                count(state.certificates.len()),
            ),
            (
                "genesis_mesh_na_active_nodes",
                "Nodes heard of in five minutes",
                count(nodes.count()),
            ),
            (
                "genesis_mesh_na_revoked_certs_total",
                "Certificates revoked",
                count(state.crl_entries.len()),
            ),
            (
                "genesis_mesh_na_crl_sequence",
                "Number of the certificate revocation list",
                state.crl.sequence,
            ),
            (
                "genesis_mesh_na_policy_versions_total",
                "Policies published",
                count(state.policies.len()),
            ),
            ("comity_na_treaties_total", "Treaties issued", count(state.connectome.len())),
            (
                "comity_na_attestations_total",
                "Attestations issued",
                count(state.attestations.len()),
            ),
            ("comity_na_feed_sequence", "Number of the revocation feed", state.feed.sequence),
            (
                "comity_na_imported_revocations_total",
                "Revocations taken over",
                count(state.connectome.revocations().len()),
            ),
            (
                "comity_na_agents",
                "Agents in the registry",
                count(state.agents.values().filter(|slot| slot.get(at).is_some()).count()),
            ),
            ("comity_na_record_entries_total", "Entries in the record", state.next),
        ]
    }
}

/// A node, if it was heard of lately and may take part.
fn node_value(certified: &Certified, at: Datetime) -> Option<Value> {
    let (seen, status) =
        certified.heartbeat.as_ref().filter(|_| certified.row.revoked.is_none())?;
    let age = at.instant().saturating_sub(seen.instant());
    (age < HEARTBEAT_AGE_S_MAX.saturating_mul(MICROS)).then(|| {
        let certificate = &certified.row.object;
        Value::from([
            ("node_public_key", Value::from(certificate.node_public_key.as_str())),
            ("roles", certificate.roles.write()),
            ("status", Value::from(status.as_str())),
            ("last_heartbeat", Value::from(seen.isoformat())),
            ("expires_at", Value::from(certificate.expires_at.isoformat())),
        ])
    })
}
