//! From a request to a decision: who asks, what follows, what is written down.

use std::collections::BTreeMap;

use comity_wire::mesh_json::{Datetime, Value};

use crate::auth::Fresh;
use crate::event::{Event, NonceUsed};
use crate::limits::FRAME_BYTES_MAX;
use crate::operators::OperatorWrite;
use crate::{AdminHeaders, Authority, Body, Entry, Frame, Refusal};

/// A request as it came in, with what the core cannot know.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// Now.
    pub at: Datetime,
    /// A fresh id that nobody can guess, for what is made.
    pub id: &'a str,
    /// The request's own id.
    pub request_id: &'a str,
    /// Address of the peer.
    pub remote: &'a str,
    /// Method, upper case.
    pub method: &'a str,
    /// Path and query as they were sent.
    pub path: &'a str,
    /// The Host header.
    pub host: &'a str,
    /// Headers of an operator.
    pub admin: AdminHeaders<'a>,
    /// The body as it was sent.
    pub body: &'a [u8],
}

/// What may be asked that can change the state.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Write {
    /// Recognise another sovereign.
    IssueTreaty,
    /// End a treaty, by its id.
    RevokeTreaty(String),
    /// Attest a membership.
    IssueAttestation,
    /// End an attestation, by its id.
    RevokeAttestation(String),
    /// Say whom the sovereign recognises without a treaty.
    SetRecognitionPolicy,
    /// Take over another sovereign's revocations.
    ImportFeed,
    /// Sign what was found about trust.
    IssueEvidence,
    /// Ask another sovereign for capabilities.
    Offer,
    /// Grant less than what was asked for.
    Counter,
    /// Take an offer or a counter.
    Accept,
    /// Decide about a request under an agreement.
    DecideBoundary,
    /// Commit to capabilities.
    Commit,
    /// Make a proof of a capability good for one showing.
    Nullify,
    /// Vote on a decision.
    Vote,
    /// Put votes together.
    Assemble,
    /// Take in what another authority published.
    SeePeer,
    /// Say that another authority is gone.
    ArchivePeer,
    /// License data.
    LicenseData,
    /// Say which data will be accessed.
    IntendAccess,
    /// Let somebody join.
    Invite,
    /// End a certificate.
    RevokeCertificate,
    /// Publish a policy.
    PublishPolicy,
    /// Put an earlier policy in force.
    RestorePolicy,
    /// Read the policies that there were.
    PolicyHistory,
    /// Read the record.
    Audit,
    /// Become a node.
    Join,
    /// Say that a node is alive.
    Heartbeat,
    /// Get the next certificate.
    Renew,
    /// Put an agent into the registry.
    RegisterAgent,
    /// Take the agent of a node out of the registry, by the node's key.
    RemoveAgent(String),
    /// What operators and their partners hand in about themselves.
    Operator(OperatorWrite),
}

impl Write {
    /// What the record calls it.
    pub const fn action(&self) -> &'static str {
        match self {
            Self::IssueTreaty => "recognition_treaty_issued",
            Self::RevokeTreaty(_) => "recognition_treaty_revoked",
            Self::IssueAttestation => "membership_attestation_issued",
            Self::RevokeAttestation(_) => "membership_attestation_revoked",
            Self::SetRecognitionPolicy => "recognition_policy_saved",
            Self::ImportFeed => "sovereign_revocation_feed_imported",
            Self::IssueEvidence => "trust_evidence_built",
            Self::Offer => "capability_offer_built",
            Self::Counter => "capability_counter_built",
            Self::Accept => "agreement_accepted",
            Self::DecideBoundary => "boundary_decision_made",
            Self::Commit => "capability_commitment_created",
            Self::Nullify => "capability_nullifier_issued",
            Self::Vote => "validator_vote_cast",
            Self::Assemble => "consensus_proof_assembled",
            Self::SeePeer => "atlas_peer_seen",
            Self::ArchivePeer => "atlas_peer_archived",
            Self::LicenseData => "data_license_policy_created",
            Self::IntendAccess => "data_access_intent_created",
            Self::Invite => "invite_created",
            Self::RevokeCertificate => "certificate_revoked",
            Self::PublishPolicy => "policy_published",
            Self::RestorePolicy => "policy_restored",
            Self::PolicyHistory => "policy_history_read",
            Self::Audit => "audit_read",
            Self::Join => "certificate_issued",
            Self::Heartbeat => "heartbeat",
            Self::Renew => "certificate_renewed",
            Self::RegisterAgent => "agent_registered",
            Self::RemoveAgent(_) => "agent_removed",
            Self::Operator(write) => write.action(),
        }
    }

    /// Whether an operator must ask.
    pub const fn is_admin(&self) -> bool {
        !matches!(
            self,
            Self::Join | Self::Heartbeat | Self::Renew | Self::RegisterAgent | Self::RemoveAgent(_)
        )
    }
}

/// A good answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// 200 or 201.
    pub status: u16,
    /// The body.
    pub body: Value,
}

/// What to write down, and what to answer once that is durable.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The next entry of the record.
    pub entry: Entry,
    /// The answer.
    pub answer: Result<Answer, Refusal>,
}

/// What follows from a request that is granted.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) events: Vec<Event>,
    pub(crate) details: BTreeMap<String, Value>,
}

impl Done {
    /// 200, nothing changed yet.
    pub(crate) fn ok(body: Value) -> Self {
        Self { status: 200, body, events: Vec::new(), details: BTreeMap::new() }
    }

    /// 201, something was made.
    pub(crate) fn created(body: Value, event: impl Into<Event>) -> Self {
        Self { status: 201, ..Self::ok(body) }.because(event)
    }

