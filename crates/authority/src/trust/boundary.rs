//! Boundary decisions: whether a request under an agreement may go ahead.

use comity_mesh::agreement::{AgreementRecord, PartyKeys};
use comity_mesh::boundary::{
    Agreed, Boundary, BoundaryDecision, BoundaryError, BoundaryOutcome, BoundaryReason,
    ContextRecord, DecisionIds, Gate, Request,
};
use comity_mesh::keys::{MeshKey, SignedObject as _};
use comity_mesh::schema::{Field as _, SchemaError, member};
use comity_wire::mesh_json::{Datetime, Value};

use super::{object, text};
use crate::decide::Done;
use crate::ids::drawn;
use crate::{Authority, Body, Call, Refusal};

/// The gate that looks whether both parties agreed at all; the reference has none.
struct AgreementGate<'a> {
    agreement: &'a AgreementRecord,
    offerer: Vec<MeshKey>,
    responder: Vec<MeshKey>,
}

impl Gate for AgreementGate<'_> {
    fn name(&self) -> &'static str {
        "agreement_signatures"
    }

    fn check(&self, _: &ContextRecord, _: &Agreed<'_>, at: Datetime) -> Result<String, String> {
        let keys = PartyKeys { offerer: &self.offerer, responder: &self.responder };
        match self.agreement.verify_in_force(keys, None, at) {
            Ok(()) => Ok("both parties signed the agreement".to_owned()),
            Err(reason) => Err(reason.as_str().to_owned()),
        }
    }
}

impl Authority {
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

    /// `POST /admin/boundary/decide`: decides about a request, and signs that. An agreement that cannot be shown to be
    /// both parties' authorises nothing.
    pub(crate) fn decide_boundary(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        self.in_office(call.at)?;
        let missing = "missing_boundary_fields";
        let agreement: AgreementRecord = object(body, "agreement", missing, "invalid_agreement")?;
        let capability = body.required("requested_capability", missing)?;
        let context = context(call, body, &agreement, capability)?;
        let (offerer, responder) =
            (&agreement.offerer_sovereign_id, &agreement.responder_sovereign_id);
        let gate = AgreementGate {
            agreement: &agreement,
            offerer: self.keys_for(body, "offerer_public_keys", offerer)?,
            responder: self.keys_for(body, "responder_public_keys", responder)?,
        };
        let boundary =
            Boundary { gates: &[&gate as &dyn Gate], ..Boundary::new(self.sovereign_id()) };
        let request = Request { context: &context, agreed: &agreement.agreed(), proof: None };
        let ids = DecisionIds {
            decision_id: drawn(call.id, "decision"),
            trace_id: drawn(call.id, "trace"),
        };
        let evaluation = boundary.evaluate(&request, ids, call.at).map_err(|it| refuse(&it))?;
        let mut decision = evaluation.decision;
        decision.sign(&self.secret, &self.config.key_id);
        let done = Done { status: 201, ..Done::ok(decision.write()) };
        let done = done.noting("decision_id", decision.decision_id);
        let done = done.noting("agreement_id", decision.agreement_id);
        Ok(done
            .noting("requested_capability", capability)
            .noting("authorized", decision.authorized))
    }
}

/// The request: what its own members say, or what follows from the agreement.
fn context(
    call: &Call<'_>,
    body: &Body,
    agreement: &AgreementRecord,
    capability: &str,
) -> Result<ContextRecord, Refusal> {
    let invalid = |error: SchemaError| Refusal {
        status: 400,
        ..Refusal::schema("invalid_context", "Invalid context record", &error)
    };
    let given = body.map("context", "invalid_context")?;
    let or = |name: &str, default: &str| {
        let text = member::<Option<String>>(&given, name, Some(None)).map_err(invalid)?;
        Ok::<_, Refusal>(text.filter(|it| !it.is_empty()).unwrap_or_else(|| default.to_owned()))
    };
    let parameters = member(&given, "request_parameters", Some(None)).map_err(invalid)?;
    let seen = member(&given, "context_freshness_seq", Some(None)).map_err(invalid)?;
    Ok(ContextRecord {
        context_id: or("context_id", &drawn(call.id, "context"))?,
        agreement_id: agreement.agreement_id.clone(),
        parent_kind: or("parent_kind", "direct")?,
        requester_sovereign_id: or("requester_sovereign_id", &agreement.responder_sovereign_id)?,
        provider_sovereign_id: or("provider_sovereign_id", &agreement.offerer_sovereign_id)?,
        requested_capability: capability.to_owned(),
        request_parameters: parameters.unwrap_or_default(),
        requested_at: call.at,
        context_freshness_seq: seen.unwrap_or_default(),
    })
}

fn refuse(error: &BoundaryError) -> Refusal {
    Refusal::new(422, "boundary_eval_failed", error.to_string()).with("reason", error.code())
}
