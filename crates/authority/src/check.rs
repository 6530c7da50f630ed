//! Checking evidence, agreements, boundary decisions and consensus that somebody shows; and signing evidence.

use std::collections::BTreeMap;

use comity_mesh::agreement::{AgreementReason, AgreementRecord, PartyKeys};
use comity_mesh::boundary::{BoundaryDecision, BoundaryOutcome, BoundaryReason};
use comity_mesh::connectome::TrustVerdict;
use comity_mesh::consensus::{CascadeRule, ConsensusCheck, ConsensusProof, ConsensusReason};
use comity_mesh::evidence::{EvidenceReason, Finding, TrustEvidence};
use comity_mesh::keys::MeshKey;
use comity_mesh::schema::{Field, SchemaError};
use comity_wire::mesh_json::{Datetime, Value};

use crate::decide::Done;
use crate::{Authority, Body, Call, Refusal};

/// Reads the object that a check is about.
fn object<T: Field>(
    body: &Body,
    name: &str,
    missing: &'static str,
    invalid: &'static str,
) -> Result<T, Refusal> {
    let absent = || Refusal::bad(missing, format!("{name} is required"));
    let refuse = |error: SchemaError| Refusal {
        status: 400,
        ..Refusal::schema(invalid, "Invalid object", &error)
    };
    T::read(body.get(name).ok_or_else(absent)?).map_err(refuse)
}

fn text(text: &str) -> Value {
    Value::from(text)
}

impl Authority {
    /// `POST /trust-evidence/verify`.
    ///
    /// # Errors
    ///
    /// 400 for evidence or keys that are none.
    pub fn verify_evidence(&self, body: &Body, _: Datetime) -> Result<Value, Refusal> {
        let evidence: TrustEvidence =
            object(body, "evidence", "missing_evidence", "invalid_evidence")?;
        let keys = self.issuer_keys(body, "issuer_public_keys", "invalid_issuer_public_keys")?;
        let expected = body.text("expected_graph_digest", "invalid_expected_graph_digest")?;
        let refused = evidence.verify(&keys, expected).err().map(EvidenceReason::as_str);
        Ok(Value::from([
            ("accepted", Value::from(refused.is_none())),
            ("reason", text(refused.unwrap_or("accepted"))),
            ("evidence_id", text(&evidence.evidence_id)),
            ("issuer_sovereign_id", text(&evidence.issuer_sovereign_id)),
            ("verdict", text(&evidence.verdict)),
        ]))
    }

    /// `POST /agreements/verify`. Both parties' keys must be given: neither falls back on this authority's.
    ///
    /// # Errors
    ///
    /// 400 for an agreement or keys that are none, or keys that are missing.
    pub fn verify_agreement(&self, body: &Body, at: Datetime) -> Result<Value, Refusal> {
        let agreement: AgreementRecord =
            object(body, "agreement", "missing_agreement", "invalid_agreement")?;
        let offerer = required_keys(body, "offerer_public_keys")?;
        let responder = required_keys(body, "responder_public_keys")?;
        let keys = PartyKeys { offerer: &offerer, responder: &responder };
        let expected = body.text("expected_graph_digest", "invalid_expected_graph_digest")?;
        let result = agreement.verify_in_force(keys, expected, at);
        let refused = result.err().map(AgreementReason::as_str);
        Ok(Value::from([
            ("accepted", Value::from(refused.is_none())),
            ("reason", text(refused.unwrap_or("accepted"))),
            ("agreement_id", text(&agreement.agreement_id)),
        ]))
    }

