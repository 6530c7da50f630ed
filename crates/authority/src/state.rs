//! What an authority knows, and how each event changes it.
//!
//! # Invariants
//!
//! 1. [`State::apply`] is a function of the state and the entry: two authorities that read the same record are equal.
//! 2. An entry that does not follow from the one before, or an event that cannot happen, is refused by name; then the record
//!    is not this authority's, or was changed.
//! 3. Sequences of lists only grow.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use comity_mesh::attestation::{MembershipAttestation, RecognitionPolicy};
use comity_mesh::certificates::{JoinCertificate, PolicyManifest, RevokedCertificate};
use comity_mesh::connectome::{Connectome, RevokedAttestation, StoredTreaty};
use comity_mesh::data_usage::DataLicensePolicy;
use comity_mesh::descriptor::AgentDescriptor;
use comity_wire::Digest;
use comity_wire::mesh_json::Datetime;

use crate::atlas::Peers;
use crate::dashboard::Changes;
use crate::event::{
    AgentRegistered, AttestationIssued, CertificateIssued, CertificateRevoked, Event, FeedImported,
    HeartbeatSeen, InviteMade, TreatyIssued,
};
use crate::nonces::Nonces;
use crate::operators::state::Operators;
use crate::{Entry, FoldError};

/// Something that the authority signed, and whether it took it back.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<T> {
    /// The object.
    pub object: T,
    /// When and why it was revoked.
    pub revoked: Option<(Datetime, String)>,
}

impl<T> Row<T> {
    const fn new(object: T) -> Self {
        Self { object, revoked: None }
    }

    /// `active` or `revoked`: what the authority thinks of it, whatever the object says.
    pub const fn status(&self) -> &'static str {
        if self.revoked.is_some() { "revoked" } else { "active" }
    }

    /// When it was revoked.
    pub fn revoked_at(&self) -> Option<Datetime> {
        self.revoked.as_ref().map(|(at, _)| *at)
    }

    /// Why it was revoked.
    pub fn reason(&self) -> Option<&str> {
        self.revoked.as_ref().map(|(_, reason)| reason.as_str())
    }
}

/// A numbered list that the authority publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its number; grows with each change.
    pub sequence: u64,
    /// When it changed last.
    pub changed_at: Datetime,
}

/// What was taken over from one sovereign's feed.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The newest feed's number.
    pub sequence: u64,
    /// The newest feed's id.
    pub feed_id: String,
    /// When it was imported.
    pub imported_at: Datetime,
    /// How many attestations it revokes.
    pub revoked_count: u64,
}

/// An invite.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Invite {
    pub(crate) made: InviteMade,
    pub(crate) is_used: bool,
}

/// A certificate that the authority issued.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Certified {
    pub(crate) row: Row<JoinCertificate>,
    pub(crate) max_validity_hours: u64,
    pub(crate) heartbeat: Option<(Datetime, String)>,
}

/// One version of the policy.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PolicyVersion {
    pub(crate) policy: PolicyManifest,
    pub(crate) created_at: Datetime,
}

/// What is known of one node's agent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AgentSlot {
    /// What it offers, unless it was taken out.
    pub(crate) live: Option<AgentDescriptor>,
    /// Earliest time that its next descriptor may bear, in microseconds.
    pub(crate) not_before: i64,
    /// Until when one of its old descriptors could be sent again, in microseconds.
    pub(crate) until: i64,
}

impl AgentSlot {
    /// What it offers at that time.
    pub(crate) fn get(&self, at: Datetime) -> Option<&AgentDescriptor> {
        self.live.as_ref().filter(|agent| at.instant() < agent.expires_at.instant())
    }
}

/// Everything that follows from the record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct State {
    pub(crate) next: u64,
    pub(crate) head: Digest,
    pub(crate) nonces: Nonces,
    /// The treaties, and what other sovereigns revoked.
    pub(crate) connectome: Connectome,
    pub(crate) attestations: BTreeMap<String, Row<MembershipAttestation>>,
    pub(crate) attestation_order: Vec<String>,
    pub(crate) feed: Listed,
    pub(crate) recognition_policy: Option<(String, RecognitionPolicy)>,
    pub(crate) imports: BTreeMap<String, Imported>,
    pub(crate) invites: BTreeMap<String, Invite>,
    pub(crate) certificates: BTreeMap<String, Certified>,
    pub(crate) by_node: BTreeMap<String, BTreeSet<String>>,
    pub(crate) crl: Listed,
    pub(crate) crl_entries: Vec<RevokedCertificate>,
    pub(crate) policies: BTreeMap<String, PolicyVersion>,
    pub(crate) policy_order: Vec<String>,
    /// The policy in force.
    pub(crate) policy: String,
    pub(crate) agents: BTreeMap<String, AgentSlot>,
    /// Operators and their partners.
    pub(crate) operators: Operators,
    /// The licence to use data that is in force.
    pub(crate) data_license: Option<DataLicensePolicy>,
    /// What other authorities published.
    pub(crate) peers: Peers,
    /// What changed last.
    pub(crate) changes: Changes,
}

