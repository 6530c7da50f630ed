//! The numbered lists that the authority publishes: its revocation feed and its certificate revocation list.
//!
//! A list is a function of the record: its number, its date and its content are recorded, so it has the same bytes for every
//! reader, and nobody writes when somebody reads. It gets its next number when it changes, and every
//! [`LIST_REFRESH_S`] seconds, so that its age says something.

use std::collections::BTreeMap;

use comity_mesh::certificates::CertificateRevocationList;
use comity_mesh::keys::SignedObject as _;
use comity_mesh::revocation::SovereignRevocationFeed;
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, Value};

use crate::event::{CrlReissued, FeedReissued};
use crate::ids::id_of;
use crate::limits::{LIST_LIFE_S, LIST_REFRESH_S};
use crate::state::Listed;
use crate::{Authority, Call, Entry, Event, Refusal};

/// A list as it is published.
#[derive(Clone, Debug, PartialEq)]
pub struct SignedList {
    /// The list, signed.
    pub body: Value,
    /// Its number.
    pub sequence: u64,
    /// When the next one is there, at the latest.
    pub next_update: Datetime,
}

impl Authority {
    /// The entry that gives lists their next number because they are old; `None` if none is.
    pub fn reissue(&self, call: &Call<'_>) -> Option<Entry> {
        let is_old = |list: Listed| {
            let age = call.at.instant().saturating_sub(list.changed_at.instant());
            LIST_REFRESH_S.saturating_mul(1_000_000) <= age
        };
        let next = |list: Listed| list.sequence.saturating_add(1);
        let (feed, crl) = (self.state.feed, self.state.crl);
        let mut events: Vec<Event> = Vec::new();
        if is_old(feed) {
            events.push(FeedReissued { sequence: next(feed) }.into());
        }
        if is_old(crl) {
            events.push(CrlReissued { sequence: next(crl) }.into());
        }
        if events.is_empty() || self.is_empty() {
            return None;
        }
        let actor = "authority".to_owned();
        let mut frame = self.frame(call, actor, "lists_reissued", "done", BTreeMap::new());
        frame.events = events;
        Some(frame.seal())
    }

    /// The number of the feed; one number, one feed.
    pub const fn feed_sequence(&self) -> u64 {
        self.state.feed.sequence
    }

    /// The attestations that this sovereign has revoked.
    ///
    /// # Errors
    ///
    /// 404 `feed_not_published` if another sovereign's feed is asked for: this authority signs for its own only.
    pub fn feed(&self, issuer: Option<&str>) -> Result<SignedList, Refusal> {
        self.check_feed_issuer(issuer)?;
        let Listed { sequence, changed_at } = self.state.feed;
        let revoked = self.state.attestations.iter();
        let reasons: BTreeMap<String, String> =
            revoked.filter_map(|(id, row)| Some((id.clone(), row.reason()?.to_owned()))).collect();
        let mut feed = SovereignRevocationFeed {
            feed_id: self.list_id("feed", sequence, changed_at),
            issuer_sovereign_id: self.sovereign_id().to_owned(),
            sequence,
            issued_at: changed_at,
            revoked_attestation_ids: reasons.keys().cloned().collect(),
            revocation_reasons: reasons,
            issued_by: self.config.key_id.clone(),
            signatures: Vec::new(),
        };
        feed.sign(&self.secret, &self.config.key_id);
        let next_update = changed_at.plus(LIST_LIFE_S);
        let body = feed.promise(next_update, &self.secret).write();
        Ok(SignedList { body, sequence, next_update })
    }

    /// Whether the feed that a request names is published here; no name means this sovereign's.
    ///
    /// # Errors
    ///
    /// As [`Self::feed`].
    pub fn check_feed_issuer(&self, issuer: Option<&str>) -> Result<(), Refusal> {
        if issuer.is_some_and(|issuer| issuer != self.sovereign_id()) {
            let message = "This authority publishes the feed of its own sovereign only";
            return Err(Refusal::absent("feed_not_published", message));
        }
        Ok(())
    }

    /// The number of the certificate revocation list.
    pub const fn crl_sequence(&self) -> u64 {
        self.state.crl.sequence
    }

    /// The certificates that were revoked.
    pub fn crl(&self) -> SignedList {
        let Listed { sequence, changed_at } = self.state.crl;
        let next_update = changed_at.plus(LIST_LIFE_S);
        let crl = CertificateRevocationList {
            crl_id: self.list_id("crl", sequence, changed_at),
            sequence,
            issued_at: changed_at,
            next_update,
            issuer: self.config.key_id.clone(),
            revoked_certificates: self.state.crl_entries.clone(),
            signatures: Vec::new(),
        };
        SignedList { body: crl.issue(&self.secret).write(), sequence, next_update }
    }

    /// An id that follows from what the list is.
    fn list_id(&self, kind: &str, sequence: u64, issued_at: Datetime) -> String {
        let text = format!("{kind}|{}|{sequence}|{issued_at}", self.sovereign_id());
        id_of(&text)
    }
}
