//! What operators do with two authorities, one step after the other: recognise, attest, import, renew.
//!
//! # Invariants
//!
//! 1. Nobody is recognised whose genesis and identity document were not checked against each other.
//! 2. What an authority issues is verified with that authority's key before it is passed on.
//! 3. A feed is verified here before it is handed on, with the key of the sovereign that publishes it.

mod atlas;
mod bootstrap;
mod bundle;
mod proof;
mod renew;

use std::collections::BTreeMap;

use comity_mesh::attestation::{MembershipAttestation, Status};
use comity_mesh::recognition::{
    RecognitionTreaty, RecognitionTreatyScope, TreatyAttestationReason, TreatyCheck,
};
use comity_mesh::revocation::{FeedCheck, PublishedFeed};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, Value};

pub use atlas::{AtlasPeer, PeerGraph, atlas_archive, atlas_import};
pub use bootstrap::{Bootstrap, Outcome, bootstrap};
pub(crate) use bundle::fetch;
pub use bundle::{export, live};
pub use proof::{ProofPlan, prove};
pub use renew::{Change, Renewed, renew};

use crate::calls::{AttestationWish, Imported, TreatyWish, TrustPath};
use crate::review::Identity;
use crate::{ClientError, Operator, Remote, Stamp, calls};

/// What is recognised, and for how long.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// Roles; none listed means any.
    pub roles: Vec<String>,
    /// Statuses that are good enough; none listed means active.
    pub statuses: Vec<Status>,
    /// Anything; no rule reads it.
    pub claims: BTreeMap<String, Value>,
    /// Hours.
    pub validity_hours: u64,
}

/// An authority, who it is, and who may tell it what to do.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'a> {
    /// The authority.
    pub remote: Remote<'a>,
    /// Who it is.
    pub identity: &'a Identity,
    /// Who asks.
    pub operator: &'a Operator,
}

/// A treaty that was issued, and what its issuer now says about the way to its subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Recognised {
    /// The treaty, verified.
    pub treaty: RecognitionTreaty,
    /// The path.
    pub path: TrustPath,
}

impl Terms {
    fn scope(&self) -> RecognitionTreatyScope {
        let active = vec![Status::Active];
        RecognitionTreatyScope {
            allowed_roles: self.roles.clone(),
            accepted_statuses: if self.statuses.is_empty() {
                active
            } else {
                self.statuses.clone()
            },
            claims: self.claims.clone(),
        }
    }

    /// The treaty that recognises `peer` on these terms.
    pub fn wish(&self, peer: &Identity, metadata: BTreeMap<String, Value>) -> TreatyWish {
        TreatyWish {
            subject_sovereign_id: peer.sovereign_id.clone(),
            subject_public_keys: vec![peer.genesis.network_authority.public_key.clone()],
            scope: self.scope(),
            validity_hours: self.validity_hours,
            metadata,
        }
    }
}

/// Has the authority at the desk recognise a sovereign.
///
/// # Errors
///
/// [`ClientError`]; [`ClientError::NoPath`] if the treaty was issued and the authority still does not trust its subject.
pub fn recognise(
    desk: &Desk<'_>,
    wish: &TreatyWish,
    stamp: &Stamp,
) -> Result<Recognised, ClientError> {
    let (own, peer) = (&desk.identity.sovereign_id, &wish.subject_sovereign_id);
    if own == peer {
        return Err(ClientError::SameSovereign { sovereign: own.clone() });
    }
    let treaty = desk.remote.issue_treaty(wish, desk.operator, stamp)?;
    check_treaty(&treaty, desk.identity, Some(peer), stamp.at)?;
    let path = path(&desk.remote, own, peer)?;
    if path.trusted {
        return Ok(Recognised { treaty, path });
    }
    Err(ClientError::NoPath { treaty_id: treaty.treaty_id, reason: path.reason })
}

/// Checks that a treaty is by `issuer`, and recognises `subject` if one is given.
///
/// # Errors
///
/// [`ClientError::Treaty`].
pub fn check_treaty(
    treaty: &RecognitionTreaty,
    issuer: &Identity,
    subject: Option<&str>,
    at: Datetime,
) -> Result<(), ClientError> {
    let check = TreatyCheck {
        expected_issuer: Some(&issuer.sovereign_id),
        expected_subject: subject,
        ..TreatyCheck::new(std::slice::from_ref(&issuer.authority), at)
    };
    treaty
        .verify(&check)
        .map_err(|reason| ClientError::Treaty { treaty_id: treaty.treaty_id.clone(), reason })
}

