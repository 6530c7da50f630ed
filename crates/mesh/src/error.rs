//! What can go wrong between sovereigns, said in the words of the domain.

use comity_wire::mesh_json::Datetime;
use comity_wire::{KeyId, SovereignId, StatementId, Time, WireError};

use crate::recognition::TreatyReason;
use crate::schema::SchemaError;
use crate::{Role, Scope};

/// Why a treaty is refused, or does not cover an act.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TreatyError {
    /// The text in the statement is no JSON.
    #[error("treaty: {0}")]
    NotJson(#[from] WireError),
    /// It is JSON, and no treaty.
    #[error("treaty: {0}")]
    Malformed(#[from] SchemaError),
    /// It is a treaty in another spelling than the one that is signed.
    #[error("treaty is not in its canonical form")]
    NotCanonical,
    /// The treaty itself does not hold.
    #[error("treaty is refused: {0}")]
    Refused(TreatyReason),
    /// It does not name the authority key that the subject was founded with.
    #[error("treaty does not name the authority key of {to}")]
    KeyMissing {
        /// The subject.
        to: SovereignId,
    },
    /// It says that it was issued after the statement that carries it.
    #[error("treaty issued at {issued_at} in a statement dated {at}")]
    FromTheFuture {
        /// What it says.
        issued_at: Datetime,
        /// Date of the statement.
        at: Time,
    },
    /// Its issuer has used this id already.
    #[error("treaty `{treaty_id}` is already known")]
    Known {
        /// Its id.
        treaty_id: String,
    },
    /// Only who issued a treaty revokes it.
    #[error("{by} did not issue this treaty")]
    NotEntitled {
        /// Who tried.
        by: SovereignId,
    },
    /// The treaty's last day is over.
    #[error("treaty ran until {not_after}, the act is dated {at}")]
    Expired {
        /// Last instant covered.
        not_after: Datetime,
        /// Date of the act.
        at: Time,
    },
    /// The treaty's first day is still to come.
    #[error("treaty covers acts from {from} on, the act is dated {at}")]
    NotYet {
        /// First instant covered.
        from: Datetime,
        /// Date of the act.
        at: Time,
    },
    /// The treaty had been revoked before.
    #[error("treaty was revoked at {ended}, the act is dated {at}")]
    Ended {
        /// When it was revoked.
        ended: Time,
        /// Date of the act.
        at: Time,
    },
    /// The treaty is about something else.
    #[error("treaty does not cover {scope:?}")]
    OutOfScope {
        /// The scope that was needed.
        scope: Scope,
    },
}

impl TreatyError {
    /// Stable code for machines; [`Display`](std::fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotJson(_) => "mesh.treaty_not_json",
            Self::Malformed(_) => "mesh.treaty_malformed",
            Self::NotCanonical => "mesh.treaty_not_canonical",
            Self::Refused(_) => "mesh.treaty_refused",
            Self::KeyMissing { .. } => "mesh.treaty_key_missing",
            Self::FromTheFuture { .. } => "mesh.treaty_from_the_future",
            Self::Known { .. } => "mesh.treaty_known",
            Self::NotEntitled { .. } => "mesh.treaty_not_entitled",
            Self::Expired { .. } => "mesh.treaty_expired",
            Self::NotYet { .. } => "mesh.treaty_not_yet",
            Self::Ended { .. } => "mesh.treaty_ended",
            Self::OutOfScope { .. } => "mesh.treaty_out_of_scope",
        }
    }
}

