//! Federation bootstrap: look at both sides, say what would be agreed, do it, look again, keep the evidence.

use std::collections::BTreeMap;

use comity_mesh::bundle::{self, BundleError};
use comity_mesh::recognition::RecognitionTreaty;
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, Value};

use super::bundle::material;
use super::{Desk, Terms, check_treaty, path};
use crate::calls::{TreatyWish, TrustPath};
use crate::review::{Reviewed, prefix};
use crate::{ClientError, Operator, Remote, Stamp, calls};

/// Both sides as they were found, and the treaty that would be issued.
#[derive(Clone, Debug)]
pub struct Bootstrap<'a> {
    acceptor: Remote<'a>,
    at: Datetime,
    /// The sovereign that recognises.
    pub own: Reviewed,
    /// The sovereign that is recognised.
    pub peer: Reviewed,
    /// The treaty that would be issued.
    pub wish: TreatyWish,
    /// What the review of a bundle came to, if one was given.
    bundle: Option<Value>,
}

/// What came of issuing it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The treaty, verified. It stands even if the rest failed.
    pub treaty: RecognitionTreaty,
    /// What the acceptor then said about the path.
    pub path: TrustPath,
    /// The acceptor's summary of its graph.
    pub connectome: Value,
}

/// Looks at both sides and prepares the treaty. Nothing is changed anywhere.
///
/// # Errors
///
/// [`ClientError`] if one of them is not what it should be, or both are the same.
pub fn bootstrap<'a>(
    acceptor: Remote<'a>,
    peer: Remote<'_>,
    terms: &Terms,
    expected_root: Option<&str>,
    at: Datetime,
) -> Result<Bootstrap<'a>, ClientError> {
    let own = Reviewed::read(&acceptor, None, at)?;
    let peer = Reviewed::read(&peer, expected_root, at)?;
    if own.identity.sovereign_id == peer.identity.sovereign_id {
        return Err(ClientError::SameSovereign { sovereign: own.identity.sovereign_id });
    }
    let metadata = BTreeMap::from([
        ("workflow".to_owned(), Value::from("federation-bootstrap")),
        ("subject_endpoint".to_owned(), Value::from(peer.identity.endpoint.as_str())),
    ]);
    let wish = terms.wish(&peer.identity, metadata);
    Ok(Bootstrap { acceptor, at, own, peer, wish, bundle: None })
}

impl Bootstrap<'_> {
    /// Holds a bundle of the peer against what the peer publishes now. `path` is what the evidence calls the file.
    ///
    /// # Errors
    ///
    /// [`BundleError`] if it does not hold, or is about another sovereign.
    pub fn check_bundle(&mut self, bundle: &Value, path: &str) -> Result<(), BundleError> {
        let live = material(&self.peer.identity);
        let receipt = bundle::import(bundle, path, Some(&live), self.at)?;
        let member = |of: &Value, name: &str| of.get(name).cloned().unwrap_or(Value::Null);
        self.bundle = Some(Value::from([
            ("path", Value::from(path)),
            ("bundle_hash", member(&receipt, "bundle_hash")),
            ("bundle_version", member(bundle, "bundle_version")),
            ("created_at", member(bundle, "created_at")),
            ("validation", member(&receipt, "validation")),
        ]));
        Ok(())
    }

    /// Has the treaty issued.
    ///
    /// # Errors
    ///
    /// [`ClientError`] with nothing issued, or with a treaty that does not hold.
    pub fn issue(&self, operator: &Operator, stamp: &Stamp) -> Result<Outcome, ClientError> {
        let desk = Desk { remote: self.acceptor, identity: &self.own.identity, operator };
        let treaty = desk.remote.issue_treaty(&self.wish, operator, stamp)?;
        let (own, peer) = (&self.own.identity.sovereign_id, &self.peer.identity.sovereign_id);
        check_treaty(&treaty, desk.identity, Some(peer), stamp.at)?;
        let path = path(&self.acceptor, own, peer)?;
        let connectome = self.acceptor.ask(&calls::connectome(self.acceptor.endpoint))?;
        let connectome = connectome.get("summary").cloned().unwrap_or(Value::Null);
        Ok(Outcome { treaty, path, connectome })
    }

    /// The evidence: what was seen and agreed, without secrets, signatures or whole authority keys. `outcome` is `None` for
    /// a dry run.
    pub fn evidence(&self, outcome: Option<&Outcome>) -> Value {
        let mut evidence = BTreeMap::from([
            ("workflow".to_owned(), Value::from("federation-bootstrap")),
            ("created_at".to_owned(), Value::from(self.at.isoformat())),
            ("dry_run".to_owned(), Value::from(outcome.is_none())),
            ("acceptor".to_owned(), self.own.summary()),
            ("issuer".to_owned(), self.peer.summary()),
            ("treaty_preview".to_owned(), self.preview()),
        ]);
        if let Some(bundle) = &self.bundle {
            evidence.insert("issuer_bundle".to_owned(), bundle.clone());
        }
        let Some(Outcome { treaty, path, connectome }) = outcome else {
            return Value::Map(evidence);
        };
        let status = if path.trusted { "passed" } else { "failed" };
        evidence.extend([
            ("treaty_id".to_owned(), treaty.treaty_id.write()),
            ("treaty_status".to_owned(), treaty.status.write()),
            ("trust_path".to_owned(), path.write()),
            ("connectome_summary".to_owned(), connectome.clone()),
            (
                "verification".to_owned(),
                Value::from([
                    ("status", Value::from(status)),
                    ("reason", Value::from(path.reason.as_str())),
                ]),
            ),
        ]);
        Value::Map(evidence)
    }

    fn preview(&self) -> Value {
        let prefixes = self.wish.subject_public_keys.iter().map(|key| prefix(key));
        Value::from([
            ("subject_sovereign_id", self.wish.subject_sovereign_id.write()),
            ("subject_public_key_prefixes", Value::from(prefixes.collect::<Vec<_>>())),
            ("scope", self.wish.scope.write()),
            ("validity_hours", self.wish.validity_hours.write()),
            ("metadata", self.wish.metadata.write()),
        ])
    }
}
