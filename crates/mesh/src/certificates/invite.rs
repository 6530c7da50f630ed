//! Invites: secrets that let one node in, once.

use std::fmt;

use comity_wire::mesh_json::{Datetime, Value};
use comity_wire::sha256;

use super::hours_after;
use crate::attestation::{IssueError, check_roles};
use crate::keys::MeshKey;
use crate::schema::{Field, SchemaError};
use crate::{objects, reasons};

/// The text that redeems an invite. It is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct InviteSecret(String);

impl InviteSecret {
    /// Takes a text, which should be hard to guess.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Sixteen hexadecimal digits that tell invites apart in logs.
    pub fn fingerprint(&self) -> String {
        sha256(self.0.as_bytes()).to_string().chars().take(16).collect()
    }
}

impl fmt::Debug for InviteSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Field for InviteSecret {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        String::read(value).map(Self)
    }

    fn write(&self) -> Value {
        self.0.write()
    }
}

objects! {
    /// What an authority remembers of an invite.
    pub struct InviteToken {
        /// What redeems it.
        token_id: InviteSecret,
        /// What the node will be.
        assigned_roles: Vec<String> = Vec::new(),
        /// Longest certificate, in hours.
        max_validity_hours: u64,
        /// When it was made.
        created_at: Datetime,
        /// Until here, inclusive.
        expires_at: Datetime,
        /// When it was redeemed.
        used_at: Option<Datetime> = None,
        /// By which node, base64.
        used_by_key: Option<String> = None,
    }
}

reasons! {
    /// Why an invite lets nobody in.
    pub enum InviteReason {
        /// It did already.
        Used = "invite_used",
        /// Its time is over.
        Expired = "invite_expired",
    }
}

impl InviteToken {
    /// A new invite, good for `open_hours`.
    ///
    /// # Errors
    ///
    /// [`IssueError`] if the roles or the hours would not do.
    pub fn new(
        token_id: InviteSecret,
        assigned_roles: Vec<String>,
        max_validity_hours: u64,
        created_at: Datetime,
        open_hours: u64,
    ) -> Result<Self, IssueError> {
        check_roles(&assigned_roles)?;
        hours_after(created_at, max_validity_hours)?;
        let expires_at = hours_after(created_at, open_hours)?;
        Ok(Self {
            token_id,
            assigned_roles,
            max_validity_hours,
            created_at,
            expires_at,
            used_at: None,
            used_by_key: None,
        })
    }

    /// Whether it would let somebody in `at` that time.
    ///
    /// # Errors
    ///
    /// [`InviteReason`].
    pub const fn check(&self, at: Datetime) -> Result<(), InviteReason> {
        if self.used_at.is_some() {
            Err(InviteReason::Used)
        } else if self.expires_at.instant() < at.instant() {
            Err(InviteReason::Expired)
        } else {
            Ok(())
        }
    }

    /// Lets a node in.
    ///
    /// # Errors
    ///
    /// [`InviteReason`]; the invite is as before.
    pub fn redeem(&mut self, node: &MeshKey, at: Datetime) -> Result<(), InviteReason> {
        self.check(at)?;
        self.used_at = Some(at);
        self.used_by_key = Some(node.to_string());
        Ok(())
    }

    /// Hours of the certificate for a node that asks for so many.
    pub fn validity_hours(&self, requested: u64) -> u64 {
        requested.min(self.max_validity_hours)
    }
}