/// Why the directory refused a fact or found no answer. The directory is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MeshError {
    /// No such sovereign.
    #[error("sovereign {id} is not known")]
    UnknownSovereign {
        /// The id asked for.
        id: SovereignId,
    },
    /// A genesis statement arrived a second time.
    #[error("sovereign {id} is already known")]
    SovereignKnown {
        /// Its id.
        id: SovereignId,
    },
    /// A fact other than genesis came without an issuer.
    #[error("statement {id} names no issuer; only a genesis may")]
    NoIssuer {
        /// The statement.
        id: StatementId,
    },
    /// A genesis names an issuer, though it is what creates one.
    #[error("genesis {id} names an issuer")]
    GenesisWithIssuer {
        /// The statement.
        id: StatementId,
    },
    /// The signer is not the key that may sign this.
    #[error("signed by {signer}, this takes {wanted}")]
    WrongSigner {
        /// Who signed.
        signer: KeyId,
        /// The key that may.
        wanted: KeyId,
    },
    /// The key is already somebody's, possibly under another name (invariant 1).
    #[error("key {key} already belongs to `{held_by}` of {sovereign}")]
    KeyTaken {
        /// The key.
        key: KeyId,
        /// Name it is known by.
        held_by: String,
        /// The sovereign it was admitted in.
        sovereign: SovereignId,
    },
    /// Two actors of one sovereign may not share a name.
    #[error("`{name}` is already an actor of {sovereign}")]
    NameTaken {
        /// The name.
        name: String,
        /// The sovereign.
        sovereign: SovereignId,
    },
    /// A label is empty, too long or holds something other than printable ASCII.
    #[error("{field} must be 1 to {max} printable ASCII characters, got {len} bytes")]
    BadLabel {
        /// Which field.
        field: &'static str,
        /// Bytes it has.
        len: usize,
        /// Bytes it may have.
        max: usize,
    },
    /// The list of roles is empty or names one twice.
    #[error("roles must be 1 to {max} different ones, got {count}")]
    BadRoles {
        /// Entries given.
        count: usize,
        /// Entries allowed.
        max: usize,
    },
    /// The role does not go with the kind of actor: gates are people, devices are machines.
    #[error("role {role:?} is not for this kind of actor")]
    RoleNotAllowed {
        /// The role.
        role: Role,
    },
    /// A machine calls its model family `human`, which would fake heterogeneity.
    #[error("a machine may not claim the model family `human`")]
    MachineAsHuman,
    /// No such actor.
    #[error("key {key} is not an admitted actor")]
    UnknownActor {
        /// The key asked for.
        key: KeyId,
    },
    /// The actor does not have the role.
    #[error("actor {key} does not have the role {role:?}")]
    RoleMissing {
        /// The actor's key.
        key: KeyId,
        /// The role that was needed.
        role: Role,
    },
    /// A founding key that is no Ed25519 key, so that nothing it signed can be checked.
    #[error("{key} is no Ed25519 key")]
    BadKey {
        /// The key.
        key: KeyId,
    },
    /// A sovereign recognises itself.
    #[error("{id} recognises itself")]
    TreatyWithSelf {
        /// The sovereign.
        id: SovereignId,
    },
    /// No statement carries this treaty.
    #[error("treaty {id} is not known")]
    UnknownTreaty {
        /// Id of the statement.
        id: StatementId,
    },
    /// One sovereign has not recognised the other.
    #[error("{by} has no treaty that recognises {to}")]
    NoTreaty {
        /// Who would recognise.
        by: SovereignId,
        /// Whom.
        to: SovereignId,
    },
    /// The treaty refused.
    #[error(transparent)]
    Treaty(#[from] TreatyError),
}

impl MeshError {
    /// Stable code for machines; [`Display`](std::fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownSovereign { .. } => "mesh.unknown_sovereign",
            Self::SovereignKnown { .. } => "mesh.sovereign_known",
            Self::NoIssuer { .. } => "mesh.no_issuer",
            Self::GenesisWithIssuer { .. } => "mesh.genesis_with_issuer",
            Self::WrongSigner { .. } => "mesh.wrong_signer",
            Self::KeyTaken { .. } => "mesh.key_taken",
            Self::NameTaken { .. } => "mesh.name_taken",
            Self::BadLabel { .. } => "mesh.bad_label",
            Self::BadRoles { .. } => "mesh.bad_roles",
            Self::RoleNotAllowed { .. } => "mesh.role_not_allowed",
            Self::MachineAsHuman => "mesh.machine_as_human",
            Self::UnknownActor { .. } => "mesh.unknown_actor",
            Self::RoleMissing { .. } => "mesh.role_missing",
            Self::BadKey { .. } => "mesh.bad_founding_key",
            Self::TreatyWithSelf { .. } => "mesh.treaty_with_self",
            Self::UnknownTreaty { .. } => "mesh.unknown_treaty",
            Self::NoTreaty { .. } => "mesh.no_treaty",
            Self::Treaty(error) => error.code(),
        }
    }
}
