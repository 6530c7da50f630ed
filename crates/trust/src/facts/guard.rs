//! What is said about held updates and by whom they are released.

use comity_constitution::Nano;
use comity_wire::{KeyId, StatementId};
use serde::{Deserialize, Serialize};

/// A person vouches: signed by that person's own key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endorsed {
    /// The statement that is vouched for: a held update, a measured benchmark, an allegation.
    pub about: StatementId,
}

/// A held update is applied after all, because enough people have vouched for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Released {
    /// Trust after.
    pub after: Nano,
    /// Trust before.
    pub before: Nano,
    /// The endorsements that it rests on.
    pub endorsements: Vec<StatementId>,
    /// The update that was held.
    pub held: StatementId,
}

/// Nobody released a held update in time: it is not applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspended {
    /// The update that was held.
    pub held: StatementId,
}

/// Whole days of decay are taken from an account, without work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decayed {
    /// Whose trust.
    pub actor: KeyId,
    /// Trust after.
    pub after: Nano,
    /// Trust before.
    pub before: Nano,
    /// Days taken with this one since the last activity, earlier ones included.
    pub days: u64,
}
