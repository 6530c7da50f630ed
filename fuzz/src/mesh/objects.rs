//! Every object of the protocol: read, written, signed, and checked with keys that may or may not have signed it.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::slice;

use comity_mesh::agreement::{AgreementRecord, PartyKeys};
use comity_mesh::attestation::{MembershipAttestation, RecognitionPolicy};
use comity_mesh::certificates::{CertificateCheck, JoinCertificate};
use comity_mesh::consensus::{EphemeralExecutionIdentity, EphemeralUse};
use comity_mesh::descriptor::{AgentDescriptor, DescriptorCheck};
use comity_mesh::freshness::{FreshnessDemand, FreshnessProof};
use comity_mesh::keys::{MeshKey, SignatureCheck, SignedObject};
use comity_mesh::operator::onboarding::{self, OnboardingStatement};
use comity_mesh::recognition::TreatyCheck;
use comity_mesh::revocation::{FeedCheck, SovereignRevocationFeed};
use comity_mesh::schema::{Field, Object, SchemaError};
use comity_mesh::{
    agreement, atlas, attestation, boundary, case_file, certificates, connectome, consensus,
    context, continuity, data_usage, delegation, descriptor, disclosure, evidence, execution,
    freshness, identity, justification, keys, managing_partner, model, operator, operator_proof,
    overlay, oversight, recognition, revocation, routing, token,
};
use comity_sign::SigningKey;
use comity_wire::mesh_json::{Datetime, Value, canonical};

use super::{document, keys as keys_of, time};
use crate::input::Input;
use crate::oracle;

/// One kind of object.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Its name in the protocol.
    pub name: &'static str,
    /// Whether a document is one, and if not, why.
    pub read: fn(&Value) -> Result<(), SchemaError>,
    /// Asks everything of a document that may be one; whether it is.
    pub check: fn(&Value, &Ask) -> bool,
}

/// With what objects are checked.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The keys of suites, and those in the document.
    pub keys: Vec<MeshKey>,
    /// When.
    pub at: Datetime,
}

impl Ask {
    /// About a document.
    pub fn new(document: &Value, when: u8) -> Self {
        Self { keys: keys_of(document), at: time(when) }
    }

    fn key(&self) -> &MeshKey {
        self.keys.last().expect("the keys of suites are always there")
    }
}

/// The first byte picks the kind, the second the time; the rest is the document.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let kind = input.pick(KINDS);
    let when = input.byte();
    if let Some(value) = document(input.rest()) {
        (kind.check)(&value, &Ask::new(&value, when));
    }
}

/// What is read is written, and read again as the same.
fn plain<T: Object + Debug + PartialEq>(value: &Value) -> Option<T> {
    let object = match T::read(value) {
        Ok(object) => object,
        Err(error) => {
            oracle::refusal(error.code(), &error);
            return None;
        }
    };
    let mut straight = Vec::new();
    object.append_to(&mut straight);
    assert_eq!(straight, canonical(&object.write()), "{}: two canonical forms", T::NAME);
    let again = T::read(&object.write());
    assert_eq!(again.as_ref(), Ok(&object), "{}: written, but read otherwise", T::NAME);
    Some(object)
}

/// A signature counts for its key and for no other; nothing unsigned is good.
fn signed<T: Object + SignedObject + Clone + Debug + PartialEq>(
    value: &Value,
    ask: &Ask,
    verify: fn(&T, &Ask) -> bool,
) -> Option<T> {
    let object: T = plain(value)?;
    let bytes = object.signed_bytes();
    assert_eq!(bytes, canonical(&object.signed_value()), "{}: two signed forms", T::NAME);
    assert!(bytes.is_ascii(), "{}: signed bytes are ASCII", T::NAME);
    let is_unsigned = object.signatures().is_empty();
    let found = object.check_signatures(&ask.keys);
    assert_eq!(found == SignatureCheck::Missing, is_unsigned, "{}", T::NAME);
    assert!(!verify(&object, ask) || !is_unsigned, "{}: good, but nobody signed it", T::NAME);

    let secret = SigningKey::from_seed([0xfe; 32]);
    let key = MeshKey::from(secret.public());
    assert_ne!(object.check_signatures(slice::from_ref(&key)), SignatureCheck::Valid);
    let mut more = object.clone();
    more.sign(&secret, "somebody");
    assert_eq!(more.signed_bytes(), bytes, "{}: a signature is signed", T::NAME);
    assert_eq!(more.check_signatures(slice::from_ref(&key)), SignatureCheck::Valid, "{}", T::NAME);
    verify(&more, ask);
    Some(object)
}

