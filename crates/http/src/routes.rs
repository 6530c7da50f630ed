//! Which method and path is which request. The table is the interface: the router, the documents about it and the tests that
//! walk over it are made from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, State};
use axum::http::{Method, Request};
use axum::routing::{MethodFilter, MethodRouter};
use comity_authority::{Authority, OperatorWrite, Refusal, Write};
use comity_wire::mesh_json::{Datetime, Value};

use crate::handle;
use crate::rate::Bucket;
use crate::service::Service;

/// What a request is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Route {
    /// Something to read as of now.
    Read(Read),
    /// A document that is the same for everybody until something changes.
    Cached(Document),
    /// A check of what somebody shows, with its name in the record.
    Check(Option<Bucket>, &'static str, Check),
    /// Something that may change the state, made from what the path names.
    Write(Bucket, fn(String) -> Write),
}

/// A check of what somebody shows.
pub(crate) type Check = fn(&Authority, &comity_authority::Body, Datetime) -> Result<Value, Refusal>;

/// Something to read as of now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Read {
    Healthz,
    Readyz,
    Health,
    Metrics,
    Nodes,
    Sovereign,
    Policy,
    RecognitionPolicy,
    Attestations,
    Attestation,
    Treaties,
    Treaty,
    TrustPath,
    Agents,
    Agent,
    OperatorKeys,
    Continuity,
    CheckReports,
    Onboarding,
    Partners,
    Assets,
    DataLicense,
    Swagger,
    Reference,
}

/// A document that is the same for everybody until something changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Document {
    Genesis,
    Graph,
    Connectome,
    Atlas,
    Dashboard,
    Feed,
    Crl,
}

/// One line of the interface.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) route: Route,
    pub(crate) about: &'static str,
}

const fn read(path: &'static str, read: Read, about: &'static str) -> Line {
    Line { method: Method::GET, path, route: Route::Read(read), about }
}

const fn cached(path: &'static str, document: Document, about: &'static str) -> Line {
    Line { method: Method::GET, path, route: Route::Cached(document), about }
}

/// A check that everybody may ask for as often as they like: it reads, and writes nothing.
const fn check(
    path: &'static str,
    action: &'static str,
    check: Check,
    about: &'static str,
) -> Line {
    Line { method: Method::POST, path, route: Route::Check(None, action, check), about }
}

const fn admin(path: &'static str, write: fn(String) -> Write, about: &'static str) -> Line {
    Line { method: Method::POST, path, route: Route::Write(Bucket::Admin, write), about }
}

const fn admin_get(path: &'static str, write: fn(String) -> Write, about: &'static str) -> Line {
    Line { method: Method::GET, path, route: Route::Write(Bucket::Admin, write), about }
}

const fn node(
    path: &'static str,
    bucket: Bucket,
    write: fn(String) -> Write,
    about: &'static str,
) -> Line {
    Line { method: Method::POST, path, route: Route::Write(bucket, write), about }
}

/// A check that costs more than one signature, so it is limited as the protocol says.
const fn trust(
    path: &'static str,
    action: &'static str,
    check: Check,
    about: &'static str,
) -> Line {
    let bucket = Some(Bucket::TrustChecks(action));
    Line { method: Method::POST, path, route: Route::Check(bucket, action, check), about }
}

const fn operator(write: OperatorWrite) -> Write {
    Write::Operator(write)
}

