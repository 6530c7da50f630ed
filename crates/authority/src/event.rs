//! What can happen to an authority. Events are stored, so their names and members are a format.

use std::sync::Arc;

use comity_mesh::attestation::{MembershipAttestation, RecognitionPolicy};
use comity_mesh::certificates::{JoinCertificate, PolicyManifest};
use comity_mesh::connectome::Edge;
use comity_mesh::data_usage::DataLicensePolicy;
use comity_mesh::descriptor::AgentDescriptor;
use comity_mesh::objects;
use comity_mesh::recognition::RecognitionTreaty;
use comity_mesh::revocation::SovereignRevocationFeed;
use comity_mesh::schema::{Field, SchemaError, members};
use comity_wire::mesh_json::{Datetime, Value};

use crate::operators::event::{
    AssetsPublished, CheckReportFiled, OfflineNoticeRecorded, OnboardingStepRecorded,
    OperatorHeartbeatRecorded, PartnerAccepted, PartnerEnded, PartnerGranted, PartnerNoted,
};

objects! {
    /// The record begins.
    pub struct Founded {
        /// Whose it is.
        sovereign_id: String,
        /// The sovereign's root key, base64.
        root_public_key: String,
        /// The first policy.
        policy: PolicyManifest,
    }

    /// A signed request was accepted as its sender's, so its nonce is used up.
    pub struct NonceUsed {
        /// Whose nonce.
        scope: String,
        /// The nonce.
        nonce: String,
    }

    /// Another sovereign is recognised.
    pub struct TreatyIssued {
        /// The treaty, signed.
        treaty: Arc<RecognitionTreaty>,
    }

    /// A treaty ends early.
    pub struct TreatyRevoked {
        /// Which.
        treaty_id: String,
        /// Why, in the operator's words.
        reason: String,
    }

    /// A member has an attestation.
    pub struct AttestationIssued {
        /// The attestation, signed.
        attestation: MembershipAttestation,
    }

    /// An attestation ends early.
    pub struct AttestationRevoked {
        /// Which.
        attestation_id: String,
        /// Why, in the operator's words.
        reason: String,
        /// Sequence of the feed from here on.
        sequence: u64,
    }

    /// Whom the sovereign recognises without a treaty.
    pub struct RecognitionPolicySet {
        /// The policy's id.
        policy_id: String,
        /// The policy.
        policy: RecognitionPolicy,
    }

    /// Another sovereign's revocations are taken over.
    pub struct FeedImported {
        /// The feed, signed by the other sovereign.
        feed: SovereignRevocationFeed,
    }

    /// Somebody may join.
    pub struct InviteMade {
        /// SHA-256 of the secret token, hexadecimal.
        token_sha256: String,
        /// Roles that the newcomer gets.
        roles: Vec<String>,
        /// Longest certificate, in hours.
        max_validity_hours: u64,
        /// Until when it may be used.
        expires_at: Datetime,
    }

    /// An invite is used up.
    pub struct InviteUsed {
        /// SHA-256 of the secret token, hexadecimal.
        token_sha256: String,
        /// Who came.
        node_public_key: String,
    }

    /// A node has a certificate.
    pub struct CertificateIssued {
        /// The certificate, signed.
        certificate: JoinCertificate,
        /// Longest renewal, in hours.
        max_validity_hours: u64,
        /// Which certificate it follows.
        renewed_from: Option<String> = None,
    }

    /// A certificate ends early.
    pub struct CertificateRevoked {
        /// Which.
        cert_id: String,
        /// Why, one of the four reasons.
        reason: String,
        /// Sequence of the revocation list from here on.
        sequence: u64,
    }

    /// The feed is signed again, so that its age says something.
    pub struct FeedReissued {
        /// Its number from here on.
        sequence: u64,
    }

    /// The certificate revocation list is signed again.
    pub struct CrlReissued {
        /// Its number from here on.
        sequence: u64,
    }

    /// A node is alive.
    pub struct HeartbeatSeen {
        /// Whose certificate.
        cert_id: String,
        /// How it says it is.
        status: String,
    }

    /// A policy is published and in force.
    pub struct PolicyPublished {
        /// The policy, signed.
        policy: PolicyManifest,
    }

    /// An earlier policy is in force again.
    pub struct PolicyRestored {
        /// Which.
        policy_id: String,
    }

    /// An agent is in the registry.
    pub struct AgentRegistered {
        /// Its descriptor, signed by its node.
        descriptor: AgentDescriptor,
    }

    /// An agent has left the registry at its node's word.
    pub struct AgentRemoved {
        /// Key of its node.
        node_public_key: String,
        /// When the node said so; descriptors that it signed until then do not count any more.
        signed_at: Datetime,
    }

    /// What another authority published about its treaties was handed in.
    pub struct AtlasPeerSeen {
        /// Whose authority.
        sovereign_id: String,
        /// Where it answers.
        endpoint: String,
        /// When its export was fetched.
        fetched_at: Datetime,
        /// Digest of the whole export.
        graph_digest: String,
        /// Treaties of others in the export.
        hearsay_count: u64,
        /// Its own treaties.
        recognition_edges: Vec<Edge>,
    }

    /// Another authority is gone.
    pub struct AtlasPeerArchived {
        /// Whose.
        sovereign_id: String,
        /// Why, in the operator's words.
        reason: String,
    }

    /// A licence to use data is given, and in force.
    pub struct DataLicenseSet {
        /// The licence, signed.
        policy: DataLicensePolicy,
    }
}

