//! Treaties as records hold them: the protocol's own objects, wrapped as statements.
//!
//! A treaty has one direction. Two sovereigns do something together when each recognises the other for it; either ends its
//! own half alone.
//!
//! # Invariants
//!
//! 1. Whether a treaty covers an act depends on dates and on what lies in the actor's past, never on when somebody asks.
//! 2. First and last instant are meant to the second. The five minutes of leeway that the protocol gives to clocks are for
//!    questions over a wire; in records a date is never before that of what it cites.
//! 3. The treaty that a statement carries is signed twice: inside in the protocol's form, outside as a statement.
//!
//! # Source
//!
//! DESIGN §5: objects keep their own wire form and are wrapped as statements when they enter a record.

use comity_wire::mesh_json::{Datetime, canonical, parse};
use comity_wire::{SovereignId, StatementId, Time};

use crate::recognition::{Lifecycle, RecognitionTreaty};
use crate::schema::{Field as _, SchemaError};
use crate::{Scope, TreatyError};

/// A treaty, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Treaty {
    /// Who recognises.
    pub by: SovereignId,
    /// Whom.
    pub to: SovereignId,
    /// The treaty itself.
    pub object: RecognitionTreaty,
    /// Date of the statement that carries it.
    pub at: Time,
    /// How it ended before its time, if it did.
    pub end: Option<TreatyEnd>,
}

/// The end of a treaty before its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreatyEnd {
    /// The statement that ended it.
    pub id: StatementId,
    /// Its date.
    pub at: Time,
    /// Why, for people.
    pub reason: String,
}

impl Treaty {
    /// Whether an act within `scope`, dated `at`, is covered. A revocation counts if `past` says that it lies in the past
    /// of whoever acts.
    ///
    /// # Errors
    ///
    /// [`TreatyError::OutOfScope`], `NotYet`, `Expired` or `Ended`, in this order.
    pub fn covers(
        &self,
        scope: Scope,
        at: Time,
        past: &dyn Fn(StatementId) -> bool,
    ) -> Result<(), TreatyError> {
        let RecognitionTreaty { valid_from, expires_at, .. } = self.object;
        if !self.object.scope.allows_roles(&[scope.role()]) {
            return Err(TreatyError::OutOfScope { scope });
        }
        let instant = Datetime::from(at).instant();
        if instant < valid_from.instant() {
            return Err(TreatyError::NotYet { from: valid_from, at });
        }
        if expires_at.instant() < instant {
            return Err(TreatyError::Expired { not_after: expires_at, at });
        }
        match &self.end {
            Some(end) if past(end.id) => Err(TreatyError::Ended { ended: end.at, at }),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether its last instant is still to come, and nothing has ended it.
    pub fn is_live(&self, at: Time) -> bool {
        Datetime::from(at).instant() <= self.object.expires_at.instant() && self.end.is_none()
    }

    /// What it covers.
    pub fn scopes(&self) -> impl Iterator<Item = Scope> {
        let scope = &self.object.scope;
        Scope::ALL.into_iter().filter(|it| scope.allows_roles(&[it.role()]))
    }

    /// Where it stands `at` that time, by the protocol's names.
    pub fn lifecycle(&self, at: Time) -> Lifecycle {
        let ended = self.end.as_ref().map(|end| Datetime::from(end.at));
        let reason = self.end.as_ref().map(|end| end.reason.as_str());
        self.object.lifecycle(ended, reason, at.into())
    }
}

/// The treaty as a statement's body carries it: canonical text, signatures included.
pub fn treaty_text(treaty: &RecognitionTreaty) -> String {
    // Canonical bytes are ASCII.
    String::from_utf8_lossy(&canonical(&treaty.write())).into_owned()
}

/// Reads what [`treaty_text`] writes, and nothing else: a treaty has one spelling.
///
/// # Errors
///
/// [`TreatyError::NotJson`], `Malformed` or `NotCanonical`.
pub fn read_treaty(text: &str) -> Result<RecognitionTreaty, TreatyError> {
    let treaty = RecognitionTreaty::read(&parse(text.as_bytes())?)?;
    if treaty_text(&treaty) == text { Ok(treaty) } else { Err(TreatyError::NotCanonical) }
}

/// Whom a treaty recognises.
///
/// # Errors
///
/// [`TreatyError::Malformed`] if the subject is not named as records name sovereigns.
pub fn subject_of(treaty: &RecognitionTreaty) -> Result<SovereignId, TreatyError> {
    treaty.subject_sovereign_id.parse().map_err(|_| {
        SchemaError::expected("a sovereign's id").within("subject_sovereign_id").into()
    })
}

#[cfg(test)]
mod tests;