impl State {
    /// Before the first entry.
    pub(crate) fn empty(at: Datetime) -> Self {
        let listed = Listed { sequence: 0, changed_at: at };
        Self {
            next: 0,
            head: Digest::ZERO,
            nonces: Nonces::default(),
            connectome: Connectome::new(at),
            attestations: BTreeMap::new(),
            attestation_order: Vec::new(),
            feed: listed,
            recognition_policy: None,
            imports: BTreeMap::new(),
            invites: BTreeMap::new(),
            certificates: BTreeMap::new(),
            by_node: BTreeMap::new(),
            crl: listed,
            crl_entries: Vec::new(),
            policies: BTreeMap::new(),
            policy_order: Vec::new(),
            policy: String::new(),
            agents: BTreeMap::new(),
            operators: Operators::default(),
            data_license: None,
            peers: Peers::default(),
            changes: Changes::default(),
        }
    }

    /// Takes the next entry.
    pub(crate) fn apply(&mut self, entry: &Entry, issuer: &str) -> Result<(), FoldError> {
        let frame = entry.frame();
        if frame.seq != self.next || frame.prev != self.head.to_string() {
            let (seq, prev) = (frame.seq, frame.prev.clone());
            return Err(FoldError::Chain { seq, prev, next: self.next, head: self.head });
        }
        self.nonces.expire(frame.at);
        for event in &frame.events {
            let name = event.name();
            self.event(event, frame.at, issuer)
                .ok_or(FoldError::Impossible { seq: frame.seq, event: name })?;
        }
        self.changes.note(frame);
        self.next = self.next.saturating_add(1);
        self.head = entry.digest();
        Ok(())
    }

    /// One event; `None` if it cannot happen here.
    fn event(&mut self, event: &Event, at: Datetime, issuer: &str) -> Option<()> {
        #[expect(clippy::wildcard_enum_match_arm, reason = "the others are the operators' part")]
        match event {
            Event::Founded(founded) => {
                self.feed.changed_at = at;
                self.crl.changed_at = at;
                (self.next == 0).then_some(())?;
                self.publish(&founded.policy, at)?;
            }
            Event::NonceUsed(used) => self.nonces.insert(&used.scope, &used.nonce, at),
            Event::TreatyIssued(issued) => self.treaty(issued)?,
            Event::TreatyRevoked(revoked) => {
                let (id, reason) = (&revoked.treaty_id, revoked.reason.clone());
                let is_new = self.connectome.treaty(id)?.revoked_at.is_none();
                (is_new && self.connectome.revoke(id, at, Some(reason))).then_some(())?;
            }
            Event::AttestationIssued(issued) => self.attestation(issued)?,
            Event::AttestationRevoked(revoked) => {
                let row = self.attestations.get_mut(&revoked.attestation_id)?;
                revoke(row, at, &revoked.reason)?;
                self.feed = next(self.feed, revoked.sequence, at)?;
            }
            Event::RecognitionPolicySet(set) => {
                self.recognition_policy = Some((set.policy_id.clone(), set.policy.clone()));
            }
            Event::FeedImported(imported) => self.import(imported, at)?,
            Event::InviteMade(made) => {
                let invite = Invite { made: made.clone(), is_used: false };
                let old = self.invites.insert(made.token_sha256.clone(), invite);
                old.is_none().then_some(())?;
            }
            Event::InviteUsed(used) => {
                let invite = self.invites.get_mut(&used.token_sha256)?;
                (!std::mem::replace(&mut invite.is_used, true)).then_some(())?;
            }
            Event::CertificateIssued(issued) => self.certificate(issued)?,
            Event::CertificateRevoked(revoked) => self.revoke_certificate(revoked, at, issuer)?,
            Event::FeedReissued(reissued) => self.feed = next(self.feed, reissued.sequence, at)?,
            Event::CrlReissued(reissued) => self.crl = next(self.crl, reissued.sequence, at)?,
            Event::HeartbeatSeen(seen) => self.heartbeat(seen, at)?,
            Event::PolicyPublished(published) => self.publish(&published.policy, at)?,
            Event::PolicyRestored(restored) => {
                self.policies.contains_key(&restored.policy_id).then_some(())?;
                self.policy.clone_from(&restored.policy_id);
            }
            Event::AgentRegistered(registered) => self.register(registered, at),
            Event::AgentRemoved(removed) => {
                let slot = self.agents.get_mut(&removed.node_public_key)?;
                slot.live = None;
                slot.not_before = removed.signed_at.instant().saturating_add(1);
            }
            Event::AtlasPeerSeen(seen) => self.peers.see(seen)?,
            Event::AtlasPeerArchived(archived) => self.peers.archive(archived)?,
            Event::DataLicenseSet(set) => self.data_license = Some(set.policy.clone()),
            of_operators => self.operators.apply(of_operators, at)?,
        }
        Some(())
    }