/// Declares the events with the names that stand in the record.
macro_rules! events {
    ($( $(#[$meta:meta])* $event:ident = $name:literal, )+) => {
        /// One change of the state.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Event {
            $( $(#[$meta])* $event($event), )+
        }

        impl Event {
            /// Its name in the record.
            pub const fn name(&self) -> &'static str {
                match self { $( Self::$event(_) => $name, )+ }
            }
        }

        impl Field for Event {
            fn read(value: &Value) -> Result<Self, SchemaError> {
                let name = members(value)?.get("event").and_then(Value::as_str);
                match name {
                    $( Some($name) => $event::read(value).map(Self::$event), )+
                    _ => Err(SchemaError::expected("the name of an event").within("event")),
                }
            }

            fn write(&self) -> Value {
                let mut value = match self { $( Self::$event(event) => event.write(), )+ };
                if let Value::Map(members) = &mut value {
                    members.insert("event".to_owned(), Value::from(self.name()));
                }
                value
            }
        }

        $( impl From<$event> for Event {
            fn from(event: $event) -> Self {
                Self::$event(event)
            }
        } )+
    };
}

events! {
    /// See [`Founded`].
    Founded = "founded",
    /// See [`NonceUsed`].
    NonceUsed = "nonce_used",
    /// See [`TreatyIssued`].
    TreatyIssued = "treaty_issued",
    /// See [`TreatyRevoked`].
    TreatyRevoked = "treaty_revoked",
    /// See [`AttestationIssued`].
    AttestationIssued = "attestation_issued",
    /// See [`AttestationRevoked`].
    AttestationRevoked = "attestation_revoked",
    /// See [`RecognitionPolicySet`].
    RecognitionPolicySet = "recognition_policy_set",
    /// See [`FeedImported`].
    FeedImported = "feed_imported",
    /// See [`InviteMade`].
    InviteMade = "invite_made",
    /// See [`InviteUsed`].
    InviteUsed = "invite_used",
    /// See [`CertificateIssued`].
    CertificateIssued = "certificate_issued",
    /// See [`CertificateRevoked`].
    CertificateRevoked = "certificate_revoked",
    /// See [`FeedReissued`].
    FeedReissued = "feed_reissued",
    /// See [`CrlReissued`].
    CrlReissued = "crl_reissued",
    /// See [`HeartbeatSeen`].
    HeartbeatSeen = "heartbeat_seen",
    /// See [`PolicyPublished`].
    PolicyPublished = "policy_published",
    /// See [`PolicyRestored`].
    PolicyRestored = "policy_restored",
    /// See [`AgentRegistered`].
    AgentRegistered = "agent_registered",
    /// See [`AgentRemoved`].
    AgentRemoved = "agent_removed",
    /// See [`OperatorHeartbeatRecorded`].
    OperatorHeartbeatRecorded = "operator_heartbeat_recorded",
    /// See [`OfflineNoticeRecorded`].
    OfflineNoticeRecorded = "offline_notice_recorded",
    /// See [`CheckReportFiled`].
    CheckReportFiled = "check_report_filed",
    /// See [`OnboardingStepRecorded`].
    OnboardingStepRecorded = "onboarding_step_recorded",
    /// See [`AssetsPublished`].
    AssetsPublished = "assets_published",
    /// See [`PartnerGranted`].
    PartnerGranted = "partner_granted",
    /// See [`PartnerAccepted`].
    PartnerAccepted = "partner_accepted",
    /// See [`PartnerNoted`].
    PartnerNoted = "partner_noted",
    /// See [`PartnerEnded`].
    PartnerEnded = "partner_ended",
    /// See [`AtlasPeerSeen`].
    AtlasPeerSeen = "atlas_peer_seen",
    /// See [`AtlasPeerArchived`].
    AtlasPeerArchived = "atlas_peer_archived",
    /// See [`DataLicenseSet`].
    DataLicenseSet = "data_license_set",
}
