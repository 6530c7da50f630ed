//! The rules of a network, as its authority publishes them.

use comity_sign::SigningKey;
use comity_wire::mesh_json::Datetime;

use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::schema::{SchemaError, Settle};
use crate::{objects, reasons};

objects! {
    /// How a network routes.
    pub struct RoutingConfig {
        /// Transports, the preferred one first.
        preferred_transports: Vec<String> = vec!["quic".to_owned(), "wireguard".to_owned()],
        /// Most hops of a route.
        max_hops: u64 = 6,
    }

    /// The rules of a network.
    pub struct PolicyManifest signed_by signatures, settled {
        /// Its id.
        policy_id: String,
        /// When it was made.
        issued_at: Datetime,
        /// The authority's name for its key.
        issued_by: String,
        /// The oldest program that is let in.
        min_client_version: String,
        /// Ports that may be used.
        allowed_ports: Vec<u64> = vec![443, 8443],
        /// Services that may run.
        allowed_services: Vec<String> = Vec::new(),
        /// How it routes.
        routing: RoutingConfig = RoutingConfig::default(),
        /// By the authority.
        signatures: Vec<Signature> = Vec::new(),
    }
}

reasons! {
    /// Why a policy is refused.
    pub enum PolicyReason {
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// No signature is by the authority.
        InvalidSignature = "invalid_signature",
    }
}

impl Default for RoutingConfig {
    /// `quic`, then `wireguard`; six hops.
    fn default() -> Self {
        let preferred_transports = vec!["quic".to_owned(), "wireguard".to_owned()];
        Self { preferred_transports, max_hops: 6 }
    }
}

impl Settle for PolicyManifest {
    fn settle(self) -> Result<Self, SchemaError> {
        if self.allowed_ports.iter().any(|port| u64::from(u16::MAX) < *port) {
            return Err(SchemaError::expected("ports up to 65535").within("allowed_ports"));
        }
        Ok(self)
    }
}

impl PolicyManifest {
    /// Signs a draft. Its own signatures are dropped; the new one's key id is `issued_by`.
    ///
    /// # Errors
    ///
    /// [`SchemaError`] for a port that is none.
    pub fn issue(mut self, secret: &SigningKey) -> Result<Self, SchemaError> {
        self.signatures.clear();
        let mut issued = self.settle()?;
        let key_id = issued.issued_by.clone();
        issued.sign(secret, &key_id);
        Ok(issued)
    }

    /// Checks that the authority signed it.
    ///
    /// # Errors
    ///
    /// [`PolicyReason`].
    pub fn verify(&self, authority: &MeshKey) -> Result<(), PolicyReason> {
        match self.check_signatures(std::slice::from_ref(authority)) {
            SignatureCheck::Missing => Err(PolicyReason::MissingSignature),
            SignatureCheck::Invalid => Err(PolicyReason::InvalidSignature),
            SignatureCheck::Valid => Ok(()),
        }
    }
}
