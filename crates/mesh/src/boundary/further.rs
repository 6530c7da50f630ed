//! Further gates from the checks of this crate. Each also wants the claim to be the requester's, which the reference's
//! gates do not.

use comity_wire::mesh_json::Datetime;

use super::{Agreed, ContextRecord, Gate, NOT_THE_REQUESTER};
use crate::data_usage::{DataAccessIntent, DataDemand};
use crate::model::{ModelAttestation, ModelDemand};

/// Passes if the requester is made of what the operator lets act.
#[derive(Clone, Copy, Debug)]
pub struct ModelGate<'a> {
    /// What the requester says it is made of.
    pub attestation: &'a ModelAttestation,
    /// What may act.
    pub demand: ModelDemand<'a>,
}

/// Passes if the requester means to use data that is licensed to it.
#[derive(Clone, Copy, Debug)]
pub struct DataUsageGate<'a> {
    /// What the requester means to access.
    pub intent: &'a DataAccessIntent,
    /// What it is held against.
    pub demand: DataDemand<'a>,
}

impl Gate for ModelGate<'_> {
    fn name(&self) -> &'static str {
        "logic_attestation"
    }

    fn check(
        &self,
        context: &ContextRecord,
        _: &Agreed<'_>,
        at: Datetime,
    ) -> Result<String, String> {
        let attestation = self.attestation;
        attestation.verify(&self.demand, at).map_err(|reason| reason.to_string())?;
        if attestation.agent_sovereign_id != context.requester_sovereign_id {
            return Err(NOT_THE_REQUESTER.to_owned());
        }
        let id: String = attestation.attestation_id.chars().take(8).collect();
        Ok(format!("attestation '{id}' verified for model '{}'", attestation.model_id))
    }
}

impl Gate for DataUsageGate<'_> {
    fn name(&self) -> &'static str {
        "data_usage"
    }

    fn check(
        &self,
        context: &ContextRecord,
        _: &Agreed<'_>,
        at: Datetime,
    ) -> Result<String, String> {
        if let Some(violation) = self.intent.verify(&self.demand, at).first() {
            return Err(violation.reason.to_string());
        }
        if self.intent.agent_sovereign_id != context.requester_sovereign_id {
            return Err(NOT_THE_REQUESTER.to_owned());
        }
        Ok("compliant".to_owned())
    }
}
