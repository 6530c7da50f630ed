//! Use of data: the licence that this sovereign gives, and what its agents mean to access.

use comity_mesh::data_usage::{
    DataAccessIntent, DataDemand, DataLicensePolicy, DataSourceDescriptor,
};
use comity_mesh::keys::SignedObject as _;
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, Value};

use super::{object, required_texts, window};
use crate::decide::Done;
use crate::event::DataLicenseSet;
use crate::ids::{drawn, id_of};
use crate::limits::LIST_ITEMS_MAX;
use crate::{Authority, Body, Call, Refusal};

impl Authority {
    /// `GET /data-usage/policy`: the licence given last.
    ///
    /// # Errors
    ///
    /// 404 `no_policy`.
    pub fn data_license(&self) -> Result<Value, Refusal> {
        let none = || Refusal::absent("no_policy", "No active data usage policy");
        self.state.data_license.as_ref().map(DataLicensePolicy::write).ok_or_else(none)
    }

    /// `POST /data-usage/verify`.
    ///
    /// # Errors
    ///
    /// 400 for an intent, a policy or keys that are none.
    pub fn verify_data_usage(&self, body: &Body, at: Datetime) -> Result<Value, Refusal> {
        let (missing, invalid) = ("missing_verify_fields", "invalid_input");
        let intent: DataAccessIntent = object(body, "intent", missing, invalid)?;
        let policy: DataLicensePolicy = object(body, "policy", missing, invalid)?;
        let agent_keys =
            self.issuer_keys(body, "agent_public_keys", "invalid_agent_public_keys")?;
        let licensor_keys = self.known_keys(&policy.licensor_sovereign_id);
        let licensor_keys = Some(licensor_keys.as_slice()).filter(|keys| !keys.is_empty());
        let demand = DataDemand { policy: &policy, agent_keys: &agent_keys, licensor_keys };
        let violations = intent.verify(&demand, at);
        let kept = violations.iter().enumerate().map(|(number, violation)| {
            let about = format!("violation|{number}|{at}|{}", intent.intent_id);
            intent.keep(violation, id_of(&about), at).write()
        });
        let first = violations.first().map_or(Value::Null, |it| Value::from(it.reason.as_str()));
        Ok(Value::from([
            ("valid", Value::from(violations.is_empty())),
            ("violation_reason", first),
            ("violation_count", Value::from(violations.len() as u64)),
            ("violations", Value::List(kept.collect())),
        ]))
    }

    /// `POST /admin/data-usage/policy`: gives a licence, which is in force from then on.
    pub(crate) fn license_data(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        self.in_office(call.at)?;
        let missing = "missing_policy_fields";
        let licensee = body.required("licensee_sovereign_id", missing)?;
        let list = |name: &'static str| {
            let absent = || Refusal::bad(missing, format!("{name} must be a list of texts"));
            body.texts(name, missing)?.ok_or_else(absent)
        };
        let (sources, kinds) = (list("allowed_source_ids")?, list("allowed_access_types")?);
        let (valid_from, valid_until) = window(body)?;
        let code = "invalid_prohibited_classification_tags";
        let tags = body.texts("prohibited_classification_tags", code)?;
        let mut policy = DataLicensePolicy {
            policy_id: drawn(call.id, "data license"),
            licensor_sovereign_id: self.sovereign_id().to_owned(),
            licensee_sovereign_id: licensee.to_owned(),
            allowed_source_ids: sources,
            allowed_access_types: kinds,
            max_volume_bytes_per_session: bytes(body, "max_volume_bytes_per_session")?,
            prohibited_classification_tags: tags.unwrap_or_default(),
            valid_from,
            valid_until,
            signature: None,
        };
        policy.sign(&self.secret, &self.config.key_id);
        let done = Done::created(policy.write(), DataLicenseSet { policy: policy.clone() });
        Ok(done.noting("policy_id", policy.policy_id).noting("licensee_sovereign_id", licensee))
    }

    /// `POST /admin/data-usage/intent`: says what this sovereign's agent means to access.
    pub(crate) fn intend_access(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        self.in_office(call.at)?;
        let missing = "missing_intent_fields";
        let sources: Vec<DataSourceDescriptor> =
            object(body, "sources", missing, "invalid_source")?;
        if sources.is_empty() || LIST_ITEMS_MAX < sources.len() {
            let message = format!("sources must be a list of 1 to {LIST_ITEMS_MAX} sources");
            return Err(Refusal::bad(missing, message));
        }
        let kinds = required_texts(body, "access_types", missing)?;
        let decision = body.text("decision_id", "invalid_decision_id")?;
        let intent = DataAccessIntent {
            intent_id: drawn(call.id, "intent"),
            agent_sovereign_id: self.sovereign_id().to_owned(),
            decision_id: decision.map_or_else(|| drawn(call.id, "decision"), str::to_owned),
            declared_sources: sources,
            declared_access_types: kinds,
            estimated_volume_bytes: bytes(body, "estimated_volume_bytes")?,
            declared_at: call.at,
            expires_at: call.at,
            signature: None,
        };
        let intent = intent.declare(&self.secret);
        let done = Done { status: 201, ..Done::ok(intent.write()) };
        let done = done.noting("source_count", intent.declared_sources.len() as u64);
        Ok(done.noting("intent_id", intent.intent_id).noting("decision_id", intent.decision_id))
    }
}

/// A number of bytes that may be absent.
fn bytes(body: &Body, name: &'static str) -> Result<Option<u64>, Refusal> {
    let wrong = |_| Refusal::bad("invalid_volume", format!("{name} must be a number of bytes"));
    body.get(name).map(u64::read).transpose().map_err(wrong)
}