    /// `POST /boundary/verify`.
    ///
    /// # Errors
    ///
    /// 400 for a decision or keys that are none.
    pub fn verify_boundary(&self, body: &Body, at: Datetime) -> Result<Value, Refusal> {
        let decision: BoundaryDecision =
            object(body, "decision", "missing_decision", "invalid_decision")?;
        let code = "invalid_operator_public_keys";
        let keys = self.issuer_keys(body, "operator_public_keys", code)?;
        let proof_keys = body.keys("freshness_public_keys", "invalid_freshness_public_keys")?;
        let result = decision.verify(&keys, proof_keys.as_deref(), at);
        let reason = result.map_or_else(BoundaryReason::as_str, BoundaryOutcome::as_str);
        Ok(Value::from([
            ("accepted", Value::from(result.is_ok())),
            ("authorized", Value::from(result == Ok(BoundaryOutcome::Authorized))),
            ("reason", text(reason)),
            ("decision_id", text(&decision.decision_id)),
        ]))
    }

    /// `POST /consensus/verify`.
    ///
    /// # Errors
    ///
    /// 400 for a proof or keys that are none.
    pub fn verify_consensus(&self, body: &Body, at: Datetime) -> Result<Value, Refusal> {
        let proof: ConsensusProof = object(body, "proof", "missing_proof", "invalid_proof")?;
        let code = "invalid_assembler_public_keys";
        let assembler_keys = self.issuer_keys(body, "assembler_public_keys", code)?;
        let check = ConsensusCheck {
            validator_keys: &self.validator_keys(body)?,
            assembler_keys: &assembler_keys,
            justification_proof_id: body.text("justification_proof_id", "invalid_proof_id")?,
            cascade: CascadeRule::default(),
            at,
        };
        let refused = proof.verify(&check).err().map(ConsensusReason::as_str);
        Ok(Value::from([
            ("valid", Value::from(refused.is_none())),
            ("reason", text(refused.unwrap_or("valid"))),
            ("consensus_id", text(&proof.consensus_id)),
        ]))
    }

    /// Validators' keys by id; this authority's under its own name if none are given.
    fn validator_keys(&self, body: &Body) -> Result<BTreeMap<String, MeshKey>, Refusal> {
        let code = "invalid_validator_public_keys";
        let given = body.map("validator_public_keys", code)?;
        if given.is_empty() {
            return Ok(BTreeMap::from([(self.config.key_id.clone(), self.own_key.clone())]));
        }
        let wrong = || Refusal::bad(code, "validator_public_keys must be keys in base64, by id");
        let key = |(id, key): (String, Value)| {
            let key = key.as_str().and_then(|key| MeshKey::parse(key).ok()).ok_or_else(wrong)?;
            Ok((id, key))
        };
        given.into_iter().map(key).collect()
    }

    /// `POST /admin/trust-evidence`: signs what an operator found.
    pub(crate) fn issue_evidence(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        self.in_office(call.at)?;
        let mut finding: Finding =
            object(body, "decision", "missing_decision", "invalid_decision")?;
        let verdicts =
            [TrustVerdict::Allow, TrustVerdict::Warn, TrustVerdict::Escalate, TrustVerdict::Block];
        if !verdicts.iter().any(|verdict| verdict.as_str() == finding.verdict) {
            let message = "verdict must be one of: allow, block, escalate, warn";
            return Err(Refusal::bad("invalid_verdict", message));
        }
        let given = body.text("graph_digest", "invalid_graph_digest")?;
        finding.graph_digest =
            given.map_or_else(|| self.recognition_graph().digest().to_string(), str::to_owned);
        let evidence = TrustEvidence::issue(
            finding,
            call.id.to_owned(),
            self.sovereign_id(),
            call.at,
            &self.secret,
            &self.config.key_id,
        );
        let done = Done { status: 201, ..Done::ok(evidence.write()) };
        let done = done.noting("evidence_id", evidence.evidence_id.as_str());
        Ok(done.noting("verdict", evidence.verdict.as_str()))
    }
}

/// Keys that a request must bring.
fn required_keys(body: &Body, name: &'static str) -> Result<Vec<MeshKey>, Refusal> {
    let keys = body.keys(name, "invalid_public_keys")?.filter(|keys| !keys.is_empty());
    keys.ok_or_else(|| Refusal::bad("missing_public_keys", format!("{name} is required")))
}
