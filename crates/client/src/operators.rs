//! What operators and their partners hand in, and what an authority publishes of it.
//!
//! # Invariants
//!
//! 1. An operator's key is taken from a roster that the authority's key signed, or from the caller; never from the object
//!    that it is to verify.
//! 2. A status is computed here, from signed objects; what the authority says of itself is only shown.

use comity_mesh::continuity::{Continuity, OfflineNotice, OperatorHeartbeat, Received, assess};
use comity_mesh::keys::MeshKey;
use comity_mesh::managing_partner::{
    AssistanceNote, DelegationEnd, PartnerAcceptance, PartnerDelegation,
};
use comity_mesh::objects;
use comity_mesh::operator::assets::AssetManifest;
use comity_mesh::operator::checks::CheckReport;
use comity_mesh::operator::onboarding::OnboardingStatement;
use comity_mesh::operator::roster::OperatorRoster;
use comity_mesh::schema::{Field, SchemaError};
use comity_wire::mesh_json::{Datetime, Value};

use crate::limits::BUNDLE_BYTES_MAX;
use crate::request::segment;
use crate::review::Identity;
use crate::{ClientError, Operator, Remote, Request, Stamp, calls};

/// Where heartbeats, notices and the status are read.
pub const CONTINUITY: &str = "/operator/continuity";
/// Where delegations are read.
pub const PARTNERS: &str = "/operator/partners";
/// Where steps of onboarding are read.
pub const ONBOARDING: &str = "/operator/onboarding";
/// Where assets are read.
pub const ASSETS: &str = "/assets";
/// Where the operators' keys are read.
const KEYS: &str = "/operator/keys";

/// What can be handed in: tag, member of the body, route; `{id}` is the delegation's id.
const ROUTES: &[(&str, &str, &str)] = &[
    (OperatorHeartbeat::OBJECT_TYPE, "heartbeat", "/operator/heartbeats"),
    (OfflineNotice::OBJECT_TYPE, "notice", "/operator/offline-notices"),
    (CheckReport::OBJECT_TYPE, "report", "/operator/check-reports"),
    (OnboardingStatement::OBJECT_TYPE, "statement", "/operator/onboarding"),
    (AssetManifest::OBJECT_TYPE, "manifest", "/admin/assets"),
    (PartnerDelegation::OBJECT_TYPE, "delegation", "/admin/partners"),
    (PartnerAcceptance::OBJECT_TYPE, "acceptance", "/partner/acceptances"),
    (AssistanceNote::OBJECT_TYPE, "note", "/partner/notes"),
    (DelegationEnd::OBJECT_TYPE, "end", "/admin/partners/{id}/end"),
];

objects! {
    /// What an authority publishes about its operator.
    pub struct PublishedLife {
        /// Its own word about the status; nothing is decided by it.
        continuity: Value = Value::Null,
        /// Every heartbeat that it keeps.
        heartbeats: Vec<OperatorHeartbeat>,
        /// Every notice that it keeps.
        notices: Vec<OfflineNotice>,
    }

    /// A delegation as an authority publishes it.
    pub struct PublishedPartner {
        /// The delegation.
        delegation: PartnerDelegation,
        /// The partner's word.
        acceptance: Option<PartnerAcceptance> = None,
        /// The operator's words that it is over.
        ends: Vec<DelegationEnd> = Vec::new(),
        /// What the partner says to have done.
        notes: Vec<AssistanceNote> = Vec::new(),
        /// What the authority thinks of it.
        status: String = String::new(),
    }

    /// The delegations of an authority's operators.
    pub struct PublishedPartners {
        /// Each with what became of it.
        partners: Vec<PublishedPartner>,
    }

    /// The onboarding of an operator.
    pub struct PublishedOnboarding {
        /// The steps that were taken.
        statements: Vec<OnboardingStatement>,
    }

    /// What is visible through a sovereign.
    pub struct PublishedAssets {
        /// The manifest as it was signed.
        manifest: AssetManifest,
    }
}

/// An operator as others see it.
#[derive(Clone, Debug)]
pub struct Life {
    /// Whose.
    pub sovereign_id: String,
    /// Keys of the operators.
    pub keys: Vec<MeshKey>,
    /// What is published.
    pub published: PublishedLife,
    /// Date of the newest revocation feed that holds; else why there is none.
    pub feed: Result<Datetime, ClientError>,
}

