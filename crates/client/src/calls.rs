//! The routes of an authority: what is sent, and the objects that come back.

use std::collections::BTreeMap;

use comity_mesh::attestation::{MembershipAttestation, Status};
use comity_mesh::objects;
use comity_mesh::recognition::{RecognitionTreaty, RecognitionTreatyScope};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::Value;

use crate::limits::BUNDLE_BYTES_MAX;
use crate::request::{query, segment};
use crate::{ClientError, Endpoint, Operator, Remote, Request, Stamp};

/// Where treaties are issued.
const ADMIN_TREATIES: &str = "/admin/recognition-treaties";
/// Where attestations are issued.
const ADMIN_ATTESTATIONS: &str = "/admin/attestations";
/// Where feeds of others are taken in.
const ADMIN_IMPORT: &str = "/admin/sovereign-revocation-feeds/import";

objects! {
    /// A treaty as an authority keeps it.
    pub struct TreatyRow {
        /// The treaty.
        treaty: RecognitionTreaty,
        /// What the authority thinks of it now.
        status: Status,
        /// When it was revoked.
        revoked_at: Option<String> = None,
        /// Why.
        revocation_reason: Option<String> = None,
        /// Where it stands, in the authority's words.
        lifecycle: TreatyLifecycle = TreatyLifecycle { state: String::new(), expiry_risk: String::new() },
    }

    /// The part of a treaty's lifecycle that people look at.
    pub struct TreatyLifecycle {
        /// `active`, `expiring_soon`, `expired`, `revoked` or `replaced`.
        state: String,
        /// How close its end is.
        expiry_risk: String,
    }

    /// The treaties of an authority.
    pub struct TreatyList {
        /// Each with what has become of it.
        recognition_treaties: Vec<TreatyRow>,
    }

    /// An attestation as an authority keeps it.
    pub struct AttestationRow {
        /// The attestation.
        attestation: MembershipAttestation,
        /// What the authority thinks of it now.
        status: Status,
        /// When it was revoked.
        revoked_at: Option<String> = None,
        /// Why.
        revocation_reason: Option<String> = None,
    }

    /// What an authority says to a question of yes or no.
    pub struct Verdict {
        /// Yes or no.
        accepted: bool,
        /// Why.
        reason: String,
    }

    /// What an authority says about the way from one sovereign to another.
    pub struct TrustPath {
        /// Who trusts.
        from: String,
        /// Who is trusted.
        to: String,
        /// Whether it is so.
        trusted: bool,
        /// Why.
        reason: String,
        /// The treaties on the way, or the revoked one.
        path: Vec<Value> = Vec::new(),
        /// How many treaties the way has.
        hop_count: u64 = 0,
    }

    /// What became of a feed.
    pub struct Imported {
        /// Whether it was taken in.
        accepted: bool,
        /// Why not.
        reason: String,
        /// The feed.
        feed_id: String,
        /// Whose it is.
        issuer_sovereign_id: String,
        /// Its number.
        sequence: u64,
        /// How many attestations it revokes.
        revoked_count: u64,
    }
}

/// A treaty that an operator wants issued.
#[derive(Clone, Debug, PartialEq)]
pub struct TreatyWish {
    /// Who is recognised.
    pub subject_sovereign_id: String,
    /// With which keys.
    pub subject_public_keys: Vec<String>,
    /// For what.
    pub scope: RecognitionTreatyScope,
    /// For how long.
    pub validity_hours: u64,
    /// Anything.
    pub metadata: BTreeMap<String, Value>,
}

/// An attestation that an operator wants issued.
#[derive(Clone, Debug, PartialEq)]
pub struct AttestationWish {
    /// About whom.
    pub subject_id: String,
    /// The subject's key.
    pub subject_public_key: Option<String>,
    /// In which roles.
    pub roles: Vec<String>,
    /// For how long.
    pub validity_hours: u64,
    /// Anything else about the subject.
    pub claims: BTreeMap<String, Value>,
}

/// Which treaties are wanted; `None` is any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TreatyFilter<'a> {
    /// Issued by whom.
    pub issuer: Option<&'a str>,
    /// Recognising whom.
    pub subject: Option<&'a str>,
    /// As kept.
    pub status: Option<&'a str>,
}

impl TreatyWish {
    /// The body of the request.
    pub fn body(&self) -> Value {
        Value::from([
            ("subject_sovereign_id", self.subject_sovereign_id.write()),
            ("subject_public_keys", self.subject_public_keys.write()),
            ("scope", self.scope.write()),
            ("validity_hours", self.validity_hours.write()),
            ("metadata", self.metadata.write()),
        ])
    }
}

impl AttestationWish {
    /// The body of the request. An absent key is left out, because authorities differ about `null`.
    pub fn body(&self) -> Value {
        let mut body = BTreeMap::from([
            ("subject_id".to_owned(), self.subject_id.write()),
            ("roles".to_owned(), self.roles.write()),
            ("validity_hours".to_owned(), self.validity_hours.write()),
            ("claims".to_owned(), self.claims.write()),
        ]);
        if let Some(key) = &self.subject_public_key {
            body.insert("subject_public_key".to_owned(), key.write());
        }
        Value::Map(body)
    }
}

/// Asks for a document without arguments.
pub fn document(endpoint: &Endpoint, route: &str) -> Request {
    Request::get(endpoint, route)
}

/// Asks for the treaties that an authority keeps.
pub fn treaties(endpoint: &Endpoint, filter: TreatyFilter<'_>) -> Request {
    let query = query(&[
        ("issuer_sovereign_id", filter.issuer),
        ("subject_sovereign_id", filter.subject),
        ("status", filter.status),
    ]);
    Request::get(endpoint, &format!("/recognition-treaties{query}")).at_most(BUNDLE_BYTES_MAX)
}

