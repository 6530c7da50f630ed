//! Making treaties: the protocol's own object, signed by the authority, for a statement to carry.

use std::collections::BTreeMap;

use comity_mesh::attestation::Status;
use comity_mesh::keys::MeshKey;
use comity_mesh::recognition::{RecognitionTreaty, RecognitionTreatyScope};
use comity_mesh::{MeshFact, TreatyIssued, treaty_text};
use comity_sign::PublicKey;
use comity_wire::mesh_json::Datetime;
use comity_wire::{Digest, SovereignId, StatementId, sha256_concat};

use super::Node;
use crate::error::NodeError;
use crate::io::Now;

/// A treaty that is to be.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// Whom it recognises.
    pub(crate) to: SovereignId,
    /// The roles that it allows; none listed means any.
    pub(crate) roles: Vec<String>,
    /// First and last instant.
    pub(crate) window: (Datetime, Datetime),
    /// What tells it from every other treaty of this sovereign.
    pub(crate) about: Digest,
}

impl Node {
    /// A treaty, signed. Its id follows from who issues it and what it is about.
    pub(crate) fn treaty(
        &self,
        me: SovereignId,
        now: Now,
        wanted: Wanted,
    ) -> Result<MeshFact, NodeError> {
        let subject =
            self.world.directory().sovereign(wanted.to).map_err(comity_replay::Refusal::from)?;
        let key = PublicKey::from_key_id(&subject.genesis.authority)
            .map_err(|_| NodeError::BadGenesis)?;
        let genesis = StatementId::from_digest(wanted.to.digest());
        let (valid_from, expires_at) = wanted.window;
        let draft = RecognitionTreaty {
            treaty_id: sha256_concat(&[me.digest().as_bytes(), wanted.about.as_bytes()])
                .to_string(),
            issuer_sovereign_id: me.to_string(),
            subject_sovereign_id: wanted.to.to_string(),
            subject_public_keys: vec![MeshKey::from(key).to_string()],
            scope: RecognitionTreatyScope { allowed_roles: wanted.roles, ..Default::default() },
            status: Status::Active,
            issued_at: self.date(now, &[genesis]).into(),
            valid_from,
            expires_at,
            issued_by: self.authority().to_string(),
            metadata: BTreeMap::new(),
            signatures: Vec::new(),
        };
        let treaty = draft.issue(self.secrets.authority.ed25519())?;
        Ok(TreatyIssued { treaty: treaty_text(&treaty) }.into())
    }
}
