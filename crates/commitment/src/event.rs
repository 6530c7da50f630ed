//! What one statement contributes to its epoch's roots.

use comity_wire::{Statement, StatementId, Time, jcs, sha256};
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

/// The leaf of a statement, without building its record: nothing in the fixed fields is escaped in JSON and the body is
/// canonical already, so the canonical record is what they make side by side.
///
/// # Errors
///
/// As [`EventRecord::of_statement`] and [`EventRecord::leaf`].
pub(crate) fn leaf_of(id: StatementId, statement: &Statement) -> Result<Leaf, CommitmentError> {
    let needs_escape = |byte: u8| !(b' '..=b'~').contains(&byte) || matches!(byte, b'"' | b'\\');
    if statement.kind.bytes().any(needs_escape) {
        return EventRecord::of_statement(id, statement)?.leaf();
    }
    let order = OrderKey {
        event_type: statement.kind.clone(),
        event_id: id.to_string(),
        event_timestamp: statement.at.to_string(),
        actor_id: statement.signer.as_str().to_owned(),
    };
    let record = [
        "{\"actor_id\":\"",
        &order.actor_id,
        "\",\"event_id\":\"",
        &order.event_id,
        "\",\"event_timestamp\":\"",
        &order.event_timestamp,
        "\",\"event_type\":\"",
        &order.event_type,
        "\",\"payload\":",
        statement.body.get(),
        "}",
    ]
    .concat();
    jcs::check(record.as_bytes())?;
    Ok(Leaf { order, hash: sha256(record.as_bytes()) })
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
