//! How a decision is made: gate after gate, with a trace.

use std::collections::BTreeMap;

use comity_wire::mesh_json::{Datetime, Value};

use super::gates::{self, Agreed, BuiltIn, Gate};
use super::{BoundaryDecision, ContextRecord, DECISION_SECONDS, GateResult};
use crate::freshness::FreshnessProof;
use crate::justification::{GateTrace, GateTraceEntry};
use crate::keys::MeshKey;

/// Which freshness proofs an operator wants to see.
#[derive(Clone, Copy, Debug)]
pub struct FreshnessRule<'a> {
    /// Keys of the issuers.
    pub issuer_keys: &'a [MeshKey],
    /// Whose feed; `None` takes any.
    pub feed: Option<&'a str>,
}

/// An operator's way to decide.
#[derive(Clone, Copy)]
pub struct Boundary<'a> {
    /// Who decides.
    pub operator_sovereign_id: &'a str,
    /// How long a decision is good.
    pub valid_seconds: i64,
    /// Further gates, in order.
    pub gates: &'a [&'a dyn Gate],
    /// Freshness proofs, if they are wanted.
    pub freshness: Option<FreshnessRule<'a>>,
}

/// What is decided about.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The request.
    pub context: &'a ContextRecord,
    /// What it is made under.
    pub agreed: &'a Agreed<'a>,
    /// What the requester shows.
    pub proof: Option<&'a FreshnessProof>,
}

/// Ids for what is made.
#[derive(Clone, Debug)]
pub struct DecisionIds {
    /// Of the decision.
    pub decision_id: String,
    /// Of the trace.
    pub trace_id: String,
}

/// A decision that nobody signed yet, and how it came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// The decision.
    pub decision: BoundaryDecision,
    /// The gates.
    pub trace: GateTrace,
}

/// Why nothing is decided at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BoundaryError {
    /// The request is made under something else.
    #[error("the request is under {requested}, not under {given}")]
    OtherAgreement {
        /// What the request names.
        requested: String,
        /// What it was to be judged by.
        given: String,
    },
    /// Requester and provider are not the two parties.
    #[error("{requester} and {provider} are not the parties of the agreement")]
    NotTheParties {
        /// Who asks.
        requester: String,
        /// Who is asked.
        provider: String,
    },
}

impl BoundaryError {
    /// Stable code for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherAgreement { .. } => "mesh.boundary_other_agreement",
            Self::NotTheParties { .. } => "mesh.boundary_not_the_parties",
        }
    }
}

impl std::fmt::Debug for Boundary<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let gates: Vec<&str> = self.gates.iter().map(|gate| gate.name()).collect();
        f.debug_struct("Boundary")
            .field("operator_sovereign_id", &self.operator_sovereign_id)
            .field("valid_seconds", &self.valid_seconds)
            .field("gates", &gates)
            .field("freshness", &self.freshness)
            .finish()
    }
}

/// What has been found so far.
struct Walk<'a> {
    request: &'a Request<'a>,
    at: Datetime,
    results: Vec<GateResult>,
    entries: Vec<GateTraceEntry>,
    denial: Option<String>,
}

impl Walk<'_> {
    /// Notes what a gate said; whether the request passed.
    fn note(
        &mut self,
        (name, kind): (&str, &str),
        inputs: BTreeMap<String, Value>,
        said: Result<String, String>,
    ) -> bool {
        let passed = said.is_ok();
        let (Ok(detail) | Err(detail)) = said;
        self.entries.push(GateTraceEntry {
            gate_name: name.to_owned(),
            gate_type: kind.to_owned(),
            evaluated_at: self.at,
            inputs,
            result: passed,
            reason: detail.clone(),
            metadata: BTreeMap::new(),
        });
        self.results.push(GateResult { gate_name: name.to_owned(), passed, detail });
        passed
    }

    /// Passes a built-in gate.
    fn pass(&mut self, gate: BuiltIn, rule: Option<&FreshnessRule<'_>>) -> bool {
        let Request { context, agreed, proof } = *self.request;
        let said = match (gate, rule) {
            (BuiltIn::Capability, _) => gates::capability(context, agreed),
            (BuiltIn::Window, _) => gates::window(context, agreed, self.at),
            (BuiltIn::Freshness, _) => gates::freshness(context, agreed),
            (BuiltIn::Proof, Some(rule)) => gates::proof(proof, rule, agreed, self.at),
            (BuiltIn::Proof, None) => return true,
        };
        let inputs = gates::inputs(gate, context, agreed, proof);
        let inputs = inputs.members().cloned().unwrap_or_default();
        let passed = self.note((gate.name(), gate.kind()), inputs, said);
        if !passed {
            self.denial = Some(gate.denial().to_owned());
        }
        passed
    }

    /// Passes a further gate.
    fn pass_further(&mut self, gate: &dyn Gate) -> bool {
        let said = gate.check(self.request.context, self.request.agreed, self.at);
        let name = gate.name();
        if let Err(detail) = &said {
            self.denial = Some(format!("gate '{name}' failed: {detail}"));
        }
        self.note((name, "CustomGate"), BTreeMap::new(), said)
    }
}

