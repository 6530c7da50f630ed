//! Agent descriptors: what a node offers, said by the node itself, and the registry in which others find it.
//!
//! ```text
//! descriptor ──signed by the node key──▶ registry: one per node key, until it expires,
//!                                        the node signs itself off, or its certificate is revoked
//! ```
//!
//! # Invariants
//!
//! 1. Only the key that a descriptor names speaks for it, and only its first signature is looked at.
//! 2. A capability is found by its exact text. No character is a wildcard.
//! 3. Who offers a capability is told in the order of agent id, then node key, on every machine.
//! 4. A descriptor never comes back by being sent again: one older than the last word of its node is refused.
//!
//! # Source
//!
//! The reference's `models/discovery.py`, `na_service/routes/discovery.py` and `examples/agent-network`.

mod registry;

use std::collections::BTreeMap;

use comity_sign::SigningKey;
use comity_wire::mesh_json::{Datetime, Value};

pub use registry::Registry;

use crate::attestation::{IssueError, SKEW_SECONDS, covers};
use crate::keys::{MeshKey, Signature, SignedObject as _};
use crate::schema::{SchemaError, Settle};
use crate::{objects, reasons};

/// The only known version of the text that signs a node off.
const DEREGISTRATION_VERSION: &str = "v1";

objects! {
    /// Where an agent answers.
    pub struct AgentEndpoint, settled {
        /// Name or address.
        host: String,
        /// From 1 to 65535.
        port: u64,
        /// `ws` or `wss`.
        scheme: String = "ws".to_owned(),
    }

    /// What a node offers.
    pub struct AgentDescriptor signed_by signatures, settled {
        /// The agent's name.
        agent_id: String,
        /// The node's key, base64.
        node_public_key: String,
        /// The network.
        network_name: String,
        /// What it can do.
        capabilities: Vec<String> = Vec::new(),
        /// Where it answers.
        endpoint: AgentEndpoint,
        /// From here on, inclusive.
        registered_at: Datetime,
        /// Until here, inclusive.
        expires_at: Datetime,
        /// Anything.
        metadata: BTreeMap<String, Value> = BTreeMap::new(),
        /// By the node.
        signatures: Vec<Signature> = Vec::new(),
    }

    /// A node signs itself off.
    pub struct Deregistration {
        /// By the node over [`deregistration_text`], base64.
        signature: String = String::new(),
        /// When, as it was signed.
        signed_at: String = String::new(),
        /// `v1`.
        version: String = DEREGISTRATION_VERSION.to_owned(),
    }
}

reasons! {
    /// Why a descriptor is refused.
    pub enum DescriptorReason {
        /// Nobody signed it.
        SignatureRequired = "descriptor_signature_required",
        /// Too early or too late.
        Expired = "descriptor_expired",
        /// It is for another network.
        NetworkMismatch = "descriptor_network_mismatch",
        /// Its node has no certificate that holds.
        NoCertificate = "node_has_no_active_certificate",
        /// A certificate of its node was revoked because others have the key.
        KeyRevoked = "node_key_revoked",
        /// Its node's key is no key.
        BadNodeKey = "bad_node_key",
        /// The first signature is not by the node.
        InvalidSignature = "invalid_signature",
        /// The node has said something else since.
        Superseded = "descriptor_superseded",
    }
}

reasons! {
    /// Why a node is not signed off.
    pub enum DeregistrationReason {
        /// No signature, or no time.
        SignatureRequired = "delete_signature_required",
        /// The time is none.
        InvalidSignedAt = "invalid_signed_at",
        /// The time is more than five minutes off.
        OutsideWindow = "signed_at_outside_window",
        /// A version of the text that is not known here.
        UnknownVersion = "unknown_delete_version",
        /// The node's key is no key.
        BadNodeKey = "bad_node_key",
        /// The signature is not by the node.
        InvalidSignature = "invalid_signature",
        /// Nothing is registered for it.
        NotRegistered = "agent_not_registered",
        /// It registered again since.
        Superseded = "delete_superseded",
    }
}

/// What a descriptor is checked against.
#[derive(Clone, Copy, Debug)]
pub struct DescriptorCheck<'a> {
    /// The network.
    pub network_name: &'a str,
    /// Whether the node has a certificate that is neither revoked nor expired.
    pub has_certificate: bool,
    /// Whether a certificate of the node was ever revoked for key compromise.
    pub is_compromised: bool,
    /// The time of the question.
    pub at: Datetime,
}

