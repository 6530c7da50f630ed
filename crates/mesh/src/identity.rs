//! Who a sovereign is: its identity document and its genesis, signed by its root.

use std::collections::BTreeMap;

use comity_wire::mesh_json::{Datetime, Value};

use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::{objects, reasons};

objects! {
    /// What a sovereign says about itself. Unsigned.
    pub struct SovereignIdentity {
        /// Its id; the network's name in practice.
        sovereign_id: String,
        /// The network's name.
        network_name: String,
        /// Root key, base64.
        root_public_key: String,
        /// Authority key, base64.
        network_authority_public_key: Option<String> = None,
        /// Where it answers.
        endpoints: Vec<String> = Vec::new(),
        /// Anything.
        metadata: BTreeMap<String, Value> = BTreeMap::new(),
    }

    /// Who issues for a network, and from when to when.
    pub struct NetworkAuthority {
        /// Authority key, base64.
        public_key: String,
        /// From here on, inclusive.
        valid_from: Datetime,
        /// Until here, inclusive.
        valid_to: Datetime,
    }

    /// Which policy a network was founded with.
    pub struct PolicyManifestRef {
        /// `sha256:` and hexadecimal digits.
        hash: String,
        /// Where to get it.
        url: Option<String> = None,
    }

    /// A node that newcomers can ask.
    pub struct BootstrapAnchor {
        /// Its id.
        id: String,
        /// `host:port`.
        endpoint: String,
    }

    /// The root of everything that a network says, signed by its root key.
    pub struct GenesisBlock signed_by signatures {
        /// The network's name, and the sovereign's id.
        network_name: String,
        /// Version of the network.
        network_version: String,
        /// Root key, base64.
        root_public_key: String,
        /// Who issues.
        network_authority: NetworkAuthority,
        /// Suites that nodes may use.
        allowed_crypto_suites: Vec<String> = vec!["ed25519".to_owned(), "x25519".to_owned()],
        /// Transports that nodes may use.
        allowed_transports: Vec<String> = vec!["quic".to_owned(), "wireguard".to_owned()],
        /// The founding policy.
        policy_manifest: PolicyManifestRef,
        /// Whom newcomers can ask.
        bootstrap_anchors: Vec<BootstrapAnchor> = Vec::new(),
        /// By the root key.
        signatures: Vec<Signature> = Vec::new(),
    }
}

reasons! {
    /// Why a genesis is refused.
    pub enum GenesisReason {
        /// Its root key is no key.
        BadRootKey = "bad_root_key",
        /// Its authority's key is no key.
        BadAuthorityKey = "bad_authority_key",
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// A signature is not by the root key.
        InvalidSignature = "invalid_signature",
        /// The authority is not in office at that time.
        OutsideValidityWindow = "outside_validity_window",
    }
}

impl GenesisBlock {
    /// Checks that every signature is by the root key, and that the authority is in office `at` that time.
    ///
    /// # Errors
    ///
    /// [`GenesisReason`], the first that applies.
    pub fn verify(&self, at: Datetime) -> Result<(), GenesisReason> {
        let root = MeshKey::parse(&self.root_public_key).map_err(|_| GenesisReason::BadRootKey)?;
        let authority = &self.network_authority;
        MeshKey::parse(&authority.public_key).map_err(|_| GenesisReason::BadAuthorityKey)?;
        match self.check_signatures(std::slice::from_ref(&root)) {
            SignatureCheck::Missing => return Err(GenesisReason::MissingSignature),
            SignatureCheck::Invalid => return Err(GenesisReason::InvalidSignature),
            SignatureCheck::Valid => {}
        }
        let bytes = self.signed_bytes();
        if !self.signatures.iter().all(|signature| root.has_signed(&bytes, &signature.sig)) {
            return Err(GenesisReason::InvalidSignature);
        }
        let window = authority.valid_from.instant()..=authority.valid_to.instant();
        if window.contains(&at.instant()) {
            Ok(())
        } else {
            Err(GenesisReason::OutsideValidityWindow)
        }
    }
}

#[cfg(test)]
mod tests;