impl<'a> Boundary<'a> {
    /// The three gates that everybody has, and decisions good for [`DECISION_SECONDS`].
    pub const fn new(operator_sovereign_id: &'a str) -> Self {
        let valid_seconds = DECISION_SECONDS;
        Self { operator_sovereign_id, valid_seconds, gates: &[], freshness: None }
    }

    /// Decides. The decision has still to be signed.
    ///
    /// # Errors
    ///
    /// [`BoundaryError`] if request and agreement do not belong together.
    pub fn evaluate(
        &self,
        request: &Request<'_>,
        ids: DecisionIds,
        at: Datetime,
    ) -> Result<Evaluation, BoundaryError> {
        belong_together(request)?;
        let (results, entries) = (Vec::new(), Vec::new());
        let mut walk = Walk { request, at, results, entries, denial: None };
        let authorized = BuiltIn::FIRST.into_iter().all(|gate| walk.pass(gate, None))
            && self.gates.iter().all(|gate| walk.pass_further(*gate))
            && walk.pass(BuiltIn::Proof, self.freshness.as_ref());
        Ok(self.conclude(walk, authorized, ids))
    }

    fn conclude(&self, walk: Walk<'_>, authorized: bool, ids: DecisionIds) -> Evaluation {
        let Walk { request, at, results, entries, denial } = walk;
        let last = results.last().filter(|_| !authorized);
        let trace = GateTrace {
            trace_id: ids.trace_id,
            decision_id: ids.decision_id.clone(),
            agreement_id: request.agreed.agreement_id.to_owned(),
            operator_sovereign_id: self.operator_sovereign_id.to_owned(),
            traced_at: at,
            entries,
            short_circuited_at: last.map(|gate| gate.gate_name.clone()),
            final_authorized: authorized,
        };
        let until = at.plus(self.valid_seconds);
        let agreed_until = request.agreed.valid_until;
        let is_longer = agreed_until.instant() < until.instant();
        let decision = BoundaryDecision {
            decision_id: ids.decision_id,
            context_id: request.context.context_id.clone(),
            agreement_id: request.context.agreement_id.clone(),
            authorized,
            denial_reason: denial,
            gate_results: results,
            decision_made_at: at,
            decision_valid_until: if authorized && is_longer { agreed_until } else { until },
            operator_sovereign_id: self.operator_sovereign_id.to_owned(),
            freshness_proof: request
                .proof
                .filter(|_| authorized && self.freshness.is_some())
                .cloned(),
            signature: None,
        };
        Evaluation { decision, trace }
    }
}

fn belong_together(request: &Request<'_>) -> Result<(), BoundaryError> {
    let (context, agreed) = (request.context, request.agreed);
    if context.agreement_id != agreed.agreement_id {
        return Err(BoundaryError::OtherAgreement {
            requested: context.agreement_id.clone(),
            given: agreed.agreement_id.to_owned(),
        });
    }
    let asked = [context.requester_sovereign_id.as_str(), context.provider_sovereign_id.as_str()];
    let [first, second] = agreed.parties;
    if asked != [first, second] && asked != [second, first] {
        return Err(BoundaryError::NotTheParties {
            requester: context.requester_sovereign_id.clone(),
            provider: context.provider_sovereign_id.clone(),
        });
    }
    Ok(())
}
