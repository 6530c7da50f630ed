//! The recognition graph as sovereigns publish it.

use std::sync::Arc;

use comity_wire::mesh_json::{Value, canonical};
use comity_wire::{Digest, sha256};

use super::decision::RoleScope;
use crate::objects;
use crate::recognition::RecognitionTreaty;
use crate::schema::{Field, SchemaError, member, members};

const TREATY: &str = "recognition_treaty";
const ATTESTATION: &str = "membership_attestation";

objects! {
    /// A sovereign that a treaty mentions.
    pub struct SovereignRef {
        /// Its id.
        sovereign_id: String,
    }

    /// A treaty as an edge: `from` recognises `to`.
    pub struct Edge {
        /// Who recognises.
        from: String,
        /// Who is recognised.
        to: String,
        /// Under which treaty.
        treaty_id: String,
        /// What is stored beside the treaty: `active`, `suspended` or `revoked`.
        status: String = String::new(),
        /// Where the treaty stands at the time of the export.
        lifecycle_state: String = "active".to_owned(),
        /// How close its end is.
        expiry_risk: String = String::new(),
        /// From here on.
        valid_from: String = String::new(),
        /// Until here.
        expires_at: String = String::new(),
    }

    /// A treaty that was revoked or replaced.
    pub struct RevokedTreaty {
        /// The treaty.
        id: String,
        /// `revoked` or `replaced`.
        lifecycle_state: String,
        /// Why.
        reason: Option<String> = None,
        /// When.
        revoked_at: Option<String> = None,
    }

    /// An attestation that its issuer revoked, as imported from the issuer's feed.
    pub struct RevokedAttestation {
        /// The attestation.
        id: String,
        /// Who issued and revoked it.
        issuer_sovereign_id: String,
        /// The feed that said so.
        feed_id: String,
        /// The feed's sequence.
        sequence: u64,
        /// Why.
        reason: Option<String> = None,
        /// When the feed was imported.
        revoked_at: Option<String> = None,
    }

    /// A recognition graph export.
    pub struct RecognitionGraph {
        /// Everybody mentioned.
        sovereigns: Vec<SovereignRef> = Vec::new(),
        /// The treaties as edges, by date of issue.
        recognition_edges: Vec<Edge> = Vec::new(),
        /// The treaties that carry trust, as they were signed.
        active_treaties: Vec<ActiveTreaty> = Vec::new(),
        /// What is known to be revoked: treaties first.
        revoked_trust_material: Vec<RevokedMaterial> = Vec::new(),
    }

    /// A graph in short.
    pub struct AtlasSummary {
        /// Everybody mentioned.
        sovereigns: Vec<SovereignRef>,
        /// The treaties as edges.
        recognition_edges: Vec<Edge>,
        /// How many carry trust.
        active_treaty_count: u64,
        /// How much is known to be revoked.
        revoked_trust_material_count: u64,
        /// Digest of the graph this was made from.
        graph_digest: String,
    }
}

/// A treaty that carries trust.
#[derive(Clone, Debug)]
pub enum ActiveTreaty {
    /// One of our own.
    Own(Arc<RecognitionTreaty>),
    /// What an export says, members that nobody here knows included.
    Read(Value),
}

impl ActiveTreaty {
    /// Its id, if it has one.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Own(treaty) => Some(&treaty.treaty_id),
            Self::Read(treaty) => treaty.get("treaty_id")?.as_str(),
        }
    }

    /// The roles that it grants.
    pub fn roles(&self) -> RoleScope {
        match self {
            Self::Own(treaty) => RoleScope::from(&treaty.scope),
            Self::Read(treaty) => RoleScope::of(treaty),
        }
    }

    /// Whether it accepts attestations of no status at all.
    pub fn accepts_nobody(&self) -> bool {
        match self {
            Self::Own(treaty) => treaty.scope.accepted_statuses.is_empty(),
            Self::Read(treaty) => {
                let statuses = treaty.get("scope").and_then(|it| it.get("accepted_statuses"));
                matches!(statuses, Some(Value::List(statuses)) if statuses.is_empty())
            }
        }
    }
}

