//! The registry of agents.

use comity_mesh::descriptor::{
    AgentDescriptor, Deregistration, DeregistrationReason, DescriptorCheck, DescriptorReason,
};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::Value;

use crate::decide::Done;
use crate::event::{AgentRegistered, AgentRemoved};
use crate::limits::AGENTS_MAX;
use crate::{Authority, Body, Call, Refusal};

impl Authority {
    pub(crate) fn register_agent(&self, call: &Call<'_>, body: &Body) -> Result<Done, Refusal> {
        let code = "invalid_agent_descriptor";
        let descriptor = AgentDescriptor::read(&body.to_value())
            .map_err(|error| Refusal::schema(code, "invalid descriptor", &error))?;
        let node = descriptor.node_public_key.as_str();
        let check = DescriptorCheck {
            network_name: self.sovereign_id(),
            has_certificate: self.is_certified(node, call.at),
            is_compromised: self.is_compromised(node),
            at: call.at,
        };
        let known = self.state.agents.get(node);
        let is_old = known.is_some_and(|slot| descriptor.registered_at.instant() < slot.not_before);
        descriptor.verify(&check).map_err(refuse_descriptor)?;
        if is_old {
            return Err(refuse_descriptor(DescriptorReason::Superseded));
        }
        if AGENTS_MAX <= self.state.agents.len() && known.is_none() {
            return Err(Refusal::new(503, "registry_full", "The registry is full"));
        }
        let answer = Value::from([
            ("status", Value::from("registered")),
            ("expires_at", Value::from(descriptor.expires_at.isoformat())),
        ]);
        let done = Done::ok(answer).noting("node_public_key", node);
        let done = done.noting("agent_id", descriptor.agent_id.as_str());
        Ok(done.because(AgentRegistered { descriptor }))
    }

    pub(crate) fn remove_agent(
        &self,
        node: &str,
        call: &Call<'_>,
        body: &Body,
    ) -> Result<Done, Refusal> {
        let request = Deregistration::read(&body.to_value()).map_err(|error| {
            Refusal::schema("invalid_deregistration", "invalid deregistration", &error)
        })?;
        let signed_at = request.verify(node, call.at).map_err(refuse_deregistration)?;
        let slot = self.state.agents.get(node);
        let absent = || refuse_deregistration(DeregistrationReason::NotRegistered);
        let live = slot.and_then(|slot| slot.get(call.at)).ok_or_else(absent)?;
        if signed_at.instant() < live.registered_at.instant() {
            return Err(refuse_deregistration(DeregistrationReason::Superseded));
        }
        let done = Done::ok(Value::from([("status", Value::from("deregistered"))]));
        let done = done.noting("node_public_key", node);
        Ok(done.because(AgentRemoved { node_public_key: node.to_owned(), signed_at }))
    }
}

fn refuse_descriptor(reason: DescriptorReason) -> Refusal {
    let status = match reason {
        DescriptorReason::SignatureRequired | DescriptorReason::InvalidSignature => 401,
        DescriptorReason::NoCertificate | DescriptorReason::KeyRevoked => 403,
        DescriptorReason::Superseded => 409,
        DescriptorReason::Expired
        | DescriptorReason::NetworkMismatch
        | DescriptorReason::BadNodeKey => 400,
    };
    Refusal::new(status, reason.as_str(), reason.as_str())
}

fn refuse_deregistration(reason: DeregistrationReason) -> Refusal {
    let status = match reason {
        DeregistrationReason::SignatureRequired
        | DeregistrationReason::OutsideWindow
        | DeregistrationReason::InvalidSignature => 401,
        DeregistrationReason::NotRegistered => 404,
        DeregistrationReason::Superseded => 409,
        DeregistrationReason::InvalidSignedAt
        | DeregistrationReason::UnknownVersion
        | DeregistrationReason::BadNodeKey => 400,
    };
    Refusal::new(status, reason.as_str(), reason.as_str())
}
