//! What one statement contributes to its epoch's roots.

use comity_wire::{Digest, KeyId, Statement, StatementId, Time, jcs, sha256, sha256_concat};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    error::CommitmentError,
    merkle::{Leaf, OrderKey},
};

/// One canonical record of an epoch. Its leaf is the SHA-256 of its canonical JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventRecord {
    /// Key of the signer.
    pub actor_id: String,
    /// Id of the statement.
    pub event_id: String,
    /// Date of the statement.
    pub event_timestamp: Time,
    /// Kind of the statement.
    pub event_type: String,
    /// Body of the statement.
    pub payload: Value,
}

impl EventRecord {
    /// The record of a statement, recomputable by whoever holds the statement.
    ///
    /// # Errors
    ///
    /// [`CommitmentError::Wire`] if the body is not canonical JSON.
    pub fn of_statement(id: StatementId, statement: &Statement) -> Result<Self, CommitmentError> {
        Ok(Self {
            actor_id: statement.signer.to_string(),
            event_id: id.to_string(),
            event_timestamp: statement.at,
            event_type: statement.kind.clone(),
            payload: jcs::from_slice(statement.body.get().as_bytes())?,
        })
    }

    /// The record's place and hash in its tree.
    ///
    /// # Errors
    ///
    /// [`CommitmentError::Wire`] if the payload has no canonical form.
    pub fn leaf(&self) -> Result<Leaf, CommitmentError> {
        let order = OrderKey {
            event_type: self.event_type.clone(),
            event_id: self.event_id.clone(),
            event_timestamp: self.event_timestamp.to_string(),
            actor_id: self.actor_id.clone(),
        };
        Ok(Leaf { order, hash: sha256(&jcs::to_vec(self)?) })
    }
}

/// One statement of an epoch: its place among those of its kind, and its leaf. Hexadecimal digits and dates are in the order
/// of what they spell, so nothing needs to be spelled out before somebody asks for the record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Noted {
    id: StatementId,
    at: Time,
    actor: KeyId,
    hash: Digest,
}

impl Noted {
    /// What a statement that was decoded adds to its epoch. Nothing in the fixed fields is escaped in JSON and the body is
    /// canonical, so the canonical record is what they make side by side.
    pub(crate) fn of(id: StatementId, statement: &Statement) -> Self {
        let hash = sha256_concat(&[
            b"{\"actor_id\":\"",
            statement.signer.as_str().as_bytes(),
            b"\",\"event_id\":\"",
            id.to_string().as_bytes(),
            b"\",\"event_timestamp\":\"",
            statement.at.to_string().as_bytes(),
            b"\",\"event_type\":\"",
            statement.kind.as_bytes(),
            b"\",\"payload\":",
            statement.body.get().as_bytes(),
            b"}",
        ]);
        Self { id, at: statement.at, actor: statement.signer.clone(), hash }
    }

    /// The leaf of the record.
    pub(crate) fn leaf(&self, kind: &str) -> Leaf {
        let order = OrderKey {
            event_type: kind.to_owned(),
            event_id: self.id.to_string(),
            event_timestamp: self.at.to_string(),
            actor_id: self.actor.to_string(),
        };
        Leaf { order, hash: self.hash }
    }

    /// The hash of the record.
    pub(crate) const fn hash(&self) -> Digest {
        self.hash
    }

    /// Whether both have the same place.
    pub(crate) fn is_at(&self, other: &Self) -> bool {
        (self.id, self.at, &self.actor) == (other.id, other.at, &other.actor)
    }
}

/// The four roots of a commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stream {
    /// What happened to missions, orders, evidence and money.
    Mission,
    /// Trust updates.
    Trust,
    /// Who belongs, who recognises whom, votes, and what the threshold committee says.
    Governance,
    /// Reviews and what they rest on.
    Review,
}

impl Stream {
    /// Every stream.
    pub const ALL: [Self; 4] = [Self::Mission, Self::Trust, Self::Governance, Self::Review];

    /// The stream of a statement kind; none for the closing of an epoch, which cannot be part of
    /// what it closes. Kinds of rooms that do not exist yet fall into the mission stream.
    pub fn of_kind(kind: &str) -> Option<Self> {
        const REVIEW: [&str; 11] = [
            "comity:mission/review_opened/",
            "comity:mission/recused/",
            "comity:mission/reviewer_silent/",
            "comity:mission/reviewer_replaced/",
            "comity:mission/escalated/",
            "comity:mission/panel_opened/",
            "comity:mission/panel_decided/",
            "comity:mission/reviewed/",
            "comity:mission/evidence_of_trust/",
            "comity:mycel/reported/",
            "comity:mycel/dispute_resolved/",
        ];
        // The committee certifies what governance decides, and its beacon seats chambers. The beacon of an order, which is
        // committed and revealed for one mission, stays with missions.
        const COMMITTEE: [&str; 6] = [
            "comity:commitment/anchored/",
            "comity:commitment/beacon_published/",
            "comity:commitment/certified/",
            "comity:commitment/committee_",
            "comity:commitment/dealing_ended/",
            "comity:commitment/member_key_",
        ];
        let is_of = |areas: &[&str]| areas.iter().any(|area| kind.starts_with(area));
        if is_of(&["comity:commitment/epoch_closed/"]) {
            None
        } else if is_of(&["comity:trust/"]) {
            Some(Self::Trust)
        } else if is_of(&["comity:mesh/", "comity:constitution/"]) || is_of(&COMMITTEE) {
            Some(Self::Governance)
        } else if is_of(&REVIEW) {
            Some(Self::Review)
        } else {
            Some(Self::Mission)
        }
    }
}

#[cfg(test)]
mod tests;
