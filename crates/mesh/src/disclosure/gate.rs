//! A gate that opens on a proof of the capability that is asked for.

use comity_wire::mesh_json::Datetime;

use super::{CapabilityCommitment, CapabilityMembershipProof, NullifierCheck};
use crate::boundary::{Agreed, ContextRecord, Gate};
use crate::keys::MeshKey;

/// Lets requests through whose capability is in a commitment about the same agreement.
#[derive(Clone, Copy, Debug)]
pub struct DisclosureGate<'a> {
    /// The commitment.
    pub commitment: &'a CapabilityCommitment,
    /// The proof.
    pub proof: &'a CapabilityMembershipProof,
    /// Keys of the commitment's issuer.
    pub issuer_keys: &'a [MeshKey],
    /// The nullifier, if one is wanted; its time gives way to that of the request.
    pub nullifier: Option<NullifierCheck<'a>>,
}

impl Gate for DisclosureGate<'_> {
    fn name(&self) -> &'static str {
        "selective_disclosure"
    }

    fn check(
        &self,
        context: &ContextRecord,
        agreed: &Agreed<'_>,
        at: Datetime,
    ) -> Result<String, String> {
        let nullifier = self.nullifier.map(|check| NullifierCheck { at, ..check });
        let result = self.proof.verify(self.commitment, self.issuer_keys, nullifier);
        result.map_err(|reason| format!("proof verification failed: {reason}"))?;
        let (shown, asked) = (&self.proof.revealed_capability, &context.requested_capability);
        if shown != asked {
            return Err(format!(
                "disclosed capability '{shown}' != requested capability '{asked}'"
            ));
        }
        if self.commitment.agreement_id != agreed.agreement_id {
            return Err(format!("commitment is about '{}'", self.commitment.agreement_id));
        }
        Ok(format!("selective disclosure proof valid for '{shown}'"))
    }
}
