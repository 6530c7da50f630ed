//! What a sovereign can state about itself, its actors and its treaties.
//!
//! Bodies only: who signed and when travels beside them in the statement. DESIGN §2.1.

use comity_wire::{Digest, KeyId, StatementId};
use serde::{Deserialize, Serialize};

comity_wire::facts! {
    /// Facts of the mesh: sovereigns, actors, treaties.
    pub enum MeshFact {
        /// A sovereign comes into being; signed by its root key, issuer absent.
        Genesis(Genesis) = "comity:mesh/genesis/v1",
        /// A key may act for the sovereign; signed by its authority key.
        ActorAdmitted(ActorAdmitted) = "comity:mesh/actor_admitted/v1",
        /// The sovereign recognises another.
        TreatyIssued(TreatyIssued) = "comity:mesh/treaty_issued/v1",
        /// It does so no longer.
        TreatyRevoked(TreatyRevoked) = "comity:mesh/treaty_revoked/v1",
    }
}

/// The statement that founds a sovereign. Its statement id becomes the sovereign's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Genesis {
    /// Short name shown to people; not unique in the world.
    pub name: String,
    /// The organisation behind it.
    pub organisation: String,
    /// Region it counts for, e.g. `eu-north`.
    pub region: String,
    /// Root key: signs this statement and nothing else.
    pub root: KeyId,
    /// Authority key: signs everything the sovereign states and its log.
    pub authority: KeyId,
    /// Second, post-quantum authority key as `did:key`, for hybrid issuers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority_ml_dsa: Option<String>,
    /// SHA-256 of the parameter file in force.
    pub parameters: Digest,
    /// Cosignatures a checkpoint of this sovereign needs; a count.
    pub witnesses_min: u64,
}

/// Admission of an actor: a person, a program or a device with a key of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActorAdmitted {
    /// Name, unique within the sovereign.
    pub name: String,
    /// The actor's key, unique in the world.
    pub key: KeyId,
    /// Person or machine.
    pub actor: ActorKind,
    /// Family of the model behind a machine; of a person the directory keeps `human`.
    pub model_family: String,
    /// How it works, e.g. `statistics`, `neural`, `inspection`.
    pub method_type: String,
    /// Organisation it belongs to.
    pub organisation: String,
    /// Region it counts for.
    pub region: String,
    /// What it may do; at least one, none twice.
    pub roles: Vec<Role>,
}

/// Whether an actor is a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person.
    Human,
    /// A program or a device.
    Machine,
}

/// What an actor may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Does the work of a mission.
    Worker,
    /// Reviews claims.
    Reviewer,
    /// Owns missions.
    Owner,
    /// Decides at the final gate; people only.
    Gate,
    /// Signs readings; machines only.
    Device,
}

/// What two sovereigns do together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Place and take orders.
    Order,
    /// Review claims.
    Review,
    /// Hold money in escrow.
    Escrow,
    /// Cosign checkpoints.
    Witness,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Order, Self::Review, Self::Escrow, Self::Witness];

    /// The role that a treaty must allow to cover this.
    pub const fn role(self) -> &'static str {
        match self {
            Self::Order => "role:service:order",
            Self::Review => "role:service:review",
            Self::Escrow => "role:service:escrow",
            Self::Witness => "role:service:witness",
        }
    }
}

/// A treaty by which the stating sovereign recognises another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TreatyIssued {
    /// The treaty in the protocol's canonical form, signatures included.
    pub treaty: String,
}

/// The end of a treaty before its time; stated by who issued it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TreatyRevoked {
    /// The statement that carries the treaty.
    pub treaty: StatementId,
    /// Why, for people.
    pub reason: String,
}
