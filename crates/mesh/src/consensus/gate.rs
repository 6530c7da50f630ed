//! A gate that opens on a consensus.

use comity_wire::mesh_json::Datetime;

use super::{ConsensusCheck, ConsensusProof};
use crate::boundary::{Agreed, ContextRecord, Gate};

/// Lets requests through that come with enough validators' approval.
#[derive(Clone, Copy, Debug)]
pub struct ConsensusGate<'a> {
    /// The consensus.
    pub proof: &'a ConsensusProof,
    /// What it is checked with; its time gives way to that of the request.
    pub check: ConsensusCheck<'a>,
}

impl Gate for ConsensusGate<'_> {
    fn name(&self) -> &'static str {
        "consensus_required"
    }

    fn check(&self, _: &ContextRecord, _: &Agreed<'_>, at: Datetime) -> Result<String, String> {
        match self.proof.verify(&ConsensusCheck { at, ..self.check }) {
            Ok(()) => Ok(format!("consensus proof {} valid", self.proof.consensus_id)),
            Err(reason) => Err(format!("consensus proof invalid: {reason}")),
        }
    }
}