/// Asks for one treaty.
///
/// # Errors
///
/// [`ClientError::BadId`].
pub fn treaty(endpoint: &Endpoint, id: &str) -> Result<Request, ClientError> {
    Ok(Request::get(endpoint, &format!("/recognition-treaties/{}", segment(id)?)))
}

/// Asks for one attestation.
///
/// # Errors
///
/// [`ClientError::BadId`].
pub fn attestation(endpoint: &Endpoint, id: &str) -> Result<Request, ClientError> {
    Ok(Request::get(endpoint, &format!("/attestations/{}", segment(id)?)))
}

/// Asks for what a sovereign has taken back.
pub fn feed(endpoint: &Endpoint, issuer: &str) -> Request {
    let query = query(&[("issuer_sovereign_id", Some(issuer))]);
    Request::get(endpoint, &format!("/sovereign-revocation-feed{query}")).at_most(BUNDLE_BYTES_MAX)
}

/// Asks whether one sovereign trusts another.
pub fn trust_path(endpoint: &Endpoint, from: &str, to: &str) -> Request {
    let query = query(&[("from", Some(from)), ("to", Some(to))]);
    Request::get(endpoint, &format!("/connectome/trust-path{query}"))
}

/// Asks for the view of the recognition graph.
pub fn connectome(endpoint: &Endpoint) -> Request {
    Request::get(endpoint, "/connectome.json").at_most(BUNDLE_BYTES_MAX)
}

/// Asks whether an attestation counts under a treaty that this authority issued.
pub fn check(
    endpoint: &Endpoint,
    attestation: &MembershipAttestation,
    treaty: &RecognitionTreaty,
) -> Request {
    let body = Value::from([("attestation", attestation.write()), ("treaty", treaty.write())]);
    Request::post(endpoint, "/attestations/verify-with-treaty", &body)
}

impl Remote<'_> {
    /// Has a treaty issued.
    ///
    /// # Errors
    ///
    /// [`ClientError`].
    pub fn issue_treaty(
        &self,
        wish: &TreatyWish,
        operator: &Operator,
        stamp: &Stamp,
    ) -> Result<RecognitionTreaty, ClientError> {
        let issued = self.order(ADMIN_TREATIES, &wish.body(), operator, stamp)?;
        RecognitionTreaty::read(&issued).map_err(ClientError::wrong_shape("a treaty"))
    }

    /// Has an attestation issued.
    ///
    /// # Errors
    ///
    /// [`ClientError`].
    pub fn issue_attestation(
        &self,
        wish: &AttestationWish,
        operator: &Operator,
        stamp: &Stamp,
    ) -> Result<MembershipAttestation, ClientError> {
        let issued = self.order(ADMIN_ATTESTATIONS, &wish.body(), operator, stamp)?;
        MembershipAttestation::read(&issued).map_err(ClientError::wrong_shape("an attestation"))
    }

    /// Has what has this id under `route` revoked; the answer is still to be looked at.
    fn revoke(
        &self,
        route: &str,
        id: &str,
        reason: &str,
        operator: &Operator,
        stamp: &Stamp,
    ) -> Result<Value, ClientError> {
        let route = format!("{route}/{}/revoke", segment(id)?);
        self.order(&route, &Value::from([("reason", Value::from(reason))]), operator, stamp)
    }

    /// Has a treaty revoked.
    ///
    /// # Errors
    ///
    /// [`ClientError`]; also if the authority confirms something else.
    pub fn revoke_treaty(
        &self,
        id: &str,
        reason: &str,
        operator: &Operator,
        stamp: &Stamp,
    ) -> Result<(), ClientError> {
        let answer = self.revoke(ADMIN_TREATIES, id, reason, operator, stamp)?;
        confirmed(&answer, "treaty", "treaty_id", id)
    }

    /// Has an attestation revoked.
    ///
    /// # Errors
    ///
    /// [`ClientError`]; also if the authority confirms something else.
    pub fn revoke_attestation(
        &self,
        id: &str,
        reason: &str,
        operator: &Operator,
        stamp: &Stamp,
    ) -> Result<(), ClientError> {
        let answer = self.revoke(ADMIN_ATTESTATIONS, id, reason, operator, stamp)?;
        confirmed(&answer, "attestation", "attestation_id", id)
    }

    /// Has a feed taken in. The authority checks it with the keys of its own treaties.
    ///
    /// # Errors
    ///
    /// [`ClientError`].
    pub fn import_feed(
        &self,
        feed: &Value,
        issuer: &str,
        operator: &Operator,
        stamp: &Stamp,
    ) -> Result<Imported, ClientError> {
        let body = Value::from([
            ("feed", feed.clone()),
            ("expected_issuer_sovereign_id", Value::from(issuer)),
        ]);
        let answer = self.order(ADMIN_IMPORT, &body, operator, stamp)?;
        Imported::read(&answer).map_err(ClientError::wrong_shape("the outcome of an import"))
    }
}

/// Checks that `answer` says that `id` is revoked.
fn confirmed(
    answer: &Value,
    what: &'static str,
    member: &str,
    id: &str,
) -> Result<(), ClientError> {
    let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default();
    if text(member) == id && text("status") == "revoked" {
        return Ok(());
    }
    let answered: String = text(member).chars().take(80).flat_map(char::escape_default).collect();
    Err(ClientError::OtherAnswer { what, asked: id.to_owned(), answered })
}

#[cfg(test)]
mod tests;