macro_rules! kinds {
    ($($how:ident $($path:ident)::+ $(=> $verify:expr)?,)+) => {
        /// All kinds; a test compares them with the declarations.
        pub const KINDS: &[Kind] = &[$(Kind {
            name: <$($path)::+ as Object>::NAME,
            read: |value| <$($path)::+ as Field>::read(value).map(drop),
            check: kinds!(@$how $($path)::+ $(=> $verify)?),
        },)+];
    };
    (@plain $type:ty) => { |value, _| plain::<$type>(value).is_some() };
    (@signed $type:ty) => { |value, ask| signed::<$type>(value, ask, |_, _| false).is_some() };
    (@signed $type:ty => $verify:expr) => {
        |value, ask| signed::<$type>(value, ask, $verify).is_some()
    };
}

kinds! {
    plain agreement::AgreementTerms,
    signed agreement::CapabilityOffer => |it, ask| it.verify(&ask.keys, ask.at).is_ok(),
    signed agreement::CapabilityCounter => |it, ask| it.verify(&ask.keys).is_ok(),
    signed agreement::AgreementRecord => agreement,
    signed atlas::TrustPathEntry,
    signed atlas::TrustPathCache => |it, ask| it.verify(&ask.keys).is_ok(),
    signed atlas::GraphPruningPolicy,
    plain atlas::PruningAuditEntry,
    signed atlas::PrunedAtlasExport,
    signed attestation::MembershipAttestation => attestation,
    plain attestation::RecognizedIssuer,
    plain attestation::RecognitionPolicy,
    plain boundary::GateResult,
    plain boundary::ContextRecord,
    signed boundary::BoundaryDecision => |it, ask| it.verify(&ask.keys, Some(&ask.keys), ask.at).is_ok(),
    plain case_file::Opened,
    signed case_file::CaseEntry,
    plain case_file::CaseFile,
    plain case_file::IdentityContent,
    plain case_file::EvidenceItem,
    plain case_file::EvidenceContent,
    plain case_file::Claim,
    plain case_file::ClaimsContent,
    plain case_file::NoticeContent,
    plain case_file::ResponseContent,
    plain case_file::EscalationContent,
    plain case_file::RedactionRule,
    signed certificates::JoinCertificate => certificate,
    signed certificates::ServiceManifest => |it, ask| it.verify(ask.key(), ask.at).is_ok(),
    plain certificates::InviteToken,
    plain certificates::RoutingConfig,
    signed certificates::PolicyManifest => |it, ask| it.verify(ask.key()).is_ok(),
    plain certificates::RevokedCertificate,
    signed certificates::CertificateRevocationList => |it, ask| it.verify(ask.key(), None).is_ok(),
    plain connectome::SovereignRef,
    plain connectome::Edge,
    plain connectome::RevokedTreaty,
    plain connectome::RevokedAttestation,
    plain connectome::RecognitionGraph,
    plain connectome::AtlasSummary,
    plain connectome::ViewSummary,
    plain connectome::BlastRadius,
    plain connectome::View,
    signed consensus::ValidatorVote,
    signed consensus::ConsensusProof,
    signed consensus::EphemeralExecutionIdentity => ephemeral,
    plain context::ContextTree,
    plain context::ContextAppendSegment,
    signed context::ContextIntegrityRecord,
    plain context::ContextViolationReport,
    signed context::privacy::CommunicationPrivacyProfile,
    signed context::privacy::MetadataEnvelope => |it, ask| it.verify(&ask.keys, b"payload").is_ok(),
    plain context::privacy::PrivacyAuditRecord,
    plain continuity::DutyDone,
    signed continuity::OperatorHeartbeat => |it, ask| it.verify(&it.sovereign_id, &ask.keys, None, ask.at).is_ok(),
    signed continuity::OfflineNotice => |it, ask| it.verify(&it.sovereign_id, &ask.keys, ask.at).is_ok(),
    plain continuity::DutyStanding,
    plain continuity::Finding,
    plain continuity::Continuity,
    plain data_usage::DataSourceDescriptor,
    signed data_usage::DataLicensePolicy,
    signed data_usage::DataAccessIntent,
    signed data_usage::DataAccessRecord,
    plain data_usage::DataUsageViolation,
    signed delegation::DelegatedAgreementRecord,
    plain descriptor::AgentEndpoint,
    signed descriptor::AgentDescriptor => descriptor,
    plain descriptor::Deregistration,
    signed disclosure::CapabilityCommitment,
    plain disclosure::MerklePathNode,
    plain disclosure::CapabilityMembershipProof,
    signed disclosure::CapabilityNullifier,
    signed evidence::TrustEvidence => |it, ask| it.verify(&ask.keys, None).is_ok(),
    plain evidence::Finding,
    signed execution::ExecutionEvidence,
    signed freshness::FreshnessProof => freshness,
    plain identity::SovereignIdentity,
    plain identity::NetworkAuthority,
    plain identity::PolicyManifestRef,
    plain identity::BootstrapAnchor,
    signed identity::GenesisBlock => |it, ask| it.verify(ask.at).is_ok(),
    plain justification::GateTraceEntry,
    plain justification::GateTrace,
    signed justification::JustificationProof => |it, ask| it.verify(&ask.keys, None).is_ok(),
    plain keys::Signature,
    signed managing_partner::PartnerDelegation => |it, ask| it.verify(&it.sovereign_id, &ask.keys).is_ok(),
    signed managing_partner::DelegationEnd => |it, ask| it.verify(&it.sovereign_id, &it.delegation_id, &ask.keys).is_ok(),
    signed managing_partner::PartnerAcceptance,
    signed managing_partner::AssistanceNote,
    plain model::ToolManifest,
    signed model::ModelAttestation,
    signed model::AttestationPolicy,
    plain operator::assets::Asset,
    signed operator::assets::AssetManifest => |it, ask| it.verify(&it.sovereign_id, &ask.keys, None, ask.at).is_ok(),
    plain operator::checks::Check,
    signed operator::checks::CheckReport => |it, ask| it.verify(&it.sovereign_id, &ask.keys, ask.at).is_ok(),
    plain operator::map::MapEdge,
    plain operator::map::RecognitionMap,
    plain operator::onboarding::StepEvidence,
    signed operator::onboarding::OnboardingStatement => onboarding,
    plain operator::onboarding::Checklist,
    plain operator::package::PackagedObject,
    plain operator::package::PackagedEvidence,
    signed operator::package::ClientPackage => |it, ask| it.verify(&it.sovereign_id, &ask.keys, &BTreeMap::new(), ask.at).is_ok(),
    signed operator::roster::OperatorRoster => |it, ask| it.verify(&it.sovereign_id, ask.key(), ask.at).is_ok(),
    plain operator_proof::AcceptorOperator,
    plain operator_proof::IssuerOperator,
    plain operator_proof::ProofOperators,
    plain operator_proof::ProofParty,
    plain operator_proof::ProofStep,
    plain operator_proof::OperatorProof,
    signed overlay::OverlayDiscoveryRecord => |it, ask| it.verify(ask.at, None).is_ok(),
    plain overlay::DiscoveryGossipMessage,
    signed overlay::DiscoveryFeed => |it, ask| it.verify(&ask.keys, ask.at).is_ok(),
    signed oversight::HumanOversightPolicy,
    signed oversight::HumanApprovalRequest,
    signed oversight::HumanApprovalResponse,
    signed oversight::DualSignedCommitment,
    plain recognition::RecognitionTreatyScope,
    signed recognition::RecognitionTreaty => |it, ask| it.verify(&TreatyCheck::new(&ask.keys, ask.at)).is_ok(),
    signed revocation::SovereignRevocationFeed => feed,
    signed revocation::FeedPromise,
    plain routing::RouteStep,
    signed token::InvocationToken,
    signed token::InvocationUseRecord,
}