/// The operators of a sovereign, with its authority's signature.
///
/// # Errors
///
/// [`ClientError`]; [`ClientError::Roster`] if the roster does not hold.
pub fn roster(
    remote: &Remote<'_>,
    identity: &Identity,
    at: Datetime,
) -> Result<(OperatorRoster, Vec<MeshKey>), ClientError> {
    let request = calls::document(remote.endpoint, KEYS);
    let roster: OperatorRoster = remote.read(&request, "a roster of operators")?;
    match roster.verify(&identity.sovereign_id, &identity.authority, at) {
        Ok(keys) => Ok((roster, keys)),
        Err(reason) => {
            Err(ClientError::Roster { sovereign: identity.sovereign_id.clone(), reason })
        }
    }
}

impl Life {
    /// Reads what is published about an operator. With `keys` the roster is not asked for.
    ///
    /// # Errors
    ///
    /// [`ClientError`]; a feed that cannot be had is none, because that is what the status is about.
    pub fn read(
        remote: &Remote<'_>,
        identity: &Identity,
        keys: Option<Vec<MeshKey>>,
        at: Datetime,
    ) -> Result<Self, ClientError> {
        let keys = match keys {
            Some(keys) => keys,
            None => roster(remote, identity, at)?.1,
        };
        let request = calls::document(remote.endpoint, CONTINUITY).at_most(BUNDLE_BYTES_MAX);
        let published = remote.read(&request, "the word of an operator")?;
        let feed = crate::workflow::feed(remote, identity, at).map(|feed| feed.feed.issued_at);
        Ok(Self { sovereign_id: identity.sovereign_id.clone(), keys, published, feed })
    }

    /// What it comes to, at a time.
    pub fn assess(&self, at: Datetime) -> Continuity {
        assess(
            &Received {
                sovereign_id: &self.sovereign_id,
                keys: &self.keys,
                heartbeats: &self.published.heartbeats,
                notices: &self.published.notices,
                feed_issued_at: self.feed.as_ref().ok().copied(),
            },
            at,
        )
    }

    /// The heartbeat that counts, by an assessment of this.
    pub fn latest(&self, continuity: &Continuity) -> Option<&OperatorHeartbeat> {
        let sequence = continuity.heartbeat_sequence?;
        self.published.heartbeats.iter().find(|heartbeat| {
            heartbeat.sequence == sequence
                && heartbeat.verify(&self.sovereign_id, &self.keys, None, continuity.assessed_at)
                    == Ok(())
        })
    }
}

/// Reads a document that has no arguments.
///
/// # Errors
///
/// [`ClientError`].
pub fn published<T: Field>(
    remote: &Remote<'_>,
    route: &str,
    what: &'static str,
) -> Result<T, ClientError> {
    remote.read(&calls::document(remote.endpoint, route).at_most(BUNDLE_BYTES_MAX), what)
}

/// Asks for assets of a kind, or for those that follow another one.
pub fn assets(remote: &Remote<'_>, kind: Option<&str>, twin_of: Option<&str>) -> Request {
    let query = crate::request::query(&[("kind", kind), ("twin_of", twin_of)]);
    Request::get(remote.endpoint, &format!("{ASSETS}{query}")).at_most(BUNDLE_BYTES_MAX)
}

/// Hands in a signed object; its tag says where it belongs.
///
/// # Errors
///
/// [`ClientError`]; [`ClientError::WrongShape`] for an object that nobody hands in.
pub fn deliver(
    remote: &Remote<'_>,
    object: &Value,
    operator: &Operator,
    stamp: &Stamp,
) -> Result<Value, ClientError> {
    let tag = object.get("object_type").and_then(Value::as_str);
    let route = ROUTES.iter().find(|(known, _, _)| tag == Some(known));
    let none = || ClientError::WrongShape {
        what: "an object that operators hand in",
        source: SchemaError::expected("a tag of RFC-007 or RFC-008").within("object_type"),
    };
    let (_, member, route) = route.ok_or_else(none)?;
    let id = object.get("delegation_id").and_then(Value::as_str).unwrap_or_default();
    let route =
        if route.contains("{id}") { route.replace("{id}", &segment(id)?) } else { (*route).into() };
    remote.order(&route, &Value::from([(*member, object.clone())]), operator, stamp)
}

#[cfg(test)]
mod tests;