/// What an authority says about the way from one sovereign to another.
///
/// # Errors
///
/// [`ClientError`]; [`ClientError::OtherAnswer`] if it answers about another way.
pub fn path(remote: &Remote<'_>, from: &str, to: &str) -> Result<TrustPath, ClientError> {
    let request = calls::trust_path(remote.endpoint, from, to);
    let path: TrustPath = remote.read(&request, "a trust path")?;
    if path.from == from && path.to == to {
        return Ok(path);
    }
    Err(ClientError::OtherAnswer {
        what: "the way",
        asked: format!("{from} -> {to}"),
        answered: format!("{} -> {}", path.from, path.to),
    })
}

/// Has the authority at the desk attest that somebody belongs to it.
///
/// # Errors
///
/// [`ClientError`]; [`ClientError::Attestation`] if what it issues does not hold.
pub fn attest(
    desk: &Desk<'_>,
    wish: &AttestationWish,
    stamp: &Stamp,
) -> Result<MembershipAttestation, ClientError> {
    let attestation = desk.remote.issue_attestation(wish, desk.operator, stamp)?;
    let policy = comity_mesh::attestation::RecognitionPolicy {
        local_sovereign_id: desk.identity.sovereign_id.clone(),
        recognized_issuers: vec![comity_mesh::attestation::RecognizedIssuer {
            sovereign_id: desk.identity.sovereign_id.clone(),
            public_keys: vec![desk.identity.genesis.network_authority.public_key.clone()],
            allowed_roles: wish.roles.clone(),
            accepted_statuses: vec![Status::Active],
        }],
        revoked_attestation_ids: Vec::new(),
    };
    if let Err(reason) = attestation.verify(&policy, false, stamp.at) {
        let attestation_id = attestation.attestation_id;
        let reason = TreatyAttestationReason::Attestation(reason);
        return Err(ClientError::Attestation { attestation_id, reason });
    }
    if attestation.subject_id != wish.subject_id {
        let (asked, answered) = (wish.subject_id.clone(), attestation.subject_id);
        return Err(ClientError::OtherAnswer { what: "subject", asked, answered });
    }
    Ok(attestation)
}

/// What a sovereign has taken back, verified with its authority's key, and not overdue if it promised when the next comes.
///
/// # Errors
///
/// [`ClientError`]; [`ClientError::Feed`] if it does not hold.
pub fn feed(
    remote: &Remote<'_>,
    issuer: &Identity,
    at: Datetime,
) -> Result<PublishedFeed, ClientError> {
    let request = calls::feed(remote.endpoint, &issuer.sovereign_id);
    let feed: PublishedFeed = remote.read(&request, "a revocation feed")?;
    let check = FeedCheck {
        issuer_keys: std::slice::from_ref(&issuer.authority),
        expected_issuer: Some(&issuer.sovereign_id),
        last_sequence: None,
    };
    match feed.verify(&check, at) {
        Ok(()) => Ok(feed),
        Err(reason) => Err(ClientError::Feed { issuer: issuer.sovereign_id.clone(), reason }),
    }
}

/// Has an authority take in a feed that was verified. It decides by the keys of its own treaties.
///
/// # Errors
///
/// [`ClientError`]; [`ClientError::Stale`] if there is nothing new in it.
pub fn import(
    remote: &Remote<'_>,
    operator: &Operator,
    feed: &PublishedFeed,
    stamp: &Stamp,
) -> Result<Imported, ClientError> {
    let issuer = &feed.feed.issuer_sovereign_id;
    let imported = remote.import_feed(&feed.write(), issuer, operator, stamp)?;
    if imported.accepted && imported.feed_id == feed.feed.feed_id {
        return Ok(imported);
    }
    let (asked, answered) = (feed.feed.feed_id.clone(), imported.feed_id);
    Err(ClientError::OtherAnswer { what: "feed", asked, answered })
}

#[cfg(test)]
mod tests;