fn agreement(it: &AgreementRecord, ask: &Ask) -> bool {
    let keys = PartyKeys { offerer: &ask.keys, responder: &ask.keys };
    it.verify(keys, None).is_ok()
}

fn attestation(it: &MembershipAttestation, ask: &Ask) -> bool {
    let policy = Value::from([
        ("local_sovereign_id", Value::from("local")),
        (
            "recognized_issuers",
            Value::List(vec![Value::from([
                ("sovereign_id", Value::from(it.issuer_sovereign_id.as_str())),
                (
                    "public_keys",
                    Value::List(ask.keys.iter().map(|key| Value::from(key.to_string())).collect()),
                ),
            ])]),
        ),
    ]);
    let policy: Option<RecognitionPolicy> = plain(&policy);
    policy.is_some_and(|policy| it.verify(&policy, false, ask.at).is_ok())
}

fn certificate(it: &JoinCertificate, ask: &Ask) -> bool {
    let (authority, network_name) = (ask.key(), it.network_name.as_str());
    it.verify(&CertificateCheck { authority, network_name, revoked: None, at: ask.at }).is_ok()
}

fn descriptor(it: &AgentDescriptor, ask: &Ask) -> bool {
    let network_name = it.network_name.as_str();
    let (has_certificate, is_compromised) = (true, false);
    it.verify(&DescriptorCheck { network_name, has_certificate, is_compromised, at: ask.at })
        .is_ok()
}

fn ephemeral(it: &EphemeralExecutionIdentity, ask: &Ask) -> bool {
    let usage = EphemeralUse { capability: "read", bearer_sovereign_id: "B", at: ask.at };
    it.verify(&ask.keys, None, usage).is_ok()
}

fn feed(it: &SovereignRevocationFeed, ask: &Ask) -> bool {
    let (expected_issuer, last_sequence) = (None, None);
    it.verify(&FeedCheck { issuer_keys: &ask.keys, expected_issuer, last_sequence }).is_ok()
}

fn freshness(it: &FreshnessProof, ask: &Ask) -> bool {
    let demand = FreshnessDemand { issuer_keys: &ask.keys, feed: None, required_sequence: 0 };
    it.verify(&demand, ask.at).is_ok()
}

fn onboarding(it: &OnboardingStatement, ask: &Ask) -> bool {
    onboarding::verify(&it.sovereign_id, slice::from_ref(it), &ask.keys, ask.at).is_ok()
}
