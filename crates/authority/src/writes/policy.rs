//! Policies of the network, and certificates that end early.

use comity_mesh::certificates::{PolicyManifest, RevocationReason, RoutingConfig};
use comity_mesh::keys::SignedObject as _;
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::Value;

use crate::decide::Done;
use crate::event::{CertificateRevoked, PolicyPublished, PolicyRestored};
use crate::limits::LIST_ITEMS_MAX;
use crate::{Authority, Body, Call, Refusal};

impl Authority {
    pub(crate) fn publish_policy(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        self.in_office(call.at)?;
        let default = format!("policy-{}", call.id);
        let policy_id = body.text("policy_id", "invalid_policy_id")?.unwrap_or(&default);
        if self.state.policies.contains_key(policy_id) {
            let message = "A policy of this id was published before";
            return Err(Refusal::new(409, "policy_exists", message).with("policy_id", policy_id));
        }
        let routing = match body.get("routing") {
            None => RoutingConfig::default(),
            Some(routing) => RoutingConfig::read(routing)
                .map_err(|error| Refusal::schema("invalid_routing", "Invalid routing", &error))?,
        };
        let version = body.text("min_client_version", "invalid_min_client_version")?;
        let services = body.texts("allowed_services", "invalid_allowed_services")?;
        let mut policy = PolicyManifest {
            policy_id: policy_id.to_owned(),
            issued_at: call.at,
            issued_by: self.config.key_id.clone(),
            min_client_version: version.unwrap_or("0.1.0").to_owned(),
            allowed_ports: ports(body)?,
            allowed_services: services.unwrap_or_default(),
            routing,
            signatures: Vec::new(),
        };
        policy.sign(&self.secret, &self.config.key_id);
        let done = Done::created(policy.write(), PolicyPublished { policy });
        Ok(done.noting("policy_id", policy_id))
    }

    pub(crate) fn restore_policy(&self, body: &Body) -> Result<Done, Refusal> {
        let policy_id = body.required("policy_id", "missing_policy_id")?;
        let version = self.state.policies.get(policy_id);
        let version =
            version.ok_or_else(|| Refusal::absent("policy_not_found", "Unknown policy"))?;
        let done = Done::ok(version.policy.write()).noting("policy_id", policy_id);
        Ok(done.because(PolicyRestored { policy_id: policy_id.to_owned() }))
    }

    pub(crate) fn policy_history(&self) -> Value {
        let version = |id: &String| {
            let version = self.state.policies.get(id)?;
            Some(Value::from([
                ("policy_id", Value::from(id.as_str())),
                ("active", Value::from(*id == self.state.policy)),
                ("created_at", Value::from(version.created_at.isoformat())),
                ("policy", version.policy.write()),
            ]))
        };
        let versions = self.state.policy_order.iter().rev().filter_map(version);
        Value::from([("versions", Value::List(versions.collect()))])
    }

    pub(crate) fn revoke_certificate(&self, body: &Body) -> Result<Done, Refusal> {
        let cert_id = body.required("cert_id", "missing_cert_id")?;
        let reason = body.text("reason", "invalid_revocation_reason")?.unwrap_or("unspecified");
        if !RevocationReason::ALL.iter().any(|known| known.as_str() == reason) {
            return Err(Refusal::bad("invalid_revocation_reason", "Invalid revocation reason"));
        }
        let certified = self.state.certificates.get(cert_id);
        let absent = || Refusal::absent("certificate_not_found", "Unknown certificate");
        let certified = certified.ok_or_else(absent)?;
        let is_new = certified.row.revoked.is_none();
        let sequence = self.state.crl.sequence.saturating_add(u64::from(is_new));
        let count = (self.state.crl_entries.len() as u64).saturating_add(u64::from(is_new));
        let answer =
            [("crl_sequence", Value::from(sequence)), ("revoked_count", Value::from(count))];
        let done =
            Done::ok(Value::from(answer)).noting("cert_id", cert_id).noting("reason", reason);
        if !is_new {
            return Ok(done.noting("was_revoked", true));
        }
        let (cert_id, reason) = (cert_id.to_owned(), reason.to_owned());
        Ok(done.because(CertificateRevoked { cert_id, reason, sequence }))
    }
}

fn ports(body: &Body) -> Result<Vec<u64>, Refusal> {
    let Some(value) = body.get("allowed_ports") else { return Ok(vec![443, 8443]) };
    let ports = Vec::<u64>::read(value).ok().filter(|ports| ports.len() <= LIST_ITEMS_MAX);
    let ports = ports.filter(|ports| ports.iter().all(|port| (1..=65_535).contains(port)));
    let wrong =
        || Refusal::bad("invalid_allowed_ports", "allowed_ports must be a list of port numbers");
    ports.ok_or_else(wrong)
}
