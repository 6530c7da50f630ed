//! Checking what somebody shows, in the light of what this authority knows. Nothing changes.

use comity_mesh::attestation::{AttestationReason, MembershipAttestation, RecognitionPolicy};
use comity_mesh::keys::MeshKey;
use comity_mesh::recognition::{RecognitionTreaty, TreatyCheck, TreatyReason};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, Value};

use crate::{Authority, Body, Refusal};

/// The verdict, with what it is about.
fn answer(refused: Option<&str>, about: &[(&str, &str)]) -> Value {
    let about = about.iter().map(|(name, id)| ((*name).to_owned(), Value::from(*id)));
    let verdict = [
        ("accepted".to_owned(), Value::from(refused.is_none())),
        ("reason".to_owned(), Value::from(refused.unwrap_or("accepted"))),
    ];
    Value::Map(verdict.into_iter().chain(about).collect())
}

impl Authority {
    /// `POST /recognition-treaties/verify`.
    ///
    /// # Errors
    ///
    /// 422 `invalid_recognition_treaty`, 400 for keys that are none.
    pub fn verify_treaty(&self, body: &Body, at: Datetime) -> Result<Value, Refusal> {
        let treaty = RecognitionTreaty::read(body.object("treaty")).map_err(|error| {
            Refusal::schema("invalid_recognition_treaty", "Invalid recognition treaty", &error)
        })?;
        let keys = self.issuer_keys(body, "issuer_public_keys", "invalid_issuer_public_keys")?;
        let code = "invalid_expected_sovereign_id";
        let check = TreatyCheck {
            issuer_keys: &keys,
            expected_issuer: body.text("expected_issuer_sovereign_id", code)?,
            expected_subject: body.text("expected_subject_sovereign_id", code)?,
            is_revoked: self.is_treaty_revoked(&treaty.treaty_id),
            at,
        };
        let refused = treaty.verify_with(&check, self.memo()).err().map(TreatyReason::as_str);
        Ok(answer(
            refused,
            &[
                ("treaty_id", &treaty.treaty_id),
                ("issuer_sovereign_id", &treaty.issuer_sovereign_id),
                ("subject_sovereign_id", &treaty.subject_sovereign_id),
            ],
        ))
    }

    /// `POST /attestations/verify`.
    ///
    /// # Errors
    ///
    /// 422 `invalid_attestation_or_policy`, 400 `missing_recognition_policy`.
    pub fn verify_attestation(&self, body: &Body, at: Datetime) -> Result<Value, Refusal> {
        let invalid = |error| {
            let message = "Invalid attestation or recognition policy";
            Refusal::schema("invalid_attestation_or_policy", message, &error)
        };
        let attestation =
            MembershipAttestation::read(body.object("attestation")).map_err(invalid)?;
        let given = body.get("recognition_policy").map(RecognitionPolicy::read);
        let given = given.transpose().map_err(invalid)?;
        let own = self.state.recognition_policy.as_ref().map(|(_, policy)| policy);
        let policy = given.as_ref().or(own).ok_or_else(|| {
            Refusal::bad("missing_recognition_policy", "recognition_policy is required")
        })?;
        let row = self.state.attestations.get(&attestation.attestation_id);
        let is_revoked = row.is_some_and(|row| row.revoked.is_some());
        let result = attestation.verify_with(policy, is_revoked, at, self.memo());
        let refused = result.err().map(AttestationReason::as_str);
        Ok(answer(
            refused,
            &[
                ("issuer_sovereign_id", &attestation.issuer_sovereign_id),
                ("attestation_id", &attestation.attestation_id),
            ],
        ))
    }

    /// `POST /attestations/verify-with-treaty`.
    ///
    /// # Errors
    ///
    /// 422 `invalid_attestation_or_treaty`, 400 for keys that are none.
    pub fn verify_with_treaty(&self, body: &Body, at: Datetime) -> Result<Value, Refusal> {
        let invalid = |error| {
            let message = "Invalid attestation or recognition treaty";
            Refusal::schema("invalid_attestation_or_treaty", message, &error)
        };
        let attestation =
            MembershipAttestation::read(body.object("attestation")).map_err(invalid)?;
        let treaty = RecognitionTreaty::read(body.object("treaty")).map_err(invalid)?;
        let code = "invalid_treaty_issuer_public_keys";
        let keys = self.issuer_keys(body, "treaty_issuer_public_keys", code)?;
        let check = TreatyCheck {
            issuer_keys: &keys,
            expected_issuer: None,
            expected_subject: None,
            is_revoked: self.is_treaty_revoked(&treaty.treaty_id),
            at,
        };
        let is_revoked = self.is_imported(&attestation) || self.is_own_revoked(&attestation);
        let result = treaty.verify_attestation_with(&attestation, &check, is_revoked, self.memo());
        let refused = result.err().map(|reason| reason.to_string());
        Ok(answer(
            refused.as_deref(),
            &[
                ("treaty_id", &treaty.treaty_id),
                ("attestation_id", &attestation.attestation_id),
                ("issuer_sovereign_id", &treaty.issuer_sovereign_id),
                ("subject_sovereign_id", &treaty.subject_sovereign_id),
            ],
        ))
    }

    /// The keys that a request names; this authority's if it names none.
    pub(crate) fn issuer_keys(
        &self,
        body: &Body,
        name: &str,
        code: &'static str,
    ) -> Result<Vec<MeshKey>, Refusal> {
        let given = body.keys(name, code)?.filter(|keys| !keys.is_empty());
        Ok(given.unwrap_or_else(|| vec![self.own_key.clone()]))
    }

    fn is_treaty_revoked(&self, treaty_id: &str) -> bool {
        self.state.connectome.treaty(treaty_id).is_some_and(|it| it.revoked_at.is_some())
    }

    /// Whether this sovereign issued the attestation and took it back.
    fn is_own_revoked(&self, attestation: &MembershipAttestation) -> bool {
        let row = self.state.attestations.get(&attestation.attestation_id);
        attestation.issuer_sovereign_id == self.sovereign_id()
            && row.is_some_and(|row| row.revoked.is_some())
    }

    /// Whether the issuer's imported feed revokes the attestation.
    fn is_imported(&self, attestation: &MembershipAttestation) -> bool {
        let (issuer, id) = (&attestation.issuer_sovereign_id, &attestation.attestation_id);
        self.state.connectome.is_revoked(issuer, id)
    }
}
