//! Looks at the public endpoints of a sovereign, one by one, and says what came of each look.
//!
//! Unlike a [`Reviewed`](crate::review::Reviewed), a look goes on after a failure: what does not answer is a finding.

use comity_mesh::bundle;
use comity_mesh::connectome::RecognitionGraph;
use comity_mesh::continuity::{ContinuityStatus, DAY_SECONDS};
use comity_mesh::operator::checks::{Check, CheckKind, CheckResult};
use comity_mesh::revocation::{FeedCheck, PublishedFeed};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, Value, canonical};
use comity_wire::{Digest, sha256};

use crate::operators::{CONTINUITY, Life};
use crate::review::Identity;
use crate::{ClientError, Remote, Request, calls, workflow};

/// What was seen.
#[derive(Clone, Debug)]
pub struct Looked {
    /// Who answers there, if the documents hold.
    pub identity: Option<Identity>,
    /// Look by look, in the order of [`CheckKind`], without the backup, which no stranger can look at.
    pub checks: Vec<Check>,
}

/// What came of one look: the hash of what was judged, and a reason unless it passed.
type Verdict = Result<Option<Digest>, (CheckResult, String)>;

/// Looks at everything that a sovereign publishes. `expected_root` is a root key that came another way.
pub fn look(remote: &Remote<'_>, expected_root: Option<&str>, at: Datetime) -> Looked {
    let eye = Eye { remote, at };
    let mut looked = Looked { identity: None, checks: Vec::new() };
    let mut note = |kind, verdict| looked.checks.push(eye.check(kind, verdict));
    note(CheckKind::Healthz, eye.says("/healthz", "ok"));
    note(CheckKind::Readyz, eye.says("/readyz", "ready"));
    let genesis = eye.document("/genesis");
    note(CheckKind::Genesis, genesis.as_ref().map(|it| Some(it.1)).map_err(Clone::clone));
    let identity = genesis.and_then(|(genesis, _)| eye.identity(genesis, expected_root));
    note(CheckKind::Identity, identity.as_ref().map(|it| Some(it.1)).map_err(Clone::clone));
    let identity = identity.ok().map(|(identity, _)| identity);
    let known = identity.as_ref();
    note(CheckKind::RevocationFeed, with(known, |it| eye.feed(it)));
    note(CheckKind::RecognitionGraph, eye.graph());
    note(CheckKind::TrustBundle, eye.bundle());
    note(CheckKind::Tls, eye.tls(known));
    note(CheckKind::Continuity, with(known, |it| eye.continuity(it)));
    looked.identity = identity;
    looked
}

/// Who looks, and when.
struct Eye<'a> {
    remote: &'a Remote<'a>,
    at: Datetime,
}

fn failed(reason: impl Into<String>) -> (CheckResult, String) {
    (CheckResult::Failed, reason.into())
}

/// What an error of the client means for a look.
fn seen(error: &ClientError) -> (CheckResult, String) {
    let is_silent = matches!(
        error,
        ClientError::UnknownHost { .. }
            | ClientError::Unreachable { .. }
            | ClientError::TimedOut { .. }
            | ClientError::Tls { .. }
    );
    let result = if is_silent { CheckResult::Unreachable } else { CheckResult::Failed };
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other error is its code")]
    let reason = match error {
        ClientError::Genesis { reason, .. } => reason.to_string(),
        ClientError::Feed { reason, .. } => reason.to_string(),
        other => other.code().to_owned(),
    };
    (result, reason)
}

/// A look that needs to know who answers.
fn with(identity: Option<&Identity>, look: impl FnOnce(&Identity) -> Verdict) -> Verdict {
    identity.map_or_else(|| Err((CheckResult::Skipped, "no_identity".to_owned())), look)
}