impl<'a> DescriptorCheck<'a> {
    /// For a descriptor that a registry shows. Whether its node's certificate stands is the registry's to know, which drops
    /// descriptors with them.
    pub const fn listed(network_name: &'a str, at: Datetime) -> Self {
        Self { network_name, has_certificate: true, is_compromised: false, at }
    }
}

/// The text that a node signs to be taken out of a registry.
pub fn deregistration_text(node_public_key: &str, signed_at: &str) -> String {
    format!("delete-agent|{DEREGISTRATION_VERSION}|{node_public_key}|{signed_at}")
}

impl Settle for AgentEndpoint {
    fn settle(self) -> Result<Self, SchemaError> {
        if !(1..=u64::from(u16::MAX)).contains(&self.port) {
            return Err(SchemaError::expected("a port from 1 to 65535").within("port"));
        }
        Ok(self)
    }
}

impl AgentEndpoint {
    /// `scheme://host:port`.
    pub fn to_uri(&self) -> String {
        format!("{}://{}:{}", self.scheme, self.host, self.port)
    }
}

impl Settle for AgentDescriptor {
    fn settle(self) -> Result<Self, SchemaError> {
        if self.expires_at.instant() <= self.registered_at.instant() {
            return Err(SchemaError::expected("expires_at after registered_at"));
        }
        Ok(self)
    }
}

impl AgentDescriptor {
    /// Signs a draft with the node's key, which it must name. Its own signatures are dropped.
    ///
    /// # Errors
    ///
    /// [`IssueError`] if the key is another one, or the window would not do.
    pub fn issue(mut self, secret: &SigningKey, key_id: &str) -> Result<Self, IssueError> {
        if MeshKey::from(secret.public()).to_string() != self.node_public_key {
            return Err(IssueError::OtherKey);
        }
        self.signatures.clear();
        let mut issued = self.settle()?;
        issued.sign(secret, key_id);
        Ok(issued)
    }

    /// Whether `at` is inside its window, with five minutes of skew before it.
    pub const fn is_active(&self, at: Datetime) -> bool {
        covers(self.registered_at, self.expires_at, (SKEW_SECONDS, 0), at)
    }

    /// Checks it.
    ///
    /// # Errors
    ///
    /// [`DescriptorReason`], the first that applies.
    pub fn verify(&self, check: &DescriptorCheck<'_>) -> Result<(), DescriptorReason> {
        let first = self.signatures.first().ok_or(DescriptorReason::SignatureRequired)?;
        if !self.is_active(check.at) {
            return Err(DescriptorReason::Expired);
        }
        if self.network_name != check.network_name {
            return Err(DescriptorReason::NetworkMismatch);
        }
        if !check.has_certificate {
            return Err(DescriptorReason::NoCertificate);
        }
        if check.is_compromised {
            return Err(DescriptorReason::KeyRevoked);
        }
        let node = MeshKey::parse(&self.node_public_key);
        let node = node.map_err(|_| DescriptorReason::BadNodeKey)?;
        if !node.has_signed(&self.signed_bytes(), &first.sig) {
            return Err(DescriptorReason::InvalidSignature);
        }
        Ok(())
    }
}

impl Deregistration {
    /// Checks that the node signed itself off, and tells when.
    ///
    /// # Errors
    ///
    /// [`DeregistrationReason`], the first that applies.
    pub fn verify(
        &self,
        node_public_key: &str,
        at: Datetime,
    ) -> Result<Datetime, DeregistrationReason> {
        if self.signature.is_empty() || self.signed_at.is_empty() {
            return Err(DeregistrationReason::SignatureRequired);
        }
        let signed_at = Datetime::parse(&self.signed_at);
        let signed_at = signed_at.map_err(|_| DeregistrationReason::InvalidSignedAt)?;
        if !covers(signed_at, signed_at, (SKEW_SECONDS, SKEW_SECONDS), at) {
            return Err(DeregistrationReason::OutsideWindow);
        }
        if self.version != DEREGISTRATION_VERSION {
            return Err(DeregistrationReason::UnknownVersion);
        }
        let node = MeshKey::parse(node_public_key);
        let node = node.map_err(|_| DeregistrationReason::BadNodeKey)?;
        let text = deregistration_text(node_public_key, &self.signed_at);
        if !node.has_signed(text.as_bytes(), &self.signature) {
            return Err(DeregistrationReason::InvalidSignature);
        }
        Ok(signed_at)
    }
}

#[cfg(test)]
mod tests;
