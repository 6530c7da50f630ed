//! Evidence of trust.

use comity_mesh::connectome::{Scratch, TrustVerdict};
use comity_mesh::evidence::{EvidenceReason, Finding, TrustEvidence};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, Value};

use super::{object, text};
use crate::decide::Done;
use crate::ids::drawn;
use crate::{Authority, Body, Call, Refusal};

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

    /// What the graph says now about the trust of one sovereign in another, signed in the name of the first.
    pub(super) fn found(
        &self,
        call: &Call<'_>,
        source: &str,
        target: &str,
    ) -> Result<TrustEvidence, Refusal> {
        let mut scratch = Scratch::new();
        let decision = self.state.connectome.decide(&mut scratch, source, target, Vec::new());
        let digest = self.recognition_graph().digest();
        let finding = Finding::of(&decision, digest)
            .map_err(|error| Refusal::bad("invalid_decision", error.to_string()))?;
        Ok(TrustEvidence::issue(
            finding,
            drawn(call.id, "evidence"),
            source,
            call.at,
            &self.secret,
            &self.config.key_id,
        ))
    }
}