impl Eye<'_> {
    fn check(&self, kind: CheckKind, verdict: Verdict) -> Check {
        let (result, detail, body_sha256) = match verdict {
            Ok(digest) => (CheckResult::Passed, String::new(), digest),
            Err((result, detail)) => (result, detail, None),
        };
        let target = self.remote.endpoint.to_string();
        Check { kind, target, checked_at: self.at, result, detail, body_sha256 }
    }

    /// A document, and the hash of its bytes as they came.
    fn ask(&self, request: &Request) -> Result<(Value, Digest), (CheckResult, String)> {
        let reply = self.remote.carrier.carry(request).map_err(|error| seen(&error))?;
        let document = reply.document(request).map_err(|error| seen(&error))?;
        Ok((document, sha256(&reply.body)))
    }

    fn document(&self, route: &str) -> Result<(Value, Digest), (CheckResult, String)> {
        self.ask(&calls::document(self.remote.endpoint, route))
    }

    fn says(&self, route: &str, word: &str) -> Verdict {
        let (document, digest) = self.document(route)?;
        let said = document.get("status").and_then(Value::as_str);
        (said == Some(word)).then_some(Some(digest)).ok_or_else(|| failed("wrong_status"))
    }

    fn identity(
        &self,
        genesis: Value,
        root: Option<&str>,
    ) -> Result<(Identity, Digest), (CheckResult, String)> {
        let (document, digest) = self.document("/sovereign.json")?;
        let endpoint = self.remote.endpoint.to_string();
        let identity = Identity::check(endpoint, genesis, document, root, self.at);
        identity.map(|identity| (identity, digest)).map_err(|error| seen(&error))
    }

    fn feed(&self, identity: &Identity) -> Verdict {
        let request = calls::feed(self.remote.endpoint, &identity.sovereign_id);
        let (document, digest) = self.ask(&request)?;
        let feed = PublishedFeed::read(&document).map_err(|_| failed("client.wrong_shape"))?;
        let check = FeedCheck {
            issuer_keys: std::slice::from_ref(&identity.authority),
            expected_issuer: Some(&identity.sovereign_id),
            last_sequence: None,
        };
        feed.verify(&check, self.at).map_err(|reason| failed(reason.as_str()))?;
        if feed.feed.issued_at.plus(DAY_SECONDS).instant() < self.at.instant() {
            return Err(failed("feed_late"));
        }
        Ok(Some(digest))
    }

    fn graph(&self) -> Verdict {
        let request = calls::document(self.remote.endpoint, "/recognition-graph");
        let (document, digest) = self.ask(&request.at_most(crate::limits::BUNDLE_BYTES_MAX))?;
        RecognitionGraph::read(&document).map_err(|_| failed("client.wrong_shape"))?;
        Ok(Some(digest))
    }

    fn bundle(&self) -> Verdict {
        let bundle = workflow::export(self.remote, true, self.at).map_err(|error| seen(&error))?;
        bundle::import(&bundle, "", None, self.at).map_err(|error| failed(error.code()))?;
        Ok(Some(sha256(&canonical(&bundle))))
    }

    fn tls(&self, identity: Option<&Identity>) -> Verdict {
        let is_https = self.remote.endpoint.to_string().starts_with("https://");
        let skipped = |word: &str| Err((CheckResult::Skipped, word.to_owned()));
        match (is_https, identity) {
            (false, _) => skipped("plain_http"),
            (true, None) => skipped("no_identity"),
            // A certificate that does not hold ends every request before it is sent.
            (true, Some(_)) => Ok(None),
        }
    }

    fn continuity(&self, identity: &Identity) -> Verdict {
        let life = match Life::read(self.remote, identity, None, self.at) {
            Err(ClientError::NotThere { .. }) => {
                return Err((CheckResult::Skipped, "not_served".to_owned()));
            }
            life => life.map_err(|error| seen(&error))?,
        };
        let status = life.assess(self.at).status;
        let digest = self.document(CONTINUITY).map(|(_, digest)| digest)?;
        match status {
            ContinuityStatus::Stale => Err(failed(status.as_str())),
            ContinuityStatus::Healthy
            | ContinuityStatus::Watch
            | ContinuityStatus::DeclaredOffline => Ok(Some(digest)),
        }
    }
}

#[cfg(test)]
mod tests;
