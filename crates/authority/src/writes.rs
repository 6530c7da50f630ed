//! What operators and nodes may ask for, one file for each kind.
//!
//! Each method reads the state and the body, and says what follows; none changes anything.

mod agents;
mod enrol;
mod policy;
mod trust;

use comity_mesh::attestation::IssueError;
use comity_wire::mesh_json::Datetime;

use crate::{Authority, Body, Refusal};

const HOUR_S: i64 = 3600;

/// `hours` after `at`.
fn after(at: Datetime, hours: u64) -> Datetime {
    at.plus(i64::try_from(hours).unwrap_or(i64::MAX).saturating_mul(HOUR_S))
}

/// What an object's own rules refuse; keys, ids and hours were looked at before, so that roles are left.
fn refuse_issue(error: &IssueError) -> Refusal {
    Refusal::bad("invalid_role", error.to_string())
}

impl Authority {
    /// Refuses to sign after, or before, the time for which the root appointed this authority.
    pub(crate) fn in_office(&self, at: Datetime) -> Result<(), Refusal> {
        let authority = &self.config.genesis.network_authority;
        let window = authority.valid_from.instant()..=authority.valid_to.instant();
        let out = || {
            Refusal::new(
                503,
                "authority_out_of_office",
                "The root appointed this authority for another time",
            )
        };
        window.contains(&at.instant()).then_some(()).ok_or_else(out)
    }

    /// The issuer that a request names must be this sovereign.
    fn own_issuer(&self, body: &Body) -> Result<(), Refusal> {
        match body.text("issuer_sovereign_id", "invalid_issuer_sovereign_id")? {
            Some(issuer) if issuer != self.sovereign_id() => {
                let message = "This authority signs for its own sovereign only";
                Err(Refusal::bad("foreign_issuer", message).with("issuer_sovereign_id", issuer))
            }
            _ => Ok(()),
        }
    }

    /// The reason that a request gives.
    pub(crate) fn reason(body: &Body) -> Result<&str, Refusal> {
        Ok(body.text("reason", "invalid_reason")?.unwrap_or("unspecified"))
    }
}