    fn treaty(&mut self, issued: &TreatyIssued) -> Option<()> {
        let treaty = Arc::clone(&issued.treaty);
        self.connectome.treaty(&treaty.treaty_id).is_none().then_some(())?;
        self.connectome.put(StoredTreaty { treaty, revoked_at: None, reason: None });
        Some(())
    }

    fn attestation(&mut self, issued: &AttestationIssued) -> Option<()> {
        let attestation = &issued.attestation;
        let id = &attestation.attestation_id;
        let old = self.attestations.insert(id.clone(), Row::new(attestation.clone()));
        self.attestation_order.push(id.clone());
        old.is_none().then_some(())
    }

    fn import(&mut self, imported: &FeedImported, at: Datetime) -> Option<()> {
        let feed = &imported.feed;
        let issuer = &feed.issuer_sovereign_id;
        let newest = Imported {
            sequence: feed.sequence,
            feed_id: feed.feed_id.clone(),
            imported_at: at,
            revoked_count: feed.revoked_count() as u64,
        };
        let old = self.imports.insert(issuer.clone(), newest);
        old.is_none_or(|old| old.sequence < feed.sequence).then_some(())?;
        for id in &feed.revoked_attestation_ids {
            self.connectome.import(RevokedAttestation {
                id: id.clone(),
                issuer_sovereign_id: issuer.clone(),
                feed_id: feed.feed_id.clone(),
                sequence: feed.sequence,
                reason: feed.revocation_reasons.get(id).cloned(),
                revoked_at: Some(at.isoformat()),
            });
        }
        Some(())
    }

    fn certificate(&mut self, issued: &CertificateIssued) -> Option<()> {
        let certificate = &issued.certificate;
        let certified = Certified {
            row: Row::new(certificate.clone()),
            max_validity_hours: issued.max_validity_hours,
            heartbeat: None,
        };
        let of_node = self.by_node.entry(certificate.node_public_key.clone()).or_default();
        of_node.insert(certificate.cert_id.clone());
        self.certificates.insert(certificate.cert_id.clone(), certified).is_none().then_some(())
    }

    fn revoke_certificate(
        &mut self,
        revoked: &CertificateRevoked,
        at: Datetime,
        issuer: &str,
    ) -> Option<()> {
        let certified = self.certificates.get_mut(&revoked.cert_id)?;
        revoke(&mut certified.row, at, &revoked.reason)?;
        if let Some(slot) = self.agents.get_mut(&certified.row.object.node_public_key) {
            slot.live = None;
        }
        self.crl_entries.push(RevokedCertificate {
            certificate_id: revoked.cert_id.clone(),
            revoked_at: at,
            reason: revoked.reason.clone(),
            issuer: issuer.to_owned(),
        });
        self.crl = next(self.crl, revoked.sequence, at)?;
        Some(())
    }

    fn heartbeat(&mut self, seen: &HeartbeatSeen, at: Datetime) -> Option<()> {
        let certified = self.certificates.get_mut(&seen.cert_id)?;
        certified.heartbeat = Some((at, seen.status.clone()));
        Some(())
    }

    fn publish(&mut self, policy: &PolicyManifest, at: Datetime) -> Option<()> {
        let id = policy.policy_id.clone();
        let version = PolicyVersion { policy: policy.clone(), created_at: at };
        self.policies.insert(id.clone(), version).is_none().then_some(())?;
        self.policy_order.push(id.clone());
        self.policy = id;
        Some(())
    }

    fn register(&mut self, registered: &AgentRegistered, at: Datetime) {
        let descriptor = &registered.descriptor;
        self.agents.retain(|_, slot| at.instant() < slot.until);
        let known = self.agents.get(&descriptor.node_public_key).map(|slot| slot.until);
        let slot = AgentSlot {
            not_before: descriptor.registered_at.instant(),
            until: known.unwrap_or(i64::MIN).max(descriptor.expires_at.instant()),
            live: Some(descriptor.clone()),
        };
        self.agents.insert(descriptor.node_public_key.clone(), slot);
    }
}

/// Revokes what is not revoked yet.
fn revoke<T>(row: &mut Row<T>, at: Datetime, reason: &str) -> Option<()> {
    row.revoked.is_none().then_some(())?;
    row.revoked = Some((at, reason.to_owned()));
    Some(())
}

/// The list with its next number.
fn next(listed: Listed, sequence: u64, at: Datetime) -> Option<Listed> {
    (listed.sequence.checked_add(1) == Some(sequence))
        .then_some(Listed { sequence, changed_at: at })
}
