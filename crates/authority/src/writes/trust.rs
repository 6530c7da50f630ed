//! Treaties, attestations, recognition, and other sovereigns' revocations.

use comity_mesh::attestation::{MembershipAttestation, RecognitionPolicy, Status, check_roles};
use comity_mesh::keys::{MeshKey, SignedObject as _};
use comity_mesh::recognition::{RecognitionTreaty, RecognitionTreatyScope};
use comity_mesh::revocation::{FeedCheck, FeedReason, PublishedFeed};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::Value;

use super::{after, refuse_issue};
use crate::decide::Done;
use crate::event::{
    AttestationIssued, AttestationRevoked, FeedImported, RecognitionPolicySet, TreatyIssued,
    TreatyRevoked,
};
use crate::{Authority, Body, Call, Refusal};

impl Authority {
    pub(crate) fn issue_treaty(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        self.in_office(call.at)?;
        self.own_issuer(body)?;
        let missing = "missing_treaty_subject";
        let subject = body.required("subject_sovereign_id", missing)?;
        let keys = body.texts("subject_public_keys", missing)?.unwrap_or_default();
        if keys.is_empty() {
            let message = "subject_public_keys must not be empty";
            return Err(Refusal::bad("empty_subject_public_keys", message));
        }
        let code = "invalid_subject_public_keys";
        crate::fields::keys(&keys, "subject_public_keys", code)?;
        let scope = match body.get("scope") {
            None => RecognitionTreatyScope::default(),
            Some(scope) => RecognitionTreatyScope::read(scope).map_err(|error| {
                Refusal::schema("invalid_treaty_scope", "Invalid treaty scope", &error)
            })?,
        };
        let hours = body.hours("validity_hours", 168, "invalid_validity_hours")?;
        let draft = RecognitionTreaty {
            treaty_id: call.id.to_owned(),
            issuer_sovereign_id: self.sovereign_id().to_owned(),
            subject_sovereign_id: subject.to_owned(),
            subject_public_keys: keys,
            scope,
            status: Status::Active,
            issued_at: call.at,
            valid_from: call.at,
            expires_at: after(call.at, hours),
            issued_by: self.config.key_id.clone(),
            metadata: body.map("metadata", "invalid_metadata")?,
            signatures: Vec::new(),
        };
        let treaty = draft.issue(&self.secret).map_err(|error| refuse_issue(&error))?;
        let roles = treaty.scope.allowed_roles.write();
        let done = Done::created(treaty.write(), TreatyIssued { treaty: treaty.into() });
        let done = done.noting("issuer_sovereign_id", self.sovereign_id());
        let done = done.noting("allowed_roles", roles);
        Ok(done.noting("treaty_id", call.id).noting("subject_sovereign_id", subject))
    }

    pub(crate) fn revoke_treaty(&self, id: &str, body: &Body) -> Result<Done, Refusal> {
        let reason = Self::reason(body)?;
        let stored = self.stored_treaty(id)?;
        let answer = [("treaty_id", Value::from(id)), ("status", Value::from("revoked"))];
        let done = Done::ok(Value::from(answer)).noting("treaty_id", id).noting("reason", reason);
        if stored.revoked_at.is_some() {
            return Ok(done.noting("was_revoked", true));
        }
        Ok(done.because(TreatyRevoked { treaty_id: id.to_owned(), reason: reason.to_owned() }))
    }

    pub(crate) fn issue_attestation(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        self.in_office(call.at)?;
        self.own_issuer(body)?;
        let missing = "missing_attestation_subject";
        let subject = body.required("subject_id", missing)?;
        let roles = body.texts("roles", missing)?.unwrap_or_default();
        if roles.is_empty() {
            return Err(Refusal::bad(missing, "subject_id and roles are required"));
        }
        check_roles(&roles).map_err(|error| refuse_issue(&error))?;
        // What a subject calls its key is between it and who relies on it: the reference's own proof sends words.
        let key = body.text("subject_public_key", "invalid_subject_public_key")?;
        let hours = body.hours("validity_hours", 168, "invalid_validity_hours")?;
        let mut attestation = MembershipAttestation {
            attestation_id: call.id.to_owned(),
            issuer_sovereign_id: self.sovereign_id().to_owned(),
            subject_id: subject.to_owned(),
            subject_public_key: key.map(str::to_owned),
            roles,
            status: Status::Active,
            issued_at: call.at,
            valid_from: call.at,
            expires_at: after(call.at, hours),
            issued_by: self.config.key_id.clone(),
            claims: body.map("claims", "invalid_claims")?,
            signatures: Vec::new(),
        };
        attestation.sign(&self.secret, &self.config.key_id);
        let done = Done::created(attestation.write(), AttestationIssued { attestation });
        Ok(done.noting("attestation_id", call.id).noting("subject_id", subject))
    }