    /// With one more event.
    pub(crate) fn because(mut self, event: impl Into<Event>) -> Self {
        self.events.push(event.into());
        self
    }

    /// With one more detail for the auditor.
    pub(crate) fn noting(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }
}

/// Who turned out to ask.
#[derive(Debug, Default)]
pub(crate) struct Asker {
    /// The nonce that the request used up.
    pub(crate) fresh: Option<Fresh>,
}

impl Authority {
    /// Decides about a request. Nothing has changed until the decision's entry is applied.
    pub fn decide(&self, write: &Write, call: &Call<'_>) -> Decision {
        let mut asker = Asker::default();
        let result = self.attempt(write, call, &mut asker);
        let decision = self.decision(write, call, asker.fresh.as_ref(), result);
        if decision.entry.bytes().len() <= FRAME_BYTES_MAX {
            return decision;
        }
        let too_large = Refusal::new(
            413,
            "record_entry_too_large",
            "What follows does not fit into the record",
        );
        self.decision(write, call, asker.fresh.as_ref(), Err(too_large))
    }

    /// An entry that records a refusal outside [`Self::decide`], such as of a malformed public request.
    pub fn note(
        &self,
        call: &Call<'_>,
        action: &str,
        refusal: &Refusal,
        more: &[(&str, u64)],
    ) -> Entry {
        let mut details = audit_details(refusal);
        details.extend(more.iter().map(|(name, count)| ((*name).to_owned(), Value::from(*count))));
        self.frame(call, "anyone".to_owned(), action, refusal.code, details).seal()
    }

    fn attempt(&self, write: &Write, call: &Call<'_>, asker: &mut Asker) -> Result<Done, Refusal> {
        let body = Body::parse(call.body)?;
        if write.is_admin() {
            asker.fresh = Some(self.check_admin(call, &body)?);
            self.permit(write, asker, call.at)?;
        }
        match write {
            Write::IssueTreaty => self.issue_treaty(call, &body),
            Write::RevokeTreaty(id) => self.revoke_treaty(id, &body),
            Write::IssueAttestation => self.issue_attestation(call, &body),
            Write::RevokeAttestation(id) => self.revoke_attestation(id, &body),
            Write::SetRecognitionPolicy => Self::set_recognition_policy(&body),
            Write::ImportFeed => self.import_feed(call, &body),
            Write::IssueEvidence => self.issue_evidence(call, &body),
            Write::Offer => self.offer(call, &body),
            Write::Counter => self.counter(call, &body),
            Write::Accept => self.accept(call, &body),
            Write::DecideBoundary => self.decide_boundary(call, &body),
            Write::Commit => self.commit(call, &body),
            Write::Nullify => self.nullify(call, &body),
            Write::Vote => self.vote(call, &body),
            Write::Assemble => self.assemble(call, &body),
            Write::SeePeer => self.see_peer(call, &body),
            Write::ArchivePeer => self.archive_peer(&body),
            Write::LicenseData => self.license_data(call, &body),
            Write::IntendAccess => self.intend_access(call, &body),
            Write::Invite => Self::invite(call, &body),
            Write::RevokeCertificate => self.revoke_certificate(&body),
            Write::PublishPolicy => self.publish_policy(call, &body),
            Write::RestorePolicy => self.restore_policy(&body),
            Write::PolicyHistory => Ok(Done::ok(self.policy_history())),
            Write::Audit => Ok(Done::ok(Value::Null)),
            Write::Join => self.join(call, &body, asker),
            Write::Heartbeat => self.heartbeat(call, &body, asker),
            Write::Renew => self.renew(call, &body, asker),
            Write::RegisterAgent => self.register_agent(call, &body),
            Write::RemoveAgent(key) => self.remove_agent(key, call, &body),
            Write::Operator(write) => self.attempt_operator(write, call, &body, asker),
        }
    }

    fn decision(
        &self,
        write: &Write,
        call: &Call<'_>,
        fresh: Option<&Fresh>,
        result: Result<Done, Refusal>,
    ) -> Decision {
        let actor = fresh.map_or_else(|| "anyone".to_owned(), |fresh| fresh.scope.clone());
        let used = fresh.map(|Fresh { scope, nonce }| {
            Event::from(NonceUsed { scope: scope.clone(), nonce: nonce.clone() })
        });
        let (outcome, details, events, answer) = match result {
            Ok(Done { status, body, events, details }) => {
                ("done", details, events, Ok(Answer { status, body }))
            }
            Err(refusal) => (refusal.code, audit_details(&refusal), Vec::new(), Err(refusal)),
        };
        let mut frame = self.frame(call, actor, write.action(), outcome, details);
        frame.events = used.into_iter().chain(events).collect();
        Decision { entry: frame.seal(), answer }
    }

    pub(crate) fn frame(
        &self,
        call: &Call<'_>,
        actor: String,
        action: &str,
        outcome: &str,
        mut details: BTreeMap<String, Value>,
    ) -> Frame {
        details.insert("path".to_owned(), Value::from(shorten(call.path)));
        Frame {
            seq: self.state.next,
            prev: self.state.head.to_string(),
            at: call.at,
            request_id: shorten(call.request_id),
            remote: call.remote.to_owned(),
            actor,
            action: action.to_owned(),
            outcome: outcome.to_owned(),
            details,
            events: Vec::new(),
        }
    }
}

/// What the record says about a refusal.
fn audit_details(refusal: &Refusal) -> BTreeMap<String, Value> {
    let mut details = refusal.details.clone();
    details.insert("message".to_owned(), Value::from(shorten(&refusal.message)));
    details.insert("status".to_owned(), Value::from(u64::from(refusal.status)));
    details
}

/// At most 256 characters.
fn shorten(text: &str) -> String {
    text.chars().take(256).collect()
}