/// The interface.
pub(crate) const TABLE: &[Line] = &[
    read("/", Read::Reference, "This list"),
    read("/healthz", Read::Healthz, "Whether the process answers"),
    read("/readyz", Read::Readyz, "Whether it can write"),
    read("/health", Read::Health, "Name and version of the network"),
    read("/metrics", Read::Metrics, "Counters for monitoring"),
    read("/nodes", Read::Nodes, "Nodes heard of in five minutes"),
    cached("/genesis", Document::Genesis, "The genesis, signed by the root"),
    read("/sovereign.json", Read::Sovereign, "Who this is and where the rest is"),
    read("/policy", Read::Policy, "The policy in force"),
    cached("/crl", Document::Crl, "Certificates that were revoked"),
    cached("/sovereign-revocation-feed", Document::Feed, "Attestations that were revoked"),
    read("/attestations", Read::Attestations, "Attestations, filtered"),
    read("/attestations/{id}", Read::Attestation, "One attestation"),
    check(
        "/attestations/verify",
        "membership_attestation_verified",
        Authority::verify_attestation,
        "Check an attestation against a policy",
    ),
    check(
        "/attestations/verify-with-treaty",
        "treaty_attestation_verified",
        Authority::verify_with_treaty,
        "Check an attestation under a treaty",
    ),
    read("/recognition-treaties", Read::Treaties, "Treaties, filtered"),
    read("/recognition-treaties/{id}", Read::Treaty, "One treaty"),
    check(
        "/recognition-treaties/verify",
        "recognition_treaty_verified",
        Authority::verify_treaty,
        "Check a treaty",
    ),
    read("/recognition-policy", Read::RecognitionPolicy, "Whom this sovereign recognises"),
    cached("/recognition-graph", Document::Graph, "The treaties as a graph"),
    cached("/connectome.json", Document::Connectome, "The graph as operators look at it"),
    read("/connectome/trust-path", Read::TrustPath, "Whether and how one recognises another"),
    cached("/atlas.json", Document::Atlas, "The graph in short, and what others published"),
    cached("/dashboard.json", Document::Dashboard, "How the sovereign stands"),
    read("/agents", Read::Agents, "Agents, by capability"),
    read("/agents/{*key}", Read::Agent, "The agent of a node"),
    read("/operator/keys", Read::OperatorKeys, "Whose orders this authority takes, signed"),
    read("/operator/continuity", Read::Continuity, "How the operator is doing, and by what word"),
    read("/operator/check-reports", Read::CheckReports, "What was looked at, and by whom"),
    read("/operator/onboarding", Read::Onboarding, "Steps of onboarding that were taken"),
    read("/operator/partners", Read::Partners, "Delegations to managing partners"),
    read("/assets", Read::Assets, "What is visible through this sovereign"),
    read("/swagger.json", Read::Swagger, "This list as OpenAPI"),
    read("/api-reference", Read::Reference, "This list"),
    read("/cli-reference", Read::Reference, "This list"),
    node("/join", Bucket::Join, |_| Write::Join, "Become a node"),
    node("/heartbeat", Bucket::Node, |_| Write::Heartbeat, "Say that a node is alive"),
    node("/renew", Bucket::Node, |_| Write::Renew, "Get the next certificate"),
    node("/agents", Bucket::Registry, |_| Write::RegisterAgent, "Register an agent"),
    Line {
        method: Method::DELETE,
        path: "/agents/{*key}",
        route: Route::Write(Bucket::Registry, Write::RemoveAgent),
        about: "Take an agent out at its node's word",
    },
    trust(
        "/trust-evidence/verify",
        "trust_evidence_verified",
        Authority::verify_evidence,
        "Check evidence of trust",
    ),
    trust(
        "/agreements/verify",
        "agreement_verified",
        Authority::verify_agreement,
        "Check an agreement",
    ),
    trust(
        "/boundary/verify",
        "boundary_decision_verified",
        Authority::verify_boundary,
        "Check a boundary decision",
    ),
    trust(
        "/consensus/verify",
        "consensus_proof_verified",
        Authority::verify_consensus,
        "Check a consensus",
    ),
    trust(
        "/disclosure/prove",
        "capability_membership_proved",
        Authority::prove,
        "Compute a proof that a capability is in a commitment",
    ),
    trust(
        "/disclosure/verify",
        "capability_proof_verified",
        Authority::verify_disclosure,
        "Check a proof of a capability",
    ),
    read("/data-usage/policy", Read::DataLicense, "The licence to use data"),
    trust(
        "/data-usage/verify",
        "data_access_intent_verified",
        Authority::verify_data_usage,
        "Check an access against a licence",
    ),
    admin("/admin/trust-evidence", |_| Write::IssueEvidence, "Sign what was found about trust"),
    admin("/admin/agreements/offer", |_| Write::Offer, "Ask a sovereign for capabilities"),
    admin("/admin/agreements/counter", |_| Write::Counter, "Grant less than was asked for"),
    admin("/admin/agreements/accept", |_| Write::Accept, "Take an offer or a counter"),
    admin("/admin/boundary/decide", |_| Write::DecideBoundary, "Decide about a request"),
    admin("/admin/disclosure/commit", |_| Write::Commit, "Commit to capabilities"),
    admin("/admin/disclosure/nullifier", |_| Write::Nullify, "Make a proof good once"),
    admin("/admin/consensus/vote", |_| Write::Vote, "Vote on a decision"),
    admin("/admin/consensus/proof", |_| Write::Assemble, "Put votes together"),
    admin("/admin/atlas/peers", |_| Write::SeePeer, "Take in another authority's graph"),
    admin("/admin/atlas/archive", |_| Write::ArchivePeer, "Say that an authority is gone"),
    admin("/admin/data-usage/policy", |_| Write::LicenseData, "License data"),
    admin("/admin/data-usage/intent", |_| Write::IntendAccess, "Say what will be accessed"),
    admin("/admin/invite", |_| Write::Invite, "Let somebody join"),
    admin("/admin/revoke", |_| Write::RevokeCertificate, "Revoke a certificate"),
    admin("/admin/policy", |_| Write::PublishPolicy, "Publish a policy"),
    admin("/admin/policy/rollback", |_| Write::RestorePolicy, "Put an earlier policy in force"),
    admin_get("/admin/policy/history", |_| Write::PolicyHistory, "Policies there were"),
    admin("/admin/attestations", |_| Write::IssueAttestation, "Attest a membership"),
    admin("/admin/attestations/{id}/revoke", Write::RevokeAttestation, "Revoke an attestation"),
    admin("/admin/recognition-policy", |_| Write::SetRecognitionPolicy, "Say whom to recognise"),
    admin("/admin/recognition-treaties", |_| Write::IssueTreaty, "Recognise a sovereign"),
    admin("/admin/recognition-treaties/{id}/revoke", Write::RevokeTreaty, "End a treaty"),
    admin(
        "/admin/sovereign-revocation-feeds/import",
        |_| Write::ImportFeed,
        "Take over another sovereign's revocations",
    ),
    admin("/operator/heartbeats", |_| operator(OperatorWrite::Heartbeat), "Say one is there"),
    admin(
        "/operator/offline-notices",
        |_| operator(OperatorWrite::OfflineNotice),
        "Say one will be away",
    ),
    admin("/operator/check-reports", |_| operator(OperatorWrite::CheckReport), "File a report"),
    admin("/operator/onboarding", |_| operator(OperatorWrite::Onboarding), "Take a step"),
    admin("/admin/assets", |_| operator(OperatorWrite::Assets), "Publish assets"),
    admin("/admin/partners", |_| operator(OperatorWrite::GrantPartner), "Delegate duties"),
    admin(
        "/admin/partners/{id}/end",
        |id| operator(OperatorWrite::EndPartner(id)),
        "End a delegation",
    ),
    admin(
        "/partner/acceptances",
        |_| operator(OperatorWrite::AcceptPartner),
        "Take a delegation on",
    ),
    admin("/partner/notes", |_| operator(OperatorWrite::PartnerNote), "Say that one helped"),
    admin_get("/admin/audit", |_| Write::Audit, "Entries of the record"),
];