    pub(crate) fn revoke_attestation(&self, id: &str, body: &Body) -> Result<Done, Refusal> {
        let reason = Self::reason(body)?;
        let row = self.state.attestations.get(id);
        let absent = || Refusal::absent("attestation_not_found", "Attestation not found");
        let row = row.ok_or_else(absent)?;
        let answer = [("attestation_id", Value::from(id)), ("status", Value::from("revoked"))];
        let done =
            Done::ok(Value::from(answer)).noting("attestation_id", id).noting("reason", reason);
        if row.revoked.is_some() {
            return Ok(done.noting("was_revoked", true));
        }
        let (attestation_id, reason) = (id.to_owned(), reason.to_owned());
        let sequence = self.state.feed.sequence.saturating_add(1);
        Ok(done.because(AttestationRevoked { attestation_id, reason, sequence }))
    }

    pub(crate) fn set_recognition_policy(body: &Body) -> Result<Done, Refusal> {
        let code = "invalid_recognition_policy";
        let policy = RecognitionPolicy::read(body.object("recognition_policy"))
            .map_err(|error| Refusal::schema(code, "Invalid recognition_policy", &error))?;
        let keys = policy.recognized_issuers.iter().flat_map(|issuer| &issuer.public_keys);
        if let Some(key) = keys.into_iter().find(|key| MeshKey::parse(key).is_err()) {
            let message = "Invalid recognition_policy: a key is no Ed25519 public key in base64";
            return Err(Refusal::new(422, code, message).with("key", key.as_str()));
        }
        let local = policy.local_sovereign_id.clone();
        let default = format!("recognition-{local}");
        let policy_id = body.text("policy_id", "invalid_policy_id")?.unwrap_or(&default).to_owned();
        let answer = Value::from([
            ("policy_id", Value::from(policy_id.as_str())),
            ("local_sovereign_id", Value::from(local)),
            ("active", Value::from(true)),
        ]);
        let done = Done::ok(answer).noting("policy_id", policy_id.as_str());
        Ok(done.because(RecognitionPolicySet { policy_id, policy }))
    }

    pub(crate) fn import_feed(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        let published = PublishedFeed::read(body.object("feed")).map_err(|error| {
            let code = "invalid_sovereign_revocation_feed";
            Refusal::schema(code, "Invalid sovereign revocation feed", &error)
        })?;
        let feed = &published.feed;
        let issuer = feed.issuer_sovereign_id.as_str();
        let given = body.keys("issuer_public_keys", "invalid_issuer_public_keys")?;
        let keys = given.unwrap_or_else(|| self.keys_of(issuer));
        if keys.is_empty() {
            let code = "missing_issuer_public_keys";
            return Err(Refusal::bad(code, code).with("issuer_sovereign_id", issuer));
        }
        let check = FeedCheck {
            issuer_keys: &keys,
            expected_issuer: body
                .text("expected_issuer_sovereign_id", "invalid_expected_issuer_sovereign_id")?,
            last_sequence: self.state.imports.get(issuer).map(|imported| imported.sequence),
        };
        published.verify_with(&check, call.at, self.memo()).map_err(|reason| {
            let status = if reason == FeedReason::StaleSequence { 409 } else { 400 };
            Refusal::new(status, reason.as_str(), reason.as_str())
                .with("feed_id", feed.feed_id.as_str())
                .with("issuer_sovereign_id", issuer)
                .with("sequence", feed.sequence)
        })?;
        let answer = Value::from([
            ("accepted", Value::from(true)),
            ("reason", Value::from("accepted")),
            ("feed_id", Value::from(feed.feed_id.as_str())),
            ("issuer_sovereign_id", Value::from(issuer)),
            ("sequence", Value::from(feed.sequence)),
            ("revoked_count", Value::from(feed.revoked_count() as u64)),
        ]);
        let done = Done::ok(answer)
            .noting("issuer_sovereign_id", issuer)
            .noting("feed_id", feed.feed_id.as_str())
            .noting("revoked_count", feed.revoked_count() as u64)
            .noting("sequence", feed.sequence);
        Ok(done.because(FeedImported { feed: published.feed }))
    }

    /// The keys that treaties in force give a sovereign.
    pub(crate) fn keys_of(&self, sovereign_id: &str) -> Vec<MeshKey> {
        let treaties = self.state.connectome.treaties().filter(|it| it.revoked_at.is_none());
        let of = treaties.filter(|it| it.treaty.subject_sovereign_id == sovereign_id);
        let keys = of.flat_map(|it| &it.treaty.subject_public_keys);
        keys.filter_map(|key| MeshKey::parse(key).ok()).collect()
    }
}