/// Two are equal if they say the same.
impl PartialEq for ActiveTreaty {
    fn eq(&self, other: &Self) -> bool {
        self.write() == other.write()
    }
}

impl Field for ActiveTreaty {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        Ok(Self::Read(value.clone()))
    }

    fn write(&self) -> Value {
        match self {
            Self::Own(treaty) => treaty.write(),
            Self::Read(treaty) => treaty.clone(),
        }
    }

    fn append_to(&self, out: &mut Vec<u8>) {
        match self {
            Self::Own(treaty) => treaty.append_to(out),
            Self::Read(treaty) => treaty.append_to(out),
        }
    }
}

/// Something that no longer carries trust.
#[derive(Clone, Debug, PartialEq)]
pub enum RevokedMaterial {
    /// A treaty.
    Treaty(RevokedTreaty),
    /// Another sovereign's attestation.
    Attestation(RevokedAttestation),
}

impl RevokedMaterial {
    /// What kind of material it is, on the wire.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Treaty(_) => TREATY,
            Self::Attestation(_) => ATTESTATION,
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        match self {
            Self::Treaty(treaty) => &treaty.id,
            Self::Attestation(attestation) => &attestation.id,
        }
    }

    /// The attestation, if it is one.
    pub const fn as_attestation(&self) -> Option<&RevokedAttestation> {
        if let Self::Attestation(attestation) = self { Some(attestation) } else { None }
    }
}

/// An object whose `type` says what it is.
impl Field for RevokedMaterial {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        let kind: String = member(members(value)?, "type", None)?;
        match kind.as_str() {
            TREATY => RevokedTreaty::read(value).map(Self::Treaty),
            ATTESTATION => RevokedAttestation::read(value).map(Self::Attestation),
            _ => Err(SchemaError::expected(TREATY).within("type")),
        }
    }

    fn write(&self) -> Value {
        let mut value = match self {
            Self::Treaty(treaty) => treaty.write(),
            Self::Attestation(attestation) => attestation.write(),
        };
        if let Value::Map(members) = &mut value {
            members.insert("type".to_owned(), Value::from(self.kind()));
        }
        value
    }
}

impl Edge {
    /// Whether it carries trust.
    pub fn is_active(&self) -> bool {
        self.status == "active"
            && matches!(self.lifecycle_state.as_str(), "active" | "expiring_soon")
    }

    /// Whether somebody ended it. One that ran out is neither active nor revoked.
    pub fn is_revoked(&self) -> bool {
        self.status == "revoked" || matches!(self.lifecycle_state.as_str(), "revoked" | "replaced")
    }

    /// What edges are ordered by.
    pub(super) fn key(&self) -> (&str, &str, &str) {
        (&self.from, &self.to, &self.treaty_id)
    }
}

/// The digest that evidence and agreements name: of an export as it was received, members that nobody here knows included.
pub fn graph_digest(export: &Value) -> Digest {
    sha256(&canonical(export))
}

impl RecognitionGraph {
    /// The digest that evidence and agreements name.
    pub fn digest(&self) -> Digest {
        sha256(&self.to_canonical())
    }

    /// The graph in short.
    pub fn atlas_summary(&self) -> AtlasSummary {
        AtlasSummary {
            sovereigns: self.sovereigns.clone(),
            recognition_edges: self.recognition_edges.clone(),
            active_treaty_count: count(&self.active_treaties),
            revoked_trust_material_count: count(&self.revoked_trust_material),
            graph_digest: self.digest().to_string(),
        }
    }

    /// The revoked attestations, in the order of the export.
    pub(super) fn revoked_attestations(&self) -> impl Iterator<Item = &RevokedAttestation> {
        self.revoked_trust_material.iter().filter_map(RevokedMaterial::as_attestation)
    }
}

/// How many there are, as numbers go on the wire.
pub(super) fn count<T>(items: &[T]) -> u64 {
    items.len() as u64
}
