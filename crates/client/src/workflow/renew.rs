//! A new treaty in the place of an old one.

use comity_mesh::attestation::Status;
use comity_mesh::recognition::RecognitionTreaty;
use comity_wire::mesh_json::Value;

use super::{Desk, check_treaty};
use crate::calls::{TreatyRow, TreatyWish};
use crate::{ClientError, Stamp, calls};

/// What the new treaty has that the old one has not.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Nothing but a later end.
    Renew,
    /// Also what is given of these.
    Replace {
        /// Roles; `None` leaves them as they are.
        roles: Option<Vec<String>>,
        /// Statuses; `None` leaves them as they are.
        statuses: Option<Vec<Status>>,
        /// Claims; `None` leaves them as they are.
        claims: Option<std::collections::BTreeMap<String, Value>>,
    },
}

/// A treaty and the one that came in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Renewed {
    /// The old one, now revoked.
    pub old: String,
    /// The new one, verified.
    pub treaty: RecognitionTreaty,
}

/// Has a treaty issued in the place of `id`, and then the old one revoked, which says by what it was replaced. If the
/// second step fails both stand, and the error is that of the second step.
///
/// # Errors
///
/// [`ClientError`]; [`ClientError::Treaty`] if the old one was not issued by the authority at the desk, or has ended.
pub fn renew(
    desk: &Desk<'_>,
    id: &str,
    change: &Change,
    validity_hours: u64,
    stamps: &[Stamp; 2],
) -> Result<Renewed, ClientError> {
    let [first, second] = stamps;
    let row: TreatyRow = desk.remote.read(&calls::treaty(desk.remote.endpoint, id)?, "a treaty")?;
    if row.treaty.treaty_id != id {
        let (asked, answered) = (id.to_owned(), row.treaty.treaty_id);
        return Err(ClientError::OtherAnswer { what: "treaty", asked, answered });
    }
    if row.status != Status::Active {
        let reason = comity_mesh::recognition::TreatyReason::BadStatus;
        return Err(ClientError::Treaty { treaty_id: id.to_owned(), reason });
    }
    let wish = successor(row.treaty, id, change, validity_hours);
    let treaty = desk.remote.issue_treaty(&wish, desk.operator, first)?;
    check_treaty(&treaty, desk.identity, Some(&wish.subject_sovereign_id), first.at)?;
    let word = if *change == Change::Renew { "renewed_by" } else { "replaced_by" };
    let reason = format!("{word}:{}", treaty.treaty_id);
    desk.remote.revoke_treaty(id, &reason, desk.operator, second)?;
    Ok(Renewed { old: id.to_owned(), treaty })
}

fn successor(old: RecognitionTreaty, id: &str, change: &Change, validity_hours: u64) -> TreatyWish {
    let mut metadata = old.metadata;
    let mut scope = old.scope;
    let word = match change {
        Change::Renew => "renew_of",
        Change::Replace { roles, statuses, claims } => {
            scope.allowed_roles = roles.clone().unwrap_or(scope.allowed_roles);
            scope.accepted_statuses = statuses.clone().unwrap_or(scope.accepted_statuses);
            scope.claims = claims.clone().unwrap_or(scope.claims);
            "replace_of"
        }
    };
    metadata.insert(word.to_owned(), Value::from(id));
    TreatyWish {
        subject_sovereign_id: old.subject_sovereign_id,
        subject_public_keys: old.subject_public_keys,
        scope,
        validity_hours,
        metadata,
    }
}