/// What a path names; an error if that is no UTF-8.
type Params = Result<RawPathParams, RawPathParamsRejection>;

/// The router over the table.
pub(crate) fn router(service: Arc<Service>) -> Router {
    let mut paths: BTreeMap<&str, MethodRouter<Arc<Service>>> = BTreeMap::new();
    for line in TABLE {
        let route = line.route;
        let handler = move |State(service): State<Arc<Service>>,
                            params: Params,
                            request: Request<Body>| async move {
            let first =
                |params: RawPathParams| params.iter().next().map(|(_, value)| value.to_owned());
            let param = params.ok().map(|params| first(params).unwrap_or_default());
            handle::answer(&service, route, param, request).await
        };
        let filter = MethodFilter::try_from(line.method.clone()).unwrap_or(MethodFilter::GET);
        let methods = paths.remove(line.path).unwrap_or_default();
        paths.insert(line.path, methods.on(filter, handler));
    }
    let router = paths
        .into_iter()
        .fold(Router::new(), |router, (path, methods)| router.route(path, methods));
    router
        .fallback(|State(service): State<Arc<Service>>, request: Request<Body>| async move {
            handle::absent(&service, request)
        })
        .method_not_allowed_fallback(
            |State(service): State<Arc<Service>>, request: Request<Body>| async move {
                handle::not_allowed(&service, request)
            },
        )
        .with_state(service)
}
