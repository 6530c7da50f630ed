//! What a sovereign can state about itself, its actors and its treaties.
//!
//! Bodies only: who signed and when travels beside them in the statement. DESIGN §2.1.

use comity_wire::{Digest, KeyId, SovereignId, StatementId, Time};
use serde::{Deserialize, Serialize};

comity_wire::facts! {
    /// Facts of the mesh: sovereigns, actors, treaties.
    pub enum MeshFact {
        /// A sovereign comes into being; signed by its root key, issuer absent.
        Genesis(Genesis) = "comity:mesh/genesis/v1",
        /// A key may act for the sovereign; signed by its authority key.
        ActorAdmitted(ActorAdmitted) = "comity:mesh/actor_admitted/v1",
        /// A sovereign offers a treaty to another.
        TreatyOffered(TreatyOffered) = "comity:mesh/treaty_offered/v1",
        /// The invited sovereign accepts.
        TreatyAccepted(TreatyAccepted) = "comity:mesh/treaty_accepted/v1",
        /// The invited sovereign declines.
        TreatyRejected(TreatyRejected) = "comity:mesh/treaty_rejected/v1",
        /// A party leaves, or the offerer takes an unanswered offer back.
        TreatyWithdrawn(TreatyWithdrawn) = "comity:mesh/treaty_withdrawn/v1",
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

/// An offer of a treaty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TreatyOffered {
    /// Who may accept it.
    pub to: SovereignId,
    /// What it covers; at least one, none twice.
    pub scopes: Vec<Scope>,
    /// First instant covered, inclusive.
    pub not_before: Time,
    /// Last instant covered, inclusive.
    pub not_after: Time,
}

/// The invited sovereign accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TreatyAccepted {
    /// The offer answered.
    pub offer: StatementId,
}

/// The invited sovereign declines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TreatyRejected {
    /// The offer answered.
    pub offer: StatementId,
}

/// A party leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TreatyWithdrawn {
    /// The offer that opened the treaty.
    pub offer: StatementId,
    /// Why, for people.
    pub reason: String,
}
