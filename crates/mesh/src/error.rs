//! What can go wrong between sovereigns, said in the words of the domain.

use comity_wire::{KeyId, SovereignId, StatementId, Time};

use crate::{Role, Scope};

/// Why a treaty refused an event, or does not cover an act. The treaty is unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TreatyError {
    /// The event does not exist in this state, e.g. accepting a treaty that has ended.
    #[error("cannot {event} a treaty that is {state}")]
    NotInThisState {
        /// Name of the current state.
        state: &'static str,
        /// Verb of the refused event.
        event: &'static str,
    },
    /// The sovereign is not entitled to this move.
    #[error("{by} is not entitled to {event} this treaty")]
    NotEntitled {
        /// Who tried.
        by: SovereignId,
        /// Verb of the refused event.
        event: &'static str,
    },
    /// The treaty's last day is over.
    #[error("treaty ran until {not_after}, the act is dated {at}")]
    Expired {
        /// Last instant covered.
        not_after: Time,
        /// Date of the act.
        at: Time,
    },
    /// The treaty covers nothing yet: not accepted by then, or its first day is still to come.
    #[error("treaty covers acts from {from} on, the act is dated {at}")]
    NotYet {
        /// First instant covered.
        from: Time,
        /// Date of the act.
        at: Time,
    },
    /// The treaty had ended before the act.
    #[error("treaty ended at {ended}, the act is dated {at}")]
    Ended {
        /// When it ended.
        ended: Time,
        /// Date of the act.
        at: Time,
    },
    /// The treaty was offered but never accepted.
    #[error("treaty is {state}, it covers nothing")]
    NotInForce {
        /// Name of the current state.
        state: &'static str,
    },
    /// The treaty is about something else.
    #[error("treaty does not cover {scope:?}")]
    OutOfScope {
        /// The scope that was needed.
        scope: Scope,
    },
    /// An event is dated before the one it answers.
    #[error("dated {at}, before what it answers ({after})")]
    DatedBefore {
        /// Date of what it answers.
        after: Time,
        /// Date of the event.
        at: Time,
    },
}

impl TreatyError {
    /// Stable code for machines; [`Display`](std::fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotInThisState { .. } => "mesh.treaty_not_in_this_state",
            Self::NotEntitled { .. } => "mesh.treaty_not_entitled",
            Self::Expired { .. } => "mesh.treaty_expired",
            Self::NotYet { .. } => "mesh.treaty_not_yet",
            Self::Ended { .. } => "mesh.treaty_ended",
            Self::NotInForce { .. } => "mesh.treaty_not_in_force",
            Self::OutOfScope { .. } => "mesh.treaty_out_of_scope",
            Self::DatedBefore { .. } => "mesh.treaty_dated_before",
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
    /// A sovereign offered a treaty to itself.
    #[error("{id} offers a treaty to itself")]
    TreatyWithSelf {
        /// The sovereign.
        id: SovereignId,
    },
    /// The list of scopes is empty or names one twice.
    #[error("scopes must be 1 to {max} different ones, got {count}")]
    BadScopes {
        /// Entries given.
        count: usize,
        /// Entries allowed.
        max: usize,
    },
    /// The treaty would end before it begins.
    #[error("treaty would run from {not_before} to {not_after}")]
    BadTerm {
        /// First instant.
        not_before: Time,
        /// Last instant.
        not_after: Time,
    },
    /// The same offer arrived a second time.
    #[error("offer {offer} is already known")]
    OfferKnown {
        /// Its statement id.
        offer: StatementId,
    },
    /// An answer to an offer nobody has seen.
    #[error("offer {offer} is not known")]
    UnknownOffer {
        /// Its statement id.
        offer: StatementId,
    },
    /// The two sovereigns have no treaty at all.
    #[error("{a} and {b} have no treaty")]
    NoTreaty {
        /// One side.
        a: SovereignId,
        /// The other.
        b: SovereignId,
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
            Self::TreatyWithSelf { .. } => "mesh.treaty_with_self",
            Self::BadScopes { .. } => "mesh.bad_scopes",
            Self::BadTerm { .. } => "mesh.bad_term",
            Self::OfferKnown { .. } => "mesh.offer_known",
            Self::UnknownOffer { .. } => "mesh.unknown_offer",
            Self::NoTreaty { .. } => "mesh.no_treaty",
            Self::Treaty(error) => error.code(),
        }
    }
}
